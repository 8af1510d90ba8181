"""Batches of records into a table: insert, or replace the row with the same key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Table
    from sqlalchemy.engine import Connection, Dialect
    from sqlalchemy.sql.base import ReadOnlyColumnCollection
    from sqlalchemy.sql.dml import Insert

BATCH = 1000
"""Rows in one statement."""
PART = 20_000
"""Records sorted at once by `upsert_parts`."""


class _Column(NamedTuple):
    """How one column's values are converted for the driver.

    ``process`` converts one value, and is ``None`` where none is converted. ``are_plain`` returns
    whether no value of many has to be, and is ``None`` where only ``process`` can decide that.
    """

    name: str
    process: Callable[[object], object] | None
    are_plain: Callable[[Sequence[object]], bool] | None

    def convert(self, values: Sequence[object]) -> Sequence[object]:
        """The values as the driver takes them; each distinct one is converted once.

        In a batch most columns that need it repeat their values: times, languages, genres.
        """
        process = self.process
        if process is None or (self.are_plain is not None and self.are_plain(values)):
            return values
        try:
            converted = {value: process(value) for value in set(values)}
        except TypeError:  # a mapping is not hashable
            return list(map(process, values))
        return [converted[value] for value in values]


def upsert(
    connection: Connection,
    table: Table,
    records: Iterable[object],
    *,
    constants: Mapping[str, object] | None = None,
    keep: tuple[str, ...] = (),
) -> None:
    """Write records whose attributes are the table's column keys, by primary key.

    In that order concurrent writers lock rows alike. ``constants`` are columns with one value for
    all; ``keep`` are columns that an existing row keeps. Of two records with one key, the later
    wins.
    """
    constants = constants or {}
    names = table.columns.keys()
    ordered = sorted(records, key=attrgetter(*table.primary_key.columns.keys()))
    attributes = attrgetter(*(name for name in names if name not in constants))
    for start in range(0, len(ordered), BATCH):
        batch = ordered[start : start + BATCH]
        # Column by column and straight to the driver: several times as fast as a dict a row
        # through SQLAlchemy's executemany, which matters for an import.
        columns_read = zip(*map(attributes, batch), strict=True)
        values = {
            name: [constants[name]] * len(batch) if name in constants else next(columns_read)
            for name in names
        }
        # A column without any value is NULL in the statement: binding NULLs is slow in drivers.
        bound = tuple(
            name
            for name, column in values.items()
            if not table.columns[name].nullable or any(value is not None for value in column)
        )
        statement, columns = _compile(table, connection.dialect, keep, bound)
        converted = [column.convert(values[column.name]) for column in columns]
        connection.exec_driver_sql(statement, list(zip(*converted, strict=True)))


def upsert_parts(connection: Connection, table: Table, records: Iterable[object]) -> None:
    """As `upsert`, `PART` records at a time, so that they need not all be in memory.

    They are given in the order of their keys, each once.
    """
    left = iter(records)
    while part := list(islice(left, PART)):
        upsert(connection, table, part)


@lru_cache(maxsize=128)
def _compile(
    table: Table, dialect: Dialect, keep: tuple[str, ...], bound: tuple[str, ...]
) -> tuple[str, list[_Column]]:
    """The dialect's statement, and the column of each of its parameters.

    Only the columns ``bound`` are parameters; every other one becomes NULL.
    """
    from sqlalchemy import null

    changed = {*table.columns.keys()} - {*table.primary_key.columns.keys(), *keep}

    def replaced(new: ReadOnlyColumnCollection[str, ColumnElement[object]]) -> dict[str, object]:
        return {name: new[name] if name in bound else null() for name in sorted(changed)}

    statement: Insert
    if dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        lite = sqlite.insert(table)
        statement = lite.on_conflict_do_update(
            index_elements=list(table.primary_key), set_=replaced(lite.excluded)
        )
    else:
        from sqlalchemy.dialects import mysql

        my = mysql.insert(table)
        statement = my.on_duplicate_key_update(replaced(my.inserted))
    compiled = dialect.statement_compiler(dialect, statement, column_keys=bound)
    kinds = [(name, table.columns[name].type) for name in compiled.positiontup or ()]
    columns = [
        _Column(
            name,
            kind.dialect_impl(dialect).bind_processor(dialect),
            getattr(kind, "are_plain", None),
        )
        for name, kind in kinds
    ]
    return str(compiled), columns
