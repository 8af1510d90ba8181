"""The models in force: load them, and ask them for any films, with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from tmdbdash.errors import NotReadyError
from tmdbdash.learning.artifacts.model_store import StoredModels
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.linear_features import Floats
from tmdbdash.learning.data.tasks import MODES, RELEASED, TASKS, Task
from tmdbdash.learning.evaluation.metrics import coverage_of
from tmdbdash.learning.models.cross_fitting import Folds
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.records import Coverage, TrainingRun

BASELINE = "linear_regression"
BOUNDS = {"popularity": (0.0, np.inf), "vote_average": (0.0, 10.0)}
AT_ONCE = 50_000
"""Films that a model is asked for at once: what it makes of them need not all be in memory."""


@dataclass(frozen=True)
class Expected:
    """What is expected of each film for one target; all arrays have shape (films,).

    ``value``, ``low``, ``high`` and ``mae`` (the asked model's measured error) are in the target's
    unit, NaN where no model speaks. ``fold`` is `UNSEEN` for films that were not learned from.
    """

    value: Floats
    low: Floats
    high: Floats
    mae: Floats
    fold: Folds
    mode: npt.NDArray[np.str_]


@dataclass(frozen=True)
class Predictor:
    """The models of one training and which of them is champion of each task."""

    trained_at: datetime
    champions: dict[Task, str]
    stored: StoredModels

    def champion(self, target: str, mode: str) -> FittedModel:
        """The champion of a target and mode. Raises `NotReadyError` where there is none."""
        task = Task(target, mode)
        model = self.stored.model(self.champions.get(task, ""), task)
        if model is None:
            raise NotReadyError(
                f"the last training has no champion for {task.key}: run `tmdbdash train`"
            )
        return model

    def expect(self, films: FilmTable, target: str, name: str | None = None) -> Expected:
        """The champions' expectation of each film by its mode, or one model's of that ``name``.

        A film that was learned from is predicted by the member that has not seen it. A model asked
        for by name speaks for all films as for released ones where it is a baseline, as it did in
        the replaced system, else by mode as well.
        """
        films_count = len(films)
        value, low, high, mae = (np.full(films_count, np.nan) for _ in range(4))
        fold = self.stored.seen.fold_of(films.ids, target)
        for mode in MODES:
            task = Task(target, mode)
            if name is None:
                model: FittedModel | None = self.champion(target, mode)
            else:
                model = self.stored.model(name, task)
            asked = films.mode == mode
            if name is not None and model is not None and model.spec.is_baseline:
                asked = np.full(films_count, mode == RELEASED)
            places = np.flatnonzero(asked)
            if model is None or not len(places):
                continue
            for part in np.array_split(places, -(-len(places) // AT_ONCE)):
                value[part] = model.predict(model.inputs(films, part), fold[part])
            if name is None:
                value[places] = np.clip(value[places], *BOUNDS[target])
            low[places], high[places] = model.interval(films, value[places], places)
            measured = model.metrics.get("oof_mae", np.nan)
            mae[places] = measured if name is None else model.metrics.get("holdout_mae", measured)
        return Expected(value, low, high, mae, fold, films.mode)

    def coverage(self, name: str | None = None) -> dict[str, Coverage]:
        """The coverage of each champion's intervals, or of the model ``name``, by task key.

        Of a baseline only for released films, since its released-mode model predicts all films.
        """
        found = {}
        for task in self.champions:
            if name is None:
                model: FittedModel | None = self.champion(task.target, task.mode)
            else:
                model = self.stored.model(name, task)
            if model is None or (
                name is not None and model.spec.is_baseline and task.mode != RELEASED
            ):
                continue
            found[task.key] = coverage_of(model.metrics)
        return found


def champions_of(training: TrainingRun) -> dict[Task, str]:
    """The champion of each task that the training named one for."""
    return {task: training.champions[task.key] for task in TASKS if task.key in training.champions}
