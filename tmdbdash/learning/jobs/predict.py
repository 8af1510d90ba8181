"""The ``predict`` job: one prediction for every film by the models of the last training."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.learning.artifacts.film_predictions import FilmPredictions, predict_films
from tmdbdash.learning.data.film_table import COLUMNS, read_films
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.jobs.explain import keep_contributions
from tmdbdash.learning.jobs.models_in_force import load_predictor, model_names, task_notes
from tmdbdash.learning.jobs.stored_forecasts import StoredForecasts
from tmdbdash.records import BASELINE, SHOWN, Coverage, Prediction, latest_believable, residual
from tmdbdash.utc import iso

if TYPE_CHECKING:
    from pathlib import Path

    from tmdbdash.storage import Store

_NUMBERS = tuple(
    pattern.format(target)
    for target in TARGETS
    for pattern in ("predicted_{}", "predicted_{}_low", "predicted_{}_high", "actual_{}")
)
_DRIFT = 1e-9
"""Relative difference below which a stored number is the same: databases round at the end."""


class PredictionRow(TypedDict):
    """One prediction under its documented keys, as plain JSON values."""

    tmdb_id: int
    title: str
    release_date: str | None
    model_name: str
    predicted_popularity: float | None
    predicted_vote_average: float | None
    actual_popularity: float | None
    actual_vote_average: float | None
    mae_popularity: float | None
    mae_vote_average: float | None
    predicted_popularity_low: float | None
    predicted_popularity_high: float | None
    predicted_vote_average_low: float | None
    predicted_vote_average_high: float | None
    mode: str | None
    basis: str | None
    residual_popularity: float | None
    residual_vote_average: float | None


@dataclass(frozen=True)
class PredictionReport:
    """The result of ``predict``.

    ``predictions`` are the chosen films in the order ``sort`` and limited; ``listed`` is how many
    that order has before the limit, ``films`` how many were predicted, ``written`` how many
    predictions were new or changed. ``coverage`` and ``notes`` ("too_little_data") are by task
    key; ``forecasts`` are those of the latest list, ``None`` before they are updated.
    """

    model: str
    trained_at: datetime
    films: int
    written: int
    predictions: tuple[PredictionRow, ...]
    forecasts: StoredForecasts | None = None
    coverage: dict[str, Coverage] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    sort: str = "predicted"
    listed: int = 0

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, free of NaN."""
        made = self.forecasts
        return {
            "model": self.model,
            "trained_at": iso(self.trained_at),
            "films": self.films,
            "sort": self.sort,
            "listed": self.listed,
            "coverage": {task: coverage.as_json() for task, coverage in self.coverage.items()},
            "notes": self.notes,
            "forecast_basis": made.basis_json() if made else None,
            "forecasts": made.listed_json() if made else [],
            "predictions": [
                {**row, "forecasts": made.of(row["tmdb_id"])} if made else row
                for row in self.predictions
            ],
        }


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
    predictions = predict_films(read_films(columns), current, list(dict.fromkeys([*kept, shown])))
    by_model = {films.model_name: films for films in predictions}
    written = sum(_store_changes(store, by_model[name]) for name in kept)
    champions = by_model[SHOWN]
    keep_contributions(
        store, champions.films, current, champions.predicted_popularity, changed=written > 0
    )

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


def prediction_row(made: Prediction, title: str, release_date: date | None) -> PredictionRow:
    """One prediction under the documented keys."""
    return {
        "tmdb_id": made.tmdb_id,
        "title": title,
        "release_date": None if release_date is None else release_date.isoformat(),
        "model_name": made.model_name,
        "predicted_popularity": made.predicted_popularity,
        "predicted_vote_average": made.predicted_vote_average,
        "actual_popularity": made.actual_popularity,
        "actual_vote_average": made.actual_vote_average,
        "mae_popularity": made.mae_popularity,
        "mae_vote_average": made.mae_vote_average,
        "predicted_popularity_low": made.predicted_popularity_low,
        "predicted_popularity_high": made.predicted_popularity_high,
        "predicted_vote_average_low": made.predicted_vote_average_low,
        "predicted_vote_average_high": made.predicted_vote_average_high,
        "mode": made.mode,
        "basis": made.prediction_source,
        "residual_popularity": residual(
            expected=made.predicted_popularity, actual=made.actual_popularity
        ),
        "residual_vote_average": residual(
            expected=made.predicted_vote_average, actual=made.actual_vote_average
        ),
    }


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
    return (stored.mode, stored.prediction_source) != (new.mode, new.prediction_source) or any(
        (a is None) != (b is None)
        or (a is not None and b is not None and not math.isclose(a, b, rel_tol=_DRIFT))
        for a, b in pairs
    )
