"""The stored trainings and their figures, as ``tmdbdash status`` shows them.

The package ``learning`` is not imported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tmdbdash.errors import UsageError
from tmdbdash.records import Evaluation, TrainingRun
from tmdbdash.records.tasks import RELEASED, Task
from tmdbdash.utc import iso

if TYPE_CHECKING:
    from datetime import datetime

    from tmdbdash.storage import Store

KEPT = 20
COMPARED = ("median", "linear_regression")
_ERRORS = ("mae", "log_mae")


@dataclass(frozen=True, slots=True)
class TrainingHistory:
    """The stored trainings, newest first: the first one's champions are in force."""

    trainings: tuple[TrainingRun, ...] = ()

    def models_json(self) -> dict[str, object] | None:
        """The champions in force with their out-of-fold errors beside the baselines'."""
        if not self.trainings:
            return None
        last = self.trainings[0]
        return {
            "trained_at": iso(last.trained_at),
            "films": last.films,
            "trainings_stored": len(self.trainings),
            "champions": [
                {
                    "target": Task.parse(task).target,
                    "mode": Task.parse(task).mode,
                    "champion": champion,
                    **oof_errors(last, champion, task),
                    **{name: oof_errors(last, name, task) for name in COMPARED},
                }
                for task, champion in champions_in_order(last)
            ],
        }

    def trainings_json(self) -> list[dict[str, object]]:
        """Each training's champions and their out-of-fold errors, the newest first."""
        return [
            {
                "trained_at": iso(run.trained_at),
                "films": run.films,
                "seconds": round(run.seconds, 3),
                "champions": {
                    task: {"champion": champion, **oof_errors(run, champion, task)}
                    for task, champion in run.champions.items()
                },
            }
            for run in self.trainings
        ]


@dataclass(frozen=True, slots=True)
class PastTraining:
    """One stored training with the evaluation of its models, if it left one."""

    run: TrainingRun
    evaluation: Evaluation | None = None

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "trained_at": iso(self.run.trained_at),
            "films": self.run.films,
            "rows": self.run.rows,
            "seconds": round(self.run.seconds, 3),
            "champions": dict(self.run.champions),
            "evaluation": self.evaluation.as_json() if self.evaluation else {},
        }


def read_training(store: Store, at: datetime, until: datetime) -> PastTraining:
    """The training stored in the second ``at``, if that is not later than ``until``.

    Raises `UsageError`, which lists the stored ones, where there is none.
    """
    trainings = store.fetch_trainings(KEPT, until, [])
    wanted = at.replace(microsecond=0)
    for run in trainings:
        if run.trained_at.replace(microsecond=0) == wanted:
            return PastTraining(run, store.fetch_study(Evaluation, made_at=run.trained_at))
    stored = ", ".join(iso(run.trained_at) for run in trainings) or "none"
    raise UsageError(f"there is no training of {iso(wanted)}; those stored are: {stored}")


def read_history(store: Store, until: datetime) -> TrainingHistory:
    """The stored trainings up to ``until``, with their figures."""
    found = store.fetch_trainings(KEPT, until, [f"oof_{error}" for error in _ERRORS])
    return TrainingHistory(tuple(found))


def champions_in_order(run: TrainingRun) -> list[tuple[str, str]]:
    """The champions by task, those of released films first."""
    return sorted(
        run.champions.items(), key=lambda pair: (Task.parse(pair[0]).mode != RELEASED, pair[0])
    )


def oof_errors(run: TrainingRun, model: str, task: str) -> dict[str, float | None]:
    """The model's out-of-fold errors, ``None`` where not measured; "log_mae" only of popularity."""
    errors = _ERRORS if task.startswith("popularity") else _ERRORS[:1]
    return {error: run.metrics.get((model, task, f"oof_{error}")) for error in errors}
