"""The snapshots of films before and between the observations of a batch."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from datetime import datetime, timedelta
from operator import attrgetter

from tmdbdash.importing.observations import ObservedRow, ReplayStore
from tmdbdash.ingest.guessed_times import MAY_BE_LATE
from tmdbdash.records import Movie, Snapshot

_AT = attrgetter("snapshot_ts")
INSTANT = timedelta(microseconds=1)


class SnapshotsAround:
    """The snapshots around a batch, of those films for which they can matter.

    They matter where an observation is older than the film's row: then the row's snapshot is not
    the one before it.
    """

    def __init__(
        self, store: ReplayStore, known: dict[int, Movie], rows: Sequence[ObservedRow]
    ) -> None:
        self._by_film: dict[int, list[Snapshot]] = {}
        self._keep_all = False
        self._films_with_newer_rows: set[int] = set()
        self._before_guess: dict[int, Snapshot] = {}
        if not rows:
            return
        first = min(row.seen.at for row in rows)
        last = max(row.seen.at for row in rows)
        self._keep_all = first != last
        guessed = any(row.seen.guessed for row in rows)
        self._films_with_newer_rows = {
            movie.tmdb_id
            for movie in known.values()
            if movie.observed_at is not None
            and first <= movie.observed_at + (MAY_BE_LATE if guessed else -INSTANT)
        }
        if not self._films_with_newer_rows:
            return
        guesses: dict[datetime, list[int]] = {}
        for film in self._films_with_newer_rows:
            if known[film].observed_guessed and (at := known[film].observed_at) is not None:
                guesses.setdefault(at, []).append(film)
        for at, films in guesses.items():
            self._before_guess |= store.fetch_snapshots_before(films, at - INSTANT)
        for film, snapshot in store.fetch_snapshots_before(
            self._films_with_newer_rows, first
        ).items():
            self._by_film[film] = [snapshot]
        if self._keep_all:
            for snapshot in store.fetch_snapshots(self._films_with_newer_rows, first, last):
                snapshots = self._by_film.setdefault(snapshot.tmdb_id, [])
                if not snapshots or snapshots[-1].snapshot_ts < snapshot.snapshot_ts:
                    snapshots.append(snapshot)

    def before(self, film: int, at: datetime) -> Snapshot | None:
        """The film's newest snapshot at or before a time."""
        snapshots = self._by_film.get(film)
        if not snapshots:
            return None
        index = bisect.bisect_right(snapshots, at, key=_AT)
        return snapshots[index - 1] if index else None

    def before_guess(self, film: int) -> Snapshot | None:
        """The newest snapshot before the guessed time of a film that has one."""
        return self._before_guess.get(film)

    def remove(self, film: int, at: datetime) -> None:
        """Forget one that this batch drops."""
        self._before_guess.pop(film, None)
        snapshots = self._by_film.get(film, [])
        self._by_film[film] = [snapshot for snapshot in snapshots if snapshot.snapshot_ts != at]

    def add(self, snapshot: Snapshot) -> None:
        """Remember one that this batch writes."""
        if not self._keep_all and snapshot.tmdb_id not in self._films_with_newer_rows:
            return
        snapshots = self._by_film.setdefault(snapshot.tmdb_id, [])
        index = bisect.bisect_right(snapshots, snapshot.snapshot_ts, key=_AT)
        if index and snapshots[index - 1].snapshot_ts == snapshot.snapshot_ts:
            snapshots[index - 1] = snapshot
        else:
            snapshots.insert(index, snapshot)
