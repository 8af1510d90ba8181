"""Permutation importance by feature group, out of fold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from tmdbdash.learning.data.arrays import SEED, Floats, Indices
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.linear_features import LINEAR
from tmdbdash.learning.data.track_records import TRACK_GROUPS
from tmdbdash.learning.data.wide_features import FEATURE_GROUPS
from tmdbdash.learning.models.cross_fitting import Folds
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.training_set import TrainingSet
from tmdbdash.records import Importance

MAX_ROWS = 1_000
REPEATS = 3

ALL_GROUPS = {**FEATURE_GROUPS, **TRACK_GROUPS}
"""Every wide feature and every one of track records, by its group."""
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
    **{name: _LINEAR_GROUPS.get(name, "genres") for name in LINEAR},
    **{name: group for group, names in ALL_GROUPS.items() for name in names},
}
"""The feature group of each feature."""


def features_by_group(names: list[str]) -> dict[str, list[str]]:
    """These features by group, in the order of `ALL_GROUPS`."""
    return {
        group: members
        for group in ALL_GROUPS
        if (members := [name for name in names if GROUP_OF[name] == group])
    }


def measure_importances(
    model: FittedModel, films: FilmTable, rows: TrainingSet, trained_at: datetime
) -> list[Importance]:
    """The increase of the loss when a group's features are permuted, together, within each fold.

    Each film is predicted out of fold. ``importance`` is the mean increase of the weighted absolute
    error on the learned scale, over folds and repetitions; ``spread`` is its standard deviation.
    Measured on a fixed sample of at most `MAX_ROWS` films.
    """
    random = np.random.default_rng(SEED)
    sample = np.arange(len(rows))
    if len(sample) > MAX_ROWS:
        sample = np.sort(random.choice(sample, MAX_ROWS, replace=False))
    fold, weights = rows.fold[sample], rows.weights[sample] / rows.weights.mean()
    inputs = model.inputs(films, rows.indices[sample])
    folds = np.unique(fold)

    def losses(frames: Sequence[pd.DataFrame]) -> Iterator[Floats]:
        """The loss of each frame by fold; one prediction of all frames is faster than one each."""
        predicted = model.predict(pd.concat(frames), np.tile(fold, len(frames)))
        for one in np.split(model.target.transform(predicted), len(frames)):
            error = np.abs(rows.learned[sample] - one) * weights
            yield np.array([error[fold == number].mean() for number in folds])

    groups = features_by_group(model.features)
    frames = [inputs]
    for names in groups.values():
        for _ in range(REPEATS):
            permuted = inputs.copy()
            permuted[names] = inputs[names].to_numpy()[_permutation_within(fold, random)]
            frames.append(permuted)
    reference, *others = losses(frames)
    importances = []
    for number, group in enumerate(groups):
        increase = np.array(others[number * REPEATS : (number + 1) * REPEATS]) - reference
        importances.append(
            Importance(
                trained_at=trained_at,
                model_name=model.spec.name,
                target=rows.task.target,
                mode=rows.task.mode,
                feature_group=group,
                importance=float(increase.mean()),
                spread=float(increase.std()),
            )
        )
    return importances


def _permutation_within(fold: Folds, random: np.random.Generator) -> Indices:
    """A permutation of the rows that leaves each in its fold; shape (rows,)."""
    order = np.arange(len(fold))
    for number in np.unique(fold):
        members = np.flatnonzero(fold == number)
        order[members] = random.permutation(members)
    return order
