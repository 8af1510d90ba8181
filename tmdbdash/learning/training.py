"""The ``train`` job: read, fit, measure, store models and a prediction for every film."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tmdbdash.errors import NotReadyError
from tmdbdash.learning.evaluate import FittedModel, fit_and_measure
from tmdbdash.learning.features import Columns, Floats, numbers, ratings
from tmdbdash.learning.model_files import prune_models, save_models
from tmdbdash.learning.models import TARGETS, ModelSpec, choose_models
from tmdbdash.learning.scoring import (
    AllPredictions,
    ScoredFilms,
    column_names,
    features_of,
    score_films,
)
from tmdbdash.records import TrainingRun

if TYPE_CHECKING:
    import pandas as pd

    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store

log = logging.getLogger(__name__)

MIN_FILMS = 10
KEEP = 20
"""Trainings that are kept, in the database and on disk."""


@dataclass(frozen=True)
class ModelFigures:
    """One fitted model's figures, as a table shows them; ``mae`` in the target's unit."""

    model: str
    target: str
    rows_train: int
    rows_test: int
    mae: float
    r2: float

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "model": self.model,
            "target": self.target,
            "rows_train": self.rows_train,
            "rows_test": self.rows_test,
            "mae": self.mae,
            "r2": self.r2,
        }


@dataclass(frozen=True)
class TrainingReport:
    """What ``train`` did: films known, rows learned from, seconds, each model's figures.

    ``skipped`` names the models that the budget left no time for.
    """

    trained_at: datetime
    films: int
    rows: int
    seconds: float
    fingerprint: str
    champions: dict[str, str]
    figures: tuple[ModelFigures, ...]
    skipped: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, free of NaN."""
        return {
            "trained_at": f"{self.trained_at:%Y-%m-%dT%H:%M:%SZ}",
            "films": self.films,
            "rows": self.rows,
            "seconds": round(self.seconds, 3),
            "fingerprint": self.fingerprint,
            "champions": self.champions,
            "models": [figures.as_json() for figures in self.figures],
            "skipped": list(self.skipped),
        }


@dataclass(frozen=True)
class TrainingRows:
    """The films that have both targets: their places among all films, and the targets there."""

    places: npt.NDArray[np.intp]
    targets: dict[str, Floats]

    def __len__(self) -> int:
        return len(self.places)


def train(
    store: Store,
    settings: Settings,
    *,
    now: datetime,
    models: Sequence[str] = (),
    budget: float | None = None,
    stopwatch: Callable[[], float] = time.perf_counter,
) -> TrainingReport:
    """Fit and measure the models on all films with both targets; store them and all predictions.

    ``models`` are names of the registry (all where empty). ``budget`` is in seconds: a model is
    begun only while it is not used up, the first always. The database is read before and written
    after the fits. Raises `UsageError` for an unknown model, `NotReadyError` below `MIN_FILMS`
    usable films.
    """
    specs = choose_models(models)
    begin = stopwatch()
    columns = store.fetch_movie_columns(column_names([spec.features for spec in specs]))
    films = len(columns["tmdb_id"])
    rows = training_rows(columns)
    if len(rows) < MIN_FILMS:
        raise NotReadyError(
            f"training needs at least {MIN_FILMS} films that have both a popularity and a rating, "
            f"and of the {films} in the database {len(rows)} have: get more with "
            "`tmdbdash ingest --pages 10` or `tmdbdash import FILE`"
        )
    known: dict[str, pd.DataFrame] = {}
    fitted: list[FittedModel] = []
    skipped = []
    for spec in specs:
        if fitted and budget is not None and stopwatch() - begin >= budget:
            skipped.append(spec.name)
            continue
        fitted += _fit(spec, features_of(columns, spec.features, known), rows)
    if skipped:
        log.warning("the budget of %g s left no time for %s", budget, ", ".join(skipped))
    scored = score_films(columns, fitted, now, known)
    run = TrainingRun(
        trained_at=now,
        films=films,
        rows=len(rows),
        seconds=stopwatch() - begin,
        fingerprint=fingerprint(columns, rows, known),
        champions=dict.fromkeys(TARGETS, fitted[0].spec.name),
        metrics={
            (model.spec.name, model.target, metric): value
            for model in fitted
            for metric, value in model.metrics.items()
        },
    )
    _store(store, settings, run, fitted, scored)
    return _report(run, fitted, tuple(skipped))


def training_rows(columns: Columns) -> TrainingRows:
    """The films to learn from: those with a popularity and a rating, in order of tmdb_id."""
    targets = {"popularity": numbers(columns["popularity"]), "vote_average": ratings(columns)}
    complete = ~np.isnan(targets["popularity"]) & ~np.isnan(targets["vote_average"])
    places = np.flatnonzero(complete)
    return TrainingRows(places, {name: values[places] for name, values in targets.items()})


def fingerprint(columns: Columns, rows: TrainingRows, known: dict[str, pd.DataFrame]) -> str:
    """What identifies the rows that were trained on: a SHA-256 of ids, targets and features."""
    digest = hashlib.sha256()
    ids = np.array(columns["tmdb_id"], dtype=np.int64)[rows.places]
    digest.update(ids.tobytes())
    for values in rows.targets.values():
        digest.update(values.tobytes())
    for name, features in sorted(known.items()):
        digest.update(" ".join([name, *features.columns]).encode())
        digest.update(features.to_numpy(dtype=np.float64)[rows.places].tobytes())
    return digest.hexdigest()


def _fit(spec: ModelSpec, features: pd.DataFrame, rows: TrainingRows) -> list[FittedModel]:
    used = features.iloc[rows.places]
    return [fit_and_measure(spec, target, used, rows.targets[target]) for target in TARGETS]


def _store(
    store: Store,
    settings: Settings,
    run: TrainingRun,
    fitted: Sequence[FittedModel],
    scored: Sequence[ScoredFilms],
) -> None:
    """Models first, then the database row that makes them current, then what is too old goes."""
    save_models(settings.models_dir, run.trained_at, fitted)
    store.save_training(run, AllPredictions(scored), keep=KEEP)
    prune_models(settings.models_dir, keep=KEEP, current=run.trained_at)


def _report(
    run: TrainingRun, fitted: Sequence[FittedModel], skipped: tuple[str, ...]
) -> TrainingReport:
    return TrainingReport(
        trained_at=run.trained_at,
        films=run.films,
        rows=run.rows,
        seconds=run.seconds,
        fingerprint=run.fingerprint,
        champions=dict(run.champions),
        figures=tuple(
            ModelFigures(
                model=model.spec.name,
                target=model.target,
                rows_train=int(model.metrics["rows_train"]),
                rows_test=int(model.metrics["rows_test"]),
                mae=model.metrics["mae"],
                r2=model.metrics["r2"],
            )
            for model in fitted
        ),
        skipped=skipped,
    )
