"""Which model is shown: the champion of a task, and why it was kept or replaced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tmdbdash.learning.data.linear_features import Floats
from tmdbdash.learning.evaluation.metrics import losses
from tmdbdash.learning.models.conformal_intervals import COVERAGE
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.registry import TOO_LITTLE
from tmdbdash.learning.models.training_set import TrainingSet

FALLBACK = "median"
STANDARD_ERRORS = 2.0
COVERAGE_SLACK = 0.025
TOO_LITTLE_DATA = "too_little_data"


@dataclass(frozen=True)
class Choice:
    """The champion of a task.

    ``why`` is the code of why it was kept or replaced, under "code", with what is to be said of it.
    ``note`` is `TOO_LITTLE_DATA` where no model deserves belief.
    """

    name: str
    why: Mapping[str, str | float]
    note: str | None = None


def is_better(challenger: Floats, champion: Floats) -> bool:
    """Whether a challenger's losses beat the champion's beyond chance; both of shape (rows,).

    Paired on the same rows: the mean difference has to exceed two of its standard errors.
    """
    gain = champion - challenger
    if len(gain) < 2:
        return False
    error = float(gain.std(ddof=1) / np.sqrt(len(gain)))
    return bool(gain.mean() > STANDARD_ERRORS * error)


def has_coverage(model: FittedModel, rows: int) -> bool:
    """Whether intervals measured crosswise hold what they state, within chance."""
    measured = model.metrics.get("coverage")
    if measured is None:
        return True
    chance = STANDARD_ERRORS * np.sqrt(COVERAGE * (1 - COVERAGE) / rows)
    return bool(abs(measured - COVERAGE) <= max(COVERAGE_SLACK, chance))


def choose_champion(
    rows: TrainingSet, models: Mapping[str, FittedModel], former: str | None
) -> Choice:
    """The champion among the fitted models (with figures); ``former`` is the last training's.

    Below `TOO_LITTLE` films it is the median. A model that loses to the median, or whose intervals
    do not hold, is never champion. The former one stays unless a challenger is better beyond two
    standard errors of the paired difference on the same folds.
    """
    if len(rows) < TOO_LITTLE:
        why: dict[str, str | float] = {"code": "few_films", "films": len(rows), "least": TOO_LITTLE}
        return Choice(FALLBACK, why, TOO_LITTLE_DATA)
    lost = {name: losses(rows, model) for name, model in models.items()}
    median = lost[FALLBACK].mean()
    barred = {
        name: "loses_to_median" if loss.mean() > median else "low_coverage"
        for name, loss in lost.items()
        if name != FALLBACK and (loss.mean() > median or not has_coverage(models[name], len(rows)))
    }
    able = {name: loss for name, loss in lost.items() if name not in barred}
    best = min(able, key=lambda name: float(able[name].mean()))
    if former is None:
        return Choice(best, {"code": "first"})
    if former not in able:
        reason = barred.get(former, "not_fitted")
        return Choice(best, {"code": reason, "former": former})
    better = [name for name in able if is_better(able[name], able[former])]
    if not better:
        return Choice(former, {"code": "kept"})
    winner = min(better, key=lambda name: float(able[name].mean()))
    gain = 1 - float(able[winner].mean() / able[former].mean())
    return Choice(winner, {"code": "better", "former": former, "gain": round(gain, 4)})
