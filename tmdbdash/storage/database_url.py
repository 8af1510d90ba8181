"""DATABASE_URL: reading it as its writer meant it, and refusing what cannot work before it fails.

No message shows the text, nor anything of it that is not certainly kind, host, port or name.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from sqlalchemy import exc
from sqlalchemy.engine import URL, make_url

from tmdbdash.addresses import read_address
from tmdbdash.errors import UsageError

SUPPORTED = "sqlite:///FILE or mysql+pymysql://USER:PASSWORD@HOST/NAME"
ENCODE = "encode special characters of a password (@ as %40, / as %2F, : as %3A, % as %25)"
_KINDS = frozenset(
    {"mysql", "mariadb", "sqlite", "postgresql", "postgres", "oracle", "mssql", "mongodb", "redis"}
)
_DRIVERS = frozenset(
    {
        "",
        "aiomysql",
        "aiosqlite",
        "asyncmy",
        "asyncpg",
        "cymysql",
        "mariadbconnector",
        "mysqlclient",
    }
    | {"mysqlconnector", "mysqldb", "psycopg", "psycopg2", "pymysql", "pyodbc", "pysqlcipher"}
)


def read_database_url(text: str, home: Path) -> tuple[URL, str]:
    """The URL with driver and file settled, and advice for when it cannot be connected to.

    A login ends at the last ``@``, so that a password may hold one. The advice is empty where
    everything is encoded as it should be. Raises `UsageError`.
    """
    if "\n" in text or "\r" in text:
        raise UsageError("DATABASE_URL has a line break in it: see where a quote closes in .env")
    address = None if text.lower().startswith("sqlite") else read_address(text)
    try:
        url = make_url(address.encoded() if address else text)
    except (exc.ArgumentError, ValueError):
        raise UsageError(
            f"DATABASE_URL cannot be read as a URL: write {SUPPORTED}, and {ENCODE}"
        ) from None
    kind, _, driver = url.drivername.lower().partition("+")
    if kind == "sqlite" and driver in ("", "pysqlite"):
        return _sqlite(url, home), ""
    if kind in ("mysql", "mariadb") and driver in ("", "pymysql"):
        unsafe = address.unsafe if address else ()
        advice = f"user and password were taken to end at the last @; write {', '.join(unsafe)}"
        return _mysql(url), f"{advice} in DATABASE_URL" if unsafe else ""
    known = kind in _KINDS and driver in _DRIVERS  # else the word may be a part of a password
    named = url.drivername if known else kind if kind in _KINDS else "another kind of database"
    raise UsageError(f"DATABASE_URL is for {named}, which is not supported: write {SUPPORTED}")


def _sqlite(url: URL, home: Path) -> URL:
    if url.host or url.username or url.password or url.port:
        raise UsageError(
            "DATABASE_URL has a host or a login, and SQLite has neither: write sqlite:///FILE, "
            "with three slashes before a path (four before one that begins with /)"
        )
    name = url.database or ""
    if name in ("", ":memory:") or name.startswith("file:"):
        raise UsageError(
            "DATABASE_URL names no file: data must outlast the process, so write "
            "sqlite:///FILE with a path (a relative one starts at the home folder)"
        )
    return url.set(drivername="sqlite", database=str(home / name))


def _mysql(url: URL) -> URL:
    if not url.database:
        raise UsageError("DATABASE_URL names no database: let it end with /NAME")
    if "://" in f"{url.username}:{url.password}" or re.match("//", str(url.password or "")):
        raise UsageError(f"DATABASE_URL begins with a scheme twice: write {SUPPORTED}")
    if url.port is not None and not 0 < url.port < 65536:
        raise UsageError(f"DATABASE_URL has a port beyond 65535: write {SUPPORTED}, and {ENCODE}")
    try:
        (url.host or "").encode("idna")
    except UnicodeError:
        raise UsageError(
            f"DATABASE_URL has a host that is no host's name: write {SUPPORTED}, and {ENCODE}"
        ) from None
    url = url.set(drivername="mysql+pymysql")
    _check_options(url)
    return url


def _check_options(url: URL) -> None:
    """Refuse options that the driver would stumble over with a traceback."""
    from pymysql.charset import charset_by_name
    from pymysql.connections import Connection

    try:
        _, given = url.get_dialect()().create_connect_args(url)
        inspect.signature(Connection).bind(**given)
        if (charset := url.query.get("charset")) is not None:
            charset_by_name(str(charset)).encoding  # noqa: B018  looked up for its error
    except (TypeError, ValueError, KeyError, AttributeError, exc.ArgumentError):
        raise UsageError(
            "DATABASE_URL has an option after ? that the driver does not know, or a value that it "
            f"cannot use: see PyMySQL's options, and {ENCODE}"
        ) from None
