"""Observations of films by an import, and the part of a store that it needs."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from tmdbdash.records import Columns, Listing, Movie, Observation, Snapshot, TickWrite


class ReplayStore(Protocol):
    """The part of a `Store` that a replay, and finding films, need."""

    def fetch_listing(self) -> Listing | None:
        """The latest complete list."""

    def fetch_movies(self, ids: Collection[int]) -> dict[int, Movie]:
        """The known ones among these films, by id."""

    def fetch_movie_columns(
        self, names: Sequence[str], ids: Collection[int] | None = None
    ) -> Columns:
        """Columns of films."""

    def fetch_snapshots(
        self, ids: Collection[int], since: datetime | None = None, until: datetime | None = None
    ) -> list[Snapshot]:
        """Snapshots by film and time."""

    def fetch_snapshots_before(self, ids: Collection[int], at: datetime) -> dict[int, Snapshot]:
        """Each film's newest snapshot at or before a time."""

    def save_tick(self, write: TickWrite) -> None:
        """Store a batch."""


class ObservedRow(NamedTuple):
    """The observation in one row of a file; where it fills gaps, at the film's own time.

    ``text`` is the row's. ``unknown`` is what becomes of it where the film is not stored: "new",
    "rejected" or "skipped".
    """

    line: int
    seen: Observation
    text: str = ""
    unknown: str = "new"


class RepeatedObservations:
    """The set of films and times observed so far.

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
