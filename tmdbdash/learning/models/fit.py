"""Fitting every model for every task, on the same folds."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from tmdbdash.learning.data.arrays import Floats
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.tasks import POPULARITY, TARGETS
from tmdbdash.learning.data.track_records import TRACK_FEATURES, TrackRecords
from tmdbdash.learning.models.conformal_intervals import fit_intervals
from tmdbdash.learning.models.cross_fitting import (
    UNSEEN,
    Blend,
    FoldEnsemble,
    Regressor,
    fit_copy,
)
from tmdbdash.learning.models.fitted_model import FittedModel, with_records
from tmdbdash.learning.models.registry import ModelSpec, feature_names
from tmdbdash.learning.models.training_set import (
    MAX_FILMS,
    TrainingSet,
    category_edges,
    training_set,
)
from tmdbdash.records.tasks import TASKS, Task

log = logging.getLogger(__name__)


@dataclass
class FitResults:
    """Training sets by task; fitted models by task and name.

    ``skipped`` are (model, task) for which there was no time, ``failed`` (model, task, error).
    """

    rows: dict[Task, TrainingSet]
    models: dict[Task, dict[str, FittedModel]]
    skipped: list[tuple[str, Task]] = field(default_factory=list)
    failed: list[tuple[str, Task, str]] = field(default_factory=list)


def fit_all(
    films: FilmTable,
    specs: Sequence[ModelSpec],
    is_time_left: Callable[[], bool],
    tasks: Sequence[Task] = TASKS,
    *,
    max_films: int = MAX_FILMS,
    always: Mapping[Task, Collection[str]] | None = None,
) -> FitResults:
    """Fit every model for every task, on at most ``max_films`` films.

    Baselines and the models named in ``always``, by task, are fitted in any case, others only
    while there is time. A model that fails is logged and left out.
    """
    training_sets = {task: training_set(films, task, max_films) for task in tasks}
    results = FitResults(training_sets, {task: {} for task in tasks})
    for spec in specs:
        for task, rows in training_sets.items():
            if len(rows) < spec.min_rows:
                continue
            fitted = results.models[task]
            if spec.parts and not set(spec.parts) <= set(fitted):
                continue  # a part was skipped or failed, which is recorded of the part
            needed = spec.name in (always or {}).get(task, ())
            if not (spec.is_baseline or spec.parts or needed or is_time_left()):
                results.skipped.append((spec.name, task))
                continue
            try:
                fitted[spec.name] = fit_model(films, spec, rows, fitted)
            except Exception as error:
                log.error("the model %s failed for %s: %r", spec.name, task.key, error)
                log.debug("how it failed", exc_info=True)
                results.failed.append((spec.name, task, f"{type(error).__name__}: {error}"))
    return results


def fit_model(
    films: FilmTable, spec: ModelSpec, rows: TrainingSet, others: Mapping[str, FittedModel]
) -> FittedModel:
    """Fit one model; a blend is combined from its parts in ``others`` without another fit."""
    begin = time.perf_counter()
    target = TARGETS[rows.task.target]
    estimator: FoldEnsemble | Blend
    if spec.parts is not None:
        first, second = (others[part] for part in spec.parts)
        estimator, temporal = _blend(rows, first, second)
        records = second.records
    else:
        estimator, temporal, records = _fit_ensemble(films, spec, rows)
    oof_predictions = spec.to_unit(target, estimator.out_of_fold_)
    learned = target.transform(oof_predictions)
    intervals = fit_intervals(
        rows.learned - learned, learned, rows.category_values, category_edges(rows.task)
    )
    return FittedModel(
        spec,
        rows.task,
        estimator,
        intervals,
        seconds=time.perf_counter() - begin,
        oof_predictions=oof_predictions,
        temporal_predictions=None if temporal is None else spec.to_unit(target, temporal),
        records=records,
    )


def _fit_ensemble(
    films: FilmTable, spec: ModelSpec, rows: TrainingSet
) -> tuple[FoldEnsemble, Floats | None, TrackRecords | None]:
    """The fitted ensemble, its temporal predictions, and the track records that it reads.

    Each copy reads the records of the films that it is fitted to.
    """
    wanted = list(feature_names(spec, rows.task))
    reads_records = not {*TRACK_FEATURES}.isdisjoint(wanted)
    records = TrackRecords.of(films, rows.indices, rows.fold) if reads_records else None
    frame = films.features(spec.feature_set).iloc[rows.indices]
    inputs = with_records(frame, records, films, rows.indices)[wanted]
    if not spec.is_baseline:
        inputs = inputs[varying_features(inputs)]
    names = list(inputs.columns)
    if {*TRACK_FEATURES}.isdisjoint(names):
        records = None

    def inputs_without(fold: int) -> pd.DataFrame:
        if records is None:
            return inputs
        without = np.full(len(rows), fold)
        return with_records(frame, records, films, rows.indices, without)[names]

    actual = rows.actual if spec.is_baseline else rows.learned
    weights = None if spec.is_baseline or np.all(rows.weights == 1.0) else rows.weights
    rows_per_copy = len(rows) - len(rows) // (int(rows.fold.max()) + 1)
    unfitted = spec.build(rows.task, names, rows_per_copy)
    estimator = FoldEnsemble(unfitted).fit(inputs_without, actual, weights, rows.fold)
    if records is not None and rows.newest is not None:
        older = np.flatnonzero(~rows.newest)
        # None of these films is of the fold `UNSEEN`, so that all of them count.
        records_before = TrackRecords.of(films, rows.indices[older], rows.fold[older])
        unseen = np.full(len(rows), UNSEEN)
        inputs = with_records(frame, records_before, films, rows.indices, unseen)[names]
    return estimator, _predict_newest(unfitted, inputs, actual, weights, rows), records


def _blend(
    rows: TrainingSet, first: FittedModel, second: FittedModel
) -> tuple[Blend, Floats | None]:
    """The blend of two models, and its temporal predictions on the learned scale."""
    blend = Blend.combine(
        first.estimator,
        second.estimator,
        rows.learned,
        rows.weights,
        squared=rows.task.target != POPULARITY.name,
    )
    if first.temporal_predictions is None or second.temporal_predictions is None:
        return blend, None
    transform = TARGETS[rows.task.target].transform
    return blend, blend.mix(
        transform(first.temporal_predictions), transform(second.temporal_predictions)
    )


def _predict_newest(
    estimator: Regressor,
    inputs: pd.DataFrame,
    actual: Floats,
    weights: Floats | None,
    rows: TrainingSet,
) -> Floats | None:
    """Predictions of the newest fifth by a copy fitted to the older films, NaN elsewhere; (rows,).

    They only serve for figures, so a failure is logged and costs these figures, not the model.
    """
    if rows.newest is None:
        return None
    older = ~rows.newest
    predicted = np.full(len(actual), np.nan)
    try:
        copy = fit_copy(
            estimator, inputs[older], actual[older], None if weights is None else weights[older]
        )
        predicted[rows.newest] = copy.predict(inputs[rows.newest])
    except Exception as error:
        log.warning("no figures for the newest films: %r", error)
        log.debug("how it failed", exc_info=True)
        return None
    return predicted


def varying_features(features: pd.DataFrame) -> list[str]:
    """The columns that have more than one value, NaN counted as one; the first where none has.

    A constant column only costs time. Chosen once, on the training rows and without the target.
    """
    varying = [str(name) for name in features.columns[features.nunique(dropna=False) > 1]]
    return varying or [str(name) for name in features.columns[:1]]
