"""The database: one `Store` over SQLite or MySQL/MariaDB; plain records in, plain records out.

Importing this imports SQLAlchemy's core and no driver: PyMySQL comes with a MySQL URL, Alembic
only when the schema has to be created or upgraded.
"""

from tmdbdash.storage.store import Store, open_store

__all__ = ["Store", "open_store"]
