"""Training and scoring with a real database below them."""

import dataclasses
from datetime import UTC, date, datetime
from typing import Literal

import pytest

from tests.parts.home import Home
from tmdbdash.learning.jobs.predict import predict
from tmdbdash.learning.jobs.train import train
from tmdbdash.records import SHOWN, FilmChange, Movie, TickWrite
from tmdbdash.storage import Store, open_store

NOON = datetime(2025, 11, 20, 12, 0, 0, 250_000, tzinfo=UTC)


def movie(tmdb_id: int) -> Movie:
    return Movie(
        tmdb_id=tmdb_id,
        title=f"Film {tmdb_id}",
        language="en",
        release_date=date(1990 + tmdb_id % 30, 1 + tmdb_id % 12, 1) if tmdb_id % 9 else None,
        popularity=1 + tmdb_id * 7 % 31 / 3,
        vote_count=tmdb_id * 13 % 500,
        vote_average=5 + tmdb_id % 40 / 10 if tmdb_id * 13 % 500 else None,
        runtime=None if tmdb_id % 10 == 0 else 80 + tmdb_id % 60,
        genres=("Science Fiction", "Drama") if tmdb_id % 2 else (),
    )


def put(store: Store, *movies: Movie) -> None:
    changes = tuple(FilmChange(kind="new", movie=m) for m in movies)
    store.save_tick(TickWrite(observed_at=NOON, changes=changes))


@pytest.mark.usefixtures("few_trees")
def test_a_training_and_what_is_read_back(home: Home) -> None:
    """Of just as many films as the model needs that learns from many only."""
    films = 330
    settings = home.settings()
    with open_store(settings) as store:
        put(store, *map(movie, range(1, films + 1)))
        report = train(store, settings.models_dir, now=NOON, models=["boosting"], studies=False)
    unrated = sum(movie(i).vote_average is None for i in range(1, films + 1))
    assert (report.films, report.rows) == (films, films - unrated)

    with open_store(settings) as store:
        run = store.fetch_last_training()
        assert run is not None
        assert (run.trained_at, run.rows) == (NOON, report.rows)
        assert run.fingerprint == report.fingerprint
        assert (
            run.metrics["linear_regression", "popularity", "holdout_mae"] == report.figures[0].mae
        )
        stored = store.fetch_predictions(run.trained_at, "linear_regression")
        assert len(stored) == films

        shown = predict(store, settings.models_dir, now=NOON, limit=0)
        assert (shown.films, shown.written) == (films, 0)
        champion = store.fetch_predictions(run.trained_at, SHOWN)
        assert [row["tmdb_id"] for row in shown.predictions] == [
            film.prediction.tmdb_id for film in champion
        ]

        put(store, movie(10_000))
        shown = predict(store, settings.models_dir, now=NOON, limit=0)
        assert (shown.films, shown.written) == (films + 1, 2)
        assert len(store.fetch_predictions(run.trained_at, "linear_regression")) == films + 1


def test_orders_are_those_of_the_store(home: Home) -> None:
    settings = home.settings()
    with open_store(settings) as store:
        put(store, *map(movie, range(1, 61)))
        alike = movie(7)
        put(store, *(dataclasses.replace(alike, tmdb_id=i) for i in range(100, 110)))
        train(store, settings.models_dir, now=NOON, models=["ridge"], studies=False)
        sorts: tuple[Literal["predicted", "residual", "title"], ...]
        sorts = ("predicted", "residual", "title")
        for sort in sorts:
            shown = predict(store, settings.models_dir, now=NOON, sort=sort, limit=0).predictions
            stored = store.fetch_predictions(NOON, SHOWN, sort=sort)
            assert [row["tmdb_id"] for row in shown] == [f.prediction.tmdb_id for f in stored]
