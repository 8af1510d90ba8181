"""Earlier popularity of the listed films: a day and a week ago, and over time for the leading ones.

Every query reads a fixed number of instants, or a week of twenty films, so a long history costs no
more than a short one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tmdbdash.records import latest_believable
from tmdbdash.report.query.spans import day_span, moment_span
from tmdbdash.report.query.thinning import Value

if TYPE_CHECKING:
    from tmdbdash.storage import Store
    from tmdbdash.storage.past_values import Point

WINDOWS = {"24h": timedelta(days=1), "7d": timedelta(days=7)}
"""How far back films are compared, by the name of the window on the page."""
RANGES = {**WINDOWS, "30d": timedelta(days=30)}
"""The same for the leading films."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """Earlier values by film.

    ``as_of`` is the time that all of it is counted back from: that of the values shown, which may
    be long before the page is made. ``ago`` maps each of `RANGES` to the films that were followed
    at its start, for "30d" the leading films alone. ``week`` has the leading films' popularity of
    seven days.
    """

    as_of: datetime | None = None

    ago: Mapping[str, Mapping[int, Point]] = field(default_factory=dict)
    week: Mapping[int, Sequence[Value]] = field(default_factory=dict)


def fetch_past(
    store: Store,
    *,
    compared: Collection[int],
    leading: Collection[int],
    cadence_minutes: float,
    as_of: datetime,
) -> Past:
    """Fetch earlier values of the films ``compared``, and the ``leading`` ones' over time."""
    return Past(
        as_of=as_of,
        ago={
            name: fetch_values_at(
                store,
                {*compared, *leading} if name in WINDOWS else leading,
                as_of - length,
                cadence_minutes,
            )
            for name, length in RANGES.items()
        },
        week=store.fetch_popularities(leading, as_of - RANGES["7d"], latest_believable(as_of)),
    )


def fetch_values_at(
    store: Store, ids: Collection[int], at: datetime, cadence_minutes: float
) -> dict[int, Point]:
    """The values at that time of each film that was followed then.

    Where there was no list near that time, as in a history of one list a day, they are the newest
    of `day_span`. Raises `DatabaseError`.
    """
    found = store.fetch_points(ids, [moment_span(at, cadence_minutes)])
    if not found:
        found = store.fetch_points(ids, [day_span(at)])
    return {tmdb_id: points[-1] for tmdb_id, points in found.items()}
