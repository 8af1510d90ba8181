"""What the page needs from the database, fetched in a handful of queries."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.records import (
    SIDES,
    Contribution,
    FilmCluster,
    FilmEmbedding,
    Forecast,
    ForecastBasis,
    ForecastScore,
    Importance,
    ListEntry,
    Listing,
    Movie,
    PredictedFilm,
    Run,
    TrainingRun,
    latest_believable,
)
from tmdbdash.report.query.past import Past, fetch_past

if TYPE_CHECKING:
    from datetime import datetime

    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store

TOP_FILMS = 10
PREDICTED_FILMS = 20
OUTLIERS = 10
"""Films on each side: under-rated, over-rated."""
OUTLIER_VOTES = 50
"""Votes below which a film's rating and popularity are too much chance for these lists."""
MAP_FILMS = 400
BASELINE = "linear_regression"
JOBS = ("ingest", "import", "train", "predict", "render")
WELL, BADLY = ("ok", "skipped"), ("failed", "incomplete")
"""Outcomes of runs that did what was to be done, and of those that did not."""
NO_FAILURES = (UsageError.exit_code, NotReadyError.exit_code)
"""Exit codes of commands that could not be meant so, or came too early: no job failed by them."""
MOST_FILMS = 20_000
"""Films in the table of all: of more, the most popular. A browser has to hold it."""
TRAININGS = 20
"""Trainings whose errors are shown."""
TABLE_COLUMNS = (
    "tmdb_id",
    "title",
    "original_title",
    "release_date",
    "genres",
    "language",
    "popularity",
    "vote_count",
    "vote_average",
    "snapshot_at",
)
EXPECTED_COLUMNS = (
    "tmdb_id",
    "predicted_popularity",
    "predicted_popularity_low",
    "predicted_popularity_high",
    "predicted_vote_average",
    "predicted_vote_average_low",
    "predicted_vote_average_high",
    "actual_popularity",
    "actual_vote_average",
    "mode",
    "basis",
)
ERROR_METRICS = ("oof_mae", "oof_log_mae")
Columns = Mapping[str, Sequence[Any]]
"""A table as one equally long list a column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Database rows, as fetched: the whole input of the page beside settings and the time.

    ``movies`` holds the leading films of ``listing``; ``most_popular`` is filled only where there
    is no listing. ``model`` names the model whose ``predictions`` these are. ``runs`` holds the
    last run of each job that ever ran. ``evaluation``, ``hits`` and ``grouping`` are the stored
    studies, the first only where it is of ``training``; ``outliers`` maps a target to the most
    under-rated films and then the most over-rated. ``forecast_bases`` are those of the newest
    forecasts. ``named`` holds the films that ``groups`` give as examples and those of ``places``.
    ``table`` holds all tracked films in `TABLE_COLUMNS` by tmdb_id, ``expected`` what the shown
    model expects of them in `EXPECTED_COLUMNS`; both are empty of rows, or whole. ``trainings`` are
    the past ones with their `ERROR_METRICS`, newest first. ``succeeded`` and ``failed`` map a job
    to its newest run that did, and that did not, do its work. ``observed_at`` is when TMDB said
    what is shown, as `Store.fetch_observed_at` has it.
    """

    films: int = 0
    observed_at: datetime | None = None
    listing: Listing | None = None
    movies: Mapping[int, Movie] = field(default_factory=dict)
    most_popular: tuple[Movie, ...] = ()
    training: TrainingRun | None = None
    model: str | None = None
    predictions: tuple[PredictedFilm, ...] = ()
    outliers: Mapping[str, tuple[PredictedFilm, ...]] = field(default_factory=dict)
    contributions: tuple[Contribution, ...] = ()
    evaluation: Mapping[str, Any] | None = None
    importances: tuple[Importance, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    forecast_bases: tuple[ForecastBasis, ...] = ()
    forecast_scores: tuple[ForecastScore, ...] = ()
    hits: Mapping[str, Any] | None = None
    grouping: Mapping[str, Any] | None = None
    groups: tuple[FilmCluster, ...] = ()
    places: tuple[FilmEmbedding, ...] = ()
    named: Mapping[int, Movie] = field(default_factory=dict)
    past: Past = field(default_factory=Past)
    table: Columns = field(default_factory=lambda: dict.fromkeys(TABLE_COLUMNS, ()))
    expected: Columns = field(default_factory=lambda: dict.fromkeys(EXPECTED_COLUMNS, ()))
    trainings: tuple[TrainingRun, ...] = ()
    runs: tuple[Run, ...] = ()
    succeeded: Mapping[str, Run] = field(default_factory=dict)
    failed: Mapping[str, Run] = field(default_factory=dict)
    simulated: bool = False


def fetch_rows(store: Store, settings: Settings, now: datetime) -> Rows:
    """Fetch what the page shows at ``now``. Raises `DatabaseError`."""
    until = latest_believable(now)
    listing = store.fetch_listing()
    movies = _leaders(store, listing) if listing else {}
    most_popular = () if listing else tuple(store.fetch_most_popular(TOP_FILMS))
    listed = [entry.tmdb_id for entry in listing.entries] if listing else []
    ids = sorted({*store.fetch_most_popular_ids(MOST_FILMS), *listed})
    observed_at = store.fetch_observed_at()
    return Rows(
        films=store.count_movies(),
        observed_at=observed_at,
        listing=listing,
        movies=movies,
        most_popular=most_popular,
        past=fetch_past(
            store,
            listed=listed,
            leading=[film.tmdb_id for film in leading_films(listing, movies, most_popular)],
            cadence_minutes=settings.ingest_minutes,
            as_of=as_of(observed_at, now),
        ),
        table=store.fetch_movie_columns(TABLE_COLUMNS, ids),
        runs=_last_runs(store, None, until),
        succeeded={run.job: run for run in _last_runs(store, WELL, until)},
        failed={run.job: run for run in _last_runs(store, BADLY, until, NO_FAILURES)},
        simulated=_is_simulated(store, until),
        hits=_study(store, "hits", until),
        **_trained(store, until, ids),
        **_forecast(store, listing),
        **_grouped(store, until),
    )


def as_of(observed_at: datetime | None, now: datetime) -> datetime:
    """The time that windows of the past are counted back from: of what is shown, never ahead."""
    return now if observed_at is None else min(now, observed_at)


def leading_films(
    listing: Listing | None, movies: Mapping[int, Movie], most_popular: Sequence[Movie]
) -> list[Movie | ListEntry]:
    """The ten most popular of the latest complete list; where there is none, of all films."""
    films: list[Movie | ListEntry] = list(most_popular)
    if listing is not None:
        films = [entry for entry in listing.entries if entry.tmdb_id in movies]
    return sorted(films, key=by_popularity)[:TOP_FILMS]


def _last_runs(
    store: Store,
    outcomes: Collection[str] | None,
    until: datetime,
    exclude_exit_codes: Collection[int] = (),
) -> tuple[Run, ...]:
    found = (
        store.fetch_last_run(job, outcomes, until, exclude_exit_codes=exclude_exit_codes)
        for job in JOBS
    )
    return tuple(run for run in found if run is not None)


def _trained(store: Store, until: datetime, ids: Collection[int]) -> dict[str, Any]:
    """What the last training up to ``until`` brought, and what it expects of these films."""
    training = store.fetch_last_training(until)
    if training is None:
        return {}
    at, model = training.trained_at, training.shown or BASELINE
    predictions = store.fetch_predictions(at, model, sort="predicted", limit=PREDICTED_FILMS)

    def outliers(target: str) -> tuple[PredictedFilm, ...]:
        asked = {"limit": OUTLIERS, "min_votes": OUTLIER_VOTES}
        return tuple(
            film
            for side in SIDES
            for film in store.fetch_outliers(at, model, target, side, **asked)
        )

    return {
        "training": training,
        "model": model,
        "predictions": tuple(predictions),
        "expected": store.fetch_prediction_columns(at, model, EXPECTED_COLUMNS, ids),
        "outliers": {target: outliers(target) for target in ("popularity", "vote_average")},
        "contributions": tuple(
            store.fetch_contributions(at, [film.prediction.tmdb_id for film in predictions])
        ),
        "evaluation": _study(store, "evaluation", at, of_then=True),
        "trainings": tuple(store.fetch_trainings(TRAININGS, until, ERROR_METRICS)),
        "importances": tuple(store.fetch_importances(at)),
    }


def _forecast(store: Store, listing: Listing | None) -> dict[str, Any]:
    """The newest forecasts, none from later than the latest list, and how those before fared."""
    if listing is None:
        return {}
    forecasts = tuple(store.fetch_forecasts(until=listing.observed_at))
    origin = forecasts[0].origin_at if forecasts else None
    bases = store.fetch_forecast_bases(origin, origin) if origin else ()
    return {
        "forecasts": forecasts,
        "forecast_bases": tuple(bases),
        "forecast_scores": tuple(store.fetch_forecast_scores()),
    }


def _grouped(store: Store, until: datetime) -> dict[str, Any]:
    """The groups of films up to ``until``, with the films that stand for them."""
    groups = tuple(store.fetch_clusters(until))
    if not groups:
        return {}
    grouping = _study(store, "groups", groups[0].made_at, of_then=True)
    examples = {film for group in groups for film in group.examples}
    shown = list((grouping or {}).get("shown", ()))[:MAP_FILMS]
    places = store.fetch_embeddings(shown)
    return {
        "groups": groups,
        "grouping": grouping,
        "places": tuple(places.values()),
        "named": store.fetch_movies(sorted(examples | places.keys())),
    }


def _study(
    store: Store, name: str, until: datetime, *, of_then: bool = False
) -> dict[str, Any] | None:
    """The newest study of that name up to ``until``; with ``of_then`` only one of that time."""
    found = store.fetch_study(name, until)
    if found is None or not isinstance(found[1], dict) or (of_then and found[0] != until):
        return None
    return found[1]


def by_popularity(film: Movie | ListEntry) -> tuple[float, int]:
    """A key that sorts the most popular first, ties by rank; without popularity comes last."""
    popularity = film.popularity
    if popularity is None or not math.isfinite(popularity):
        return (math.inf, film.rank or 0)
    return (-popularity, film.rank or 0)


def _leaders(store: Store, listing: Listing) -> dict[int, Movie]:
    """The list's most popular films: some more than are shown, should one not be stored."""
    entries = sorted(listing.entries, key=by_popularity)[: 2 * TOP_FILMS]
    return store.fetch_movies([entry.tmdb_id for entry in entries])


def _is_simulated(store: Store, until: datetime) -> bool:
    """Whether the data shown were invented: the last complete tick says so.

    A failed tick stores nothing and an incomplete one does not replace the list that is shown, so
    neither may change the page's kind where there has been a complete one.
    """
    run = store.fetch_last_run("ingest", ("ok",), until) or store.fetch_last_run(
        "ingest", ("incomplete",), until
    )
    return run is not None and run.source == "simulation"
