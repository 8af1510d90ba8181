"""Times in UTC: the clock, and how times are written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def utc_now() -> datetime:
    """The wall clock in UTC."""
    return datetime.now(UTC)


@overload
def iso(moment: datetime) -> str: ...
@overload
def iso(moment: datetime | None) -> str | None: ...
def iso(moment: datetime | None) -> str | None:
    """A time as in JSON, with whole seconds: 2026-01-31T14:02:00Z."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def minute(moment: datetime) -> str:
    """A time for people: 2026-01-31 14:02 UTC."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
