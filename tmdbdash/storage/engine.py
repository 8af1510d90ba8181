"""Connecting to the database, and running transactions on it."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import create_engine, event, exc
from sqlalchemy.engine import URL, Connection, Engine

from tmdbdash.errors import DatabaseError
from tmdbdash.ownership import give_to_owner, owner_note
from tmdbdash.redaction import redact
from tmdbdash.storage import database_errors as faults
from tmdbdash.storage.database_url import DatabaseAddress, read_database_url
from tmdbdash.storage.mysql_server import LOCK_SECONDS, mysql_engine

if TYPE_CHECKING:
    from tmdbdash.settings import Settings

log = logging.getLogger(__name__)

T = TypeVar("T")

CACHE_KIB = 65_536
"""SQLite's cache: with its own default of 2 MB a training of a million films writes the same pages
of the indexes over and over."""
RETRY_SECONDS = 45
"""How long a transaction is begun again and again; below the cadence of two minutes."""

_BEGIN = "tmdbdash_begin"


class Database:
    """An engine with its transactions: `read` and `write` each run a function in one.

    The function gets the connection and may be called again from the start when the database
    reports that the transaction lost against another one, or that the server is not reached.
    """

    reach_seconds: float = 10
    """How long an unreachable server is tried again, because it may be being restarted."""
    only_reads = False

    def __init__(
        self, engine: Engine, where: str, advice: str = "", *, several_hosts: bool = False
    ) -> None:
        self.engine = engine
        self.where = where
        self.advice = advice
        self.several_hosts = several_hosts
        self._writer = engine.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})

    def read(self, work: Callable[[Connection], T]) -> T:
        """What ``work`` returns, from one consistent view. Raises `DatabaseError`."""
        return self._run(self.engine, work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """What ``work`` returns, once all it did is committed. Raises `DatabaseError`."""
        return self._run(self._writer, work)

    def journal(self, connection: Connection) -> str:
        """The journal mode of an SQLite file; "wal" is a write-ahead log."""
        return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one())

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _run(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        began = time.monotonic()
        with faults.translated_errors(self.where, self.advice):
            try:
                with engine.begin() as connection:
                    return work(connection)
            except exc.DBAPIError as error:
                # Connections are made before a transaction, so all of the time was spent on that.
                unreached = faults.is_unreached(error)
                if not self._may_pass(error, time.monotonic() - began if unreached else 0.0):
                    raise
                log.debug("transaction begun again: %s", redact(str(error.orig)))
            return self._retry(engine, work)

    def _may_pass(self, error: BaseException, waited: float) -> bool:
        """Whether the transaction is begun again after it was tried for so many seconds."""
        if not isinstance(error, exc.DBAPIError):
            return False
        if faults.is_unreached(error) or (self.several_hosts and faults.is_read_only_node(error)):
            return waited < self.reach_seconds
        return faults.is_transient(error) and waited < RETRY_SECONDS

    def _retry(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        from tenacity import RetryCallState, Retrying, wait_random_exponential

        def may_pass(state: RetryCallState) -> bool:
            error = state.outcome.exception() if state.outcome is not None else None
            return error is not None and self._may_pass(error, state.seconds_since_start or 0.0)

        def once() -> T:
            with engine.begin() as connection:
                return work(connection)

        retrying = Retrying(
            retry=may_pass, wait=wait_random_exponential(multiplier=0.02, max=2), reraise=True
        )
        return retrying(once)


def connect(settings: Settings) -> Database:
    """The database that the settings name, not yet connected to.

    Raises `UsageError` for a URL that is unusable or of another kind of database, `DatabaseError`
    where the file's folder is missing or cannot be made.
    """
    address, where = locate(settings)
    if not address.hosts:
        return Database(_sqlite(address, where, settings), where)
    several = len(address.hosts) > 1
    return Database(mysql_engine(address), where, address.advice, several_hosts=several)


def locate(settings: Settings) -> tuple[DatabaseAddress, str]:
    """The database's address, and its name for messages.

    Its password is masked from now on. Raises `UsageError` for a URL that is unusable or of
    another kind of database.
    """
    if settings.database_url is None:
        address = DatabaseAddress(URL.create("sqlite", database=str(settings.database_file)))
    else:
        address = read_database_url(settings.database_url.get_secret_value(), settings.home)
    return address, redact(str(address))


def try_hosts(settings: Settings) -> dict[str, str]:
    """Each of the database's hosts, in order, with what is wrong with it, empty if nothing is.

    Empty where there is one host at most. Raises `UsageError` as `locate` does.
    """
    address, _ = locate(settings)
    found: dict[str, str] = {}
    for host in address.hosts if len(address.hosts) > 1 else ():
        url = address.url.set(host=host.name, port=host.port)
        engine = mysql_engine(replace(address, url=url, hosts=(host,)))
        try:
            with engine.connect() as connection:
                only_reads = connection.exec_driver_sql("SELECT @@GLOBAL.read_only").scalar()
        except exc.DBAPIError as error:
            found[str(host)] = redact(faults.cause_of(error) or str(error.orig))
        else:
            found[str(host)] = faults.READ_ONLY if only_reads else ""
        finally:
            engine.dispose()
    return found


def sqlite_file(settings: Settings) -> Path | None:
    """The database's file, ``None`` for one on a server. Raises `UsageError` as `locate` does."""
    address, _ = locate(settings)
    return None if address.hosts else Path(str(address.url.database))


def _sqlite(address: DatabaseAddress, where: str, settings: Settings) -> Engine:
    file = Path(str(address.url.database))
    try:
        if file.parent == settings.state_dir:
            file.parent.mkdir(mode=0o700, exist_ok=True)
        _make_file(file)
        give_to_owner(settings.home, [file])  # SQLite makes its log the same owner's
    except OSError as error:
        raise DatabaseError(
            f"the database {where} cannot be used: {error.strerror} ({error.filename})"
            f"{owner_note(file)}: see that the folder exists and that this user may write to "
            "folder and file"
        ) from error
    given = {"timeout": LOCK_SECONDS, **address.options}
    engine = create_engine(address.url, hide_parameters=True, connect_args=given)
    event.listen(engine, "connect", prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_file(file: Path) -> None:
    """Create the file where it is missing; raises `OSError` if it may not be written to.

    An empty file is an empty database; SQLite would make one that all may read. One that exists is
    not opened: closing it would drop the locks of every connection that this process has to it.
    """
    if not file.exists():
        os.close(os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    elif file.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    elif not os.access(file, os.R_OK | os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(file))


def prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Write-ahead log, so that readers and the writer do not wait for each other."""
    connection.isolation_level = None  # `_begin_sqlite` sends BEGIN; the driver would do so late
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    mode = "unknown"
    with contextlib.suppress(sqlite3.OperationalError):  # busy now: the next to open sets it
        mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode == "wal":
        connection.execute("PRAGMA synchronous=NORMAL")  # safe in this mode, and not in others
    elif mode != "unknown":
        log.warning(
            "SQLite keeps journal mode %r instead of WAL here (a network folder?): "
            "readers and writers will wait for each other",
            mode,
        )


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another one wrote
    # meanwhile, busy timeout or not; so writers take the lock at the start.
    connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))
