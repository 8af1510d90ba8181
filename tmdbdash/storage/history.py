"""Snapshots: what was true when."""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import CompoundSelect, bindparam, delete, false, select, union_all

from tmdbdash.records import Snapshot
from tmdbdash.storage.films import in_parts
from tmdbdash.storage.schema import (
    movie_snapshots,
)
from tmdbdash.storage.upserts import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection


UNION_TERMS = 100
"""Queries joined in one statement; SQLite takes 500."""


def fetch_snapshots(
    connection: Connection,
    ids: Collection[int],
    since: datetime | None,
    until: datetime | None,
) -> list[Snapshot]:
    """Snapshots of these films from ``since`` to ``until``, both included, by film and time."""
    columns = movie_snapshots.c
    query = select(movie_snapshots).order_by(columns.tmdb_id, columns.snapshot_ts)
    if since is not None:
        query = query.where(columns.snapshot_ts >= since)
    if until is not None:
        query = query.where(columns.snapshot_ts <= until)
    return [
        Snapshot(**row)
        for part in in_parts(ids)
        for row in connection.execute(query.where(columns.tmdb_id.in_(part))).mappings()
    ]


def fetch_snapshots_before(
    connection: Connection, ids: Collection[int], at: datetime
) -> dict[int, Snapshot]:
    """For each film its newest snapshot at or before ``at``: one index seek a film.

    One small query a film, joined by UNION ALL: as a correlated subquery SQLite does the same,
    but MariaDB reads each film's whole history.
    """
    found = {}
    for part in in_parts(ids, UNION_TERMS):
        given = {f"film_{n}": tmdb_id for n, tmdb_id in enumerate(part)} | {"at": at}
        for row in connection.execute(_newest_before(len(given) - 1), given).mappings():
            found[row["tmdb_id"]] = Snapshot(**row)
    return found


@functools.lru_cache(maxsize=8)
def _newest_before(number: int) -> CompoundSelect[Any]:
    """The query for so many films, made once: an import asks for thousands of them."""
    columns = movie_snapshots.c
    return union_all(
        *(
            select(
                select(movie_snapshots)
                .where(
                    columns.tmdb_id == bindparam(f"film_{n}"),
                    columns.snapshot_ts <= bindparam("at"),
                )
                .order_by(columns.snapshot_ts.desc())
                .limit(1)
                .subquery()
            )
            for n in range(number)
        )
    )


def save_snapshots(connection: Connection, snapshots: Sequence[Snapshot]) -> None:
    """Write snapshots; one of the same film and time is replaced."""
    if snapshots:
        upsert(connection, movie_snapshots, snapshots)


def drop_misdated(connection: Connection, ids: Collection[int], after: datetime) -> None:
    """Drop what these films have of after a time, but for what was imported."""
    columns = movie_snapshots.c
    for part in in_parts(ids):
        connection.execute(
            delete(movie_snapshots).where(
                columns.tmdb_id.in_(part),
                columns.snapshot_ts > after,
                columns.imported == false(),
            )
        )


def drop_snapshots(connection: Connection, which: Sequence[tuple[int, datetime]]) -> None:
    """Drop single snapshots, named by film and time; one that is not there is no matter."""
    columns = movie_snapshots.c
    at_once: dict[datetime, list[int]] = {}
    for tmdb_id, at in which:
        at_once.setdefault(at, []).append(tmdb_id)
    for at, ids in sorted(at_once.items()):
        for part in in_parts(ids):
            connection.execute(
                delete(movie_snapshots).where(columns.tmdb_id.in_(part), columns.snapshot_ts == at)
            )
