"""The films that a task is learned from, the same for all models that are compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.linear_features import Floats
from tmdbdash.learning.data.tasks import (
    EARLY,
    Task,
    film_weights,
    mode_weights,
    to_learned,
)
from tmdbdash.learning.models.conformal_intervals import (
    AGE_EDGES,
    VOTE_EDGES,
)
from tmdbdash.learning.models.cross_fitting import (
    FOLD_SEED,
    FOLDS,
    Folds,
    fold_numbers,
)

SAMPLE = 50_000
"""Films beyond which a sample of that many, in fewer folds, is learned from."""


FOLDS_OF_MANY = 2


NEWEST = 0.2


LONG_BEFORE = -100_000.0
"""An age in days below that of any film: it sets films that are ignored apart in a bin."""


LEAST_FOR_TIME = 50
"""Films with a date below which a split by time says nothing."""


Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class TrainingSet:
    """The films that a task is learned from; all arrays have shape (rows,).

    ``places`` are their places in the table. ``actual`` is in the target's unit, ``learned`` on
    the scale it is learned and judged on. ``newest`` marks the newest fifth by release date; it is
    ``None`` where there are too few dates for that.
    """

    task: Task
    places: Places
    actual: Floats
    learned: Floats
    weights: Floats
    fold: Folds
    measure: Floats
    newest: npt.NDArray[np.bool_] | None

    def __len__(self) -> int:
        return len(self.places)


def category_variable(task: Task, films: FilmTable) -> Floats:
    """By what intervals are taken: popularity by age, ratings by votes; shape (films,).

    In the early mode the released films on which nobody has voted come before all others, whatever
    their age: they have residuals of their own, and so have those still to come, or where these
    are too few those of the youngest films.
    """
    if task.mode == EARLY:
        return np.where(films.ignored, -np.inf, films.age)
    return films.age if task.target == "popularity" else films.votes


def category_edges(task: Task) -> tuple[float, ...]:
    """The edges of the bins; of early ratings, whose votes are to come, only that of release."""
    if task.mode == EARLY:
        return (LONG_BEFORE, 0.0, *AGE_EDGES) if task.target == "popularity" else (0.0,)
    return AGE_EDGES if task.target == "popularity" else VOTE_EDGES


def training_set(films: FilmTable, task: Task, most: int = SAMPLE) -> TrainingSet:
    """The films with a known target, or a fixed sample of ``most``; in order of tmdb_id."""
    places = np.flatnonzero(~np.isnan(films.targets[task.target]))
    folds = FOLDS
    if len(places) > most:
        chosen = np.random.default_rng(FOLD_SEED).choice(len(places), most, replace=False)
        places, folds = places[np.sort(chosen)], FOLDS_OF_MANY
    actual = films.targets[task.target][places]
    return TrainingSet(
        task=task,
        places=places,
        actual=actual,
        learned=to_learned(task.target, actual),
        weights=film_weights(task.target, films.votes[places])
        * mode_weights(task, films.mode[places]),
        fold=fold_numbers(len(places), folds),
        measure=category_variable(task, films)[places],
        newest=newest_rows(films.released[places]),
    )


def newest_rows(released: npt.NDArray[np.datetime64]) -> npt.NDArray[np.bool_] | None:
    """Which films are the newest fifth of those with a date; ``None`` for too few dates."""
    dated = np.flatnonzero(~np.isnat(released))
    if len(dated) < LEAST_FOR_TIME:
        return None
    ordered = dated[np.argsort(released[dated], kind="stable")]
    newest = np.zeros(len(released), dtype=bool)
    newest[ordered[round((1 - NEWEST) * len(ordered)) :]] = True
    return newest
