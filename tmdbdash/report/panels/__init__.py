"""What the site shows: its pages in order, and a module for each panel.

A panel's module has its records, the pure function that makes them of `Rows`, and the `Panel`
that places them in charts and a table. The records' field names are what columns and charts refer
to, and the keys in ``data.json``, which has the panels of the first page.

To add a chart: write such a module (or a `Chart` in one that is there), name its panel in
`PAGES`, and give it its texts in ``templates/locales``, in each language. Where no kind of chart
fits, add a script in ``templates/js/kinds``.
"""

from __future__ import annotations

from tmdbdash.report.panels.about import FILES, TERMS
from tmdbdash.report.panels.all_films import FILMS
from tmdbdash.report.panels.comings import COMINGS
from tmdbdash.report.panels.comparison import COMPARISON
from tmdbdash.report.panels.error_history import ERRORS
from tmdbdash.report.panels.film_clusters import CLUSTERS
from tmdbdash.report.panels.forecast_accuracy import SCORES
from tmdbdash.report.panels.genre_shares import GENRES
from tmdbdash.report.panels.hit_accuracy import HITS, RELIABILITY, ROC
from tmdbdash.report.panels.importances import IMPORTANCES
from tmdbdash.report.panels.key_figures import KEY_FIGURES
from tmdbdash.report.panels.last_runs import RUNS
from tmdbdash.report.panels.model_accuracy import COVERAGE, MODELS
from tmdbdash.report.panels.movers import MOST_MOVED
from tmdbdash.report.panels.newcomers import LIVE
from tmdbdash.report.panels.outliers import OUTLIERS
from tmdbdash.report.panels.parts import Page
from tmdbdash.report.panels.predictions import PREDICTIONS
from tmdbdash.report.panels.rank_paths import RANKS
from tmdbdash.report.panels.release_months import MONTHS
from tmdbdash.report.panels.scale_shifts import DRIFT
from tmdbdash.report.panels.scatter import SCATTER
from tmdbdash.report.panels.top_films import TOP
from tmdbdash.report.panels.upcoming import UPCOMING

TMDB_SITE = "https://www.themoviedb.org/"
FILM_PAGE = TMDB_SITE + "movie/"
NOW = Page(id="index", panels=(KEY_FIGURES, TOP, RANKS, COMINGS, MOST_MOVED, UPCOMING))
FILM = Page(id="film")
"""The page of any film, which scripts fill; those of the latest list have one of their own too."""
PAGES = (
    NOW,
    Page(id="films", panels=(FILMS,)),
    FILM,
    Page(id="compare", panels=(COMPARISON,)),
    Page(id="trends", panels=(GENRES, MONTHS, CLUSTERS)),
    Page(id="surprises", panels=(OUTLIERS, SCATTER, PREDICTIONS)),
    Page(
        id="models",
        panels=(DRIFT, MODELS, LIVE, SCORES, COVERAGE, IMPORTANCES, HITS, RELIABILITY, ROC, ERRORS),
    ),
    Page(id="about", panels=(TERMS, RUNS, FILES)),
)
PANELS = tuple(panel for page in PAGES for panel in page.panels)
