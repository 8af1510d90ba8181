"""Panels on the models: how good they are, what their intervals hold, what they lean on."""

from __future__ import annotations

from tmdbdash.report import sections
from tmdbdash.report.layout.films import UNTRAINED
from tmdbdash.report.layout.parts import Chart, Column, Panel, Series

MODELS = Panel(
    id="models",
    short="How good the models are",
    title="How good the models are",
    words=(
        "Measured on films that the model had not seen (five times, on another fifth of the "
        "films). The mean absolute error (MAE) is how far a prediction is off on average, in "
        "points of popularity or of rating: the smaller, the better. A few very popular films "
        "weigh heavily in it; the MAE of the logarithm counts how far off a prediction is in "
        "proportion: 0.2 is about 20 %.",
        "R² says how much of the differences between films the model explains: 1 would be "
        "all of them, 0 is no better than always guessing the average, less than 0 is worse; below "
        "50 films it says nothing and is left out. Spearman's correlation asks only whether the "
        "order is right. “Newest fifth” is the hardest test: the latest films, predicted by a "
        "model that knows only older ones.",
        "The yardsticks are what a model has to beat: always saying the median or the mean, and "
        "the plain linear regression of the system before. The champion is the model that is "
        "shown. “Without votes” is what can be told before anyone has voted, and the model for "
        "films not yet released: the difference is how much the votes already give away. It is "
        "measured on all films, as if nobody had voted; the figures “only without votes” are of "
        "the few films that this model really speaks for.",
    ),
    rows=sections.model_figures,
    caption="Measured error of each model, by what it predicts and for which films",
    columns=(
        Column(key="task_label", heading="Predicts", kind="text"),
        Column(key="model_label", heading="Model", kind="text"),
        Column(key="standing", heading="Standing", kind="text"),
        Column(key="mae", heading="MAE", digits=3),
        Column(key="log_mae", heading="MAE of the logarithm", digits=3, minor=True),
        Column(key="rmse", heading="RMSE", digits=2, minor=True),
        Column(key="r2", heading="R²", digits=3),
        Column(key="r2_50_votes", heading="R² from 50 votes", digits=3, minor=True),
        Column(key="spearman", heading="Spearman", digits=3, minor=True),
        Column(key="temporal_mae", heading="Newest fifth: MAE", digits=3, minor=True),
        Column(
            key="temporal_log_mae",
            heading="Newest fifth: MAE of the logarithm",
            digits=3,
            minor=True,
        ),
        Column(key="early_mae", heading="Only without votes: MAE", digits=3, minor=True),
        Column(
            key="early_log_mae",
            heading="Only without votes: MAE of the logarithm",
            digits=3,
            minor=True,
        ),
        Column(key="rows", heading="Films", minor=True),
    ),
    empty=UNTRAINED,
)

COVERAGE = Panel(
    id="coverage",
    short="Intervals",
    title="Do the intervals hold what they say?",
    words=(
        "An interval from low to high states 80 %: of ten films, eight should lie inside. This is "
        "how many did, among films that had neither been learned from nor used to make the "
        "intervals. Less than stated means that the intervals are too sure of themselves.",
        "The thirds are by what was predicted, young films are younger than 180 days. For films "
        "newer than all that was learned from (“newest fifth”) the 80 % are not promised: believe "
        "the measured figure. The width says what the certainty costs: an interval of 0 to 10 "
        "always holds a rating, and tells nothing.",
    ),
    rows=sections.interval_coverage,
    caption="Films inside their interval, by champion",
    columns=(
        Column(key="task_label", heading="Predicts", kind="text"),
        Column(key="model_label", heading="Model", kind="text", minor=True),
        Column(key="stated", heading="Stated", kind="share"),
        Column(key="overall", heading="Measured", kind="share", digits=1),
        Column(key="low_third", heading="Lower third", kind="share", digits=1, minor=True),
        Column(key="middle_third", heading="Middle third", kind="share", digits=1, minor=True),
        Column(key="high_third", heading="Upper third", kind="share", digits=1, minor=True),
        Column(key="young", heading="Young films", kind="share", digits=1, minor=True),
        Column(key="temporal", heading="Newest fifth", kind="share", digits=1),
        Column(key="width", heading="Mean width", digits=2, minor=True),
        Column(key="median_width", heading="Median width", digits=2),
    ),
    empty="Not measured yet: it comes with “tmdbdash train”, from 20 films on.",
)

IMPORTANCES = Panel(
    id="importances",
    short="What the models lean on",
    title="What the models lean on",
    words=(
        "How much larger the error becomes when one group of features is shuffled among films that "
        "the model had not seen, so that it says nothing any more: the more, the more the model "
        "leans on it. For popularity in terms of the logarithm, for ratings in points. The thin "
        "lines and the figures after ± show how much that differs from try to try.",
        "It says what the model uses, not what makes films popular or good. Groups that tell the "
        "same story share what they are worth, so a low bar does not mean that a feature is of no "
        "interest. Votes come after popularity as much as before it: see what is left without.",
    ),
    rows=sections.model_importances,
    charts=(
        Chart(
            id="importance-popularity",
            kind="bars",
            title="Popularity",
            description="Bar chart of what each group of features is worth for popularity.",
            series=(
                Series(key="popularity", name="Released", spread="popularity_spread"),
                Series(
                    key="popularity_early", name="Without votes", spread="popularity_early_spread"
                ),
            ),
            axis="Larger error, logarithm of popularity",
            digits=3,
        ),
        Chart(
            id="importance-rating",
            kind="bars",
            title="Rating",
            description="Bar chart of what each group of features is worth for the rating.",
            series=(
                Series(key="rating", name="Released", spread="rating_spread"),
                Series(key="rating_early", name="Without votes", spread="rating_early_spread"),
            ),
            axis="Larger error, points of rating",
            digits=3,
        ),
    ),
    caption="What each group of features is worth to the champions",
    columns=(
        Column(key="label", heading="Features", kind="text"),
        Column(key="popularity", heading="Popularity", digits=3),
        Column(key="popularity_spread", heading="±", digits=3, minor=True),
        Column(key="popularity_early", heading="without votes", digits=3),
        Column(key="popularity_early_spread", heading="±", digits=3, minor=True),
        Column(key="rating", heading="Rating", digits=3),
        Column(key="rating_spread", heading="±", digits=3, minor=True),
        Column(key="rating_early", heading="without votes", digits=3),
        Column(key="rating_early_spread", heading="±", digits=3, minor=True),
    ),
    empty="Not measured yet: it comes with “tmdbdash train”, where a model beats the median.",
)
