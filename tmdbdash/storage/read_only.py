"""Reading a database without a trace: no file, no folder, no table, no changed time.

A server is asked in read-only transactions, which SELECT rights are enough for. An SQLite file is
opened as its state allows:

- Its write-ahead log has content (a job is writing, or one died): the log is read through its index
  file, which is opened for reading too (``readonly_shm``). SQLite builds that index in memory where
  no job keeps it.
- There is no such content: the file is complete, and is read as one that does not change
  (``immutable``), since SQLite would otherwise create a log and its index, and leave both. A job
  may begin to write meanwhile, so what was read counts only if the file is the same afterwards.
- It keeps no write-ahead log: an ordinary read-only connection creates nothing.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import create_engine, event, exc
from sqlalchemy.pool import NullPool, StaticPool

from tmdbdash.errors import DatabaseError
from tmdbdash.ownership import owner_note
from tmdbdash.storage import database_errors as faults
from tmdbdash.storage import engine as connecting
from tmdbdash.storage.engine import Database, locate
from tmdbdash.storage.mysql_server import LOCK_SECONDS, mysql_engine
from tmdbdash.storage.schema import metadata

if TYPE_CHECKING:
    from pymysql.connections import Connection as MysqlConnection
    from sqlalchemy.engine import Connection, Engine

    from tmdbdash.settings import Settings
    from tmdbdash.storage.database_url import DatabaseAddress

T = TypeVar("T")

_FORMATS = slice(18, 20)
"""The bytes of an SQLite file's header with the versions of its write and read format."""
_WAL = b"\x02\x02"
_PAUSE_SECONDS = 0.05
_TICK_SECONDS = 0.02
"""More than a tick of the clock by which systems date files: 10 ms at the most."""
_MOST_TICKS = 50
_GOING_SECONDS = 0.5
"""How long the last writer may take to remove the log after its index."""


class ReadOnlyDatabase(Database):
    """A database whose ``write`` raises, and whose server is not waited for."""

    reach_seconds = 0.0
    only_reads = True

    def write(self, work: Callable[[Connection], T]) -> T:
        """Raise `DatabaseError`."""
        del work
        raise DatabaseError(f"the database {self.where} was opened for reading only")


class ReadOnlyFile(ReadOnlyDatabase):
    """An SQLite file, with a connection of its own for each transaction.

    For processes that have no other connection to it: closing a file drops every lock that the
    process has on it. So its header is read before a connection is made, and a connection that
    failed is closed: the next one would believe to have its locks.
    """

    def __init__(self, file: Path, where: str, timeout: float) -> None:
        self._file = file
        self._timeout = timeout
        self._keeps_log = False
        self._immutable = False
        self._settled: tuple[int, ...] | None = None
        engine = create_engine(
            "sqlite://", creator=self._connect, poolclass=NullPool, hide_parameters=True
        )
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
        super().__init__(engine, where)

    def journal(self, connection: Connection) -> str:
        """The journal mode by the file's header: of an immutable file, SQLite returns "delete"."""
        return "wal" if self._keeps_log else super().journal(connection)

    def _connect(self) -> sqlite3.Connection:
        self._keeps_log = _keeps_log(self._file)
        self._immutable = self._keeps_log and not _log_size(self._file)
        how = "immutable=1" if self._immutable else "readonly_shm=1"
        connection = sqlite3.connect(
            f"{self._file.as_uri()}?mode=ro&{how}",
            uri=True,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute(f"PRAGMA cache_size=-{connecting.CACHE_KIB}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _run(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        deadline = time.monotonic() + connecting.RETRY_SECONDS
        with faults.translated_errors(self.where):
            while True:
                before = self._settled_stamp()
                try:
                    with engine.begin() as connection:
                        result = work(connection)
                except exc.DBAPIError as error:
                    if time.monotonic() > deadline or not self._may_pass_after(before, error):
                        self._refuse_lost_index(error)
                        raise
                else:
                    if not self._immutable or self._stamp() == before == self._settled:
                        return result
                    if time.monotonic() > deadline:
                        raise DatabaseError(
                            f"the database {self.where} was written to all the time that it was "
                            "read: try again"
                        )
                time.sleep(_PAUSE_SECONDS * random.random())  # noqa: S311  no secret

    def _may_pass_after(self, before: tuple[int, ...], error: exc.DBAPIError) -> bool:
        """Whether a writer that starts or ends may have caused it, by which the files change."""
        if faults.is_transient(error) or self._stamp() != before:
            return True
        time.sleep(_GOING_SECONDS)
        return self._stamp() != before

    def _settled_stamp(self) -> tuple[int, ...]:
        """The stamp; of a file without a log once it is older than a tick of the clock.

        Two writes within one tick leave the same time: what is written while the file is read has
        to have another one.
        """
        stamp = self._stamp()
        for _ in range(_MOST_TICKS):
            if stamp == self._settled or stamp[-1]:
                break
            time.sleep(_TICK_SECONDS)
            before, stamp = stamp, self._stamp()
            if stamp == before:
                self._settled = stamp
        return stamp

    def _stamp(self) -> tuple[int, ...]:
        """Inode, size, time and log size, which differ once the file or its log was written to."""
        try:
            found = self._file.stat()
        except OSError as error:
            raise _unreadable(self.where, self._file, error) from error
        return found.st_ino, found.st_size, found.st_mtime_ns, _log_size(self._file)

    def _refuse_lost_index(self, error: exc.DBAPIError) -> None:
        if _log_size(self._file) and not _beside(self._file, "-shm").exists():
            raise DatabaseError(
                f"the database {self.where} cannot be read without writing: its log "
                f"{_beside(self._file, '-wal')} has content, and the index {self._file.name}-shm "
                "is missing; run any job as its owner, which brings the log in (of a copy, copy "
                "all three files)"
            ) from error


def connect_read_only(settings: Settings) -> Database | None:
    """The database that the settings name, for reading; ``None`` where there is none yet.

    No server is connected to yet. Raises `UsageError` for a URL that is unusable, `DatabaseError`
    for a file that may not be read or that no job could create.
    """
    address, where = locate(settings)
    if not address.hosts:
        return _file(address, where, settings)
    engine = mysql_engine(address)
    event.listen(engine, "connect", _begin_read_only)
    several = len(address.hosts) > 1
    return ReadOnlyDatabase(engine, where, address.advice, several_hosts=several)


def empty_database() -> Database:
    """A database in memory with all tables and no row."""
    engine = create_engine("sqlite://", poolclass=StaticPool, hide_parameters=True)
    metadata.create_all(engine)
    return ReadOnlyDatabase(engine, "in memory")


def _begin_read_only(connection: MysqlConnection, _record: object) -> None:
    """For all transactions of the connection; the variable has another name on each server."""
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")


def _file(address: DatabaseAddress, where: str, settings: Settings) -> Database | None:
    file = Path(str(address.url.database)).resolve()  # the log is beside a link's target
    try:
        with file.open("rb") as content:
            if not content.read(1):
                return None
    except FileNotFoundError as error:
        # Only state/ is made by a job.
        if file.parent.exists() or file.parent == settings.state_dir.resolve():
            return None
        raise _unreadable(where, file, error) from error
    except OSError as error:
        raise _unreadable(where, file, error) from error
    return ReadOnlyFile(file, where, address.options.get("timeout", LOCK_SECONDS))


def _unreadable(where: str, file: Path, error: OSError) -> DatabaseError:
    return DatabaseError(
        f"the database {where} cannot be read: {error.strerror} ({file}){owner_note(file)}: see "
        "that the folder exists and that this user may read it and the file"
    )


def _beside(file: Path, suffix: str) -> Path:
    return file.with_name(file.name + suffix)


def _log_size(file: Path) -> int:
    try:
        return _beside(file, "-wal").stat().st_size
    except OSError:
        return 0


def _keeps_log(file: Path) -> bool:
    with file.open("rb") as content:
        return content.read(20)[_FORMATS] == _WAL
