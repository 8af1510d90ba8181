"""Where nothing is new, `predict` and `train` answer from what is stored, and say the same."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.parts.films import NOON, movie
from tests.parts.home import Home
from tests.parts.learned import LATER, Films, do_predict, do_train
from tmdbdash.learning.artifacts.film_predictions import SORTS
from tmdbdash.learning.evaluation.training_report import TrainingReport
from tmdbdash.learning.jobs import nothing_new
from tmdbdash.learning.jobs.explain import explain
from tmdbdash.learning.jobs.nothing_new import repeated_training, stored_predictions
from tmdbdash.learning.jobs.prediction_report import PredictionReport
from tmdbdash.records import SHOWN, FilmChange, Movie, TickWrite
from tmdbdash.records.live import widenings

TOMORROW = NOON + timedelta(days=1)


def shortcut(films: Films, sort: str = "predicted", limit: int = 20) -> PredictionReport | None:
    return stored_predictions(films.store, now=TOMORROW, sort=sort, limit=limit, model=None)


def repeated(films: Films, home: Home, budget: float | None = 60.0) -> TrainingReport | None:
    return repeated_training(films.store, home.settings().models_dir, now=TOMORROW, budget=budget)


def change(films: Films, film: Movie, minutes: int = 15) -> None:
    changes = (FilmChange(kind="changed", movie=film),)
    films.store.save_tick(TickWrite(observed_at=NOON + timedelta(minutes=minutes), changes=changes))


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("limit", [0, 7])
def test_it_answers_as_the_models_would(trained: Films, home: Home, sort: str, limit: int) -> None:
    assert shortcut(trained) is None  # nobody has predicted since that training
    made = do_predict(trained, home, sort=sort, limit=limit)
    found = shortcut(trained, sort, limit)
    assert found is not None
    assert json.dumps(found.as_json()) == json.dumps(replace(made, written=0).as_json())


CHANGES: dict[str, Callable[[Movie], Movie]] = {
    "popularity": lambda film: replace(film, popularity=1234.5),
    "a feature": lambda film: replace(film, runtime=7),
    "the day of observation": lambda film: replace(film, observed_at=TOMORROW),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_is_something_new(trained: Films, home: Home, what: str) -> None:
    do_predict(trained, home)
    assert shortcut(trained) is not None
    assert repeated(trained, home) is not None
    change(trained, CHANGES[what](movie(7)))
    assert shortcut(trained) is None
    assert repeated(trained, home) is None


def test_the_time_of_observation_within_a_day_is_not_new(trained: Films, home: Home) -> None:
    do_predict(trained, home)
    change(trained, replace(movie(7), observed_at=NOON + timedelta(minutes=2)))
    assert shortcut(trained) is not None


def test_a_new_film_and_another_program_are_something_new(
    trained: Films, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    do_predict(trained, home)
    with monkeypatch.context() as patched:
        patched.setattr(nothing_new, "_code_digest", lambda: "of another version")
        assert shortcut(trained) is None
        assert repeated(trained, home) is None
    assert shortcut(trained) is not None
    change(trained, movie(61))
    assert shortcut(trained) is None


def test_intervals_that_live_accuracy_asks_for_are_something_new(
    trained: Films, home: Home
) -> None:
    do_predict(trained, home)
    trained.put(*(movie(number, popularity=1e6) for number in range(1001, 1151)))
    do_predict(trained, home)
    assert widenings(trained.store.fetch_live_predictions())["popularity"] == 3.0
    before = trained.predictions()[1001].predicted_popularity_high
    assert shortcut(trained) is None
    do_predict(trained, home)
    after = trained.predictions()[1001].predicted_popularity_high
    explained = explain(trained.store, home.settings().models_dir, 1001, TOMORROW)
    assert after == pytest.approx(explained.values["popularity"]["high"])
    assert before is not None
    assert after is not None
    assert after > 2 * before
    assert shortcut(trained) is not None


def test_predictions_that_are_missing_are_made(trained: Films, home: Home) -> None:
    do_predict(trained, home)
    last = trained.store.fetch_last_training()
    assert last is not None
    assert trained.store.count_predictions(last.trained_at, SHOWN) == 60
    trained.store.prune(NOON + timedelta(days=400))  # with the films
    trained.put(*(movie(i) for i in range(1, 61)))
    assert shortcut(trained) is None
    assert do_predict(trained, home).written > 0


def test_damaged_models_are_trained_anew(trained: Films, home: Home) -> None:
    assert repeated(trained, home) is not None
    folder = home.settings().models_dir
    (path,) = folder.glob("*/ridge.popularity.skops")
    path.write_bytes(b"torn")
    assert repeated(trained, home) is None


def test_a_budget_that_left_models_out_does_not_count_as_the_same(films: Films, home: Home) -> None:
    watch = iter(range(0, 1000, 5))
    do_train(films, home, budget=10, stopwatch=lambda: float(next(watch)))
    assert repeated(films, home, 10) is not None
    assert repeated(films, home, 60) is None


def test_a_training_skipped_by_its_rows_is_remembered(trained: Films, home: Home) -> None:
    change(trained, movie(99, popularity=None, vote_average=None, vote_count=None))
    assert repeated(trained, home) is None
    assert do_train(trained, home, now=LATER).outcome == "skipped"
    assert repeated(trained, home) is not None
