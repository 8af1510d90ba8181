"""Keeping the schema current, at the cost of one query where it is.

Alembic does the work under a lock of the home and, on a server, under a claim that other machines
respect as well. Each revision can be begun again after an interruption, which MySQL needs because
it commits at every CREATE and ALTER.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, MetaData, String, delete, exc, inspect, text
from sqlalchemy.schema import CreateTable

from tmdbdash.errors import DatabaseError
from tmdbdash.files import hold_lock
from tmdbdash.home_id import home_name
from tmdbdash.storage import database_errors as faults
from tmdbdash.storage.claims import Claims
from tmdbdash.storage.schema import HEAD, claims
from tmdbdash.storage.table_making import make_table

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy.engine import Connection

    from tmdbdash.settings import Settings
    from tmdbdash.storage.engine import Database

log = logging.getLogger(__name__)

MIGRATIONS = Path(__file__).with_name("migrations")
LOCK_TIMEOUT = 60
CLAIM = "schema"
CLAIM_SECONDS = 45
"""Less than `LOCK_TIMEOUT`, so that others get it where its owner died."""
_VERSIONS = make_table(
    "alembic_version", Column("version_num", String(32), primary_key=True), metadata=MetaData()
)
_OURS = {
    "movies": "snapshot_at",
    "movie_snapshots": "imported",
    "model_predictions": "predicted_popularity_low",
}
"""A column of each table that another program's table of that name would not have."""


class OldSchemaError(DatabaseError):
    """The schema is of an earlier program; the next job brings it up to date."""


def fetch_version(connection: Connection) -> str | None:
    """The revision that the schema is at, ``None`` before the first; of several the newest."""
    return max(_versions(connection), default=None)


def _versions(connection: Connection) -> Sequence[str]:
    try:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    except exc.DBAPIError as error:
        if faults.is_missing_table(error):
            return ()
        raise


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
    else:
        _refuse_unknown(database, version)
    settings.state_dir.mkdir(mode=0o700, exist_ok=True)
    with hold_lock(settings.locks_dir, "schema", timeout=LOCK_TIMEOUT) as held:
        if not held:
            raise _stays_busy(database, "another process of this home")
        if database.engine.dialect.name == "sqlite":
            _bring_up(database)
        else:
            _bring_up_once(database, home_name(settings))


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
    """Alembic's settings, without a file; its output is discarded."""
    import io

    from alembic.config import Config

    config = Config(stdout=io.StringIO())
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _bring_up(database: Database) -> None:
    """Run the missing revisions, none where another process has done so."""
    version = database.read(fetch_version)
    if version == HEAD:
        return
    if version is not None:
        _refuse_unknown(database, version)
    config = alembic_config()
    logging.getLogger("alembic").setLevel(logging.WARNING)
    database.write(lambda connection: _run_revisions(config, connection))
    log.info("database schema brought from %s to %s", version or "nothing", HEAD)


def _bring_up_once(database: Database, owner: str) -> None:
    """Run them under a claim, so that one of all machines does.

    Two do so where a claim ends while a large table is altered. The second then finds tables or
    columns made already, and reads the version again.
    """
    from alembic.util import CommandError

    database.write(_make_first_tables)
    work, deadline = Claims(database), time.monotonic() + LOCK_TIMEOUT
    while database.read(fetch_version) != HEAD:
        claim = work.take(CLAIM, owner, CLAIM_SECONDS)
        try:
            if claim.is_of(owner):
                _bring_up(database)
        except (CommandError, exc.DBAPIError) as error:
            if time.monotonic() > deadline or not (
                isinstance(error, CommandError) or faults.is_already_done(error)
            ):
                raise
            log.debug("the schema was changed meanwhile: %s", error)
        finally:
            if claim.is_of(owner):
                work.release(CLAIM, owner)
        if not claim.is_of(owner):
            if time.monotonic() > deadline:
                raise _stays_busy(database, claim.owner)
            time.sleep(random.uniform(0.1, 0.5))  # noqa: S311  no secret


def _make_first_tables(connection: Connection) -> None:
    """Create the tables that precede the first revision, with the options of all others.

    Alembic itself would create its table with the server's default engine and format.
    """
    for table in (claims, _VERSIONS):
        connection.execute(CreateTable(table, if_not_exists=True))


def _stays_busy(database: Database, who: str) -> DatabaseError:
    return DatabaseError(
        f"the schema of {database.where} has been under change by {who} for {LOCK_TIMEOUT} "
        "seconds: wait for it, or see what it does"
    )


def _refuse_unknown(database: Database, version: str) -> None:
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(alembic_config())
    if version not in {script.revision for script in scripts.walk_revisions()}:
        raise DatabaseError(
            f"the schema of {database.where} is {version!r}, and this program knows none beyond "
            f"{HEAD!r}: upgrade tmdbdash, or name another database in DATABASE_URL"
        )


def _run_revisions(config: Config, connection: Connection) -> None:
    from alembic import command

    found = _versions(connection)
    if len(found) > 1:  # two nodes of a cluster each wrote one
        older = _VERSIONS.c.version_num != max(found)
        connection.execute(delete(_VERSIONS).where(older))

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
