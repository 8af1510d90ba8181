"""The ``train`` job: read, fit, compare, store models and a prediction for every film."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from tmdbdash.errors import NotReadyError
from tmdbdash.learning.artifacts.fold_index import FoldIndex
from tmdbdash.learning.artifacts.model_folders import KEEP, prune_models, read_files
from tmdbdash.learning.artifacts.model_store import StoredModels, read_notes, save_models
from tmdbdash.learning.artifacts.predictor import BASELINE, Predictor, champions_of
from tmdbdash.learning.artifacts.scored_films import AllPredictions, ScoredFilms, score_films
from tmdbdash.learning.data.film_table import COLUMNS, FilmTable, read_films
from tmdbdash.learning.data.linear_features import LINEAR
from tmdbdash.learning.data.tasks import RELEASED, TARGETS, TASKS, Task
from tmdbdash.learning.evaluation.champion import Choice, choose_champion
from tmdbdash.learning.evaluation.holdout import holdout_figures
from tmdbdash.learning.evaluation.importance import measure_importances
from tmdbdash.learning.evaluation.metrics import with_metrics
from tmdbdash.learning.evaluation.report import HoldoutFigures, TrainingReport, evaluation_study
from tmdbdash.learning.jobs.analyse import make_studies
from tmdbdash.learning.jobs.models_in_force import load_predictor, model_names, stored_study
from tmdbdash.learning.models.fit import FitResults, fit_all
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.registry import REGISTRY, choose_models, with_parts
from tmdbdash.learning.models.threads import threads_for
from tmdbdash.learning.models.training_set import Indices
from tmdbdash.records import EVALUATION, Importance, TrainingRun, latest_believable

if TYPE_CHECKING:
    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store

log = logging.getLogger(__name__)

__all__ = ["HoldoutFigures", "TrainingReport", "train"]

MIN_FILMS = 10


@dataclass(frozen=True)
class Learned:
    """What the fits came to: the comparison with figures, the choice and importances by task."""

    comparison: FitResults
    choices: Mapping[Task, Choice]
    importances: tuple[Importance, ...]

    @property
    def models(self) -> tuple[FittedModel, ...]:
        """All fitted models, by task and in the registry's order."""
        return tuple(m for own in self.comparison.models.values() for m in own.values())


def train(
    store: Store,
    settings: Settings,
    *,
    now: datetime,
    models: Sequence[str] = (),
    budget: float | None = None,
    force: bool = False,
    studies: bool = True,
    stopwatch: Callable[[], float] = time.perf_counter,
) -> TrainingReport:
    """Fit and compare the models on all films; store them, their figures and all predictions.

    ``models`` are names of the registry (all where empty); naming one, or ``force``, trains even
    where nothing has changed since the last training, which is skipped otherwise. ``budget`` is in
    seconds: a model is begun only while it is not used up. The baselines and the champions of the
    last training are always fitted: a champion gives way only to what beats it. The database is
    read before and written after the fits; the ``studies`` of hits and groups come after that.
    Raises `UsageError` for an unknown model, `NotReadyError` below `MIN_FILMS` films that have
    both a popularity and a rating.
    """
    choose_models(models)  # an unknown name is said before the database is read
    begin = stopwatch()

    def is_time_left() -> bool:
        return budget is None or stopwatch() - begin < budget

    films = read_films(store.fetch_movie_columns(COLUMNS))
    complete = complete_films(films)
    if len(complete) < MIN_FILMS:
        raise NotReadyError(
            f"training needs at least {MIN_FILMS} films that have both a popularity and a rating, "
            f"and of the {len(films)} in the database {len(complete)} have: get more with "
            "`tmdbdash ingest --pages 10` or `tmdbdash import FILE`"
        )
    mark = fingerprint(films)
    last = store.fetch_last_training(latest_believable(now))
    if (
        not (models or force)
        and last is not None
        and _is_current(store, settings, last, mark, budget)
    ):
        log.info("nothing has changed since the training of %s: skipped", last.trained_at)
        if not store.has_model_files(last.trained_at):  # of a program that kept them on disk only
            store.save_model_files(
                last.trained_at, read_files(settings.models_dir, last.trained_at)
            )
        return skipped_report(store, last, "nothing has changed since the last training")

    former = champions_of_last(last)
    always = {task: with_parts(name) for task, name in former.items()}
    specs = choose_models(models and [*models, *(name for own in always.values() for name in own)])
    with threads_for(len(films)):
        comparison = fit_all(films, specs, is_time_left, always=always)
        learned = learn(films, comparison, former, now)
        learned = _with_holdout(learned, _holdout(films, complete))
    run = TrainingRun(
        trained_at=now,
        films=len(films),
        rows=len(complete),
        seconds=stopwatch() - begin,
        fingerprint=mark,
        champions={task.key: choice.name for task, choice in learned.choices.items()},
        metrics={
            (model.spec.name, model.task.key, metric): value
            for model in learned.models
            for metric, value in model.metrics.items()
        },
    )
    study = evaluation_study(run, learned.comparison, learned.choices, learned.importances, films)
    if learned.comparison.skipped:
        log.warning("the budget of %g s left no time for %s", budget, ", ".join(study["skipped"]))
    notes = {
        "budget": budget,
        "left_out": bool(learned.comparison.skipped),
        "named": list(models),
    }
    with threads_for(len(films)):
        current, scored = _store(store, settings, run, films, learned, study, notes)
        if studies:
            make_studies(store, films, current, scored.predicted_popularity, run.trained_at)
    return TrainingReport.of(run, study)


def champions_of_last(last: TrainingRun | None) -> dict[Task, str]:
    """The champions that challengers have to beat: those of the last training."""
    return {} if last is None or "popularity/early" not in last.champions else champions_of(last)


def learn(
    films: FilmTable, comparison: FitResults, former: Mapping[Task, str], now: datetime
) -> Learned:
    """Measure what was fitted, choose the champions, and measure feature importance."""
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
    """The places of the films that have both a popularity and a rating."""
    known = [~np.isnan(films.targets[target]) for target in TARGETS]
    return np.flatnonzero(np.logical_and(*known))


def fingerprint(films: FilmTable) -> str:
    """What identifies the rows learned from: a SHA-256 of ids, targets, votes and features.

    The models' names are part of it: another registry is another training.
    """
    rows = np.flatnonzero(~np.isnan(np.fmax(*(films.targets[target] for target in TARGETS))))
    digest = hashlib.sha256(" ".join(REGISTRY).encode())
    for values in (films.ids, films.votes, *films.targets.values()):
        digest.update(np.ascontiguousarray(values[rows]).tobytes())
    for name in ("linear", "wide"):
        features = films.features(name)
        digest.update(" ".join([name, *features.columns]).encode())
        for column in features:
            digest.update(features[column].to_numpy(dtype=np.float64)[rows].tobytes())
    return digest.hexdigest()


def _holdout(films: FilmTable, complete: Indices) -> dict[str, dict[str, float]]:
    """The linear baseline's figures as the replaced system measured them, by target."""
    spec = REGISTRY[BASELINE]
    features = films.features("linear").iloc[complete]
    return {
        target: holdout_figures(
            spec.build(Task(target, RELEASED), LINEAR, len(complete)),
            features,
            films.targets[target][complete],
        )
        for target in TARGETS
    }


def _with_holdout(learned: Learned, holdout: Mapping[str, Mapping[str, float]]) -> Learned:
    for target, metrics in holdout.items():
        own = learned.comparison.models[Task(target, RELEASED)]
        if BASELINE in own:
            model = own[BASELINE]
            own[BASELINE] = replace(model, metrics={**model.metrics, **metrics})
    return learned


def _is_current(
    store: Store, settings: Settings, last: TrainingRun, mark: str, budget: float | None
) -> bool:
    """Whether the last training would only be repeated: same films, program and sound files.

    One that ran out of time, or was told which models to fit, is repeated where there is more.
    """
    if last.fingerprint != mark:
        return False
    try:
        # Whatever `predict` would refuse is repeated: its way out is a training.
        load_predictor(store, settings, last, model_names(store, settings, last))
    except NotReadyError as error:
        log.warning("the last training cannot be used: %s", error)
        return False
    notes = read_notes(settings.models_dir, last.trained_at)
    if notes is None or notes.get("named"):
        return False
    if not notes.get("left_out"):
        return True
    spent = notes.get("budget")
    return budget is not None and isinstance(spent, int | float) and budget <= spent


def skipped_report(store: Store, last: TrainingRun, message: str) -> TrainingReport:
    """The report of a training that was not made because the ``last`` one does, and why."""
    study = stored_study(store, last.trained_at)
    return replace(TrainingReport.of(last, study), outcome="skipped", message=message)


def _store(
    store: Store,
    settings: Settings,
    run: TrainingRun,
    films: FilmTable,
    learned: Learned,
    study: dict[str, Any],
    notes: Mapping[str, Any],
) -> tuple[Predictor, ScoredFilms]:
    """Models first, then the database row that makes them current, then what is too old goes.

    The models now in force, and what the champions expect of every film.
    """
    seen = FoldIndex.of(films, learned.comparison.rows)
    champions = {task: choice.name for task, choice in learned.choices.items()}
    current = Predictor(run.trained_at, champions, StoredModels(learned.models, seen))
    scored = score_films(films, current)
    save_models(settings.models_dir, run.trained_at, learned.models, seen, notes=notes)
    store.save_training(
        run,
        AllPredictions(scored),
        keep=KEEP,
        importances=learned.importances,
        studies={EVALUATION: study},
        model_files=read_files(settings.models_dir, run.trained_at),
    )
    prune_models(settings.models_dir, keep=KEEP, current=run.trained_at)
    return current, scored[0]
