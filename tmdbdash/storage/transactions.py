"""What every module of queries is made of: methods that are one transaction each.

``Store`` inherits from one class of queries for each subject. A method that needs a connection is
declared with it and called without it::

    class RunQueries(Queries):
        @read_transaction
        def fetch_runs(self, connection: Connection, job: str) -> list[Run]: ...

    store.fetch_runs("ingest")

`Database` may run a transaction again from its start. So whatever a method iterates has to be a
collection, not an iterator.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.engine import Connection

    from tmdbdash.storage.engine import Database

Q = TypeVar("Q", bound="Queries")
P = ParamSpec("P")
T = TypeVar("T")

IDS_AT_ONCE = 500
"""Ids in one statement: far below every limit on parameters."""


class Queries:
    """Queries of one subject on an open database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        """Where they are asked: whatever has no method here is asked of it as well."""


def read_transaction(
    query: Callable[Concatenate[Q, Connection, P], T],
) -> Callable[Concatenate[Q, P], T]:
    """A method that runs ``query`` on one consistent view. It raises `DatabaseError`."""

    @functools.wraps(query)
    def method(self: Q, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.database.read(lambda connection: query(self, connection, *args, **kwargs))

    return method


def write_transaction(
    query: Callable[Concatenate[Q, Connection, P], T],
) -> Callable[Concatenate[Q, P], T]:
    """A method that runs ``query`` and commits what it wrote. It raises `DatabaseError`."""

    @functools.wraps(query)
    def method(self: Q, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self.database.write(lambda connection: query(self, connection, *args, **kwargs))

    return method


def in_parts(ids: Collection[int], size: int = IDS_AT_ONCE) -> Iterator[list[int]]:
    """Distinct ids in ascending order, in lists of at most ``size``."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), size):
        yield ordered[start : start + size]


def fetch_records(connection: Connection, record: Callable[..., T], query: Select[Any]) -> list[T]:
    """The rows of a query, each as a record whose fields are the keys of its columns."""
    names = query.selected_columns.keys()
    return [record(**dict(zip(names, row, strict=True))) for row in connection.execute(query)]


def fetch_records_of(
    connection: Connection,
    record: Callable[..., T],
    query: Select[Any],
    column: ColumnElement[int],
    ids: Collection[int],
) -> list[T]:
    """As `fetch_records`, of the rows that have one of the ``ids`` in ``column``."""
    return [
        found
        for part in in_parts(ids)
        for found in fetch_records(connection, record, query.where(column.in_(part)))
    ]
