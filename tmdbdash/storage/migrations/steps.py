"""What revisions are made of: steps that can be begun again, because MySQL commits at each one.

Types are spelt out here and in the revisions: a revision must go on doing what it did when the
program's own types move on.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

TIME = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
TMDB_ID = sa.Integer().with_variant(sa.BigInteger(), "mysql", "mariadb")
FILE_PART = sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql", "mariadb")
LONG_JSON = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")


def create(name: str, *columns: sa.Column[Any], clustered: bool = True) -> None:
    """Create a table where it is not yet there."""
    op.create_table(
        name,
        *columns,
        if_not_exists=True,
        mysql_engine="InnoDB",
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_row_format="DYNAMIC",  # a server's own default may be one whose rows are too short
        sqlite_with_rowid=not clustered,
    )


def key(name: str, kind: Any) -> sa.Column[Any]:
    """A column of a primary key."""
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def index(name: str, table: str, *columns: str, unique: bool = False) -> None:
    """Create an index where it is not yet there: MySQL knows no CREATE INDEX IF NOT EXISTS."""
    if name not in {found["name"] for found in sa.inspect(op.get_bind()).get_indexes(table)}:
        op.create_index(name, table, list(columns), unique=unique)


def drop_index(name: str, table: str) -> None:
    """Drop an index where it is still there."""
    if name in {found["name"] for found in sa.inspect(op.get_bind()).get_indexes(table)}:
        op.drop_index(name, table)


def add_column(table: str, column: sa.Column[Any]) -> None:
    """Add a column where it is not yet there."""
    if column.name not in {c["name"] for c in sa.inspect(op.get_bind()).get_columns(table)}:
        op.add_column(table, column)
