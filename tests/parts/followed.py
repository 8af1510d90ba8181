"""A store whose films have been followed for some time, as ticks would have left it."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from tests.parts import sample_rows as sample
from tmdbdash.records import FilmChange, ListEntry, Movie, Snapshot, TickWrite
from tmdbdash.storage import Store

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Route = Callable[[Movie, timedelta], float | None]
"""A film's popularity so long before now; ``None`` where it was not listed then."""


def steady(movie: Movie, _age: timedelta) -> float | None:
    return movie.popularity


def follow(
    store: Store,
    films: Iterable[Movie],
    ages: Iterable[timedelta],
    way: Route = steady,
    *,
    until: datetime = sample.OBSERVED,
    source: str = "popular",
) -> None:
    """Store what complete lists at these ages before ``until`` leave, in one transaction.

    Ranks go by popularity. Of the runs the last is stored.
    """
    known = list(films)
    snapshots: list[Snapshot] = []
    last: dict[int, Movie] = {}
    first_at: dict[int, datetime] = {}
    listed: list[Movie] = []
    at = until
    for age in sorted(ages, reverse=True):
        at = until - age
        values = [(movie, way(movie, age)) for movie in known]
        listed = [
            replace(movie, popularity=value, observed_at=at, snapshot_at=at)
            for movie, value in values
            if value is not None
        ]
        listed.sort(key=lambda movie: (-(movie.popularity or 0.0), movie.tmdb_id))
        listed = [replace(movie, rank=rank) for rank, movie in enumerate(listed, start=1)]
        for movie in listed:
            begun = first_at.setdefault(movie.tmdb_id, movie.inserted_at or at)
            last[movie.tmdb_id] = replace(
                movie, inserted_at=begun, updated_at=movie.updated_at or at
            )
            snapshots.append(snapshot_of(movie, at))
    store.save_tick(
        TickWrite(
            observed_at=at,
            changes=(
                *(FilmChange(kind="changed", movie=movie) for movie in last.values()),
                *(FilmChange(kind="changed", snapshot=snapshot) for snapshot in snapshots),
            ),
            listing=tuple(entry_of(movie) for movie in listed),
            run=sample.run("ingest", source=source, started_at=at, finished_at=at),
        )
    )


def snapshot_of(movie: Movie, at: datetime) -> Snapshot:
    return Snapshot(
        tmdb_id=movie.tmdb_id,
        snapshot_ts=at,
        popularity=movie.popularity,
        vote_count=movie.vote_count,
        vote_average=movie.vote_average,
        rank=movie.rank,
    )


def entry_of(movie: Movie) -> ListEntry:
    return ListEntry(
        rank=movie.rank or 0,
        tmdb_id=movie.tmdb_id,
        popularity=movie.popularity,
        vote_count=movie.vote_count,
        vote_average=movie.vote_average,
    )


def hours(count: int, step: int = 1) -> list[timedelta]:
    """Ages from none to ``count`` hours."""
    return [n * HOUR for n in range(0, count + 1, step)]
