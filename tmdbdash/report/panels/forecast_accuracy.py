"""How well forecasts do: in a backtest, and live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tmdbdash.records import MIN_HISTORY_DAYS, ForecastBasis, ForecastScore
from tmdbdash.records.forecasts import REASONS
from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import finite, text_value

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

LEAST_SCORED = 100
"""Forecasts that came due from which their own error is the headline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HorizonScore:
    """The method of the forecasts over so many days, their backtest, and their live accuracy.

    Errors are mean absolute errors of log(1 + popularity): ``held_out*`` in the backtest,
    ``scored*`` of past forecasts; ``*_persistence`` are those of the no-change baseline.
    ``reason``, in a form of the catalogue, is why no model is used.
    """

    days: int
    basis: str | None
    reason: Mapping[str, object] | str | None
    held_out: int | None
    held_out_mae: float | None
    held_out_mae_persistence: float | None
    scored: int
    by_model: int
    scored_mae: float | None
    scored_mae_persistence: float | None
    coverage: float | None


def forecast_scores(rows: Rows) -> tuple[HorizonScore, ...]:
    """One record for each horizon with forecasts now, or with scored ones."""
    bases = {basis.days: basis for basis in rows.forecast_bases}
    scores = {score.days: score for score in rows.forecast_scores}
    return tuple(
        _score(days, bases.get(days), scores.get(days)) for days in sorted(bases.keys() | scores)
    )


def _score(days: int, basis: ForecastBasis | None, score: ForecastScore | None) -> HorizonScore:
    return HorizonScore(
        days=days,
        basis=basis.method if basis else None,
        reason=_reason(basis.reason) if basis else None,
        held_out=basis.held_out if basis else None,
        held_out_mae=finite(basis.held_out_mae) if basis else None,
        held_out_mae_persistence=finite(basis.held_out_mae_persistence) if basis else None,
        scored=score.scored if score else 0,
        by_model=score.by_model if score else 0,
        scored_mae=finite(score.mae) if score else None,
        scored_mae_persistence=finite(score.mae_persistence) if score else None,
        coverage=finite(score.coverage) if score else None,
    )


def _reason(code: str) -> Mapping[str, object] | str | None:
    """A reason in a form of the catalogue, unchanged where it has no text; ``None`` for a model.

    An older program that still runs beside this one stores sentences.
    """
    if code not in REASONS:
        return code or None
    return {"key": f"term.reason.{code}", "values": {"count": MIN_HISTORY_DAYS}}


def forecasts_headline(records: Sequence[DataclassInstance]) -> Mapping[str, object] | None:
    """How much smaller the error of the longest forecasts is than that of no change.

    That of past forecasts where enough came due, else of the backtest.
    """
    scores = [record for record in records if isinstance(record, HorizonScore)]
    for score in reversed(scores):
        days = text_value("number", score.days)
        if score.scored >= LEAST_SCORED and score.scored_mae and score.scored_mae_persistence:
            share = text_value("share", 1 - score.scored_mae / score.scored_mae_persistence)
            values = {"share": share, "days": days}
            return {"key": "finding.forecasts.live", "values": values}
        if score.held_out_mae and score.held_out_mae_persistence:
            share = text_value("share", 1 - score.held_out_mae / score.held_out_mae_persistence)
            values = {"share": share, "days": days}
            return {"key": "finding.forecasts.backtest", "values": values}
    return {"key": "finding.forecasts.none"} if scores else None


SCORES = Panel(
    id="forecast_scores",
    headline=forecasts_headline,
    rows=forecast_scores,
    columns=(
        Column(key="days"),
        Column(key="basis", kind="term", term="forecast_basis"),
        Column(key="reason", kind="said", minor=True),
        Column(key="held_out", minor=True),
        Column(key="held_out_mae", digits=3, minor=True),
        Column(key="held_out_mae_persistence", digits=3, minor=True),
        Column(key="scored"),
        Column(key="scored_mae", digits=3),
        Column(key="scored_mae_persistence", digits=3),
        Column(key="coverage", kind="share", digits=1),
    ),
)
