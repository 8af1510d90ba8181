"""Ticks and imports as tests make them, and all that they left in the store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.parts.faulty_tmdb import SimulatedTmdb
from tmdbdash.importing.importer import ImportOptions, ImportReport, import_files
from tmdbdash.ingest.deciding import decide
from tmdbdash.ingest.tick_result import TickResult
from tmdbdash.ingest.ticking import TickOptions, tick
from tmdbdash.records import FilmFacts, Movie, Observation, Snapshot
from tmdbdash.storage import Store
from tmdbdash.tmdb.client import ListQuery, TmdbClient

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STEP = timedelta(minutes=2)
POPULAR = ListQuery("popular")
ONE_PAGE = ListQuery("popular", pages=1)


def observed(facts: FilmFacts, at: datetime, rank: int | None = None, **how: Any) -> Observation:
    return Observation(facts=facts, at=at, rank=rank, **how)


def film_after(
    known: Movie | None, facts: FilmFacts, at: datetime, now: datetime, **how: Any
) -> Movie:
    """The film's row after an observation."""
    movie = decide(known, observed(facts, at, **how), now=now).movie or known
    assert movie is not None
    return movie


def run_tick(
    store: Store,
    tmdb: SimulatedTmdb,
    at: datetime = NOW,
    *,
    query: ListQuery = POPULAR,
    client_options: dict[str, Any] | None = None,
    told: datetime | None = None,
    **options: Any,
) -> TickResult:
    """A tick as of a time, which is TMDB's too unless another is ``told``."""
    settings: dict[str, Any] = {"budget": 60, "max_rps": 1000, "backoff": 0.01}
    settings |= client_options or {}
    tmdb.clock = lambda: told or at
    query = replace(query, pages=options.pop("pages", 2))
    how = TickOptions(**{"retention_days": 180, **options})
    with TmdbClient(base_url=tmdb.base_url, api_key=tmdb.api_key, **settings) as client:
        return tick(store, client, query, how, now=at, run_of=lambda done: done.to_run(at, at))


def bring_in(store: Store, *paths: Path, folder: Path, **options: Any) -> ImportReport:
    said = {
        name: options.pop(name)
        for name in ("observed_at", "mapping", "encoding", "dry_run")
        if name in options
    }
    arguments: dict[str, Any] = {"now": NOW, "reject_dir": folder / "rejects"} | options
    return import_files(store, paths, options=ImportOptions(**said), **arguments)


def dump(store: Store) -> tuple[list[Movie], list[Snapshot], object]:
    """All films, snapshots and the list, to the last byte."""
    ids = store.fetch_movie_columns(["tmdb_id"])["tmdb_id"]
    movies = store.fetch_movies(ids)
    return [movies[n] for n in ids], store.fetch_snapshots(ids), store.fetch_listing()
