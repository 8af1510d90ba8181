"""Where films differ from what was expected of them, and what moved the expectation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tmdbdash.records import SIDES, Contribution, PredictedFilm, Side, rated, residual
from tmdbdash.report.page_queries import Rows
from tmdbdash.report.sections.values import finite, label_of, title_of

Move = tuple[str, float]
"""A group of features and what it added to a prediction."""
MOVES = 3
"""Groups of features that are told of each prediction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """A film far from its prediction, and whether it is under-rated or over-rated.

    ``distance`` is the residual in half widths of the film's interval: below 0 where it is
    under-rated.
    """

    tmdb_id: int
    title: str
    label: str
    release_date: date | None
    vote_count: int | None
    side: Side
    predicted: float | None
    low: float | None
    high: float | None
    actual: float | None
    distance: float | None
    basis: str | None


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


def popularity_outliers(rows: Rows) -> tuple[Outlier, ...]:
    """The most under-rated films by popularity, then the most over-rated, farthest first."""
    return _outliers(rows, "popularity")


def rating_outliers(rows: Rows) -> tuple[Outlier, ...]:
    """The most under-rated films by their votes, then the most over-rated, farthest first."""
    return _outliers(rows, "vote_average")


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


def _outliers(rows: Rows, target: str) -> tuple[Outlier, ...]:
    made = [_outlier(film, target) for film in rows.outliers.get(target, ())]
    return tuple(one for side in SIDES for one in made if one is not None and one.side == side)


def _outlier(film: PredictedFilm, target: str) -> Outlier | None:
    """The film with the side that its own figures put it on; ``None`` where that is neither."""
    made = film.prediction
    title = title_of(film.title, None, made.tmdb_id)
    predicted = finite(getattr(made, f"predicted_{target}"))
    low = finite(getattr(made, f"predicted_{target}_low"))
    high = finite(getattr(made, f"predicted_{target}_high"))
    actual = finite(getattr(made, f"actual_{target}"))
    side = rated(expected=predicted, actual=actual)
    off = residual(expected=predicted, actual=actual)
    if side is None or off is None:
        return None
    half_width = (high - low) / 2 if low is not None and high is not None else 0.0
    return Outlier(
        tmdb_id=made.tmdb_id,
        title=title,
        label=label_of(title),
        release_date=film.release_date,
        vote_count=film.vote_count,
        side=side,
        predicted=predicted,
        low=low,
        high=high,
        actual=actual,
        distance=off / half_width if half_width > 0 else None,
        basis=made.prediction_source,
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
