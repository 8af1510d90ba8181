"""Earlier popularity of the listed films: a day and a week ago, and over time for the leading ones.

Every query reads a fixed number of instants, or a limited time of ten films, so a long history
costs no more than a short one.
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
"""How far back films are compared, by the name of the window on the page."""
RANGES = {**WINDOWS, "30d": timedelta(days=30)}
"""How long the ranges of popularity over time are; a fourth, "all", has no fixed length."""
MONTH_PARTS, WHOLE_PARTS = 240, 366
"""Parts of the last 30 days (three hours each), and of all history.

A history of a year has one a day: TMDB computes popularity about once a day.
"""
EXTREMES_FOR = timedelta(days=31)
"""The age up to which the lowest and highest values are read too: they take all snapshots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Earlier values by film.

    ``as_of`` is the time that all of it is counted back from: that of the values shown, which may
    be long before the page is made. ``ago`` maps each of `RANGES` to the films that were followed
    at its start, for "30d" the leading films alone. ``week``, ``month`` and ``whole`` hold the
    leading films' popularity over time: all snapshots of seven days, and of longer times the
    newest of each part with the lowest and the highest.
    """

    as_of: datetime | None = None

    ago: Mapping[str, Mapping[int, Point]] = field(default_factory=dict)
    week: Mapping[int, Sequence[Value]] = field(default_factory=dict)
    month: Mapping[int, Sequence[Value]] = field(default_factory=dict)
    whole: Mapping[int, Sequence[Value]] = field(default_factory=dict)


def fetch_past(
    store: Store,
    *,
    compared: Collection[int],
    leading: Collection[int],
    cadence_minutes: float,
    as_of: datetime,
) -> Past:
    """Fetch earlier values of the films ``compared``, and the ``leading`` ones' over time."""
    until = latest_believable(as_of)
    first = store.fetch_first_snapshot(leading)
    return Past(
        as_of=as_of,
        ago={
            name: _values_at(
                store,
                {*compared, *leading} if name in WINDOWS else leading,
                as_of - length,
                cadence_minutes,
            )
            for name, length in RANGES.items()
        },
        week=store.fetch_popularities(leading, as_of - RANGES["7d"], until),
        month=_values_between(store, leading, as_of - RANGES["30d"], until, MONTH_PARTS),
        whole=_values_between(store, leading, first - timedelta(seconds=1), until, WHOLE_PARTS)
        if first is not None and first < until
        else {},
    )


def _values_at(
    store: Store, ids: Collection[int], at: datetime, cadence_minutes: float
) -> dict[int, Point]:
    """The values at that time of each film that was followed then."""
    found = store.fetch_points(ids, [moment_span(at, cadence_minutes)])
    return {tmdb_id: points[-1] for tmdb_id, points in found.items()}


def _values_between(
    store: Store, ids: Collection[int], since: datetime, until: datetime, parts: int
) -> dict[int, list[Value]]:
    """The newest value of each of so many parts of the time, and the lowest and highest ones."""
    found = store.fetch_points(ids, even_spans(since, until, parts))
    extremes = store.fetch_extremes(ids, max(since, until - EXTREMES_FOR), until, parts)
    values: dict[int, list[Value]] = {}
    for tmdb_id, points in found.items():
        newest = {(p.at, p.popularity) for p in points if p.popularity is not None}
        values[tmdb_id] = sorted(newest.union(extremes.get(tmdb_id, ())))
    return values
