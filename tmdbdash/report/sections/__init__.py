"""The figures of each panel: one pure function a panel, from `Rows` to flat records.

The records' field names are the keys in ``data.json``, and what columns and charts refer to.
"""

from __future__ import annotations

from tmdbdash.report.sections.comparison import compared_films, past_errors
from tmdbdash.report.sections.expectations import (
    moved_predictions,
    popularity_outliers,
    rating_outliers,
)
from tmdbdash.report.sections.films import (
    job_runs,
    predicted_films,
    prediction_row,
    top_films,
    tracked_films,
)
from tmdbdash.report.sections.forecasts import film_forecasts, forecast_scores
from tmdbdash.report.sections.models import interval_coverage, model_figures, model_importances
from tmdbdash.report.sections.movers import film_movers
from tmdbdash.report.sections.studies import (
    film_groups,
    film_map,
    hit_figures,
    hit_reliability,
    hit_roc,
)
from tmdbdash.report.sections.timelines import film_histories

__all__ = [
    "compared_films",
    "film_forecasts",
    "film_groups",
    "film_histories",
    "film_map",
    "film_movers",
    "forecast_scores",
    "hit_figures",
    "hit_reliability",
    "hit_roc",
    "interval_coverage",
    "job_runs",
    "model_figures",
    "model_importances",
    "moved_predictions",
    "past_errors",
    "popularity_outliers",
    "predicted_films",
    "prediction_row",
    "rating_outliers",
    "top_films",
    "tracked_films",
]
