"""A fitted model: predictions in the target's unit, with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from tmdbdash.learning.data.arrays import Floats, Indices
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.tasks import TARGETS, Target
from tmdbdash.learning.data.track_records import TrackRecords
from tmdbdash.learning.models.conformal_intervals import MondrianIntervals
from tmdbdash.learning.models.cross_fitting import Blend, FoldEnsemble, Folds
from tmdbdash.learning.models.registry import ModelSpec
from tmdbdash.learning.models.training_set import category_values
from tmdbdash.records.tasks import Task


class PredictedInterval(NamedTuple):
    """Prediction and bounds of its interval in the target's unit; arrays of shape (films,)."""

    value: Floats
    low: Floats
    high: Floats


def with_records(
    frame: pd.DataFrame,
    records: TrackRecords | None,
    films: FilmTable,
    indices: Indices,
    without: Folds | None = None,
) -> pd.DataFrame:
    """The frame of the films at ``indices``, with their track records where there are any.

    ``without`` (indices,) is the fold that each film's records are made without, its own by
    default.
    """
    if records is None:
        return frame
    tracks = records.features(films, indices, without).set_axis(frame.index)
    return pd.concat([frame, tracks], axis=1)


@dataclass(frozen=True)
class FittedModel:
    """A model fitted for one task, with its intervals and figures.

    ``seconds`` is the time that fitting took. ``oof_predictions`` (rows,) are out of fold;
    ``temporal_predictions`` are those of the newest fifth by a copy fitted to older films, NaN
    elsewhere, and ``None`` without a temporal split. Both are in the target's unit, and of the
    training set only: a loaded model lacks them. ``records`` are the track records that it reads,
    ``None`` for a model that reads none.
    """

    spec: ModelSpec
    task: Task
    estimator: FoldEnsemble | Blend
    intervals: MondrianIntervals
    metrics: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    oof_predictions: Floats = field(default_factory=lambda: np.empty(0), repr=False)
    temporal_predictions: Floats | None = field(default=None, repr=False)
    records: TrackRecords | None = field(default=None, repr=False)

    @property
    def features(self) -> list[str]:
        """The names of the features that it reads, in order."""
        return [str(name) for name in self.estimator.feature_names_in_]

    @property
    def target(self) -> Target:
        """Scale and bounds of what it predicts."""
        return TARGETS[self.task.target]

    def inputs(self, films: FilmTable, indices: Indices | None = None) -> pd.DataFrame:
        """The features that it reads of these films, or of all; shape (films, features).

        The track records of a training film are those without its fold.
        """
        frame = films.features(self.spec.feature_set)
        indices = np.arange(len(films)) if indices is None else indices
        return with_records(frame.iloc[indices], self.records, films, indices)[self.features]

    def predict(self, inputs: pd.DataFrame, fold: Folds | None = None) -> Floats:
        """The prediction for each film in the target's unit; shape (films,).

        Out of fold where a film's ``fold`` is given. Baselines are not clipped to the target's
        bounds: they predict as the replaced system did.
        """
        return self.spec.to_unit(self.target, self.estimator.predict(inputs, fold))

    def predict_interval(
        self, films: FilmTable, indices: Indices, fold: Folds | None = None, *, clip: bool = True
    ) -> PredictedInterval:
        """Predictions for these films as of `predict`, and their intervals.

        ``clip`` clips baselines to the target's bounds too. An interval includes its prediction
        and is within the target's bounds. Each training film's own residual is one of the
        `MIN_RESIDUALS` or more behind its interval; coverage is measured without it
        (`metrics.cross_conformal_bounds`).
        """
        value = self.predict(self.inputs(films, indices), fold)
        if clip:
            value = np.clip(value, *self.target.bounds)
        learned = self.target.transform(value)
        values = category_values(self.task, films)[indices]
        low, high = self.intervals.bounds(learned, values)
        return PredictedInterval(
            value,
            self.target.to_unit(np.minimum(low, learned)),
            self.target.to_unit(np.maximum(high, learned)),
        )
