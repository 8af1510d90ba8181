"""What happened lately: films that came into the top ten, and large moves within a day.

Worked out from what was true at each midnight (UTC) and is true now, so that the same events come
out of every later render. Only what a midnight still shows lasts: a film that came in at noon and
was gone by night is told of that day alone.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tmdbdash.report.panels.movers import LEAST_POPULARITY, LEAST_VOTES
from tmdbdash.report.query.page_queries import TOP_FILMS, Rows
from tmdbdash.report.query.spans import DAY, midnights, moment_span
from tmdbdash.report.values import finite, title_of

if TYPE_CHECKING:
    from tmdbdash.records import Snapshot
    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store

DAYS = 14
LEAST_RATIO = 1.5
"""A move is told where popularity grew at least so many times, or fell to that part, in a day."""
MOST_EVENTS = 50


@dataclass(frozen=True, slots=True)
class Seen:
    """A listed film at one moment."""

    popularity: float
    vote_count: int
    rank: int


@dataclass(frozen=True, slots=True)
class Moment:
    """The films that were listed at a time, by id."""

    at: datetime
    films: Mapping[int, Seen]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened to a film on a day in UTC.

    ``kind`` is "entered" (the top ten), or "rose" or "fell", from ``before``. ``place`` is where it
    stands in the top ten, or among the moves of the day. ``since`` and ``observed_at`` are the
    moments between which it happened, until `dated` has found the first list that showed it.
    """

    kind: str
    day: date
    tmdb_id: int
    title: str
    popularity: float
    place: int
    since: datetime
    observed_at: datetime
    before: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times as popular the film became."""
        return self.popularity / self.before if self.before else None


def fetch_events(store: Store, rows: Rows, settings: Settings, now: datetime) -> tuple[Event, ...]:
    """The events of the last days, newest first. Raises `DatabaseError`."""
    return dated(newest_events(rows, fetch_moments(store, rows, settings, now)), store)


def dated(events: Sequence[Event], store: Store) -> tuple[Event, ...]:
    """The events with the time of the first list that showed them, which later renders find again.

    Where ranks do not show it (a list in another order), it is the film's last snapshot before the
    moment that did.
    """
    if not events:
        return ()
    ids = {event.tmdb_id for event in events}
    first, last = min(e.since for e in events), max(e.observed_at for e in events)
    history: dict[int, list[Snapshot]] = {}
    for snapshot in store.fetch_snapshots(ids, first, last):
        history.setdefault(snapshot.tmdb_id, []).append(snapshot)
    return tuple(
        replace(event, observed_at=_first_shown(event, history.get(event.tmdb_id, ())))
        for event in events
    )


def _first_shown(event: Event, snapshots: Iterable[Snapshot]) -> datetime:
    between = [s for s in snapshots if event.since < s.snapshot_ts <= event.observed_at]
    shown = (snapshot.snapshot_ts for snapshot in between if _shows(snapshot, event))
    last = max((snapshot.snapshot_ts for snapshot in between), default=event.observed_at)
    return min(shown, default=last)


def _shows(snapshot: Snapshot, event: Event) -> bool:
    if event.before is None:
        return snapshot.rank is not None and snapshot.rank <= TOP_FILMS
    if snapshot.popularity is None:
        return False
    ratio = snapshot.popularity / event.before
    return ratio >= LEAST_RATIO if event.kind == "rose" else ratio * LEAST_RATIO <= 1


def fetch_moments(store: Store, rows: Rows, settings: Settings, now: datetime) -> Iterator[Moment]:
    """What was true at each midnight of the last days, one at a time, and in the latest list."""
    nights = midnights(now, DAYS + 1)
    cadence = settings.ingest_minutes
    since, _ = moment_span(nights[0], cadence)
    ids = [
        tmdb_id
        for tmdb_id, at in zip(rows.table["tmdb_id"], rows.table["snapshot_at"], strict=True)
        if at is not None and at >= since
    ]
    for night in nights:
        found = store.fetch_points(ids, [moment_span(night, cadence)])
        films = {
            tmdb_id: Seen(points[-1].popularity, points[-1].vote_count or 0, points[-1].rank)
            for tmdb_id, points in found.items()
            if points[-1].rank is not None and points[-1].popularity is not None
        }
        yield Moment(night, films)
    if rows.listing is not None and nights[-1] < rows.listing.observed_at:
        yield Moment(
            rows.listing.observed_at,
            {
                entry.tmdb_id: Seen(entry.popularity, entry.vote_count or 0, entry.rank)
                for entry in rows.listing.entries
                if entry.popularity is not None and finite(entry.popularity) is not None
            },
        )


def newest_events(rows: Rows, moments: Iterable[Moment]) -> tuple[Event, ...]:
    """The events between moments that follow on one another, newest first, at most `MOST_EVENTS`.

    A film without a line in the table is not told of: nothing could be said of it.
    """
    table = rows.table
    films = zip(table["title"], table["original_title"], table["tmdb_id"], strict=True)
    titles = {film[2]: title_of(*film) for film in films}
    found: list[Event] = []
    before: Moment | None = None
    for moment in moments:
        if not moment.films:
            continue
        if before is not None:
            found += _entries(before, moment, titles)
            if moment.at - before.at <= DAY:
                found += _moves(before, moment, titles)
        before = moment
    found.sort(key=lambda event: (-event.day.toordinal(), event.kind, event.place, event.tmdb_id))
    return tuple(found[:MOST_EVENTS])


def _entries(before: Moment, now: Moment, titles: Mapping[int, str]) -> Iterator[Event]:
    """The films of the top ten that were not in it before."""
    known = set(_top(before))
    for place, tmdb_id in enumerate(_top(now), start=1):
        if tmdb_id not in known and tmdb_id in titles:
            seen = now.films[tmdb_id]
            yield Event(
                kind="entered",
                day=_day(now.at),
                tmdb_id=tmdb_id,
                title=titles[tmdb_id],
                popularity=seen.popularity,
                place=place,
                since=before.at,
                observed_at=now.at,
            )


def _moves(before: Moment, now: Moment, titles: Mapping[int, str]) -> Iterator[Event]:
    """The films above the floor that rose or fell by much, the largest first."""
    moved = []
    for tmdb_id, seen in now.films.items():
        then = before.films.get(tmdb_id)
        if then is None or tmdb_id not in titles or seen.vote_count < LEAST_VOTES:
            continue
        if then.popularity < LEAST_POPULARITY:
            continue
        ratio = seen.popularity / then.popularity
        if ratio >= LEAST_RATIO or ratio * LEAST_RATIO <= 1:
            moved.append((abs(seen.popularity - then.popularity), tmdb_id, seen, then))
    moved.sort(key=lambda move: (-move[0], move[1]))
    for place, (_, tmdb_id, seen, then) in enumerate(moved, start=1):
        yield Event(
            kind="rose" if seen.popularity > then.popularity else "fell",
            day=_day(now.at),
            tmdb_id=tmdb_id,
            title=titles[tmdb_id],
            popularity=seen.popularity,
            before=then.popularity,
            place=place,
            since=before.at,
            observed_at=now.at,
        )


def _top(moment: Moment) -> list[int]:
    """The ten most popular of the list, ties by rank, as the page has them."""
    films = moment.films
    return heapq.nsmallest(
        TOP_FILMS, films, key=lambda tmdb_id: (-films[tmdb_id].popularity, films[tmdb_id].rank)
    )


def _day(at: datetime) -> date:
    """The day that led to a moment: what a midnight shows came of the day before it."""
    return (at - timedelta(microseconds=1)).date()
