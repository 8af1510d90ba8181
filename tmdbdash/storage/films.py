"""Films and the latest complete list: what is true now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, String, false, func, select, true, type_coerce

from tmdbdash.records import GuessedTimes, ListEntry, Listing, Movie
from tmdbdash.storage.dropping import drop_rows
from tmdbdash.storage.schema import latest_list, movies
from tmdbdash.storage.upserts import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

IDS_AT_ONCE = 500
"""Ids in one statement: far below every limit on parameters."""
ROWS_AT_ONCE = 20_000


def in_parts(ids: Collection[int], size: int = IDS_AT_ONCE) -> Iterator[list[int]]:
    """Distinct ids in ascending order, as many at a time as one statement shall name."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def fetch_movies(connection: Connection, ids: Collection[int]) -> dict[int, Movie]:
    """The known ones among the films of these ids."""
    found = {}
    for part in in_parts(ids):
        for movie in _movies(connection, select(movies).where(movies.c.tmdb_id.in_(part))):
            found[movie.tmdb_id] = movie
    return found


def fetch_movie_columns(
    connection: Connection, names: Sequence[str], ids: Collection[int] | None
) -> dict[str, list[Any]]:
    """Films by tmdb_id, one list a column; see `Store.fetch_movie_columns`.

    Values that come again and again (a language, a list of countries) are one object for all.
    """
    query = select(*(_column(name) for name in names)).order_by(movies.c.tmdb_id)
    parts = [None] if ids is None else list(in_parts(ids))
    columns: list[list[Any]] = [[] for _ in names]
    known: list[dict[Any, Any]] = [{} for _ in names]
    reading = connection.execution_options(yield_per=ROWS_AT_ONCE)
    for part in parts:
        asked = query if part is None else query.where(movies.c.tmdb_id.in_(part))
        for rows in reading.execute(asked).partitions():
            for column, met, values in zip(columns, known, zip(*rows, strict=True), strict=True):
                column += [met.setdefault(value, value) for value in values]
                if len(met) > ROWS_AT_ONCE:  # what seldom comes again is not worth remembering
                    met.clear()
    return dict(zip(names, columns, strict=True))


def fetch_most_popular_ids(connection: Connection, limit: int) -> list[int]:
    """The films of highest popularity, by id; the index alone answers which ones."""
    order = (movies.c.popularity.desc(), movies.c.tmdb_id.desc())
    query = select(movies.c.tmdb_id).order_by(*order).limit(limit)
    return sorted(connection.execute(query).scalars())


def count_movies(connection: Connection) -> int:
    """How many films there are."""
    return int(connection.execute(select(func.count()).select_from(movies)).scalar_one())


def count_guessed(connection: Connection) -> GuessedTimes:
    """The films whose time is a guess, all of them imported; the index alone answers."""
    at = movies.c.observed_at
    query = select(func.count(), func.min(at), func.max(at)).where(
        movies.c.imported == true(), movies.c.observed_guessed == true()
    )
    return GuessedTimes(*connection.execute(query).one())


def fetch_most_popular(connection: Connection, limit: int) -> list[Movie]:
    """Films by popularity, highest first.

    The index alone answers which ones: asked for whole rows at once, MariaDB sorts all films.
    Both keys descend because only so the index is in their order.
    """
    order = (movies.c.popularity.desc(), movies.c.tmdb_id.desc())
    first = select(movies.c.tmdb_id).order_by(*order).limit(limit).subquery("first")
    query = select(movies).join(first, first.c.tmdb_id == movies.c.tmdb_id).order_by(*order)
    return list(_movies(connection, query))


def fetch_listing(connection: Connection) -> Listing | None:
    """The latest complete list."""
    rows = connection.execute(select(latest_list).order_by(latest_list.c.rank)).all()
    if not rows:
        return None
    entries = tuple(
        ListEntry(
            rank=row.rank,
            tmdb_id=row.tmdb_id,
            popularity=row.popularity,
            vote_count=row.vote_count,
            vote_average=row.vote_average,
        )
        for row in rows
    )
    return Listing(observed_at=rows[0].observed_at, entries=entries)


def fetch_observed_at(connection: Connection) -> datetime | None:
    """When the latest complete list was observed; without one, the film observed last.

    A guessed time counts only where there is no other: it is no proof of fresh data.
    """
    listed = select(latest_list.c.observed_at).order_by(latest_list.c.rank).limit(1)
    found: datetime | None = connection.execute(listed).scalar()
    if found is not None:
        return found
    # An index leads to each of these at once, not to the newest of several.
    newest = select(movies.c.observed_at).order_by(movies.c.observed_at.desc()).limit(1)
    for guessed in (false(), true()):
        asked = newest.where(movies.c.observed_guessed == guessed)
        times = [
            connection.execute(asked.where(movies.c.imported == imported)).scalar()
            for imported in (true(), false())
        ]
        known = [time for time in times if time is not None]
        if known:
            latest: datetime = max(known)
            return latest
    return None


def save_movies(connection: Connection, films: Sequence[Movie], now: datetime) -> None:
    """Write whole rows; the first time of insertion stays. ``now`` fills in missing times."""
    if films:
        dated = [_dated(film, now) for film in films]
        upsert(connection, movies, dated, keep=("inserted_at",))


def seen_later(
    connection: Connection, films: Sequence[Movie], believed_until: datetime
) -> set[int]:
    """Those of these films whose stored rows are of a later time than they are.

    A stored time of after ``believed_until`` is of a clock that was wrong, and counts as earlier.
    The rows are locked: of two writers at once the second sees what the first has put there.
    """
    at = {film.tmdb_id: film.observed_at for film in films if film.observed_at is not None}
    later: set[int] = set()
    for part in in_parts(at):
        query = select(movies.c.tmdb_id, movies.c.observed_at).where(
            movies.c.tmdb_id.in_(part), movies.c.observed_at <= believed_until
        )
        for tmdb_id, stored in connection.execute(query.with_for_update()):
            if stored > at[tmdb_id]:
                later.add(tmdb_id)
    return later


def save_listing(
    connection: Connection,
    entries: Sequence[ListEntry],
    observed_at: datetime,
    believed_until: datetime | None = None,
) -> None:
    """Put a complete list in the place of the stored one, unless that is newer.

    A stored one of after ``believed_until`` is not: its clock was wrong.
    """
    newest = select(latest_list.c.observed_at).order_by(latest_list.c.rank).limit(1)
    # Locked, so that of two writers at once the second sees what the first has put there.
    stored = connection.execute(newest.with_for_update()).scalar()
    if stored is None or (believed_until is not None and stored > believed_until):
        stored = observed_at
    if stored > observed_at:
        return
    upsert(connection, latest_list, entries, constants={"observed_at": observed_at})
    last = max((entry.rank for entry in entries), default=0)
    drop_rows(connection, latest_list, latest_list.c.rank > last)


def _movies(connection: Connection, query: Select[Any]) -> Iterator[Movie]:
    return (Movie(**row) for row in connection.execute(query).mappings())


def _dated(film: Movie, now: datetime) -> Movie:
    if film.inserted_at is not None and film.updated_at is not None:
        return film
    return replace(film, inserted_at=film.inserted_at or now, updated_at=film.updated_at or now)


def _column(name: str) -> Any:
    if name == "overview_length":
        return func.coalesce(func.char_length(movies.c.overview), 0)
    if name == "title_length":
        return func.char_length(movies.c.title)
    if name == "genres":
        return type_coerce(movies.c.genres, String)
    return movies.c[name]
