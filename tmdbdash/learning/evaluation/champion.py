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
TOO_LITTLE_DATA = "too little data"


@dataclass(frozen=True)
class Choice:
    """The champion of a task. ``note`` is "too little data" where no model deserves belief."""

    name: str
    why: str
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
        why = f"{len(rows)} films with this target, and below {TOO_LITTLE} nothing beats the median"
        return Choice(FALLBACK, why, TOO_LITTLE_DATA)
    lost = {name: losses(rows, model) for name, model in models.items()}
    median = lost[FALLBACK].mean()
    barred = {
        name: "it loses to the median" if loss.mean() > median else "its intervals do not hold"
        for name, loss in lost.items()
        if name != FALLBACK and (loss.mean() > median or not has_coverage(models[name], len(rows)))
    }
    able = {name: loss for name, loss in lost.items() if name not in barred}
    best = min(able, key=lambda name: float(able[name].mean()))
    if former is None:
        return Choice(best, "the first champion: the least loss out of fold")
    if former not in able:
        reason = barred.get(former, "it could not be fitted")
        return Choice(best, f"the former champion {former} gave way: {reason}")
    better = [name for name in able if is_better(able[name], able[former])]
    if not better:
        return Choice(former, "kept: no model is better beyond two standard errors")
    winner = min(better, key=lambda name: float(able[name].mean()))
    share = 100 * (1 - able[winner].mean() / able[former].mean())
    return Choice(winner, f"replaces {former}: {share:.1f} % less loss, beyond two standard errors")
