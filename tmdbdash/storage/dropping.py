"""Dropping rows, so many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, tuple_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Column, ColumnElement, Table
    from sqlalchemy.engine import Connection

ROWS_AT_ONCE = 2_000
KEYS_AT_ONCE = 500
"""For a list of a thousand keys and more MariaDB reads, and locks, the whole table."""


def drop_rows(connection: Connection, table: Table, *where: ColumnElement[bool]) -> None:
    """Drop all rows that meet the conditions, on a server in statements of `ROWS_AT_ONCE`.

    Clusters refuse, or cut off, a statement that changes too many rows. SQLite needs no limit.
    """
    statement = delete(table).where(*where).with_dialect_options(mysql_limit=ROWS_AT_ONCE)
    while connection.execute(statement).rowcount >= ROWS_AT_ONCE:
        pass


def drop_oldest(
    connection: Connection,
    table: Table,
    due: Sequence[ColumnElement[bool]],
    order: Column[datetime],
) -> bool:
    """Drop `ROWS_AT_ONCE` of the rows that are ``due``, the first in ``order``.

    By their keys, so that no other row is read or locked. Returns whether there may be more.
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


def fetch_oldest_kept(
    connection: Connection,
    at: Column[datetime],
    newest: datetime,
    keep: int,
    *where: ColumnElement[bool],
) -> datetime | None:
    """The oldest of the ``keep`` newest times up to ``newest``; ``None`` where there are fewer.

    Times later than ``newest`` are of a clock that was wrong: counted, they would push it out.
    """
    times = select(at).distinct().where(at <= newest, *where).order_by(at.desc())
    return connection.execute(times.offset(keep - 1).limit(1)).scalar()
