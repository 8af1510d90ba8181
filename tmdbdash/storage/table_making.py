"""How a table is declared: the same on SQLite and on MySQL or MariaDB."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

METADATA = MetaData()

T = TypeVar("T")


def make_table(
    name: str, *parts: SchemaItem, clustered: bool = True, metadata: MetaData = METADATA
) -> Table:
    """A table, on both engines stored in the order of its primary key where ``clustered``."""
    return Table(
        name,
        metadata,
        *parts,
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_row_format="DYNAMIC",
        sqlite_with_rowid=not clustered,
    )


def key(name: str, kind: TypeEngine[T]) -> Column[T]:
    """A column of the primary key, whose values the program gives."""
    return Column(name, kind, primary_key=True, autoincrement=False)
