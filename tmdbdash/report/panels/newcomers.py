"""How good the first predictions of new films were, beside the cross-validated figures."""

from __future__ import annotations

from dataclasses import dataclass

from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRow:
    """The live accuracy of one target; see `LiveAccuracy`."""

    target: str
    films: int
    live_error: float | None
    oof_error: float | None
    live_coverage: float | None
    oof_coverage: float | None
    widening: float | None


def newcomers(rows: Rows) -> tuple[LiveRow, ...]:
    """Each target of which new films had an outcome."""
    return tuple(
        LiveRow(
            target=own.target,
            films=own.films,
            live_error=rounded(own.error),
            oof_error=rounded(own.oof_error),
            live_coverage=rounded(own.coverage),
            oof_coverage=rounded(own.oof_coverage),
            widening=rounded(own.widening),
        )
        for own in rows.live
    )


LIVE = Panel(
    id="live",
    rows=newcomers,
    optional=True,
    columns=(
        Column(key="target", kind="term", term="measure"),
        Column(key="films"),
        Column(key="live_error", digits=3),
        Column(key="oof_error", digits=3),
        Column(key="live_coverage", kind="share"),
        Column(key="oof_coverage", kind="share"),
        Column(key="widening", digits=2, minor=True),
    ),
)
