"""Predictions with intervals by the models of one training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from tmdbdash.errors import NotReadyError
from tmdbdash.learning.artifacts.model_store import StoredModels
from tmdbdash.learning.data.arrays import Floats, Indices
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.models.cross_fitting import UNSEEN, Folds
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.records import Coverage, TrainingRun
from tmdbdash.records.tasks import MODES, RELEASED, TASKS, Task

CHUNK = 50_000
"""Films predicted at once, which bounds the memory that a model takes."""


@dataclass(frozen=True)
class TargetPredictions:
    """The predictions of one target for all films; all arrays have shape (films,).

    ``value``, ``low``, ``high`` and ``mae`` are in the target's unit, NaN where no model applies.
    ``mae`` is the ``oof_mae`` of the film's champion; of a model asked for by name its
    ``holdout_mae``, else its ``oof_mae``. ``fold`` is `UNSEEN` outside the training set.
    """

    value: Floats
    low: Floats
    high: Floats
    mae: Floats
    fold: Folds
    mode: npt.NDArray[np.str_]


@dataclass(frozen=True)
class Predictor:
    """The models of one training, and the name of each task's champion.

    ``widening`` is by target what the intervals of films outside the training set are multiplied
    by, on the learned scale, where live accuracy asks for it.
    """

    trained_at: datetime
    champions: dict[Task, str]
    stored: StoredModels
    widening: Mapping[str, float] = field(default_factory=dict)

    def champion(self, target: str, mode: str) -> FittedModel:
        """The champion of a target and mode. Raises `NotReadyError` where there is none."""
        task = Task(target, mode)
        model = self.stored.model(self.champions.get(task, ""), task)
        if model is None:
            raise NotReadyError(
                f"the last training has no champion for {task.key}: run `tmdbdash train`"
            )
        return model

    def predict(
        self,
        films: FilmTable,
        target: str,
        name: str | None = None,
        only: Indices | None = None,
    ) -> TargetPredictions:
        """Predictions by the champion of each film's mode, or by the model ``name``.

        Training films are predicted out of fold. A baseline asked for by name predicts films of
        both modes as released ones, as it did in the replaced system, and is not clipped. With
        ``only`` the films at these indices alone are predicted, the values of others are NaN.
        """
        count = len(films)
        value, low, high, mae = (np.full(count, np.nan) for _ in range(4))
        fold = self.stored.seen.fold_of(films.ids, target)
        asked = np.ones(count, dtype=bool) if only is None else np.isin(np.arange(count), only)
        for mode in MODES:
            model = self._model(Task(target, mode), name)
            in_mode = films.mode == mode
            if name is not None and model is not None and model.spec.is_baseline:
                in_mode = np.full(count, mode == RELEASED)
            indices = np.flatnonzero(in_mode & asked)
            if model is None or not len(indices):
                continue
            for chunk in np.array_split(indices, -(-len(indices) // CHUNK)):
                value[chunk], low[chunk], high[chunk] = model.predict_interval(
                    films, chunk, fold[chunk], clip=name is None
                )
            if name is None and target in self.widening:
                unseen = indices[fold[indices] == UNSEEN]
                low[unseen], high[unseen] = widened(
                    target, self.widening[target], value[unseen], low[unseen], high[unseen]
                )
            oof_mae = model.metrics.get("oof_mae", np.nan)
            mae[indices] = oof_mae if name is None else model.metrics.get("holdout_mae", oof_mae)
        return TargetPredictions(value, low, high, mae, fold, films.mode)

    def _model(self, task: Task, name: str | None) -> FittedModel | None:
        """The champion of a task, or the model ``name`` where it was loaded."""
        if name is None:
            return self.champion(task.target, task.mode)
        return self.stored.model(name, task)

    def coverage(self, name: str | None = None) -> dict[str, Coverage]:
        """The coverage of each champion's intervals, or of the model ``name``, by task key.

        Of a baseline only for released films, since its released-mode model predicts all films.
        """
        found = {}
        for task in self.champions:
            model = self._model(task, name)
            if model is None or (
                name is not None and model.spec.is_baseline and task.mode != RELEASED
            ):
                continue
            found[task.key] = Coverage.of(model.metrics)
        return found


def widened(
    target: str, factor: float, value: Floats, low: Floats, high: Floats
) -> tuple[Floats, Floats]:
    """The bounds with both sides multiplied by ``factor`` on the learned scale; shapes (films,)."""
    scale = TARGETS[target]
    middle, lower, upper = (scale.transform(bound) for bound in (value, low, high))
    return (
        scale.to_unit(middle - factor * (middle - lower)),
        scale.to_unit(middle + factor * (upper - middle)),
    )


def champions_of(training: TrainingRun) -> dict[Task, str]:
    """The champion of each task that the training named one for."""
    return {task: training.champions[task.key] for task in TASKS if task.key in training.champions}
