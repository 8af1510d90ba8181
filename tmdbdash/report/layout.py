"""What the page shows, in order: its panels, each with words, charts and a table.

To add a chart: write a function in `sections` (or use one that is there), add a `Panel` or a
`Chart` here, and, where no kind of chart fits, a small module in ``templates/js/kinds``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tmdbdash.report import sections
from tmdbdash.report.rows import Rows

LANGUAGE = "en"
TMDB_SITE = "https://www.themoviedb.org/"
FILM_PAGE = TMDB_SITE + "movie/"
ATTRIBUTION = (
    "This product uses TMDB and the TMDB APIs but is not endorsed, certified, "
    "or otherwise approved by TMDB."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: which key it shows, under which heading, formatted how.

    ``kind`` "film" is a title that links to the film's page at TMDB; ``digits`` are the decimal
    places of a number. ``minor`` columns give way on narrow screens.
    """

    key: str
    heading: str
    kind: Literal["text", "film", "number", "date", "time"] = "number"
    digits: int = 0
    minor: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One set of bars or one line: which key it draws, under which name."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart over a panel's rows; ``kind`` names the module that draws it.

    ``description`` is what someone hears who cannot see it.
    """

    id: str
    kind: str
    title: str
    description: str
    series: tuple[Series, ...]
    axis: str
    digits: int = 1
    label: str = "label"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A part of the page: its rows, the charts that draw them and the table that lists them.

    ``empty`` is shown in place of charts and table while there are no rows.
    """

    id: str
    title: str
    words: tuple[str, ...]
    rows: Callable[[Rows], Sequence[Any]]
    caption: str
    columns: tuple[Column, ...]
    empty: str
    charts: tuple[Chart, ...] = ()


PANELS = (
    Panel(
        id="top",
        title="Most popular now",
        words=(
            "The ten most popular films of the latest complete list, by TMDB's popularity: a "
            "figure without unit that TMDB works out about once a day.",
        ),
        rows=sections.top_films,
        charts=(
            Chart(
                id="top-popularity",
                kind="bars",
                title="Popularity",
                description="Bar chart of the popularity of the ten most popular films.",
                series=(Series(key="popularity", name="Popularity"),),
                axis="Popularity",
            ),
        ),
        caption="The ten most popular films",
        columns=(
            Column(key="place", heading="Place"),
            Column(key="title", heading="Film", kind="film"),
            Column(key="release_date", heading="Release", kind="date", minor=True),
            Column(key="popularity", heading="Popularity", digits=1),
            Column(key="vote_average", heading="Rating", digits=1),
            Column(key="vote_count", heading="Votes", minor=True),
            Column(key="rank", heading="List rank", minor=True),
        ),
        empty="No films yet: run “tmdbdash ingest”.",
    ),
    Panel(
        id="predictions",
        title="Predicted against real",
        words=(
            "The films that the model expects to be the most popular, beside what TMDB says. "
            "Where the lines part, a film does better or worse than its features suggest.",
        ),
        rows=sections.predicted_films,
        charts=(
            Chart(
                id="predicted-popularity",
                kind="lines",
                title="Popularity",
                description="Line chart of predicted and real popularity of the listed films.",
                series=(
                    Series(key="predicted_popularity", name="Predicted"),
                    Series(key="actual_popularity", name="Real"),
                ),
                axis="Popularity",
            ),
            Chart(
                id="predicted-rating",
                kind="lines",
                title="Rating",
                description="Line chart of predicted and real rating of the listed films.",
                series=(
                    Series(key="predicted_vote_average", name="Predicted"),
                    Series(key="actual_vote_average", name="Real"),
                ),
                axis="Rating, 0 to 10",
                digits=2,
            ),
        ),
        caption="Predictions, by predicted popularity",
        columns=(
            Column(key="title", heading="Film", kind="film"),
            Column(key="release_date", heading="Release", kind="date", minor=True),
            Column(key="predicted_popularity", heading="Predicted popularity", digits=1),
            Column(key="actual_popularity", heading="Real popularity", digits=1),
            Column(key="predicted_vote_average", heading="Predicted rating", digits=2),
            Column(key="actual_vote_average", heading="Real rating", digits=2),
        ),
        empty="The models have not been trained yet: run “tmdbdash train”.",
    ),
    Panel(
        id="models",
        title="How good the models are",
        words=(
            "Measured on films that the model had not seen. The mean absolute error (MAE) is how "
            "far a prediction is off on average, in points of popularity or of rating: the "
            "smaller, the better.",
            "R² says how much of the differences between films the model explains: 1 would be "
            "all of them, 0 is no better than always guessing the average, less than 0 is worse.",
        ),
        rows=sections.model_figures,
        caption="Measured error of each model",
        columns=(
            Column(key="target_label", heading="Predicts", kind="text"),
            Column(key="model_label", heading="Model", kind="text"),
            Column(key="mae", heading="MAE", digits=3),
            Column(key="r2", heading="R²", digits=3),
            Column(key="rows", heading="Films learnt from"),
            Column(key="trained_at", heading="Trained", kind="time"),
        ),
        empty="The models have not been trained yet: run “tmdbdash train”.",
    ),
    Panel(
        id="runs",
        title="Last runs",
        words=("When each job last ran, and what came of it.",),
        rows=sections.job_runs,
        caption="The last run of each job",
        columns=(
            Column(key="job", heading="Job", kind="text"),
            Column(key="outcome", heading="Outcome", kind="text"),
            Column(key="finished_at", heading="Finished", kind="time"),
            Column(key="seconds", heading="Seconds", digits=1),
            Column(key="requests", heading="Requests", minor=True),
            Column(key="films_seen", heading="Films seen", minor=True),
            Column(key="films_new", heading="New", minor=True),
            Column(key="films_changed", heading="Changed", minor=True),
        ),
        empty="No job has run yet.",
    ),
)
