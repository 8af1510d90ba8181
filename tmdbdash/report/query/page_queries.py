"""What the page shows of the database, as `Rows`."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.records import (
    BASELINE,
    JOBS,
    PREDICTED_FILMS,
    SIDES,
    ClusterStudy,
    Evaluation,
    FilmCluster,
    Forecast,
    ForecastBasis,
    ForecastScore,
    HitStudy,
    Importance,
    ListEntry,
    Listing,
    Movie,
    PredictedFilm,
    Run,
    TrainingRun,
    latest_believable,
)
from tmdbdash.records.drift import Drift
from tmdbdash.records.live import LiveAccuracy, live_accuracy
from tmdbdash.records.tasks import TARGET_NAMES
from tmdbdash.report.query.list_days import ListDay
from tmdbdash.report.query.past import WINDOWS, Past, fetch_past
from tmdbdash.report.query.spans import moment_span
from tmdbdash.report.query.tracked_films import (
    ExpectedFilm,
    TrackedFilm,
    fetch_expected_films,
    fetch_tracked_films,
)
from tmdbdash.report.values import finite

if TYPE_CHECKING:
    from datetime import datetime

    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store
    from tmdbdash.storage.past_values import Point

LEADING_FILMS = 20
"""Films of the table of the most popular."""
OUTLIERS = 10
"""Films on each side: under-rated, over-rated."""
OUTLIER_VOTES = 50
"""Votes below which a film's rating and popularity vary too much by chance for these lists."""
WELL, BADLY = ("ok", "skipped"), ("failed", "incomplete")
"""Outcomes of runs with success, and without."""
NO_FAILURES = (UsageError.exit_code, NotReadyError.exit_code)
"""Exit codes of wrong commands, and of commands that came too early: not failures of the job."""
MOST_FILMS = 20_000
"""Films in the table of all films, the most popular of more: as many as a browser can filter."""
TRAININGS = 20
"""Trainings whose errors are shown."""
ERROR_METRICS = ("oof_mae", "oof_log_mae")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Database rows, as fetched at ``now``: the whole input of the page beside settings.

    ``movies`` has the leading films of ``listing``; ``most_popular`` is filled only where there
    is no listing. ``model`` is the name of the model whose ``predictions`` these are. ``runs``
    has the last run of each job that ever ran. ``evaluation`` and ``drift`` are of
    ``training``, ``live`` of the first predictions of new films, ``clustering`` of
    ``clusters``; ``outliers`` maps a target to the most under-rated films and then the most
    over-rated. ``forecast_bases`` are those of the newest forecasts. ``named`` has the films
    that are examples of ``clusters``. ``days`` has the list of each day of the last month,
    oldest first, and the latest one. ``tracked`` has all films of the table in order of
    tmdb_id, ``expected`` the predictions of them. ``trainings`` are the last ones with their
    `ERROR_METRICS`, newest first. ``succeeded`` and ``failed`` map a job to its newest run
    with, and without, success. ``observed_at`` is the time of TMDB's values, see
    `Store.fetch_observed_at`.
    """

    films: int = 0
    now: datetime | None = None
    observed_at: datetime | None = None
    listing: Listing | None = None
    movies: Mapping[int, Movie] = field(default_factory=dict)
    most_popular: tuple[Movie, ...] = ()
    training: TrainingRun | None = None
    model: str | None = None
    predictions: tuple[PredictedFilm, ...] = ()
    outliers: Mapping[str, tuple[PredictedFilm, ...]] = field(default_factory=dict)
    evaluation: Evaluation | None = None
    drift: Drift = field(default_factory=Drift)
    live: tuple[LiveAccuracy, ...] = ()
    importances: tuple[Importance, ...] = ()
    forecasts: tuple[Forecast, ...] = ()
    forecast_bases: tuple[ForecastBasis, ...] = ()
    forecast_scores: tuple[ForecastScore, ...] = ()
    hits: HitStudy | None = None
    clustering: ClusterStudy | None = None
    clusters: tuple[FilmCluster, ...] = ()
    named: Mapping[int, Movie] = field(default_factory=dict)
    past: Past = field(default_factory=Past)
    days: tuple[ListDay, ...] = ()
    tracked: Mapping[int, TrackedFilm] = field(default_factory=dict)
    expected: Mapping[int, ExpectedFilm] = field(default_factory=dict)
    trainings: tuple[TrainingRun, ...] = ()
    runs: tuple[Run, ...] = ()
    succeeded: Mapping[str, Run] = field(default_factory=dict)
    failed: Mapping[str, Run] = field(default_factory=dict)
    simulated: bool = False

    @property
    def leading(self) -> list[tuple[Movie | ListEntry, Movie]]:
        """The most popular of the latest complete list; where there is none, of all films.

        Each is the entry in that list, where there is one, and the stored film.
        """
        films: list[tuple[Movie | ListEntry, Movie]] = [(film, film) for film in self.most_popular]
        if self.listing is not None:
            entries = self.listing.entries
            films = [(e, self.movies[e.tmdb_id]) for e in entries if e.tmdb_id in self.movies]
        return sorted(films, key=lambda film: popularity_order(film[0]))[:LEADING_FILMS]

    @property
    def places(self) -> dict[int, int]:
        """The place by popularity of each film of the latest list, ties by TMDB's rank."""
        if self.listing is None:
            return {}
        ordered = sorted(self.listing.entries, key=popularity_order)
        return {entry.tmdb_id: place for place, entry in enumerate(ordered, start=1)}

    def places_before(self, window: str) -> dict[int, int]:
        """The same of the films that were listed at the start of a window; empty where unknown.

        Imported histories have values of days of which no list is known.
        """
        if self.listing is None:
            return {}
        listed = [
            (popularity_order(point), tmdb_id)
            for tmdb_id, point in self.past.ago.get(window, {}).items()
            if point.rank is not None
        ]
        return {tmdb_id: place for place, (_, tmdb_id) in enumerate(sorted(listed), start=1)}


def fetch_rows(store: Store, settings: Settings, now: datetime) -> Rows:
    """Fetch what the page shows at ``now``. Raises `DatabaseError`."""
    until = latest_believable(now)
    listing = store.fetch_listing()
    listed = [entry.tmdb_id for entry in listing.entries] if listing else []
    ids = sorted({*store.fetch_most_popular_ids(MOST_FILMS), *listed})
    rows = Rows(
        films=store.count_movies(),
        now=now,
        observed_at=store.fetch_observed_at(),
        listing=listing,
        movies=_leaders(store, listing) if listing else {},
        most_popular=() if listing else tuple(store.fetch_most_popular(LEADING_FILMS)),
        tracked=fetch_tracked_films(store, ids),
        runs=_last_runs(store, None, until),
        succeeded={run.job: run for run in _last_runs(store, WELL, until)},
        failed={run.job: run for run in _last_runs(store, BADLY, until, NO_FAILURES)},
        simulated=_is_simulated(store, until),
        hits=store.fetch_study(HitStudy, until),
    )
    as_of = min(now, rows.observed_at or now)
    past = fetch_past(
        store,
        compared=listed + _maybe_left(rows, as_of, settings.ingest_minutes),
        leading=[movie.tmdb_id for _, movie in rows.leading],
        cadence_minutes=settings.ingest_minutes,
        as_of=as_of,
    )
    rows = _with_training(replace(rows, past=past), store, until, ids)
    return _with_clusters(_with_forecasts(rows, store), store, until)


def _maybe_left(rows: Rows, as_of: datetime, cadence_minutes: float) -> list[int]:
    """Films that may have been listed a week ago: those that have a snapshot from then on."""
    since, _ = moment_span(as_of - WINDOWS["7d"], cadence_minutes)
    return [
        film.tmdb_id
        for film in rows.tracked.values()
        if film.snapshot_at is not None and film.snapshot_at > since
    ]


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


def _with_training(rows: Rows, store: Store, until: datetime, ids: Collection[int]) -> Rows:
    """The rows with the last training up to ``until``, and its predictions of these films."""
    training = store.fetch_last_training(until)
    if training is None:
        return rows
    at, model = training.trained_at, training.shown or BASELINE
    predictions = store.fetch_predictions(at, model, sort="predicted", limit=PREDICTED_FILMS)

    def outliers(target: str) -> Iterator[PredictedFilm]:
        for side in SIDES:
            yield from store.fetch_outliers(
                at, model, target, side, limit=OUTLIERS, min_votes=OUTLIER_VOTES
            )

    evaluation = store.fetch_study(Evaluation, made_at=at)
    return replace(
        rows,
        training=training,
        model=model,
        predictions=tuple(predictions),
        expected=fetch_expected_films(store, training, model, ids),
        outliers={target: tuple(outliers(target)) for target in TARGET_NAMES},
        evaluation=evaluation,
        live=live_accuracy(store.fetch_live_predictions(until), evaluation),
        drift=store.fetch_study(Drift, made_at=at) or Drift(),
        trainings=tuple(store.fetch_trainings(TRAININGS, until, ERROR_METRICS)),
        importances=tuple(store.fetch_importances(at)),
    )


def _with_forecasts(rows: Rows, store: Store) -> Rows:
    """The rows with the newest forecasts up to the latest list, and the accuracy of past ones."""
    if rows.listing is None:
        return rows
    forecasts = tuple(store.fetch_forecasts(until=rows.listing.observed_at))
    origin = forecasts[0].origin_at if forecasts else None
    return replace(
        rows,
        forecasts=forecasts,
        forecast_bases=tuple(store.fetch_forecast_bases(origin, origin) if origin else ()),
        forecast_scores=tuple(store.fetch_forecast_scores()),
    )


def _with_clusters(rows: Rows, store: Store, until: datetime) -> Rows:
    """The rows with the clusters up to ``until``, and the films that the page shows of them."""
    clusters = tuple(store.fetch_clusters(until))
    if not clusters:
        return rows
    clustering = store.fetch_study(ClusterStudy, made_at=clusters[0].made_at)
    examples = {film for cluster in clusters for film in cluster.examples}
    return replace(
        rows,
        clusters=clusters,
        clustering=clustering,
        named=store.fetch_movies(sorted(examples)),
    )


def popularity_order(film: Movie | ListEntry | Point) -> tuple[float, int]:
    """A sort key: the most popular first, ties by rank; films without popularity last."""
    popularity = finite(film.popularity)
    return (math.inf if popularity is None else -popularity, film.rank or 0)


def _leaders(store: Store, listing: Listing) -> dict[int, Movie]:
    """The list's most popular films: twice as many as are shown, as some may not be stored."""
    entries = sorted(listing.entries, key=popularity_order)[: 2 * LEADING_FILMS]
    return store.fetch_movies([entry.tmdb_id for entry in entries])


def _is_simulated(store: Store, until: datetime) -> bool:
    """Whether the last complete tick read invented data.

    A failed tick stores nothing, and an incomplete one does not replace the list that is shown:
    one counts only where there has been no complete one.
    """
    run = store.fetch_last_run("ingest", ("ok",), until) or store.fetch_last_run(
        "ingest", ("incomplete",), until
    )
    return run is not None and run.source == "simulation"
