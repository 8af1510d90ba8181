"""Keeping the schema current, at the cost of one query where it is.

Alembic does the work under a lock of the home and, on a server, under one that other machines
respect as well. Each revision can be begun again after an interruption, which MySQL needs because
it commits at every CREATE and ALTER.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import exc, inspect, text

from tmdbdash.errors import DatabaseError
from tmdbdash.files import hold_lock
from tmdbdash.storage import faults
from tmdbdash.storage.schema import HEAD

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import Connection

    from tmdbdash.settings import Settings
    from tmdbdash.storage.engine import Database

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).with_name("migrations")
LOCK_TIMEOUT = 60
GATE = "schema_gate"
_OURS = {
    "movies": "snapshot_at",
    "movie_snapshots": "imported",
    "model_predictions": "predicted_popularity_low",
}
"""A column of each table that another program's table of that name would not have."""


class OldSchemaError(DatabaseError):
    """The schema is of an earlier program; the next job brings it up to date."""


def fetch_version(connection: Connection) -> str | None:
    """The revision that the schema is at, ``None`` before the first."""
    try:
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    except exc.DBAPIError as error:
        if faults.is_missing_table(error):
            return None
        raise
    return ",".join(sorted(found)) or None


def ensure_current(database: Database, settings: Settings) -> None:
    """Create or upgrade the schema where it is not the one this program works with.

    Raises `DatabaseError` for a schema of a newer program, for tables of another program, and
    where another process stays busy with the schema.
    """
    version = database.read(fetch_version)
    if version == HEAD:
        return
    if version is None:
        database.read(lambda connection: _refuse_foreign_tables(connection, database.where))
    settings.state_dir.mkdir(mode=0o700, exist_ok=True)
    with hold_lock(settings.state_dir / "locks", "schema", timeout=LOCK_TIMEOUT) as held:
        if not held:
            raise DatabaseError(
                f"the schema of {database.where} has been under change by another process for "
                f"{LOCK_TIMEOUT} seconds: wait for it, or see what it does"
            )
        with _past_the_gate(database):
            version = database.read(fetch_version)
            if version == HEAD:
                return
            _upgrade(database, version)
    log.info("database schema brought from %s to %s", version or "nothing", HEAD)


def is_current(database: Database) -> bool:
    """Whether the schema is the one this program works with; ``False`` where there is none yet.

    Changes nothing. Raises `OldSchemaError` for an earlier program's schema, `DatabaseError` for a
    later one's and for tables of another program.
    """
    version = database.read(fetch_version)
    if version is None:
        database.read(lambda connection: _refuse_foreign_tables(connection, database.where))
    elif version != HEAD:
        _refuse_unknown(database, version)
        raise OldSchemaError(
            f"the schema of {database.where} is at {version}, and this program reads {HEAD}: run "
            "any job, such as `tmdbdash ingest`, which upgrades it"
        )
    return version is not None


def alembic_config() -> Config:
    """Alembic's settings, without a file; its output goes to nobody."""
    import io

    from alembic.config import Config

    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(database: Database, version: str | None) -> None:
    if version is not None:
        _refuse_unknown(database, version)
    config = alembic_config()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    database.write(lambda connection: _run_revisions(config, connection))


def _refuse_unknown(database: Database, version: str) -> None:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(alembic_config())
    if version not in {script.revision for script in scripts.walk_revisions()}:
        raise DatabaseError(
            f"the schema of {database.where} is {version!r}, and this program knows none beyond "
            f"{HEAD!r}: upgrade tmdbdash, or name another database in DATABASE_URL"
        )


@contextmanager
def _past_the_gate(database: Database) -> Iterator[None]:
    """On a server: hold a row that only one machine at a time can hold.

    It is held by a connection of its own, since the one that makes tables commits at each of them,
    and it is free again once that connection is gone, however its process ended.
    """
    if database.engine.dialect.name == "sqlite":
        yield
        return

    def make(connection: Connection) -> None:
        connection.execute(text(f"CREATE TABLE IF NOT EXISTS {GATE} (id INT PRIMARY KEY)"))
        connection.execute(text(f"INSERT IGNORE INTO {GATE} VALUES (1)"))  # noqa: S608  a name of ours

    database.write(make)
    plainly = faults.told_plainly(database.where, database.advice)
    with plainly, database.engine.begin() as connection:
        connection.detach()  # closed at the end: nothing else will ever need two of them
        connection.execute(text(f"SELECT id FROM {GATE} FOR UPDATE"))  # noqa: S608  a name of ours
        yield


def _run_revisions(config: Config, connection: Connection) -> None:
    from alembic import command

    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _refuse_foreign_tables(connection: Connection, where: str) -> None:
    inspector = inspect(connection)
    present = set(inspector.get_table_names())
    for table, column in _OURS.items():
        if table in present and column not in {c["name"] for c in inspector.get_columns(table)}:
            raise DatabaseError(
                f"the database {where} has a table {table} of another program: "
                "name another database in DATABASE_URL"
            )
