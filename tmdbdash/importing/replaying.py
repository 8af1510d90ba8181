"""Stores batches of observations, past or present, by the rules of live ticks."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime

from tmdbdash.importing.observations import ObservedRow, RepeatedObservations, ReplayStore
from tmdbdash.importing.snapshots_around import SnapshotsAround
from tmdbdash.ingest.deciding import decide
from tmdbdash.records import FilmChange, ListEntry, TickWrite


class Replay:
    """Stores the observations of one file; memory is that of a batch.

    Counts observations: ``new`` and ``changed`` films, ``unchanged`` ones, ``duplicates`` of a
    film at the same time (the first one counts, a later one only fills gaps), and ``snapshots``.
    ``listed`` is the number of films in the latest complete list. To be closed.
    """

    def __init__(self, store: ReplayStore, now: datetime) -> None:
        self.new = self.changed = self.unchanged = self.duplicates = self.snapshots = 0
        self._store = store
        self._now = now
        self._repeated = RepeatedObservations()
        self._stored_listing = store.fetch_listing()
        self._listing: tuple[datetime, tuple[ListEntry, ...]] | None = None
        self.listed = 0 if self._stored_listing is None else len(self._stored_listing.entries)

    def close(self) -> None:
        """Delete the temporary data on the file."""
        self._repeated.close()

    def offer_listing(self, at: datetime, entries: tuple[ListEntry, ...]) -> None:
        """Store a complete list as the latest one with the next batch, unless it is older."""
        stored = self._stored_listing
        if stored is not None and (
            at < stored.observed_at or (at, entries) == (stored.observed_at, stored.entries)
        ):
            return
        self._listing = (at, entries)
        self.listed = len(entries)

    def save(self, rows: Sequence[ObservedRow]) -> list[ObservedRow]:
        """Decide and store one batch in one transaction.

        Returns those that cannot be used: of films that are not stored, and have no title or may
        not be added by this file.
        """
        ids = {row.seen.facts.tmdb_id for row in rows}
        known = self._store.fetch_movies(ids) if ids else {}
        history = SnapshotsAround(self._store, known, rows)
        changes: dict[int, FilmChange] = {}
        further: list[FilmChange] = []
        unusable = []
        for row in rows:
            seen = row.seen
            film = seen.facts.tmdb_id
            stored = known.get(film)
            if stored is None and row.unknown != "new":
                unusable.append(row)
                continue
            repeated = seen.rank is None and self._repeated.again(film, seen.at)
            if seen.fills and stored is not None:
                at, guessed = stored.observed_at or seen.at, stored.observed_guessed
                seen = dataclasses.replace(seen, at=at, guessed=guessed)
            elif repeated:
                seen = dataclasses.replace(seen, fills=True)
            change = decide(
                stored,
                seen,
                now=self._now,
                earlier=history.before(film, seen.at),
                before_guess=history.before_guess(film),
            )
            if change.kind == "new" and change.movie is not None and not change.movie.title:
                unusable.append(row)
                continue
            if stored is None and row.seen.fills and change.snapshot is None:
                # A reference set has facts of a film, but no observed metrics.
                assert change.movie is not None  # noqa: S101  a new film has a row
                untimed = dataclasses.replace(change.movie, observed_at=None)
                change = dataclasses.replace(change, movie=untimed)
            self._count(change, repeated=repeated)
            if change.movie is not None:
                known[film] = change.movie
            if change.replaces_snapshot_at is not None:
                history.remove(film, change.replaces_snapshot_at)
                further, changes = _without_snapshot(
                    further, changes, film, change.replaces_snapshot_at
                )
            if change.snapshot is not None:
                history.add(change.snapshot)
            if film in changes:
                # A film's last row is written, and every snapshot.
                before = changes[film]
                further.append(FilmChange(kind=before.kind, snapshot=before.snapshot))
                change = dataclasses.replace(
                    change,
                    movie=change.movie or before.movie,
                    replaces_snapshot_at=change.replaces_snapshot_at or before.replaces_snapshot_at,
                )
            if change.movie is not None or change.snapshot is not None:
                changes[film] = change
        self._write(tuple(further) + tuple(changes.values()), rows[-1:])
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

    def _write(self, changes: tuple[FilmChange, ...], last: Sequence[ObservedRow]) -> None:
        listing, self._listing = self._listing, None
        if not changes and listing is None:
            return
        self._store.save_tick(
            TickWrite(
                observed_at=last[0].seen.at if listing is None else listing[0],
                changes=changes,
                listing=None if listing is None else listing[1],
            )
        )


def _without_snapshot(
    further: list[FilmChange], changes: dict[int, FilmChange], film: int, at: datetime
) -> tuple[list[FilmChange], dict[int, FilmChange]]:
    """The pending changes, without a film's snapshot of a time that was a wrong guess."""

    def without(change: FilmChange) -> FilmChange:
        snapshot = change.snapshot
        if snapshot is None or (snapshot.tmdb_id, snapshot.snapshot_ts) != (film, at):
            return change
        return dataclasses.replace(change, snapshot=None)

    if film in changes:
        changes[film] = without(changes[film])
        further = [without(change) for change in further]
    return further, changes
