"""DATABASE_URL: reading it as its writer meant it, and refusing early what cannot work.

No message shows any part of it that may not be kind, host, port or name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import exc
from sqlalchemy.engine import URL, make_url

from tmdbdash.addresses import read_address
from tmdbdash.errors import UsageError
from tmdbdash.storage.hosts import DEFAULT_PORT, Host, read_hosts
from tmdbdash.storage.url_options import (
    SERVER_OPTIONS,
    Options,
    read_file_options,
    read_server_options,
)

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


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """The address of a database: its URL (of a server its first host's), and all hosts.

    ``options`` are the driver's arguments. ``advice`` is shown where the database cannot be
    connected to, and empty where everything in the URL is encoded as it should be.
    """

    url: URL
    hosts: tuple[Host, ...] = ()
    options: Options = field(default_factory=dict)
    advice: str = ""

    def __str__(self) -> str:
        """The URL with all hosts, and without password and options; user and name are as given."""
        if len(self.hosts) < 2:
            return self.url.render_as_string(hide_password=True)
        login = URL.create(self.url.drivername, self.url.username, self.url.password)
        name = URL.create("x", database=self.url.database).render_as_string()
        hosts = ",".join(map(str, self.hosts))
        return f"{login.render_as_string(hide_password=True)}{hosts}{name[len('x://') :]}"


def read_database_url(text: str, home: Path) -> DatabaseAddress:
    """The address that the text gives, its file's path relative to ``home``.

    A login ends at the last ``@``, so that a password may hold one. Raises `UsageError`.
    """
    if "\n" in text or "\r" in text:
        raise UsageError("DATABASE_URL has a line break in it: see where a quote closes in .env")
    address = None if text.lower().startswith("sqlite") else read_address(text)
    hosts = read_hosts(address.hosts) if address and "," in address.hosts else ()
    try:
        text.encode()  # fails for surrogates: bytes of the environment in another encoding
        if address and hosts:
            url = make_url(replace(address, rest=f"{hosts[0]}{address.after_hosts}").encoded())
        else:
            url = make_url(address.encoded() if address else text)
    except (exc.ArgumentError, ValueError):
        raise UsageError(
            f"DATABASE_URL cannot be read as a URL: write {SUPPORTED}, and {ENCODE}"
        ) from None
    if "\0" in f"{url.username}{url.password}{url.host}{url.database}":
        raise UsageError(f"DATABASE_URL holds a zero byte: write {SUPPORTED}, and {ENCODE}")
    kind, _, driver = url.drivername.lower().partition("+")
    if kind == "sqlite" and driver in ("", "pysqlite"):
        return _sqlite(url, home)
    if kind in ("mysql", "mariadb") and driver in ("", "pymysql"):
        unsafe = address.unsafe if address else ()
        advice = f"user and password were taken to end at the last @; write {', '.join(unsafe)}"
        advice = f"{advice} in DATABASE_URL" if unsafe else ""
        if re.search("@[^@,]+,", str(url.password or "")):
            advice += ", or, where several hosts are meant, the login once, before the first"
        return _mysql(url, hosts, advice)
    known = kind in _KINDS and driver in _DRIVERS  # else the word may be a part of a password
    named = url.drivername if known else kind if kind in _KINDS else "another kind of database"
    raise UsageError(f"DATABASE_URL is for {named}, which is not supported: write {SUPPORTED}")


def _sqlite(url: URL, home: Path) -> DatabaseAddress:
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
    options = read_file_options(url.query)
    return DatabaseAddress(URL.create("sqlite", database=str(home / name)), options=options)


def _mysql(url: URL, hosts: tuple[Host, ...], advice: str) -> DatabaseAddress:
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
    options = read_server_options(url.query)
    if len(hosts) > 1 and (both := sorted(set(SERVER_OPTIONS) & options.keys())):
        raise UsageError(
            f"DATABASE_URL has several hosts and the option {both[0]}, which says where the "
            "server is as well: leave one of them out"
        )
    url = url.set(
        drivername="mysql+pymysql",
        username=options.pop("user", url.username),
        password=options.pop("password", options.pop("passwd", url.password)),
        host=options.pop("host", url.host),
        port=options.pop("port", url.port),
        database=options.pop("database", options.pop("db", url.database)),
        query={},
    )
    return DatabaseAddress(
        url, hosts or (Host(url.host or "localhost", url.port or DEFAULT_PORT),), options, advice
    )
