"""What every engine promises of runs, trainings and predictions."""

import math
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.parts.stored_rows import FULL, HOUR, NOON, film, prediction, run, tick
from tmdbdash.records import TrainingRun
from tmdbdash.storage import Store


def training(at: datetime = NOON, **more: Any) -> TrainingRun:
    values = {"films": 12, "rows": 9, "seconds": 0.25, "fingerprint": "abc", **more}
    return TrainingRun(trained_at=at, **values)


def test_runs_of_a_job_newest_first(store: Store) -> None:
    whole = run(
        NOON,
        exit_code=3,
        source="popular",
        requests=42,
        films_seen=40,
        films_new=1,
        films_changed=2,
        films_unchanged=37,
        message="all went well 🎬" * 500,
    )
    store.save_run(whole)
    store.save_run(run(NOON + HOUR, outcome="failed"))
    store.save_run(run(NOON + 2 * HOUR, job="train"))
    found = store.fetch_runs("ingest", 5)
    assert [r.outcome for r in found] == ["failed", "ok"]
    assert whole.message is not None
    assert found[1] == replace(whole, message=whole.message[:2000])
    assert len(store.fetch_runs("ingest", 1)) == 1
    last = store.fetch_last_run("ingest", {"ok", "incomplete"})
    assert last is not None
    assert last.started_at == NOON
    newest = store.fetch_last_run("ingest")
    assert newest is not None
    assert newest.outcome == "failed"
    assert store.fetch_last_run("ingest", {"incomplete"}) is None


def test_a_run_is_stored_with_its_tick(store: Store) -> None:
    store.save_tick(tick(FULL, run=run()))
    assert store.fetch_last_run("ingest") == run()


def test_a_training_comes_back_with_its_figures(store: Store) -> None:
    done = training(
        champions={"popularity": "hist_gradient_boosting", "vote_average": "linear_regression"},
        metrics={
            ("linear_regression", "popularity", "holdout_mae"): 7.2935,
            ("linear_regression", "popularity", "holdout_r2"): -0.1,
        },
    )
    store.save_training(done, [])
    assert store.fetch_last_training() == done
    again = training(metrics={("linear_regression", "popularity", "holdout_r2"): math.nan})
    store.save_training(again, [])
    assert store.fetch_trainings(5) == [replace(again, metrics={})]


def test_only_the_newest_trainings_are_kept(store: Store) -> None:
    store.save_tick(tick(film(1)))
    for hour in range(23):
        at = NOON + hour * HOUR
        figures = {("linear_regression", "popularity", "holdout_mae"): float(hour)}
        # An iterator, which a transaction that is begun again must not find used up.
        store.save_training(training(at, metrics=figures), [prediction(1, at)])
    found = store.fetch_trainings(99)
    assert [t.trained_at for t in found] == [NOON + hour * HOUR for hour in range(22, 2, -1)]
    assert [list(t.metrics.values()) for t in found] == [[float(h)] for h in range(22, 2, -1)]
    assert not store.fetch_predictions(NOON + 2 * HOUR, "linear_regression")
    assert store.fetch_predictions(NOON + 3 * HOUR, "linear_regression")
    store.save_training(training(NOON + 30 * HOUR), [], keep=1)
    assert len(store.fetch_trainings(99)) == 1
    assert not store.fetch_predictions(NOON + 22 * HOUR, "linear_regression")


def test_predictions_with_their_films_in_the_order_asked_for(store: Store) -> None:
    store.save_tick(tick(film(1, title="beta"), film(2, title="Alpha"), film(3, title="gamma")))
    made = [
        prediction(1, predicted_popularity=5.0, actual_popularity=5.5),
        prediction(2, predicted_popularity=None),
        prediction(
            3,
            predicted_popularity=9.0,
            actual_popularity=2.0,
            actual_vote_average=7.0,
            mae_popularity=1.0,
            mae_vote_average=0.5,
            predicted_popularity_low=8.0,
            predicted_popularity_high=10.0,
            predicted_vote_average_low=5.0,
            predicted_vote_average_high=7.5,
        ),
        prediction(4),  # its film is gone
        prediction(1, model_name="other"),
    ]
    store.save_predictions(made)

    def order(**options: Any) -> list[int]:
        found = store.fetch_predictions(NOON, "linear_regression", **options)
        return [one.prediction.tmdb_id for one in found]

    assert order() == [3, 1, 2]
    assert order(limit=1) == [3]
    assert order(sort="residual") == [3, 1, 2]
    assert order(sort="title") == [2, 1, 3]
    first = store.fetch_predictions(NOON, "linear_regression", limit=1)[0]
    assert (first.prediction, first.title, first.vote_count) == (made[2], "gamma", None)
    store.save_predictions([prediction(3, predicted_popularity=1.0)])
    assert order() == [1, 3, 2]
