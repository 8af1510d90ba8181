"""The films that a task is learned from, the same for all models that are compared."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tmdbdash.learning.data.arrays import SEED, Dates, Flags, Floats, Indices
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.tasks import POPULARITY, TARGETS, film_weights, mode_weights
from tmdbdash.learning.models.conformal_intervals import AGE_EDGES, VOTE_EDGES
from tmdbdash.learning.models.cross_fitting import FOLDS, Folds, fold_numbers
from tmdbdash.records.tasks import EARLY, Task

MAX_FILMS = 50_000
"""Films beyond which a sample of that many is learned from, in `FOLDS_OF_SAMPLE` folds."""
FOLDS_OF_SAMPLE = 2
NEWEST_SHARE = 0.2
MIN_DATED_FILMS = 50
"""Films with a date below which there is no temporal split."""
NOBODY_VOTED_EDGE = -100_000.0
"""An age in days below that of any film: films that nobody voted on are below it."""


@dataclass(frozen=True)
class TrainingSet:
    """The films that a task is learned from; all arrays have shape (rows,).

    ``indices`` are their rows in the `FilmTable`. ``actual`` is in the target's unit, ``learned``
    on the learned scale. ``category_values`` are those of `category_values`. ``newest`` marks the
    newest fifth by release date; ``None`` where too few films have a date.
    """

    task: Task
    indices: Indices
    actual: Floats
    learned: Floats
    weights: Floats
    fold: Folds
    category_values: Floats
    newest: Flags | None

    def __len__(self) -> int:
        return len(self.indices)


def category_values(task: Task, films: FilmTable) -> Floats:
    """What interval categories are defined by: age for popularity, votes for ratings; (films,).

    In the early mode age for both, and below every age for films that nobody voted on, which have
    residuals of their own.
    """
    if task.mode == EARLY:
        return np.where(films.nobody_voted, -np.inf, films.age)
    return films.age if task.target == POPULARITY.name else films.votes


def category_edges(task: Task) -> tuple[float, ...]:
    """The edges of the categories; of early ratings only the day of release."""
    if task.mode == EARLY:
        return (NOBODY_VOTED_EDGE, 0.0, *AGE_EDGES) if task.target == POPULARITY.name else (0.0,)
    return AGE_EDGES if task.target == POPULARITY.name else VOTE_EDGES


def training_set(films: FilmTable, task: Task, max_films: int = MAX_FILMS) -> TrainingSet:
    """The films with a known target, or a fixed sample of ``max_films``; in order of tmdb_id."""
    indices = np.flatnonzero(~np.isnan(films.targets[task.target]))
    folds = FOLDS
    if len(indices) > max_films:
        sample = np.random.default_rng(SEED).choice(len(indices), max_films, replace=False)
        indices, folds = indices[np.sort(sample)], FOLDS_OF_SAMPLE
    actual = films.targets[task.target][indices]
    return TrainingSet(
        task=task,
        indices=indices,
        actual=actual,
        learned=TARGETS[task.target].transform(actual),
        weights=film_weights(task.target, films.votes[indices])
        * mode_weights(task, films.mode[indices]),
        fold=fold_numbers(len(indices), folds),
        category_values=category_values(task, films)[indices],
        newest=newest_rows(films.released[indices]),
    )


def newest_rows(released: Dates) -> Flags | None:
    """Whether each film is in the newest fifth of those with a date; ``None`` for too few dates."""
    dated = np.flatnonzero(~np.isnat(released))
    if len(dated) < MIN_DATED_FILMS:
        return None
    ordered = dated[np.argsort(released[dated], kind="stable")]
    newest = np.zeros(len(released), dtype=bool)
    newest[ordered[round((1 - NEWEST_SHARE) * len(ordered)) :]] = True
    return newest
