"""The groups of features that contributed most to each prediction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tmdbdash.records import (
    Contribution,
    PredictedFilm,
)
from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import finite, label_of, title_of

Move = tuple[str, float]
"""A group of features and what it added to a prediction."""

MOVES = 3
"""Groups of features that are told of each prediction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedPrediction:
    """A film's predictions with the groups of features that moved each most, signed."""

    tmdb_id: int
    title: str
    label: str
    predicted_popularity: float | None
    popularity_moves: tuple[Move, ...] | None
    predicted_vote_average: float | None
    rating_moves: tuple[Move, ...] | None


def moved_predictions(rows: Rows) -> tuple[MovedPrediction, ...]:
    """The predicted films whose contributions are stored, in the order of the predictions."""
    by_film: dict[tuple[int, str], list[Contribution]] = {}
    for contribution in rows.contributions:
        key = (contribution.tmdb_id, contribution.target)
        by_film.setdefault(key, []).append(contribution)
    known = {tmdb_id for tmdb_id, _ in by_film}
    return tuple(
        _moved(film, by_film) for film in rows.predictions if film.prediction.tmdb_id in known
    )


def _moved(
    film: PredictedFilm, by_film: dict[tuple[int, str], list[Contribution]]
) -> MovedPrediction:
    made = film.prediction
    title = title_of(film.title, None, made.tmdb_id)
    return MovedPrediction(
        tmdb_id=made.tmdb_id,
        title=title,
        label=label_of(title),
        predicted_popularity=finite(made.predicted_popularity),
        popularity_moves=largest_moves(by_film.get((made.tmdb_id, "popularity"), [])),
        predicted_vote_average=finite(made.predicted_vote_average),
        rating_moves=largest_moves(by_film.get((made.tmdb_id, "vote_average"), [])),
    )


def largest_moves(contributions: Iterable[Contribution]) -> tuple[Move, ...] | None:
    """The groups of features that added or took most; ``None`` where nothing is stored."""
    known = [c for c in contributions if finite(c.value) is not None]
    largest = sorted(known, key=lambda c: (-abs(c.value), c.feature_group))[:MOVES]
    return tuple((c.feature_group, round(c.value, 4)) for c in largest) or None


MOVED = Panel(
    id="moved",
    rows=moved_predictions,
    columns=(
        Column(key="title", kind="film"),
        Column(key="predicted_popularity", digits=1),
        Column(key="popularity_moves", kind="moves", digits=1),
        Column(key="predicted_vote_average", digits=2, minor=True),
        Column(key="rating_moves", kind="moves", digits=2, minor=True),
    ),
)
