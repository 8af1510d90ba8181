"""Intervals of forecasts: quantiles of residuals, scaled by the mean residual of like films."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from tmdbdash.learning.forecasting.features import DAY
from tmdbdash.records.evaluation import NOMINAL_COVERAGE

Floats = npt.NDArray[np.float64]

MIN_RESIDUALS = 30
"""Residuals below which the interval is the `PRIOR`."""
PRIOR = (-0.16, 0.12)
"""The 10 % and 90 % points of one day's change of log(1 + popularity), on page 1 of the popular
list, September 2025 to January 2026, a little widened. It grows with the root of the days."""
SHRINKAGE = 20.0
"""The weight of the overall mean in each category's mean, in rows."""


@dataclass(frozen=True)
class Interval:
    """Residual quantiles in units of a category's mean absolute residual (``spreads``).

    The categories are films in their first day of history, in their first week, and older ones in
    thirds of their recent movement, at whose bounds the ``edges`` lie.
    """

    low: float
    high: float
    edges: tuple[float, ...]
    spreads: tuple[float, ...]

    def around(self, rows: pd.DataFrame) -> tuple[Floats, Floats]:
        """The distances from forecast to bounds, below (at most 0) and above (at least 0).

        On the log scale, both of shape (rows,).
        """
        spread = np.asarray(self.spreads)[categories_of(rows, self.edges)]
        return self.low * spread, self.high * spread


def measure_interval(rows: pd.DataFrame, residuals: Floats, days: int) -> Interval:
    """The interval of forecasts ``days`` ahead, from these residuals, of shape (rows,)."""
    if len(residuals) < MIN_RESIDUALS:
        return Interval(*PRIOR, (), (float(np.sqrt(days)),) * 3)
    older = rows["movement"].to_numpy(dtype=np.float64)[categories_of(rows, ()) == 2]
    edges = tuple(np.quantile(older, [1 / 3, 2 / 3]).tolist()) if len(older) >= 90 else ()
    category = categories_of(rows, edges)
    size = np.abs(residuals)
    spreads = np.array(
        [
            (size[own].sum() + SHRINKAGE * size.mean()) / (own.sum() + SHRINKAGE)
            for own in (category == number for number in range(len(edges) + 3))
        ]
    )
    spreads = np.maximum(spreads, 1e-6)
    # The finite-sample correction counts a film's rows of one week once, since they are alike.
    weeks = (rows["ts"].max() - rows["ts"]) // (7 * DAY)
    count = len(pd.DataFrame({"film": rows["tmdb_id"], "week": weeks}).drop_duplicates())
    inside = min((1.0 - (1.0 - NOMINAL_COVERAGE) / 2.0) * (count + 1.0) / count, 1.0)
    low, high = np.quantile(residuals / spreads[category], [1.0 - inside, inside])
    return Interval(min(float(low), 0.0), max(float(high), 0.0), edges, tuple(spreads.tolist()))


def categories_of(rows: pd.DataFrame, edges: tuple[float, ...]) -> npt.NDArray[np.int64]:
    """0: less than a day of history; 1: less than a week; from 2 on: more, by movement."""
    movement = rows["movement"].to_numpy(dtype=np.float64)
    category = 2 + np.searchsorted(edges, np.nan_to_num(movement))
    category = np.where(rows["days_seen"].to_numpy(dtype=np.float64) < 6.5, 1, category)
    return np.where(np.isnan(movement), 0, category).astype(np.int64)
