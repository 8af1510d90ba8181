"""Queries of snapshots: the values of films at the times when they were observed."""

from __future__ import annotations

import functools
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sqlalchemy import CompoundSelect, and_, bindparam, func, select, union_all

from tmdbdash.records import Columns, Snapshot
from tmdbdash.storage.past_values import seconds_of
from tmdbdash.storage.schema import movie_snapshots
from tmdbdash.storage.transactions import Queries, fetch_records_of, in_parts, read_transaction

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.engine import Connection

UNION_TERMS = 100
"""Queries joined in one statement; SQLite takes 500."""


class SnapshotQueries(Queries):
    """The part of `Store` that reads whole rows of ``movie_snapshots``."""

    @read_transaction
    def fetch_snapshots(
        self,
        connection: Connection,
        ids: Collection[int],
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Snapshot]:
        """Snapshots of these films from ``since`` to ``until``, both included, by film and time."""
        own = movie_snapshots.c
        query = select(movie_snapshots).order_by(own.tmdb_id, own.snapshot_ts)
        if since is not None:
            query = query.where(own.snapshot_ts >= since)
        if until is not None:
            query = query.where(own.snapshot_ts <= until)
        return fetch_records_of(connection, Snapshot, query, own.tmdb_id, ids)

    @read_transaction
    def fetch_snapshots_before(
        self, connection: Connection, ids: Collection[int], at: datetime
    ) -> dict[int, Snapshot]:
        """For each film its newest snapshot at or before ``at``, where it has one.

        One index seek for each film.
        """
        found = {}
        for part in in_parts(ids, UNION_TERMS):
            values = {f"film_{n}": tmdb_id for n, tmdb_id in enumerate(part)} | {"at": at}
            for row in connection.execute(_newest_before(len(part)), values).mappings():
                found[row["tmdb_id"]] = Snapshot(**row)
        return found

    @read_transaction
    def fetch_observed_ids(
        self, connection: Connection, since: datetime, until: datetime, limit: int
    ) -> list[int]:
        """Films with snapshots of more than one time in between, at most ``limit``.

        Those with most snapshots from lists come first.
        """
        at, film = movie_snapshots.c.snapshot_ts, movie_snapshots.c.tmdb_id
        query = (
            select(film)
            .where(at >= since, at <= until)
            .group_by(film)
            .having(func.min(at) < func.max(at))
            .order_by(func.count(movie_snapshots.c.rank).desc(), func.count().desc(), film)
            .limit(limit)
        )
        return list(connection.execute(query).scalars())

    @read_transaction
    def fetch_snapshot_columns(
        self,
        connection: Connection,
        ids: Collection[int],
        since: datetime,
        until: datetime,
        every: timedelta,
    ) -> Columns:
        """Thinned history of these films as equally long lists, by film and time.

        ``tmdb_id``, ``snapshot_ts``, ``popularity``, ``vote_count`` and ``rank``. Time is cut into
        parts of length ``every``, counted back from ``until``; of each film's snapshots within one
        part only the newest is read.
        """
        own = movie_snapshots.c
        before_end = int(until.timestamp()) - seconds_of(connection.dialect.name, own.snapshot_ts)
        newest = (
            select(own.tmdb_id, func.max(own.snapshot_ts).label("newest_ts"))
            .where(own.snapshot_ts >= since, own.snapshot_ts <= until)
            .group_by(own.tmdb_id, func.floor(before_end / every.total_seconds()))
        )
        kept = (own.tmdb_id, own.snapshot_ts, own.popularity, own.vote_count, own.rank)
        columns: Columns = {column.name: [] for column in kept}
        for part in in_parts(ids):
            those = newest.where(own.tmdb_id.in_(part)).subquery("newest")
            query = (
                select(*kept)
                .join(
                    those,
                    and_(those.c.tmdb_id == own.tmdb_id, those.c.newest_ts == own.snapshot_ts),
                )
                .order_by(own.tmdb_id, own.snapshot_ts)
            )
            rows = connection.execute(query).all()
            for name, values in zip(columns, zip(*rows, strict=True), strict=bool(rows)):
                columns[name] += values
        return columns


@functools.lru_cache(maxsize=8)
def _newest_before(films: int) -> CompoundSelect[Any]:
    """The newest snapshots of so many films, as one small query for each, joined by UNION ALL.

    As a correlated subquery SQLite does the same, but MariaDB reads each film's whole history.
    Compiled once: an import executes it thousands of times.
    """
    own = movie_snapshots.c
    return union_all(
        *(
            select(
                select(movie_snapshots)
                .where(own.tmdb_id == bindparam(f"film_{n}"), own.snapshot_ts <= bindparam("at"))
                .order_by(own.snapshot_ts.desc())
                .limit(1)
                .subquery()
            )
            for n in range(films)
        )
    )
