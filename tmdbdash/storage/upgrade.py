"""Keeping the schema current, at the cost of one query where it is.

Alembic does the work under a lock of the home. Each revision can be begun again after an
interruption, which MySQL needs because it commits at every CREATE and ALTER.
"""

from __future__ import annotations

import logging
import time
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
PAUSES = (0.2, 0.5, 1.0)
_OURS = {
    "movies": "snapshot_at",
    "movie_snapshots": "imported",
    "model_predictions": "predicted_popularity_low",
}
"""A column of each table that another program's table of that name would not have."""


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
    if database.read(fetch_version) == HEAD:
        return
    settings.state_dir.mkdir(mode=0o700, exist_ok=True)
    with hold_lock(settings.state_dir / "locks", "schema", timeout=LOCK_TIMEOUT) as held:
        if not held:
            raise DatabaseError(
                f"the schema of {database.where} has been under change by another process for "
                f"{LOCK_TIMEOUT} seconds: wait for it, or see what it does"
            )
        version = database.read(fetch_version)
        if version == HEAD:
            return
        _upgrade(database, version)
    log.info("database schema brought from %s to %s", version or "nothing", HEAD)


def alembic_config() -> Config:
    """Alembic's settings, without a file; its output goes to nobody."""
    import io

    from alembic.config import Config

    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(database: Database, version: str | None) -> None:
    from alembic.script import ScriptDirectory

    if version is None:
        database.read(lambda connection: _refuse_foreign_tables(connection, database.where))
    config = alembic_config()
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise DatabaseError(
            f"the schema of {database.where} is {version!r}, and this program knows none beyond "
            f"{HEAD!r}: upgrade tmdbdash, or name another database in DATABASE_URL"
        )
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for pause in PAUSES:
        try:
            database.write(lambda connection: _run_revisions(config, connection))
        except (DatabaseError, exc.IntegrityError):
            # Another machine on the same server, which our lock cannot hold, may be at it.
            time.sleep(pause)
        else:
            return
    database.write(lambda connection: _run_revisions(config, connection))


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
