"""How uncertain a forecast is: quantiles of residuals, in units of what films like it show."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from tmdbdash.learning.forecasting.features import DAY

Floats = npt.NDArray[np.float64]

LEVEL = 0.80
ENOUGH = 30
"""Residuals below which nothing is measured but a stated prior used."""
PRIOR = (-0.16, 0.12)
"""The 10 % and 90 % points of one day's change of log(1 + popularity), before any are known: page 1
of the popular list, September 2025 to January 2026, a little widened. It grows with the root of
time."""
SHRINKAGE = 20.0
"""Rows of the overall mean that each group's mean is mixed with."""


@dataclass(frozen=True)
class Interval:
    """Residual quantiles in units of a group's mean absolute residual.

    Films seen for the first day, within their first week, and older ones in thirds of their recent
    movement (``edges``) are groups: new and restless films are less certain.
    """

    low: float
    high: float
    edges: tuple[float, ...]
    spreads: tuple[float, ...]

    def around(self, rows: pd.DataFrame) -> tuple[Floats, Floats]:
        """How far below (at most 0) and above (at least 0) each row's forecast, on the log scale.

        Both of shape (rows,).
        """
        spread = np.asarray(self.spreads)[_groups(rows, self.edges)]
        return self.low * spread, self.high * spread


def measure_interval(rows: pd.DataFrame, residuals: Floats, days: int) -> Interval:
    """The `LEVEL` interval of these residuals, shape (rows,), of forecasts ``days`` ahead."""
    if len(residuals) < ENOUGH:
        return Interval(*PRIOR, (), (float(np.sqrt(days)),) * 3)
    older = rows["movement"].to_numpy(dtype=np.float64)[_groups(rows, ()) == 2]
    edges = tuple(np.quantile(older, [1 / 3, 2 / 3]).tolist()) if len(older) >= 90 else ()
    group = _groups(rows, edges)
    size = np.abs(residuals)
    spreads = np.array(
        [
            (size[group == g].sum() + SHRINKAGE * size.mean()) / ((group == g).sum() + SHRINKAGE)
            for g in range(len(edges) + 3)
        ]
    )
    spreads = np.maximum(spreads, 1e-6)
    # Finite-sample correction; a film's rows of one week are alike and count once.
    weeks = (rows["ts"].max() - rows["ts"]) // (7 * DAY)
    count = len(pd.DataFrame({"film": rows["tmdb_id"], "week": weeks}).drop_duplicates())
    inside = min((1.0 - (1.0 - LEVEL) / 2.0) * (count + 1.0) / count, 1.0)
    low, high = np.quantile(residuals / spreads[group], [1.0 - inside, inside])
    return Interval(min(float(low), 0.0), max(float(high), 0.0), edges, tuple(spreads.tolist()))


def _groups(rows: pd.DataFrame, edges: tuple[float, ...]) -> npt.NDArray[np.int64]:
    """0: seen for less than a day; 1: less than a week; from 2 on: older, by movement."""
    movement = rows["movement"].to_numpy(dtype=np.float64)
    group = 2 + np.searchsorted(edges, np.nan_to_num(movement))
    group = np.where(rows["days_seen"].to_numpy(dtype=np.float64) < 6.5, 1, group)
    return np.where(np.isnan(movement), 0, group).astype(np.int64)
