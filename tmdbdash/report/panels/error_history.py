"""The errors of the champion and the baselines over past trainings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from tmdbdash.records import SHOWN, TrainingRun
from tmdbdash.records.tasks import TARGET_NAMES
from tmdbdash.report.panels.parts import Chart, Column, Panel, Series
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import finite

COMPARED = ("median", "linear_regression")
"""The baselines whose errors are compared with the champion's."""
LEAST_TRAININGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PastError:
    """The out-of-fold error of one model in one past training, for released films.

    ``model`` is "champion" or a baseline's name; ``name`` is the name of that model.
    """

    trained_at: datetime
    target: str
    model: str
    name: str
    mae: float | None
    log_mae: float | None


def past_errors(rows: Rows) -> tuple[PastError, ...]:
    """The last trainings, oldest first: the champion's error and the baselines', by target.

    None where there are fewer than `LEAST_TRAININGS`: two points make no history.
    """
    if len(rows.trainings) < LEAST_TRAININGS:
        return ()
    return tuple(error for training in reversed(rows.trainings) for error in _errors(training))


def _errors(training: TrainingRun) -> Iterator[PastError]:
    for target in TARGET_NAMES:
        champion = training.champions.get(target)
        for model, name in ((SHOWN, champion), *((name, name) for name in COMPARED)):
            if name is None or (name, target, "oof_mae") not in training.metrics:
                continue
            yield PastError(
                trained_at=training.trained_at,
                target=target,
                model=model,
                name=name,
                mae=finite(training.metrics[name, target, "oof_mae"]),
                log_mae=finite(training.metrics.get((name, target, "oof_log_mae"))),
            )


def _error_chart(name: str, target: str, error: str) -> Chart:
    return Chart(
        id=f"errors-{name}",
        kind="times",
        series=(Series(key=error),),
        digits=3,
        x="trained_at",
        group=Column(key="model", kind="term", term="contender"),
        only=("target", target),
    )


ERRORS = Panel(
    id="errors",
    rows=past_errors,
    folded=True,
    optional=True,
    charts=(
        _error_chart("popularity", "popularity", "log_mae"),
        _error_chart("rating", "vote_average", "mae"),
    ),
    columns=(
        Column(key="trained_at", kind="time"),
        Column(key="target", kind="term", term="measure"),
        Column(key="model", kind="term", term="contender"),
        Column(key="name", kind="term", term="model", minor=True),
        Column(key="mae", digits=3),
        Column(key="log_mae", digits=3),
    ),
)
