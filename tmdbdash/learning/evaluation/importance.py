"""Feature importance, by group: permutation among films that the model has not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.linear_features import LINEAR, Floats
from tmdbdash.learning.data.tasks import to_learned
from tmdbdash.learning.data.wide_features import FEATURE_GROUPS
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.training_set import TrainingSet
from tmdbdash.records import Importance

SAMPLE = 1_000
REPEATS = 3
SEED = 42

_LINEAR_GROUPS = {
    "vote_count": "votes",
    "runtime": "runtime",
    "is_english": "language",
    "release_year": "dates and age",
    "release_month": "dates and age",
    "is_summer": "dates and age",
    "is_holiday": "dates and age",
}
GROUP_OF = {
    **{name: _LINEAR_GROUPS.get(name, "genres") for name in LINEAR.names},
    **{name: group for group, names in FEATURE_GROUPS.items() for name in names},
}
"""The group in which each feature, wide or linear, is told."""


def features_by_group(names: list[str]) -> dict[str, list[str]]:
    """These features by group, in the order of `FEATURE_GROUPS`."""
    return {
        group: own
        for group in FEATURE_GROUPS
        if (own := [name for name in names if GROUP_OF[name] == group])
    }


def measure_importances(
    model: FittedModel, films: FilmTable, rows: TrainingSet, trained_at: datetime
) -> list[Importance]:
    """How much the loss grows when a group's features are shuffled, together, within each fold.

    Each film is predicted by the member that has not seen it. ``importance`` is the mean growth of
    the weighted absolute error on the learned scale, over folds and repetitions; ``spread`` their
    standard deviation. At most `SAMPLE` films are asked, always the same.
    """
    chance = np.random.default_rng(SEED)
    asked = np.arange(len(rows))
    if len(asked) > SAMPLE:
        asked = np.sort(chance.choice(asked, SAMPLE, replace=False))
    fold, weights = rows.fold[asked], rows.weights[asked] / rows.weights.mean()
    inputs = model.inputs(films, rows.places[asked])
    folds = np.unique(fold)

    def losses(frames: Sequence[pd.DataFrame]) -> Iterator[Floats]:
        """Of all frames in one prediction: each has a cost of its own, however few its rows."""
        expected = model.predict(pd.concat(frames), np.tile(fold, len(frames)))
        for own in np.split(expected, len(frames)):
            error = np.abs(rows.learned[asked] - to_learned(rows.task.target, own))
            yield np.array([(error * weights)[fold == number].mean() for number in folds])

    groups = features_by_group(model.features)
    frames = [inputs]
    for names in groups.values():
        for _ in range(REPEATS):
            shuffled = inputs.copy()
            order = _shuffled_within(fold, chance)
            shuffled[names] = inputs[names].to_numpy()[order]
            frames.append(shuffled)
    usual, *others = losses(frames)
    found = []
    for place, group in enumerate(groups):
        own = others[place * REPEATS : (place + 1) * REPEATS]
        growth = np.concatenate([loss - usual for loss in own])
        found.append(
            Importance(
                trained_at=trained_at,
                model_name=model.spec.name,
                target=rows.task.target,
                mode=rows.task.mode,
                feature_group=group,
                importance=float(growth.mean()),
                spread=float(growth.std()),
            )
        )
    return found


def _shuffled_within(fold: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """An order of the rows that shuffles them inside their folds."""
    order = np.arange(len(fold))
    for number in np.unique(fold):
        here = np.flatnonzero(fold == number)
        order[here] = chance.permutation(here)
    return order
