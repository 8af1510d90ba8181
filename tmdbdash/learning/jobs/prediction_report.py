"""The result of ``predict``; loads neither pandas nor scikit-learn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict

from tmdbdash.records import SIDES, Coverage, PredictedFilm, Prediction, margin, residual
from tmdbdash.utc import iso

if TYPE_CHECKING:
    from tmdbdash.learning.jobs.stored_forecasts import StoredForecasts


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
    basis_popularity: str | None
    basis_vote_average: str | None
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
        "basis_popularity": made.basis_of("popularity"),
        "basis_vote_average": made.basis_of("vote_average"),
        "residual_popularity": residual(
            expected=made.predicted_popularity, actual=made.actual_popularity
        ),
        "residual_vote_average": residual(
            expected=made.predicted_vote_average, actual=made.actual_vote_average
        ),
    }


def sorted_predictions(films: Sequence[PredictedFilm], sort: str) -> list[PredictedFilm]:
    """The films in an order of `film_predictions.SORTS`; those "predicted" come in that order.

    A side of `SIDES` has only the films on it.
    """
    if sort == "predicted":
        return list(films)
    by_id = sorted(films, key=lambda film: film.prediction.tmdb_id)
    if sort == "title":
        return sorted(by_id, key=lambda film: film.title.casefold())
    side = next((side for side in SIDES if side == sort), None)
    distances: list[tuple[float, PredictedFilm]] = []
    for film in by_id:
        expected, actual = film.prediction.predicted_popularity, film.prediction.actual_popularity
        if expected is None or actual is None:
            distance = -math.inf
        elif side is None:
            distance = abs(actual - expected)
        else:
            distance = margin(side, expected=expected, actual=actual)
        if side is None or distance > 0:
            distances.append((distance, film))
    return [film for _, film in sorted(distances, key=lambda pair: -pair[0])]
