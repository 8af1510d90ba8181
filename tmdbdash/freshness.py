"""How old is too old: one pure rule for the terminal, the doctor and the page.

The age of data is counted from when they were *observed* (`Store.fetch_observed_at`), whichever
job stored them and whether or not a later one failed; that of a job from its last success.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tmdbdash.records import CLOCKS_DIFFER
from tmdbdash.utc import iso, minute

LATE_AFTER = 2
"""Cadences after which data are late, and a job without success."""
STALE_AFTER = 5
"""Cadences after which data are stale, and a job without success."""
NO_DATA = "no data yet"


@dataclass(frozen=True, slots=True)
class Freshness:
    """State of data or a job: "fresh", "late", "stale" or "never"; age in seconds; when due."""

    state: str
    age: float | None
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class DataAge:
    """How old the data are. ``observed_at`` is ``None`` where there are none.

    ``late_at`` and ``stale_at`` are when the data become so without newer ones, for open pages.
    Both are ``None`` without data, or where these were observed ahead of now.
    """

    observed_at: datetime | None
    freshness: Freshness
    late_at: datetime | None
    stale_at: datetime | None

    @property
    def is_stale(self) -> bool:
        """Whether the data are stale, or there are none."""
        return self.freshness.state in ("stale", "never")

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "state": self.freshness.state,
            "observed_at": iso(self.observed_at),
            "age_seconds": self.freshness.age,
            "next_due": iso(self.freshness.next_due),
            "late_at": iso(self.late_at),
            "stale_at": iso(self.stale_at),
        }

    def sentence(self) -> str:
        """The age in words, as "stale, observed 2026-01-31 14:02 UTC, 3 d ago"."""
        if self.observed_at is None:
            return NO_DATA
        age = self.freshness.age
        ago = "ahead of this machine's clock" if age is None else f"{age_text(age)} ago"
        return f"{self.freshness.state}, observed {minute(self.observed_at)}, {ago}"

    def advice(self) -> str:
        """The same with what to do where the data are not fresh."""
        age = self.sentence()
        if self.observed_at is None:
            return f"{age}: run `tmdbdash ingest`, or `tmdbdash import FILE`"
        if self.freshness.age is None:
            return f"{age}: it is wrong now, or was then; the next `tmdbdash ingest` mends it"
        return age if self.freshness.state == "fresh" else f"{age}: is cron running the jobs?"


def data_age(observed_at: datetime | None, cadence_minutes: float, now: datetime) -> DataAge:
    """The age of data observed at that time, where new ones are expected once a cadence."""
    judged = freshness(observed_at, cadence_minutes, now)
    if observed_at is None or judged.age is None:
        return DataAge(observed_at, judged, None, None)
    cadence = timedelta(minutes=cadence_minutes)
    late_at, stale_at = (observed_at + many * cadence for many in (LATE_AFTER, STALE_AFTER))
    return DataAge(observed_at, judged, late_at, stale_at)


def freshness(last: datetime | None, cadence_minutes: float, now: datetime) -> Freshness:
    """The state of what was last observed, or last succeeded, at ``last``.

    A time a little in the future counts as now. One further ahead was written under a wrong clock:
    the state is "stale", the age unknown, and it is due now.
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
    """Whether a job that ran at ``last`` is due: nine tenths of the cadence ago, or longer.

    The tenth is for cron: a run that started some seconds late must not delay the next one by a
    whole round.
    """
    return last is None or now - last >= timedelta(minutes=cadence_minutes * 0.9)


def age_text(seconds: float) -> str:
    """An age in one unit: 38 s, 12 min, 5 h, 3 d."""
    for limit, size, unit in ((120, 1, "s"), (7_200, 60, "min"), (172_800, 3_600, "h")):
        if seconds < limit:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86_400:.0f} d"
