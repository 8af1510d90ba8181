"""The films with the highest predicted popularity."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from tmdbdash.records import PredictedFilm
from tmdbdash.report.panels.parts import Chart, Column, Panel, Series
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import finite, label_of, title_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionRow:
    """A stored prediction with its film, by the keys of the API; ``label`` is the short title.

    ``mode`` and ``basis`` are ``None`` in older data.
    """

    tmdb_id: int
    title: str
    label: str
    release_date: date | None
    vote_count: int | None
    model_name: str
    predicted_popularity: float | None
    predicted_popularity_low: float | None
    predicted_popularity_high: float | None
    actual_popularity: float | None
    mae_popularity: float | None
    predicted_vote_average: float | None
    predicted_vote_average_low: float | None
    predicted_vote_average_high: float | None
    actual_vote_average: float | None
    mae_vote_average: float | None
    mode: str | None
    basis: str | None
    basis_popularity: str | None
    basis_vote_average: str | None


FIGURES = tuple(
    name.name
    for name in fields(PredictionRow)
    if name.name.startswith(("predicted_", "actual_", "mae_"))
)
"""The fields of a row that are figures of the stored prediction."""


def predicted_films(rows: Rows) -> tuple[PredictionRow, ...]:
    """The films with the highest predicted popularity, in that order."""
    return tuple(_prediction_row(film) for film in rows.predictions)


def _prediction_row(film: PredictedFilm) -> PredictionRow:
    made = film.prediction
    title = title_of(film.title, None, made.tmdb_id)
    figures = {name: finite(getattr(made, name)) for name in FIGURES}
    return PredictionRow(
        tmdb_id=made.tmdb_id,
        title=title,
        label=label_of(title),
        release_date=film.release_date,
        vote_count=film.vote_count,
        model_name=made.model_name,
        mode=made.mode,
        basis=made.prediction_source,
        basis_popularity=made.basis_of("popularity"),
        basis_vote_average=made.basis_of("vote_average"),
        **figures,
    )


PREDICTIONS = Panel(
    id="predictions",
    folded=True,
    rows=predicted_films,
    charts=(
        Chart(
            id="predicted-popularity",
            kind="lines",
            series=(Series(key="predicted_popularity"), Series(key="actual_popularity")),
        ),
        Chart(
            id="predicted-rating",
            kind="lines",
            series=(Series(key="predicted_vote_average"), Series(key="actual_vote_average")),
            digits=2,
        ),
    ),
    columns=(
        Column(key="title", kind="film"),
        Column(key="release_date", kind="date", minor=True),
        Column(key="vote_count", minor=True),
        Column(key="predicted_popularity", digits=1),
        Column(key="predicted_popularity_low", digits=1, minor=True),
        Column(key="predicted_popularity_high", digits=1, minor=True),
        Column(key="actual_popularity", digits=1),
        Column(key="predicted_vote_average", digits=2),
        Column(key="predicted_vote_average_low", digits=2, minor=True),
        Column(key="predicted_vote_average_high", digits=2, minor=True),
        Column(key="actual_vote_average", digits=2),
        Column(key="mode", kind="term", term="mode", minor=True),
        Column(key="basis_popularity", kind="term", term="basis", minor=True),
        Column(key="basis_vote_average", kind="term", term="basis", minor=True),
    ),
)
