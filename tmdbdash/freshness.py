"""How old is too old: one pure rule for the terminal, the doctor and the page.

How old the data are goes by when they were *observed* (`Store.fetch_observed_at`), whichever job
brought them and whether or not a later one failed; how a job stands goes by its last success.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tmdbdash.records import CLOCKS_DIFFER

LATE_AFTER = 2
"""Cadences after which data are late, and a job without success."""
STALE_AFTER = 5
"""Cadences after which data are stale, and a job without success."""
NO_DATA = "no data yet"


@dataclass(frozen=True, slots=True)
class Freshness:
    """How data or a job stand: "fresh", "late", "stale" or "never"; age in seconds, when due."""

    state: str
    age: float | None
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class DataAge:
    """How old the data are. ``observed_at`` is ``None`` where there are none.

    ``late_at`` and ``stale_at`` are when data that stay as they are become so: whoever reads this
    later judges by them. Both are ``None`` without data, or where these were observed ahead of now.
    """

    observed_at: datetime | None
    standing: Freshness
    late_at: datetime | None
    stale_at: datetime | None

    @property
    def is_stale(self) -> bool:
        """Whether there is nothing that could be called current: stale data, or none."""
        return self.standing.state in ("stale", "never")

    def as_json(self) -> dict[str, object]:
        """Plain JSON values."""
        return {
            "state": self.standing.state,
            "observed_at": iso(self.observed_at),
            "age_seconds": self.standing.age,
            "next_due": iso(self.standing.next_due),
            "late_at": iso(self.late_at),
            "stale_at": iso(self.stale_at),
        }

    def sentence(self) -> str:
        """The age in words, as "stale, observed 2026-01-31 14:02 UTC, 3 d ago"."""
        if self.observed_at is None:
            return NO_DATA
        age = self.standing.age
        ago = "ahead of this machine's clock" if age is None else f"{age_text(age)} ago"
        at = self.observed_at.astimezone(UTC)
        return f"{self.standing.state}, observed {at:%Y-%m-%d %H:%M} UTC, {ago}"

    def advice(self) -> str:
        """The same with what to look at, where the data are not fresh."""
        told = self.sentence()
        if self.observed_at is None:
            return f"{told}: run `tmdbdash ingest`, or `tmdbdash import FILE`"
        if self.standing.age is None:
            return f"{told}: it is wrong now, or was then; the next `tmdbdash ingest` mends it"
        return told if self.standing.state == "fresh" else f"{told}: is cron running the jobs?"


def data_age(observed_at: datetime | None, cadence_minutes: float, now: datetime) -> DataAge:
    """How old data observed at that time are, where new ones are to come once a cadence."""
    standing = freshness(observed_at, cadence_minutes, now)
    if observed_at is None or standing.age is None:
        return DataAge(observed_at, standing, None, None)
    cadence = timedelta(minutes=cadence_minutes)
    late_at, stale_at = (observed_at + many * cadence for many in (LATE_AFTER, STALE_AFTER))
    return DataAge(observed_at, standing, late_at, stale_at)


def freshness(last: datetime | None, cadence_minutes: float, now: datetime) -> Freshness:
    """Judge the time of the last observation, or success, by the cadence that cron is to keep.

    A time a little in the future counts as now. One further ahead was written under a wrong clock
    and proves nothing: what is of then is stale, of no known age, and due now.
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


def age_text(seconds: float) -> str:
    """An age in one unit that a person would use: 38 s, 12 min, 5 h, 3 d."""
    for limit, size, unit in ((120, 1, "s"), (7_200, 60, "min"), (172_800, 3_600, "h")):
        if seconds < limit:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86_400:.0f} d"


def iso(moment: datetime | None) -> str | None:
    """A time as JSON has it: UTC, whole seconds, a Z."""
    return None if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")
