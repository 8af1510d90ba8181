"""What the stored trainings came to, as ``tmdbdash status`` tells it; no learning is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tmdbdash.records import TrainingRun

if TYPE_CHECKING:
    from datetime import datetime

    from rich.table import Table

    from tmdbdash.storage import Store

KEPT = 20
YARDSTICKS = ("median", "linear_regression")
_ERRORS = ("mae", "log_mae")
_NAMES = {"popularity": "popularity", "vote_average": "rating"}


@dataclass(frozen=True, slots=True)
class TrainingHistory:
    """The stored trainings, newest first: the first one's champions are in force."""

    trainings: tuple[TrainingRun, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.trainings)

    def models_json(self) -> dict[str, Any] | None:
        """The champions in force with their out-of-fold errors beside the yardsticks'."""
        if not self.trainings:
            return None
        last = self.trainings[0]
        return {
            "trained_at": _iso(last),
            "films": last.films,
            "trainings_stored": len(self.trainings),
            "champions": [
                {
                    "target": task.partition("/")[0],
                    "mode": task.partition("/")[2] or "released",
                    "champion": champion,
                    **_errors(last, champion, task),
                    **{name: _errors(last, name, task) for name in YARDSTICKS},
                }
                for task, champion in _in_order(last)
            ],
        }

    def trainings_json(self) -> list[dict[str, Any]]:
        """Each training's champions and their out-of-fold errors, the newest first."""
        return [
            {
                "trained_at": _iso(run),
                "films": run.films,
                "seconds": round(run.seconds, 3),
                "champions": {
                    task: {"champion": champion, **_errors(run, champion, task)}
                    for task, champion in run.champions.items()
                },
            }
            for run in self.trainings
        ]

    def table(self) -> Table:
        """The champions in force beside the yardsticks; 80 columns wide."""
        from rich.table import Table

        last = self.trainings[0]
        table = Table(
            title=f"Champions of {last.trained_at:%Y-%m-%d %H:%M} on {last.films:,} films",
            title_justify="left",
        )
        for heading in ("Target", "Votes", "Champion"):
            table.add_column(heading, overflow="fold")
        for heading in ("Error", "Median", "Linear"):
            table.add_column(heading, justify="right")
        for task, champion in _in_order(last):
            target, _, mode = task.partition("/")
            errors = [_errors(last, name, task)["mae"] for name in (champion, *YARDSTICKS)]
            table.add_row(
                _NAMES.get(target, target),
                "unseen" if mode == "early" else "seen",
                champion,
                *("–" if error is None else f"{error:.3f}" for error in errors),
            )
        table.caption = (
            "Mean absolute errors on films that the model had not seen. "
            f"Trainings stored: {len(self.trainings)}."
        )
        table.caption_justify = "left"
        return table


def read_history(store: Store, until: datetime) -> TrainingHistory:
    """The stored trainings up to ``until``, with what is told of them."""
    found = store.fetch_trainings(KEPT, until, [f"oof_{error}" for error in _ERRORS])
    return TrainingHistory(tuple(found))


def _in_order(run: TrainingRun) -> list[tuple[str, str]]:
    """The champions by task, those of released films first."""
    return sorted(run.champions.items(), key=lambda pair: (pair[0].partition("/")[2], pair[0]))


def _errors(run: TrainingRun, model: str, task: str) -> dict[str, float | None]:
    """The model's out-of-fold errors, ``None`` where not measured; log1p's of popularity alone."""
    errors: Sequence[str] = _ERRORS if task.startswith("popularity") else _ERRORS[:1]
    return {error: run.metrics.get((model, task, f"oof_{error}")) for error in errors}


def _iso(run: TrainingRun) -> str:
    return f"{run.trained_at:%Y-%m-%dT%H:%M:%SZ}"
