"""The evaluation of all models of one training, as `train --json` prints it and ``studies`` has it.

In that JSON "mae" is the out-of-fold error, and "stated" the nominal coverage of intervals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import ClassVar, NamedTuple, Self

from tmdbdash.records.json_records import JsonObject, JsonRecord, number, wire
from tmdbdash.records.making import as_dict
from tmdbdash.records.tasks import RELEASED, Task

NOMINAL_COVERAGE = 0.8
"""The share of intervals that should contain the actual value."""
MIN_FOR_R2 = 50
"""Films below which R2 and correlation mean little and are left out."""


@dataclass(frozen=True, kw_only=True)
class Figures(JsonRecord):
    """How good some predictions are, in the target's unit; ``None`` where not measured.

    ``log_mae`` is of log(1 + popularity), ``*_votes`` are of films with at least so many votes,
    ``coverage`` is the share of films within their intervals. ``films`` counts the films where the
    predictions are of some of them.
    """

    mae: float | None = None
    rmse: float | None = None
    r2: float | None = None
    spearman: float | None = None
    log_mae: float | None = None
    mae_10_votes: float | None = None
    r2_10_votes: float | None = None
    mae_50_votes: float | None = None
    r2_50_votes: float | None = None
    coverage: float | None = None
    films: float | None = None

    @classmethod
    def of(cls, metrics: JsonObject, prefix: str = "") -> Self:
        """The figures among the metrics whose names begin with the prefix."""
        return cls(**{f.name: number(metrics.get(prefix + f.name)) for f in fields(cls)})

    def measured(self, prefix: str = "") -> dict[str, object]:
        """The figures that were measured, by name."""
        return {prefix + name: v for name, v in as_dict(self).items() if v is not None}


class Thirds(NamedTuple):
    """The coverage of the films whose predictions are in the lowest, middle and highest third."""

    low: float | None = None
    middle: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class Coverage(JsonRecord):
    """Empirical coverage of a model's intervals, as shares, and their mean and median width.

    ``young`` is of films released lately, ``temporal`` of the newest fifth, by a model of the older
    films.
    """

    nominal: float | None = wire("stated")
    overall: float | None = None
    thirds: Thirds = field(default=Thirds())
    young: float | None = None
    young_films: int | None = None
    temporal: float | None = None
    width: float | None = None
    median_width: float | None = None

    @classmethod
    def of(cls, metrics: Mapping[str, float]) -> Self:
        """The coverage of a model's intervals, from its metrics."""
        return cls(
            nominal=NOMINAL_COVERAGE,
            overall=metrics.get("coverage"),
            thirds=Thirds(*(metrics.get(f"coverage_{third}") for third in Thirds._fields)),
            young=metrics.get("coverage_young"),
            young_films=int(metrics.get("young_films", 0)),
            temporal=metrics.get("temporal_coverage"),
            width=metrics.get("width"),
            median_width=metrics.get("median_width"),
        )


@dataclass(frozen=True, kw_only=True)
class ModelEvaluation(JsonRecord):
    """One model's figures out of fold, on the newest fifth, and on early films alone.

    ``early`` is ``None`` where the model is not one for these, or they are too few. ``share`` is
    the weight of a blend's first part.
    """

    model: str = ""
    oof: Figures = Figures()
    temporal: Figures = Figures()
    early: Figures | None = None
    width: float | None = None
    share: float | None = None
    seconds: float | None = None

    @classmethod
    def from_json(cls, body: JsonObject) -> Self:
        """The evaluation in this object, which has the figures beside the other values."""
        parts = {"oof": Figures.of(body).measured()}
        parts["temporal"] = Figures.of(body, "temporal_").measured()
        return super().from_json({**body, **parts})

    def as_json(self) -> dict[str, object]:
        """Plain JSON values; figures that were not measured are left out."""
        return {
            "model": self.model,
            "coverage": None,
            **self.oof.measured(),
            **self.temporal.measured("temporal_"),
            "early": self.early.measured() if self.early else None,
            "width": self.width,
            "share": self.share,
            "seconds": self.seconds,
        }


@dataclass(frozen=True, kw_only=True)
class GroupImportance(JsonRecord):
    """The permutation importance of one feature group to a champion, and its spread."""

    group: str = ""
    importance: float | None = None
    spread: float | None = None


@dataclass(frozen=True, kw_only=True)
class ChampionReason(JsonRecord):
    """Why a model is champion: a code, and the names and figures of its sentence.

    ``former`` is the champion that it replaced, with ``gain`` as the share of loss saved.
    ``films`` were below the ``least`` that a choice takes.
    """

    code: str = ""
    former: str | None = None
    gain: float | None = None
    films: int | None = None
    least: int | None = None

    def as_json(self) -> dict[str, object]:
        """Plain JSON values; what the reason does not have is left out."""
        return {name: value for name, value in as_dict(self).items() if value not in (None, "")}


@dataclass(frozen=True, kw_only=True)
class TaskEvaluation(JsonRecord):
    """All models of one target and mode, the champion among them and why it is that.

    ``films`` were learned from, ``learned_in_mode`` of them films of this mode, of
    ``films_in_mode`` that there are. ``note`` is "too_little_data", or ``None``.
    """

    target: str = ""
    mode: str = RELEASED
    films: int = 0
    films_in_mode: int | None = None
    learned_in_mode: int | None = None
    champion: str = ""
    why: ChampionReason = ChampionReason()
    note: str | None = None
    models: tuple[ModelEvaluation, ...] = ()
    coverage: Coverage | None = None
    importances: tuple[GroupImportance, ...] = ()

    @classmethod
    def from_json(cls, body: JsonObject) -> Self:
        """The evaluation in this object, where ``why`` was a sentence before it had codes."""
        why = body.get("why")
        return super().from_json({**body, "why": {"code": why} if isinstance(why, str) else why})

    @property
    def key(self) -> str:
        """The key of the task."""
        return Task(self.target, self.mode).key


@dataclass(frozen=True, kw_only=True)
class ShownFigures(JsonRecord):
    """The out-of-fold figures of what is shown: each film by the champion of its own mode."""

    films: int | None = None
    early_films: int | None = None
    figures: Figures = Figures()

    @classmethod
    def from_json(cls, body: JsonObject) -> Self:
        """The figures in this object, which has them beside the other values."""
        figures = Figures.of({**body, "films": None})
        return super().from_json({**body, "figures": figures.measured()})

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        counts = {"films": self.films, "early_films": self.early_films}
        return counts | self.figures.measured()


@dataclass(frozen=True, kw_only=True)
class FailedFit(JsonRecord):
    """A model that could not be fitted for a task."""

    model: str = ""
    task: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Evaluation(JsonRecord):
    """The evaluation of all models of one training, by target and mode.

    ``skipped`` names the models that the budget left no time for, ``shown`` is by target.
    """

    study_name: ClassVar[str] = "evaluation"

    trained_at: str | None = None
    films: int | None = None
    too_little_data: bool = False
    tasks: tuple[TaskEvaluation, ...] = ()
    shown: Mapping[str, ShownFigures] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    failed: tuple[FailedFit, ...] = ()

    @property
    def notes(self) -> dict[str, str]:
        """The notes of the tasks that have one, by task key."""
        return {task.key: task.note for task in self.tasks if task.note}
