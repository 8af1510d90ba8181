"""Changes of TMDB's popularity scale, found in what was observed; pure.

A rule of TMDB that changes moves all films by one factor within a day. Ordinary days do not: on
138 daily lists of 2025-26 the median film moved by a factor of 1.20 at most within a day, of 1.26
within two. Values that lie years apart are of different scales whatever they are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median

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

Observed = dict[int, tuple[datetime, float]]
"""By film the newest value of one day, with its time."""


def find_jumps(columns: Columns, until: datetime) -> tuple[ScaleShift, ...]:
    """The times at which all films moved by one factor, oldest first.

    ``columns`` are ``tmdb_id``, ``snapshot_ts`` and ``popularity`` of snapshots up to ``until``.
    """
    days = _by_day(columns, until)
    found: list[ScaleShift] = []
    last: int | None = None
    for day in sorted(days, reverse=True):  # counted back from the newest
        if last is not None and last - day <= MOST_DAYS:
            continue
        for gap in range(1, MOST_DAYS + 1):
            older = days.get(day + gap, {})
            shift = _jump(older, days[day])
            if shift is not None and _lasts(days, day, gap, math.log(shift.factor or 1.0)):
                found.append(shift)
                last = day
                break
    return tuple(found)


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
    return ScaleShift(at=iso(at), factor=math.exp(middle), films=len(moves), action=RESCALED)


def _lasts(days: dict[int, Observed], day: int, gap: int, jump: float) -> bool:
    """Whether the days around are apart as well: a slip of one day is no other scale."""
    older, newer = days[day + gap], days[day]
    around: list[tuple[Observed | None, Observed | None]] = []
    around += [(older, days.get(day - n)) for n in (1, 2)]
    around += [(days.get(day + gap + n), newer) for n in (1, 2)]
    return all(
        median(moves) / jump > LASTING_SHARE
        for before, after in around
        if before and after and len(moves := _moves(before, after)) >= LEAST_COMPARED
    )


def _moves(older: Observed, newer: Observed) -> list[float]:
    """The logarithm of newer over older value of each film that both have."""
    return [math.log(newer[film][1] / older[film][1]) for film in older.keys() & newer.keys()]


def newest_era(observed: Sequence[datetime | None]) -> tuple[datetime, bool] | None:
    """When the newest era begins, and whether enough films are of it to learn from them alone.

    ``observed`` are the films' times of observation. ``None`` where all are of one era.
    """
    times = sorted(at for at in observed if at is not None)
    for count, (older, newer) in enumerate(zip(times[-2::-1], times[:0:-1], strict=True), start=1):
        if newer - older > ERA_GAP:
            return newer, count >= LEAST_NEWER
    return None


def era_shift(begin: datetime, is_enough: bool, ratios: Sequence[float]) -> ScaleShift:
    """The shift at the begin of an era; ``ratios`` are newer over older value of the same film."""
    known = len(ratios) >= LEAST_COMPARED
    return ScaleShift(
        at=iso(begin),
        factor=median(ratios) if known else None,
        films=len(ratios),
        action=RESTARTED if is_enough else MIXED,
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
