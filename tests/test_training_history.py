"""What `status` tells of the stored trainings, on every engine."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console, RenderableType

from tests.parts.home import Home
from tmdbdash.errors import UsageError
from tmdbdash.records import Evaluation, TrainingRun
from tmdbdash.status import Status, read_status
from tmdbdash.storage import Store
from tmdbdash.terminal.job_tables import status_tables
from tmdbdash.terminal.model_tables import past_training_tables
from tmdbdash.training_history import read_training

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHAMPIONS = {
    "popularity": "blend",
    "vote_average": "ridge",
    "popularity/early": "median",
    "vote_average/early": "ridge",
}


def training(at: datetime, error: float) -> TrainingRun:
    metrics = {
        (model, task, metric): error * factor
        for model, factor in (("blend", 1), ("ridge", 2), ("median", 3), ("linear_regression", 4))
        for task in CHAMPIONS
        for metric in ("oof_mae", "oof_log_mae", "oof_r2", "seconds")
    }
    return TrainingRun(
        trained_at=at,
        films=1234,
        rows=1200,
        seconds=12.3456,
        fingerprint="",
        champions=CHAMPIONS,
        metrics=metrics,
    )


def printed(status: Status) -> str:
    return shown(status_tables(status))


def shown(table: RenderableType) -> str:
    console = Console(width=80)
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def test_champions_stand_beside_the_baselines_and_past_trainings_are_told(
    store: Store, engine_home: Home
) -> None:
    settings = engine_home.settings()
    before = read_status(store, settings, NOON)
    assert before.as_json()["models"] is None
    assert before.as_json()["trainings"] == []
    for hour in range(3):
        store.save_training(training(NOON + hour * HOUR, 1.0 + hour), [])
    store.save_training(training(NOON + 9_000 * HOUR, 99.0), [])  # of a clock that was wrong
    status = read_status(store, settings, NOON + 3 * HOUR)
    told = json.loads(json.dumps(status.as_json(), allow_nan=False))
    assert (told["models"]["trained_at"], told["models"]["films"]) == ("2026-03-01T14:00:00Z", 1234)
    assert told["models"]["trainings_stored"] == 3
    found = {(row["target"], row["mode"]): row for row in told["models"]["champions"]}
    assert list(found) == [
        (target, mode)
        for mode in ("released", "early")
        for target in ("popularity", "vote_average")
    ]
    assert found["popularity", "released"] == {
        "target": "popularity",
        "mode": "released",
        "champion": "blend",
        "mae": 3.0,
        "log_mae": 3.0,
        "median": {"mae": 9.0, "log_mae": 9.0},
        "linear_regression": {"mae": 12.0, "log_mae": 12.0},
    }
    assert found["vote_average", "early"]["mae"] == 6.0
    assert "log_mae" not in found["vote_average", "early"]
    past = told["trainings"]
    assert [run["trained_at"][11:13] for run in past] == ["14", "13", "12"]
    assert past[2]["champions"]["popularity"] == {"champion": "blend", "mae": 1.0, "log_mae": 1.0}

    text = printed(status)
    assert max(map(len, text.splitlines())) <= 80
    assert "Trainings stored: 3." in text
    assert [line for line in text.splitlines() if "blend" in line and "9.000" in line]


def test_popularity_has_the_error_that_training_and_live_accuracy_have(
    store: Store, engine_home: Home
) -> None:
    run = training(NOON, 5.0)
    log_mae = {("blend", "popularity", "oof_log_mae"): 0.123}
    store.save_training(replace(run, metrics={**run.metrics, **log_mae}), [])
    text = printed(read_status(store, engine_home.settings(), NOON + HOUR))
    (line,) = [line for line in text.splitlines() if "blend" in line]
    assert "0.123" in line
    assert "MAE of the rating, log MAE of popularity." in " ".join(text.split())


def test_a_training_of_an_older_version_has_gaps_and_no_error(
    store: Store, engine_home: Home
) -> None:
    old = TrainingRun(
        trained_at=NOON,
        films=9,
        rows=9,
        seconds=1.0,
        fingerprint="",
        champions={"popularity": "linear_regression"},
        metrics={("linear_regression", "popularity", "holdout_mae"): 7.0},
    )
    store.save_training(old, [])
    status = read_status(store, engine_home.settings(), NOON)
    (champion,) = json.loads(json.dumps(status.as_json()))["models"]["champions"]
    assert champion["mae"] is None
    assert "linear_regression" in printed(status)


def study(error: float) -> Evaluation:
    """As a training leaves it, of one task and two models."""
    models = [{"model": name, "mae": error * k} for k, name in enumerate(("blend", "median"), 1)]
    task = {"target": "popularity", "mode": "released", "films": 1200, "champion": "blend"}
    tasks = [task | {"why": {"code": "kept"}, "note": None, "models": models}]
    return Evaluation.from_json({"films": 1234, "tasks": tasks})


def test_every_stored_trainings_table_of_models_can_be_asked_for(store: Store) -> None:
    times = [NOON + hour * HOUR + timedelta(microseconds=hour) for hour in range(22)]
    for hour, at in enumerate(times):
        store.save_training(training(at, 1.0), [], studies=[study(float(hour))])
    until = times[-1]
    for hour, at in list(enumerate(times))[2:]:
        past = read_training(store, at.replace(microsecond=0), until)
        assert past.run.trained_at == at
        told = json.loads(json.dumps(past.as_json(), allow_nan=False))
        assert told["evaluation"] == study(float(hour)).as_json()
        assert (told["films"], told["champions"]) == (1234, CHAMPIONS)
        text = shown(past_training_tables(past))
        assert f"training of {at:%Y-%m-%d %H:%M:%S}" in text
        assert [line.split()[:3] for line in text.splitlines() if line.startswith("blend")] == [
            ["blend", "*", f"{hour:.3f}"]
        ]
    for at in (times[1], times[0], NOON + timedelta(minutes=30), until + HOUR):
        with pytest.raises(UsageError, match="those stored are: 2026-03-02T09:00:00Z, ") as told_of:
            read_training(store, at, until)
        assert str(told_of.value).count("Z") == 1 + 20
    with pytest.raises(UsageError, match="no training"):
        read_training(store, until, until - HOUR)  # of a clock that was wrong


def test_a_training_that_left_no_table_says_so(store: Store) -> None:
    store.save_training(training(NOON, 1.0), [], studies=[study(1.0)])
    store.save_training(training(NOON + HOUR, 1.0), [])
    past = read_training(store, NOON + HOUR, NOON + HOUR)
    assert past.as_json()["evaluation"] == {}
    assert "left no figures" in shown(past_training_tables(past))


@pytest.mark.parametrize("metrics", [[], ["oof_mae"]])
def test_only_the_figures_asked_for_are_read(store: Store, metrics: list[str]) -> None:
    store.save_training(training(NOON, 1.0), [])
    (found,) = store.fetch_trainings(9, metrics=metrics)
    assert {metric for _, _, metric in found.metrics} == set(metrics)
