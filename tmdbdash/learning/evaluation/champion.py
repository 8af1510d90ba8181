"""The choice of the champion of a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tmdbdash.learning.data.arrays import Floats
from tmdbdash.learning.evaluation.metrics import losses
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.registry import MIN_ROWS
from tmdbdash.learning.models.training_set import TrainingSet
from tmdbdash.records.evaluation import NOMINAL_COVERAGE, ChampionReason

FALLBACK = "median"
STANDARD_ERRORS = 2.0
COVERAGE_TOLERANCE = 0.025
TOO_LITTLE_DATA = "too_little_data"


@dataclass(frozen=True)
class Choice:
    """The champion of a task.

    "low_coverage" is the code of a coverage too far from nominal on either side. ``note`` is
    `TOO_LITTLE_DATA` below `MIN_ROWS` films.
    """

    name: str
    why: ChampionReason
    note: str | None = None


def is_better(challenger: Floats, champion: Floats) -> bool:
    """Whether a challenger's losses are significantly below the champion's; both (rows,).

    The mean paired difference has to exceed `STANDARD_ERRORS` of its standard errors.
    """
    gain = champion - challenger
    if len(gain) < 2:
        return False
    error = float(gain.std(ddof=1) / np.sqrt(len(gain)))
    return bool(gain.mean() > STANDARD_ERRORS * error)


def has_coverage(model: FittedModel, rows: int) -> bool:
    """Whether empirical coverage is near the nominal one, within chance; true if not measured."""
    coverage = model.metrics.get("coverage")
    if coverage is None:
        return True
    chance = STANDARD_ERRORS * np.sqrt(NOMINAL_COVERAGE * (1 - NOMINAL_COVERAGE) / rows)
    return bool(abs(coverage - NOMINAL_COVERAGE) <= max(COVERAGE_TOLERANCE, chance))


def choose_champion(
    rows: TrainingSet, models: Mapping[str, FittedModel], former: str | None
) -> Choice:
    """The champion among the fitted models, which have their figures.

    ``former`` is the champion of the last training. It stays unless a challenger `is_better`. A
    model that loses to the median, or without `has_coverage`, is never champion. Below `MIN_ROWS`
    films the median is.
    """
    if len(rows) < MIN_ROWS:
        why = ChampionReason(code="few_films", films=len(rows), least=MIN_ROWS)
        return Choice(FALLBACK, why, TOO_LITTLE_DATA)
    by_model = {name: losses(rows, model) for name, model in models.items()}
    median = by_model[FALLBACK].mean()
    excluded = {
        name: "loses_to_median" if loss.mean() > median else "low_coverage"
        for name, loss in by_model.items()
        if name != FALLBACK and (loss.mean() > median or not has_coverage(models[name], len(rows)))
    }
    eligible = {name: loss for name, loss in by_model.items() if name not in excluded}
    best = min(eligible, key=lambda name: float(eligible[name].mean()))
    if former is None:
        return Choice(best, ChampionReason(code="first"))
    if former not in eligible:
        code = excluded.get(former, "not_fitted")
        return Choice(best, ChampionReason(code=code, former=former))
    better = [name for name in eligible if is_better(eligible[name], eligible[former])]
    if not better:
        return Choice(former, ChampionReason(code="kept"))
    winner = min(better, key=lambda name: float(eligible[name].mean()))
    gain = 1 - float(eligible[winner].mean() / eligible[former].mean())
    return Choice(winner, ChampionReason(code="better", former=former, gain=round(gain, 4)))
