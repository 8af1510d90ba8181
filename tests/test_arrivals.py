"""Which films that enter after a training are judged, and that these alone are predicted."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tests.parts.films import NOON, movie
from tests.parts.home import Home
from tests.parts.learned import LATER, Films, do_predict, do_train
from tmdbdash.learning.artifacts.film_predictions import predict_films
from tmdbdash.learning.data.film_columns import COLUMNS
from tmdbdash.learning.data.film_table import read_films
from tmdbdash.learning.jobs import arrivals
from tmdbdash.learning.jobs.models_in_force import load_predictor
from tmdbdash.records import SHOWN
from tmdbdash.records.live import LivePrediction, mixed
from tmdbdash.storage import live_predictions


def train_again(films: Films, home: Home) -> None:
    do_train(films, home, now=LATER, models=["ridge"])


@pytest.mark.parametrize("job", [do_predict, train_again])
def test_values_from_before_the_training_judge_nothing(
    trained: Films, home: Home, job: Callable[..., object]
) -> None:
    before = NOON - timedelta(minutes=1)
    trained.put(movie(61, observed_at=before), movie(62), movie(63, observed_at=None))
    job(trained, home)
    assert [row.tmdb_id for row in trained.store.fetch_live_predictions()] == [62]


@pytest.mark.parametrize("job", [do_predict, train_again])
def test_of_a_large_import_a_sample_is_judged_whatever_the_ids(
    trained: Films, home: Home, monkeypatch: pytest.MonkeyPatch, job: Callable[..., object]
) -> None:
    monkeypatch.setattr(arrivals, "NEWEST", 10)
    monkeypatch.setattr(live_predictions, "KEPT", 20)
    before = NOON - timedelta(minutes=5)
    ticks = [
        LivePrediction(tmdb_id=number, made_at=before, pred_ts=before) for number in range(1, 11)
    ]
    trained.store.save_live_predictions(ticks)
    trained.put(*(movie(number) for number in range(101, 161)))
    job(trained, home)
    rows = trained.store.fetch_live_predictions()
    assert rows[10:] == ticks
    ids = [row.tmdb_id for row in rows[:10]]
    assert set(ids) == set(sorted(range(101, 161), key=mixed)[:10])
    assert max(ids) > 130


def test_only_the_films_asked_for_are_predicted(
    trained: Films, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained.put(movie(61), movie(62, vote_count=0, vote_average=None))
    films = read_films(trained.store.fetch_movie_columns(COLUMNS))
    last = trained.store.fetch_last_training()
    assert last is not None
    current = load_predictor(trained.store, home.settings().models_dir, last)
    asked = np.array([3, 60, 61])
    (all_films,) = predict_films(films, current, [SHOWN])
    (some,) = predict_films(films, current, [SHOWN], only=asked)
    assert some.rows(asked) == all_films.rows(asked)
    assert np.flatnonzero(~np.isnan(some.predicted_popularity)).tolist() == asked.tolist()

    wanted: list[Any] = []

    def noting(films: Any, current: Any, names: Any, only: Any) -> Any:
        wanted.append(only)
        return predict_films(films, current, names, only)

    monkeypatch.setattr(arrivals, "predict_films", noting)
    folder = home.settings().models_dir
    assert arrivals.judge_arrivals(trained.store, folder, last, films, LATER) == 2
    assert [only.tolist() for only in wanted] == [[60, 61]]
