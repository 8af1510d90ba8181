"""What a training says on the terminal."""

from dataclasses import replace
from datetime import UTC, datetime

from rich.console import Console

from tmdbdash.learning.evaluation.training_report import TrainingReport
from tmdbdash.records import Evaluation
from tmdbdash.terminal.training_summary import training_summary

TASKS: list[dict[str, object]] = [
    {
        "target": target,
        "mode": mode,
        "films": 4803,
        "champion": "boosting",
        "coverage": {"stated": 0.8, "overall": 0.801},
        "models": [
            {"model": "median", "mae": 0.8, "log_mae": 0.5},
            {"model": "linear_regression", "mae": 0.7, "log_mae": 0.6},
            {"model": "boosting", "mae": 0.56, "log_mae": 0.2},
        ],
    }
    for mode in ("released", "early")
    for target in ("popularity", "vote_average")
]
REPORT = TrainingReport(
    trained_at=datetime(2025, 11, 20, 12, tzinfo=UTC),
    films=4803,
    rows=4741,
    seconds=31.4,
    fingerprint="x",
    champions={},
    figures=(),
    evaluation=Evaluation.from_json({"tasks": TASKS}),
)


def printed(report: TrainingReport) -> list[str]:
    console = Console(width=80, color_system=None)
    with console.capture() as capture:
        console.print(training_summary(report))
    return [line.rstrip() for line in capture.get().splitlines()]


def test_one_screen_of_eighty_columns_says_what_counts() -> None:
    lines = printed(REPORT)
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    rows = [line.split() for line in lines if "boosting" in line]
    assert rows[0] == [
        "popularity",
        "boosting",
        "0.200",
        "0.500",
        "0.600",
        "60.0",
        "%",
        "80.1",
        "%",
    ]
    assert rows[1] == ["rating", "boosting", "0.560", "0.800", "0.700", "20.0", "%", "80.1", "%"]
    assert [row[:2] for row in rows[2:]] == [["popularity,", "early"], ["rating,", "early"]]
    assert "- nothing to do" in lines
    assert any("train --details" in line for line in lines)


def test_it_says_what_to_do() -> None:
    tasks = [dict(task) for task in TASKS]
    tasks[0]["coverage"] = {"overall": 0.62}
    tasks[1]["coverage"] = {"overall": 0.95}
    tasks[2]["champion"] = "median"
    tasks[3]["note"] = "too_little_data"
    failed = [{"model": "ridge", "task": "popularity", "error": "singular"}]
    told = printed(
        replace(
            REPORT,
            evaluation=Evaluation.from_json({"tasks": tasks, "failed": failed}),
            skipped=("blend (popularity)",),
            message="nothing has changed since the last training",
        )
    )
    text = " ".join(" ".join(told).split())
    assert told[0] == "nothing has changed since the last training"
    for advice in (
        "- popularity: intervals are too narrow",
        "- rating: intervals are too wide",
        "- popularity, early: no model beats the median of 4,803 films; get more with",
        "- rating, early: no model beats the median of 4,803 films",
        "- no time was left for 1 fits: raise --budget",
        "- ridge (popularity) could not be fitted: singular",
    ):
        assert advice in text
    assert "nothing to do" not in text


def test_a_training_of_an_older_version_has_no_figures() -> None:
    told = printed(replace(REPORT, evaluation=None))
    assert not any("Champion" in line for line in told)
    assert any("older version" in line for line in told)
