"""Storing what one tick, or one replayed list of an import, observed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, false, select

from tmdbdash.storage.dropping import drop_rows
from tmdbdash.storage.film_people import save_people
from tmdbdash.storage.schema import latest_list, movie_snapshots, movies, runs
from tmdbdash.storage.transactions import Queries, in_parts, write_transaction
from tmdbdash.storage.upserts import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from tmdbdash.records import ListEntry, Movie, TickWrite

log = logging.getLogger(__name__)


class TickQueries(Queries):
    """The part of `Store` that writes films, snapshots and the latest complete list."""

    @write_transaction
    def save_tick(self, connection: Connection, write: TickWrite) -> None:
        """Store all that a tick brought, in one transaction.

        Films are written as whole rows, except that an existing row keeps ``inserted_at``; a film
        without times of insertion and update gets the tick's. A film or snapshot given twice is
        stored as given last. Misdated snapshots are dropped before the others are written. A
        listing that is empty or older than the stored one is left out, unless the stored one is
        later than ``believed_until``; where that is given, so is a film whose stored row is newer.
        """
        changes = write.changes
        films = [change.movie for change in changes if change.movie is not None]
        if write.believed_until is not None:
            newer = _ids_stored_newer(connection, films, write.believed_until)
            films = [film for film in films if film.tmdb_id not in newer]
            if newer:
                log.info("%d films stay as a later tick has stored them meanwhile", len(newer))
        dated = [_dated(film, write.observed_at) for film in films]
        upsert(connection, movies, dated, keep=("inserted_at",))
        save_people(connection, dated)
        own = movie_snapshots.c
        if write.wrong_clock_after is not None:
            for part in in_parts(write.wrong_clock_films):
                connection.execute(
                    delete(movie_snapshots).where(
                        own.tmdb_id.in_(part),
                        own.snapshot_ts > write.wrong_clock_after,
                        own.imported == false(),
                    )
                )
        replaced: dict[datetime, list[int]] = {}
        for change in changes:
            if change.movie is not None and change.replaces_snapshot_at is not None:
                replaced.setdefault(change.replaces_snapshot_at, []).append(change.movie.tmdb_id)
        for at, ids in sorted(replaced.items()):
            for part in in_parts(ids):
                connection.execute(
                    delete(movie_snapshots).where(own.tmdb_id.in_(part), own.snapshot_ts == at)
                )
        snapshots = [change.snapshot for change in changes if change.snapshot is not None]
        upsert(connection, movie_snapshots, snapshots)
        if write.listing:
            _save_listing(connection, write.listing, write.observed_at, write.believed_until)
        if write.run is not None:
            upsert(connection, runs, [write.run])


def _ids_stored_newer(
    connection: Connection, films: Sequence[Movie], believed_until: datetime
) -> set[int]:
    """The ids of the films whose stored rows were observed later than ``films`` were.

    A stored time later than ``believed_until`` is of a clock that was wrong, and does not count.
    The rows are locked: of two concurrent writers the second sees what the first has written.
    """
    at = {film.tmdb_id: film.observed_at for film in films if film.observed_at is not None}
    newer: set[int] = set()
    for part in in_parts(at):
        query = select(movies.c.tmdb_id, movies.c.observed_at).where(
            movies.c.tmdb_id.in_(part), movies.c.observed_at <= believed_until
        )
        rows = connection.execute(query.with_for_update())
        newer.update(tmdb_id for tmdb_id, stored in rows if stored > at[tmdb_id])
    return newer


def _dated(film: Movie, now: datetime) -> Movie:
    if film.inserted_at is not None and film.updated_at is not None:
        return film
    return replace(film, inserted_at=film.inserted_at or now, updated_at=film.updated_at or now)


def _save_listing(
    connection: Connection,
    entries: Sequence[ListEntry],
    observed_at: datetime,
    believed_until: datetime | None,
) -> None:
    """Replace the stored list, unless it is newer and not later than ``believed_until``."""
    newest = select(latest_list.c.observed_at).order_by(latest_list.c.rank).limit(1)
    # Locked, so that of two concurrent writers the second sees what the first has written.
    stored = connection.execute(newest.with_for_update()).scalar()
    if stored is None or (believed_until is not None and stored > believed_until):
        stored = observed_at
    if stored > observed_at:
        return
    upsert(connection, latest_list, entries, constants={"observed_at": observed_at})
    last = max(entry.rank for entry in entries)
    drop_rows(connection, latest_list, latest_list.c.rank > last)
