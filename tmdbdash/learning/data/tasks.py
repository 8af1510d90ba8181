"""The scales that targets are learned on, and the weight of each film in a task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tmdbdash.learning.data.arrays import Floats
from tmdbdash.records.tasks import EARLY, Task


@dataclass(frozen=True)
class Target:
    """A predicted film column: the scale that models learn it on, and the range of its values.

    ``transform`` maps the target's unit to the learned scale, ``inverse`` maps back.
    """

    name: str
    transform: Callable[[Floats], Floats]
    inverse: Callable[[Floats], Floats]
    bounds: tuple[float, float]

    def to_unit(self, learned: Floats) -> Floats:
        """Values on the learned scale in the target's unit, clipped to its bounds; same shape."""
        return np.clip(self.inverse(learned), *self.bounds)


def _log1p(values: Floats) -> Floats:
    logs: Floats = np.log1p(np.maximum(values, 0.0))
    return logs


def _identity(values: Floats) -> Floats:
    return np.asarray(values, dtype=np.float64)


POPULARITY = Target("popularity", _log1p, np.expm1, (0.0, np.inf))
RATING = Target("vote_average", _identity, _identity, (0.0, 10.0))
TARGETS = {target.name: target for target in (POPULARITY, RATING)}

VOTE_SHRINKAGE = 30.0
"""Votes at which a rating has half its full weight."""
WEIGHT_FLOOR = 0.1
MIN_EARLY_FILMS = 20
EARLY_WEIGHT_SHARE = 0.1
MAX_EARLY_WEIGHT = 10.0


def film_weights(target: str, votes: Floats) -> Floats:
    """Each film's weight in training and in comparing models; shape (films,).

    1 for popularity. A rating of few votes is noise, so its weight is v / (v + `VOTE_SHRINKAGE`);
    `WEIGHT_FLOOR` is added so that films with one vote still count.
    """
    if target == POPULARITY.name:
        return np.ones(len(votes))
    return votes / (votes + VOTE_SHRINKAGE) + WEIGHT_FLOOR


def mode_weights(task: Task, modes: npt.NDArray[np.str_]) -> Floats:
    """Factors that raise the weight of early films in early tasks; shape (films,).

    Early films are a hundredth of all films or less, and differ from the others, whose votes are
    only hidden from early models. From `MIN_EARLY_FILMS` on they get together about a tenth of the
    weight of all films, each at most `MAX_EARLY_WEIGHT`.
    """
    weights = np.ones(len(modes))
    is_early = modes == EARLY
    if task.mode == EARLY and is_early.sum() >= MIN_EARLY_FILMS:
        share = EARLY_WEIGHT_SHARE * len(modes) / is_early.sum()
        weights[is_early] = np.clip(share, 1.0, MAX_EARLY_WEIGHT)
    return weights
