"""How late is late: one pure rule for the terminal, the doctor and the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tmdbdash.records import CLOCKS_DIFFER

LATE_AFTER = 2
"""Cadences without success after which a job is late."""
STALE_AFTER = 5
"""Cadences without success after which a job is stale."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """How a job stands: "fresh", "late", "stale" or "never"; age in seconds, when it is due."""

    state: str
    age: float | None
    next_due: datetime | None


def freshness(last: datetime | None, cadence_minutes: float, now: datetime) -> Freshness:
    """Judge the time of the last success by the cadence that cron is to keep.

    A time a little in the future counts as now. One further ahead was written under a wrong clock
    and proves nothing: such a job is stale, of no known age, and due now.
    """
    if last is None:
        return Freshness("never", None, None)
    if last - now > CLOCKS_DIFFER:
        return Freshness("stale", None, now)
    cadence = timedelta(minutes=cadence_minutes)
    age = max(now - last, timedelta())
    state = (
        "stale"
        if age > STALE_AFTER * cadence
        else "late"
        if age > LATE_AFTER * cadence
        else "fresh"
    )
    return Freshness(state, age.total_seconds(), last + cadence)


def is_due(last: datetime | None, cadence_minutes: float, now: datetime) -> bool:
    """Whether a job that ran at ``last`` is due, with a tenth of the cadence in hand.

    The hand is for cron: a run that started some seconds late must not push the next one back by
    a whole round.
    """
    return last is None or now - last >= timedelta(minutes=cadence_minutes * 0.9)
