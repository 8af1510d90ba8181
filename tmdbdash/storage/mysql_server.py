"""Connections to a MySQL or MariaDB server, with our waits, limits and dialect."""

from __future__ import annotations

from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Engine

ROW_SECONDS = 15
"""How long a statement waits for another writer before the transaction is begun again."""
PASSWORDS = ("password", "passwd")
"""Options of PyMySQL that hold one."""
TOO_LARGE = 1153
"""MySQL's number for a statement that is larger than it takes."""


def mysql_engine(url: URL) -> Engine:
    """An engine for a server, with our waits and limits where the URL sets none; not connected."""
    chosen: dict[str, Any] = {
        "charset": "utf8mb4",
        "connect_timeout": 10,
        "read_timeout": 60,
        "write_timeout": 60,
        # Servers wait 50 seconds for a row and a day for a table, longer than a tick may last.
        "init_command": (
            f"SET SESSION innodb_lock_wait_timeout = {ROW_SECONDS}, "
            f"SESSION lock_wait_timeout = {ROW_SECONDS}"
        ),
    }
    # PyMySQL would encode a password as Latin-1, and fail beyond that.
    passwords = {"password": url.password} | {n: url.query[n] for n in PASSWORDS if n in url.query}
    chosen.update({name: str(value).encode() for name, value in passwords.items() if value})
    given = set(url.query) - {"charset", *PASSWORDS}
    engine = create_engine(
        url,
        hide_parameters=True,
        paramstyle="format",  # rows as tuples, which `upsert` passes straight to the driver
        pool_pre_ping=True,  # a fit takes minutes, and the server may have hung up meanwhile
        connect_args={name: value for name, value in chosen.items() if name not in given},
    )
    event.listen(engine, "connect", _prepare, insert=True)  # before its dialect looks round
    return engine


def _prepare(connection: Any, _record: object) -> None:
    """Speak our dialect, and let the driver send no statement that the server does not take.

    Rows are spread over more statements. One that is too large by itself is refused before it is
    sent: the server would answer by hanging up, as it does when it goes away.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION sql_mode = 'TRADITIONAL'")  # theirs may be ORACLE's
        cursor.execute("SELECT @@max_allowed_packet")
        most = int(cursor.fetchone()[0])
    kind = connection.cursorclass

    def execute(self: Any, query: Any, args: Any = None) -> int:
        statement = self.mogrify(query, args)
        sent = statement.encode("utf-8", "replace") if isinstance(statement, str) else statement
        if len(sent) >= most:
            from pymysql.err import OperationalError

            raise OperationalError(TOO_LARGE, "the statement is larger than max_allowed_packet")
        affected: int = kind.execute(self, statement)
        return affected

    fitted = {"max_stmt_length": min(kind.max_stmt_length, most // 2), "execute": execute}
    connection.cursorclass = type(kind.__name__, (kind,), fitted)
