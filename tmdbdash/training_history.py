"""The stored trainings with their champions and errors, for ``tmdbdash status``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tmdbdash.errors import UsageError
from tmdbdash.records import EVALUATION, TrainingRun
from tmdbdash.utc import iso

if TYPE_CHECKING:
    from datetime import datetime

    from tmdbdash.storage import Store

KEPT = 20
BASELINES = ("median", "linear_regression")
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
                    "target": task.partition("/")[0],
                    "mode": task.partition("/")[2] or "released",
                    "champion": champion,
                    **oof_errors(last, champion, task),
                    **{name: oof_errors(last, name, task) for name in BASELINES},
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
    """One stored training with its ``study`` of all models by target and mode.

    The study is empty of trainings by versions that left none.
    """

    run: TrainingRun
    study: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "trained_at": iso(self.run.trained_at),
            "films": self.run.films,
            "rows": self.run.rows,
            "seconds": round(self.run.seconds, 3),
            "champions": dict(self.run.champions),
            "evaluation": dict(self.study),
        }


def read_training(store: Store, at: datetime, until: datetime) -> PastTraining:
    """The stored training of the second ``at``, none of those later than ``until``.

    Raises `UsageError`, with the times there are, where there is none.
    """
    trainings = store.fetch_trainings(KEPT, until, [])
    wanted = at.replace(microsecond=0)
    for run in trainings:
        if run.trained_at.replace(microsecond=0) == wanted:
            found = store.fetch_study(EVALUATION, until=run.trained_at)
            if found is None or found[0] != run.trained_at:
                return PastTraining(run)
            return PastTraining(run, found[1])
    stored = ", ".join(iso(run.trained_at) for run in trainings) or "none"
    raise UsageError(f"there is no training of {iso(wanted)}; those stored are: {stored}")


def read_history(store: Store, until: datetime) -> TrainingHistory:
    """The stored trainings up to ``until``, with their figures."""
    found = store.fetch_trainings(KEPT, until, [f"oof_{error}" for error in _ERRORS])
    return TrainingHistory(tuple(found))


def champions_in_order(run: TrainingRun) -> list[tuple[str, str]]:
    """The champions by task, those of released films first."""
    return sorted(run.champions.items(), key=lambda pair: (pair[0].partition("/")[2], pair[0]))


def oof_errors(run: TrainingRun, model: str, task: str) -> dict[str, float | None]:
    """The model's out-of-fold errors, ``None`` where not measured; log1p's of popularity alone."""
    errors: Sequence[str] = _ERRORS if task.startswith("popularity") else _ERRORS[:1]
    return {error: run.metrics.get((model, task, f"oof_{error}")) for error in errors}
