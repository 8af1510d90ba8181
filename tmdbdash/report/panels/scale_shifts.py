"""Changes of TMDB's popularity scale, and what was done about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRow:
    """One change: its day, newer over older scale, the films compared, and what was done."""

    since: date
    factor: float | None
    compared: int
    action: str


def scale_shifts(rows: Rows) -> tuple[ShiftRow, ...]:
    """The changes that the last training knew of, the newest first."""
    return tuple(
        ShiftRow(
            since=date.fromisoformat(shift.at[:10]),
            factor=rounded(shift.factor),
            compared=shift.films,
            action=shift.action,
        )
        for shift in reversed(rows.drift.shifts)
        if shift.at
    )


DRIFT = Panel(
    id="drift",
    rows=scale_shifts,
    optional=True,
    columns=(
        Column(key="since", kind="date"),
        Column(key="factor", digits=2),
        Column(key="compared"),
        Column(key="action", kind="term", term="drift"),
    ),
)
