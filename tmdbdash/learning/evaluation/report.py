"""The evaluation of a training's models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.evaluation.champion import TOO_LITTLE_DATA, Choice
from tmdbdash.learning.evaluation.metrics import figures
from tmdbdash.learning.models.fit import FitResults
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.records import Coverage, Evaluation, Importance, TaskEvaluation, TrainingRun
from tmdbdash.records.evaluation import (
    FailedFit,
    Figures,
    GroupImportance,
    ModelEvaluation,
    ShownFigures,
)
from tmdbdash.records.tasks import EARLY, RELEASED, TASKS, Task
from tmdbdash.utc import iso


def evaluation_study(
    run: TrainingRun,
    comparison: FitResults,
    choices: Mapping[Task, Choice],
    importances: Sequence[Importance],
    films: FilmTable,
) -> Evaluation:
    """The evaluation of all models of a training."""
    return Evaluation(
        trained_at=iso(run.trained_at),
        films=run.films,
        too_little_data=any(choice.note == TOO_LITTLE_DATA for choice in choices.values()),
        tasks=tuple(
            _task_evaluation(task, comparison, choices[task], importances, films) for task in TASKS
        ),
        shown={target: _shown(target, comparison, choices, films) for target in TARGETS},
        skipped=tuple(f"{name} ({task.key})" for name, task in comparison.skipped),
        failed=tuple(
            FailedFit(model=name, task=task.key, error=error)
            for name, task, error in comparison.failed
        ),
    )


def _task_evaluation(
    task: Task,
    comparison: FitResults,
    choice: Choice,
    importances: Sequence[Importance],
    films: FilmTable,
) -> TaskEvaluation:
    rows, models = comparison.rows[task], comparison.models[task]
    return TaskEvaluation(
        target=task.target,
        mode=task.mode,
        films=len(rows),
        films_in_mode=int(np.sum(films.mode == task.mode)),
        learned_in_mode=int(np.sum(films.mode[rows.indices] == task.mode)),
        champion=choice.name,
        why=choice.why,
        note=choice.note,
        models=tuple(map(_model_evaluation, models.values())),
        coverage=Coverage.of(models[choice.name].metrics),
        importances=tuple(
            GroupImportance(group=i.feature_group, importance=i.importance, spread=i.spread)
            for i in sorted(importances, key=lambda i: -i.importance)
            if (i.target, i.mode) == (task.target, task.mode)
        ),
    )


def _model_evaluation(model: FittedModel) -> ModelEvaluation:
    early = Figures.of(model.metrics, "early_")
    return ModelEvaluation(
        model=model.spec.name,
        oof=replace(Figures.of(model.metrics, "oof_"), coverage=model.metrics.get("coverage")),
        temporal=Figures.of(model.metrics, "temporal_"),
        early=early if early.measured() else None,
        width=model.metrics.get("width"),
        share=getattr(model.estimator, "share", None),
        seconds=round(model.seconds, 3),
    )


def _shown(
    target: str, comparison: FitResults, choices: Mapping[Task, Choice], films: FilmTable
) -> ShownFigures:
    """The figures of what is shown: each film out of fold, by the champion of its own mode."""
    rows = comparison.rows[Task(target, RELEASED)]
    tasks = [Task(target, mode) for mode in (RELEASED, EARLY)]
    with_votes, without = (comparison.models[t][choices[t].name].oof_predictions for t in tasks)
    early = films.mode[rows.indices] == EARLY
    shown = np.where(early, without, with_votes)
    found = figures(target, rows.actual, shown, films.votes[rows.indices])
    return ShownFigures(films=len(rows), early_films=int(early.sum()), figures=Figures.of(found))
