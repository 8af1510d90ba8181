"""What forecasts promise, on columns as the store hands them out: no database below."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.parts.popular import FIRST, swinging_columns, walking_columns
from tmdbdash.learning.forecasting.change_models import SETTINGS, fit_change_model
from tmdbdash.learning.forecasting.features import (
    FEATURES,
    make_pairs,
    make_panel,
    make_rows,
    tolerance_hours,
)
from tmdbdash.learning.forecasting.forecaster import Forecaster, fit_forecaster, has_history
from tmdbdash.learning.forecasting.live_accuracy import disabled_horizons, score
from tmdbdash.records import Forecast, ForecastBasis, Snapshot
from tmdbdash.records.forecasts import FEW_PAIRS, HORIZONS, LOST, NO_GAIN, NO_HISTORY

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def fitted(columns: dict[str, list[Any]], **options: Any) -> tuple[Forecaster, pd.DataFrame]:
    panel = make_panel(columns)
    rows = make_rows(panel, {})
    return fit_forecaster(panel, rows, **options), rows


def bases_of(forecaster: Forecaster) -> list[tuple[str, str]]:
    return [(forecaster.reports[d].method, forecaster.reports[d].reason) for d in HORIZONS]


def part_of(columns: dict[str, list[Any]], keep: Sequence[bool]) -> dict[str, list[Any]]:
    return {
        name: [value for value, kept in zip(values, keep, strict=True) if kept]
        for name, values in columns.items()
    }


# models and their fall-backs


def test_a_random_walk_is_left_as_it_is() -> None:
    forecaster, rows = fitted(walking_columns(days=45, seed=1))
    assert bases_of(forecaster) == [("persistence", NO_GAIN)] * 3
    for days in HORIZONS:
        report = forecaster.reports[days]
        assert report.held_out > 100
        assert report.mae_persistence is not None
        predicted = forecaster.predict(rows, days)
        assert np.allclose(np.log1p(predicted["popularity"]), rows["log_popularity"])


def test_what_can_be_learned_is() -> None:
    forecaster, _ = fitted(swinging_columns(days=40))
    assert bases_of(forecaster) == [("model", "")] * 3
    for report in forecaster.reports.values():
        assert report.mae is not None
        assert report.mae_persistence is not None
        assert report.mae < 0.6 * report.mae_persistence
    later = swinging_columns(days=54)
    panel = make_panel(later)
    rows = make_rows(panel, {})
    origin = FIRST + timedelta(days=40)
    for days in HORIZONS:
        pairs = make_pairs(panel, rows, days)
        pairs = pairs[pairs["ts"] >= origin]
        predicted = np.log1p(forecaster.predict(pairs, days))
        actual = pairs["log_popularity"] + pairs["change"]
        errors = (actual - predicted["popularity"]).abs()
        assert errors.mean() < 0.75 * pairs["change"].abs().mean(), days


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        (walking_columns(days=1, films=3), NO_HISTORY),
        (walking_columns(days=14), NO_HISTORY),
        (walking_columns(days=30, films=3), FEW_PAIRS),
    ],
)
def test_too_little_gives_persistence_with_an_interval(
    columns: dict[str, list[Any]], reason: str
) -> None:
    forecaster, rows = fitted(columns)
    assert bases_of(forecaster) == [("persistence", reason)] * 3
    widths = []
    for days in HORIZONS:
        predicted = forecaster.predict(rows, days)
        assert np.allclose(predicted["popularity"], np.expm1(rows["log_popularity"]))
        assert (predicted["low"] < predicted["popularity"]).all()
        assert (predicted["popularity"] < predicted["high"]).all()
        widths.append((predicted["high"] - predicted["low"]).mean())
    assert widths == sorted(widths)


def with_old_films(columns: dict[str, list[Any]], days_before: list[int]) -> dict[str, list[Any]]:
    """The same with 300 other films observed so many days before the first list."""
    films = range(1000, 1300)
    more: dict[str, list[Any]] = {
        "tmdb_id": [film for film in films for _ in days_before],
        "snapshot_ts": [FIRST - timedelta(days=day) for _ in films for day in days_before],
        "popularity": [5.0 + film % 7 for film in films for _ in days_before],
        "vote_count": [10 for _ in films for _ in days_before],
        "rank": [None for _ in films for _ in days_before],
    }
    return {name: [*values, *more[name]] for name, values in columns.items()}


@pytest.mark.parametrize(
    ("days", "days_before"), [(10, [80]), (6, [80, 79]), (10, [80, 79, 77]), (6, [14])]
)
def test_old_imports_make_no_history_of_a_few_lists(days: int, days_before: list[int]) -> None:
    columns = with_old_films(swinging_columns(days=days, films=60), days_before)
    forecaster, _ = fitted(columns)
    assert bases_of(forecaster) == [("persistence", NO_HISTORY)] * 3


def test_a_gap_makes_no_history() -> None:
    columns = swinging_columns(days=40, films=60)
    kept = [not 4 <= (at - FIRST).days < 36 for at in columns["snapshot_ts"]]
    forecaster, _ = fitted(part_of(columns, kept))
    assert bases_of(forecaster) == [("persistence", NO_HISTORY)] * 3


@pytest.mark.usefixtures("few_trees")
def test_lists_with_days_missing_are_history_beside_old_imports_too() -> None:
    columns = swinging_columns(days=34, films=40)
    kept = [(at - FIRST).days not in (5, 11, 12, 20) for at in columns["snapshot_ts"]]
    forecaster, _ = fitted(with_old_films(part_of(columns, kept), [80]))
    assert NO_HISTORY not in {reason for _, reason in bases_of(forecaster)}
    assert "model" in {basis for basis, _ in bases_of(forecaster)}


def test_daily_lists_are_history_soon_after_fourteen_days_and_stay_it() -> None:
    found = {}
    for days in (12, 14, 18, 23):
        panel = make_panel(walking_columns(days=days))
        rows = make_rows(panel, {})
        found[days] = [has_history(make_pairs(panel, rows, h)) for h in HORIZONS]
    assert not any(any(enough) for days, enough in found.items() if days < 15)
    assert all(all(enough) for days, enough in found.items() if days > 17), found


@pytest.mark.usefixtures("few_trees")
def test_a_distrusted_horizon_is_persistence_and_the_others_are_not() -> None:
    forecaster, _ = fitted(swinging_columns(days=28), disabled_horizons={3: LOST})
    assert bases_of(forecaster) == [("model", ""), ("persistence", LOST), ("model", "")]


def test_intervals_hold_what_they_state_and_stay_in_order() -> None:
    forecaster, _ = fitted(walking_columns(days=60, seed=5))
    panel = make_panel(walking_columns(days=90, seed=6))
    rows = make_rows(panel, {})
    for days in HORIZONS:
        pairs = make_pairs(panel, rows, days)
        predicted = forecaster.predict(pairs, days)
        assert (predicted["low"] >= 0).all()
        assert (predicted["low"] <= predicted["popularity"]).all()
        assert (predicted["popularity"] <= predicted["high"]).all()
        actual = (pairs["log_popularity"] + pairs["change"]).to_numpy()
        low, high = np.log1p(predicted["low"]), np.log1p(predicted["high"])
        inside = ((low - 1e-9 <= actual) & (actual <= high + 1e-9)).mean()
        assert 0.72 <= inside <= 0.9, days


@pytest.mark.usefixtures("few_trees")
def test_popularities_of_nothing_are_forecast_as_nothing_less() -> None:
    columns = walking_columns(days=20, films=4)
    columns["popularity"] = [0.0] * len(columns["popularity"])
    forecaster, rows = fitted(columns)
    for days in HORIZONS:
        predicted = forecaster.predict(rows, days)
        assert (predicted["low"] == 0).all()
        assert (predicted["popularity"] == 0).all()


def test_a_model_of_boosting_alone_has_no_randomised_trees() -> None:
    panel = make_panel(swinging_columns(days=20))
    pairs = make_pairs(panel, make_rows(panel, {}), 3)
    assert pairs["age"].isna().all(), "a feature without any value is borne"
    both = fit_change_model(pairs, SETTINGS, 1)
    alone = fit_change_model(pairs, replace(SETTINGS, randomised_trees=0), 1)
    assert alone.randomised is None
    assert both.randomised is not None
    assert np.isfinite(both.predict(pairs)).all()
    assert not np.allclose(both.predict(pairs), alone.predict(pairs))


# rows


def test_repeats_and_order_change_nothing() -> None:
    columns = walking_columns(days=20)
    count = len(columns["tmdb_id"])
    shuffled = np.random.default_rng(0).permutation(np.repeat(np.arange(count), 2))
    again = {name: [values[i] for i in shuffled] for name, values in columns.items()}
    first, second = make_panel(columns), make_panel(again)
    pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(make_rows(first, {}), make_rows(second, {}))


def test_looking_often_weighs_no_more_than_looking_three_times_a_day() -> None:
    columns = walking_columns(days=5, films=2)
    often: dict[str, list[Any]] = {name: [] for name in columns}
    for row in zip(*columns.values(), strict=True):
        for minute in range(0, 1440, 10):
            values = dict(zip(columns, row, strict=True))
            values["snapshot_ts"] += timedelta(minutes=minute)
            for name, value in values.items():
                often[name].append(value)
    panel = make_panel(often)
    assert panel.groupby(["tmdb_id", "day"]).size().max() == 3
    assert len(make_rows(panel, {})) <= 2 * 6


def test_features_know_nothing_later_than_their_row() -> None:
    columns = walking_columns(days=40, films=5)
    end = max(at for at in columns["snapshot_ts"] if at < FIRST + timedelta(days=25))
    early = part_of(columns, [at <= end for at in columns["snapshot_ts"]])
    released = {film: FIRST.date() for film in range(1, 4)}
    # Thinned towards the same end, so that both see the same snapshots up to it.
    then = make_rows(make_panel(early), released)
    panel = make_panel(columns)
    all_rows = make_rows(panel, released)
    both = then.merge(all_rows, on=["tmdb_id", "ts"], suffixes=("", "_later"))
    assert len(both) > 100
    for name in FEATURES:
        assert np.allclose(both[name], both[f"{name}_later"], equal_nan=True), name


@pytest.mark.usefixtures("few_trees")
def test_gaps_and_films_that_come_and_go() -> None:
    columns = walking_columns(days=60, films=12)
    day = [(at - FIRST).days for at in columns["snapshot_ts"]]
    film = columns["tmdb_id"]
    kept = [
        not (20 <= d < 30) and (f % 3 != 0 or d > 40) and (f % 3 != 1 or d < 50)
        for d, f in zip(day, film, strict=True)
    ]
    forecaster, rows = fitted(part_of(columns, kept))
    panel = make_panel(part_of(columns, kept))
    for days in HORIZONS:
        pairs = make_pairs(panel, rows, days)
        off = (pairs["target_ts"] - pairs["ts"]).dt.total_seconds() / 3600 - 24 * days
        assert off.abs().max() <= tolerance_hours(days)
        predicted = forecaster.predict(rows, days)
        assert np.isfinite(predicted.to_numpy()).all()


@pytest.mark.usefixtures("few_trees")
def test_missing_and_senseless_values_are_left_out() -> None:
    columns = walking_columns(days=20, films=3)
    columns["popularity"][5] = None
    columns["popularity"][6] = float("nan")
    columns["popularity"][7] = -1.0
    columns["vote_count"][9] = None
    columns["rank"] = [None] * len(columns["rank"])
    panel = make_panel(columns)
    assert len(panel) == 57
    forecaster, rows = fitted(columns)
    assert np.isfinite(forecaster.predict(rows, 1).to_numpy()).all()


# outcomes


def forecast(**changes: Any) -> Forecast:
    facts: dict[str, Any] = {
        "origin_at": FIRST,
        "tmdb_id": 1,
        "days": 3,
        "made_at": NOW,
        "popularity": 11.0,
        "low": 9.0,
        "high": 13.0,
        "method": "model",
        "origin_popularity": 10.0,
    }
    return Forecast(**facts | changes)


def seen(hours: float, popularity: float | None) -> Snapshot:
    at = FIRST + timedelta(days=3, hours=hours)
    return Snapshot(
        tmdb_id=1, snapshot_ts=at, popularity=popularity, vote_count=1, vote_average=None
    )


@pytest.mark.parametrize(
    ("snapshots", "newest_hours", "outcome"),
    [
        ([seen(-5, 7.0), seen(2, 8.0), seen(9, 9.0)], 20, 8.0),
        ([seen(-5, 7.0), seen(2, None), seen(9, 9.0)], 20, 7.0),
        ([seen(-18, 7.0)], 0, 7.0),
        ([seen(-18.1, 7.0)], 18.1, None),
        ([], 19, None),
    ],
)
def test_the_outcome_is_the_nearest_observation(
    snapshots: list[Snapshot], newest_hours: float, outcome: float | None
) -> None:
    newest = FIRST + timedelta(days=3, hours=newest_hours)
    tolerance = timedelta(hours=tolerance_hours(3))
    settled = score([forecast()], {1: snapshots}, tolerance, newest=newest, now=NOW)
    assert settled == [replace(forecast(), actual_popularity=outcome, scored_at=NOW)]


def test_a_forecast_without_outcome_waits_as_long_as_one_may_come() -> None:
    newest = FIRST + timedelta(days=3, hours=18)
    assert score([forecast()], {}, timedelta(hours=18), newest=newest, now=NOW) == []


def basis(day: int, **changes: Any) -> ForecastBasis:
    facts: dict[str, Any] = {
        "origin_at": FIRST + timedelta(days=day),
        "days": 3,
        "made_at": NOW,
        "method": "model",
        "scored": 20,
        "scored_mae": 0.3,
        "scored_mae_persistence": 0.2,
    }
    return ForecastBasis(**facts | changes)


def test_a_model_that_lost_lately_is_distrusted_at_that_horizon() -> None:
    origin = FIRST + timedelta(days=30)
    lost = [basis(day) for day in range(20, 26)]
    assert disabled_horizons(lost, origin) == {3: LOST}
    assert disabled_horizons([*lost, basis(26, scored_mae=0.0, scored=500)], origin) == {}
    assert disabled_horizons(lost[:4], origin) == {}, "too few days"
    assert disabled_horizons([replace(b, scored=5) for b in lost], origin) == {}, "too few outcomes"
    assert disabled_horizons([replace(b, method="persistence") for b in lost], origin) == {}
    assert disabled_horizons(lost, origin + timedelta(days=14)) == {}, "long ago"
    assert disabled_horizons([replace(b, scored=0, scored_mae=None) for b in lost], origin) == {}
