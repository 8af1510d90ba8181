"""Connections to a MySQL or MariaDB server, with our waits, limits and dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import create_engine, event

from tmdbdash.storage import database_errors as faults
from tmdbdash.storage.hosts import CONNECT_SECONDS, Host, connect_to_host, rotation_of

if TYPE_CHECKING:
    from pymysql.connections import Connection
    from pymysql.cursors import Cursor
    from sqlalchemy.engine import Engine, ExceptionContext
    from sqlalchemy.pool import ConnectionPoolEntry

    from tmdbdash.storage.database_url import DatabaseAddress

LOCK_SECONDS = 15
"""How long a statement waits for another writer before the transaction is begun again."""
TOO_LARGE = 1153
"""MySQL's number for a statement that is larger than it takes."""
HOST = "tmdbdash_host"
"""Where a connection notes what it is connected to."""


def mysql_engine(address: DatabaseAddress) -> Engine:
    """An engine for a server, with our waits and limits where the URL sets none; not connected.

    Of several hosts it connects to the first that can be connected to, beginning with the one that
    answered this process last. A host by which a statement failed is left, and all connections to
    it are made anew.
    """
    rotation = rotation_of(address.hosts)
    chosen = {
        "charset": "utf8mb4",
        "connect_timeout": CONNECT_SECONDS,
        "read_timeout": 60,
        "write_timeout": 60,
        **address.options,
    }
    if address.url.password:  # PyMySQL would encode it as Latin-1, and fail beyond that
        chosen["password"] = str(address.url.password).encode()
    engine = create_engine(
        address.url,
        hide_parameters=True,
        paramstyle="format",  # rows as tuples, which `upsert` passes straight to the driver
        pool_pre_ping=True,  # a fit takes minutes, and the server may have hung up meanwhile
        connect_args=chosen,
    )

    def connect(
        _dialect: object, entry: ConnectionPoolEntry, _plain: object, arguments: dict[str, object]
    ) -> Connection:
        def reach(host: Host) -> Connection:
            # The only host may be named by a file of options.
            own = {"host": host.name, "port": host.port} if rotation.several else {}
            return connect_to_host(host, {**arguments, **own}, _prepare)

        host, connection = rotation.connect(reach)
        entry.info[HOST] = host
        return connection

    def leave(context: ExceptionContext) -> None:
        if context.connection is not None and faults.is_host_failure(context.original_exception):
            rotation.leave(context.connection.info[HOST])
            context.is_disconnect = True  # a node that is not ready would be asked again

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "handle_error", leave)
    return engine


def _prepare(connection: Connection) -> None:
    """Set our SQL mode and waits, and let the driver send no statement larger than is taken.

    Rows are spread over more statements. One that is too large by itself is refused before it is
    sent: the server would answer by hanging up, as it does when it goes away.
    """
    with connection.cursor() as cursor:
        # Their dialect may be ORACLE's, and they wait 50 seconds for a row and a day for a table,
        # longer than a tick may last.
        cursor.execute(
            "SET SESSION sql_mode = 'TRADITIONAL', "
            f"SESSION innodb_lock_wait_timeout = {LOCK_SECONDS}, "
            f"SESSION lock_wait_timeout = {LOCK_SECONDS}"
        )
        cursor.execute("ROLLBACK")  # refused by a node that is not ready; those above are not
        cursor.execute("SELECT @@max_allowed_packet")
        most = int(cursor.fetchone()[0])
    kind = connection.cursorclass

    def execute(self: Cursor, query: str, args: object = None) -> int:
        statement = self.mogrify(query, args)
        sent = statement.encode("utf-8", "replace") if isinstance(statement, str) else statement
        if len(sent) >= most:
            from pymysql.err import OperationalError

            raise OperationalError(TOO_LARGE, "the statement is larger than max_allowed_packet")
        affected: int = kind.execute(self, statement)
        return affected

    fitted = {"max_stmt_length": min(kind.max_stmt_length, most // 2), "execute": execute}
    connection.cursorclass = type(kind.__name__, (kind,), fitted)
