"""A training on one screen: by target the champion, its error beside the baselines', what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tmdbdash.records import BASELINE
from tmdbdash.records.evaluation import NOMINAL_COVERAGE, Figures
from tmdbdash.records.tasks import RELEASED, TARGET_WORDS
from tmdbdash.terminal.cells import (
    add_number_columns,
    new_table,
    number_cell,
    percent,
    plain,
    stacked,
)
from tmdbdash.terminal.plaintext import one_line

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

    from tmdbdash.learning.evaluation.training_report import TrainingReport
    from tmdbdash.records import TaskEvaluation

MEDIAN = "median"
TOLERATED = 0.1
"""How far the empirical coverage may be from the nominal one before it is worth a line."""
MORE_FILMS = "get more with `tmdbdash ingest --pages 10` or `tmdbdash import FILE`"
ALL_MODELS = "All models: `tmdbdash train --details`, or the page's Models."


def training_summary(report: TrainingReport) -> Group:
    """A line for each target and mode, and what to do; at most 80 columns and one screen."""
    tasks = report.evaluation.tasks if report.evaluation else ()
    head = [report.message] if report.message else []
    head.append(
        f"{report.films:,} films, {report.rows:,} of them with popularity and rating; "
        f"{report.seconds:.0f} s."
    )
    table = new_table()
    table.add_column("Target", no_wrap=True)
    table.add_column("Champion", no_wrap=True)
    add_number_columns(table, "Error", "Median", "Linear", "Gain", "Coverage")
    for task in tasks:
        champion, *baselines = (_error(task, name) for name in (task.champion, MEDIAN, BASELINE))
        table.add_row(
            plain(_name(task)),
            plain(one_line(task.champion)),
            *(number_cell(error, "{:.3f}") for error in (champion, *baselines)),
            percent(_gain(champion, baselines)),
            percent(task.coverage.overall if task.coverage else None),
        )
    what = (
        "Cross-validated: MAE of the rating, log MAE of popularity, the gain over the\n"
        f"better baseline, and the coverage of intervals that should have {NOMINAL_COVERAGE:.0%}.\n"
    ).replace("%", " %")
    lines = "\n".join([*(f"- {line}" for line in _advice(report)), ALL_MODELS])
    top = plain("\n".join(map(one_line, head)) + "\n")
    shown: list[RenderableType] = [table, plain(what)] if tasks else []
    return stacked(top, *shown, plain(lines))


def _advice(report: TrainingReport) -> list[str]:
    """What to do, each as one sentence."""
    lines = []
    evaluation = report.evaluation
    for task in evaluation.tasks if evaluation else ():
        name = _name(task)
        if task.note or task.champion == MEDIAN:
            lines.append(f"{name}: no model beats the median of {task.films:,} films; {MORE_FILMS}")
            continue
        coverage = task.coverage.overall if task.coverage else None
        if coverage is not None and coverage < NOMINAL_COVERAGE - TOLERATED:
            lines.append(f"{name}: intervals are too narrow: expect more misses than stated")
        elif coverage is not None and coverage > NOMINAL_COVERAGE + TOLERATED:
            lines.append(f"{name}: intervals are too wide; more films narrow them")
    if report.skipped:
        lines.append(f"no time was left for {len(report.skipped)} fits: raise --budget")
    lines += [
        f"{fit.model} ({fit.task}) could not be fitted: {fit.error}"
        for fit in (evaluation.failed if evaluation else ())
    ]
    if evaluation is None:
        lines.append("an older version left no figures: run `tmdbdash train`")
    return [one_line(line) for line in lines] or ["nothing to do"]


def _name(task: TaskEvaluation) -> str:
    word = TARGET_WORDS.get(task.target, task.target)
    return word if task.mode == RELEASED else f"{word}, {task.mode}"


def _error(task: TaskEvaluation, name: str) -> float | None:
    """The out-of-fold error of a model; ``None`` where it was not fitted."""
    own = next((model.oof for model in task.models if model.model == name), Figures())
    return own.log_mae if task.target == "popularity" else own.mae


def _gain(error: float | None, baselines: list[float | None]) -> float | None:
    """The share of the better baseline's error that is saved."""
    least = min((own for own in baselines if own is not None), default=None)
    return None if error is None or not least else 1 - error / least
