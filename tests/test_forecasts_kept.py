"""Forecasts as `predict` keeps them: from imported lists, over both engines, and by the program."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from threadpoolctl import threadpool_info

from tests.parts.engines import on_sqlite
from tests.parts.home import Home
from tests.parts.popular import (
    lines_of,
    observed,
    real_lines,
    swinging_columns,
    walking_columns,
    write_lines,
)
from tests.parts.ticks import bring_in
from tmdbdash.learning.forecasting import forecaster as fitting
from tmdbdash.learning.jobs import forecast as keeping
from tmdbdash.learning.jobs.forecast import refresh_forecasts, score_due, update_forecasts
from tmdbdash.learning.jobs.stored_forecasts import NO_LIST, read_forecasts
from tmdbdash.records import (
    FilmChange,
    Forecast,
    ForecastBasis,
    ListEntry,
    Run,
    Snapshot,
    TickWrite,
)
from tmdbdash.records.forecasts import FEW_PAIRS, LOST, NO_GAIN, NO_HISTORY, NO_TIME
from tmdbdash.storage import Store, open_store

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)


def bases_of(store: Store) -> list[tuple[int, str, str]]:
    return [(b.days, b.method, b.reason) for b in read_forecasts(store).bases]


def list_again(store: Store, after: timedelta, *more: ListEntry) -> None:
    """The latest list once more, later, with further films."""
    listing = store.fetch_listing()
    assert listing is not None
    store.save_tick(
        TickWrite(
            observed_at=listing.observed_at + after,
            changes=(),
            listing=(*listing.entries[: 20 - len(more)], *more),
        )
    )


@on_sqlite
def test_real_lists_are_forecast_and_then_scored(store: Store, tmp_path: Path) -> None:
    """MariaDB's forecasts are the same, and are scored: see the tests of both engines below."""
    lines = real_lines(0, 67)
    bring_in(store, write_lines(tmp_path / "first.jsonl", lines[:52]), folder=tmp_path)
    assert refresh_forecasts(store, NOW)
    kept = read_forecasts(store)
    origin = observed(lines[51])
    listing = store.fetch_listing()
    assert listing is not None
    assert set(kept.by_film) == {entry.tmdb_id for entry in listing.entries}
    for film, own in kept.by_film.items():
        now = next(e.popularity for e in listing.entries if e.tmdb_id == film)
        assert [f.days for f in own] == [1, 3, 7]
        for one in own:
            assert 0 <= one.low <= one.popularity <= one.high
            assert (one.origin_at, one.made_at) == (origin, NOW)
            assert one.origin_popularity == now
    by_days = {b.days: b for b in kept.bases}
    assert by_days[3].method == by_days[7].method == "model"
    for told in kept.bases:
        assert told.films == 20
        assert told.pairs > 500
        assert told.held_out > 100

    # Nothing has come since: nothing is fitted, nothing written.
    assert not refresh_forecasts(store, NOW + HOUR)
    assert read_forecasts(store) == kept

    bring_in(store, write_lines(tmp_path / "later.jsonl", lines[52:]), folder=tmp_path)
    assert store.fetch_forecast_scores() == []
    later = store.fetch_listing()
    assert later is not None
    assert score_due(store, later, NOW + 2 * HOUR) == 60
    assert score_due(store, later, NOW + 3 * HOUR) == 0
    scores = {score.days: score for score in store.fetch_forecast_scores()}
    assert list(scores) == [1, 3, 7]
    for score in scores.values():
        assert 5 <= score.scored <= 20
        assert 0 <= score.coverage <= 1
    assert scores[7].mae < scores[7].mae_persistence
    scored = store.fetch_forecasts(origin)
    assert all(f.scored_at == NOW + 2 * HOUR for f in scored)
    for one in scored:
        at = one.origin_at + timedelta(days=one.days)
        near = store.fetch_snapshots([one.tmdb_id], at - 24 * HOUR, at + 24 * HOUR)
        if one.actual_popularity is not None:
            assert one.actual_popularity in {snapshot.popularity for snapshot in near}


@pytest.mark.usefixtures("few_trees")
def test_both_engines_forecast_the_same(
    home: Home, mariadb: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_lines(tmp_path / "lists.jsonl", list(lines_of(swinging_columns(days=24))))
    name = mariadb.create_database()
    made = []
    for url in (f"sqlite:///{tmp_path / 'here.sqlite3'}", mariadb.url(name)):
        monkeypatch.setenv("DATABASE_URL", url)
        with open_store(home.settings()) as store:
            bring_in(store, path, folder=tmp_path)
            refresh_forecasts(store, NOW)
            made.append(store.fetch_forecasts())
    mariadb.execute(f"DROP DATABASE {name}")
    assert made[0] == made[1]
    assert "model" in {forecast.method for forecast in made[0]}


@pytest.mark.parametrize(
    ("days", "films", "reason"),
    [(1, 20, NO_HISTORY), (10, 20, NO_HISTORY), (20, 4, FEW_PAIRS), (45, 20, NO_GAIN)],
)
@pytest.mark.usefixtures("few_trees")
def test_persistence_says_why(
    home: Home, tmp_path: Path, days: int, films: int, reason: str
) -> None:
    lines = list(lines_of(walking_columns(days=days, films=films)))
    with open_store(home.settings()) as store:
        bring_in(store, write_lines(tmp_path / "lists.jsonl", lines), folder=tmp_path)
        kept = update_forecasts(store, NOW)
        assert bases_of(store) == [(d, "persistence", reason) for d in (1, 3, 7)]
    assert len(kept.by_film) == films
    for own in kept.by_film.values():
        for one in own:
            assert one.popularity == pytest.approx(one.origin_popularity, abs=1e-4)
            assert one.low < one.popularity < one.high


@on_sqlite
@pytest.mark.usefixtures("few_trees")
def test_when_new_forecasts_are_due(store: Store, tmp_path: Path) -> None:
    lines = list(lines_of(walking_columns(days=20)))
    assert not refresh_forecasts(store, NOW)
    assert update_forecasts(store, NOW).reason == NO_LIST
    bring_in(store, write_lines(tmp_path / "late.jsonl", lines[5:]), folder=tmp_path)
    assert refresh_forecasts(store, NOW)
    assert not refresh_forecasts(store, NOW)
    list_again(store, HOUR)
    assert not refresh_forecasts(store, NOW), "an hour later"
    assert set(read_forecasts(store).by_film) == set(range(1, 21))
    list_again(store, 2 * HOUR)
    assert refresh_forecasts(store, NOW), "three hours later"

    new = ListEntry(rank=20, tmdb_id=77, popularity=5.0, vote_count=1, vote_average=None)
    list_again(store, timedelta(minutes=2), new)
    assert refresh_forecasts(store, NOW), "a film came"
    kept = read_forecasts(store)
    assert [f["days"] for f in kept.of(77)] == [1, 3, 7]
    assert kept.of(20) == [], "a film left"
    nameless = ListEntry(rank=20, tmdb_id=78, popularity=None, vote_count=1, vote_average=None)
    list_again(store, timedelta(minutes=2), nameless)
    assert not refresh_forecasts(store, NOW), "nothing to forecast it from"

    bring_in(store, write_lines(tmp_path / "early.jsonl", lines[:5]), folder=tmp_path)
    at = NOW + HOUR
    store.save_run(Run(job="import", started_at=at, finished_at=at, outcome="ok"))
    assert refresh_forecasts(store, at + HOUR), "history came"
    assert not refresh_forecasts(store, at + 2 * HOUR)


@pytest.mark.usefixtures("few_trees")
def test_what_the_budget_leaves_out_comes_first_next_time(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A horizon takes 10 s here, and 15 s are two of them."""
    lines = list(lines_of(swinging_columns(days=28)))
    begun: list[int] = []
    clock = [1000.0]
    original = fitting.fit_horizon

    def fit(pairs: Any, days: int, enough: bool, doubt: str, *options: Any) -> Any:
        assert {pool["num_threads"] for pool in threadpool_info()} == {1}
        if not doubt:
            begun.append(days)
            clock[0] += 10.0
        return original(pairs, days, enough, doubt, *options)

    monkeypatch.setattr(fitting, "fit_horizon", fit)
    monkeypatch.setattr(keeping, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    with open_store(home.settings()) as store:
        bring_in(store, write_lines(tmp_path / "lists.jsonl", lines), folder=tmp_path)

        def refresh() -> list[int]:
            begun.clear()
            refresh_forecasts(store, NOW, budget=15.0)
            return begun

        assert refresh() == [1, 3]
        assert bases_of(store)[2] == (7, "persistence", NO_TIME)
        assert refresh() == [7], "of the same list, and no more"
        assert {basis for _, basis, _ in bases_of(store)} == {"model"}
        assert refresh() == []
        list_again(store, 3 * HOUR)
        assert refresh() == [1, 3]
        list_again(store, HOUR)
        assert refresh() == [], "of another list only when new ones are due"
        list_again(store, 3 * HOUR)
        assert refresh() == [7, 1]
        list_again(store, 3 * HOUR)
        assert refresh() == [3, 1]
        list_again(store, 3 * HOUR)
        assert refresh() == [7, 1]


def test_a_film_seen_at_the_lists_time_without_being_in_it_is_in_nobodys_way(
    store: Store, tmp_path: Path
) -> None:
    lines = list(lines_of(walking_columns(days=9, films=6)))
    bring_in(store, write_lines(tmp_path / "a.jsonl", lines), folder=tmp_path)
    at = observed(lines[-1])
    beside = [
        Snapshot(tmdb_id=77, snapshot_ts=ts, popularity=5.0, vote_count=1, vote_average=None)
        for ts in (at - 24 * HOUR, at)
    ]
    changes = tuple(FilmChange(kind="changed", snapshot=snapshot) for snapshot in beside)
    store.save_tick(TickWrite(observed_at=at, changes=changes))
    assert refresh_forecasts(store, at)
    assert set(read_forecasts(store).by_film) == set(range(1, 7))
    assert {basis.films for basis in read_forecasts(store).bases} == {6}


def origin_of_leavers(store: Store, folder: Path) -> datetime:
    """The origin of forecasts of six films, of which the lists after it have four."""
    lines = list(lines_of(walking_columns(days=10, films=6)))
    bring_in(store, write_lines(folder / "a.jsonl", lines[:5]), folder=folder)
    assert refresh_forecasts(store, NOW)
    fewer = list(lines_of(walking_columns(days=10, films=4)))
    bring_in(store, write_lines(folder / "b.jsonl", fewer[5:]), folder=folder)
    return observed(lines[4])


def test_a_film_that_left_has_no_outcome_and_one_that_stayed_has(
    store: Store, tmp_path: Path
) -> None:
    origin = origin_of_leavers(store, tmp_path)
    assert refresh_forecasts(store, NOW + HOUR)
    for one in store.fetch_forecasts(origin):
        if one.days == 7:
            assert one.scored_at is None
        else:
            assert one.scored_at == NOW + HOUR
            assert (one.actual_popularity is None) == (one.tmdb_id > 4)
    assert [(s.days, s.scored) for s in store.fetch_forecast_scores()] == [(1, 4), (3, 4)]


@on_sqlite
def test_a_film_that_left_is_scored_where_it_is_still_observed(
    store: Store, tmp_path: Path
) -> None:
    origin = origin_of_leavers(store, tmp_path)
    due = origin + timedelta(days=3)
    elsewhere = Snapshot(
        tmdb_id=5, snapshot_ts=due + HOUR, popularity=5.0, vote_count=1, vote_average=None
    )
    store.save_tick(
        TickWrite(observed_at=due + HOUR, changes=(FilmChange(kind="changed", snapshot=elsewhere),))
    )
    assert refresh_forecasts(store, NOW + HOUR)
    outcomes = {
        one.tmdb_id: one.actual_popularity for one in store.fetch_forecasts(origin) if one.days == 3
    }
    assert outcomes[5] == 5.0
    assert outcomes[6] is None


@pytest.mark.usefixtures("few_trees")
def test_a_horizon_that_lost_when_scored_falls_back(home: Home, tmp_path: Path) -> None:
    lines = list(lines_of(swinging_columns(days=30)))
    with open_store(home.settings()) as store:
        bring_in(store, write_lines(tmp_path / "lists.jsonl", lines), folder=tmp_path)
        listing = store.fetch_listing()
        assert listing is not None
        for back in range(4, 12):
            at = listing.observed_at - timedelta(days=back)
            basis = ForecastBasis(origin_at=at, days=3, made_at=NOW, method="model")
            own = [
                Forecast(
                    origin_at=at, tmdb_id=film, days=3, made_at=NOW, popularity=20.0, low=1.0,
                    high=99.0, method="model", origin_popularity=10.0, actual_popularity=11.0,
                    scored_at=NOW,
                )
                for film in range(1, 21)
            ]  # fmt: skip
            store.save_forecasts(own, [basis])
            store.save_forecast_scores(own)
        refresh_forecasts(store, NOW)
        found = bases_of(store)
    assert [basis for _, basis, _ in found] == ["model", "persistence", "model"]
    assert found[1][2] == LOST


@pytest.mark.usefixtures("few_trees")
def test_intervals_widen_where_the_earlier_ones_missed(home: Home, tmp_path: Path) -> None:
    lines = list(lines_of(swinging_columns(days=30)))
    widths = []
    with open_store(home.settings()) as store:
        bring_in(store, write_lines(tmp_path / "lists.jsonl", lines), folder=tmp_path)
        listing = store.fetch_listing()
        assert listing is not None
        for scored_inside in (20, 0):
            bases = [
                ForecastBasis(
                    origin_at=listing.observed_at - timedelta(days=back), days=3, made_at=NOW,
                    method="model", scored=20, scored_inside=scored_inside, scored_mae=0.1,
                    scored_mae_persistence=0.2,
                )
                for back in range(4, 8)
            ]  # fmt: skip
            store.save_forecasts([], bases)
            made, _ = keeping.make_forecasts(store, listing, NOW, horizons=[1, 3])
            widths.append({d: sum(f.high - f.low for f in made if f.days == d) for d in (1, 3)})
    assert widths[1][3] > 1.1 * widths[0][3]
    assert widths[1][1] == widths[0][1], "no outcomes of this horizon"


def test_a_failure_is_a_warning_and_the_stored_ones_stay(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lines = list(lines_of(walking_columns(days=10)))
    with open_store(home.settings()) as store:
        bring_in(store, write_lines(tmp_path / "a.jsonl", lines[:9]), folder=tmp_path)
        before = update_forecasts(store, NOW)
        bring_in(store, write_lines(tmp_path / "b.jsonl", lines[9:]), folder=tmp_path)
        monkeypatch.setattr(keeping, "read_panel", lambda *_: 1 / 0)
        with caplog.at_level(logging.WARNING):
            after = update_forecasts(store, NOW)
    assert [r.levelname for r in caplog.records] == ["WARNING"]
    assert "could not be made: division by zero (ZeroDivisionError)" in caplog.text
    assert len(before.by_film) == 20
    assert {film: after.of(film) for film in after.by_film} == {
        film: before.of(film) for film in before.by_film
    }
    assert "division by zero" in after.reason


def test_the_program_forecasts_and_scores(home: Home, tmp_path: Path) -> None:
    lines = list(lines_of(walking_columns(days=20, films=40)))
    home.json("import", str(write_lines(tmp_path / "first.jsonl", lines[:10])))
    home.json("train", "--model", "linear_regression")
    answer = home.json("predict", "--limit", "0")
    basis = answer["forecast_basis"]
    assert basis["origin_at"] == f"{observed(lines[9]):%Y-%m-%dT%H:%M:%SZ}"
    assert [(h["days"], h["basis"]) for h in basis["horizons"]] == [
        (days, "persistence") for days in (1, 3, 7)
    ]
    assert all(h["reason"] for h in basis["horizons"])
    assert len(answer["predictions"]) == 40
    for film in answer["predictions"]:
        assert [set(f) for f in film["forecasts"]] == [{"days", "popularity", "low", "high"}] * 3
        assert all(0 <= f["low"] <= f["popularity"] <= f["high"] for f in film["forecasts"])
    few = home.json("predict", "--limit", "2")
    assert len(few["predictions"]) == 2
    assert {film["tmdb_id"] for film in few["forecasts"]} == {
        film["tmdb_id"] for film in answer["predictions"]
    }
    for film in few["forecasts"]:
        assert film["title"]
        assert [(f["days"], f["basis"]) for f in film["forecasts"]] == [
            (days, "persistence") for days in (1, 3, 7)
        ]
        assert all(0 <= f["low"] <= f["popularity"] <= f["high"] for f in film["forecasts"])
    popularities = [film["popularity"] for film in few["forecasts"]]
    assert popularities == sorted(popularities, reverse=True)
    assert home.json("status", code=10)["forecasts"] == []

    home.json("import", str(write_lines(tmp_path / "later.jsonl", lines[10:])))
    later = home.json("predict", "--limit", "0")
    assert later["forecast_basis"]["origin_at"] > basis["origin_at"]
    scores = home.json("status", code=10)["forecasts"]
    assert [(s["days"], s["scored"], s["by_model"]) for s in scores] == [
        (days, 40, 0) for days in (1, 3, 7)
    ]
    for score in scores:
        assert score["mae"] == pytest.approx(score["mae_persistence"], abs=1e-4)
        assert 0.4 <= score["coverage"] <= 1
    shown = home.run("status").stdout
    assert "Live accuracy of forecasts" in shown
    assert max(map(len, shown.splitlines())) <= 80
