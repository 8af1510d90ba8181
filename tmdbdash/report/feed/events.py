"""Events of the last days: films that entered the top ten, and large changes within a day.

They are the differences between the lists of two midnights (UTC), or of the last midnight and now,
so that later renders find the same events. An event that the next midnight does not show, of a
film that entered at noon and left in the evening, is in the feed on that day alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from tmdbdash.records.learned import TOP_FILMS
from tmdbdash.report.panels.movers import LEAST_POPULARITY, LEAST_VOTES
from tmdbdash.report.query.list_days import Moment
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.query.spans import DAY, midnights

if TYPE_CHECKING:
    from tmdbdash.records import Snapshot
    from tmdbdash.storage import Store

DAYS = 14
LEAST_RATIO = 1.5
"""A film rose or fell where its popularity was multiplied or divided by this or more in a day."""
MOST_EVENTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What happened to a film on a day in UTC.

    ``kind`` is "entered" (the top ten), or "rose" or "fell", from ``before``. ``place`` is the
    film's position in the top ten, or among the changes of the day by size. It happened between
    ``since`` and ``observed_at``, which `dated` replaces by the time of the first list with it.
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


def fetch_events(
    store: Store, rows: Rows, moments: Iterable[Moment], now: datetime
) -> tuple[Event, ...]:
    """The events of the last days, newest first. Raises `DatabaseError`."""
    first = midnights(now, DAYS + 1)[0]
    return dated(newest_events(rows, (m for m in moments if m.at >= first)), store)


def dated(events: Sequence[Event], store: Store) -> tuple[Event, ...]:
    """The events with the time of the first list that showed them, the same in later renders.

    Where no snapshot shows it by its rank (a list in another order), it is the time of the last
    snapshot between the two moments.
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


def newest_events(rows: Rows, moments: Iterable[Moment]) -> tuple[Event, ...]:
    """The events between successive moments, newest first, at most `MOST_EVENTS`.

    Films that are not in the table have none: their titles are not known.
    """
    titles = {tmdb_id: film.shown_title for tmdb_id, film in rows.tracked.items()}
    found: list[Event] = []
    before: Moment | None = None
    for moment in moments:
        if not moment.films:
            continue
        if before is not None:
            found += _entries(before, moment, titles)
            if moment.at - before.at <= DAY:
                found += _changes(before, moment, titles)
        before = moment
    found.sort(key=lambda event: (-event.day.toordinal(), event.kind, event.place, event.tmdb_id))
    return tuple(found[:MOST_EVENTS])


def _entries(before: Moment, now: Moment, titles: Mapping[int, str]) -> Iterator[Event]:
    """The films of the top ten that were not in it before."""
    earlier = set(before.leaders(TOP_FILMS))
    for place, tmdb_id in enumerate(now.leaders(TOP_FILMS), start=1):
        if tmdb_id not in earlier and tmdb_id in titles:
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


def _changes(before: Moment, now: Moment, titles: Mapping[int, str]) -> Iterator[Event]:
    """The films above the limits that rose or fell by `LEAST_RATIO`, the largest change first."""
    changed = []
    for tmdb_id, seen in now.films.items():
        then = before.films.get(tmdb_id)
        if then is None or tmdb_id not in titles or seen.vote_count < LEAST_VOTES:
            continue
        if then.popularity < LEAST_POPULARITY:
            continue
        ratio = seen.popularity / then.popularity
        if ratio >= LEAST_RATIO or ratio * LEAST_RATIO <= 1:
            changed.append((abs(seen.popularity - then.popularity), tmdb_id, seen, then))
    changed.sort(key=lambda change: (-change[0], change[1]))
    for place, (_, tmdb_id, seen, then) in enumerate(changed, start=1):
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


def _day(at: datetime) -> date:
    """The day that ends at a moment: a midnight belongs to the day before it."""
    return (at - timedelta(microseconds=1)).date()
