"""Changes of TMDB's popularity scale, found in what was observed; pure.

A rule of TMDB that changes moves all films by one factor within a day. Ordinary days do not: on
138 daily lists of 2025-26 the median film moved by a factor of 1.20 at most within a day, of 1.26
within two. Values that lie more than a year apart are taken to be of different scales, unless films
observed on both sides say otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import NamedTuple

from tmdbdash.records import Columns
from tmdbdash.records.drift import MIXED, RESCALED, RESTARTED, Drift, ScaleShift
from tmdbdash.utc import iso

DAY = timedelta(days=1)
LEAST_FACTOR = 1.4
"""By which the median film has to move, up or down."""
NEAR_FACTOR = 1.35
"""Films that moved by the median, but for such a factor, moved with it."""
NEAR_SHARE = 0.7
"""The share of films that have to move with the median."""
LEAST_COMPARED = 10
"""Films below which a median says nothing."""
LASTING_SHARE = 0.5
"""The part of a jump by which the days around it have to be apart as well."""
MOST_DAYS = 2
"""Days between the values compared: TMDB computes popularity daily, of one film after another."""
ERA_GAP = timedelta(days=365)
"""Time without any observation that parts two eras."""
LEAST_NEWER = 300
"""Films of the newest era from which on it is learned from alone."""

FACTOR_DIGITS = 4
"""Significant digits of a factor: the store and whoever found it have the same number."""

Observed = dict[int, tuple[datetime, float]]
"""By film the newest value of one day, with its time."""


def find_jumps(
    columns: Columns, until: datetime, known: Sequence[ScaleShift] = ()
) -> tuple[ScaleShift, ...]:
    """The times at which all films moved by one factor, oldest first.

    ``columns`` are ``tmdb_id``, ``snapshot_ts`` and ``popularity`` of snapshots up to ``until``.
    A jump is found from the day after it on, and where both its sides have values within
    `MOST_DAYS`. ``known`` jumps, found before, stay unless the snapshots speak against them: those
    of their older side may be gone. Of two measures of one jump, that on more films is returned.
    """
    days = _by_day(columns, until)
    jumps = [
        shift for shift in known if not _is_refuted(days, shift, (until - _time(shift)) // DAY)
    ]
    for shift in _new_jumps(days):
        same = [old for old in jumps if abs(_time(old) - _time(shift)) <= MOST_DAYS * DAY]
        if all(old.films < shift.films for old in same):
            jumps = [old for old in jumps if old not in same] + [shift]
    return tuple(sorted(jumps, key=lambda shift: shift.at))


def _new_jumps(days: dict[int, Observed]) -> list[ScaleShift]:
    """The jumps that these days show, the oldest first."""
    found: list[ScaleShift] = []
    last: int | None = None
    for day in sorted(days, reverse=True):  # counted back from the newest
        if last is not None and last - day <= MOST_DAYS:
            continue
        for gap in range(1, MOST_DAYS + 1):
            shift = _jump(days.get(day + gap, {}), days[day])
            if shift is not None and _lasts(days, day, gap, math.log(shift.factor or 1.0)):
                found.append(shift)
                last = day
                break
    return found


def _by_day(columns: Columns, until: datetime) -> dict[int, Observed]:
    """The values by the number of days before ``until``."""
    days: dict[int, Observed] = {}
    rows = zip(*(columns[name] for name in ("tmdb_id", "snapshot_ts", "popularity")), strict=True)
    for film, at, popularity in rows:
        if popularity is None or not popularity > 0 or at > until:
            continue
        day = days.setdefault((until - at) // DAY, {})
        if film not in day or day[film][0] < at:
            day[film] = (at, popularity)
    return days


def _jump(older: Observed, newer: Observed) -> ScaleShift | None:
    moves = _moves(older, newer)
    if len(moves) < LEAST_COMPARED:
        return None
    middle = median(moves)
    near = sum(abs(move - middle) <= math.log(NEAR_FACTOR) for move in moves)
    if abs(middle) < math.log(LEAST_FACTOR) or near < NEAR_SHARE * len(moves):
        return None
    at = min(newer[film][0] for film in older.keys() & newer.keys())
    factor = _rounded(math.exp(middle))
    return ScaleShift(at=iso(at), factor=factor, films=len(moves), action=RESCALED)


def _lasts(days: dict[int, Observed], day: int, gap: int, jump: float) -> bool:
    """Whether the days around are apart as well: a slip of one day is no other scale.

    One of the newer days has to be there: on its first day, nobody can tell a jump from a slip.
    """
    newer = _newer_moves(days, day, gap)
    return bool(newer) and all(_is_apart(m, jump) for m in newer + _older_moves(days, day, gap))


def _is_refuted(days: dict[int, Observed], shift: ScaleShift, day: int) -> bool:
    """Whether the days about this jump, which is of that day, are comparable and not apart."""
    jump = math.log(shift.factor or 1.0)
    for gap in range(1, MOST_DAYS + 1):
        if (middle := _middle(days, day + gap, day)) is not None:
            around = _newer_moves(days, day, gap) + _older_moves(days, day, gap)
            return not all(_is_apart(move, jump) for move in (middle, *around))
    return False


def _is_apart(move: float, jump: float) -> bool:
    return move * jump > LASTING_SHARE * jump**2


def _newer_moves(days: dict[int, Observed], day: int, gap: int) -> list[float]:
    """The moves from the older side of a jump to the days after the newer one."""
    found = (_middle(days, day + gap, day - n) for n in range(1, MOST_DAYS + 1))
    return [move for move in found if move is not None]


def _older_moves(days: dict[int, Observed], day: int, gap: int) -> list[float]:
    """The moves from the days before the older side of a jump to the newer one."""
    found = (_middle(days, day + gap + n, day) for n in range(1, MOST_DAYS + 1))
    return [move for move in found if move is not None]


def _middle(days: dict[int, Observed], older: int, newer: int) -> float | None:
    """The median move between two days; ``None`` where too few films are of both."""
    moves = _moves(days.get(older, {}), days.get(newer, {}))
    return median(moves) if len(moves) >= LEAST_COMPARED else None


def _moves(older: Observed, newer: Observed) -> list[float]:
    """The logarithm of newer over older value of each film that both have."""
    return [math.log(newer[film][1] / older[film][1]) for film in older.keys() & newer.keys()]


def _time(shift: ScaleShift) -> datetime:
    return datetime.fromisoformat(shift.at)


def _rounded(factor: float) -> float:
    return float(f"{factor:.{FACTOR_DIGITS}g}")


class EraBegin(NamedTuple):
    """The begin of an era that follows another one."""

    begin: datetime
    before: datetime
    """The last time of observation before that."""
    is_enough: bool
    """Whether enough films are newer to learn from them alone."""


def find_eras(observed: Sequence[datetime]) -> list[EraBegin]:
    """When eras begin, the newest first; ``observed`` are the films' times of observation."""
    times = sorted(observed)
    pairs = enumerate(zip(times[-2::-1], times[:0:-1], strict=True), start=1)
    return [
        EraBegin(newer, older, count >= LEAST_NEWER)
        for count, (older, newer) in pairs
        if newer - older > ERA_GAP
    ]


def era_shift(era: EraBegin, ratios: Sequence[float]) -> ScaleShift | None:
    """The shift at the begin of an era; ``None`` where the films say that the scale is the same.

    ``ratios`` are newer over older value of the same film.
    """
    factor = _rounded(median(ratios)) if len(ratios) >= LEAST_COMPARED else None
    if factor is not None and abs(math.log(factor)) < math.log(LEAST_FACTOR):
        return None
    return ScaleShift(
        at=iso(era.begin),
        factor=factor,
        films=len(ratios),
        action=RESTARTED if era.is_enough else MIXED,
    )


def on_one_scale(columns: Columns, drift: Drift, at: str = "observed_at") -> Columns:
    """The columns with every popularity on today's scale, ``None`` where it is of no use.

    ``at`` names the column of the times of observation.
    """
    if not drift.shifts:
        return columns
    found: list[float | None] = []
    scales: dict[datetime, float | None] = {}
    for popularity, time in zip(columns["popularity"], columns[at], strict=True):
        if popularity is None or time is None:
            found.append(popularity)
            continue
        if time not in scales:
            scales[time] = _scale_at(drift, time)
        scale = scales[time]
        found.append(None if scale is None else popularity * scale)
    return {**columns, "popularity": found}


def _scale_at(drift: Drift, time: datetime) -> float | None:
    """By what a popularity of that time is multiplied; ``None`` where it is of no use."""
    scale, at = 1.0, iso(time)
    for shift in drift.shifts:
        if at >= shift.at or shift.action == MIXED:
            continue
        if shift.action == RESTARTED or shift.factor is None:
            return None
        scale *= shift.factor
    return scale
