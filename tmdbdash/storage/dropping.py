"""Dropping rows, so many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.engine import Connection

ROWS_AT_ONCE = 2_000


def drop_rows(connection: Connection, table: Table, *where: ColumnElement[bool]) -> None:
    """Drop all rows of which that is true, on a server with a bound for each statement.

    Clusters refuse, or cut off, a statement that changes too many rows. SQLite needs none.
    """
    statement = delete(table).where(*where).with_dialect_options(mysql_limit=ROWS_AT_ONCE)
    while connection.execute(statement).rowcount >= ROWS_AT_ONCE:
        pass
