"""Batches of observations, past or present, into the store by the rules of live ticks."""

from __future__ import annotations

import bisect
import dataclasses
import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple, Protocol

from tmdbdash.ingest.deciding import decide
from tmdbdash.ingest.guessed_times import MAY_BE_LATE
from tmdbdash.records import (
    FilmChange,
    FilmFacts,
    ListEntry,
    Listing,
    Movie,
    Snapshot,
    TickWrite,
)

_AT = attrgetter("snapshot_ts")
INSTANT = timedelta(microseconds=1)


class ReplayStore(Protocol):
    """What a replay, and finding films, need of a store; `Store` is one."""

    def fetch_listing(self) -> Listing | None:
        """The latest complete list."""

    def fetch_movies(self, ids: Collection[int]) -> dict[int, Movie]:
        """The known ones among these films, by id."""

    def fetch_movie_columns(
        self, names: Sequence[str], ids: Collection[int] | None = None
    ) -> dict[str, list[Any]]:
        """Columns of films."""

    def fetch_snapshots(
        self, ids: Collection[int], since: datetime | None = None, until: datetime | None = None
    ) -> list[Snapshot]:
        """Snapshots by film and time."""

    def fetch_snapshots_before(self, ids: Collection[int], at: datetime) -> dict[int, Snapshot]:
        """Each film's newest snapshot at or before a time."""

    def save_tick(self, write: TickWrite) -> None:
        """Store what was decided."""


class Observation(NamedTuple):
    """One film as observed at one time; ``rank`` where that was in a list.

    ``text`` is the row as it stood. What ``fills`` only fills gaps, at the time at which the film
    is known; ``unknown`` says what becomes of it where the film is not: "new", "rejected" or
    "skipped". ``guessed`` says that the time is a guess.
    """

    line: int
    facts: FilmFacts
    at: datetime
    rank: int | None = None
    text: str = ""
    fills: bool = False
    unknown: str = "new"
    guessed: bool = False


class Replay:
    """Observations of one file on their way into the store; memory stays that of a batch.

    Counts observations: ``new`` and ``changed`` films, ``unchanged`` ones, ``duplicates`` of a
    film at the same time (the first one counts, a later one only fills gaps), and ``snapshots``.
    ``listed`` is the number of films in the latest complete list. To be closed.
    """

    def __init__(self, store: ReplayStore, now: datetime) -> None:
        self.new = self.changed = self.unchanged = self.duplicates = self.snapshots = 0
        self._store = store
        self._now = now
        self._seen = _Seen()
        self._stored_listing = store.fetch_listing()
        self._listing: tuple[datetime, tuple[ListEntry, ...]] | None = None
        self.listed = 0 if self._stored_listing is None else len(self._stored_listing.entries)

    def close(self) -> None:
        """Let go of what was kept aside about the file."""
        self._seen.close()

    def offer_listing(self, at: datetime, entries: tuple[ListEntry, ...]) -> None:
        """Let a complete list become the latest one with the next batch, unless it is older."""
        stored = self._stored_listing
        if stored is not None and (
            at < stored.observed_at or (at, entries) == (stored.observed_at, stored.entries)
        ):
            return
        self._listing = (at, entries)
        self.listed = len(entries)

    def save(self, observations: Sequence[Observation]) -> list[Observation]:
        """Decide and store one batch in one transaction.

        Returns those that cannot be used: of films that are not known, and have no title or are
        not to become known by this file.
        """
        ids = {observation.facts.tmdb_id for observation in observations}
        known = self._store.fetch_movies(ids) if ids else {}
        history = _History(self._store, known, observations)
        changes: dict[int, FilmChange] = {}
        further: list[FilmChange] = []
        unusable = []
        for observation in observations:
            facts, at, rank = observation.facts, observation.at, observation.rank
            film = facts.tmdb_id
            held = known.get(film)
            if held is None and observation.unknown != "new":
                unusable.append(observation)
                continue
            repeated = rank is None and self._seen.again(film, at)
            guessed = observation.guessed
            if observation.fills and held is not None:
                at, guessed = held.observed_at or at, held.observed_guessed
            change = decide(
                held,
                facts,
                at,
                rank,
                now=self._now,
                earlier=history.before(film, at),
                under=history.under_guess(film),
                imported=True,
                fill=repeated or observation.fills,
                guessed=guessed,
            )
            if change.kind == "new" and change.movie is not None and not change.movie.title:
                unusable.append(observation)
                continue
            if held is None and observation.fills and change.snapshot is None:
                # A reference set says what a film is, not how it stands: that was not observed.
                assert change.movie is not None  # noqa: S101  a new film has a row
                untimed = dataclasses.replace(change.movie, observed_at=None)
                change = dataclasses.replace(change, movie=untimed)
            self._count(change, repeated=repeated)
            if change.movie is not None:
                known[film] = change.movie
            if change.misdated is not None:
                history.remove(film, change.misdated)
                further, changes = _without_snapshot(further, changes, film, change.misdated)
            if change.snapshot is not None:
                history.add(change.snapshot)
            if film in changes:
                # Of a film the last row is written, but every snapshot.
                before = changes[film]
                further.append(FilmChange(kind=before.kind, snapshot=before.snapshot))
                change = dataclasses.replace(
                    change,
                    movie=change.movie or before.movie,
                    misdated=change.misdated or before.misdated,
                )
            if change.movie is not None or change.snapshot is not None:
                changes[film] = change
        self._write(tuple(further) + tuple(changes.values()), observations[-1:])
        return unusable

    def _count(self, change: FilmChange, *, repeated: bool) -> None:
        if change.kind == "new":
            self.new += 1
        elif repeated:
            self.duplicates += 1
        elif change.kind == "changed":
            self.changed += 1
        else:
            self.unchanged += 1
        self.snapshots += change.snapshot is not None

    def _write(self, changes: tuple[FilmChange, ...], last: Sequence[Observation]) -> None:
        listing, self._listing = self._listing, None
        if not changes and listing is None:
            return
        self._store.save_tick(
            TickWrite(
                observed_at=last[0].at if listing is None else listing[0],
                changes=changes,
                listing=None if listing is None else listing[1],
            )
        )


def _without_snapshot(
    further: list[FilmChange], changes: dict[int, FilmChange], film: int, at: datetime
) -> tuple[list[FilmChange], dict[int, FilmChange]]:
    """What waits to be written, without a film's snapshot of a time that was a wrong guess."""

    def without(change: FilmChange) -> FilmChange:
        snapshot = change.snapshot
        if snapshot is None or (snapshot.tmdb_id, snapshot.snapshot_ts) != (film, at):
            return change
        return dataclasses.replace(change, snapshot=None)

    if film in changes:
        changes[film] = without(changes[film])
        further = [without(change) for change in further]
    return further, changes


class _History:
    """The snapshots around a batch, of those films for which they can matter.

    They matter where an observation lies behind what is known of the film: then the row no longer
    tells the snapshot before it.
    """

    def __init__(
        self, store: ReplayStore, known: dict[int, Movie], observations: Sequence[Observation]
    ) -> None:
        self._by_film: dict[int, list[Snapshot]] = {}
        self._keep_all = False
        self._behind: set[int] = set()
        self._under_guess: dict[int, Snapshot] = {}
        if not observations:
            return
        first = min(observation.at for observation in observations)
        last = max(observation.at for observation in observations)
        self._keep_all = first != last
        guessed = any(observation.guessed for observation in observations)
        self._behind = {
            movie.tmdb_id
            for movie in known.values()
            if movie.observed_at is not None
            and first <= movie.observed_at + (MAY_BE_LATE if guessed else -INSTANT)
        }
        if not self._behind:
            return
        guesses: dict[datetime, list[int]] = {}
        for film in self._behind:
            if known[film].observed_guessed and (at := known[film].observed_at) is not None:
                guesses.setdefault(at, []).append(film)
        for at, films in guesses.items():
            self._under_guess |= store.fetch_snapshots_before(films, at - INSTANT)
        for film, snapshot in store.fetch_snapshots_before(self._behind, first).items():
            self._by_film[film] = [snapshot]
        if self._keep_all:
            for snapshot in store.fetch_snapshots(self._behind, first, last):
                held = self._by_film.setdefault(snapshot.tmdb_id, [])
                if not held or held[-1].snapshot_ts < snapshot.snapshot_ts:
                    held.append(snapshot)

    def before(self, film: int, at: datetime) -> Snapshot | None:
        """The film's newest snapshot at or before a time."""
        held = self._by_film.get(film)
        if not held:
            return None
        place = bisect.bisect_right(held, at, key=_AT)
        return held[place - 1] if place else None

    def under_guess(self, film: int) -> Snapshot | None:
        """The newest snapshot before the guessed time of a film that has one."""
        return self._under_guess.get(film)

    def remove(self, film: int, at: datetime) -> None:
        """Forget one that this batch drops."""
        self._under_guess.pop(film, None)
        held = self._by_film.get(film, [])
        self._by_film[film] = [snapshot for snapshot in held if snapshot.snapshot_ts != at]

    def add(self, snapshot: Snapshot) -> None:
        """Remember one that this batch writes."""
        if not self._keep_all and snapshot.tmdb_id not in self._behind:
            return
        held = self._by_film.setdefault(snapshot.tmdb_id, [])
        place = bisect.bisect_right(held, snapshot.snapshot_ts, key=_AT)
        if place and held[place - 1].snapshot_ts == snapshot.snapshot_ts:
            held[place - 1] = snapshot
        else:
            held.insert(place, snapshot)


class _Seen:
    """Which films were observed at which time.

    Those of the first time take one bit each, for all usual ids. The others, of files whose rows
    have times of their own, go to a private temporary database, most of it on the disk: there may
    be millions.
    """

    USUAL = 1 << 26

    def __init__(self) -> None:
        self._time: datetime | None = None
        self._bits = bytearray()
        self._others: sqlite3.Connection | None = None

    def close(self) -> None:
        """Drop the temporary database."""
        if self._others is not None:
            self._others.close()

    def again(self, film: int, at: datetime) -> bool:
        """Whether this film was observed at this time before; notes that it is now."""
        if self._time is None:
            self._time = at
        if at != self._time or film >= self.USUAL:
            return self._is_among_others(film, at)
        byte, bit = film >> 3, 1 << (film & 7)
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 4096 - len(self._bits)))
        before = bool(self._bits[byte] & bit)
        self._bits[byte] |= bit
        return before

    def _is_among_others(self, film: int, at: datetime) -> bool:
        if self._others is None:
            # An empty name: a file that SQLite deletes itself, behind a cache of bounded size.
            self._others = sqlite3.connect("", isolation_level=None)
            self._others.execute(
                "CREATE TABLE seen (film, at, PRIMARY KEY (film, at)) WITHOUT ROWID"
            )
            self._others.execute("PRAGMA journal_mode = OFF")
            self._others.execute("BEGIN")
        pair = (film, at.timestamp())
        return not self._others.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", pair).rowcount
