"""What the page shows, in order: its panels, each with words, charts and a table.

To add a chart: write a function in `sections` (or use one that is there), add a `Panel` or a
`Chart` to a module here and to `PANELS`, and, where no kind of chart fits, a small module in
``templates/js/kinds``.
"""

from __future__ import annotations

from tmdbdash.report.layout.films import MOVED, OUTLIERS, PREDICTIONS, RATING_OUTLIERS, RUNS, TOP
from tmdbdash.report.layout.forecasts import FORECASTS, SCORES
from tmdbdash.report.layout.models import COVERAGE, IMPORTANCES, MODELS
from tmdbdash.report.layout.parts import Chart, Column, Panel, Series
from tmdbdash.report.layout.studies import FILM_MAP, GROUPS, HITS, RELIABILITY, ROC

__all__ = ["ATTRIBUTION", "FILM_PAGE", "LANGUAGE", "PANELS", "TMDB_SITE"]
__all__ += ["Chart", "Column", "Panel", "Series"]

LANGUAGE = "en"
TMDB_SITE = "https://www.themoviedb.org/"
FILM_PAGE = TMDB_SITE + "movie/"
ATTRIBUTION = (
    "This product uses TMDB and the TMDB APIs but is not endorsed, certified, "
    "or otherwise approved by TMDB."
)
PANELS = (
    TOP,
    FORECASTS,
    SCORES,
    PREDICTIONS,
    MOVED,
    OUTLIERS,
    RATING_OUTLIERS,
    MODELS,
    COVERAGE,
    IMPORTANCES,
    HITS,
    RELIABILITY,
    ROC,
    GROUPS,
    FILM_MAP,
    RUNS,
)
