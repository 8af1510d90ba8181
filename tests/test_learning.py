"""Training: figures, what is left out, order of writing."""

import dataclasses
import json
import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from tests.parts.films import NOON, movie
from tests.parts.home import Home
from tests.parts.learned import LATER, Films, do_predict, do_train
from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.learning.data.film_columns import COLUMNS
from tmdbdash.learning.data.film_table import read_films
from tmdbdash.learning.evaluation.training_report import TrainingReport
from tmdbdash.learning.jobs import train as training
from tmdbdash.learning.models import registry
from tmdbdash.records import Evaluation, Movie


def evaluation(report: TrainingReport) -> Evaluation:
    assert report.evaluation is not None
    return report.evaluation


def test_a_training_is_recorded_with_all_its_figures(films: Films, home: Home) -> None:
    report = do_train(films, home)
    run = films.store.fetch_last_training()
    assert run is not None
    assert (run.trained_at, run.films, run.rows, run.shown) == (NOON, 60, 60, "champion")
    tasks = {"popularity", "vote_average", "popularity/early", "vote_average/early"}
    assert set(run.champions) == {target for _, target, _ in run.metrics} == tasks
    assert {
        (name, target): (
            run.metrics[name, target, "holdout_mae"],
            run.metrics.get((name, target, "holdout_r2")),
        )
        for name, target, metric in run.metrics
        if metric == "holdout_rows_test"
    } == {(f.model, f.target): (f.mae, f.r2) for f in report.figures}
    assert run.metrics["linear_regression", "popularity", "holdout_rows_train"] == 45
    assert run.metrics["linear_regression", "popularity", "holdout_rows_test"] == 15
    assert {figures.r2 for figures in report.figures} == {None}  # of 15 films
    for name in ("median", "mean", "linear_regression", "ridge", "smooth_ridge"):
        assert run.metrics[name, "popularity", "oof_log_mae"] > 0
        assert run.metrics[name, "vote_average/early", "oof_rmse"] > 0
        assert 0.6 < run.metrics[name, "popularity", "coverage"] < 1
    assert len(run.fingerprint) == 64
    assert run.seconds >= 0
    assert films.store.fetch_study(Evaluation, made_at=NOON) == report.evaluation is not None
    groups = {i.feature_group for i in films.store.fetch_importances(NOON)}
    assert groups <= {"votes", "genres", "dates and age", "language", "runtime", "production",
                      "texts"}  # fmt: skip


def test_every_film_is_predicted_also_those_that_cannot_be_trained_on(
    empty: Films, home: Home
) -> None:
    empty.put(
        *(movie(i) for i in range(1, 31)),
        movie(61, vote_count=0, vote_average=0.0),
        movie(62, vote_count=None, vote_average=None),
        movie(63, popularity=None),
        Movie(tmdb_id=64),
        movie(65, popularity=float("nan"), release_date=date(2031, 1, 1)),
    )
    report = do_train(empty, home, models=["ridge"])
    assert (report.films, report.rows) == (35, 30)
    rows = empty.predictions()
    assert len(rows) == len(empty.predictions("linear_regression")) == 35
    for target, top in (("popularity", math.inf), ("vote_average", 10)):
        for row in rows.values():
            low, value, high = (
                getattr(row, f"predicted_{target}{end}") for end in ("_low", "", "_high")
            )
            assert 0 <= low <= value <= high <= top
    modes = {i: (rows[i].mode, rows[i].prediction_source) for i in (1, 61, 62, 63, 64, 65)}
    assert modes == {
        1: ("released", "out_of_fold"),
        61: ("early", "out_of_fold"),
        62: ("early", "out_of_fold"),
        63: ("released", "out_of_fold"),
        64: ("early", "unseen"),
        65: ("early", "out_of_fold"),
    }
    basis = {i: (rows[i].basis_popularity, rows[i].basis_vote_average) for i in (1, 61, 62, 63, 64)}
    assert basis == {
        1: ("out_of_fold", "out_of_fold"),
        61: ("out_of_fold", "unseen"),
        62: ("out_of_fold", "unseen"),
        63: ("unseen", "out_of_fold"),
        64: ("unseen", "unseen"),
    }
    assert rows[61].actual_vote_average is None
    assert rows[63].actual_popularity is None
    assert rows[65].actual_popularity is None


def test_an_early_film_is_predicted_the_same_whatever_its_votes(trained: Films, home: Home) -> None:
    """Before release there may be votes, but the model that speaks sees none."""
    for number, votes in ((100, 0), (101, 3), (102, 9_000)):
        trained.put(
            dataclasses.replace(
                movie(5), tmdb_id=number, vote_count=votes, release_date=date(2026, 6, 1)
            )
        )
    rows = {r["tmdb_id"]: r for r in do_predict(trained, home, limit=0).predictions}
    same = [[v for k, v in rows[i].items() if k.startswith("predicted_")] for i in (100, 101, 102)]
    assert same[0] == same[1] == same[2]
    assert {rows[i]["mode"] for i in (100, 101, 102)} == {"early"}
    assert {rows[i]["basis"] for i in (100, 101, 102)} == {"unseen"}


@pytest.mark.parametrize("usable", [0, 9])
def test_too_few_films_are_said_with_the_way_to_more(empty: Films, home: Home, usable: int) -> None:
    empty.put(*(movie(i) for i in range(1, usable + 1)))
    empty.put(*(movie(100 + i, vote_count=0, vote_average=None) for i in range(5)))
    with pytest.raises(NotReadyError, match=rf"at least 10.* of the {usable + 5} .* {usable} have"):
        do_train(empty, home)
    assert empty.store.fetch_last_training() is None
    assert not home.settings().models_dir.exists()


@pytest.mark.parametrize("count", [10, 29])
def test_few_films_give_medians_with_empirical_quantiles_and_say_so(
    empty: Films, home: Home, count: int
) -> None:
    empty.put(*(movie(i) for i in range(1, count + 1)))
    report = do_train(empty, home)
    assert report.rows == count
    assert set(report.champions.values()) == {"median"}
    assert report.evaluation is not None
    assert report.evaluation.too_little_data
    assert {task.note for task in report.evaluation.tasks} == {"too_little_data"}
    assert {m.oof.r2 for t in report.evaluation.tasks for m in t.models} == {None}
    empty.put(movie(500))
    rows: Sequence[Any] = do_predict(empty, home, limit=0).predictions
    row = next(r for r in rows if r["tmdb_id"] == 500)
    known = [movie(i).popularity or 0 for i in range(1, count + 1)]
    assert abs(row["predicted_popularity"] - np.median(known)) < 15
    inside = np.mean(
        [row["predicted_popularity_low"] <= p <= row["predicted_popularity_high"] for p in known]
    )
    assert 0.7 <= inside <= 1


def test_films_that_are_all_alike_can_be_learned_from(empty: Films, home: Home) -> None:
    alike: dict[str, Any] = {"runtime": 90, "vote_count": 5, "vote_average": 6.0, "popularity": 3.0}
    empty.put(*(Movie(tmdb_id=i, observed_at=NOON, **alike) for i in range(1, 41)))
    do_train(empty, home, models=["ridge"])
    (row,) = do_predict(empty, home, limit=1).predictions
    assert row["predicted_popularity"] == pytest.approx(3.0, rel=1e-9)
    json.dumps(do_predict(empty, home).as_json(), allow_nan=False)


def test_the_fingerprint_follows_the_rows_learned_from(trained: Films) -> None:
    def fingerprint() -> str:
        return training.fingerprint(read_films(trained.store.fetch_movie_columns(COLUMNS)))

    run = trained.store.fetch_last_training()
    assert run is not None
    assert fingerprint() == run.fingerprint
    trained.put(movie(61, popularity=None, vote_count=0, vote_average=None))  # nothing to learn
    assert fingerprint() == run.fingerprint
    trained.put(movie(1, popularity=1.25))
    assert fingerprint() != run.fingerprint


def test_an_unknown_model_is_refused_with_the_known_ones(films: Films, home: Home) -> None:
    with pytest.raises(UsageError, match=r"unknown model oracle: .*linear_regression"):
        do_train(films, home, models=["oracle", "linear_regression"])


def test_the_budget_leaves_out_models_but_never_the_baselines(
    films: Films, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    ticks = iter(range(100))
    # Begun at 0; each fit of a model that costs something first looks at the time.
    report = do_train(films, home, budget=4, stopwatch=lambda: float(next(ticks)))
    fitted = {
        f"{task.target}/{task.mode}": [model.model for model in task.models]
        for task in evaluation(report).tasks
    }
    baselines = ["median", "mean", "linear_regression"]
    assert fitted["popularity/released"] == [*baselines, "ridge"]
    assert fitted["vote_average/early"] == baselines
    assert report.skipped[0] == "ridge (vote_average/early)"
    assert "the budget of 4 s left no time for ridge (vote_average/early)" in caplog.text
    assert do_predict(films, home, model="ridge").predictions[0]["model_name"] == "ridge"
    with pytest.raises(UsageError, match="smooth_ridge"):
        do_predict(films, home, model="smooth_ridge")
    # What was left out for want of time is made up for as soon as there is more of it.
    assert do_train(films, home, now=LATER, budget=2).outcome == "skipped"
    more = do_train(films, home, now=LATER, budget=60)
    assert (more.outcome, more.skipped) == ("ok", ())


def test_a_model_that_fails_leaves_the_others(
    films: Films, home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise ArithmeticError("it broke")

    spec = dataclasses.replace(registry.REGISTRY["ridge"], factory=broken)
    monkeypatch.setitem(registry.REGISTRY, "ridge", spec)
    report = do_train(films, home)
    assert [failure.task for failure in evaluation(report).failed] == list(report.champions)
    assert "the model ridge failed for popularity: ArithmeticError('it broke')" in caplog.text
    for task in evaluation(report).tasks:
        assert [m.model for m in task.models][-1] == "smooth_ridge"
    assert do_predict(films, home).films == 60


def test_unchanged_films_are_not_learned_from_again(trained: Films, home: Home) -> None:
    hurry = {"budget": 0}  # enough for the baselines
    (run,) = trained.store.fetch_trainings(9)
    first = TrainingReport.of(run, trained.store.fetch_study(Evaluation, made_at=run.trained_at))
    again = do_train(trained, home, LATER, **hurry)
    assert (first.outcome, again.outcome) == ("ok", "skipped")
    assert again.message == "nothing has changed since the last training"
    assert dataclasses.replace(again, outcome="ok", message=None) == first
    assert len(trained.store.fetch_trainings(9)) == 1
    assert do_train(trained, home, LATER, force=True, **hurry).outcome == "ok"
    assert do_train(trained, home, LATER, **hurry).outcome == "skipped"
    assert do_train(trained, home, LATER, models=["mean"], **hurry).outcome == "ok"
    # Models chosen by hand are no reason to leave it at that.
    assert do_train(trained, home, LATER + timedelta(hours=1), **hurry).outcome == "ok"
    trained.put(movie(3, vote_count=77))
    assert do_train(trained, home, LATER + timedelta(hours=2), **hurry).outcome == "ok"


def test_the_former_champion_stays_among_equals(films: Films, home: Home) -> None:
    """The films are random: whatever looks best, no challenger is better beyond chance."""
    films.put(*(movie(i) for i in range(61, 68)))
    first = do_train(films, home, models=["mean"])
    assert set(first.champions.values()) == {"median"}
    films.put(movie(68))  # with this one the mean has the least loss, by a hair
    report = do_train(films, home, now=LATER, models=["ridge"])
    assert report.champions == first.champions
    for task in evaluation(report).tasks:
        assert task.why.as_json() == {"code": "kept"}


def test_a_narrow_training_does_not_unseat_the_champion(empty: Films, home: Home) -> None:
    """Whatever is asked for and however little time there is: it gives way to its better only."""
    empty.put(*(movie(i, popularity=i / 2, vote_count=i * i) for i in range(1, 61)))
    first = do_train(empty, home, models=["ridge"])
    assert first.champions["popularity"] == "ridge"
    named = do_train(empty, home, now=LATER, models=["linear_regression"])
    assert named.champions == first.champions
    empty.put(movie(1, popularity=1.25, vote_count=1))
    hurried = do_train(empty, home, now=LATER + timedelta(hours=1), budget=0)
    assert hurried.champions == first.champions
    assert {task.why.code for task in evaluation(hurried).tasks} == {"kept"}
    assert hurried.skipped  # the challengers had no time
    assert not any(name.startswith(first.champions["popularity"] + " (popularity)")
                   for name in hurried.skipped)  # fmt: skip


def test_nothing_is_read_or_written_while_fitting(
    films: Films, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []

    def noted(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            events.append(name)
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, call)

    noted(films.store, "fetch_movie_columns")
    noted(films.store, "save_training")
    for name in ("fit_all", "save_models", "prune_models"):
        noted(training, name)
    do_train(films, home, budget=0)
    assert events[:5] == [
        "fetch_movie_columns",
        "fit_all",
        "save_models",
        "save_training",
        "prune_models",
    ]


def test_idle_threads_sleep() -> None:
    import os

    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"
