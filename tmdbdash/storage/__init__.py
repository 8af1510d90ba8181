"""The database: one `Store` over SQLite or MySQL/MariaDB; plain records in, plain records out.

Importing this imports SQLAlchemy's core and no driver: PyMySQL comes with a MySQL URL, Alembic
only when the schema has to be created or upgraded.
"""

from tmdbdash.storage.engine import sqlite_file, try_hosts
from tmdbdash.storage.store import Store, open_empty_store, open_store, open_store_read_only
from tmdbdash.storage.upgrade import OldSchemaError

__all__ = [
    "OldSchemaError",
    "Store",
    "open_empty_store",
    "open_store",
    "open_store_read_only",
    "sqlite_file",
    "try_hosts",
]
