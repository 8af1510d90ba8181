"""Dropping rows, so many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, tuple_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.engine import Connection

ROWS_AT_ONCE = 2_000
KEYS_AT_ONCE = 500
"""For a list of a thousand keys and more MariaDB reads, and locks, the whole table."""


def drop_rows(connection: Connection, table: Table, *where: ColumnElement[bool]) -> None:
    """Drop all rows of which that is true, on a server with a bound for each statement.

    Clusters refuse, or cut off, a statement that changes too many rows. SQLite needs none.
    """
    statement = delete(table).where(*where).with_dialect_options(mysql_limit=ROWS_AT_ONCE)
    while connection.execute(statement).rowcount >= ROWS_AT_ONCE:
        pass


def drop_oldest(
    connection: Connection,
    table: Table,
    due: Sequence[ColumnElement[bool]],
    order: ColumnElement[Any],
) -> bool:
    """Drop `ROWS_AT_ONCE` of the rows that are ``due``, the first in ``order``.

    By their keys, so that no other row is read or locked. Whether there may be more.
    """
    keys = tuple(table.primary_key.columns)
    asked = select(*keys).where(*due).order_by(order).limit(ROWS_AT_ONCE)
    found = [tuple(row) for row in connection.execute(asked)]
    if found and connection.dialect.name == "sqlite":  # which reads all rows for any list of keys
        own = [key == bindparam(f"own_{key.name}") for key in keys]
        named = [{f"own_{k.name}": v for k, v in zip(keys, row, strict=True)} for row in found]
        connection.execute(delete(table).where(*own), named)
    else:
        for start in range(0, len(found), KEYS_AT_ONCE):
            some = found[start : start + KEYS_AT_ONCE]
            connection.execute(delete(table).where(tuple_(*keys).in_(some)))
    return len(found) == ROWS_AT_ONCE
