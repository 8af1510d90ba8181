"""The demo's history: lists of past weeks as ticks would have stored them, many at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.ticks import run_tick
from tmdbdash.demo_history import DAILY_RISE, LISTS_AT_ONCE, RISER_RANK, RISES, save_history
from tmdbdash.settings import Settings
from tmdbdash.storage import Store, open_store

END = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAYS, EVERY, PAGES = 16, timedelta(hours=12), 4


def moments(end: datetime) -> list[datetime]:
    return [end - n * EVERY for n in range(2 * DAYS, -1, -1)]


def simulation(end: datetime) -> SimulatedTmdb:
    return SimulatedTmdb(films=120, seed=7, today=(end - timedelta(days=DAYS)).date())


@pytest.fixture
def settings(home: Home) -> Settings:
    return home.settings(simulated=True)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    with simulation(END) as tmdb:
        assert save_history(settings, tmdb, moments(END), pages=PAGES) == 2 * DAYS + 1
        assert tmdb.world.today == END.date()
        assert tmdb.requests == []
    with open_store(settings) as opened:
        yield opened


def times_of(store: Store) -> set[datetime]:
    ids = store.fetch_movie_columns(["tmdb_id"])["tmdb_id"]
    return {snapshot.snapshot_ts for snapshot in store.fetch_snapshots(ids)}


def test_it_is_stored_as_ticks_store_it(store: Store) -> None:
    listing = store.fetch_listing()
    assert listing is not None
    assert listing.observed_at == END
    assert 60 < len(listing.entries) <= 20 * PAGES
    films = store.fetch_movies([entry.tmdb_id for entry in listing.entries])
    for entry in listing.entries:
        film = films[entry.tmdb_id]
        assert (film.rank, film.popularity) == (entry.rank, entry.popularity)
        assert film.observed_at == film.snapshot_at == END
        assert film.inserted_at is not None
        assert film.details_at is not None
        assert not film.imported
    assert any(film.runtime for film in films.values())
    assert times_of(store) == set(moments(END))  # 12 hours on, a snapshot is due in any case
    runs = store.fetch_runs("ingest", 100)
    assert len(runs) == -(-(2 * DAYS + 1) // LISTS_AT_ONCE)
    assert {(run.source, run.outcome) for run in runs} == {("simulation", "ok")}


def test_films_enter_leave_and_one_rises(store: Store) -> None:
    listing = store.fetch_listing()
    assert listing is not None
    ids = store.fetch_movie_columns(["tmdb_id"])["tmdb_id"]
    assert len(ids) > len(listing.entries)
    week = END - timedelta(days=7)
    then = {s.tmdb_id: s.rank for s in store.fetch_snapshots(ids, week, week)}
    now = {entry.tmdb_id: entry.rank for entry in listing.entries}
    assert now.keys() - then.keys()
    assert then.keys() - now.keys()
    begun = END - RISES
    before = {s.rank: s.tmdb_id for s in store.fetch_snapshots(ids, begun, begun)}
    assert now[before[RISER_RANK]] < RISER_RANK - 20
    assert DAILY_RISE > 0


def test_ticks_go_on_where_it_ends(store: Store, settings: Settings) -> None:
    with simulation(END) as tmdb:
        save_history(settings, tmdb, moments(END), pages=PAGES)
        tmdb.advance(60)
        result = run_tick(store, tmdb, END + timedelta(hours=1), pages=PAGES)
    assert result.outcome == "ok"
    assert result.films_new < 15


def test_a_later_demo_takes_the_place_of_an_earlier_one(store: Store, settings: Settings) -> None:
    later = END + timedelta(hours=5)
    with simulation(later) as tmdb:
        save_history(settings, tmdb, moments(later), pages=PAGES)
    assert {at for at in times_of(store) if at >= moments(later)[0]} == set(moments(later))
    listing = store.fetch_listing()
    assert listing is not None
    assert listing.observed_at == later
    earlier = END - timedelta(days=2)
    with simulation(earlier) as tmdb:  # as after a clock that was ahead
        save_history(settings, tmdb, moments(earlier), pages=PAGES)
    listing = store.fetch_listing()
    assert listing is not None
    assert listing.observed_at == earlier
    assert max(times_of(store)) == earlier
