"""A store for dry runs of an import, which reads the database and writes elsewhere."""

from __future__ import annotations

import contextlib
import logging
import tempfile
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tmdbdash.records import Columns, Listing, Movie, Snapshot, TickWrite

if TYPE_CHECKING:
    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store


upgrading = logging.getLogger("tmdbdash.storage.upgrade")


class TrialStore:
    """Reads from the ``known`` store, and from a ``trial`` that takes all writes.

    Films of the trial replace known ones, so that a dry run has the same counts as the import.
    """

    def __init__(self, known: Store, trial: Store) -> None:
        self._known = known
        self._trial = trial

    def fetch_listing(self) -> Listing | None:
        """The latest complete list."""
        return self._trial.fetch_listing() or self._known.fetch_listing()

    def fetch_movies(self, ids: Collection[int]) -> dict[int, Movie]:
        """The known ones among these films, by id."""
        return self._known.fetch_movies(ids) | self._trial.fetch_movies(ids)

    def fetch_movie_columns(
        self, names: Sequence[str], ids: Collection[int] | None = None
    ) -> Columns:
        """Columns of films; a film of both stores may be in them twice."""
        columns = self._trial.fetch_movie_columns(names, ids)
        known = self._known.fetch_movie_columns(names, ids)
        return {name: known[name] + columns[name] for name in names}

    def fetch_snapshots(
        self, ids: Collection[int], since: datetime | None = None, until: datetime | None = None
    ) -> list[Snapshot]:
        """Snapshots of these films, by film and time."""
        both = {
            (snapshot.tmdb_id, snapshot.snapshot_ts): snapshot
            for store in (self._known, self._trial)
            for snapshot in store.fetch_snapshots(ids, since, until)
        }
        return [both[key] for key in sorted(both)]

    def fetch_snapshots_before(self, ids: Collection[int], at: datetime) -> dict[int, Snapshot]:
        """Each film's newest snapshot at or before a time."""
        found = self._known.fetch_snapshots_before(ids, at)
        for film, snapshot in self._trial.fetch_snapshots_before(ids, at).items():
            if film not in found or found[film].snapshot_ts <= snapshot.snapshot_ts:
                found[film] = snapshot
        return found

    def save_tick(self, write: TickWrite) -> None:
        """Keep the rows that an import would store, for the rest of the dry run."""
        self._trial.save_tick(write)


@contextlib.contextmanager
def trial_store(settings: Settings) -> Iterator[TrialStore]:
    """A store over the home's database, which is only read; it leaves no file behind.

    Raises `DatabaseError` where the database is there and cannot be read.
    """
    from tmdbdash.storage import open_empty_store, open_store, open_store_read_only

    with contextlib.ExitStack() as stack:
        known = stack.enter_context(open_store_read_only(settings) or open_empty_store())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tmdbdash-")))
        # No log lines on the trial's tables.
        stack.callback(setattr, upgrading, "disabled", upgrading.disabled)
        upgrading.disabled = True
        aside = settings.model_copy(update={"home": folder, "database_url": None})
        yield TrialStore(known, stack.enter_context(open_store(aside)))
