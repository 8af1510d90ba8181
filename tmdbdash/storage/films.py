"""Queries of films and of the latest complete list."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, false, func, select, true, type_coerce

from tmdbdash.records import ROLES, Columns, GuessedTimes, ListEntry, Listing, Movie
from tmdbdash.storage.film_people import fetch_names, fetch_people
from tmdbdash.storage.schema import latest_list, movies
from tmdbdash.storage.transactions import (
    Queries,
    fetch_records,
    fetch_records_of,
    in_parts,
    read_transaction,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

ROWS_AT_ONCE = 20_000
"""Rows that are read into memory at once."""
MOST_POPULAR_FIRST = (movies.c.popularity.desc(), movies.c.tmdb_id.desc())
"""Both keys descend, because only so the index is in their order."""


class FilmQueries(Queries):
    """The part of `Store` that reads ``movies`` and ``latest_list``."""

    @read_transaction
    def fetch_movies(self, connection: Connection, ids: Collection[int]) -> dict[int, Movie]:
        """The stored ones among these films with their people, by id."""
        found = fetch_records_of(connection, Movie, select(movies), movies.c.tmdb_id, ids)
        people = fetch_people(connection, [movie.tmdb_id for movie in found])
        return {
            movie.tmdb_id: replace(movie, **people[movie.tmdb_id])
            if movie.tmdb_id in people
            else movie
            for movie in found
        }

    @read_transaction
    def fetch_movie_columns(
        self, connection: Connection, names: Sequence[str], ids: Collection[int] | None = None
    ) -> Columns:
        """Films in order of tmdb_id as one equally long list for each column named.

        All films, or the stored ones among ``ids``. Values are as in `Movie`, but ``genres`` is the
        stored text. ``title_length`` and ``overview_length`` are counted in characters by the
        database, 0 where there is no text. Equal values (a language, a list of countries) are
        mostly one object. A column of people, named as in `Movie`, has their names. Raises
        `KeyError` for a column that does not exist.
        """
        all_names, people = names, [name for name in names if name in ROLES.values()]
        names = [name for name in names if name not in people]
        if people and "tmdb_id" not in names:
            names.append("tmdb_id")
        query = select(*(_column(name) for name in names)).order_by(movies.c.tmdb_id)
        queries = (
            [query]
            if ids is None
            else [query.where(movies.c.tmdb_id.in_(part)) for part in in_parts(ids)]
        )
        columns: Columns = {name: [] for name in names}
        shared: dict[str, dict[object, object]] = {name: {} for name in names}
        reading = connection.execution_options(yield_per=ROWS_AT_ONCE)
        for part in queries:
            for rows in reading.execute(part).partitions():
                for name, values in zip(names, zip(*rows, strict=True), strict=True):
                    seen = shared[name]
                    columns[name] += [seen.setdefault(value, value) for value in values]
                    if len(seen) > ROWS_AT_ONCE:  # what seldom repeats is not worth the memory
                        seen.clear()
        for name in people:
            columns[name] = fetch_names(connection, name, columns["tmdb_id"], some=ids is not None)
        return {name: columns[name] for name in all_names}

    @read_transaction
    def count_movies(self, connection: Connection) -> int:
        """How many films are stored."""
        return connection.execute(select(func.count()).select_from(movies)).scalar_one()

    @read_transaction
    def count_guessed(self, connection: Connection) -> GuessedTimes:
        """How many films have a guessed time of observation, and the bounds of those times.

        All of them are imported, so that the index alone answers.
        """
        at = movies.c.observed_at
        query = select(func.count(), func.min(at), func.max(at)).where(
            movies.c.imported == true(), movies.c.observed_guessed == true()
        )
        return GuessedTimes(*connection.execute(query).one())

    @read_transaction
    def fetch_most_popular(self, connection: Connection, limit: int) -> list[Movie]:
        """The films of highest popularity, in descending order of it."""
        # The index alone selects them: asked for whole rows at once, MariaDB sorts all films.
        ids = select(movies.c.tmdb_id).order_by(*MOST_POPULAR_FIRST).limit(limit).subquery("first")
        query = select(movies).join(ids, ids.c.tmdb_id == movies.c.tmdb_id)
        return fetch_records(connection, Movie, query.order_by(*MOST_POPULAR_FIRST))

    @read_transaction
    def fetch_most_popular_ids(self, connection: Connection, limit: int) -> list[int]:
        """The ids of the films of highest popularity, at most ``limit``, in ascending order."""
        query = select(movies.c.tmdb_id).order_by(*MOST_POPULAR_FIRST).limit(limit)
        return sorted(connection.execute(query).scalars())

    @read_transaction
    def fetch_listing(self, connection: Connection) -> Listing | None:
        """The latest complete list, ``None`` before the first."""
        query = select(latest_list).order_by(latest_list.c.rank)
        rows = connection.execute(query).mappings().all()
        if not rows:
            return None
        names = ("rank", "tmdb_id", "popularity", "vote_count", "vote_average")
        entries = (ListEntry(**{name: row[name] for name in names}) for row in rows)
        return Listing(observed_at=rows[0]["observed_at"], entries=tuple(entries))

    @read_transaction
    def fetch_listed_poster_paths(self, connection: Connection) -> list[str]:
        """The poster paths of the latest complete list, by rank, where films have one."""
        query = select(movies.c.poster_path).join(
            latest_list, latest_list.c.tmdb_id == movies.c.tmdb_id
        )
        having = query.where(movies.c.poster_path.is_not(None)).order_by(latest_list.c.rank)
        return list(connection.execute(having).scalars())

    @read_transaction
    def fetch_poster_paths(self, connection: Connection, among: Collection[str]) -> set[str]:
        """The stored poster paths that begin with one of these, whatever their ending is."""
        if not among:
            return set()
        query = select(movies.c.poster_path).where(movies.c.poster_path.is_not(None))
        reading = connection.execution_options(yield_per=ROWS_AT_ONCE)
        found = reading.execute(query).scalars()
        return {path for path in found if path.rpartition(".")[0] in among}

    @read_transaction
    def fetch_observed_at(self, connection: Connection) -> datetime | None:
        """When the latest complete list was observed, or else the film observed last.

        A guessed time counts only where there is no other: it does not prove that data are fresh.
        ``None`` where nothing is stored.
        """
        listed = select(latest_list.c.observed_at).order_by(latest_list.c.rank).limit(1)
        found: datetime | None = connection.execute(listed).scalar()
        # An index leads to each of these at once, not to the newest of several.
        newest = select(movies.c.observed_at).order_by(movies.c.observed_at.desc()).limit(1)
        for guessed in (false(), true()):
            if found is None:
                of_kind = newest.where(movies.c.observed_guessed == guessed)
                wheres = [movies.c.imported == imported for imported in (true(), false())]
                times = [connection.execute(of_kind.where(where)).scalar() for where in wheres]
                found = max((time for time in times if time is not None), default=None)
        return found


def _column(name: str) -> ColumnElement[Any]:
    if name == "overview_length":
        return func.coalesce(func.char_length(movies.c.overview), 0)
    if name == "title_length":
        return func.char_length(movies.c.title)
    if name == "genres":
        return type_coerce(movies.c.genres, String)
    return movies.c[name]
