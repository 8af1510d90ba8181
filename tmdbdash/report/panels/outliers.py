"""The films farthest from their predictions, by popularity and by rating."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tmdbdash.records import SIDES, PredictedFilm, Side, rated, residual
from tmdbdash.report.panels.parts import Choice, Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import finite, label_of, title_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """A film far from its prediction, and whether it is under-rated or over-rated.

    ``distance`` is the residual over half the width of the film's interval, below 0 where it is
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


def popularity_outliers(rows: Rows) -> tuple[Outlier, ...]:
    """The most under-rated films by popularity, then the most over-rated, farthest first."""
    return _outliers(rows, "popularity")


def rating_outliers(rows: Rows) -> tuple[Outlier, ...]:
    """The most under-rated films by rating, then the most over-rated, farthest first."""
    return _outliers(rows, "vote_average")


def _outliers(rows: Rows, target: str) -> tuple[Outlier, ...]:
    made = [_outlier(film, target) for film in rows.outliers.get(target, ())]
    return tuple(one for side in SIDES for one in made if one is not None and one.side == side)


def _outlier(film: PredictedFilm, target: str) -> Outlier | None:
    """The film with its side; ``None`` where expected and actual value give none."""
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


def _outlier_columns(digits: int) -> tuple[Column, ...]:
    return (
        Column(key="title", kind="film"),
        Column(key="side", kind="term", term="side"),
        Column(key="actual", digits=digits),
        Column(key="predicted", digits=digits),
        Column(key="low", digits=digits, minor=True),
        Column(key="high", digits=digits, minor=True),
        Column(key="distance", digits=1),
        Column(key="vote_count", minor=True),
        Column(key="release_date", kind="date", minor=True),
        Column(key="basis", kind="term", term="basis", minor=True),
    )


RATED = (Choice(key="side", values=SIDES),)
OUTLIERS = Panel(
    id="outliers",
    rows=popularity_outliers,
    choices=RATED,
    columns=_outlier_columns(1),
)

RATING_OUTLIERS = Panel(
    id="rating_outliers",
    rows=rating_outliers,
    choices=RATED,
    columns=_outlier_columns(2),
)
