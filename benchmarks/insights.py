"""The measured tables of docs/ML_INSIGHTS.md: what ``train`` says of the two files of real films.

``python -m benchmarks.insights`` imports each file into a home of its own, trains, and puts the
tables between their marks in the document, with those of ``benchmarks.models``.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.measure import PROGRAM, ROOT, TABLES, put, table
from benchmarks.models import FOLDER, NEW, OLD

DOCUMENT = ROOT / "docs" / "ML_INSIGHTS.md"
FILES = {"TMDB 5000 (2017)": OLD, "lists of November 2025": NEW}
WORDS = {"popularity": "popularity", "vote_average": "rating"}
FEATURE_GROUPS = ("votes", "genres", "dates and age", "language", "runtime", "production", "texts")
MISSING = "–"


def trained(path: Path) -> dict[str, Any]:
    """What ``train --json`` says of the films of a file, by target and mode."""
    with tempfile.TemporaryDirectory() as home:
        command = [str(PROGRAM), "--home", home, "-q"]
        subprocess.run([*command, "import", str(path)], check=True)
        answer = subprocess.run(
            [*command, "train", "--json", "--budget", "240"], check=True, capture_output=True
        )
    tasks = json.loads(answer.stdout)["evaluation"]["tasks"]
    return {f"{task['target']} {task['mode']}": task for task in tasks}


def short(value: float | None) -> str:
    """Three decimals without the nought before the point."""
    if value is None:
        return MISSING
    return re.sub(r"^(-?)0\.", r"\1.", f"{value:.3f}")


def percent(value: float | None) -> str:
    """A share of 1."""
    return MISSING if value is None else f"{100 * value:.1f} %"


def model_rows(tasks: dict[str, Any]) -> Iterator[list[str]]:
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


def each_task(all_tasks: dict[str, dict[str, Any]], row: Callable[[Any], list[str]]) -> list[Any]:
    """A line for each file, target and mode."""
    rows = []
    for name, tasks in all_tasks.items():
        for mode, suffix in (("released", ""), ("early", ", votes hidden")):
            for target, word in WORDS.items():
                rows.append([name, word + suffix, *row(tasks[f"{target} {mode}"])])
    return rows


def leaning(task: Any) -> list[str]:
    """How much worse a champion gets without each group."""
    found = {one["group"]: one for one in task["importances"]}
    return [
        f"{short(found[group]['importance'])} ± {short(found[group]['spread'])}"
        if group in found
        else MISSING
        for group in FEATURE_GROUPS
    ]


def holding(task: Any) -> list[str]:
    """How often a champion's intervals held, and how wide they are."""
    cover = task["coverage"]
    return [
        percent(cover["overall"]),
        " / ".join(percent(third) for third in cover["thirds"]),
        f"{percent(cover['young'])} ({cover['young_films']})",
        percent(cover["temporal"]),
        f"{cover['width']:.1f}",
        f"{cover['median_width']:.1f}",
    ]


def main() -> None:
    """Measure, and put the tables into the document."""
    found = {name: trained(FOLDER / path) for name, path in FILES.items()}
    headings = ["model", "popularity MAE", "log MAE", "newest fifth, log MAE", "rating MAE", "R2",
                "R2, 10+ votes", "R2, 50+", "newest fifth, MAE"]  # fmt: skip
    parts = [
        f"**{name}**, {tasks['popularity released']['films']:,} films, "
        f"{tasks['vote_average released']['films']:,} of them rated; * is the champion:\n\n"
        + table(headings, list(model_rows(tasks)))
        for name, tasks in found.items()
    ]
    put(DOCUMENT, "trained", "\n\n".join(parts) + "\n")
    put(
        DOCUMENT,
        "leaning",
        table(["films", "what", *FEATURE_GROUPS], each_task(found, leaning)) + "\n",
    )
    headings = ["films", "what", "held", "by third of the prediction",
                "younger than 180 days (films)", "newest fifth", "mean width",
                "median width"]  # fmt: skip
    put(DOCUMENT, "holding", table(headings, each_task(found, holding)) + "\n")
    models = TABLES.read_text().split("<!-- models -->")[1].split("<!-- end models -->")[0]
    held, covered = re.findall(r"(?:^\|.*\n)+", models, re.MULTILINE)
    put(DOCUMENT, "held-out", held)
    put(DOCUMENT, "covered", covered)


if __name__ == "__main__":
    main()
