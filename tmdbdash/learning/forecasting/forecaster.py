"""Fits, backtests and applies the forecast models: pure, from data frames to data frames.

Per horizon, a `ChangeModel` of the change of log(1 + popularity). The backtest forecasts each of
the three newest fifths of the time by a model fitted on the pairs that were complete before it
began. Its errors set the weight of the model against persistence, compare both, and make the
intervals. Where the model is not clearly better over all of them, or no better on the newest, the
method is persistence, with the reason. Otherwise the model is fitted on all pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tmdbdash.learning.forecasting.change_models import (
    SETTINGS,
    ChangeModel,
    Floats,
    ModelSettings,
    fit_change_model,
)
from tmdbdash.learning.forecasting.conformal import Interval, measure_interval
from tmdbdash.learning.forecasting.features import DAY, make_pairs
from tmdbdash.records.evaluation import NOMINAL_COVERAGE
from tmdbdash.records.forecasts import (
    FEW_PAIRS,
    HORIZONS,
    MIN_HISTORY_DAYS,
    MODEL,
    NO_GAIN,
    NO_HISTORY,
    NO_TIME,
    PERSISTENCE,
)

MIN_PAIRS = 200
MIN_FIT_PAIRS = 100
"""Pairs complete before a held-out fifth begins, without which it is left out."""
MIN_CHECK_PAIRS = 40
"""Pairs within a held-out fifth, without which it is left out."""
BACKTEST_FOLDS = 3
TIME_PARTS = 5
"""Equal parts of the time of the pairs; each of the newest `BACKTEST_FOLDS` is held out once."""
MIN_GAIN = 0.03
"""The least gain, as a share of persistence's error. Of eight random walks of 45 days, one gained
2.4 % at seven days, by chance; the others at most .3 %."""
GAIN_ERRORS = 0.5
"""Standard errors that the gain must exceed as well. With 1, forecasts of one day on the lists of
October and November 2025 were no-change for half of the time, though models gained 12 %."""
MAX_PAIRS = 20_000
RECENT_PAIRS = 4000
"""Newest pairs, whose changes make persistence's interval."""


@dataclass(frozen=True)
class HorizonReport:
    """The method of one horizon, and its backtest.

    ``mae`` and ``mae_persistence`` are of log(1 + popularity) on the ``held_out`` pairs. ``weight``
    (the share of the model's change that is used; 0: persistence) was chosen on the same pairs, so
    ``mae`` is a little too low.
    """

    days: int
    method: str
    reason: str
    pairs: int
    weight: float = 0.0
    held_out: int = 0
    mae: float | None = None
    mae_persistence: float | None = None


@dataclass(frozen=True)
class Forecaster:
    """The fitted models of all horizons, their intervals and reports, by days."""

    models: Mapping[int, ChangeModel | None]
    intervals: Mapping[int, Interval]
    reports: Mapping[int, HorizonReport]

    def predict(self, rows: pd.DataFrame, days: int) -> pd.DataFrame:
        """``popularity``, ``low`` and ``high`` in ``days`` days, indexed like the rows given.

        0 <= low <= popularity <= high.
        """
        report = self.reports[days]
        change = np.zeros(len(rows))
        model = self.models[days]
        if model is not None and len(rows):
            change = report.weight * model.predict(rows)
        low, high = self.intervals[days].around(rows)
        log_popularity = np.maximum(rows["log_popularity"].to_numpy(dtype=np.float64) + change, 0.0)
        return pd.DataFrame(
            {
                "popularity": np.expm1(log_popularity),
                "low": np.expm1(np.maximum(log_popularity + low, 0.0)),
                "high": np.expm1(log_popularity + high),
            },
            index=rows.index,
        )


def fit_forecaster(
    panel: pd.DataFrame,
    rows: pd.DataFrame,
    disabled_horizons: Mapping[int, str] | None = None,
    *,
    order: Sequence[int] = HORIZONS,
    is_time_left: Callable[[], bool] = lambda: True,
    settings: ModelSettings = SETTINGS,
    miss: Mapping[int, float] | None = None,
) -> Forecaster:
    """Fit and backtest all horizons on a panel and its rows, in the ``order`` given.

    ``disabled_horizons`` get persistence, with the reason given. So do those that are not begun
    while ``is_time_left``. ``miss`` has the share of outcomes that the intervals of a horizon are
    made to leave out (see `adapted_miss`); without one it is that of the nominal coverage.
    """
    fitted = {}
    for days in order:
        pairs = make_pairs(panel, rows, days)
        enough = has_history(pairs)
        if len(pairs) > MAX_PAIRS:
            drawn = pairs.sample(MAX_PAIRS, random_state=0)
            pairs = drawn.sort_values(["ts", "tmdb_id"], kind="stable")
        reason = (disabled_horizons or {}).get(days, "") or ("" if is_time_left() else NO_TIME)
        left_out = (miss or {}).get(days, 1.0 - NOMINAL_COVERAGE)
        fitted[days] = fit_horizon(pairs, days, enough, reason, settings, left_out)
    return Forecaster(
        {days: models for days, (models, _, _) in fitted.items()},
        {days: interval for days, (_, interval, _) in fitted.items()},
        {days: report for days, (_, _, report) in fitted.items()},
    )


def has_history(pairs: pd.DataFrame) -> bool:
    """Whether a horizon's pairs span `MIN_HISTORY_DAYS` and have observations on as many days.

    The span alone is not enough: that of one old import and a week of lists is a year. The times of
    outcomes count as well, since of two ticks a little less than a day apart only one may be an
    origin.
    """
    if pairs.empty:
        return False
    span = (pairs["target_ts"].max() - pairs["ts"].min()) / DAY
    observed = pd.concat([pairs["ts"], pairs["target_ts"]]).dt.floor("D").nunique()
    return bool(span >= MIN_HISTORY_DAYS and observed >= MIN_HISTORY_DAYS)


def fit_horizon(
    pairs: pd.DataFrame,
    days: int,
    enough: bool,
    disabled: str,
    settings: ModelSettings,
    miss: float,
) -> tuple[ChangeModel | None, Interval, HorizonReport]:
    """The model of one horizon, its interval, which leaves out a share ``miss``, and its report.

    Persistence, without a model, where history is not ``enough``, where there is a reason why the
    horizon is ``disabled``, and where models gain nothing.
    """
    recent = pairs.tail(RECENT_PAIRS)
    persistence = measure_interval(recent, _column(recent, "change"), days, miss)

    def fall_back(
        reason: str, held_out: int = 0, mae: float | None = None, base: float | None = None
    ) -> tuple[None, Interval, HorizonReport]:
        report = HorizonReport(
            days, PERSISTENCE, reason, len(pairs),
            held_out=held_out, mae=mae, mae_persistence=base,
        )  # fmt: skip
        return None, persistence, report

    if not enough:
        return fall_back(NO_HISTORY)
    if len(pairs) < MIN_PAIRS:
        return fall_back(FEW_PAIRS)
    if disabled:
        return fall_back(disabled)
    backtest = _backtest(pairs, settings)
    if backtest.empty or not backtest["fold"].eq(0).any():
        return fall_back(FEW_PAIRS)

    actual, expected = _column(backtest, "change"), _column(backtest, "expected")
    weights = np.linspace(0.0, 1.0, 11)
    errors = np.abs(actual[:, None] - expected[:, None] * weights)
    weight = float(weights[errors.mean(axis=0).argmin()])
    residuals = actual - weight * expected
    mae, base = float(np.abs(residuals).mean()), float(np.abs(actual).mean())
    better = np.abs(actual) - np.abs(residuals)
    newest = backtest["fold"].to_numpy() == 0
    needed = max(MIN_GAIN * base, GAIN_ERRORS * _standard_error(better, backtest))
    if not (better.mean() > needed and better[newest].mean() > 0.0):
        return fall_back(NO_GAIN, len(backtest), mae, base)
    report = HorizonReport(days, MODEL, "", len(pairs), weight, len(backtest), mae, base)
    model = fit_change_model(pairs, settings, settings.boosting_seeds)
    return model, measure_interval(backtest, residuals, days, miss), report


def _backtest(pairs: pd.DataFrame, settings: ModelSettings) -> pd.DataFrame:
    """The pairs of the newest fifths of the time, with the ``expected`` change and ``fold``."""
    first, last = pairs["ts"].min(), pairs["ts"].max()
    length = (last - first) / TIME_PARTS
    parts = [pairs.iloc[:0].assign(expected=0.0, fold=0)]
    for fold in range(BACKTEST_FOLDS):
        start = last - (fold + 1) * length
        training_pairs = pairs[pairs["target_ts"] < start]
        part = pairs[pairs["ts"] >= start]
        if fold:
            part = part[part["ts"] < start + length]
        if len(training_pairs) >= MIN_FIT_PAIRS and len(part) >= MIN_CHECK_PAIRS:
            expected = fit_change_model(training_pairs, settings, 1).predict(part)
            parts.append(part.assign(expected=expected, fold=fold))
    return pd.concat(parts[1:] or parts)


def _standard_error(values: Floats, rows: pd.DataFrame) -> float:
    """Of the mean, clustered by film and by day: the larger of the two."""
    centred = pd.Series(values - values.mean())
    largest = 0.0
    for group in (rows["tmdb_id"].to_numpy(), rows["ts"].dt.floor("D").to_numpy()):
        sums = centred.groupby(group).sum().to_numpy()
        if len(sums) < 2:
            return float("inf")
        largest = max(largest, float(np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1))))
    return largest / len(values)


def _column(rows: pd.DataFrame, name: str) -> Floats:
    return rows[name].to_numpy(dtype=np.float64)
