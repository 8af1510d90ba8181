"""What moved one film's prediction: signed contributions by group of features.

Every prediction is the one for a typical film plus what each group of this film's features adds.
What a group adds depends, in a model of trees, on the other groups; so it is taken in every
combination of them (there are at most 128) and shared out by Shapley's rule, which is the only
one by which the shares add up to the difference, a group that changes nothing gets nothing, and
for a linear model the share is exactly its coefficients times the distance from the typical film.

These are statements about a model: what changes the prediction, not what makes a film succeed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tmdbdash.learning.data.linear_features import Floats
from tmdbdash.learning.evaluation.importance import features_by_group
from tmdbdash.learning.models.cross_fitting import UNSEEN, Folds
from tmdbdash.learning.models.fitted_model import FittedModel

SENTENCE = "This is what changes the prediction, not what makes a film succeed."
MIDDLE_FILMS = 5_000
"""Films among which the typical values are looked for, at most."""
AT_ONCE = 20_000
"""Rows that a model is asked for at once."""


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

    def as_json(self) -> dict[str, Any]:
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
    """Why the model predicts what it does for these films.

    ``inputs`` has shape (films, features), as `FittedModel.inputs` gives them; ``typical`` is that
    of `typical_film`. ``fold`` (films,) names for each film the member that has not seen it, so
    that the prediction explained is the one that is shown; ``bounds`` are those that it is cut to.
    """
    groups = features_by_group(list(inputs.columns))
    taken = _combinations(len(groups))
    owner = {name: place for place, names in enumerate(groups.values()) for name in names}
    columns = taken[:, [owner[name] for name in inputs.columns]]
    weights = _shapley_weights(len(groups))
    usual = typical[list(inputs.columns)].to_numpy(dtype=np.float64)
    values = inputs.to_numpy(dtype=np.float64)
    fold = np.full(len(values), UNSEEN) if fold is None else fold
    answers = np.empty((len(values), len(taken)))
    step = max(1, AT_ONCE // len(taken))
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
    """What is usual among the training films: one value a feature.

    For each group they are those of one real film, the one nearest to the middle of that group: so
    genres, or a date and an age, go together as they do in a film. Flags have their mean as
    middle, numbers their median. ``inputs`` has shape (rows, features), in order of tmdb_id.
    Raises `ValueError` without rows.
    """
    if not len(inputs):
        raise ValueError("there is no typical film among none")
    # Every n-th film: the same ones each time, and the order of ids says little of a film.
    asked = inputs.iloc[:: max(1, len(inputs) // MIDDLE_FILMS)]
    chosen: dict[str, float] = {}
    for names in features_by_group(list(inputs.columns)).values():
        values = asked[names].to_numpy(dtype=np.float64)
        frame = asked[names]
        flags = frame.isin([0.0, 1.0]).all().to_numpy()
        middle = np.where(flags, frame.mean(), frame.median())
        spread = frame.std(ddof=0).to_numpy()
        away = (values - middle) / np.where(spread > 1e-9, spread, 1.0)
        # A gap is usual where most films have one, and else is far out.
        gap = np.where(np.isnan(values).mean(axis=0) > 0.5, 0.0, 2.0)
        away = np.where(np.isnan(away), gap, away)
        nearest = int(np.argmin((away**2).sum(axis=1)))
        chosen.update(zip(names, values[nearest].tolist(), strict=True))
    return pd.Series(chosen, dtype=np.float64)


def _combinations(groups: int) -> npt.NDArray[np.bool_]:
    """Which groups are the film's own in each combination: none first, all last; (2**g, g)."""
    numbers = np.arange(2**groups)[:, None]
    taken: npt.NDArray[np.bool_] = (numbers >> np.arange(groups)[None, :]) & 1 == 1
    return taken


def _shapley_weights(groups: int) -> Floats:
    """What each combination's answer counts for each group's share; shape (g, 2**g)."""
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
