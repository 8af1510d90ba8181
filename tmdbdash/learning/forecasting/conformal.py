"""Intervals of forecasts: quantiles of residuals, scaled by the mean residual of like films."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from tmdbdash.learning.forecasting.features import DAY

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
    """The distances from forecast to bounds by category, ``lows`` (at most 0) and ``highs``.

    On the log scale. The categories are films in their first day of history, in their first week,
    and older ones in thirds of their recent movement, at whose bounds the ``edges`` lie.
    """

    lows: tuple[float, ...]
    highs: tuple[float, ...]
    edges: tuple[float, ...]

    def around(self, rows: pd.DataFrame) -> tuple[Floats, Floats]:
        """The distances from forecast to bounds, below (at most 0) and above (at least 0).

        On the log scale, both of shape (rows,).
        """
        category = categories_of(rows, self.edges)
        return np.asarray(self.lows)[category], np.asarray(self.highs)[category]


def measure_interval(rows: pd.DataFrame, residuals: Floats, days: int, miss: float) -> Interval:
    """The interval of forecasts ``days`` ahead that leaves out a share ``miss`` of the outcomes.

    From these residuals, of shape (rows,). Films in their first week and older ones have quantiles
    of their own (Mondrian conformal intervals): their residuals differ in shape, not only in size.
    """
    if len(residuals) < MIN_RESIDUALS:
        low, high = (bound * float(np.sqrt(days)) for bound in PRIOR)
        return Interval((low,) * 3, (high,) * 3, ())
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
    scaled = residuals / spreads[category]
    lows, highs = np.zeros(len(spreads)), np.zeros(len(spreads))
    is_new = category < 2
    for own, numbers in ((is_new, slice(0, 2)), (~is_new, slice(2, None))):
        counted = own if own.sum() >= MIN_RESIDUALS else np.ones(len(own), dtype=bool)
        low, high = _quantiles(rows[counted], scaled[counted], miss)
        lows[numbers], highs[numbers] = low * spreads[numbers], high * spreads[numbers]
    return Interval(tuple(lows.tolist()), tuple(highs.tolist()), edges)


def _quantiles(rows: pd.DataFrame, values: Floats, miss: float) -> tuple[float, float]:
    """The quantiles that leave out half of ``miss`` each, at most and at least 0."""
    # The finite-sample correction counts a film's rows of one week once, since they are alike.
    weeks = (rows["ts"].max() - rows["ts"]) // (7 * DAY)
    count = len(pd.DataFrame({"film": rows["tmdb_id"], "week": weeks}).drop_duplicates())
    inside = min((1.0 - miss / 2.0) * (count + 1.0) / count, 1.0)
    low, high = np.quantile(values, [1.0 - inside, inside])
    return min(float(low), 0.0), max(float(high), 0.0)


def categories_of(rows: pd.DataFrame, edges: tuple[float, ...]) -> npt.NDArray[np.int64]:
    """0: less than a day of history; 1: less than a week; from 2 on: more, by movement."""
    movement = rows["movement"].to_numpy(dtype=np.float64)
    category = 2 + np.searchsorted(edges, np.nan_to_num(movement))
    category = np.where(rows["days_seen"].to_numpy(dtype=np.float64) < 6.5, 1, category)
    return np.where(np.isnan(movement), 0, category).astype(np.int64)
