"""A round under a clock that was far ahead, and the next one at the right time."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts.engines import on_sqlite
from tests.parts.home import Home
from tests.parts.popular import lines_of, observed, walking_columns, write_lines
from tests.parts.simulated import connect
from tests.parts.ticks import NOW, STEP, bring_in, dump, run_tick
from tmdbdash import rounds
from tmdbdash.ingest.clock import WrongClockError
from tmdbdash.ingest.deciding import decide
from tmdbdash.job_runner import JobOptions
from tmdbdash.learning.artifacts import model_folders as models_on_disk
from tmdbdash.learning.jobs.forecast import refresh_forecasts
from tmdbdash.learning.jobs.stored_forecasts import read_forecasts
from tmdbdash.records import (
    Evaluation,
    FilmChange,
    FilmFacts,
    ListEntry,
    Run,
    Snapshot,
    TickWrite,
    TrainingRun,
)
from tmdbdash.report.query.page_queries import fetch_rows
from tmdbdash.simulation import SimulatedTmdb
from tmdbdash.status import read_status
from tmdbdash.storage import Store, open_store
from tmdbdash.tmdb.client import ListQuery
from tmdbdash.tmdb.statuses import server_time

HOUR = timedelta(hours=1)
AHEAD = NOW + timedelta(days=400)


def ids_of(store: Store) -> list[int]:
    listing = store.fetch_listing()
    assert listing is not None
    return [entry.tmdb_id for entry in listing.entries]


def at(moment: datetime) -> JobOptions:
    return JobOptions(pings=False, clock=lambda: moment)


def test_a_tick_at_the_right_time_heals_what_one_of_2027_left(
    store: Store, tmdb: SimulatedTmdb
) -> None:
    run_tick(store, tmdb, AHEAD)
    tmdb.advance(600)
    healed = run_tick(store, tmdb)
    assert (healed.outcome, healed.films_seen) == ("ok", 40)
    assert healed.snapshots == 40
    listing = store.fetch_listing()
    assert listing is not None
    assert listing.observed_at == NOW
    assert [entry.tmdb_id for entry in listing.entries[:10]] == [m.tmdb_id for m in healed.top]
    for entry in listing.entries:
        movie = store.fetch_movies([entry.tmdb_id])[entry.tmdb_id]
        assert movie.observed_at == movie.details_at == movie.snapshot_at == NOW
        assert movie.updated_at == NOW
        assert (movie.rank, movie.popularity) == (entry.rank, entry.popularity)
    tmdb.forget()
    steady = run_tick(store, tmdb, NOW + STEP)
    assert (steady.requests, steady.films_unchanged, steady.snapshots) == (2, 40, 0)


@on_sqlite
def test_clocks_that_differ_a_little_are_believed(store: Store, tmdb: SimulatedTmdb) -> None:
    ahead = NOW + timedelta(minutes=4)
    run_tick(store, tmdb, ahead)
    run_tick(store, tmdb)
    listing = store.fetch_listing()
    assert listing is not None
    assert listing.observed_at == ahead
    movie = store.fetch_movies([listing.entries[0].tmdb_id])[listing.entries[0].tmdb_id]
    assert movie.observed_at == movie.details_at == ahead


def test_an_import_never_replaces_a_newer_list(store: Store) -> None:
    entry = ListEntry(rank=1, tmdb_id=1, popularity=1.0, vote_count=1, vote_average=1.0)
    for moment in (AHEAD, NOW):
        store.save_tick(TickWrite(observed_at=moment, changes=(), listing=(entry,)))
    listing = store.fetch_listing()
    assert listing is not None
    assert listing.observed_at == AHEAD


def test_a_training_ahead_is_neither_used_nor_pushes_others_out(store: Store) -> None:
    def training(moment: datetime) -> TrainingRun:
        return TrainingRun(
            trained_at=moment, films=9, rows=9, seconds=1.0, fingerprint="", metrics={}
        )

    for number in range(3):
        store.save_training(training(AHEAD + number * STEP), [], keep=3)
    assert store.fetch_last_training(NOW) is None
    store.save_training(training(NOW), [], keep=3)
    found = store.fetch_last_training(NOW)
    assert found is not None
    assert found.trained_at == NOW
    assert len(store.fetch_trainings(9)) == 4


@pytest.mark.usefixtures("few_models")
def test_page_and_status_are_sound_after_a_round_of_2027(home: Home, tmdb: SimulatedTmdb) -> None:
    settings = connect(home, tmdb).settings()
    popular = ListQuery("popular")
    tmdb.clock = lambda: NOW
    assert rounds.run_round(settings, popular, pages=3, options=at(AHEAD)) is not None
    with open_store(settings) as store:
        judged = {j.job: j.freshness for j in read_status(store, settings, NOW).jobs}
        for job in ("ingest", "train"):
            assert judged[job] is not None
            assert judged[job].state == "stale"  # type: ignore[union-attr]  # just looked at
    tmdb.advance(600)
    done = rounds.run_round(settings, popular, pages=3, options=at(NOW))
    assert done is not None
    assert done.steps == dict.fromkeys(("ingest", "train", "predict", "render"), "ok")
    with open_store(settings) as store:
        status = read_status(store, settings, NOW + timedelta(minutes=1))
        assert status.stale == ()
        found = {j.job: j for j in status.jobs}
        for job in ("ingest", "train", "predict", "render"):
            last = found[job].last
            assert last is not None
            assert last.started_at == NOW
        listing = store.fetch_listing()
    data = json.loads((settings.out_dir / "data.json").read_text())
    assert (data["observed_at"], data["trained_at"]) == ("2026-11-22T09:00:00Z",) * 2
    assert listing is not None
    assert {film["tmdb_id"] for film in data["panels"]["top"]} == {
        entry.tmdb_id for entry in listing.entries[:10]
    }
    assert len(data["panels"]["predictions"]) == 20
    with open_store(settings) as store:
        rows = fetch_rows(store, settings, NOW + timedelta(minutes=1))
        evaluation = store.fetch_study(Evaluation, until=NOW)
    assert rows.training is not None
    assert rows.training.trained_at == NOW
    assert evaluation is not None
    assert rows.evaluation == evaluation
    assert {group.made_at for group in rows.clusters} == {NOW}
    assert {place.made_at for place in rows.embeddings} == {NOW}
    assert rows.clustering is not None
    assert {forecast.origin_at for forecast in rows.forecasts} == {NOW}
    assert {basis.origin_at for basis in rows.forecast_bases} == {NOW}
    assert models_on_disk.models_folder(settings.models_dir, NOW).is_dir()


def test_forecasts_go_on_after_a_list_of_a_clock_far_ahead(store: Store, tmp_path: Path) -> None:
    lines = list(lines_of(walking_columns(days=10, films=6)))
    bring_in(store, write_lines(tmp_path / "a.jsonl", lines[:9]), folder=tmp_path)
    first, next_day = observed(lines[8]), observed(lines[9])
    assert refresh_forecasts(store, first)
    listing = store.fetch_listing()
    assert listing is not None
    ahead = first + timedelta(days=400)
    store.save_tick(TickWrite(observed_at=ahead, changes=(), listing=listing.entries))
    assert refresh_forecasts(store, ahead)
    assert {f.origin_at for f in store.fetch_forecasts(first)} == {first}, "dropped nothing"

    def seen(entry: ListEntry) -> Snapshot:
        return Snapshot(
            tmdb_id=entry.tmdb_id,
            snapshot_ts=next_day,
            popularity=entry.popularity,
            vote_count=None,
            vote_average=None,
        )

    # The clock is right again: what the next tick stores heals the list.
    store.save_tick(
        TickWrite(
            observed_at=next_day,
            changes=tuple(FilmChange(kind="changed", snapshot=seen(e)) for e in listing.entries),
            listing=listing.entries,
            believed_until=next_day,
        )
    )
    assert refresh_forecasts(store, next_day)
    kept = read_forecasts(store)
    assert {basis.origin_at for basis in kept.bases} == {next_day}
    assert len(kept.bases) == 3
    assert set(kept.by_film) == set(range(1, 7))
    assert not refresh_forecasts(store, next_day + STEP)
    # What the list of 2026 had given up has its outcome.
    assert [(s.days, s.scored) for s in store.fetch_forecast_scores()] == [(1, 6)]

    later = next_day + timedelta(hours=4)
    store.save_tick(TickWrite(observed_at=later, changes=(), listing=listing.entries))
    assert refresh_forecasts(store, later)
    assert {f.origin_at for f in read_forecasts(store).by_film[1]} == {later}


@on_sqlite
def test_an_import_under_a_clock_far_ahead_makes_no_forecast_due_forever(
    store: Store, tmp_path: Path
) -> None:
    lines = list(lines_of(walking_columns(days=9, films=6)))
    bring_in(store, write_lines(tmp_path / "a.jsonl", lines), folder=tmp_path)
    store.save_run(Run(job="import", started_at=AHEAD, finished_at=AHEAD, outcome="ok"))
    now = observed(lines[-1])
    assert refresh_forecasts(store, now)
    assert not refresh_forecasts(store, now + STEP)


def test_a_clock_that_jumped_ahead_deletes_no_history(store: Store, tmdb: SimulatedTmdb) -> None:
    """What is too old is judged by TMDB's clock too, which every answer carries."""
    run_tick(store, tmdb)
    ids = ids_of(store)
    run_tick(store, tmdb, AHEAD, told=NOW)
    assert len(store.fetch_snapshots(ids, until=NOW)) == len(ids) == 40


def test_what_a_clock_ahead_has_stored_is_no_history_when_its_time_has_come(
    store: Store, tmdb: SimulatedTmdb
) -> None:
    """It would stand above what was seen since, until something changes."""
    run_tick(store, tmdb)
    ids = ids_of(store)
    tmdb.advance(600)
    run_tick(store, tmdb, NOW + 2 * HOUR, told=NOW)
    tmdb.advance(600)
    run_tick(store, tmdb, NOW + timedelta(minutes=10))
    films = store.fetch_movies(ids_of(store))
    seen = store.fetch_snapshots_before(list(films), NOW + 3 * HOUR)
    assert {n: s.popularity for n, s in seen.items()} == {
        n: film.popularity for n, film in films.items()
    }
    assert len(store.fetch_snapshots(ids, until=NOW)) == 40


@pytest.fixture
def nobody_says_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """As behind a proxy that drops the date of answers."""
    monkeypatch.setattr("tmdbdash.tmdb.client.server_time", lambda _headers: None)


@on_sqlite
@pytest.mark.usefixtures("nobody_says_the_time")
def test_where_nobody_says_the_time_what_seems_to_come_stays(
    store: Store, tmdb: SimulatedTmdb
) -> None:
    """A clock that is behind would take all that is true for that."""
    run_tick(store, tmdb)
    ids = ids_of(store)
    run_tick(store, tmdb, NOW - timedelta(days=8))
    assert len(store.fetch_snapshots(ids, since=NOW)) == 40


@on_sqlite
@pytest.mark.usefixtures("nobody_says_the_time")
def test_where_nobody_says_the_time_nothing_is_pruned(store: Store, tmdb: SimulatedTmdb) -> None:
    """A clock far ahead would drop all that is true."""
    run_tick(store, tmdb)
    run_tick(store, tmdb, AHEAD)
    assert len(store.fetch_snapshots(ids_of(store), until=NOW)) == 40


def test_a_round_under_a_clock_that_is_behind_makes_nothing(
    home: Home, tmdb: SimulatedTmdb
) -> None:
    """Neither models nor predictions nor a page of a wrong time."""
    settings = connect(home, tmdb).settings()
    tmdb.clock = lambda: NOW
    done = rounds.run_round(settings, ListQuery("popular"), options=at(NOW - timedelta(days=8)))
    assert done is not None
    assert done.exit_code == 3
    assert done.steps["ingest"].startswith("failed: this machine's clock")
    assert {done.steps[step] for step in ("train", "predict", "render")} == {"skipped: wrong clock"}
    assert not settings.out_dir.exists()
    with open_store(settings) as store:
        assert store.count_movies() == 0
        assert store.fetch_trainings(9) == []


@on_sqlite
def test_a_machine_that_slept_during_a_tick_has_no_wrong_clock(
    store: Store, tmdb: SimulatedTmdb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It began before it slept, and TMDB answered after."""
    slept = timedelta(hours=9)

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + slept

    monkeypatch.setattr("tmdbdash.tmdb.client.datetime", Later)
    assert run_tick(store, tmdb, told=NOW + slept).outcome == "ok"


@on_sqlite
@pytest.mark.parametrize("behind", [timedelta(minutes=61), timedelta(days=8), timedelta(days=365)])
def test_a_tick_under_a_clock_that_is_behind_stores_nothing(
    store: Store, tmdb: SimulatedTmdb, behind: timedelta
) -> None:
    run_tick(store, tmdb, NOW - 3 * STEP)
    run_tick(store, tmdb, NOW - STEP)
    before = dump(store)
    with pytest.raises(WrongClockError, match=r"behind TMDB's .* set the clock"):
        run_tick(store, tmdb, NOW - behind, told=NOW)
    assert dump(store) == before
    run_tick(store, tmdb, retention_days=7)
    assert len(store.fetch_snapshots(ids_of(store), until=NOW - STEP)) == 40


@on_sqlite
def test_clocks_less_than_an_hour_apart_are_no_matter(
    store: Store, tmdb: SimulatedTmdb, caplog: pytest.LogCaptureFixture
) -> None:
    for apart in (timedelta(minutes=-59), timedelta(minutes=59)):
        assert run_tick(store, tmdb, told=NOW + apart).outcome == "ok"
    assert caplog.messages == []


@on_sqlite
def test_a_clock_that_seems_ahead_is_warned_of(
    store: Store, tmdb: SimulatedTmdb, caplog: pytest.LogCaptureFixture
) -> None:
    assert run_tick(store, tmdb, told=NOW - timedelta(hours=3)).outcome == "ok"
    (message,) = caplog.messages
    assert "3 h ahead" in message
    assert "cache" in message


def test_a_cache_that_says_how_old_its_answer_is_is_understood() -> None:
    date = "Sun, 22 Nov 2026 06:00:00 GMT"
    assert server_time({"Date": date, "Age": "10800"}) == NOW
    for age in ("", "-1", "soon", "1e3", "9" * 10):
        assert server_time({"Date": date, "Age": age}) == NOW - timedelta(hours=3)
    assert server_time({"Age": "10800"}) is None


def test_the_program_says_that_the_clock_is_behind(
    connected_home: Home, tmdb: SimulatedTmdb
) -> None:
    tmdb.clock = lambda: datetime.now(UTC) + timedelta(days=3)
    done = connected_home.run("ingest")
    assert done.returncode == 3
    assert "3 d behind TMDB's" in done.stderr
    assert "Traceback" not in done.stderr
    checks = {c["name"]: c for c in connected_home.json("doctor", code=2)["checks"]}
    assert checks["clock"]["state"] == "fail"
    assert "behind TMDB's" in checks["clock"]["message"]
    tmdb.clock = lambda: datetime.now(UTC) - timedelta(days=2)
    checks = {c["name"]: c for c in connected_home.json("doctor")["checks"]}
    assert checks["clock"]["state"] == "warn"


def test_a_film_goes_by_its_snapshots_and_not_by_a_time_of_a_wrong_clock(store: Store) -> None:
    seen = Snapshot(tmdb_id=1, snapshot_ts=NOW - STEP, popularity=1.0, vote_count=1,
                    vote_average=5.0)  # fmt: skip
    film = decide(None, FilmFacts(tmdb_id=1, title="One", popularity=1.0), NOW, 1, now=NOW).movie
    assert film is not None
    long_ago = NOW - timedelta(days=400)
    film = dataclasses.replace(film, observed_at=long_ago, snapshot_at=long_ago)
    store.save_tick(
        TickWrite(observed_at=NOW, changes=(FilmChange(kind="new", movie=film, snapshot=seen),))
    )
    assert store.prune(NOW - timedelta(days=7))
    assert store.fetch_snapshots([1]) == [seen]
    assert store.count_movies() == 1
    assert store.prune(NOW)
    assert store.count_movies() == 0
    assert store.fetch_snapshots([1]) == []
