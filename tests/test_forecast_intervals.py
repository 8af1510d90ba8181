"""Intervals of forecasts: their coverage for new films and older ones, and how they follow it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.parts.popular import FIRST
from tmdbdash.learning.forecasting.conformal import measure_interval
from tmdbdash.learning.forecasting.live_accuracy import MISS_BOUNDS, STEP, adapted_miss
from tmdbdash.records import ForecastBasis


def basis(day: int, scored_inside: int, *, scored: int = 20) -> ForecastBasis:
    """Forecasts of three days, made that many days after the first list."""
    at = FIRST + timedelta(days=day)
    return ForecastBasis(
        origin_at=at, days=3, made_at=at, method="model", scored=scored, scored_inside=scored_inside
    )


def residuals_of(count: int, films: int, seed: int) -> tuple[pd.DataFrame, np.ndarray[Any, Any]]:
    """Rows of new films, whose residuals have a long tail, and of older ones, with none."""
    chance = np.random.default_rng(seed)
    new = chance.random(count) < 0.4
    rows = pd.DataFrame(
        {
            "tmdb_id": np.arange(count) % films,
            "ts": pd.Timestamp(FIRST) + pd.to_timedelta(np.arange(count) // 20, unit="D"),
            "days_seen": np.where(new, 3.0, 20.0),
            "movement": chance.uniform(0.0, 0.2, count),
        }
    )
    tails = chance.standard_t(1.5, count)
    return rows, np.where(new, 0.2 * tails, chance.uniform(-0.1, 0.1, count))


def test_new_films_and_older_ones_each_get_the_coverage_that_is_stated() -> None:
    interval = measure_interval(*residuals_of(4000, 3000, 0), 3, 0.2)
    rows, residuals = residuals_of(4000, 3000, 1)
    low, high = interval.around(rows)
    inside = (low <= residuals) & (residuals <= high)
    for own in (rows["days_seen"] < 7, rows["days_seen"] > 7):
        assert 0.77 < inside[own].mean() < 0.83


def test_intervals_that_may_miss_less_are_wider() -> None:
    rows, residuals = residuals_of(2000, 1500, 0)
    widths = []
    for miss in (0.04, 0.2, 0.4):
        low, high = measure_interval(rows, residuals, 3, miss).around(rows)
        widths.append((high - low).mean())
    assert widths[0] > 1.5 * widths[1] > 1.5 * widths[2]


def test_intervals_follow_the_misses_of_each_day() -> None:
    origin = FIRST + timedelta(days=30)
    assert adapted_miss([], origin) == {}
    hit = [basis(day, 20) for day in (1, 2)]
    assert adapted_miss(hit, origin) == {3: pytest.approx(0.2 + 2 * STEP * 0.2)}
    missed = [basis(1, 0)]
    assert adapted_miss(missed, origin) == {3: pytest.approx(0.2 - STEP * 0.8)}
    as_stated = [basis(day, 16) for day in range(20)]
    assert adapted_miss(as_stated, origin) == {3: pytest.approx(0.2)}
    assert adapted_miss([basis(28, 0)], origin) == {}, "not yet due"
    assert adapted_miss([basis(1, 0, scored=0)], origin) == {}, "no outcome"


def test_a_day_counts_once_however_many_origins_it_has() -> None:
    origin = FIRST + timedelta(days=30)
    often = [
        replace(basis(1, 0), origin_at=FIRST + timedelta(days=1, hours=hours))
        for hours in (0, 6, 12)
    ]
    assert adapted_miss(often, origin) == adapted_miss(often[:1], origin)


@pytest.mark.parametrize(("inside", "bound"), [(0, MISS_BOUNDS[0]), (20, MISS_BOUNDS[1])])
def test_what_intervals_leave_out_stays_within_bounds(inside: int, bound: float) -> None:
    known = [basis(day, inside) for day in range(60)]
    assert adapted_miss(known, FIRST + timedelta(days=90)) == {3: bound}
