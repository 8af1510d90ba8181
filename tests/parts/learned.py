"""Stores of films that a test trains on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.parts.few_trees import boosted_by_few
from tests.parts.films import NOON, movie
from tests.parts.home import Home
from tests.parts.prepared import Prepared, with_tables
from tests.parts.trained import of_sixty_films
from tmdbdash.learning.evaluation.training_report import TrainingReport
from tmdbdash.learning.jobs.predict import predict
from tmdbdash.learning.jobs.prediction_report import PredictionReport
from tmdbdash.learning.jobs.train import train
from tmdbdash.records import SHOWN, FilmChange, Movie, Prediction, TickWrite
from tmdbdash.storage import Store, open_store

LATER = NOON + timedelta(minutes=15)


class Films:
    """A real store, and the films put into it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def put(self, *movies: Movie) -> None:
        changes = tuple(FilmChange(kind="new", movie=movie) for movie in movies)
        self.store.save_tick(TickWrite(observed_at=NOON, changes=changes))

    def predictions(self, name: str = SHOWN) -> dict[int, Prediction]:
        last = self.store.fetch_last_training()
        assert last is not None
        found = self.store.fetch_predictions(last.trained_at, name)
        return {film.prediction.tmdb_id: film.prediction for film in found}


@pytest.fixture
def empty(home: Home, prepared: Prepared) -> Iterator[Films]:
    with open_store(prepared.copy(with_tables, home).settings()) as store:
        yield Films(store)


@pytest.fixture
def films(empty: Films) -> Films:
    empty.put(*(movie(i) for i in range(1, 61)))
    return empty


@pytest.fixture
def trained(home: Home, prepared: Prepared) -> Iterator[Films]:
    """The same films, and all models of them, trained at noon."""
    with open_store(prepared.copy(of_sixty_films, home).settings()) as store:
        yield Films(store)


def do_train(films: Films, home: Home, now: datetime = NOON, **options: Any) -> TrainingReport:
    """Train few trees, without the studies of groups and hits, which have tests of their own."""
    with boosted_by_few():
        return train(films.store, home.settings().models_dir, now=now, studies=False, **options)


def do_predict(films: Films, home: Home, **options: Any) -> PredictionReport:
    return predict(films.store, home.settings().models_dir, now=NOON + timedelta(days=1), **options)
