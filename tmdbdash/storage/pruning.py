"""Dropping what is older than its retention, in small transactions.

One large DELETE would keep its locks until it ends, and on a cluster be sent to every node as one
piece. What is left when the time is over is for the next pruning.
"""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import exists, false, func, select

from tmdbdash.records import JOBS
from tmdbdash.storage import clusters
from tmdbdash.storage.dropping import drop_oldest, drop_rows, fetch_oldest_kept
from tmdbdash.storage.film_people import OF_FILMS
from tmdbdash.storage.forecasts import drop_old_forecasts
from tmdbdash.storage.schema import (
    contributions,
    importances,
    live_predictions,
    model_files,
    model_metrics,
    model_predictions,
    movie_snapshots,
    movies,
    runs,
    trainings,
)
from tmdbdash.storage.transactions import Queries
from tmdbdash.utc import minute

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from tmdbdash.storage.engine import Database

log = logging.getLogger(__name__)

FILMS_AT_ONCE = 400
USUAL = timedelta(days=2)
"""Ticks come every few minutes, and each prunes what became too old since the one before."""
MOST_RUNS = 50_000
"""Of each job: two months of one every two minutes."""
MUCH = 0.1
"""The share of the history that is dropped with a warning."""


class PruningQueries(Queries):
    """The part of `Store` that drops what is too old."""

    def prune(
        self,
        before: datetime | None,
        *,
        records_before: datetime | None = None,
        seconds: float = 5.0,
    ) -> bool:
        """Drop what ``ingest`` stored before a time, in small transactions; imports stay.

        A film is dropped with its last snapshot, where its time of observation is old too (it may
        be of a wrong clock), and with it all that was made of it. Runs and forecasts, which are no
        history, go before the later of both times, and the oldest runs of a job beyond a number at
        any time. ``None`` sets no time. Returns whether all was done within ``seconds``; what is
        left is for the next time. Warns where a tenth of the history is to go.
        """
        until = time.monotonic() + seconds
        parts: list[Callable[[Connection], bool]] = [_surplus_runs]
        if times := [at for at in (before, records_before) if at is not None]:
            parts += [partial(part, before=max(times)) for part in (_runs, drop_old_forecasts)]
        if before is not None:
            _warn_of_much(self.database, before)
            parts += [partial(part, before=before) for part in (_snapshots, _films)]
        return all(_in_turns(self.database, part, until) for part in parts)


def drop_old_trainings(
    database: Database, newest: datetime, keep: int, seconds: float = 60.0
) -> bool:
    """Drop all but the ``keep`` newest trainings up to ``newest``, with all that they brought.

    Returns whether that was completed within ``seconds``.
    """
    until = time.monotonic() + seconds
    at = trainings.c.trained_at
    oldest_kept = database.read(lambda c: fetch_oldest_kept(c, at, newest, keep))
    if oldest_kept is None:
        return True
    columns = (
        at,  # first, so that no training is read of which a part is gone
        model_predictions.c.pred_ts,
        contributions.c.pred_ts,
        importances.c.trained_at,
        model_metrics.c.trained_at,
        model_files.c.trained_at,
    )
    parts = [
        partial(drop_oldest, table=column.table, due=(column < oldest_kept,), order=column)
        for column in columns
    ]
    return all(_in_turns(database, part, until) for part in parts)


def _in_turns(database: Database, part: Callable[[Connection], bool], until: float) -> bool:
    """Run ``part`` until it drops nothing more; whether that was before ``until``, monotonic."""
    while database.write(part):
        if time.monotonic() >= until:
            return False
    return True


def _warn_of_much(database: Database, before: datetime) -> None:
    """Warn before a large part of the history is dropped; counts rows only where that may be."""
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
            minute(before),
        )


def _snapshots(connection: Connection, before: datetime) -> bool:
    columns = movie_snapshots.c
    due = (columns.imported == false(), columns.snapshot_ts < before)
    return drop_oldest(connection, movie_snapshots, due, columns.snapshot_ts)


def _runs(connection: Connection, before: datetime) -> bool:
    return drop_oldest(connection, runs, (runs.c.started_at < before,), runs.c.started_at)


def _surplus_runs(connection: Connection) -> bool:
    at = runs.c.started_at
    more = False
    for job in (*JOBS, "run"):
        newest_first = select(at).where(runs.c.job == job).order_by(at.desc())
        surplus = connection.execute(newest_first.offset(MOST_RUNS).limit(1)).scalar()
        if surplus is not None:
            more |= drop_oldest(connection, runs, (runs.c.job == job, at <= surplus), at)
    return more


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
        clusters.drop_films(connection, found)
        for table in (*OF_FILMS, contributions, live_predictions, model_predictions, movies):
            drop_rows(connection, table, table.c.tmdb_id.in_(found))
    return len(found) == FILMS_AT_ONCE
