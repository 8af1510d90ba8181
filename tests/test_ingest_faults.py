"""Ticks that meet faults, against the simulated TMDB, over both engines."""

from datetime import timedelta
from typing import Any

import pytest

from tests.parts.engines import on_sqlite
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.ticks import NOW, STEP, run_tick
from tmdbdash.errors import TmdbError
from tmdbdash.storage import Store
from tmdbdash.tmdb.client import TmdbRefused, TmdbUnavailable


def test_failed_details_blank_nothing_and_are_asked_for_again(
    store: Store, tmdb: SimulatedTmdb
) -> None:
    run_tick(store, tmdb, pages=1)
    listing = store.fetch_listing()
    assert listing is not None
    before = store.fetch_movies([entry.tmdb_id for entry in listing.entries])
    victim = listing.entries[0].tmdb_id
    tmdb.faults.add(f"/movie/{victim}", "garbage")
    day = NOW + timedelta(days=1)
    result = run_tick(store, tmdb, day, pages=1)
    assert (result.outcome, result.details_failed, result.details_fetched) == ("ok", 1, 19)
    after = store.fetch_movies(before)
    assert after[victim].details_at == NOW
    for name in ("runtime", "imdb_id", "genres", "budget", "spoken_languages"):
        assert getattr(after[victim], name) == getattr(before[victim], name)
    assert result.message == "details of 1 film could not be read"
    tmdb.faults.clear()
    assert run_tick(store, tmdb, day + STEP, pages=1).requests == 2


@on_sqlite
def test_a_film_that_tmdb_no_longer_has_is_not_asked_for_every_tick(
    store: Store, tmdb: SimulatedTmdb
) -> None:
    tmdb.faults.add("/movie/popular", "slow", seconds=0)
    tmdb.faults.add("/movie/", "status", status=404)
    result = run_tick(store, tmdb, pages=1)
    assert (result.outcome, result.details_fetched, result.films_new) == ("ok", 20, 20)
    assert run_tick(store, tmdb, NOW + STEP, pages=1).requests == 1


@on_sqlite
def test_five_failures_in_a_row_leave_tmdb_alone_until_the_next_tick(
    store: Store, tmdb: SimulatedTmdb
) -> None:
    tmdb.faults.add("/movie/popular", "slow", seconds=0)
    tmdb.faults.add("/movie/", "status", status=500)
    result = run_tick(store, tmdb)
    assert result.outcome == "ok"
    assert result.films_new == 40
    assert result.details_left > 0
    assert result.details_failed + result.details_left == 40
    tmdb.faults.clear()
    tmdb.forget()
    assert run_tick(store, tmdb, NOW + STEP).requests == 42


@on_sqlite
def test_the_deadline_leaves_details_to_the_next_tick(store: Store, tmdb: SimulatedTmdb) -> None:
    result = run_tick(store, tmdb, client_options={"budget": 2.0, "max_rps": 8})
    assert result.outcome == "ok"
    assert result.films_seen == 40
    assert 0 < result.details_left < 40
    assert result.details_fetched + result.details_left == 40
    assert "left for the next tick" in str(result.message)
    assert store.fetch_listing() is not None
    rest = run_tick(store, tmdb, NOW + STEP)
    assert rest.details_fetched == result.details_left


@on_sqlite
@pytest.mark.parametrize(
    ("fault", "options", "told"),
    [
        ("garbage", {}, "page 2 failed"),
        ("not_a_dict", {}, "page 2 failed"),
        ("status", {"status": 500}, "page 2 failed"),
        ("empty", {}, "page 2 is empty"),
    ],
)
def test_an_incomplete_list_stores_what_is_sound_and_keeps_the_top(
    store: Store, tmdb: SimulatedTmdb, fault: Any, options: dict[str, Any], told: str
) -> None:
    run_tick(store, tmdb)
    before = store.fetch_listing()
    tmdb.advance(600)
    tmdb.faults.add("/movie/popular", fault, page=2, **options)
    result = run_tick(store, tmdb, NOW + STEP)
    assert (result.outcome, result.exit_code) == ("incomplete", 3)
    assert told in str(result.message)
    assert (result.films_seen, result.pages_read) == (20, 2 if fault == "empty" else 1)
    assert store.fetch_listing() == before
    listed = [movie.tmdb_id for movie in result.top]
    assert all(m.observed_at == NOW + STEP for m in store.fetch_movies(listed).values())
    run = store.fetch_last_run("ingest")
    assert run is not None
    assert (run.outcome, run.exit_code) == ("incomplete", 3)


def test_page_one_missing_does_not_lose_the_others(store: Store, tmdb: SimulatedTmdb) -> None:
    tmdb.faults.add("/movie/popular", "garbage", page=1)
    result = run_tick(store, tmdb, pages=3)
    assert result.outcome == "incomplete"
    assert result.films_seen == 40
    assert "page 1 failed" in str(result.message)
    assert store.fetch_listing() is None


@on_sqlite
def test_a_refused_key_ends_the_tick_at_once(store: Store, tmdb: SimulatedTmdb) -> None:
    tmdb.faults.add("/", "status", status=401)
    with pytest.raises(TmdbRefused):
        run_tick(store, tmdb)
    assert len(tmdb.requests) == 1
    assert store.count_movies() == 0


@on_sqlite
def test_a_refusal_among_details_ends_the_tick_at_once(store: Store, tmdb: SimulatedTmdb) -> None:
    tmdb.faults.add("/movie/popular", "slow", seconds=0)
    tmdb.faults.add("/movie/", "status", status=401)
    with pytest.raises(TmdbRefused):
        run_tick(store, tmdb, pages=6)
    assert len(tmdb.requests) < 60
    assert store.count_movies() == 0


@on_sqlite
def test_a_server_that_is_down_is_not_asked_for_every_page(
    store: Store, tmdb: SimulatedTmdb
) -> None:
    tmdb.faults.add("/", "drop")
    with pytest.raises(TmdbUnavailable):
        run_tick(store, tmdb, pages=6)
    assert {seen.query.get("page") for seen in tmdb.requests} == {"1", "2"}


@on_sqlite
def test_a_time_that_is_over_before_the_first_page_is_an_error(
    store: Store, tmdb: SimulatedTmdb
) -> None:
    with pytest.raises(TmdbError):
        run_tick(store, tmdb, client_options={"budget": 0.0})
