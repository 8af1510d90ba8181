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
    EARLY,
    TASKS,
    Task,
    film_weights,
    from_learned,
    mode_weights,
    to_learned,
)
from tmdbdash.learning.models.conformal_intervals import (
    AGE_EDGES,
    VOTE_EDGES,
    MondrianIntervals,
    fit_intervals,
)
from tmdbdash.learning.models.cross_fitting import (
    FOLD_SEED,
    FOLDS,
    Blend,
    FoldEnsemble,
    Folds,
    fit_estimator,
    fold_numbers,
)
from tmdbdash.learning.models.registry import ModelSpec, feature_names

log = logging.getLogger(__name__)

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
        `MIN_RESIDUALS`, left out where coverage is measured (`evaluation.cross_conformal_bounds`).
        """
        learned = to_learned(self.task.target, expected)
        low, high = self.intervals.ends(learned, category_variable(self.task, films)[places])
        low, high = np.minimum(low, learned), np.maximum(high, learned)
        return from_learned(self.task.target, low), from_learned(self.task.target, high)


@dataclass
class FitResults:
    """All that was fitted, by task and model name; what the time did not suffice for; failures."""

    rows: dict[Task, TrainingSet]
    models: dict[Task, dict[str, FittedModel]]
    skipped: list[tuple[str, Task]] = field(default_factory=list)
    failed: list[tuple[str, Task, str]] = field(default_factory=list)


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
