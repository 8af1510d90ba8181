"""What was true of the films that the page leads with: a day and a week ago, and in between.

Every question here looks at a fixed number of instants, or at a bounded time of ten films, so a
long history costs no more than a short one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tmdbdash.records import latest_believable
from tmdbdash.report.query.spans import even_spans, moment_span
from tmdbdash.report.query.thinning import Value

if TYPE_CHECKING:
    from tmdbdash.storage import Store
    from tmdbdash.storage.past_values import Point

WINDOWS = {"24h": timedelta(days=1), "7d": timedelta(days=7)}
"""How far back films are compared, by the name that the page has for it."""
MONTH = timedelta(days=30)
MONTH_LOOKS, WHOLE_LOOKS = 240, 366
"""Instants looked at in the last 30 days (every third hour), and in all of history.

Up to a year of history that is one a day or more, and TMDB works popularity out about once a day.
"""
PEAKS_FOR = timedelta(days=31)
"""Back to this age all is read for peaks and dips; before it, what was true at each instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Earlier values by film.

    ``as_of`` is the time that all of it is counted back from, not when the page is made: a page
    made long after the last list still tells what that list said. ``ago`` maps each of `WINDOWS`
    to the films that were followed then; ``week``, ``month`` and ``whole`` hold popularity over
    time of the leading films: all snapshots of seven days, and of longer times the newest at each
    of some instants with the lowest and highest between them. ``began`` maps "24h", "7d" and "30d"
    to the popularity of leading films that held as that range began.
    """

    as_of: datetime | None = None

    ago: Mapping[str, Mapping[int, Point]] = field(default_factory=dict)
    week: Mapping[int, Sequence[Value]] = field(default_factory=dict)
    month: Mapping[int, Sequence[Value]] = field(default_factory=dict)
    whole: Mapping[int, Sequence[Value]] = field(default_factory=dict)
    began: Mapping[str, Mapping[int, Value]] = field(default_factory=dict)


def fetch_past(
    store: Store,
    *,
    listed: Collection[int],
    leading: Collection[int],
    cadence_minutes: float,
    as_of: datetime,
) -> Past:
    """Fetch what is compared of the ``listed`` films, and the way of the few ``leading`` ones."""
    until = latest_believable(as_of)
    first = store.fetch_first_snapshot(leading)
    compared = {*listed, *leading}
    ago = {
        name: _values_at(store, compared, as_of - window, cadence_minutes)
        for name, window in WINDOWS.items()
    }
    then = {**ago, "30d": _values_at(store, leading, as_of - MONTH, cadence_minutes)}
    since = {**WINDOWS, "30d": MONTH}
    return Past(
        as_of=as_of,
        ago={name: {n: found[n] for n in listed if n in found} for name, found in ago.items()},
        week=store.fetch_popularities(leading, as_of - WINDOWS["7d"], until),
        month=_looked_at(store, leading, as_of - MONTH, until, MONTH_LOOKS),
        whole=_looked_at(store, leading, first - timedelta(seconds=1), until, WHOLE_LOOKS)
        if first is not None and first < until
        else {},
        began={name: _carried(found, leading, as_of - since[name]) for name, found in then.items()},
    )


def _values_at(
    store: Store, ids: Collection[int], at: datetime, cadence_minutes: float
) -> dict[int, Point]:
    """What was true of each film at that time, for those that were followed then."""
    found = store.fetch_points(ids, [moment_span(at, cadence_minutes)])
    return {tmdb_id: points[-1] for tmdb_id, points in found.items()}


def _carried(
    found: Mapping[int, Point], leading: Collection[int], at: datetime
) -> dict[int, Value]:
    """The popularity of the leading films at that time: a value holds until the next one."""
    return {
        tmdb_id: (int(at.timestamp()), point.popularity)
        for tmdb_id, point in found.items()
        if tmdb_id in leading and point.popularity is not None
    }


def _looked_at(
    store: Store, ids: Collection[int], since: datetime, until: datetime, looks: int
) -> dict[int, list[Value]]:
    """The newest value of each of so many parts of the time, and their lowest and highest."""
    found = store.fetch_points(ids, even_spans(since, until, looks))
    peaks = store.fetch_extremes(ids, max(since, until - PEAKS_FOR), until, looks)
    values: dict[int, list[Value]] = {}
    for tmdb_id, points in found.items():
        newest = {(p.at, p.popularity) for p in points if p.popularity is not None}
        values[tmdb_id] = sorted(newest.union(peaks.get(tmdb_id, ())))
    return values
