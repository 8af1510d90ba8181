"""A fitted model: predictions in the target's unit, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.linear_features import Floats
from tmdbdash.learning.data.tasks import (
    Task,
    from_learned,
    to_learned,
)
from tmdbdash.learning.models.conformal_intervals import (
    MondrianIntervals,
)
from tmdbdash.learning.models.cross_fitting import (
    Folds,
)
from tmdbdash.learning.models.registry import ModelSpec
from tmdbdash.learning.models.training_set import Places, category_variable


@dataclass(frozen=True)
class FittedModel:
    """A model fitted for one task: a `FoldEnsemble` or a `Blend`, with its intervals and figures.

    ``seconds`` is what fitting took. ``expected`` (rows,) are its out-of-fold predictions in the
    target's unit, ``later`` those for the newest fifth by a copy that saw only older films (NaN
    elsewhere, ``None`` without a split by time). Both are of the fit; a loaded model lacks them.
    """

    spec: ModelSpec
    task: Task
    estimator: Any
    intervals: MondrianIntervals
    metrics: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    expected: Floats = field(default_factory=lambda: np.empty(0), repr=False)
    later: Floats | None = field(default=None, repr=False)

    @property
    def features(self) -> list[str]:
        """The features it reads, in order."""
        return [str(name) for name in self.estimator.feature_names_in_]

    def inputs(self, films: FilmTable, places: Places | None = None) -> pd.DataFrame:
        """What the model reads of these films (of all, where no places are given)."""
        frame = films.features(self.spec.features)
        return (frame if places is None else frame.iloc[places])[self.features]

    def predict(self, inputs: pd.DataFrame, fold: Folds | None = None) -> Floats:
        """The expected target of each film, in its unit; shape (films,).

        Where a film's ``fold`` is given, by the member that has not seen it. The baselines answer
        raw, be it below 0.
        """
        return self.in_unit(self.estimator.predict(inputs, fold))

    def in_unit(self, answer: Floats) -> Floats:
        """An estimator's answer in the target's unit."""
        if self.spec.is_baseline:
            return np.asarray(answer, dtype=np.float64)
        return from_learned(self.task.target, answer)

    def interval(self, films: FilmTable, expected: Floats, places: Places) -> tuple[Floats, Floats]:
        """Low and high end around predictions (in the target's unit) for films at these places.

        The prediction itself is always inside; popularity stays above 0, ratings within 0 to 10.
        Among the residuals behind it is the film's own, where it was learned from: one of at least
        `MIN_RESIDUALS`, left out where coverage is measured (`metrics.cross_conformal_bounds`).
        """
        learned = to_learned(self.task.target, expected)
        low, high = self.intervals.ends(learned, category_variable(self.task, films)[places])
        low, high = np.minimum(low, learned), np.maximum(high, learned)
        return from_learned(self.task.target, low), from_learned(self.task.target, high)
