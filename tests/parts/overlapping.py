"""Ticks that writers make at once; imported by processes that load nothing else of the tests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tmdbdash.records import FilmChange, ListEntry, Movie, Run, Snapshot, TickWrite
from tmdbdash.settings import load_settings
from tmdbdash.storage import Store, open_store

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TICKS = 6


def write_ticks(job: str, store: Store) -> None:
    """Ticks that overlap those of every other writer in all but the run."""
    for n in range(TICKS):
        at = NOON + timedelta(seconds=n)
        changes = [
            FilmChange(
                kind="changed",
                movie=Movie(tmdb_id=i, title=f"by {job}", observed_at=at),
                snapshot=Snapshot(
                    tmdb_id=i, snapshot_ts=at, popularity=1.0, vote_count=n, vote_average=None
                ),
            )
            for i in range(40, 0, -1)
        ]
        listing = tuple(
            ListEntry(rank=i, tmdb_id=i, popularity=1.0, vote_count=n, vote_average=None)
            for i in range(1, 41)
        )
        run = Run(job=job, started_at=at, finished_at=at, outcome="ok")
        store.save_tick(TickWrite(observed_at=at, changes=tuple(changes), listing=listing, run=run))
        store.prune(NOON - timedelta(days=1))


def write_ticks_in(home: str, job: str) -> None:
    with open_store(load_settings(Path(home))) as store:
        write_ticks(job, store)
