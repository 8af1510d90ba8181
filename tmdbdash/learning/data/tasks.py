"""What is to be learned: a target in a mode, the scale it is learned on, and how films count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tmdbdash.learning.data.linear_features import Floats

TARGETS = ("popularity", "vote_average")
"""What is predicted, by column name."""
RELEASED, EARLY = "released", "early"
MODES = (RELEASED, EARLY)
"""``early`` models see no votes: for films without votes or before release."""

NOISE_VOTES = 30.0
WEIGHT_FLOOR = 0.1
LEAST_EARLY = 20
EARLY_SHARE = 0.1
EARLY_MOST = 10.0


@dataclass(frozen=True)
class Task:
    """One target in one mode: what a model is fitted for, and what has a champion."""

    target: str
    mode: str

    @property
    def key(self) -> str:
        """The name under which champions and figures are kept: "popularity/early"."""
        return self.target if self.mode == RELEASED else f"{self.target}/{self.mode}"


TASKS = tuple(Task(target, mode) for mode in MODES for target in TARGETS)
"""In the order in which they are fitted: released films first, should the time run out."""


def to_learned(target: str, values: Floats) -> Floats:
    """Popularity is learned and judged as log1p, ratings as they are; same shape."""
    if target == "popularity":
        return np.log1p(np.maximum(values, 0.0))
    return np.asarray(values, dtype=np.float64)


def from_learned(target: str, values: Floats) -> Floats:
    """Back to the target's unit, inside what it can be: popularity from 0, ratings 0 to 10."""
    if target == "popularity":
        return np.maximum(np.expm1(values), 0.0)
    return np.clip(values, 0.0, 10.0)


def film_weights(target: str, votes: Floats) -> Floats:
    """How much each film counts in training and in comparing models; shape (films,).

    A rating of few votes is noise, so it counts v / (v + 30); a little is added so that films with
    one vote still whisper. For popularity all films count alike.
    """
    if target == "popularity":
        return np.ones(len(votes))
    return votes / (votes + NOISE_VOTES) + WEIGHT_FLOOR


def mode_weights(task: Task, modes: npt.NDArray[np.str_]) -> Floats:
    """How much more the films count that an early model speaks for; shape (films,).

    They are a hundredth of the films or less, and unlike the others, whose votes are merely hidden
    from such a model. From `LEAST_EARLY` of them on they count together about as a tenth of all
    films, each at most `EARLY_MOST` times.
    """
    weights = np.ones(len(modes))
    own = modes == EARLY
    if task.mode == EARLY and own.sum() >= LEAST_EARLY:
        weights[own] = np.clip(EARLY_SHARE * len(modes) / own.sum(), 1.0, EARLY_MOST)
    return weights
