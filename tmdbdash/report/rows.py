"""What the page needs from the database, fetched in a handful of queries."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tmdbdash.records import (
    CLOCKS_DIFFER,
    ListEntry,
    Listing,
    Movie,
    PredictedFilm,
    Run,
    TrainingRun,
)

if TYPE_CHECKING:
    from datetime import datetime

    from tmdbdash.storage import Store

TOP_FILMS = 10
PREDICTED_FILMS = 20
BASELINE = "linear_regression"
JOBS = ("ingest", "import", "train", "predict", "render")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Database rows, as fetched: the whole input of the page beside settings and the time.

    ``movies`` holds the leading films of ``listing``; ``most_popular`` is filled only where there
    is no listing. ``model`` names the model whose ``predictions`` these are. ``runs`` holds the
    last run of each job that ever ran.
    """

    films: int = 0
    listing: Listing | None = None
    movies: Mapping[int, Movie] = field(default_factory=dict)
    most_popular: tuple[Movie, ...] = ()
    training: TrainingRun | None = None
    model: str | None = None
    predictions: tuple[PredictedFilm, ...] = ()
    runs: tuple[Run, ...] = ()
    simulated: bool = False


def fetch_rows(store: Store, now: datetime) -> Rows:
    """Fetch what the page shows at ``now``. Raises `DatabaseError`."""
    until = now + CLOCKS_DIFFER
    listing = store.fetch_listing()
    training = store.fetch_last_training(until)
    model = None
    predictions: tuple[PredictedFilm, ...] = ()
    if training is not None:
        model = training.champions.get("popularity", BASELINE)
        predictions = tuple(
            store.fetch_predictions(
                training.trained_at, model, sort="predicted", limit=PREDICTED_FILMS
            )
        )
    return Rows(
        films=store.count_movies(),
        listing=listing,
        movies=_leaders(store, listing) if listing else {},
        most_popular=() if listing else tuple(store.fetch_most_popular(TOP_FILMS)),
        training=training,
        model=model,
        predictions=predictions,
        runs=tuple(
            run for job in JOBS if (run := store.fetch_last_run(job, until=until)) is not None
        ),
        simulated=_is_simulated(store, until),
    )


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
