"""Fitting: one model for one task, on the same folds as all others."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.linear_features import Floats
from tmdbdash.learning.data.tasks import (
    TASKS,
    Task,
    from_learned,
    to_learned,
)
from tmdbdash.learning.models.conformal_intervals import (
    fit_intervals,
)
from tmdbdash.learning.models.cross_fitting import (
    Blend,
    FoldEnsemble,
    fit_estimator,
)
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.registry import ModelSpec, feature_names
from tmdbdash.learning.models.training_set import (
    SAMPLE,
    TrainingSet,
    category_edges,
    training_set,
)

log = logging.getLogger(__name__)


@dataclass
class FitResults:
    """All that was fitted, by task and model name; what the time did not suffice for; failures."""

    rows: dict[Task, TrainingSet]
    models: dict[Task, dict[str, FittedModel]]
    skipped: list[tuple[str, Task]] = field(default_factory=list)
    failed: list[tuple[str, Task, str]] = field(default_factory=list)


def compare(
    films: FilmTable,
    specs: Sequence[ModelSpec],
    is_time_left: Callable[[], bool],
    tasks: Sequence[Task] = TASKS,
    *,
    most: int = SAMPLE,
    always: Mapping[Task, Collection[str]] | None = None,
) -> FitResults:
    """Fit every model for every task, on at most so many films.

    The baselines and the models named in ``always``, by task, are fitted in any case, others only
    while there is time. A model that fails is logged and left out; the others go on.
    """
    rows = {task: training_set(films, task, most) for task in tasks}
    done = FitResults(rows, {task: {} for task in tasks})
    for spec in specs:
        for task in tasks:
            if len(rows[task]) < spec.min_rows:
                continue
            fitted = done.models[task]
            if spec.parts and not set(spec.parts) <= set(fitted):
                continue  # what it is made of was skipped or failed, and that was said
            needed = spec.name in (always or {}).get(task, ())
            if not (spec.is_baseline or spec.parts or needed or is_time_left()):
                done.skipped.append((spec.name, task))
                continue
            try:
                fitted[spec.name] = fit_model(films, spec, rows[task], fitted)
            except Exception as error:
                log.error("the model %s failed for %s: %r", spec.name, task.key, error)
                log.debug("how it failed", exc_info=True)
                done.failed.append((spec.name, task, f"{type(error).__name__}: {error}"))
    return done


def fit_model(
    films: FilmTable, spec: ModelSpec, rows: TrainingSet, others: Mapping[str, FittedModel]
) -> FittedModel:
    """Fit one model; a blend from the fits of ``others``, without fitting anything."""
    begin = time.perf_counter()
    if spec.parts is not None:
        first, second = (others[part] for part in spec.parts)
        blend = Blend.combine(
            first.estimator,
            second.estimator,
            rows.learned,
            rows.weights,
            squared=rows.task.target != "popularity",
        )
        later = None
        if first.later is not None and second.later is not None:
            mixed = blend.mix(
                to_learned(rows.task.target, first.later),
                to_learned(rows.task.target, second.later),
            )
            later = from_learned(rows.task.target, mixed)
        return _fitted(spec, rows, blend, later, time.perf_counter() - begin)
    names = list(feature_names(spec, rows.task))
    inputs = films.features(spec.features).iloc[rows.places][names]
    if not spec.is_baseline:
        inputs = inputs[usable(inputs)]
    learned = rows.actual if spec.is_baseline else rows.learned
    weights = None if spec.is_baseline or np.all(rows.weights == 1.0) else rows.weights
    per_copy = len(rows) - len(rows) // (int(rows.fold.max()) + 1)
    estimator = spec.build(rows.task, list(inputs.columns), per_copy)
    ensemble = FoldEnsemble(estimator).fit(inputs, learned, weights, rows.fold)
    later = _later(estimator, inputs, learned, weights, rows.newest)
    if later is not None and not spec.is_baseline:
        later = from_learned(rows.task.target, later)
    return _fitted(spec, rows, ensemble, later, time.perf_counter() - begin)


def _later(
    estimator: Any,
    inputs: pd.DataFrame,
    learned: Floats,
    weights: Floats | None,
    newest: npt.NDArray[np.bool_] | None,
) -> Floats | None:
    """What a copy fitted on the older films says of the newest fifth, NaN elsewhere; (rows,).

    It only measures: where it fails, that figure is missing, not the model.
    """
    if newest is None:
        return None
    own = None if weights is None else weights[~newest]
    later = np.full(len(learned), np.nan)
    try:
        copy = fit_estimator(estimator, inputs[~newest], learned[~newest], own)
        later[newest] = copy.predict(inputs[newest])
    except Exception as error:
        log.warning("no figures for the newest films: %r", error)
        log.debug("how it failed", exc_info=True)
        return None
    return later


def usable(features: pd.DataFrame) -> list[str]:
    """The features that say anything in these rows: not all missing, not all the same.

    Decided once on the training rows, without the target: a constant column only costs time.
    """
    varied = features.nunique(dropna=False) > 1
    chosen = [str(name) for name in features.columns[varied]]
    return chosen or [str(name) for name in features.columns[:1]]


def _fitted(
    spec: ModelSpec, rows: TrainingSet, estimator: Any, later: Floats | None, seconds: float
) -> FittedModel:
    expected = np.asarray(estimator.out_of_fold_, dtype=np.float64)
    if not spec.is_baseline:
        expected = from_learned(rows.task.target, expected)
    learned = to_learned(rows.task.target, expected)
    intervals = fit_intervals(
        rows.learned - learned, learned, rows.measure, category_edges(rows.task)
    )
    return FittedModel(
        spec, rows.task, estimator, intervals, seconds=seconds, expected=expected, later=later
    )
