"""The groups of features that contributed most to each prediction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tmdbdash.records import Contribution, PredictedFilm
from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import finite, label_of, title_of

Driver = tuple[str, float]
"""A feature group and its contribution to a prediction."""
DRIVERS_SHOWN = 3
"""Feature groups shown of each prediction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrivenPrediction:
    """A film's predictions with the feature groups of the largest contributions."""

    tmdb_id: int
    title: str
    label: str
    predicted_popularity: float | None
    popularity_moves: tuple[Driver, ...] | None
    predicted_vote_average: float | None
    rating_moves: tuple[Driver, ...] | None


def prediction_drivers(rows: Rows) -> tuple[DrivenPrediction, ...]:
    """The predicted films whose contributions are stored, in the order of the predictions."""
    by_film: dict[tuple[int, str], list[Contribution]] = {}
    for contribution in rows.contributions:
        key = (contribution.tmdb_id, contribution.target)
        by_film.setdefault(key, []).append(contribution)
    known = {tmdb_id for tmdb_id, _ in by_film}
    return tuple(
        _with_drivers(film, by_film)
        for film in rows.predictions
        if film.prediction.tmdb_id in known
    )


def _with_drivers(
    film: PredictedFilm, by_film: dict[tuple[int, str], list[Contribution]]
) -> DrivenPrediction:
    made = film.prediction
    title = title_of(film.title, None, made.tmdb_id)
    return DrivenPrediction(
        tmdb_id=made.tmdb_id,
        title=title,
        label=label_of(title),
        predicted_popularity=finite(made.predicted_popularity),
        popularity_moves=_largest(by_film.get((made.tmdb_id, "popularity"), [])),
        predicted_vote_average=finite(made.predicted_vote_average),
        rating_moves=_largest(by_film.get((made.tmdb_id, "vote_average"), [])),
    )


def _largest(contributions: Iterable[Contribution]) -> tuple[Driver, ...] | None:
    """The feature groups of the largest contributions; ``None`` where none is stored."""
    known = [c for c in contributions if finite(c.value) is not None]
    largest = sorted(known, key=lambda c: (-abs(c.value), c.feature_group))[:DRIVERS_SHOWN]
    return tuple((c.feature_group, round(c.value, 4)) for c in largest) or None


DRIVERS = Panel(
    id="moved",
    rows=prediction_drivers,
    columns=(
        Column(key="title", kind="film"),
        Column(key="predicted_popularity", digits=1),
        Column(key="popularity_moves", kind="moves", digits=1),
        Column(key="predicted_vote_average", digits=2, minor=True),
        Column(key="rating_moves", kind="moves", digits=2, minor=True),
    ),
)
