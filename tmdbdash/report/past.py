"""What was true of the films that the page leads with: a day and a week ago, and in between.

Every question here looks at a fixed number of instants, or at the last seven days of ten films, so
a long history costs no more than a short one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tmdbdash.records import CLOCKS_DIFFER
from tmdbdash.report.spans import even_spans, moment_span
from tmdbdash.report.thinning import Value

if TYPE_CHECKING:
    from tmdbdash.storage import Store
    from tmdbdash.storage.timelines import Point

WINDOWS = {"24h": timedelta(days=1), "7d": timedelta(days=7)}
"""How far back films are compared, by the name that the page has for it."""
MONTH = timedelta(days=30)
MONTH_LOOKS, WHOLE_LOOKS = 240, 180
"""Instants looked at in the last 30 days (every third hour), and in all of history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Earlier values by film.

    ``ago`` maps each of `WINDOWS` to the films that were followed then; ``week``, ``month`` and
    ``whole`` hold popularity over time of the leading films: all snapshots of seven days, and the
    newest at each of some instants.
    """

    ago: Mapping[str, Mapping[int, Point]] = field(default_factory=dict)
    week: Mapping[int, Sequence[Value]] = field(default_factory=dict)
    month: Mapping[int, Sequence[Value]] = field(default_factory=dict)
    whole: Mapping[int, Sequence[Value]] = field(default_factory=dict)


def fetch_past(
    store: Store,
    *,
    listed: Collection[int],
    leading: Collection[int],
    cadence_minutes: float,
    now: datetime,
) -> Past:
    """Fetch what is compared of the ``listed`` films, and the way of the few ``leading`` ones."""
    until = now + CLOCKS_DIFFER
    first = store.fetch_first_snapshot(leading)
    return Past(
        ago={
            name: _values_at(store, listed, now - window, cadence_minutes)
            for name, window in WINDOWS.items()
        },
        week=store.fetch_popularities(leading, now - WINDOWS["7d"], until),
        month=_looked_at(store, leading, now - MONTH, until, MONTH_LOOKS),
        whole=_looked_at(store, leading, first - timedelta(seconds=1), until, WHOLE_LOOKS)
        if first is not None and first < until
        else {},
    )


def _values_at(
    store: Store, ids: Collection[int], at: datetime, cadence_minutes: float
) -> dict[int, Point]:
    """What was true of each film at that time, for those that were followed then."""
    found = store.fetch_points(ids, [moment_span(at, cadence_minutes)])
    return {tmdb_id: points[-1] for tmdb_id, points in found.items()}


def _looked_at(
    store: Store, ids: Collection[int], since: datetime, until: datetime, looks: int
) -> dict[int, list[Value]]:
    found = store.fetch_points(ids, even_spans(since, until, looks))
    return {
        tmdb_id: [(point.at, point.popularity) for point in points if point.popularity is not None]
        for tmdb_id, points in found.items()
    }
