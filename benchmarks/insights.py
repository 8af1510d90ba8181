"""The figures of ``train`` on the two files of real films, for docs/ML_INSIGHTS.md.

``python -m benchmarks.insights`` imports each file into a home of its own, trains, and puts the
tables between their marks in the English and the Portuguese document.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.insights_document import put_in_both
from benchmarks.measure import PROGRAM, table
from benchmarks.models import FOLDER, NEW, OLD, WORDS
from tmdbdash.records import ClusterStudy, HitStudy
from tmdbdash.settings import load_settings
from tmdbdash.storage import open_store

FILES = {"TMDB 5000 (2017)": OLD, "lists of November 2025": NEW}
FEATURE_GROUPS = ("votes", "genres", "dates and age", "language", "runtime", "production", "texts")
MISSING = "–"
Study = dict[str, Any]
"""A stored study, or its part on one task: JSON."""


def trained(path: Path) -> tuple[dict[str, Any], HitStudy, ClusterStudy]:
    """Of the films of a file: the figures by target and mode, and the studies."""
    with tempfile.TemporaryDirectory() as home:
        command = [str(PROGRAM), "--home", home, "-q"]
        subprocess.run([*command, "import", str(path)], check=True)
        answer = subprocess.run(
            [*command, "train", "--json", "--budget", "240"], check=True, capture_output=True
        )
        with open_store(load_settings(Path(home))) as store:
            hits, clusters = store.fetch_study(HitStudy), store.fetch_study(ClusterStudy)
    assert hits is not None
    assert clusters is not None
    tasks = json.loads(answer.stdout)["evaluation"]["tasks"]
    return {f"{task['target']} {task['mode']}": task for task in tasks}, hits, clusters


def short(value: float | None) -> str:
    """Three decimals without the nought before the point."""
    if value is None:
        return MISSING
    return re.sub(r"^(-?)0\.", r"\1.", f"{value:.3f}")


def percent(value: float | None) -> str:
    """A share of 1."""
    return MISSING if value is None else f"{100 * value:.1f} %"


def model_rows(tasks: dict[str, Study]) -> Iterator[list[str]]:
    """A line a model and mode: its figures out of fold and on the newest fifth."""
    for mode, suffix in (("released", ""), ("early", ", votes hidden")):
        popularity, rating = tasks[f"popularity {mode}"], tasks[f"vote_average {mode}"]
        rated = {model["model"]: model for model in rating["models"]}
        for model in popularity["models"]:
            name, other = model["model"], rated[model["model"]]
            stars = ["*" if task["champion"] == name else "" for task in (popularity, rating)]
            yield [
                f"`{name}`{suffix}",
                f"{model['mae']:.2f} {stars[0]}".strip(),
                short(model["log_mae"]),
                short(model.get("temporal_log_mae")),
                f"{short(other['mae'])} {stars[1]}".strip(),
                short(other.get("r2")),
                short(other.get("r2_10_votes")),
                short(other.get("r2_50_votes")),
                short(other.get("temporal_mae")),
            ]


def each_task(
    all_tasks: dict[str, dict[str, Study]], row: Callable[[Study], list[str]]
) -> list[list[str]]:
    """A line for each file, target and mode."""
    rows = []
    for name, tasks in all_tasks.items():
        for mode, suffix in (("released", ""), ("early", ", votes hidden")):
            for target, word in WORDS.items():
                rows.append([name, word + suffix, *row(tasks[f"{target} {mode}"])])
    return rows


def importance(task: Study) -> list[str]:
    """How much a champion's error grows when each feature group is shuffled, and the spread."""
    found = {one["group"]: one for one in task["importances"]}
    return [
        f"{short(found[group]['importance'])} ± {short(found[group]['spread'])}"
        if group in found
        else MISSING
        for group in FEATURE_GROUPS
    ]


def coverage(task: Study) -> list[str]:
    """The empirical coverage of a champion's intervals, and their width."""
    cover = task["coverage"]
    return [
        percent(cover["overall"]),
        " / ".join(percent(third) for third in cover["thirds"]),
        f"{percent(cover['young'])} ({cover['young_films']})",
        percent(cover["temporal"]),
        f"{cover['width']:.1f}",
        f"{cover['median_width']:.1f}",
    ]


def hits(study: HitStudy) -> list[str]:
    """How well the classifier finds the top quarter."""
    counts = study.confusion
    return [
        f"{study.auc:.2f}",
        f"{study.auc_without_votes:.2f}",
        short(study.calibration_error),
        f"{counts.true_positives:,}",
        f"{counts.false_negatives:,}",
        f"{counts.false_positives:,}",
    ]


def main() -> None:
    """Measure, and put the tables into both documents."""
    measured = {name: trained(FOLDER / path) for name, path in FILES.items()}
    found = {name: tasks for name, (tasks, *_) in measured.items()}
    headings = ["model", "popularity MAE", "log MAE", "newest fifth, log MAE", "rating MAE", "R2",
                "R2, 10+ votes", "R2, 50+ votes", "newest fifth, MAE"]  # fmt: skip
    parts = [
        f"**{name}**, {tasks['popularity released']['films']:,} films, "
        f"{tasks['vote_average released']['films']:,} of them rated; * is the champion:\n\n"
        + table(headings, list(model_rows(tasks)))
        for name, tasks in found.items()
    ]
    put_in_both("trained", "\n\n".join(parts) + "\n")
    headings = ["films", "predicts", *FEATURE_GROUPS]
    put_in_both("importance", table(headings, each_task(found, importance)) + "\n")
    headings = ["films", "predicts", "empirical coverage", "by third of the prediction",
                "under 180 days (films)", "newest fifth", "mean width",
                "median width"]  # fmt: skip
    put_in_both("coverage", table(headings, each_task(found, coverage)) + "\n")
    headings = ["films", "AUC", "AUC without votes", "calibration error", "hits found",
                "hits missed", "false alarms"]  # fmt: skip
    rows = [[name, *hits(study)] for name, (_, study, _) in measured.items()]
    put_in_both("hits", table(headings, rows) + "\n")
    rows = [
        [name, str(study.chosen), f"{study.ari:.2f}"] for name, (_, _, study) in measured.items()
    ]
    put_in_both("clusters", table(["films", "clusters", "adjusted Rand index"], rows) + "\n")


if __name__ == "__main__":
    main()
