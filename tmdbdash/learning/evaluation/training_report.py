"""The report of a training; loads neither pandas nor scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tmdbdash.records import Evaluation, TrainingRun, as_dict
from tmdbdash.records.tasks import TARGET_NAMES
from tmdbdash.utc import iso


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


@dataclass(frozen=True)
class TrainingReport:
    """The result of ``train``: films known, films with both targets, seconds, the evaluation.

    ``figures`` are those of the linear baseline on the quarter held out; ``evaluation`` is
    ``None`` where an older version left none. ``skipped`` names the models that the budget left no
    time for. ``outcome`` is "ok", or "skipped" where the training of ``trained_at`` was not made
    again.
    """

    trained_at: datetime
    films: int
    rows: int
    seconds: float
    fingerprint: str
    champions: dict[str, str]
    figures: tuple[HoldoutFigures, ...]
    skipped: tuple[str, ...] = ()
    evaluation: Evaluation | None = None
    outcome: str = "ok"
    message: str | None = None

    @classmethod
    def of(cls, run: TrainingRun, evaluation: Evaluation | None) -> TrainingReport:
        """The report of a stored training and its evaluation."""
        return cls(
            trained_at=run.trained_at,
            films=run.films,
            rows=run.rows,
            seconds=run.seconds,
            fingerprint=run.fingerprint,
            champions=dict(run.champions),
            figures=figures_of(run),
            skipped=evaluation.skipped if evaluation else (),
            evaluation=evaluation,
        )

    def as_json(self) -> dict[str, object]:
        """Plain JSON values, free of NaN."""
        return {
            "trained_at": iso(self.trained_at),
            "outcome": self.outcome,
            "message": self.message,
            "films": self.films,
            "rows": self.rows,
            "seconds": round(self.seconds, 3),
            "fingerprint": self.fingerprint,
            "champions": self.champions,
            "models": [as_dict(figures) for figures in self.figures],
            "skipped": list(self.skipped),
            "evaluation": self.evaluation.as_json() if self.evaluation else {},
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
        for target in TARGET_NAMES
        if (name, target, "holdout_rows_test") in run.metrics
    )
