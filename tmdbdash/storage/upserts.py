"""Batches of records into a table: insert, or replace the row with the same key."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.engine import Connection, Dialect

BATCH = 1000
PART = 20_000


class _Column(NamedTuple):
    """How one column's values are made ready for the driver.

    ``process`` does it for one of them, ``are_plain`` tells of many whether there is nothing to do;
    ``None`` where there never is, or where only ``process`` knows.
    """

    name: str
    process: Callable[[Any], Any] | None
    are_plain: Callable[[Sequence[Any]], bool] | None

    def ready(self, values: Sequence[Any]) -> Sequence[Any]:
        """The values as the driver takes them; each distinct one is processed once.

        In a batch most columns that need it repeat themselves: times, languages, genres.
        """
        process = self.process
        if process is None or (self.are_plain is not None and self.are_plain(values)):
            return values
        try:
            done = {value: process(value) for value in set(values)}
        except TypeError:  # a mapping cannot be looked up
            return list(map(process, values))
        return [done[value] for value in values]


def upsert(
    connection: Connection,
    table: Table,
    records: Iterable[Any],
    *,
    constants: Mapping[str, Any] | None = None,
    keep: tuple[str, ...] = (),
) -> None:
    """Write records whose attributes are the table's column keys, by primary key.

    Writers that meet always lock rows in the same order that way. ``constants`` are columns with
    one value for all; ``keep`` are columns that an existing row keeps. Of two records with one
    key, the later wins.
    """
    constants = constants or {}
    names = table.columns.keys()
    ordered = sorted(records, key=attrgetter(*table.primary_key.columns.keys()))
    said = attrgetter(*(name for name in names if name not in constants))
    for start in range(0, len(ordered), BATCH):
        batch = ordered[start : start + BATCH]
        # Column by column and straight to the driver: several times as fast as a dict a row
        # through SQLAlchemy's executemany, which matters for an import.
        told = zip(*map(said, batch), strict=True)
        values = {
            name: [constants[name]] * len(batch) if name in constants else next(told)
            for name in names
        }
        # What is blank throughout needs no parameters; drivers are slow with nothings.
        given = tuple(
            name
            for name, column in values.items()
            if not (table.columns[name].nullable and _is_blank(column))
        )
        statement, columns = _compiled(table, connection.dialect, keep, given)
        ready = [column.ready(values[column.name]) for column in columns]
        connection.exec_driver_sql(statement, list(zip(*ready, strict=True)))


def upsert_parts(connection: Connection, table: Table, records: Iterable[Any]) -> None:
    """Like `upsert`, of so many that neither they nor a sorted copy should exist at once.

    They come in the order of their keys, each once.
    """
    left = iter(records)
    while part := list(islice(left, PART)):
        upsert(connection, table, part)


def _is_blank(values: Sequence[Any]) -> bool:
    return all(value is None for value in values)


@lru_cache(maxsize=128)
def _compiled(
    table: Table, dialect: Dialect, keep: tuple[str, ...], given: tuple[str, ...]
) -> tuple[str, list[_Column]]:
    """The dialect's statement, and the column of each of its parameters.

    Only the columns ``given`` are parameters; every other one becomes NULL.
    """
    from sqlalchemy import null

    changed = {*table.columns.keys()} - {*table.primary_key.columns.keys(), *keep}

    def replaced(new: Any) -> dict[str, Any]:
        return {name: new[name] if name in given else null() for name in sorted(changed)}

    statement: Any
    if dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        lite = sqlite.insert(table)
        statement = lite.on_conflict_do_update(
            index_elements=list(table.primary_key),
            set_=replaced(lite.excluded),
        )
    else:
        from sqlalchemy.dialects import mysql

        my = mysql.insert(table)
        statement = my.on_duplicate_key_update(replaced(my.inserted))
    compiled = statement.compile(dialect=dialect, column_keys=given)
    kinds = [(name, table.columns[name].type) for name in compiled.positiontup]
    columns = [
        _Column(
            name,
            kind.dialect_impl(dialect).bind_processor(dialect),
            getattr(kind, "are_plain", None),
        )
        for name, kind in kinds
    ]
    return str(compiled), columns
