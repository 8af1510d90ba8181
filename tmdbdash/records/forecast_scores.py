"""The live accuracy of forecasts: pure functions of forecasts with their outcomes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TypedDict

from tmdbdash.records.forecasts import MODEL, Forecast, ForecastBasis, ForecastScore


class ScoredColumns(TypedDict, total=False):
    """The fields ``scored*`` of a `ForecastBasis`; those of errors only where any was measured."""

    scored: int
    scored_inside: int
    scored_mae: float
    scored_mae_persistence: float


def scored_columns(known: Sequence[Forecast]) -> ScoredColumns:
    """The accuracy of one origin and horizon by its forecasts with an outcome."""
    count = len(known)
    if not count:
        return {"scored": 0, "scored_inside": 0}
    pairs = [(row, row.actual_popularity or 0.0) for row in known]
    errors = [_log_error(row.popularity, actual) for row, actual in pairs]
    persistence = [_log_error(row.origin_popularity, actual) for row, actual in pairs]
    return {
        "scored": count,
        "scored_inside": sum(row.low <= actual <= row.high for row, actual in pairs),
        "scored_mae": sum(errors) / count,
        "scored_mae_persistence": sum(persistence) / count,
    }


def forecast_scores(bases: Iterable[ForecastBasis]) -> list[ForecastScore]:
    """The accuracy over all of these origins, which ascend, by days; only where any was scored."""
    by_days: dict[int, list[ForecastBasis]] = {}
    for basis in bases:
        if basis.scored:
            by_days.setdefault(basis.days, []).append(basis)
    return [_score(days, own) for days, own in sorted(by_days.items())]


def _score(days: int, bases: Sequence[ForecastBasis]) -> ForecastScore:
    """The mean over all scored forecasts, so that each origin counts by how many it has."""
    scored = sum(basis.scored for basis in bases)
    persistence = sum(basis.scored * (basis.scored_mae_persistence or 0.0) for basis in bases)
    return ForecastScore(
        days=days,
        scored=scored,
        by_model=sum(basis.scored for basis in bases if basis.method == MODEL),
        mae=sum(basis.scored * (basis.scored_mae or 0.0) for basis in bases) / scored,
        mae_persistence=persistence / scored,
        coverage=sum(basis.scored_inside for basis in bases) / scored,
        first_origin_at=bases[0].origin_at,
        last_origin_at=bases[-1].origin_at,
    )


def _log_error(forecast: float, actual: float) -> float:
    """The absolute error of log(1 + popularity)."""
    return abs(math.log1p(forecast) - math.log1p(actual))
