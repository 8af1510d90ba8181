"""The spans of time that the page shows one snapshot of, few of them in any history. Pure.

A span is (since, until]; the newest snapshot in it is shown.
"""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from tmdbdash.records import CLOCKS_DIFFER, SNAPSHOT_EVERY, latest_believable
from tmdbdash.utc import EPOCH

Span = tuple[datetime, datetime]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
STEPS = ((3 * HOUR, DAY), (12 * HOUR, 4 * DAY), (DAY, 30 * DAY))
"""How long a span of a film's history is, up to which age; older ones share what is left."""
MOST_SPANS = 52


def film_spans(now: datetime, first: datetime | None) -> list[Span]:
    """The spans of a film's history from ``first`` to now, newest first, at most `MOST_SPANS`.

    They are contiguous, and the older the longer. Their bounds are full hours and days, so that a
    film's file changes when it has new snapshots, and not with every render.
    """
    if first is None:
        return []
    end = latest_believable(now)
    if first > end:
        return []
    bounds = [end]
    anchor = _rounded(_before(end), STEPS[0][0])
    for step, age in STEPS:
        bound = _rounded(_before(bounds[-1]), step)
        while anchor - bound < age and bound >= first:
            bounds.append(bound)
            bound -= step
    if bounds[-1] >= first:
        bounds += _older(bounds[-1], first, MOST_SPANS - len(bounds) + 1)
    return [(older, newer) for newer, older in itertools.pairwise(bounds)]


def moment_span(at: datetime, cadence_minutes: float) -> Span:
    """The span of the last snapshot up to ``at`` of a film that was followed then.

    It is two cadences longer than the time in which a snapshot is due: a tick may be late or fail.
    """
    return at - SNAPSHOT_EVERY - 2 * timedelta(minutes=cadence_minutes) - CLOCKS_DIFFER, at


def day_span(at: datetime) -> Span:
    """The span of the list of the day before ``at``: a daily job may be hours early or late."""
    return at - DAY, at + 3 * HOUR


def midnights(now: datetime, days: int) -> list[datetime]:
    """The last ``days`` midnights in UTC up to today's, oldest first."""
    today = _rounded(now, DAY)
    return [today - k * DAY for k in range(days - 1, -1, -1)]


def _rounded(moment: datetime, step: timedelta) -> datetime:
    """The last multiple of ``step`` since 1970 that is not after ``moment``."""
    return EPOCH + (moment - EPOCH) // step * step


def _before(moment: datetime) -> datetime:
    return moment - timedelta(microseconds=1)


def _older(newest: datetime, first: datetime, count: int) -> list[datetime]:
    """At most ``count`` midnights from ``newest`` back to before ``first``, sparser with age."""
    oldest = _rounded(_before(first), DAY)
    days = max(1, (newest - oldest) // DAY)
    count = min(count, days)
    # Steps in proportion to 1, 2, 3 ...: the older, the coarser.
    total = count * (count + 1) // 2
    found: list[datetime] = []
    for k in range(1, count):
        bound = _rounded(newest - (newest - oldest) * (k * (k + 1) // 2) / total, DAY)
        if oldest < bound < (found[-1] if found else newest):
            found.append(bound)
    return [*found, oldest]
