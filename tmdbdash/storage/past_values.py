"""What was true of films at past instants, at a cost that does not grow with their history.

A span is (since, until]: of each film's snapshots in it only the newest is read, by a seek in the
primary key, which leads with ``tmdb_id``. However many lie before or between, none is touched.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
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
from tmdbdash.storage.films import in_parts
from tmdbdash.storage.schema import movie_snapshots, movies
from tmdbdash.utc import EPOCH

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

Span = tuple[datetime, datetime]
"""A part of time: later than the first, not later than the second."""
SPANS_AT_ONCE = 60
"""Queries joined in one statement of MariaDB, and rows of a statement's table of spans."""
RANGE_OVERREAD = 2
"""How many films a range may hold for each that is asked for, to be read as a range."""
VALUES = ("popularity", "vote_count", "vote_average", "rank")


class Point(NamedTuple):
    """One snapshot of a known film; ``at`` in whole seconds since 1970."""

    at: int
    popularity: float | None
    vote_count: int | None
    vote_average: float | None
    rank: int | None


def fetch_points(
    connection: Connection, ids: Collection[int], spans: Sequence[Span]
) -> dict[int, list[Point]]:
    """See `Store.fetch_points`."""
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


def fetch_popularities(
    connection: Connection, ids: Collection[int], since: datetime, until: datetime
) -> dict[int, list[tuple[int, float]]]:
    """See `Store.fetch_popularities`."""
    at, film = movie_snapshots.c.snapshot_ts, movie_snapshots.c.tmdb_id
    popularity = movie_snapshots.c.popularity
    found: dict[int, list[tuple[int, float]]] = {}
    for part in in_parts(ids):
        query = (
            select(film, seconds_of(connection, at), popularity)
            .where(film.in_(part), at > since, at <= until, popularity.is_not(None))
            .order_by(film, at)
        )
        for tmdb_id, moment, value in connection.execute(query):
            found.setdefault(tmdb_id, []).append((moment, value))
    return found


def fetch_extremes(
    connection: Connection, ids: Collection[int], since: datetime, until: datetime, parts: int
) -> dict[int, list[tuple[int, float]]]:
    """See `Store.fetch_extremes`."""
    own = movie_snapshots.c
    start, end = int(since.timestamp()), int(until.timestamp())
    seconds = seconds_of(connection, own.snapshot_ts)
    part = (seconds - start) * parts // max(1, end - start + 1)
    found: dict[int, list[tuple[int, float]]] = {}
    for some in in_parts(ids):
        known = (
            select(
                own.tmdb_id,
                seconds.label("at"),
                own.popularity,
                part.label("part"),
            )
            .where(
                own.tmdb_id.in_(some),
                own.snapshot_ts > since,
                own.snapshot_ts <= until,
                own.popularity.is_not(None),
            )
            .subquery("known")
        )
        k = known.c
        places = [
            func.row_number().over(partition_by=(k.tmdb_id, k.part), order_by=(value, k.at))
            for value in (k.popularity.asc(), k.popularity.desc())
        ]
        ranked = select(
            k.tmdb_id, k.at, k.popularity, places[0].label("low"), places[1].label("high")
        ).subquery("ranked")
        query = (
            select(ranked.c.tmdb_id, ranked.c.at, ranked.c.popularity)
            .where((ranked.c.low == 1) | (ranked.c.high == 1))
            .order_by(ranked.c.tmdb_id, ranked.c.at)
        )
        for tmdb_id, at, value in connection.execute(query):
            found.setdefault(tmdb_id, []).append((at, value))
    return found


def fetch_first_snapshot(connection: Connection, ids: Collection[int] | None) -> datetime | None:
    """See `Store.fetch_first_snapshot`."""
    at, film, imported = (
        movie_snapshots.c.snapshot_ts,
        movie_snapshots.c.tmdb_id,
        movie_snapshots.c.imported,
    )
    if ids is None:
        wheres = [imported == kind for kind in (False, True)]
    else:
        wheres = [film == tmdb_id for tmdb_id in sorted(set(ids))]
    first = (connection.execute(select(func.min(at)).where(where)).scalar() for where in wheres)
    return min((found for found in first if found is not None), default=None)


def seconds_of(connection: Connection, moment: Any) -> Any:
    """Whole seconds since 1970 of a column of times, in the database's own arithmetic."""
    if connection.dialect.name == "sqlite":
        return _sqlite_seconds(moment)
    return _mysql_seconds(moment)


def _sqlite_seconds(moment: Any) -> Any:
    return cast(func.strftime("%s", moment), Integer)


def _mysql_seconds(moment: Any) -> Any:
    return func.timestampdiff(text("SECOND"), literal(EPOCH, UtcDateTime()), moment)


def _shown(seconds: Callable[[Any], Any]) -> tuple[Any, ...]:
    own = movie_snapshots.c
    return (own.tmdb_id, seconds(own.snapshot_ts), *(own[name] for name in VALUES))


def _is_read_as_range(connection: Connection, ids: Sequence[int]) -> bool:
    """Whether few others lie in the range of these films.

    MariaDB jumps along a range twice as fast as from one named film to the next.
    """
    between = movies.c.tmdb_id.between(ids[0], ids[-1])
    inside = connection.execute(select(func.count()).select_from(movies).where(between)).scalar()
    return len(ids) > 1 and (inside or 0) <= RANGE_OVERREAD * len(ids)


def _spans(count: int) -> list[tuple[Any, Any]]:
    """The ends of so many spans, which are told when the statement is executed."""
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
        select(*_shown(_sqlite_seconds))
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
    shown = _shown(_mysql_seconds)
    parts = []
    for since, until in _spans(count):
        newest = (
            select(own.tmdb_id, func.max(own.snapshot_ts).label("newest_ts"))
            .where(chosen, own.snapshot_ts > since, own.snapshot_ts <= until)
            .group_by(own.tmdb_id)
            .subquery("newest")
        )
        parts.append(
            select(*shown).join(
                newest,
                and_(own.tmdb_id == newest.c.tmdb_id, own.snapshot_ts == newest.c.newest_ts),
            )
        )
    return union_all(*parts)
