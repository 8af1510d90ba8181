"""What the page shows: its chapters in order, and a module for each panel.

A panel's module has its records, the pure function that makes them of `Rows`, and the `Panel`
that places them in charts and a table. The records' field names are the keys in ``data.json``, and
what columns and charts refer to.

To add a chart: write such a module (or a `Chart` in one that is there), name its panel in
`CHAPTERS`, and give it its texts in ``templates/locales``, in each language. Where no kind of chart
fits, add a script in ``templates/js/kinds``.
"""

from __future__ import annotations

from tmdbdash.report.panels.all_films import FILMS
from tmdbdash.report.panels.drivers import DRIVERS
from tmdbdash.report.panels.error_history import ERRORS
from tmdbdash.report.panels.film_clusters import CLUSTERS, FILM_MAP
from tmdbdash.report.panels.forecast_accuracy import SCORES
from tmdbdash.report.panels.forecasts import FORECASTS
from tmdbdash.report.panels.histories import HISTORY
from tmdbdash.report.panels.hit_accuracy import HITS, RELIABILITY, ROC
from tmdbdash.report.panels.importances import IMPORTANCES
from tmdbdash.report.panels.last_runs import RUNS
from tmdbdash.report.panels.model_accuracy import COVERAGE, MODELS
from tmdbdash.report.panels.movers import MOST_MOVED
from tmdbdash.report.panels.outliers import OUTLIERS, RATING_OUTLIERS
from tmdbdash.report.panels.parts import Chapter
from tmdbdash.report.panels.predictions import PREDICTIONS
from tmdbdash.report.panels.scatter import SCATTER
from tmdbdash.report.panels.top_ten import TOP

TMDB_SITE = "https://www.themoviedb.org/"
FILM_PAGE = TMDB_SITE + "movie/"
CHAPTERS = (
    Chapter(id="now", panels=(TOP, MOST_MOVED, HISTORY)),
    Chapter(id="ahead", panels=(FORECASTS, SCORES)),
    Chapter(id="expected", panels=(PREDICTIONS, SCATTER, DRIVERS, OUTLIERS, RATING_OUTLIERS)),
    Chapter(id="models", panels=(MODELS, ERRORS, COVERAGE, IMPORTANCES)),
    Chapter(id="kinds", panels=(HITS, RELIABILITY, ROC, CLUSTERS, FILM_MAP)),
    Chapter(id="films", panels=(FILMS,)),
    Chapter(id="works", panels=(RUNS,)),
)
PANELS = tuple(panel for chapter in CHAPTERS for panel in chapter.panels)
