"""What forecasts say, what they rest on, and how they fared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

MIN_HISTORY_DAYS = 14
"""Days of history, see `forecaster.has_history`, below which no model forecasts a horizon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """The popularity expected of one film ``days`` after ``origin_at``: a row of ``forecasts``.

    ``origin_at`` is the tick it starts from, ``origin_popularity`` what that tick said;
    ``low`` and ``high`` bound the 80 % interval. ``basis`` is "model" or "persistence" ("nothing
    changes"). ``actual_popularity`` is what came; where the time is over and it is still missing
    although ``scored_at`` is set, the film was no longer observed.
    """

    origin_at: datetime
    tmdb_id: int
    days: int
    made_at: datetime
    popularity: float
    low: float
    high: float
    basis: str
    origin_popularity: float
    actual_popularity: float | None = None
    scored_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastBasis:
    """What the forecasts of one origin and horizon rest on, and how they fared.

    ``reason`` is the code of why it is persistence, and empty for a model. ``pairs`` were learned
    from; ``weight`` is the share of the model's change that is used. Errors are mean absolute ones
    of log(1 + popularity): ``held_out_*`` measured before the forecast, on pairs of the past held
    out; ``scored_*`` against what came, on ``scored`` films, ``scored_inside`` of them within the
    interval.
    """

    origin_at: datetime
    days: int
    made_at: datetime
    basis: str
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
    """Forecast against outcome at one horizon, over the origins that are kept.

    ``mae`` and ``mae_persistence`` are mean absolute errors of log(1 + popularity); ``coverage`` is
    the share of outcomes within the 80 % interval; ``by_model`` of the ``scored`` forecasts were
    a model's, the others persistence.
    """

    days: int
    scored: int
    by_model: int
    mae: float
    mae_persistence: float
    coverage: float
    first_origin_at: datetime
    last_origin_at: datetime
