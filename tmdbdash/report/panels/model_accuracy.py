"""How good the models are: their errors, and the coverage of their intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tmdbdash.records import Coverage, TaskEvaluation, TrainingRun
from tmdbdash.records.evaluation import MIN_FOR_R2, Figures
from tmdbdash.records.tasks import RELEASED, TARGET_NAMES, TASKS
from tmdbdash.report.panels.parts import Choice, Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import finite, text_value

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

BASELINES = ("median", "mean", "linear_regression")
CHAMPION = "champion"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFigure:
    """How well one model did on films it had not seen, for one target in one mode.

    ``rows`` are the films it was measured on. ``temporal_*`` are of the newest fifth by release,
    predicted by a model of the older films, ``early_*`` of films without votes alone, where the
    model is one for these. ``task`` is the target, with "/early" where votes are not seen;
    ``standing`` has codes of what the model is.
    """

    model_name: str
    target: str
    mode: str
    task: str
    standing: tuple[str, ...]
    mae: float | None
    rmse: float | None = None
    r2: float | None
    r2_50_votes: float | None = None
    spearman: float | None = None
    log_mae: float | None = None
    temporal_mae: float | None = None
    temporal_log_mae: float | None = None
    early_mae: float | None = None
    early_log_mae: float | None = None
    rows: int
    trained_at: datetime

    @property
    def deciding(self) -> str:
        """The key of the error that champions are chosen by: 0.2 of log(1 + popularity) is 20 %."""
        return "log_mae" if self.target == "popularity" else "mae"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntervalCoverage:
    """The empirical coverage of a champion's intervals, as shares.

    ``stated`` is the nominal coverage, the others are empirical: ``low_third`` to ``high_third`` by
    predicted value, ``young`` of films younger than 180 days, ``temporal`` of the newest fifth,
    where nothing as new had been learned from.
    """

    target: str
    mode: str
    task: str
    model_name: str
    stated: float | None
    overall: float | None
    low_third: float | None
    middle_third: float | None
    high_third: float | None
    young: float | None
    young_films: int | None
    temporal: float | None
    width: float | None
    median_width: float | None

    @property
    def shares(self) -> tuple[float | None, ...]:
        """The nominal coverage, then all empirical ones."""
        thirds = (self.low_third, self.middle_third, self.high_third)
        return (self.stated, self.overall, *thirds, self.young, self.temporal)


def model_figures(rows: Rows) -> tuple[ModelFigure, ...]:
    """Every model of the last training by target and mode, the champion first, then the better.

    Trainings of before there was an evaluation have the figures of a quarter held out.
    """
    if rows.training is None:
        return ()
    if rows.evaluation is None:
        return tuple(_older_figures(rows.training, rows.model))
    return tuple(
        figure
        for task in _tasks(rows)
        for figure in sorted(_task_figures(task, rows.training), key=_best_first)
    )


def interval_coverage(rows: Rows) -> tuple[IntervalCoverage, ...]:
    """The measured coverage of each champion whose intervals could be measured."""
    return tuple(
        _coverage(task, task.coverage)
        for task in _tasks(rows)
        if task.coverage and task.coverage.overall is not None
    )


def _tasks(rows: Rows) -> Iterator[TaskEvaluation]:
    """The evaluated tasks whose targets the page shows."""
    if rows.training is not None and rows.evaluation is not None:
        yield from (task for task in rows.evaluation.tasks if task.target in TARGET_NAMES)


def _task_figures(task: TaskEvaluation, training: TrainingRun) -> Iterator[ModelFigure]:
    has_r2 = task.films >= MIN_FOR_R2
    for model in task.models:
        oof, temporal, early = model.oof, model.temporal, model.early or Figures()
        yield ModelFigure(
            model_name=model.model,
            target=task.target,
            mode=task.mode,
            task=task.key,
            standing=_standing(model.model, task.champion, task.note),
            mae=oof.mae,
            rmse=oof.rmse,
            r2=oof.r2 if has_r2 else None,
            r2_50_votes=oof.r2_50_votes if has_r2 else None,
            spearman=oof.spearman,
            log_mae=oof.log_mae,
            temporal_mae=temporal.mae,
            temporal_log_mae=temporal.log_mae,
            early_mae=early.mae,
            early_log_mae=early.log_mae,
            rows=task.films,
            trained_at=training.trained_at,
        )


def _best_first(figure: ModelFigure) -> tuple[bool, float, str]:
    error = figure.mae if figure.log_mae is None else figure.log_mae
    is_champion = CHAMPION in figure.standing
    return not is_champion, float("inf") if error is None else error, figure.model_name


def _older_figures(training: TrainingRun, shown: str | None) -> Iterator[ModelFigure]:
    known = {
        (model, target) for model, target, metric in training.metrics if metric == "holdout_mae"
    }
    for target in TARGET_NAMES:
        champion = training.champions.get(target, shown)
        names = sorted(model for model, of in known if of == target)
        for name in sorted(names, key=lambda name: name != champion):
            enough = training.rows >= MIN_FOR_R2
            yield ModelFigure(
                model_name=name,
                target=target,
                mode=RELEASED,
                task=target,
                standing=_standing(name, champion, None),
                mae=finite(training.metrics.get((name, target, "holdout_mae"))),
                r2=finite(training.metrics.get((name, target, "holdout_r2"))) if enough else None,
                rows=training.rows,
                trained_at=training.trained_at,
            )


def _standing(name: str, champion: str | None, note: str | None) -> tuple[str, ...]:
    codes = []
    if name == champion:
        codes.append(CHAMPION)
        if note:
            codes.append(note)
    if name in BASELINES:
        codes.append("baseline")
    return tuple(codes)


def _coverage(task: TaskEvaluation, own: Coverage) -> IntervalCoverage:
    return IntervalCoverage(
        target=task.target,
        mode=task.mode,
        task=task.key,
        model_name=task.champion,
        stated=own.nominal,
        overall=own.overall,
        low_third=own.thirds.low,
        middle_third=own.thirds.middle,
        high_third=own.thirds.high,
        young=own.young,
        young_films=own.young_films,
        temporal=own.temporal,
        width=own.width,
        median_width=own.median_width,
    )


def models_headline(records: Sequence[DataclassInstance]) -> Mapping[str, object] | None:
    """How much smaller the champion's popularity error is than the median's, on the newest too."""
    figures = [r for r in records if isinstance(r, ModelFigure) and r.task == "popularity"]
    champion = next((figure for figure in figures if CHAMPION in figure.standing), None)
    median = next((figure for figure in figures if figure.model_name == "median"), None)
    if champion is None or median is None:
        return None
    whole = _less(champion.log_mae, median.log_mae)
    newest = _less(champion.temporal_log_mae, median.temporal_log_mae)
    if whole is None or newest is None:
        return None
    values = {"share": text_value("share", whole), "newest": text_value("share", newest)}
    return {"key": "finding.models", "values": values}


def _less(error: float | None, other: float | None) -> float | None:
    """By what share the one error is smaller than the other."""
    return 1 - error / other if error is not None and other else None


def coverage_headline(records: Sequence[DataclassInstance]) -> Mapping[str, object] | None:
    """The coverage of popularity's intervals, over all films and on the newest."""
    own = next(
        (r for r in records if isinstance(r, IntervalCoverage) and r.task == "popularity"), None
    )
    if own is None or own.overall is None or own.temporal is None:
        return None
    values = {
        "share": text_value("share", own.overall),
        "newest": text_value("share", own.temporal),
    }
    return {"key": "finding.coverage", "values": values}


MODELS = Panel(
    id="models",
    headline=models_headline,
    rows=model_figures,
    choices=(
        Choice(
            key="task",
            values=tuple(task.key for task in TASKS),
        ),
    ),
    columns=(
        Column(key="task", kind="term", term="task"),
        Column(key="model_name", kind="term", term="model"),
        Column(key="standing", kind="term", term="standing"),
        Column(key="log_mae", digits=3),
        Column(key="mae", digits=3),
        Column(key="rmse", digits=2, minor=True),
        Column(key="r2", digits=3),
        Column(key="r2_50_votes", digits=3, minor=True),
        Column(key="spearman", digits=3, minor=True),
        Column(key="temporal_mae", digits=3, minor=True),
        Column(key="temporal_log_mae", digits=3, minor=True),
        Column(key="early_mae", digits=3, minor=True),
        Column(key="early_log_mae", digits=3, minor=True),
        Column(key="rows", minor=True),
    ),
)

COVERAGE = Panel(
    id="coverage",
    headline=coverage_headline,
    rows=interval_coverage,
    columns=(
        Column(key="task", kind="term", term="task"),
        Column(key="shares", kind="dots"),
        Column(key="overall", kind="share", digits=1),
        Column(key="low_third", kind="share", digits=1, minor=True),
        Column(key="middle_third", kind="share", digits=1, minor=True),
        Column(key="high_third", kind="share", digits=1, minor=True),
        Column(key="young", kind="share", digits=1, minor=True),
        Column(key="temporal", kind="share", digits=1),
        Column(key="median_width", digits=2, minor=True),
    ),
)
