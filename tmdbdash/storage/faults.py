"""What went wrong in the database, told as a sentence: what, where and what to do."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from typing import Any

from sqlalchemy import exc

from tmdbdash.errors import DatabaseError
from tmdbdash.redaction import redact

RETRIED_MYSQL = frozenset({1020, 1040, 1047, 1053, 1205, 1213, 1317, 1927, 2006, 2013})
"""What passes: changed meanwhile, too many connections, node not ready, server going down, lock
wait, deadlock, statement or connection killed; server gone, connection lost (a write may come
twice)."""
UNREACHED_MYSQL = frozenset({2002, 2003})
"""Nobody listens there: a server that is being started anew, or a wrong address."""

_LOGIN = (
    "the server refused the login: correct user and password in DATABASE_URL; where they are "
    "right, the server may take this user only from another host, or only over TLS (REQUIRE SSL) "
    "or with a certificate (REQUIRE X509): then leave out ssl_disabled, and name the server's "
    "authority by ?ssl_ca=FILE, a certificate by ssl_cert=FILE and ssl_key=FILE"
)
_WANTS_TLS = (
    "the server takes connections over TLS only (require_secure_transport): leave out ssl_disabled "
    "in DATABASE_URL, and name the server's authority there by ?ssl_ca=FILE"
)
_NO_TLS = (
    "TLS with the server failed: see that ssl_ca in DATABASE_URL names the authority that signed "
    "its certificate, that this machine's clock is right, and that the server has TLS at all"
)
_NO_SPACE = "there is no space left for it: free some (TMDBDASH_RETENTION_DAYS bounds the history)"
_NOT_READY = (
    "this node of the cluster is not ready: see that it has joined, and that the cluster has a "
    "majority of its nodes (SHOW STATUS LIKE 'wsrep_%')"
)
_TOO_LARGE = "a row is larger than the server takes: raise its max_allowed_packet (16M is usual)"
_READ_ONLY = "it is read-only: let this user write to it"
_HALF_WRITTEN = "a job died while it wrote: run any job as its owner, which takes that back"
_LOST = "the connection was lost: see that the server runs and keeps running, then try again"
_UNREACHABLE = (
    "the server cannot be reached: see that it runs, and correct host and port in DATABASE_URL"
)
_BUSY = "another program kept it locked too long: try again, and see what holds it"
_LACKING = (
    "a table or column of its schema is missing: restore a backup, "
    "or drop the table alembic_version and the tables of tmdbdash to have them created anew"
)
_DAMAGED = (
    "the file is damaged: restore a backup, or move it away (with its -wal and -shm files) "
    "to begin with a new one"
)

_MYSQL = {
    **dict.fromkeys((1020, 1205, 1213), _BUSY),
    **dict.fromkeys((1045, 1698, 1862, 2059), _LOGIN),
    **dict.fromkeys((1044, 1142, 1143, 1227), "this user lacks rights on it: grant them"),
    **dict.fromkeys((1053, 1317, 1927, 2006, 2013), _LOST),
    **dict.fromkeys((2002, 2003, 2005), _UNREACHABLE),
    **dict.fromkeys((3, 28, 1021, 1114), _NO_SPACE),
    **dict.fromkeys((1290, 1836), _READ_ONLY),
    **dict.fromkeys((1054, 1146), _LACKING),
    1047: _NOT_READY,
    2026: _NO_TLS,
    3159: _WANTS_TLS,
    1153: _TOO_LARGE,
    1040: "the server has too many connections: try again, or raise its max_connections",
    1049: "the server has no database of that name: create it, or correct DATABASE_URL",
}
_NOT_CONNECTED = frozenset({1044, 1045, 1049, 1698, 1862, 2002, 2003, 2005, 2026, 2059, 3159})
_SQLITE = (
    ("SQLITE_BUSY", _BUSY),
    ("SQLITE_LOCKED", _BUSY),
    ("SQLITE_FULL", _NO_SPACE),
    ("SQLITE_READONLY_ROLLBACK", _HALF_WRITTEN),
    ("SQLITE_READONLY", _READ_ONLY),
    ("SQLITE_NOTADB", "the file is no SQLite database: correct DATABASE_URL or move the file away"),
    ("SQLITE_CORRUPT", _DAMAGED),
    ("SQLITE_CANTOPEN", "the file cannot be opened: see that its folder exists and is writable"),
    ("SQLITE_PERM", "the system denies access to the file: correct its owner or mode"),
    ("SQLITE_IOERR", "reading or writing the file failed: see whether the disk is full or failing"),
)
_OURS = (exc.ProgrammingError, exc.IntegrityError, exc.DataError, exc.NotSupportedError)


def mysql_code(error: exc.DBAPIError) -> int | None:
    """The server's or driver's error number, where it has one."""
    arguments: Any = getattr(error.orig, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], int) else None


def sqlite_name(error: exc.DBAPIError) -> str:
    """SQLite's name of the error, such as ``SQLITE_BUSY``; empty for another database."""
    return str(getattr(error.orig, "sqlite_errorname", ""))


def is_transient(error: exc.DBAPIError) -> bool:
    """Whether the whole transaction may succeed when it is simply done again."""
    if sqlite_name(error):
        return sqlite_name(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    return mysql_code(error) in RETRIED_MYSQL


def is_unreached(error: exc.DBAPIError) -> bool:
    """Whether nobody listened at the server's address, which may pass.

    An unknown name does not, nor does TLS that was refused.
    """
    if mysql_code(error) not in UNREACHED_MYSQL:
        return False
    cause = getattr(error.orig, "original_exception", None)
    if isinstance(cause, socket.gaierror):
        return cause.errno == socket.EAI_AGAIN
    return not isinstance(cause, ssl.SSLError)


def is_missing_table(error: exc.DBAPIError) -> bool:
    """Whether the statement named a table that does not exist."""
    return mysql_code(error) == 1146 or "no such table" in str(error.orig)


def explain(error: exc.DBAPIError) -> str | None:
    """The reason and the advice, or ``None`` where the error can only be a bug of ours."""
    name = sqlite_name(error)
    for prefix, sentence in _SQLITE:
        if name.startswith(prefix):
            return sentence
    if name and str(error.orig).startswith(("no such table", "no such column")):
        return _LACKING
    if isinstance(getattr(error.orig, "original_exception", None), ssl.SSLError):
        return _NO_TLS
    if (known := _MYSQL.get(mysql_code(error) or 0)) is not None:
        return known
    if isinstance(error, _OURS) or name == "SQLITE_ERROR":
        return None
    # Masked before it is cut: half a secret would not be recognised.
    return " ".join(redact(str(error.orig)).split())[:300] or type(error.orig).__name__


@contextlib.contextmanager
def told_plainly(where: str, advice: str = "") -> Iterator[None]:
    """Turn what the driver raises inside the block into `DatabaseError`; bugs pass as they are.

    ``advice`` is added where the server was not reached or refused the login.
    """
    try:
        yield
    except exc.DBAPIError as error:
        reason = explain(error)
        if reason is None:
            raise
        if advice and mysql_code(error) in _NOT_CONNECTED:
            reason = f"{reason}; {advice}"
        raise DatabaseError(redact(f"the database {where} cannot be used: {reason}")) from error
    except exc.TimeoutError as error:  # the pool's
        raise DatabaseError(f"the database {where} cannot be used: {_BUSY}") from error
