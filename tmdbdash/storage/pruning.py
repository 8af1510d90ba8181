"""What may not be kept any longer, dropped in small transactions of its own.

One large DELETE would hold its locks for as long as it takes, and on a cluster be sent to every
node as one piece. What a pruning does not come to is left for the next one.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import Table, delete, exists, false, func, select, tuple_

from tmdbdash.storage import forecasts, groups
from tmdbdash.storage.dropping import ROWS_AT_ONCE, drop_rows
from tmdbdash.storage.schema import (
    contributions,
    model_predictions,
    movie_snapshots,
    movies,
    runs,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

    from tmdbdash.storage.engine import Database

log = logging.getLogger(__name__)

FILMS_AT_ONCE = 400
USUAL = timedelta(days=2)
"""Ticks come every few minutes, and each prunes what became too old since the one before."""
MUCH = 0.1
"""The part of the history that is not dropped without a word."""


def prune(database: Database, before: datetime, seconds: float) -> bool:
    """Drop what ``ingest`` stored before a time: snapshots, runs, forecasts, then films.

    Imported snapshots stay. A film goes when it was last observed before then and has no snapshot
    left, and all that was made of it goes with it: by the snapshots, since a time of observation
    may be of a wrong clock. Stops after ``seconds``, of which one transaction may be too many;
    whether nothing is left to be dropped.
    """
    until = time.monotonic() + seconds
    _warn_of_much(database, before)
    for part in (_snapshots, _runs, forecasts.prune, _films):
        while database.write(partial(part, before=before)):
            if time.monotonic() >= until:
                return False
    return True


def _warn_of_much(database: Database, before: datetime) -> None:
    """Warn where a large part of the history is about to go; counts only where that may be."""
    snapshots = movie_snapshots.c
    due = (snapshots.imported == false(), snapshots.snapshot_ts < before)
    oldest = database.read(
        lambda c: c.execute(select(func.min(snapshots.snapshot_ts)).where(*due)).scalar()
    )
    if oldest is None or before - oldest <= USUAL:
        return
    number, kept = database.read(
        lambda c: (
            c.execute(select(func.count()).select_from(movie_snapshots).where(*due)).scalar_one(),
            c.execute(select(func.count()).select_from(movie_snapshots)).scalar_one(),
        )
    )
    if number > MUCH * kept:
        log.warning(
            "%s of %s snapshots are older than TMDBDASH_RETENTION_DAYS allows (before %s) "
            "and are being dropped",
            f"{number:,}",
            f"{kept:,}",
            f"{before:%Y-%m-%d %H:%M} UTC",
        )


def _snapshots(connection: Connection, before: datetime) -> bool:
    columns = movie_snapshots.c
    due = (columns.imported == false(), columns.snapshot_ts < before)
    return _drop(connection, movie_snapshots, due, columns.snapshot_ts)


def _runs(connection: Connection, before: datetime) -> bool:
    return _drop(connection, runs, (runs.c.started_at < before,), runs.c.started_at)


def _drop(
    connection: Connection,
    table: Table,
    due: tuple[ColumnElement[bool], ...],
    order: ColumnElement[datetime],
) -> bool:
    """Drop rows by their keys, the oldest first; whether there may be more."""
    keys = tuple(table.primary_key.columns)
    found = connection.execute(select(*keys).where(*due).order_by(order).limit(ROWS_AT_ONCE)).all()
    if found:
        connection.execute(delete(table).where(tuple_(*keys).in_([tuple(row) for row in found])))
    return len(found) == ROWS_AT_ONCE


def _films(connection: Connection, before: datetime) -> bool:
    kept = exists().where(movie_snapshots.c.tmdb_id == movies.c.tmdb_id)
    old = (
        select(movies.c.tmdb_id)
        .where(movies.c.imported == false(), movies.c.observed_at < before, ~kept)
        .order_by(movies.c.observed_at)
        .limit(FILMS_AT_ONCE)
    )
    found = connection.execute(old).scalars().all()
    if found:
        groups.forget(connection, found)
        for table in (contributions, model_predictions, movies):
            drop_rows(connection, table, table.c.tmdb_id.in_(found))
    return len(found) == FILMS_AT_ONCE
