"""The films of the list that gained and lost most, in points and in proportion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tmdbdash.report.panels.parts import Choice, Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.query.past import WINDOWS
from tmdbdash.report.query.tracked_films import TrackedFilm
from tmdbdash.report.values import finite, label_of

FILMS_A_LIST = 5
LEAST_VOTES = 20

LEAST_POPULARITY = 1.0
"""Films below either are left out: their popularity varies too much by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mover:
    """A film whose popularity changed over ``window`` ("24h", "7d").

    ``points`` is the difference to ``before``, ``ratio`` the quotient. The list is sorted ``by``
    "points" or "ratio" and has the films of one ``side``, "riser" or "faller".
    """

    tmdb_id: int
    title: str
    label: str
    window: str
    by: str
    side: str
    popularity: float
    before: float
    points: float
    ratio: float
    vote_count: int
    release_date: date | None


@dataclass(frozen=True, slots=True)
class Move:
    """A listed film's popularity at the start of a window and at its end."""

    tmdb_id: int
    popularity: float
    before: float
    vote_count: int

    @property
    def points(self) -> float:
        """The change as a difference."""
        return self.popularity - self.before

    @property
    def ratio(self) -> float:
        """The change as a quotient."""
        return self.popularity / self.before


def film_movers(rows: Rows) -> tuple[Mover, ...]:
    """The films by window, measure and side, the largest change first."""
    found = []
    for window in WINDOWS:
        changes = [move for move in moves(rows, window) if move.tmdb_id in rows.tracked]
        for by in ("points", "ratio"):
            for side in ("riser", "faller"):
                found += [
                    _mover(rows.tracked[move.tmdb_id], move, window, by, side)
                    for move in _leading(changes, by, side)
                ]
    return tuple(found)


def moves(rows: Rows, window: str) -> Iterator[Move]:
    """The listed films above the limits that were followed at the start of the window."""
    before = rows.past.ago.get(window, {})
    for entry in rows.listing.entries if rows.listing else ():
        point = before.get(entry.tmdb_id)
        now, then = finite(entry.popularity), finite(point.popularity if point else None)
        votes = entry.vote_count or 0
        if now is None or then is None or then < LEAST_POPULARITY or votes < LEAST_VOTES:
            continue
        yield Move(entry.tmdb_id, now, then, votes)


def _leading(changes: list[Move], by: str, side: str) -> list[Move]:
    sign = 1 if side == "riser" else -1
    moved = [move for move in changes if sign * move.points > 0]
    return sorted(moved, key=lambda move: (-sign * getattr(move, by), move.tmdb_id))[:FILMS_A_LIST]


def _mover(film: TrackedFilm, move: Move, window: str, by: str, side: str) -> Mover:
    return Mover(
        tmdb_id=move.tmdb_id,
        title=film.shown_title,
        label=label_of(film.shown_title),
        window=window,
        by=by,
        side=side,
        popularity=round(move.popularity, 3),
        before=round(move.before, 3),
        points=round(move.points, 3),
        ratio=round(move.ratio, 4),
        vote_count=move.vote_count,
        release_date=film.release_date,
    )


MOST_MOVED = Panel(
    id="movers",
    half=True,
    in_kiosk=True,
    rows=film_movers,
    choices=(
        Choice(key="window", values=("7d", "24h")),
        Choice(key="by", values=("points", "ratio")),
    ),
    columns=(
        Column(key="title", kind="film"),
        Column(key="points", kind="shift", digits=1, scale_by="window"),
        Column(key="ratio", kind="growth"),
        Column(key="before", digits=1, minor=True),
        Column(key="popularity", digits=1),
        Column(key="vote_count", minor=True),
        Column(key="release_date", kind="date", minor=True),
        Column(key="window", kind="term", term="window", minor=True),
        Column(key="by", kind="term", term="by", minor=True),
    ),
)
