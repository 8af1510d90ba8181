"""Claims on work that one of several machines is to do: a committed row with an owner and an end.

A lock of the kernel ends at its machine, and a row held by ``SELECT ... FOR UPDATE`` at its node of
a cluster. Two that commit the same row conflict, wherever they are connected. A claim whose owner
died is valid until its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, delete, exc, func, insert, select, update

from tmdbdash.home_id import is_same_home
from tmdbdash.storage.schema import claims
from tmdbdash.storage.transactions import Queries, read_transaction, write_transaction

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

LONGEST = timedelta(hours=1)
"""The longest claim: an end that is later is of a clock that was wrong."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A row of ``claims``: until ``expires_at`` only ``owner`` does the work of that name."""

    name: str
    owner: str
    expires_at: datetime

    def is_of(self, owner: str) -> bool:
        """Whether that home is the owner."""
        return is_same_home(self.owner, owner)


class _TakenMeanwhileError(Exception):
    """Another one changed the row that was just read."""


class Claims(Queries):
    """The claims of one database. All methods raise `DatabaseError`."""

    def take(self, name: str, owner: str, seconds: float) -> Claim:
        """Claim work for so many seconds from now; returns the valid claim, ours or another's.

        An owner's own claim is made anew. Times are of the clock of the server that is asked, not
        of this machine's; the nodes of a cluster have to agree within seconds.
        """
        while True:
            try:
                return self._try_to_take(name, owner, seconds)
            except (_TakenMeanwhileError, exc.IntegrityError):
                continue  # another one has committed first: there is a row to read now

    @write_transaction
    def _try_to_take(self, connection: Connection, name: str, owner: str, seconds: float) -> Claim:
        now = _now(connection)
        found = _fetch(connection, name)
        if found is not None and not found.is_of(owner) and now < found.expires_at <= now + LONGEST:
            return found
        wanted = Claim(name, owner, now + min(LONGEST, timedelta(seconds=seconds)))
        values = {"owner": owner, "expires_at": wanted.expires_at}
        if found is None:
            connection.execute(insert(claims).values(name=name, **values))
            return wanted
        as_read = and_(
            claims.c.name == name,
            claims.c.owner == found.owner,
            claims.c.expires_at == found.expires_at,
        )
        if connection.execute(update(claims).where(as_read).values(values)).rowcount == 0:
            raise _TakenMeanwhileError
        return wanted

    @read_transaction
    def fetch(self, connection: Connection, name: str) -> Claim | None:
        """The last claim of that work, also where it has expired."""
        return _fetch(connection, name)

    @write_transaction
    def release(self, connection: Connection, name: str, owner: str) -> None:
        """End the owner's claim, where it still has it."""
        own = and_(claims.c.name == name, claims.c.owner == owner)
        connection.execute(delete(claims).where(own))


def _fetch(connection: Connection, name: str) -> Claim | None:
    row = connection.execute(select(claims).where(claims.c.name == name)).one_or_none()
    return None if row is None else Claim(row.name, row.owner, row.expires_at)


def _now(connection: Connection) -> datetime:
    if connection.dialect.name == "sqlite":
        return datetime.now(UTC)
    now: datetime = connection.execute(select(func.utc_timestamp(6))).scalar_one()
    return now.replace(tzinfo=UTC)
