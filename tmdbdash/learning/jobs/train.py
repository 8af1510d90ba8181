"""The ``train`` job: fits and compares the models, stores them and a prediction for every film."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from tmdbdash.errors import NotReadyError
from tmdbdash.learning.artifacts.film_predictions import (
    AllPredictions,
    FilmPredictions,
    predict_films,
)
from tmdbdash.learning.artifacts.fold_index import FoldIndex
from tmdbdash.learning.artifacts.manifest import TrainingOptions
from tmdbdash.learning.artifacts.model_folders import KEEP, prune_models, read_files
from tmdbdash.learning.artifacts.model_store import StoredModels, save_models
from tmdbdash.learning.artifacts.predictor import Predictor, champions_of
from tmdbdash.learning.data.arrays import Indices
from tmdbdash.learning.data.credits import CREDIT_COLUMNS
from tmdbdash.learning.data.film_columns import COLUMNS
from tmdbdash.learning.data.film_table import FilmTable, read_films
from tmdbdash.learning.data.linear_features import LINEAR
from tmdbdash.learning.data.popularity_scale import on_one_scale
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.evaluation.champion import Choice, choose_champion
from tmdbdash.learning.evaluation.importance import measure_importances
from tmdbdash.learning.evaluation.metrics import holdout_figures, with_metrics
from tmdbdash.learning.evaluation.report import evaluation_study
from tmdbdash.learning.evaluation.training_report import TrainingReport
from tmdbdash.learning.jobs.analyse import make_studies
from tmdbdash.learning.jobs.arrivals import judge_arrivals
from tmdbdash.learning.jobs.drift import find_drift
from tmdbdash.learning.jobs.models_in_force import load_predictor, model_names
from tmdbdash.learning.jobs.nothing_new import (
    NOTHING_NEW,
    had_all_models,
    inputs_digest,
    skipped_report,
)
from tmdbdash.learning.models.fit import FitResults, fit_all
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.registry import REGISTRY, choose_models, with_parts
from tmdbdash.learning.models.threads import threads_for
from tmdbdash.records import BASELINE, Evaluation, Importance, TrainingRun, latest_believable
from tmdbdash.records.drift import Drift
from tmdbdash.records.live import widenings
from tmdbdash.records.studies import TrainingInputs
from tmdbdash.records.tasks import RELEASED, TASKS, Task

if TYPE_CHECKING:
    from pathlib import Path

    from tmdbdash.storage import Store

log = logging.getLogger(__name__)

MIN_FILMS = 10


@dataclass(frozen=True)
class Learned:
    """The fitted models with their metrics, the champions by task, and feature importances."""

    comparison: FitResults
    choices: Mapping[Task, Choice]
    importances: tuple[Importance, ...]

    @property
    def models(self) -> tuple[FittedModel, ...]:
        """All fitted models, by task and in the registry's order."""
        return tuple(m for own in self.comparison.models.values() for m in own.values())


@dataclass(frozen=True)
class Training:
    """What is stored of a training, beside the predictions; ``digest`` is that of its inputs."""

    run: TrainingRun
    learned: Learned
    evaluation: Evaluation
    options: TrainingOptions
    digest: str
    drift: Drift


def train(
    store: Store,
    models_dir: Path,
    *,
    now: datetime,
    models: Sequence[str] = (),
    budget: float | None = None,
    force: bool = False,
    studies: bool = True,
    stopwatch: Callable[[], float] = time.perf_counter,
) -> TrainingReport:
    """Fit and compare the models on all films; store them, their figures and all predictions.

    ``models`` are names of the registry (all where empty). Where nothing has changed since the
    last training, it is skipped, unless models are named or by ``force``. No fit begins after
    ``budget`` seconds, but the baselines and the champions of the last training are always fitted:
    a champion is replaced only by a model that beats it. The database is read before and written
    after the fits, and ``studies`` are made after that. Raises `UsageError` for an unknown model,
    `NotReadyError` below `MIN_FILMS` films that have both a popularity and a rating.
    """
    choose_models(models)  # raises before the database is read
    begin = stopwatch()

    def is_time_left() -> bool:
        return budget is None or stopwatch() - begin < budget

    columns = store.fetch_movie_columns(COLUMNS)
    digest = inputs_digest(columns)
    drift = find_drift(store, columns, latest_believable(now))
    films = read_films(on_one_scale(columns, drift))
    complete = complete_films(films)
    if len(complete) < MIN_FILMS:
        raise NotReadyError(
            f"training needs at least {MIN_FILMS} films that have both a popularity and a rating, "
            f"and of the {len(films)} in the database {len(complete)} have: get more with "
            "`tmdbdash ingest --pages 10` or `tmdbdash import FILE`"
        )
    current_fingerprint = fingerprint(films)
    last = store.fetch_last_training(latest_believable(now))
    if (
        not (models or force)
        and last is not None
        and _is_current(store, models_dir, last, current_fingerprint, budget)
    ):
        log.info("nothing has changed since the training of %s: skipped", last.trained_at)
        if not store.has_model_files(last.trained_at):  # of a program that kept them on disk only
            store.save_model_files(last.trained_at, read_files(models_dir, last.trained_at))
        store.save_studies(last.trained_at, [TrainingInputs(digest=digest)])
        return skipped_report(store, last, NOTHING_NEW)

    if last is not None:
        judge_arrivals(store, models_dir, last, films, now)
    former = champions_of(last) if last is not None and last.has_early_champions else {}
    always = {task: with_parts(name) for task, name in former.items()}
    specs = choose_models(models and [*models, *(name for own in always.values() for name in own)])
    with threads_for(len(films)):
        comparison = fit_all(films, specs, is_time_left, always=always)
        learned = learn(films, comparison, former, now)
        _add_holdout(learned.comparison, films, complete)
    run = TrainingRun(
        trained_at=now,
        films=len(films),
        rows=len(complete),
        seconds=stopwatch() - begin,
        fingerprint=current_fingerprint,
        champions={task.key: choice.name for task, choice in learned.choices.items()},
        metrics={
            (model.spec.name, model.task.key, metric): value
            for model in learned.models
            for metric, value in model.metrics.items()
        },
    )
    evaluation = evaluation_study(
        run, learned.comparison, learned.choices, learned.importances, films
    )
    if learned.comparison.skipped:
        log.warning("the budget of %g s left no time for %s", budget, ", ".join(evaluation.skipped))
    options: TrainingOptions = {
        "budget": budget,
        "left_out": bool(learned.comparison.skipped),
        "named": list(models),
    }
    with threads_for(len(films)):
        current, predictions = _store(
            store, models_dir, films, Training(run, learned, evaluation, options, digest, drift)
        )
        if studies:
            make_studies(store, films, current, predictions.predicted_popularity, run.trained_at)
    return TrainingReport.of(run, evaluation)


def learn(
    films: FilmTable, comparison: FitResults, former: Mapping[Task, str], now: datetime
) -> Learned:
    """Measure the fitted models, choose the champions, and measure feature importance."""
    choices: dict[Task, Choice] = {}
    found: list[Importance] = []
    for task in TASKS:
        rows = comparison.rows[task]
        fitted = {
            name: with_metrics(model, rows, films)
            for name, model in comparison.models[task].items()
        }
        comparison.models[task] = fitted
        choices[task] = choose_champion(rows, fitted, former.get(task))
        found += measure_importances(fitted[choices[task].name], films, rows, now)
    return Learned(comparison, choices, tuple(found))


def complete_films(films: FilmTable) -> Indices:
    """The indices of the films that have both a popularity and a rating."""
    known = [~np.isnan(films.targets[target]) for target in TARGETS]
    return np.flatnonzero(np.logical_and(*known))


def fingerprint(films: FilmTable) -> str:
    """The SHA-256 of the rows learned from (also votes and credits) and of the model names."""
    rows = np.flatnonzero(~np.isnan(np.fmax(*(films.targets[target] for target in TARGETS))))
    digest = hashlib.sha256(" ".join(REGISTRY).encode())
    for values in (films.ids, films.votes, *films.targets.values()):
        digest.update(np.ascontiguousarray(values[rows]).tobytes())
    for name in ("linear", "wide"):
        features = films.features(name)
        digest.update(" ".join([name, *features.columns]).encode())
        for column in features:
            digest.update(features[column].to_numpy(dtype=np.float64)[rows].tobytes())
    for kind in CREDIT_COLUMNS:
        positions, credited = films.credits(kind).of(rows)
        digest.update(positions.tobytes() + credited.tobytes())
    return digest.hexdigest()


def _add_holdout(comparison: FitResults, films: FilmTable, complete: Indices) -> None:
    """Add the linear baseline's figures on the split of the replaced system."""
    features = films.features("linear").iloc[complete]
    for target in TARGETS:
        task = Task(target, RELEASED)
        model = comparison.models[task].get(BASELINE)
        if model is not None:
            unfitted = model.spec.build(task, LINEAR, len(complete))
            metrics = holdout_figures(unfitted, features, films.targets[target][complete])
            metrics = {**model.metrics, **metrics}
            comparison.models[task][BASELINE] = replace(model, metrics=metrics)


def _is_current(
    store: Store,
    models_dir: Path,
    last: TrainingRun,
    current_fingerprint: str,
    budget: float | None,
) -> bool:
    """Whether another training would be the same: of the same films, and its files can be loaded.

    It would not where the last one had its models named, or a smaller budget that was used up.
    """
    if last.fingerprint != current_fingerprint:
        return False
    try:
        # Models that `predict` could not load are trained anew.
        load_predictor(store, models_dir, last, model_names(store, models_dir, last))
    except NotReadyError as error:
        log.warning("the last training cannot be used: %s", error)
        return False
    return had_all_models(models_dir, last.trained_at, budget)


def _store(
    store: Store,
    models_dir: Path,
    films: FilmTable,
    made: Training,
) -> tuple[Predictor, FilmPredictions]:
    """Save the models, then the database rows that refer to them, then delete what is too old.

    Returns the models, and the champions' predictions of every film.
    """
    run, learned = made.run, made.learned
    seen = FoldIndex.of(films, learned.comparison.rows)
    champions = {task: choice.name for task, choice in learned.choices.items()}
    stored = StoredModels(learned.models, seen)
    widening = widenings(store.fetch_live_predictions())
    current = Predictor(run.trained_at, champions, stored, widening)
    predictions = predict_films(films, current)
    save_models(models_dir, run.trained_at, learned.models, seen, options=made.options)
    store.save_training(
        run,
        AllPredictions(predictions),
        keep=KEEP,
        importances=learned.importances,
        studies=[made.evaluation, made.drift, TrainingInputs(digest=made.digest)],
        model_files=read_files(models_dir, run.trained_at),
    )
    prune_models(models_dir, keep=KEEP, current=run.trained_at)
    return current, predictions[0]
