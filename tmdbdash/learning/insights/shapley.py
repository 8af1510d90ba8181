"""Contributions to one film's prediction, by feature group: exact Shapley values.

A prediction is that of a typical film plus the contributions of this film's feature groups. What a
group adds depends, in a model of trees, on the other groups; so it is computed in every combination
of them (at most 128) and averaged by Shapley's weights. The contributions add up to the difference,
a group that changes nothing has 0, and for a linear model a contribution is its coefficients times
the distance from the typical film (Shapley 1953, "A value for n-person games").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
import pandas as pd

from tmdbdash.learning.data.arrays import Flags, Floats
from tmdbdash.learning.evaluation.importance import features_by_group
from tmdbdash.learning.models.cross_fitting import UNSEEN, Folds
from tmdbdash.learning.models.fitted_model import FittedModel

CAUSALITY_NOTE = "This is what changes the prediction, not what makes a film succeed."
MIDDLE_FILMS = 5_000
"""Films that the typical film is made of, at most."""
ROWS_AT_ONCE = 20_000
"""Rows that a model predicts at once."""


@dataclass(frozen=True)
class Explanation:
    """One film's prediction as a sum, in the target's unit.

    ``typical`` is the prediction for the typical film; ``contributions`` (group, value), the
    largest first, add up with it to ``predicted``.
    """

    target: str
    predicted: float
    typical: float
    contributions: tuple[tuple[str, float], ...]

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "predicted": self.predicted,
            "typical": self.typical,
            "contributions": [
                {"group": group, "value": value} for group, value in self.contributions
            ],
        }


def explain_predictions(
    model: FittedModel,
    inputs: pd.DataFrame,
    typical: pd.Series[float],
    fold: Folds | None = None,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> list[Explanation]:
    """The model's predictions of these films, each as a sum of contributions.

    ``inputs`` has shape (films, features), as `FittedModel.inputs` gives them; ``typical`` is a
    `typical_film`. ``fold`` (films,) names for each film the member that has not seen it, so that
    the prediction explained is the one that is shown; ``bounds`` are those it is clipped to.
    """
    groups = features_by_group(list(inputs.columns))
    taken = _combinations(len(groups))
    owner = {name: number for number, names in enumerate(groups.values()) for name in names}
    columns = taken[:, [owner[name] for name in inputs.columns]]
    weights = _shapley_weights(len(groups))
    usual = typical[list(inputs.columns)].to_numpy(dtype=np.float64)
    values = inputs.to_numpy(dtype=np.float64)
    fold = np.full(len(values), UNSEEN) if fold is None else fold
    answers = np.empty((len(values), len(taken)))
    step = max(1, ROWS_AT_ONCE // len(taken))
    for start in range(0, len(values), step):
        part = values[start : start + step]
        mixed = np.where(columns[None, :, :], part[:, None, :], usual)
        frame = pd.DataFrame(mixed.reshape(-1, mixed.shape[2]), columns=inputs.columns)
        folds = np.repeat(fold[start : start + step], len(taken))
        expected = np.clip(model.predict(frame, folds), *bounds)
        answers[start : start + step] = expected.reshape(len(part), -1)
    return [
        Explanation(
            target=model.task.target,
            predicted=float(own[-1]),
            typical=float(own[0]),
            contributions=_largest_first(tuple(groups), weights @ own),
        )
        for own in answers
    ]


def typical_film(inputs: pd.DataFrame) -> pd.Series[float]:
    """The values of a typical training film: one a feature.

    Each group's values are those of the real film nearest to the group's centre, so that genres,
    or a date and an age, are consistent. The centre is the mean of flags and the median of
    numbers. ``inputs`` has shape (rows, features), in order of tmdb_id. Raises `ValueError`
    without rows.
    """
    if not len(inputs):
        raise ValueError("there is no typical film among none")
    # Every n-th film: the same ones each time, and ids are hardly related to features.
    sample = inputs.iloc[:: max(1, len(inputs) // MIDDLE_FILMS)]
    chosen: dict[str, float] = {}
    for names in features_by_group(list(inputs.columns)).values():
        values = sample[names].to_numpy(dtype=np.float64)
        frame = sample[names]
        flags = frame.isin([0.0, 1.0]).all().to_numpy()
        centre = np.where(flags, frame.mean(), frame.median())
        spread = frame.std(ddof=0).to_numpy()
        away = (values - centre) / np.where(spread > 1e-9, spread, 1.0)
        # A gap is typical where most films have one, and otherwise two deviations off.
        gap = np.where(np.isnan(values).mean(axis=0) > 0.5, 0.0, 2.0)
        away = np.where(np.isnan(away), gap, away)
        nearest = int(np.argmin((away**2).sum(axis=1)))
        chosen.update(zip(names, values[nearest].tolist(), strict=True))
    return pd.Series(chosen, dtype=np.float64)


def _combinations(groups: int) -> Flags:
    """Which groups have the film's own values in each combination: none to all; (2**g, g)."""
    numbers = np.arange(2**groups)[:, None]
    taken: Flags = (numbers >> np.arange(groups)[None, :]) & 1 == 1
    return taken


def _shapley_weights(groups: int) -> Floats:
    """The weight of each combination's prediction in each group's contribution; (g, 2**g)."""
    taken = _combinations(groups)
    sizes = taken.sum(axis=1)
    orders = [factorial(n) for n in range(groups + 1)]
    weights = np.zeros((groups, len(taken)))
    for group in range(groups):
        inside = taken[:, group]
        others = np.where(inside, sizes - 1, sizes)
        counts = np.array([orders[n] * orders[groups - n - 1] for n in others]) / orders[groups]
        weights[group] = np.where(inside, counts, -counts)
    return weights


def _largest_first(groups: Sequence[str], values: Floats) -> tuple[tuple[str, float], ...]:
    pairs = zip(groups, (float(value) for value in values), strict=True)
    return tuple(sorted(pairs, key=lambda pair: (-abs(pair[1]), pair[0])))
