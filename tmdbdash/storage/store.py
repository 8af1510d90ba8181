"""The store: every question to the database and every change of it, one transaction each."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from tmdbdash.storage import films, history, runs
from tmdbdash.storage import past_values as timelines
from tmdbdash.storage.engine import connect
from tmdbdash.storage.learned import LearnedStore
from tmdbdash.storage.mysql_server import HOST
from tmdbdash.storage.pruning import prune
from tmdbdash.storage.read_only import connect_read_only, empty_database
from tmdbdash.storage.schema import installation
from tmdbdash.storage.upgrade import ensure_current, fetch_version, is_current

if TYPE_CHECKING:
    from datetime import datetime
    from types import TracebackType
    from typing import Self

    from sqlalchemy.engine import Connection

    from tmdbdash.records import (
        GuessedTimes,
        Listing,
        Movie,
        Run,
        Snapshot,
        TickWrite,
    )
    from tmdbdash.settings import Settings
    from tmdbdash.storage.past_values import Point, Span

log = logging.getLogger(__name__)


def open_store(settings: Settings) -> Store:
    """The store of the database that the settings name, its schema created or upgraded.

    Where the schema is current, that costs one query. Raises `UsageError` for an unusable
    DATABASE_URL and `DatabaseError`, without its password, for everything else.
    """
    database = connect(settings)
    try:
        ensure_current(database, settings)
    except BaseException:
        database.close()
        raise
    return Store(database)


def open_store_read_only(settings: Settings) -> Store | None:
    """The store of the database that the settings name, for commands that change nothing.

    ``None`` where there is no database or no schema yet. Nothing is created, upgraded or touched,
    and reading rights are enough; every ``save`` raises `DatabaseError`. Raises `UsageError` for an
    unusable DATABASE_URL, `OldSchemaError` for a schema that the next job upgrades, and
    `DatabaseError` for everything else.
    """
    database = connect_read_only(settings)
    if database is None:
        return None
    try:
        if is_current(database):
            return Store(database)
    except BaseException:
        database.close()
        raise
    database.close()
    return None


def open_empty_store() -> Store:
    """A store without a row, in memory and read-only: what a home has before its first job."""
    return Store(empty_database())


class Store(LearnedStore):
    """An open database, to be closed or used as a context manager.

    Every method raises `DatabaseError`, whose message says what failed, where and what to do.
    Times are aware on the way in and UTC on the way out. No ``fetch`` reads the whole history.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._database.close()

    @property
    def where(self) -> str:
        """The database's URL without its password."""
        return self._database.where

    def fetch_facts(self) -> dict[str, str]:
        """What ``doctor`` tells of the database: its URL, kind, version and schema.

        Of a file also its journal; of a server with several hosts the one in use.
        """
        return self._database.read(self._facts)

    def _facts(self, connection: Connection) -> dict[str, str]:
        dialect = connection.dialect
        version = dialect.server_version_info or ()
        facts = {
            "url": self.where,
            "engine": "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name,
            "version": ".".join(str(part) for part in version),
            "schema": fetch_version(connection) or "",
        }
        if dialect.name == "sqlite":
            facts["journal"] = self._database.journal(connection)
        if self._database.several_hosts:
            facts["host"] = str(connection.info[HOST])
        return facts

    @property
    def only_reads(self) -> bool:
        """Whether every ``save`` is refused: somebody looks on, and leaves no trace."""
        return self._database.only_reads

    def fetch_installation(self) -> UUID:
        """The id that this database was given when it was made."""
        query = select(installation.c.id).order_by(installation.c.id).limit(1)
        return UUID(self._database.read(lambda c: c.execute(query).scalar_one()))

    def fetch_movies(self, ids: Collection[int]) -> dict[int, Movie]:
        """The known ones among these films, by id."""
        return self._database.read(lambda c: films.fetch_movies(c, ids))

    def fetch_movie_columns(
        self, names: Sequence[str], ids: Collection[int] | None = None
    ) -> dict[str, list[Any]]:
        """Films in order of tmdb_id as one equally long list for each column named.

        All films, or the known ones among ``ids``. Values are as in `Movie`, but ``genres`` is the
        stored text. ``title_length`` and ``overview_length`` are counted in characters by the
        database, 0 where there is no text. Raises `KeyError` for a column that does not exist.
        """
        return self._database.read(lambda c: films.fetch_movie_columns(c, names, ids))

    def count_movies(self) -> int:
        """How many films there are."""
        return self._database.read(films.count_movies)

    def count_guessed(self) -> GuessedTimes:
        """How many films have a guessed time of observation, and the bounds of those times."""
        return self._database.read(films.count_guessed)

    def fetch_most_popular(self, limit: int) -> list[Movie]:
        """The films of highest popularity, that one first."""
        return self._database.read(lambda c: films.fetch_most_popular(c, limit))

    def fetch_most_popular_ids(self, limit: int) -> list[int]:
        """The ids of the films of highest popularity, at most ``limit``, in ascending order."""
        return self._database.read(lambda c: films.fetch_most_popular_ids(c, limit))

    def fetch_listing(self) -> Listing | None:
        """The latest complete list, ``None`` before the first."""
        return self._database.read(films.fetch_listing)

    def fetch_observed_at(self) -> datetime | None:
        """When what is stored was observed: the latest complete list, or else the newest film.

        ``None`` where there is neither.
        """
        return self._database.read(films.fetch_observed_at)

    def fetch_snapshots(
        self, ids: Collection[int], since: datetime | None = None, until: datetime | None = None
    ) -> list[Snapshot]:
        """Snapshots of these films from ``since`` to ``until``, both included, by film and time."""
        return self._database.read(lambda c: history.fetch_snapshots(c, ids, since, until))

    def fetch_snapshots_before(self, ids: Collection[int], at: datetime) -> dict[int, Snapshot]:
        """For each film its newest snapshot at or before ``at``, where it has one."""
        return self._database.read(lambda c: history.fetch_snapshots_before(c, ids, at))

    def fetch_points(self, ids: Collection[int], spans: Sequence[Span]) -> dict[int, list[Point]]:
        """Of each film and each span of time the newest snapshot in it, by film and time.

        A span is later than its first time and not later than its second. Films without any are
        left out; a snapshot that lies in two spans comes twice. The cost is one seek for each film
        and span, however long the history. Films that are not in ``movies`` are left out.
        """
        return self._database.read(lambda c: timelines.fetch_points(c, ids, spans))

    def fetch_popularities(
        self, ids: Collection[int], since: datetime, until: datetime
    ) -> dict[int, list[tuple[int, float]]]:
        """Each film's snapshots later than ``since``, up to ``until``: time and popularity.

        Times are whole seconds since 1970, ascending. Snapshots without popularity are left out.
        """
        return self._database.read(lambda c: timelines.fetch_popularities(c, ids, since, until))

    def fetch_extremes(
        self, ids: Collection[int], since: datetime, until: datetime, parts: int
    ) -> dict[int, list[tuple[int, float]]]:
        """Each film's lowest and highest popularity in each of ``parts`` equal parts of a time.

        (since, until] is cut. Pairs as of `fetch_popularities`; of equal values the first. All
        snapshots of that time are read, so both it and the films should be few.
        """
        return self._database.read(lambda c: timelines.fetch_extremes(c, ids, since, until, parts))

    def fetch_first_snapshot(self, ids: Collection[int] | None = None) -> datetime | None:
        """The time of the oldest snapshot, of these few films only where they are given."""
        return self._database.read(lambda c: timelines.fetch_first_snapshot(c, ids))

    def save_tick(self, write: TickWrite) -> None:
        """Store all that a tick brought, in one transaction.

        Films are written as whole rows, except that an existing row keeps ``inserted_at``; a film
        without times of insertion and update gets the tick's. A film or snapshot given twice is
        stored as given last; misdated snapshots go before the others are written. A listing that
        is empty or older than the stored one is left out, unless the stored one is of after
        ``believed_until``; where that is given, so is a film whose stored row is newer.
        """
        self._database.write(lambda c: _save_tick(c, write))

    def prune(
        self,
        before: datetime | None,
        *,
        records_before: datetime | None = None,
        seconds: float = 5.0,
    ) -> bool:
        """Drop what ``ingest`` stored before a time, in small transactions; imports stay.

        A film goes with its last snapshot. Runs and forecasts, which are no history, go before
        ``records_before`` as well, and the oldest runs of a job beyond a number at any time.
        ``None`` sets no time. Whether all was done within ``seconds``; what is left is for the
        next time. Warns where a tenth of the history is to go.
        """
        return prune(self._database, before, records_before, seconds)

    def save_run(self, run: Run) -> None:
        """Store a run; one of the same job and start is replaced."""
        self._database.write(lambda c: runs.save_run(c, run))

    def fetch_last_run(
        self,
        job: str,
        outcomes: Collection[str] | None = None,
        until: datetime | None = None,
        *,
        exclude_exit_codes: Collection[int] = (),
    ) -> Run | None:
        """A job's newest run, of these outcomes only where they are given.

        Runs that ended with one of the ``exclude_exit_codes`` are passed over.
        One that began after ``until``, under a wrong clock, is told only where there is no other.
        """
        found = self._database.read(
            lambda c: runs.fetch_runs(c, job, 1, outcomes, until, exclude_exit_codes)
        )
        if not found and until is not None:
            return self.fetch_last_run(job, outcomes, exclude_exit_codes=exclude_exit_codes)
        return found[0] if found else None

    def fetch_runs(self, job: str, limit: int) -> list[Run]:
        """A job's runs, newest first."""
        return self._database.read(lambda c: runs.fetch_runs(c, job, limit))


def _save_tick(connection: Connection, write: TickWrite) -> None:
    changes = write.changes
    movies = [change.movie for change in changes if change.movie is not None]
    if write.believed_until is not None:
        later = films.seen_later(connection, movies, write.believed_until)
        movies = [movie for movie in movies if movie.tmdb_id not in later]
        if later:
            log.info("%d films stay as a later tick has stored them meanwhile", len(later))
    films.save_movies(connection, movies, write.observed_at)
    if write.misdated and write.misdated_after is not None:
        history.drop_misdated(connection, sorted(write.misdated), write.misdated_after)
    misdated = [(c.movie.tmdb_id, c.misdated) for c in changes if c.movie and c.misdated]
    history.drop_snapshots(connection, misdated)
    snapshots = [change.snapshot for change in changes if change.snapshot is not None]
    history.save_snapshots(connection, snapshots)
    if write.listing:
        films.save_listing(connection, write.listing, write.observed_at, write.believed_until)
    if write.run is not None:
        runs.save_run(connection, write.run)
