"""What a question costs the database: the plan on SQLite, the rows read on MariaDB."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection

from tmdbdash.storage import Store


@contextmanager
def looked_at(store: Store) -> Iterator[Callable[[], Any]]:
    """Whether all rows of a table were read meanwhile (SQLite), or how many rows (MariaDB)."""
    engine = store.database.engine
    plans: list[str] = []

    def explain(connection: Connection, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "DELETE", "INSERT INTO latest")):
            if isinstance(values, list):
                values = values[0]
            cursor = connection.connection.cursor()
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            plans.extend(f"{row[3]} in {statement}" for row in cursor.fetchall())
            cursor.close()

    def rows_read() -> int:
        sql = "SHOW SESSION STATUS LIKE 'Handler_read%%'"
        found = store.database.read(lambda c: c.exec_driver_sql(sql).all())
        return sum(int(value) for _, value in found)

    if engine.dialect.name == "sqlite":
        event.listen(engine, "before_cursor_execute", explain)
        yield lambda: [plan for plan in plans if plan.startswith("SCAN")]
        event.remove(engine, "before_cursor_execute", explain)
    else:
        rows_read()
        before = rows_read()
        own = rows_read() - before
        yield lambda: rows_read() - before - 2 * own
