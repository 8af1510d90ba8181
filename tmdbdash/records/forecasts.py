"""Forecasts, how they were made, and how good they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

HORIZONS = (1, 3, 7)
"""Days ahead."""
MODEL, PERSISTENCE = "model", "persistence"
"""The methods of a horizon; persistence is the no-change baseline."""

NO_HISTORY = "no_history"
FEW_PAIRS = "few_pairs"
NO_GAIN = "no_gain"
NO_TIME = "no_time"
LOST = "lost"
REASONS = (NO_HISTORY, FEW_PAIRS, NO_GAIN, NO_TIME, LOST)
"""Codes of why a horizon has persistence: too few days of history, too few pairs of observations,
no clear gain of a model in the backtest, no time left to fit one, a model that lost lately."""

MIN_HISTORY_DAYS = 14
"""Days of history, see `forecaster.has_history`, below which no model forecasts a horizon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The forecast of one film's popularity ``days`` after ``origin_at``: a row of ``forecasts``.

    ``origin_at`` is the time of the list it starts from, ``origin_popularity`` the film's
    popularity in it; ``low`` and ``high`` bound the 80 % interval. ``method`` (in tables and JSON
    "basis") is "model" or "persistence", the no-change baseline. ``actual_popularity`` is the
    outcome; where ``scored_at`` is set without one, the film was no longer observed.
    """

    origin_at: datetime
    tmdb_id: int
    days: int
    made_at: datetime
    popularity: float
    low: float
    high: float
    method: str
    origin_popularity: float
    actual_popularity: float | None = None
    scored_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastBasis:
    """How the forecasts of one origin and horizon were made, their backtest and live accuracy.

    ``reason`` is the code of why the ``method`` (in tables and JSON "basis") is persistence, and
    empty for a model. ``pairs`` were learned from; ``weight`` is the share of the model's change
    that is used. Errors are mean absolute errors of log(1 + popularity): ``held_out_*`` of the
    backtest, ``scored_*`` against the outcomes of ``scored`` films, ``scored_inside`` of which
    lie within the interval.
    """

    origin_at: datetime
    days: int
    made_at: datetime
    method: str
    reason: str = ""
    films: int = 0
    pairs: int = 0
    weight: float = 0.0
    held_out: int = 0
    held_out_mae: float | None = None
    held_out_mae_persistence: float | None = None
    scored: int = 0
    scored_inside: int = 0
    scored_mae: float | None = None
    scored_mae_persistence: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastScore:
    """The live accuracy of one horizon's forecasts, over the origins that are kept.

    ``mae`` and ``mae_persistence`` are mean absolute errors of log(1 + popularity); ``coverage`` is
    the share of outcomes within the 80 % interval; ``by_model`` of the ``scored`` forecasts are
    of a model, the others persistence.
    """

    days: int
    scored: int
    by_model: int
    mae: float
    mae_persistence: float
    coverage: float
    first_origin_at: datetime
    last_origin_at: datetime
