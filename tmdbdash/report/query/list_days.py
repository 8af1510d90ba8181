"""The list at each midnight (UTC) of the last month, and now: who was in it, and where."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from tmdbdash.report.query.past import fetch_values_at
from tmdbdash.report.query.spans import day_span, midnights
from tmdbdash.report.values import finite

if TYPE_CHECKING:
    from tmdbdash.records import Listing
    from tmdbdash.report.query.tracked_films import TrackedFilm
    from tmdbdash.storage import Store

DAYS = 30
MANY_FILMS, RECENT_DAYS, OLDER_STEP = 2000, 16, 3
"""Of more films, days before the recent ones are every third: each takes a seek a film."""
LEADERS = 100
"""Films of a day whose places are kept: a leading film may have come from far below."""


@dataclass(frozen=True, slots=True)
class ListedFilm:
    """A film of the list at one moment."""

    popularity: float
    vote_count: int
    rank: int


@dataclass(frozen=True, slots=True)
class Moment:
    """The films that were listed at a time, by id."""

    at: datetime
    films: Mapping[int, ListedFilm]

    def leaders(self, count: int) -> list[int]:
        """The most popular films of the list, ties by rank, as the page has them."""
        films = self.films
        return heapq.nsmallest(count, films, key=lambda i: (-films[i].popularity, films[i].rank))


@dataclass(frozen=True, slots=True)
class ListDay:
    """What is kept of a moment: the most popular films in order, films by genre, and how many."""

    at: datetime
    leaders: tuple[int, ...]
    genres: Mapping[str, int]
    films: int


def list_day(tracked: Mapping[int, TrackedFilm], moment: Moment) -> ListDay:
    """The summary of a moment; films that are not tracked any more have no genres."""
    known = (tracked[film].genres for film in moment.films if film in tracked)
    genres = Counter(genre for named in known if named for genre in named.split(","))
    return ListDay(moment.at, tuple(moment.leaders(LEADERS)), genres, len(moment.films))


def fetch_moments(
    store: Store,
    tracked: Mapping[int, TrackedFilm],
    listing: Listing | None,
    cadence_minutes: float,
    as_of: datetime,
) -> Iterator[Moment]:
    """The listed films at each midnight of the `DAYS` before ``as_of``, and in the latest list.

    Oldest first. Raises `DatabaseError`.
    """
    first = store.fetch_first_snapshot()
    nights = [at for at in midnights(as_of, DAYS + 1) if first is not None and first <= at]
    if not nights:
        nights = midnights(as_of, 1)
    since, _ = day_span(nights[0])
    ids = [f.tmdb_id for f in tracked.values() if f.snapshot_at and f.snapshot_at >= since]
    if len(ids) > MANY_FILMS:
        nights = nights[:-RECENT_DAYS:OLDER_STEP] + nights[-RECENT_DAYS:]
    for night in nights:
        found = fetch_values_at(store, ids, night, cadence_minutes)
        listed = {
            tmdb_id: ListedFilm(point.popularity, point.vote_count or 0, point.rank)
            for tmdb_id, point in found.items()
            if point.rank is not None and point.popularity is not None
        }
        yield Moment(night, listed)
    if listing is not None and nights[-1] < listing.observed_at:
        yield Moment(
            listing.observed_at,
            {
                entry.tmdb_id: ListedFilm(entry.popularity, entry.vote_count or 0, entry.rank)
                for entry in listing.entries
                if entry.popularity is not None and finite(entry.popularity) is not None
            },
        )
