"""The store: every query of the database and every change of it, one transaction each."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from tmdbdash.storage.claims import Claims
from tmdbdash.storage.clusters import ClusterQueries
from tmdbdash.storage.engine import connect
from tmdbdash.storage.films import FilmQueries
from tmdbdash.storage.forecasts import ForecastQueries
from tmdbdash.storage.live_predictions import LivePredictionQueries
from tmdbdash.storage.model_files import ModelFileQueries
from tmdbdash.storage.mysql_server import HOST
from tmdbdash.storage.past_values import PastValueQueries
from tmdbdash.storage.predictions import PredictionQueries
from tmdbdash.storage.pruning import PruningQueries
from tmdbdash.storage.read_only import connect_read_only, empty_database
from tmdbdash.storage.runs import RunQueries
from tmdbdash.storage.schema import installation
from tmdbdash.storage.snapshots import SnapshotQueries
from tmdbdash.storage.studies import StudyQueries
from tmdbdash.storage.ticks import TickQueries
from tmdbdash.storage.trainings import TrainingQueries
from tmdbdash.storage.transactions import read_transaction
from tmdbdash.storage.upgrade import ensure_current, fetch_version, is_current

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from sqlalchemy.engine import Connection

    from tmdbdash.settings import Settings
    from tmdbdash.storage.engine import Database


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


class Store(
    FilmQueries,
    SnapshotQueries,
    PastValueQueries,
    TickQueries,
    RunQueries,
    TrainingQueries,
    PredictionQueries,
    LivePredictionQueries,
    ModelFileQueries,
    StudyQueries,
    ClusterQueries,
    ForecastQueries,
    PruningQueries,
):
    """An open database, to be closed or used as a context manager.

    Every method raises `DatabaseError`, whose message has what failed, where and what to do.
    Times are aware on the way in and UTC on the way out. No ``fetch`` reads the whole history.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.claims = Claims(database)

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
        self.database.close()

    @property
    def where(self) -> str:
        """The database's URL without its password."""
        return self.database.where

    @property
    def only_reads(self) -> bool:
        """Whether the store was opened for reading only, so that every ``save`` is refused."""
        return self.database.only_reads

    @read_transaction
    def fetch_facts(self, connection: Connection) -> dict[str, str]:
        """The database's URL, kind, version and schema, as ``doctor`` shows them.

        Of a file also its journal; of a server with several hosts the one in use.
        """
        dialect = connection.dialect
        version = dialect.server_version_info or ()
        facts = {
            "url": self.where,
            "engine": "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name,
            "version": ".".join(str(part) for part in version),
            "schema": fetch_version(connection) or "",
        }
        if dialect.name == "sqlite":
            facts["journal"] = self.database.journal(connection)
        if self.database.several_hosts:
            facts["host"] = str(connection.info[HOST])
        return facts

    @read_transaction
    def fetch_installation(self, connection: Connection) -> UUID:
        """The id that this database was given when it was made."""
        query = select(installation.c.id).order_by(installation.c.id).limit(1)
        return UUID(connection.execute(query).scalar_one())
