"""The list in four figures, each against the week before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tmdbdash.records import ListEntry
from tmdbdash.report.panels.movers import Move, moves
from tmdbdash.report.panels.parts import Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import text_value

WINDOW = "7d"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """One figure: its code, its value as a text for the catalogue, and the film that it is of.

    ``side`` is "riser" or "faller" where the value is a change.
    """

    figure: str
    value: Mapping[str, object]
    tmdb_id: int | None = None
    title: str | None = None
    side: str | None = None


def key_figures(rows: Rows) -> tuple[KeyFigure, ...]:
    """The figures that can be counted; none where nothing of a week before is known."""
    return tuple(_figures(rows)) if rows.listing and rows.past.ago.get(WINDOW) else ()


def entered(rows: Rows) -> list[ListEntry]:
    """The films of the latest list that were not in it a week before; none where it is unknown."""
    before = rows.past.ago.get(WINDOW, {})
    known = {tmdb_id for tmdb_id, point in before.items() if point.rank is not None}
    if rows.listing is None or not known:
        return []
    return [entry for entry in rows.listing.entries if entry.tmdb_id not in known]


def _figures(rows: Rows) -> Iterator[KeyFigure]:
    known = any(point.rank is not None for point in rows.past.ago[WINDOW].values())
    if known:
        yield KeyFigure(figure="entered", value=text_value("number", len(entered(rows))))
    changes = [move for move in moves(rows, WINDOW) if move.tmdb_id in rows.tracked]
    rise = max(changes, key=lambda move: move.points, default=None)
    fall = min(changes, key=lambda move: move.points, default=None)
    if rise is not None and rise.points > 0:
        yield _change(rows, "rise", "riser", rise)
    if fall is not None and fall.points < 0:
        yield _change(rows, "fall", "faller", fall)
    if changes:
        rising = sum(move.points > 0 for move in changes) / len(changes)
        yield KeyFigure(figure="rising", value=text_value("share", rising))


def _change(rows: Rows, figure: str, side: str, move: Move) -> KeyFigure:
    return KeyFigure(
        figure=figure,
        value=text_value("signed", move.points, 1),
        tmdb_id=move.tmdb_id,
        title=rows.tracked[move.tmdb_id].shown_title,
        side=side,
    )


KEY_FIGURES = Panel(id="key_figures", rows=key_figures, block="key_figures", optional=True)
