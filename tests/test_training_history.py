"""What `status` tells of the stored trainings, on every engine."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from tests.parts.home import Home
from tmdbdash.records import TrainingRun
from tmdbdash.status import Status, read_status
from tmdbdash.storage import Store

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
    console = Console(width=80)
    with console.capture() as capture:
        console.print(status.tables())
    return capture.get()


def test_champions_stand_beside_the_yardsticks_and_past_trainings_are_told(
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
        metrics={("linear_regression", "popularity", "mae"): 7.0},
    )
    store.save_training(old, [])
    status = read_status(store, engine_home.settings(), NOON)
    (champion,) = status.as_json()["models"]["champions"]
    assert champion["mae"] is None
    assert "linear_regression" in printed(status)


@pytest.mark.parametrize("metrics", [[], ["oof_mae"]])
def test_only_the_figures_asked_for_are_read(store: Store, metrics: list[str]) -> None:
    store.save_training(training(NOON, 1.0), [])
    (found,) = store.fetch_trainings(9, metrics=metrics)
    assert {metric for _, _, metric in found.metrics} == set(metrics)
