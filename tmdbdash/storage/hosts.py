"""The hosts of one database: which of them is connected to, and how long that may take."""

from __future__ import annotations

import configparser
import contextlib
import functools
import logging
import re
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from tmdbdash.bounded import OverdueError, within
from tmdbdash.errors import UsageError
from tmdbdash.redaction import redact
from tmdbdash.storage import database_errors as faults

if TYPE_CHECKING:
    from pymysql.connections import Connection
    from pymysql.err import MySQLError

log = logging.getLogger(__name__)

CONNECT_SECONDS = 10
"""Timeout of connecting to one host: resolving its name, reaching it and its greeting."""
DEFAULT_PORT = 3306
NOT_REACHED = 2003
"""MySQL's number for a host that cannot be connected to."""
MALFORMED = 2027
"""MySQL's number for an answer that is not of its protocol."""
_HOST = re.compile(r"(?:\[(?P<six>[\w.:%]+)\]|(?P<name>[^\s\[\]:]+))(?::(?P<port>\d{1,5}))?")
_ALIVE = (
    ("TCP_KEEPIDLE", 5), ("TCP_KEEPINTVL", 2), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 12_000)
)  # fmt: skip
"""Socket options by which a machine that vanished is noticed after some twelve seconds. By default
it would be after two hours, and by a statement's deadline after a minute."""


class Host(NamedTuple):
    """A host's name or address, and its port."""

    name: str
    port: int

    def __str__(self) -> str:
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"


def read_hosts(text: str) -> tuple[Host, ...]:
    """The hosts of ``a:3306,b:3306``, each once, in their order.

    A port after the last one alone is that of all; without any it is 3306. Raises `UsageError`.
    """
    names, ports = [], []
    for number, host in enumerate(text.split(","), 1):
        found = _HOST.fullmatch(host.strip())
        if found is None or not _is_name(found["six"] or found["name"]):
            raise UsageError(
                f"DATABASE_URL has several hosts, of which number {number} cannot be read: write "
                "HOST:PORT,HOST:PORT, with addresses of IPv6 in brackets"
            )
        names.append(found["six"] or found["name"])
        ports.append(int(found["port"]) if found["port"] else None)
    last = ports[-1] if not any(ports[:-1]) else None
    if any(ports) and not all(ports) and last is None:
        raise UsageError(
            "DATABASE_URL names a port for some of its hosts: write one for each, or one after "
            "the last for all"
        )
    if not all(port is None or 0 < port < 65_536 for port in ports):
        raise UsageError("DATABASE_URL has a port that is none: write a number from 1 to 65535")
    pairs = zip(names, ports, strict=True)
    return tuple(dict.fromkeys(Host(name, port or last or DEFAULT_PORT) for name, port in pairs))


def _is_name(text: str) -> bool:
    try:
        return bool(text.encode("idna"))
    except UnicodeError:
        return False


class Rotation:
    """The order in which hosts are tried: the one that answered last comes first.

    One that fails goes to the end.
    """

    def __init__(self, hosts: tuple[Host, ...]) -> None:
        self._order = deque(hosts)

    @property
    def several(self) -> bool:
        """Whether there is more than one host."""
        return len(self._order) > 1

    def leave(self, host: Host) -> None:
        """Try the next host first from now on, unless that was done."""
        if self.several and self._order[0] == host:
            self._order.rotate(-1)
            log.debug("database host %s is left for %s", host, self._order[0])

    def connect(self, connect_to: Callable[[Host], Connection]) -> tuple[Host, Connection]:
        """The first host that can be connected to, and the connection.

        Where none can, raises the driver's error that is likeliest to be transient; where one
        refuses for another reason, such as the password, that error at once.
        """
        from pymysql.err import MySQLError

        failed: list[MySQLError] = []
        for _ in range(len(self._order)):
            host = self._order[0]
            try:
                return host, connect_to(host)
            except MySQLError as error:
                if not faults.tries_next_host(error):
                    raise
                failed.append(error)
                self.leave(host)
        raise min(failed, key=lambda e: (not faults.is_transient(e), not faults.is_unreached(e)))


@functools.cache
def rotation_of(hosts: tuple[Host, ...]) -> Rotation:
    """The rotation of these hosts that all stores of this process share."""
    return Rotation(hosts)


def connect_to_host(
    host: Host, arguments: Mapping[str, object], prepare: Callable[[Connection], None]
) -> Connection:
    """A connection to one host, made and prepared within ``connect_timeout``.

    A node of a cluster that is not ready takes logins, and refuses what ``prepare`` asks.
    Raises the driver's error, and `UsageError` for arguments that cannot be used.
    """
    from pymysql.connections import Connection
    from pymysql.err import OperationalError

    try:
        connection = Connection(**arguments, defer_connect=True)
    except configparser.Error:
        raise UsageError("DATABASE_URL's read_default_file holds no options of MySQL") from None
    except OSError as error:  # of TLS too
        reason = redact(error.strerror or str(error))
        raise UsageError(f"DATABASE_URL's options of TLS cannot be used: {reason}") from None
    except (TypeError, ValueError, KeyError, AttributeError, NotImplementedError):
        raise UsageError(
            "DATABASE_URL has options after ? that the driver cannot use together"
        ) from None
    seconds = connection.connect_timeout or CONNECT_SECONDS
    overdue = threading.Event()

    def connect() -> None:
        try:
            connection.connect()
            prepare(connection)
        except BaseException:
            _close(connection)
            raise
        if overdue.is_set():  # its caller has given up
            _close(connection)

    try:
        within(seconds, connect, name=f"connecting to {host}")
    except OverdueError as error:
        overdue.set()
        raise OperationalError(NOT_REACHED, f"{host} did not answer within {seconds} s") from error
    except (
        IndexError,
        ValueError,
        TypeError,
        AttributeError,
        AssertionError,
        struct.error,
    ) as error:
        raise OperationalError(MALFORMED, f"what answers at {host} is no such server") from error
    _keep_alive(connection)
    return connection


def _close(connection: Connection) -> None:
    from pymysql.err import MySQLError

    with contextlib.suppress(MySQLError, OSError):
        connection.close()


def _keep_alive(connection: Connection) -> None:
    sock = getattr(connection, "_sock", None)
    if isinstance(sock, socket.socket) and sock.family != socket.AF_UNIX:
        for name, value in _ALIVE:
            if hasattr(socket, name):  # macOS and Windows lack some
                sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
