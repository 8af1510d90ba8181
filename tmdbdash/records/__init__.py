"""The plain values that flow between modules: no I/O, no third-party library.

All times are timezone-aware UTC datetimes. Whoever needs a record imports it from here.
"""

from tmdbdash.records.evaluation import Coverage, Evaluation, TaskEvaluation
from tmdbdash.records.films import (
    CLOCKS_DIFFER,
    JOBS,
    SNAPSHOT_EVERY,
    Columns,
    FilmChange,
    FilmFacts,
    GuessedTimes,
    ListEntry,
    Listing,
    Movie,
    Run,
    Snapshot,
    TickWrite,
    latest_believable,
)
from tmdbdash.records.forecasts import (
    MIN_HISTORY_DAYS,
    Forecast,
    ForecastBasis,
    ForecastScore,
)
from tmdbdash.records.learned import (
    BASELINE,
    PREDICTED_FILMS,
    SHOWN,
    TOP_FILMS,
    Contribution,
    FilmCluster,
    FilmEmbedding,
    Importance,
    NearFilm,
    PredictedFilm,
    Prediction,
    TrainingRun,
)
from tmdbdash.records.making import as_dict
from tmdbdash.records.residuals import OVER_RATED, SIDES, UNDER_RATED, Side, margin, rated, residual
from tmdbdash.records.studies import ClusterMark, ClusterStudy, HitStudy, Study

__all__ = [
    "BASELINE",
    "CLOCKS_DIFFER",
    "JOBS",
    "MIN_HISTORY_DAYS",
    "OVER_RATED",
    "PREDICTED_FILMS",
    "SHOWN",
    "SIDES",
    "SNAPSHOT_EVERY",
    "TOP_FILMS",
    "UNDER_RATED",
    "ClusterMark",
    "ClusterStudy",
    "Columns",
    "Contribution",
    "Coverage",
    "Evaluation",
    "FilmChange",
    "FilmCluster",
    "FilmEmbedding",
    "FilmFacts",
    "Forecast",
    "ForecastBasis",
    "ForecastScore",
    "GuessedTimes",
    "HitStudy",
    "Importance",
    "ListEntry",
    "Listing",
    "Movie",
    "NearFilm",
    "PredictedFilm",
    "Prediction",
    "Run",
    "Side",
    "Snapshot",
    "Study",
    "TaskEvaluation",
    "TickWrite",
    "TrainingRun",
    "as_dict",
    "latest_believable",
    "margin",
    "rated",
    "residual",
]
