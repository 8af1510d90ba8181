"""Panels of films: the most popular, predictions, and where the two part."""

from __future__ import annotations

from tmdbdash.report import sections
from tmdbdash.report.layout.parts import Chart, Column, Panel, Series

UNTRAINED = "The models have not been trained yet: run “tmdbdash train”."

TOP = Panel(
    id="top",
    short="Most popular",
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
)

PREDICTIONS = Panel(
    id="predictions",
    short="Predictions",
    title="Predicted against real",
    words=(
        "The films that the model expects to be the most popular, beside what TMDB says. A "
        "prediction is what is usual for a film with such features, not what comes next: where the "
        "lines part, a film does better or worse than its features suggest.",
        "“Out-of-fold” means that the models learned from this film, but the prediction shown is "
        "by one that was fitted without it; “not yet seen” means that none learned from it. So no "
        "model is shown on what it has been told. Of ten films, about eight lie between low and "
        "high. This list is chosen by the prediction, so it gathers films that the model thinks "
        "too much of.",
        "Films without votes or before their release are expected by a model of their own, "
        "which never sees votes.",
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
    caption="Predictions with their 80 % intervals, by predicted popularity",
    columns=(
        Column(key="title", heading="Film", kind="film"),
        Column(key="release_date", heading="Release", kind="date", minor=True),
        Column(key="vote_count", heading="Votes", minor=True),
        Column(key="predicted_popularity", heading="Predicted popularity", digits=1),
        Column(key="predicted_popularity_low", heading="Low", digits=1, minor=True),
        Column(key="predicted_popularity_high", heading="High", digits=1, minor=True),
        Column(key="actual_popularity", heading="Real popularity", digits=1),
        Column(key="predicted_vote_average", heading="Predicted rating", digits=2),
        Column(key="predicted_vote_average_low", heading="Low", digits=2, minor=True),
        Column(key="predicted_vote_average_high", heading="High", digits=2, minor=True),
        Column(key="actual_vote_average", heading="Real rating", digits=2),
        Column(key="mode_label", heading="Seen as", kind="text", minor=True),
        Column(key="basis_label", heading="Basis", kind="text", minor=True),
    ),
    empty=UNTRAINED,
)

MOVED = Panel(
    id="moved",
    short="What moved them",
    title="What moved these predictions",
    words=(
        "For each of these films, the three groups of features that moved its prediction most, "
        "away from what is expected of a typical film, in points of popularity and of rating.",
        "This is what changes the prediction, not what makes a film succeed: a longer text does "
        "not make a film popular, though popular films may have longer ones.",
    ),
    rows=sections.moved_predictions,
    caption="The largest contributions to each prediction",
    columns=(
        Column(key="title", heading="Film", kind="film"),
        Column(key="predicted_popularity", heading="Predicted popularity", digits=1),
        Column(key="popularity_moves", heading="Moved by", kind="text"),
        Column(key="predicted_vote_average", heading="Predicted rating", digits=2, minor=True),
        Column(key="rating_moves", heading="Moved by", kind="text", minor=True),
    ),
    empty="What moved the predictions is not stored yet: it comes with “tmdbdash train”.",
)


def _outlier_columns(digits: int) -> tuple[Column, ...]:
    return (
        Column(key="title", heading="Film", kind="film"),
        Column(key="side_label", heading="By the model", kind="text"),
        Column(key="actual", heading="Real", digits=digits),
        Column(key="predicted", heading="Predicted", digits=digits),
        Column(key="low", heading="Low", digits=digits, minor=True),
        Column(key="high", heading="High", digits=digits, minor=True),
        Column(key="distance", heading="Half widths away", digits=1),
        Column(key="vote_count", heading="Votes", minor=True),
        Column(key="release_date", heading="Release", kind="date", minor=True),
        Column(key="basis_label", heading="Basis", kind="text", minor=True),
    )


NO_OUTLIERS = (
    "No film to name: it takes predictions with intervals (“tmdbdash train”) and films with at "
    "least 50 votes."
)
OUTLIERS = Panel(
    id="outliers",
    short="Under- and over-rated",
    title="Under- and over-rated: popularity",
    words=(
        "The ten films that are much more popular than the model expects (it under-rates them) and "
        "the ten that are much less so (it over-rates them), among films with at least 50 votes. "
        "The distance is counted in half widths of the film's own interval, so that a film of "
        "which little can be known does not lead the list by that alone.",
        "The predictions are by models that had not seen the film. A film stands here because its "
        "features do not say what sets it apart: a new film of the same series, a star, news. "
        "That makes it neither good nor bad, and a high popularity often falls back by itself.",
    ),
    rows=sections.popularity_outliers,
    caption="Films farthest from their predicted popularity",
    columns=_outlier_columns(1),
    empty=NO_OUTLIERS,
)

RATING_OUTLIERS = Panel(
    id="rating_outliers",
    short="Under- and over-rated by rating",
    title="Under- and over-rated: rating",
    words=(
        "The same for ratings: the ten films that people like better than the model expects, and "
        "the ten that they like less. Films with fewer than 50 votes are left out, for their "
        "ratings are mostly chance.",
    ),
    rows=sections.rating_outliers,
    caption="Films farthest from their predicted rating",
    columns=_outlier_columns(2),
    empty=NO_OUTLIERS,
)

RUNS = Panel(
    id="runs",
    short="Last runs",
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
)
