"""Scoring: which films, in which order, and what is reported."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from tests.parts.films import NOON, movie
from tests.parts.home import Home
from tests.parts.learned import Films, do_predict, do_train
from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.records import Movie

KEYS = {
    "tmdb_id",
    "title",
    "release_date",
    "predicted_popularity",
    "predicted_popularity_low",
    "predicted_popularity_high",
    "predicted_vote_average",
    "predicted_vote_average_low",
    "predicted_vote_average_high",
    "actual_popularity",
    "actual_vote_average",
    "mae_popularity",
    "residual_popularity",
    "residual_vote_average",
    "mae_vote_average",
    "model_name",
    "mode",
    "basis",
    "basis_popularity",
    "basis_vote_average",
}


def test_predicting_without_a_model_is_refused(films: Films, home: Home) -> None:
    with pytest.raises(NotReadyError, match="run `tmdbdash train` first"):
        do_predict(films, home)


def test_coverage_is_that_of_the_model_asked_for(trained: Films, home: Home) -> None:
    run = trained.store.fetch_last_training()
    assert run is not None
    for model in ("linear_regression", "ridge", None):
        told = do_predict(trained, home, model=model).coverage
        assert {task: own.overall for task, own in told.items()} == {
            task: run.metrics[model or champion, task, "coverage"]
            for task, champion in run.champions.items()
            if model != "linear_regression" or not task.endswith("early")
        }


def test_new_and_changed_films_are_scored_and_only_they_are_written(
    trained: Films, home: Home
) -> None:
    assert do_predict(trained, home).written == 0
    trained.put(movie(61))
    trained.put(movie(1, popularity=77.0))
    trained.put(movie(2, vote_average=None, vote_count=0))
    report = do_predict(trained, home)
    assert (report.films, report.written) == (61, 6)  # of the champion and of the baseline
    assert trained.predictions("linear_regression")[61].prediction_source == "unseen"
    assert trained.predictions()[61].pred_ts == NOON
    assert trained.predictions()[1].actual_popularity == 77.0
    assert (trained.predictions()[2].mode, trained.predictions()[2].prediction_source) == (
        "early",
        "out_of_fold",
    )
    assert do_predict(trained, home).written == 0


def test_an_empty_database_after_training_scores_nothing(trained: Films, home: Home) -> None:
    trained.store.database.write(lambda c: c.exec_driver_sql("DELETE FROM movies"))
    report = do_predict(trained, home)
    assert (report.films, report.written, report.predictions) == (0, 0, ())


def test_predictions_are_sorted_and_limited(trained: Films, home: Home) -> None:
    trained.put(movie(11, title="éclair", popularity=None), movie(12, title="ZZ"))

    def rows(**options: Any) -> Sequence[Any]:
        return do_predict(trained, home, **options).predictions

    everything = rows(limit=0)
    assert len(everything) == 60
    expected = [row["predicted_popularity"] for row in everything]
    assert expected == sorted(expected, reverse=True)
    assert rows(limit=7) == everything[:7]
    assert len(rows()) == 20

    def distance(row: dict[str, Any]) -> float:
        return abs(float(row["actual_popularity"] - row["predicted_popularity"]))

    by_residual = rows(sort="residual", limit=0)
    assert by_residual[-1]["tmdb_id"] == 11
    distances = [distance(row) for row in by_residual[:-1]]
    assert distances == sorted(distances, reverse=True)

    assert all(row["residual_popularity"] is not None for row in by_residual[:-1])
    assert by_residual[-1]["residual_popularity"] is None
    report: Any
    for side, sign in (("under-rated", -1), ("over-rated", 1)):
        report = do_predict(trained, home, sort=side, limit=0)
        off = [sign * row["residual_popularity"] for row in report.predictions]
        assert off == sorted(off, reverse=True)
        of_kind = [row for row in by_residual[:-1] if sign * row["residual_popularity"] > 0]
        assert len(of_kind) == len(off) == report.listed > 0
        assert report.films == len(everything)
        assert do_predict(trained, home, sort=side, limit=3).predictions == report.predictions[:3]

    titles = [row["title"] for row in rows(sort="title", limit=0)]
    assert titles == sorted(titles, key=str.casefold)


def test_a_model_that_does_not_exist_is_refused(trained: Films, home: Home) -> None:
    with pytest.raises(UsageError, match="oracle"):
        do_predict(trained, home, model="oracle")


def test_reports_are_plain_json(films: Films, home: Home) -> None:
    films.put(Movie(tmdb_id=1))
    report = do_train(films, home, budget=0)
    trained = json.loads(json.dumps(report.as_json(), allow_nan=False))
    assert [(m["model"], m["target"]) for m in trained["models"]] == [
        ("linear_regression", "popularity"),
        ("linear_regression", "vote_average"),
    ]
    assert set(trained["models"][0]) == {"model", "target", "rows_train", "rows_test", "mae", "r2"}
    shown = json.loads(json.dumps(do_predict(films, home, limit=0).as_json(), allow_nan=False))
    assert shown["trained_at"] == trained["trained_at"] == "2025-11-20T12:00:00Z"
    assert shown["model"] == "champion"
    assert all(set(row) == KEYS for row in shown["predictions"])
    first = next(row for row in shown["predictions"] if row["tmdb_id"] == 2)
    assert first["release_date"] == movie(2).release_date.isoformat()  # type: ignore[union-attr]  # it has one
    blank = next(row for row in shown["predictions"] if row["tmdb_id"] == 1)
    assert (blank["title"], blank["release_date"], blank["actual_popularity"]) == ("", None, None)
