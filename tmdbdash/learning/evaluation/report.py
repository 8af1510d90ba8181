"""What a training came to, as a report and as a study: plain values for tables, JSON and pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.tasks import EARLY, RELEASED, TARGETS, TASKS, Task
from tmdbdash.learning.evaluation.champion import TOO_LITTLE_DATA, Choice
from tmdbdash.learning.evaluation.metrics import coverage_json, figures
from tmdbdash.learning.models.fit import FitResults
from tmdbdash.records import Importance, TrainingRun

_STUDY_PREFIXES = ("oof_", "temporal_")


@dataclass(frozen=True)
class HoldoutFigures:
    """A model's figures on the quarter held out, as the replaced system measured them.

    ``r2`` is ``None`` where so few films were held out that it would say nothing.
    """

    model: str
    target: str
    rows_train: int
    rows_test: int
    mae: float
    r2: float | None

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "model": self.model,
            "target": self.target,
            "rows_train": self.rows_train,
            "rows_test": self.rows_test,
            "mae": self.mae,
            "r2": self.r2,
        }


@dataclass(frozen=True)
class TrainingReport:
    """What ``train`` did: films known, films with both targets, seconds, the comparison.

    ``figures`` are those of the linear baseline on the quarter held out; ``evaluation`` is the
    study of all models by target and mode. ``skipped`` names the models that the budget left no
    time for. ``outcome`` is "ok", or "skipped" where nothing had changed since ``trained_at``.
    """

    trained_at: datetime
    films: int
    rows: int
    seconds: float
    fingerprint: str
    champions: dict[str, str]
    figures: tuple[HoldoutFigures, ...]
    skipped: tuple[str, ...] = ()
    evaluation: Mapping[str, Any] = field(default_factory=dict)
    outcome: str = "ok"
    message: str | None = None

    @classmethod
    def of(cls, run: TrainingRun, study: Mapping[str, Any]) -> TrainingReport:
        """The report of a stored training and its study."""
        return cls(
            trained_at=run.trained_at,
            films=run.films,
            rows=run.rows,
            seconds=run.seconds,
            fingerprint=run.fingerprint,
            champions=dict(run.champions),
            figures=figures_of(run),
            skipped=tuple(study.get("skipped", ())),
            evaluation=study,
        )

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, free of NaN."""
        return {
            "trained_at": f"{self.trained_at:%Y-%m-%dT%H:%M:%SZ}",
            "outcome": self.outcome,
            "message": self.message,
            "films": self.films,
            "rows": self.rows,
            "seconds": round(self.seconds, 3),
            "fingerprint": self.fingerprint,
            "champions": self.champions,
            "models": [figures.as_json() for figures in self.figures],
            "skipped": list(self.skipped),
            "evaluation": dict(self.evaluation),
        }


def figures_of(run: TrainingRun) -> tuple[HoldoutFigures, ...]:
    """The figures on the quarter held out that a training recorded."""
    names = dict.fromkeys(name for name, _, metric in run.metrics if metric == "holdout_rows_test")
    return tuple(
        HoldoutFigures(
            model=name,
            target=target,
            rows_train=int(run.metrics[name, target, "holdout_rows_train"]),
            rows_test=int(run.metrics[name, target, "holdout_rows_test"]),
            mae=run.metrics[name, target, "holdout_mae"],
            r2=run.metrics.get((name, target, "holdout_r2")),
        )
        for name in names
        for target in TARGETS
        if (name, target, "holdout_rows_test") in run.metrics
    )


def task_notes(study: Mapping[str, Any]) -> dict[str, str]:
    """By task key what is to be known of predictions, as the code "too_little_data"; or nothing."""
    return {
        Task(task["target"], task["mode"]).key: task["note"]
        for task in study.get("tasks", ())
        if task.get("note")
    }


def evaluation_study(
    run: TrainingRun,
    comparison: FitResults,
    choices: Mapping[Task, Choice],
    importances: Sequence[Importance],
    films: FilmTable,
) -> dict[str, Any]:
    """The whole comparison as plain JSON: by target and mode all models, the champion, and why."""
    return {
        "trained_at": f"{run.trained_at:%Y-%m-%dT%H:%M:%SZ}",
        "films": run.films,
        "too_little_data": any(choice.note == TOO_LITTLE_DATA for choice in choices.values()),
        "tasks": [
            _task_json(task, comparison, choices[task], importances, films) for task in TASKS
        ],
        "shown": {target: _shown(target, comparison, choices, films) for target in TARGETS},
        "skipped": [f"{name} ({task.key})" for name, task in comparison.skipped],
        "failed": [
            {"model": name, "task": task.key, "error": error}
            for name, task, error in comparison.failed
        ],
    }


def _task_json(
    task: Task,
    comparison: FitResults,
    choice: Choice,
    importances: Sequence[Importance],
    films: FilmTable,
) -> dict[str, Any]:
    rows, models = comparison.rows[task], comparison.models[task]
    in_mode = int(np.sum(films.mode == task.mode))
    own = int(np.sum(films.mode[rows.indices] == task.mode))
    return {
        "target": task.target,
        "mode": task.mode,
        "films": len(rows),
        "films_in_mode": in_mode,
        "learned_in_mode": own,
        "champion": choice.name,
        "why": dict(choice.why),
        "note": choice.note,
        "models": [
            {
                "model": name,
                **{
                    metric.removeprefix("oof_"): value
                    for metric, value in model.metrics.items()
                    if metric.startswith(_STUDY_PREFIXES)
                },
                "early": _early(model.metrics),
                "coverage": model.metrics.get("coverage"),
                "width": model.metrics.get("width"),
                "share": getattr(model.estimator, "share", None),
                "seconds": round(model.seconds, 3),
            }
            for name, model in models.items()
        ],
        "coverage": coverage_json(models[choice.name].metrics),
        "importances": [
            {"group": i.feature_group, "importance": i.importance, "spread": i.spread}
            for i in sorted(importances, key=lambda i: -i.importance)
            if (i.target, i.mode) == (task.target, task.mode)
        ],
    }


def _early(metrics: Mapping[str, float]) -> dict[str, float] | None:
    """An early model's figures on the films that it speaks for; ``None`` where too few or none."""
    found = {n.removeprefix("early_"): v for n, v in metrics.items() if n.startswith("early_")}
    return found or None


def _shown(
    target: str, comparison: FitResults, choices: Mapping[Task, Choice], films: FilmTable
) -> dict[str, Any]:
    """The figures of what is shown: each film out of fold, by the champion of its own mode."""
    rows = comparison.rows[Task(target, RELEASED)]
    tasks = [Task(target, mode) for mode in (RELEASED, EARLY)]
    with_votes, without = (comparison.models[t][choices[t].name].oof_predictions for t in tasks)
    early = films.mode[rows.indices] == EARLY
    shown = np.where(early, without, with_votes)
    return {
        "films": len(rows),
        "early_films": int(early.sum()),
        **figures(target, rows.actual, shown, films.votes[rows.indices]),
    }
