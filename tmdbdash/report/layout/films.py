"""Panels of films: the most popular, predictions, and where the two part."""

from __future__ import annotations

from tmdbdash.records import SIDES
from tmdbdash.report import sections
from tmdbdash.report.layout.parts import Chart, Choice, Column, Panel, Series

TOP = Panel(
    id="top",
    in_kiosk=True,
    rows=sections.top_films,
    charts=(Chart(id="top-popularity", kind="bars", series=(Series(key="popularity"),)),),
    columns=(
        Column(key="place"),
        Column(key="rank_change", kind="change"),
        Column(key="title", kind="film"),
        Column(key="popularity", digits=1),
        Column(key="spark", kind="spark", digits=1),
        Column(key="vote_average", digits=1),
        Column(key="vote_count", minor=True),
        Column(key="release_date", kind="date", minor=True),
        Column(key="rank", minor=True),
    ),
)

PREDICTIONS = Panel(
    id="predictions",
    folded=True,
    in_kiosk=True,
    rows=sections.predicted_films,
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
        Column(key="basis", kind="term", term="basis", minor=True),
    ),
)

MOVED = Panel(
    id="moved",
    rows=sections.moved_predictions,
    columns=(
        Column(key="title", kind="film"),
        Column(key="predicted_popularity", digits=1),
        Column(key="popularity_moves", kind="moves", digits=1),
        Column(key="predicted_vote_average", digits=2, minor=True),
        Column(key="rating_moves", kind="moves", digits=2, minor=True),
    ),
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
    rows=sections.popularity_outliers,
    choices=RATED,
    columns=_outlier_columns(1),
)
RATING_OUTLIERS = Panel(
    id="rating_outliers",
    rows=sections.rating_outliers,
    choices=RATED,
    columns=_outlier_columns(2),
)

RUNS = Panel(
    id="runs",
    rows=sections.job_runs,
    columns=(
        Column(key="job", kind="term", term="job"),
        Column(key="outcome", kind="term", term="outcome"),
        Column(key="finished_at", kind="time"),
        Column(key="seconds", digits=1),
        Column(key="requests", minor=True),
        Column(key="films_seen", minor=True),
        Column(key="films_new", minor=True),
        Column(key="films_changed", minor=True),
    ),
)
