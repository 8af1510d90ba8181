"""What the page shows, in order: its panels, each with charts and a table.

To add a chart: write a function in `sections` (or use one that is there), add a `Panel` or a
`Chart` to a module here and to `CHAPTERS`, and, where no kind of chart fits, a small module in
``templates/js/kinds``. Then give it its words in ``templates/locales``, in each language.
"""

from __future__ import annotations

from tmdbdash.report.layout.browsing import FILMS, HISTORY
from tmdbdash.report.layout.comparison import ERRORS, SCATTER
from tmdbdash.report.layout.films import MOVED, OUTLIERS, PREDICTIONS, RATING_OUTLIERS, RUNS, TOP
from tmdbdash.report.layout.forecasts import FORECASTS, SCORES
from tmdbdash.report.layout.models import COVERAGE, IMPORTANCES, MODELS
from tmdbdash.report.layout.movement import MOVERS
from tmdbdash.report.layout.parts import Chapter, Chart, Choice, Column, Panel, Series
from tmdbdash.report.layout.studies import FILM_MAP, GROUPS, HITS, RELIABILITY, ROC

__all__ = ["CHAPTERS", "FILM_PAGE", "PANELS", "TMDB_SITE"]
__all__ += ["Chapter", "Chart", "Choice", "Column", "Panel", "Series"]

TMDB_SITE = "https://www.themoviedb.org/"
FILM_PAGE = TMDB_SITE + "movie/"
CHAPTERS = (
    Chapter(id="now", panels=(TOP, MOVERS, HISTORY)),
    Chapter(id="ahead", panels=(FORECASTS, SCORES)),
    Chapter(id="expected", panels=(PREDICTIONS, SCATTER, MOVED, OUTLIERS, RATING_OUTLIERS)),
    Chapter(id="models", panels=(MODELS, ERRORS, COVERAGE, IMPORTANCES)),
    Chapter(id="kinds", panels=(HITS, RELIABILITY, ROC, GROUPS, FILM_MAP)),
    Chapter(id="films", panels=(FILMS,)),
    Chapter(id="works", panels=(RUNS,)),
)
PANELS = tuple(panel for chapter in CHAPTERS for panel in chapter.panels)
