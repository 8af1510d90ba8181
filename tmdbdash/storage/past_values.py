"""Queries of values at past times, at a cost that does not grow with the history.

Of each film's snapshots in a span only the newest is read, by a seek in the primary key, which
leads with ``tmdb_id``. Those before it and between spans are not read.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    Select,
    and_,
    bindparam,
    cast,
    func,
    literal,
    select,
    text,
    true,
    union_all,
)

from tmdbdash.storage.column_types import UtcDateTime
from tmdbdash.storage.schema import movie_snapshots, movies
from tmdbdash.storage.transactions import Queries, in_parts, read_transaction
from tmdbdash.utc import EPOCH

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

Span = tuple[datetime, datetime]
"""A part of time: later than the first, not later than the second."""
Series = dict[int, list[tuple[int, float]]]
"""Pairs of whole seconds since 1970 and a value, by film."""
SPANS_AT_ONCE = 60
"""Queries joined in one statement of MariaDB, and rows of a statement's table of spans."""
RANGE_OVERREAD = 2
"""How many films a range may contain for each one asked for, to be read as a range."""
VALUES = ("popularity", "vote_count", "vote_average", "rank")


class Point(NamedTuple):
    """One snapshot of a film in ``movies``; ``at`` in whole seconds since 1970."""

    at: int
    popularity: float | None
    vote_count: int | None
    vote_average: float | None
    rank: int | None


class PastValueQueries(Queries):
    """The part of `Store` that reads films' values at past times."""

    @read_transaction
    def fetch_points(
        self, connection: Connection, ids: Collection[int], spans: Sequence[Span]
    ) -> dict[int, list[Point]]:
        """Of each film and each span of time the newest snapshot in it, by film and time.

        A span is later than its first time and not later than its second. A snapshot in two spans
        is returned twice. Films without any, and films that are not in ``movies``, are left out.
        The cost is one seek for each film and span, however long the history.
        """
        found: dict[int, list[Point]] = {}
        is_sqlite = connection.dialect.name == "sqlite"
        for part in in_parts(ids):
            films = set(part)
            by_range = not is_sqlite and _is_read_as_range(connection, part)
            asked = {"first": part[0], "last": part[-1]} if by_range else {"films": part}
            for start in range(0, len(spans), SPANS_AT_ONCE):
                some = spans[start : start + SPANS_AT_ONCE]
                times = {f"since_{n}": since for n, (since, _) in enumerate(some)}
                times |= {f"until_{n}": until for n, (_, until) in enumerate(some)}
                newest = (
                    _newest_of_sqlite(len(some))
                    if is_sqlite
                    else _newest_of_mysql(len(some), by_range=by_range)
                )
                for tmdb_id, *values in connection.execute(newest, {**asked, **times}):
                    if tmdb_id in films:
                        found.setdefault(tmdb_id, []).append(Point(*values))
        for points in found.values():
            points.sort()
        return found

    @read_transaction
    def fetch_popularities(
        self, connection: Connection, ids: Collection[int], since: datetime, until: datetime
    ) -> Series:
        """Each film's snapshots later than ``since``, up to ``until``: time and popularity.

        Times are whole seconds since 1970, ascending. Snapshots without popularity are left out.
        """
        own = movie_snapshots.c
        at = seconds_of(connection.dialect.name, own.snapshot_ts)
        found: Series = {}
        for part in in_parts(ids):
            query = (
                select(own.tmdb_id, at, own.popularity)
                .where(
                    own.tmdb_id.in_(part),
                    own.snapshot_ts > since,
                    own.snapshot_ts <= until,
                    own.popularity.is_not(None),
                )
                .order_by(own.tmdb_id, own.snapshot_ts)
            )
            for tmdb_id, seconds, value in connection.execute(query):
                found.setdefault(tmdb_id, []).append((seconds, value))
        return found

    @read_transaction
    def fetch_first_snapshot(self, connection: Connection) -> datetime | None:
        """The time of the oldest snapshot."""
        own = movie_snapshots.c
        # Each kind by itself, because the index leads with it.
        first = select(func.min(own.snapshot_ts))
        times = [
            connection.execute(first.where(own.imported == kind)).scalar() for kind in (False, True)
        ]
        return min((time for time in times if time is not None), default=None)


def seconds_of(dialect: str, moment: ColumnElement[datetime]) -> ColumnElement[int]:
    """Whole seconds since 1970 of a column of times, in the database's own arithmetic."""
    if dialect == "sqlite":
        return cast(func.strftime("%s", moment), Integer)
    return func.timestampdiff(
        text("SECOND"), literal(EPOCH, UtcDateTime()), moment, type_=Integer()
    )


def _point_columns(dialect: str) -> tuple[ColumnElement[Any], ...]:
    own = movie_snapshots.c
    return (own.tmdb_id, seconds_of(dialect, own.snapshot_ts), *(own[name] for name in VALUES))


def _is_read_as_range(connection: Connection, ids: Sequence[int]) -> bool:
    """Whether few others are stored between the first and the last of these films.

    MariaDB jumps along a range twice as fast as from one named film to the next.
    """
    between = movies.c.tmdb_id.between(ids[0], ids[-1])
    count = select(func.count()).select_from(movies).where(between)
    inside = connection.execute(count).scalar_one()
    return len(ids) > 1 and inside <= RANGE_OVERREAD * len(ids)


def _spans(count: int) -> list[tuple[BindParameter[datetime], BindParameter[datetime]]]:
    """The ends of so many spans, as parameters of the statement."""
    return [
        (bindparam(f"since_{n}", type_=UtcDateTime()), bindparam(f"until_{n}", type_=UtcDateTime()))
        for n in range(count)
    ]


@functools.cache
def _newest_of_sqlite(count: int) -> Select[Any]:
    """One seek for each film and span, by a correlated subquery over a table of the spans."""
    given = (select(since.label("since"), until.label("until")) for since, until in _spans(count))
    table = union_all(*given).subquery("spans")
    older = movie_snapshots.alias("older")
    newest = (
        select(older.c.snapshot_ts)
        .where(
            older.c.tmdb_id == movies.c.tmdb_id,
            older.c.snapshot_ts > table.c.since,
            older.c.snapshot_ts <= table.c.until,
        )
        .order_by(older.c.snapshot_ts.desc())
        .limit(1)
        .correlate(movies, table)
        .scalar_subquery()
    )
    own = movie_snapshots.c
    return (
        select(*_point_columns("sqlite"))
        .select_from(movies)
        .join(table, true())
        .join(movie_snapshots, and_(own.tmdb_id == movies.c.tmdb_id, own.snapshot_ts == newest))
        .where(movies.c.tmdb_id.in_(bindparam("films", expanding=True)))
    )


@functools.cache
def _newest_of_mysql(count: int, *, by_range: bool) -> CompoundSelect[Any]:
    """One loose scan of the primary key for each span, which jumps from film to film.

    A correlated subquery would read each film's whole history here. Made once for each count of
    spans: to put sixty queries together takes longer than to answer them.
    """
    own = movie_snapshots.c
    if by_range:
        chosen = own.tmdb_id.between(bindparam("first"), bindparam("last"))
    else:
        chosen = own.tmdb_id.in_(bindparam("films", expanding=True))
    columns = _point_columns("mysql")
    parts = []
    for since, until in _spans(count):
        newest = (
            select(own.tmdb_id, func.max(own.snapshot_ts).label("newest_ts"))
            .where(chosen, own.snapshot_ts > since, own.snapshot_ts <= until)
            .group_by(own.tmdb_id)
            .subquery("newest")
        )
        parts.append(
            select(*columns).join(
                newest, and_(own.tmdb_id == newest.c.tmdb_id, own.snapshot_ts == newest.c.newest_ts)
            )
        )
    return union_all(*parts)
