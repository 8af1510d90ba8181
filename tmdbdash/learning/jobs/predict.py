"""The ``predict`` job: one prediction for every film by the models of the last training."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.learning.artifacts.film_predictions import FilmPredictions, predict_films
from tmdbdash.learning.data.film_columns import COLUMNS
from tmdbdash.learning.data.film_table import read_films
from tmdbdash.learning.data.popularity_scale import on_one_scale
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.jobs.arrivals import arrivals, save_arrivals
from tmdbdash.learning.jobs.explain import keep_contributions
from tmdbdash.learning.jobs.models_in_force import load_predictor, model_names, task_notes
from tmdbdash.learning.jobs.nothing_new import predictions_digest
from tmdbdash.learning.jobs.prediction_report import PredictionReport, prediction_row
from tmdbdash.records import BASELINE, SHOWN, Prediction, latest_believable
from tmdbdash.records.drift import Drift
from tmdbdash.records.studies import PredictionInputs

if TYPE_CHECKING:
    from pathlib import Path

    from tmdbdash.storage import Store

_NUMBERS = tuple(
    pattern.format(target)
    for target in TARGETS
    for pattern in ("predicted_{}", "predicted_{}_low", "predicted_{}_high", "actual_{}")
)
_CODES = ("mode", "prediction_source", *(f"basis_{target}" for target in TARGETS))
_ROUNDED = 1e-9
"""Relative difference below which a stored number is the same: databases round at the end."""


def predict(
    store: Store,
    models_dir: Path,
    *,
    now: datetime,
    sort: str = "predicted",
    limit: int = 20,
    model: str | None = None,
) -> PredictionReport:
    """Predict all films, new ones included, with the models of the last training as of ``now``.

    New and changed predictions are stored under that training's time. ``sort`` is one of `SORTS`,
    ``limit`` 0 means all films, ``model`` is one of that training ("champion" by default: each
    film by the champion of its mode). Raises `NotReadyError` where there is no usable model,
    `UsageError` for an unknown one.
    """
    training = store.fetch_last_training(latest_believable(now))
    if training is None:
        raise NotReadyError("there is no model yet: run `tmdbdash train` first")
    names = [SHOWN, *model_names(store, models_dir, training)]
    if model is not None and model not in names:
        raise UsageError(
            f"the last training has no model {model!r}: choose one of {', '.join(names)}, "
            "or run `tmdbdash train`"
        )
    shown = model or SHOWN
    kept = [name for name in (SHOWN, BASELINE) if name in names]
    current = load_predictor(store, models_dir, training, (*kept, shown))

    columns = store.fetch_movie_columns(COLUMNS)
    digest = predictions_digest(store, columns, current.widening)
    drift = store.fetch_study(Drift, made_at=training.trained_at) or Drift()
    films_read = read_films(on_one_scale(columns, drift))
    predictions = predict_films(films_read, current, list(dict.fromkeys([*kept, shown])))
    known = store.fetch_predicted_ids(training.trained_at, SHOWN)
    by_model = {films.model_name: films for films in predictions}
    written = sum(_store_changes(store, by_model[name]) for name in kept)
    champions = by_model[SHOWN]
    save_arrivals(
        store,
        champions.rows(arrivals(films_read, known, current.trained_at)),
        current.widening,
        now,
    )
    keep_contributions(
        store, champions.films, current, champions.predicted_popularity, changed=written > 0
    )

    store.save_studies(training.trained_at, [PredictionInputs(digest=digest)])

    films = by_model[shown]
    ordered = films.order(sort, columns["title"])
    indices = ordered[:limit] if limit else ordered
    rows = tuple(
        prediction_row(prediction, columns["title"][i], columns["release_date"][i])
        for i, prediction in zip(
            indices, films.rows(np.asarray(indices, dtype=np.intp)), strict=True
        )
    )
    coverage = current.coverage(None if shown == SHOWN else shown)
    notes = task_notes(store, training.trained_at)
    return PredictionReport(
        shown,
        training.trained_at,
        len(films),
        written,
        rows,
        coverage=coverage,
        notes=notes,
        sort=sort,
        listed=len(ordered),
    )


def _store_changes(store: Store, films: FilmPredictions) -> int:
    stored = {
        film.prediction.tmdb_id: film.prediction
        for film in store.fetch_predictions(films.pred_ts, films.model_name)
    }
    changes = [p for p in films if _differs(stored.get(p.tmdb_id), p)]
    if changes:
        store.save_predictions(changes)
    return len(changes)


def _differs(stored: Prediction | None, new: Prediction) -> bool:
    if stored is None:
        return True
    pairs = [(getattr(stored, name), getattr(new, name)) for name in _NUMBERS]
    return any(getattr(stored, name) != getattr(new, name) for name in _CODES) or any(
        (a is None) != (b is None)
        or (a is not None and b is not None and not math.isclose(a, b, rel_tol=_ROUNDED))
        for a, b in pairs
    )
