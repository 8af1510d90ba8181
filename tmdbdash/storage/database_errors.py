"""Errors of the database: their kinds, and sentences with what failed, where and what to do."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator

from sqlalchemy import exc

from tmdbdash.errors import DatabaseError
from tmdbdash.redaction import redact

RETRIED_MYSQL = frozenset({1020, 1040, 1047, 1053, 1203, 1205, 1213, 1317, 1927, 2006, 2013})
"""Transient errors: row changed meanwhile, too many connections, node not ready, server going down,
lock wait, deadlock, statement or connection killed; server gone, connection lost (a write may come
twice)."""
HOST_FAILURES = frozenset({1047, 1053, 1290, 1836, 2006, 2013})
"""What another host of the same database may not have: not ready, going down, read-only, gone."""
READ_ONLY_NODE = frozenset({1290, 1836})
UNREACHED_MYSQL = frozenset({2002, 2003})
"""Nothing listens there: a server that is being restarted, or a wrong address."""

_NEXT_HOST = RETRIED_MYSQL | UNREACHED_MYSQL | READ_ONLY_NODE | {1129, 2005, 2026, 2027}
"""Another host is tried, also where this one has blocked us, is not found, fails at TLS, or is
another kind of server."""

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
READ_ONLY = "it is read-only: let this user write to it"
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
    **dict.fromkeys((1290, 1836), READ_ONLY),
    **dict.fromkeys((1054, 1146), _LACKING),
    1047: _NOT_READY,
    2026: _NO_TLS,
    3159: _WANTS_TLS,
    1153: _TOO_LARGE,
    1040: "the server has too many connections: try again, or raise its max_connections",
    1203: "this user has too many connections: try again, or raise its max_user_connections",
    **dict.fromkeys(
        (1049, 1102), "the server has no database of that name: create it, or correct DATABASE_URL"
    ),
    2027: "what answers there is no such server: correct host and port in DATABASE_URL",
}
_NOT_CONNECTED = frozenset({1044, 1045, 1049, 1698, 1862, 2002, 2003, 2005, 2026, 2059, 3159})
_SQLITE = (
    ("SQLITE_BUSY", _BUSY),
    ("SQLITE_LOCKED", _BUSY),
    ("SQLITE_FULL", _NO_SPACE),
    ("SQLITE_READONLY_ROLLBACK", _HALF_WRITTEN),
    ("SQLITE_READONLY", READ_ONLY),
    ("SQLITE_NOTADB", "the file is no SQLite database: correct DATABASE_URL or move the file away"),
    ("SQLITE_CORRUPT", _DAMAGED),
    ("SQLITE_CANTOPEN", "the file cannot be opened: see that its folder exists and is writable"),
    ("SQLITE_PERM", "the system denies access to the file: correct its owner or mode"),
    ("SQLITE_IOERR", "reading or writing the file failed: see whether the disk is full or failing"),
)
_OURS = (exc.ProgrammingError, exc.IntegrityError, exc.DataError, exc.NotSupportedError)


def _raised(error: BaseException | None) -> BaseException | None:
    """What the driver raised, also where SQLAlchemy has wrapped it."""
    return error.orig if isinstance(error, exc.DBAPIError) else error


def mysql_code(error: BaseException) -> int | None:
    """The server's or driver's error number, where it has one."""
    arguments: tuple[object, ...] = getattr(_raised(error), "args", ())
    number = arguments[0] if arguments else None
    return number if isinstance(number, int) else None


def sqlite_name(error: BaseException) -> str:
    """SQLite's name of the error, such as ``SQLITE_BUSY``; empty for another database."""
    return str(getattr(_raised(error), "sqlite_errorname", ""))


def tries_next_host(error: BaseException) -> bool:
    """Whether the next host is tried where a connection to this one failed with the error.

    So for a host that is not reached or not ready, but not for one that refuses the login.
    """
    return mysql_code(error) in _NEXT_HOST or type(error).__name__ == "InternalError"


def is_host_failure(error: BaseException) -> bool:
    """Whether a statement failed by this host, so that another one of the database may do it."""
    return mysql_code(error) in HOST_FAILURES


def is_transient(error: BaseException) -> bool:
    """Whether the whole transaction may succeed when it is begun again."""
    if name := sqlite_name(error):
        return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))
    return mysql_code(error) in RETRIED_MYSQL


def is_unreached(error: BaseException) -> bool:
    """Whether nothing listened at the server's address, which may be transient.

    An unknown name is not, nor is TLS that was refused.
    """
    if mysql_code(error) not in UNREACHED_MYSQL:
        return False
    cause = getattr(_raised(error), "original_exception", None)
    if isinstance(cause, socket.gaierror):
        return cause.errno == socket.EAI_AGAIN
    return not isinstance(cause, ssl.SSLError)


def is_read_only_node(error: BaseException) -> bool:
    """Whether this host does not take writes; another one of the database may."""
    return mysql_code(error) in READ_ONLY_NODE


def is_missing_table(error: exc.DBAPIError) -> bool:
    """Whether the statement named a table that does not exist."""
    return mysql_code(error) == 1146 or "no such table" in str(error.orig)


def is_already_done(error: exc.DBAPIError) -> bool:
    """Whether a table, column or index to be made exists, or one to be dropped does not."""
    return mysql_code(error) in (1050, 1051, 1060, 1061, 1091)


def cause_of(error: exc.DBAPIError) -> str | None:
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
    connecting = error.statement is None and not name
    if (isinstance(error, _OURS) and not connecting) or name == "SQLITE_ERROR":
        return None
    # Masked before it is cut: half a secret would not be recognised.
    text = " ".join(redact(str(error.orig)).split())[:300] or type(error.orig).__name__
    return f"{text}; see the options after ? in DATABASE_URL" if connecting else text


@contextlib.contextmanager
def translated_errors(where: str, advice: str = "") -> Iterator[None]:
    """Turn what the driver raises inside the block into `DatabaseError`; bugs pass as they are.

    ``advice`` is added where the server was not reached or refused the login.
    """
    try:
        yield
    except exc.DBAPIError as error:
        reason = cause_of(error)
        if reason is None:
            raise
        if advice and mysql_code(error) in _NOT_CONNECTED:
            reason = f"{reason}; {advice}"
        raise DatabaseError(redact(f"the database {where} cannot be used: {reason}")) from error
    except exc.TimeoutError as error:  # the pool's
        raise DatabaseError(f"the database {where} cannot be used: {_BUSY}") from error
