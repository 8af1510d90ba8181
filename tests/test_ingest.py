"""Ticks against the simulated TMDB, over both engines."""

import dataclasses
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts.engines import on_sqlite
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.simulated import TODAY
from tests.parts.ticks import NOW, STEP, run_tick
from tmdbdash.errors import UsageError
from tmdbdash.storage import Store
from tmdbdash.tmdb.answers import ListPage
from tmdbdash.tmdb.client import ListQuery, TmdbClient


def paths(tmdb: SimulatedTmdb) -> list[str]:
    return [seen.path for seen in tmdb.requests]


def test_first_and_steady_tick_make_42_and_2_requests(store: Store, tmdb: SimulatedTmdb) -> None:
    first = run_tick(store, tmdb)
    assert (first.outcome, first.requests, first.films_new) == ("ok", 42, 40)
    assert (first.details_fetched, first.snapshots) == (40, 40)
    assert len(tmdb.requests) == 42
    tmdb.forget()
    steady = run_tick(store, tmdb, NOW + STEP)
    assert paths(tmdb) == ["/movie/popular"] * 2
    assert (steady.requests, steady.films_seen) == (2, 40)
    assert (steady.films_unchanged, steady.snapshots) == (40, 0)
    run = store.fetch_last_run("ingest")
    assert run is not None
    assert (run.outcome, run.requests, run.films_unchanged) == ("ok", 2, 40)
    assert len(store.fetch_runs("ingest", 10)) == 2


def test_what_a_tick_stores(store: Store, tmdb: SimulatedTmdb) -> None:
    result = run_tick(store, tmdb)
    listing = store.fetch_listing()
    assert listing is not None
    assert listing.observed_at == NOW
    assert [entry.rank for entry in listing.entries] == list(range(1, 41))
    assert [movie.tmdb_id for movie in result.top] == [e.tmdb_id for e in listing.entries[:10]]
    movies = store.fetch_movies([entry.tmdb_id for entry in listing.entries])
    for entry in listing.entries:
        movie = movies[entry.tmdb_id]
        assert (movie.rank, movie.popularity) == (entry.rank, entry.popularity)
        assert movie.observed_at == movie.details_at == movie.snapshot_at == NOW
        assert not movie.imported
    assert any(movie.runtime for movie in movies.values())
    assert any(movie.imdb_id for movie in movies.values())
    snapshots = store.fetch_snapshots(movies)
    assert {(s.tmdb_id, s.rank) for s in snapshots} == {
        (e.tmdb_id, e.rank) for e in listing.entries
    }


def test_snapshots_follow_changes_and_at_least_every_six_hours(
    store: Store, tmdb: SimulatedTmdb
) -> None:
    run_tick(store, tmdb)
    tmdb.advance(2)
    moved = run_tick(store, tmdb, NOW + STEP)
    assert 0 < moved.films_changed == moved.snapshots < 40
    still = run_tick(store, tmdb, NOW + 2 * STEP)
    assert still.snapshots == 0
    later = run_tick(store, tmdb, NOW + timedelta(hours=6))
    assert (later.films_changed, later.snapshots) == (0, 40 - moved.snapshots)


@on_sqlite
def test_details_are_asked_for_again_after_a_day(store: Store, tmdb: SimulatedTmdb) -> None:
    run_tick(store, tmdb, pages=1)
    assert run_tick(store, tmdb, NOW + timedelta(hours=12)).requests == 22
    tmdb.forget()
    again = run_tick(store, tmdb, NOW + timedelta(days=1), pages=1)
    assert (again.requests, again.details_fetched) == (21, 20)


@on_sqlite
def test_new_films_come_first_then_the_oldest_details(store: Store, tmdb: SimulatedTmdb) -> None:
    run_tick(store, tmdb, pages=1)
    listing = store.fetch_listing()
    assert listing is not None
    oldest = listing.entries[7].tmdb_id
    for number, entry in enumerate(listing.entries):
        age = timedelta(days=9 if entry.tmdb_id == oldest else 2, seconds=number)
        movie = dataclasses.replace(
            store.fetch_movies([entry.tmdb_id])[entry.tmdb_id], details_at=NOW - age
        )
        _store_movie(store, movie)
    tmdb.forget()
    run_tick(store, tmdb, NOW + STEP, client_options={"workers": 1})
    asked = [int(path.rpartition("/")[2]) for path in paths(tmdb)[2:]]
    known = {entry.tmdb_id for entry in listing.entries}
    assert not known & set(asked[:20])
    assert asked[20] == oldest
    assert known == set(asked[20:])


def _store_movie(store: Store, movie: Any) -> None:
    from tmdbdash.records import FilmChange, TickWrite

    store.save_tick(TickWrite(observed_at=NOW, changes=(FilmChange(kind="changed", movie=movie),)))


@on_sqlite
def test_no_more_pages_are_read_than_there_are(store: Store, tmdb: SimulatedTmdb) -> None:
    result = run_tick(store, tmdb, pages=500, query=ListQuery("discover"))
    assert result.outcome == "ok"
    assert (result.pages_wanted, result.films_seen) == (6, 120)


@on_sqlite
def test_a_query_without_films_says_so(store: Store, tmdb: SimulatedTmdb) -> None:
    run_tick(store, tmdb)
    before = store.fetch_listing()
    query = ListQuery("discover", min_votes=100_000_000)
    result = run_tick(store, tmdb, NOW + STEP, query=query)
    assert (result.outcome, result.films_seen) == ("incomplete", 0)
    assert "no film that matches" in str(result.message)
    assert store.fetch_listing() == before


@on_sqlite
def test_a_shrunken_list_is_not_published(
    store: Store, tmdb: SimulatedTmdb, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_tick(store, tmdb)
    before = store.fetch_listing()
    whole = TmdbClient.fetch_list

    def shrunk(client: TmdbClient, query: ListQuery, page: int) -> ListPage:
        answer = whole(client, query, page)
        return dataclasses.replace(answer, total_pages=1, films=answer.films[:3])

    monkeypatch.setattr(TmdbClient, "fetch_list", shrunk)
    shrunken = run_tick(store, tmdb, NOW + STEP)
    narrow = run_tick(store, tmdb, NOW + 2 * STEP, query=ListQuery("discover"))
    assert "1 page of popular films, where 2" in str(shrunken.message)
    assert "3 films, too few to take the place of the 40" in str(narrow.message)
    assert shrunken.exit_code == narrow.exit_code == 3
    assert store.fetch_listing() == before


@on_sqlite
def test_a_narrow_query_may_have_few_films_from_the_start(store: Store) -> None:
    with SimulatedTmdb(films=3, seed=1, untidy=False, today=TODAY) as small:
        result = run_tick(store, small, query=ListQuery("discover"))
    assert (result.outcome, result.films_seen) == ("ok", 3)
    listing = store.fetch_listing()
    assert listing is not None
    assert len(listing.entries) == 3


@on_sqlite
def test_discovered_films_are_a_list_like_any_other(store: Store, tmdb: SimulatedTmdb) -> None:
    result = run_tick(store, tmdb, query=ListQuery("discover", genres=("Drama",)), pages=1)
    assert (result.source, result.outcome) == ("discover", "ok")
    assert all("Drama" in movie.genres for movie in result.top)


@on_sqlite
def test_portuguese_titles_come_with_english_genres(store: Store, tmdb: SimulatedTmdb) -> None:
    english = run_tick(store, tmdb, pages=1)
    portuguese = run_tick(store, tmdb, NOW + STEP, pages=1, client_options={"language": "pt-BR"})
    assert [m.genres for m in english.top] == [m.genres for m in portuguese.top]
    assert [m.title for m in english.top] != [m.title for m in portuguese.top]
    assert portuguese.films_seen == 20


def test_a_list_without_metrics_keeps_those_that_are_known(
    store: Store, tmdb: SimulatedTmdb
) -> None:
    first = run_tick(store, tmdb)
    before = store.fetch_listing()
    tmdb.faults.add("/movie/popular", "zeroed")
    second = run_tick(store, tmdb, NOW + STEP)
    assert (second.outcome, second.films_changed, second.snapshots) == ("ok", 0, 0)
    assert [m.popularity for m in second.top] == [m.popularity for m in first.top]
    after = store.fetch_listing()
    assert before is not None
    assert after is not None
    assert after.entries == before.entries


@on_sqlite
def test_untidy_lists_are_survived(store: Store) -> None:
    with SimulatedTmdb(films=300, seed=3, today=TODAY) as tmdb:
        seen = 0
        for number in range(6):
            result = run_tick(store, tmdb, NOW + number * STEP, pages=8)
            assert result.outcome == "ok"
            seen = max(seen, 160 - result.films_seen)
            ranks = [entry.rank for entry in store.fetch_listing().entries]  # type: ignore[union-attr]
            assert ranks == list(range(1, result.films_seen + 1))
            tmdb.advance(300)
        assert seen > 0, "no list had a film twice or an adult one"


@on_sqlite
def test_recorded_answers_can_be_read_back(
    store: Store, tmdb: SimulatedTmdb, tmp_path: Path
) -> None:
    record = tmp_path / "answers.jsonl"
    record.write_text('{"observed_at": "2026-11-22T08:58:00Z", "bo')
    run_tick(store, tmdb, record=record)
    run_tick(store, tmdb, NOW + STEP, record=record)
    torn, *lines = record.read_text().splitlines()
    assert torn.endswith('"bo')
    told = [json.loads(line) for line in lines]
    assert [line["observed_at"] for line in told] == ["2026-11-22T09:00:00Z"] * 2 + [
        "2026-11-22T09:02:00Z"
    ] * 2
    assert [line["body"]["page"] for line in told] == [1, 2, 1, 2]
    assert len(told[0]["body"]["results"]) == 20
    assert tmdb.api_key not in record.read_text()


@on_sqlite
def test_a_record_that_cannot_be_written_stops_before_any_request(
    store: Store, tmdb: SimulatedTmdb, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="missing/answers"):
        run_tick(store, tmdb, record=tmp_path / "missing" / "answers.jsonl")
    assert tmdb.requests == []


def test_a_dry_run_reads_and_tells_and_writes_nothing(
    store: Store, tmdb: SimulatedTmdb, tmp_path: Path
) -> None:
    record = tmp_path / "answers.jsonl"
    result = run_tick(store, tmdb, record=record, dry_run=True)
    assert (result.films_new, result.requests, len(result.top)) == (40, 42, 10)
    assert result.as_json()["dry_run"]
    assert (store.count_movies(), store.fetch_listing()) == (0, None)
    assert store.fetch_last_run("ingest") is None
    assert not record.exists()


def test_what_is_older_than_the_retention_goes(store: Store, tmdb: SimulatedTmdb) -> None:
    run_tick(store, tmdb, NOW - timedelta(days=200), query=ListQuery("discover"), pages=6)
    films = store.count_movies()
    run_tick(store, tmdb, retention_days=0)
    assert store.count_movies() == films
    run_tick(store, tmdb, NOW + STEP)
    assert store.count_movies() == 40
    oldest = min(s.snapshot_ts for s in store.fetch_snapshots(_ids(store)))
    assert oldest >= NOW


def _ids(store: Store) -> list[int]:
    ids: list[int] = store.fetch_movie_columns(["tmdb_id"])["tmdb_id"]
    return ids


@on_sqlite
def test_the_result_as_json_is_plain(store: Store, tmdb: SimulatedTmdb) -> None:
    told = json.loads(json.dumps(run_tick(store, tmdb, simulated=True).as_json(), allow_nan=False))
    assert told["source"] == "simulation"
    assert told["observed_at"] == "2026-11-22T09:00:00Z"
    assert [film["rank"] for film in told["top"]] == list(range(1, 11))
    assert set(told["top"][0]) == {
        "rank", "tmdb_id", "title", "popularity", "vote_count", "vote_average",
    }  # fmt: skip
