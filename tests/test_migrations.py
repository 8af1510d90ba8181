"""The schema comes to be by itself, is what the program expects, and costs a query when it is."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from tests.parts.home import Home
from tests.parts.mariadb import MariaDb
from tmdbdash.errors import DatabaseError
from tmdbdash.files import hold_lock
from tmdbdash.records import ClusterStudy, Evaluation
from tmdbdash.storage import Store, open_store, upgrade
from tmdbdash.storage.engine import connect
from tmdbdash.storage.schema import HEAD, metadata


@contextmanager
def statements() -> Iterator[list[str]]:
    """What all engines execute meanwhile, beginnings of transactions left out."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def execute(home: Home, *sql: str) -> None:
    database = connect(home.settings())
    for statement in sql:
        database.write(lambda c, s=statement: c.execute(text(s)))  # type: ignore[misc]
    database.close()


def differences(store: Store) -> list[Any]:
    options = {"compare_type": True}
    return store.database.read(
        lambda c: compare_metadata(MigrationContext.configure(c, opts=options), metadata)
    )


def test_the_head_is_the_newest_revision() -> None:
    assert ScriptDirectory.from_config(upgrade.alembic_config()).get_heads() == [HEAD]


def test_revisions_make_exactly_the_tables_of_the_program(store: Store) -> None:
    assert differences(store) == []


def test_the_comparison_sees_a_difference(store: Store) -> None:
    store.database.write(lambda c: c.execute(text("DROP TABLE latest_list")))
    assert len(differences(store)) == 1


def test_a_current_schema_costs_one_query(engine_home: Home) -> None:
    with statements() as first:
        open_store(engine_home.settings()).close()
    assert len(first) > 10
    with statements() as second:
        open_store(engine_home.settings()).close()
    assert second == ["SELECT version_num FROM alembic_version"]


def test_alembic_is_imported_only_when_it_is_needed(engine_home: Home, database_url: str) -> None:
    code = (
        "import sys\n"
        "from tmdbdash.settings import load_settings\n"
        "import tmdbdash.storage\n"
        "heavy = {'alembic', 'pymysql', 'pandas', 'numpy', 'tenacity', 'filelock'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "tmdbdash.storage.open_store(load_settings()).close()\n"
        "print(sorted(heavy & set(sys.modules)))"
    )

    def run() -> str:
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**engine_home.env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        return done.stdout.strip()

    if database_url.startswith("sqlite"):  # how it is the next time: see `tests.test_imports`
        assert run() == str(["alembic", "filelock"])
    else:
        open_store(engine_home.settings()).close()
        assert run() == str(["pymysql"])


def test_creating_is_told_in_one_line(engine_home: Home, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    open_store(engine_home.settings()).close()
    assert [r.getMessage() for r in caplog.records] == [
        f"database schema brought from nothing to {HEAD}"
    ]


def test_a_schema_of_a_newer_program_is_left_alone(engine_home: Home) -> None:
    open_store(engine_home.settings()).close()
    execute(engine_home, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(DatabaseError, match=r"'9999'.*upgrade tmdbdash"):
        open_store(engine_home.settings())


def test_tables_of_another_program_are_left_alone(engine_home: Home) -> None:
    (engine_home.path / "state").mkdir(exist_ok=True)
    execute(
        engine_home,
        "CREATE TABLE movies (tmdb_id INTEGER PRIMARY KEY, title VARCHAR(100))",
        "INSERT INTO movies VALUES (1, 'theirs')",
    )
    with pytest.raises(DatabaseError, match="a table movies of another program"):
        open_store(engine_home.settings())
    with statements() as seen, pytest.raises(DatabaseError):
        open_store(engine_home.settings())
    assert not [s for s in seen if s.strip().startswith("CREATE")]


def test_of_several_versions_the_newest_counts_and_the_next_upgrade_leaves_one(
    engine_home: Home,
) -> None:
    """Two nodes of a cluster could each write a row."""
    open_store(engine_home.settings()).close()
    execute(engine_home, "INSERT INTO alembic_version VALUES ('0001')")
    with open_store(engine_home.settings()) as store:
        assert store.fetch_facts()["schema"] == HEAD
    execute(
        engine_home,
        f"UPDATE alembic_version SET version_num = '0006' WHERE version_num = '{HEAD}'",
        "INSERT INTO installation VALUES ('another', 0)",
    )
    with open_store(engine_home.settings()) as store:
        found = store.database.read(lambda c: c.execute(text("SELECT * FROM alembic_version")))
        assert found.scalars().all() == [HEAD]
        count = store.database.read(lambda c: c.execute(text("SELECT 1 FROM installation")))
        assert len(count.all()) == 1


def test_stored_sentences_become_codes(engine_home: Home) -> None:
    """Of a database of revision 0007, and once more where the upgrade was broken off."""
    open_store(engine_home.settings()).close()
    task = {"note": "too little data", "measured_on": "all 60 films"}
    reasons = {
        "12 films with this target, and below 50 nothing beats the median":
            {"code": "few_films", "films": 12, "least": 50},
        "the first champion: the least loss out of fold": {"code": "first"},
        "kept: no model is better beyond two standard errors": {"code": "kept"},
        "replaces ridge: 3.2 % less loss, beyond two standard errors":
            {"code": "better", "former": "ridge", "gain": 0.032},
        "the former champion blend gave way: it could not be fitted":
            {"code": "not_fitted", "former": "blend"},
        "because": {"code": "unknown"},
    }  # fmt: skip
    study = json.dumps({"tasks": [task | {"why": why} for why in reasons]})
    groups = json.dumps({"groups": [{"name": "Recent, many votes (2)"}]})
    execute(
        engine_home,
        "INSERT INTO studies VALUES ('evaluation', '2026-01-01 00:00:00.000000', '" + study + "')",
        "INSERT INTO studies VALUES ('groups', '2026-01-01 00:00:00.000000', '" + groups + "')",
        *(
            f"INSERT INTO studies VALUES ('evaluation', '2025-01-0{day} 00:00:00.000000', '{odd}')"
            for day, odd in enumerate(("[", "[]", '{"tasks": null}', '{"tasks": ["x"]}'), 1)
        ),
        *(
            "INSERT INTO forecast_bases (origin_at, days, made_at, basis, reason, films, pairs, "
            "weight, held_out, scored, scored_inside) VALUES ('2026-01-01 00:00:00.000000', "
            f"{days}, '2026-01-01 00:00:00.000000', 'persistence', '{reason}', 1, 1, 0, 0, 0, 0)"
            for days, reason in ((1, "fewer than 14 days of history"), (3, "few_pairs"), (7, ""))
        ),
        "INSERT INTO film_groups VALUES "
        "('2026-01-01 00:00:00.000000', 1, 'In the middle', 5, '[]', '[]')",
    )
    for _ in range(2):
        execute(engine_home, "UPDATE alembic_version SET version_num = '0007'")
        with open_store(engine_home.settings()) as store:
            kept = store.fetch_study(Evaluation)
            assert kept is not None
            assert [task.why.as_json() for task in kept.tasks] == list(reasons.values())
            assert {task.note for task in kept.tasks} == {"too_little_data"}
            grouped = store.fetch_study(ClusterStudy)
            assert grouped is not None
            assert [cluster.name for cluster in grouped.clusters] == ["year_high votes_high 2"]
            assert [g.codes for g in store.fetch_clusters()] == [("middle",)]
            at = datetime(2026, 1, 1, tzinfo=UTC)
            bases = store.fetch_forecast_bases(at, at)
            assert [b.reason for b in bases] == ["no_history", "few_pairs", ""]


def test_a_dead_machines_claim_ends_by_itself(
    home: Home, mariadb: MariaDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = mariadb.create_database()
    monkeypatch.setenv("DATABASE_URL", mariadb.url(name))
    open_store(home.settings()).close()
    mariadb.execute(
        f"USE {name}; DELETE FROM alembic_version;"
        "INSERT INTO claims VALUES ('schema', 'web-2/ab', UTC_TIMESTAMP(6) + INTERVAL 1 SECOND)"
    )
    open_store(home.settings()).close()
    mariadb.execute(
        f"USE {name}; DELETE FROM alembic_version;"
        "INSERT INTO claims VALUES ('schema', 'web-2/ab', UTC_TIMESTAMP(6) + INTERVAL 1 HOUR)"
    )
    monkeypatch.setattr(upgrade, "LOCK_TIMEOUT", 0.3)
    with pytest.raises(DatabaseError, match="under change by web-2/ab for"):
        open_store(home.settings())
    mariadb.execute(f"DROP DATABASE {name}")


def test_what_a_server_makes_by_default_does_not_matter(
    home: Home, mariadb: MariaDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of the older formats are too short for ours, and MyISAM is not replicated."""
    name = mariadb.create_database()
    monkeypatch.setenv("DATABASE_URL", mariadb.url(name))
    defaults = ("innodb_default_row_format", "default_storage_engine")
    usual = mariadb.execute(f"SELECT {', '.join('@@' + name for name in defaults)}").split()
    for value in ("compact", "redundant"):
        mariadb.execute(f"SET GLOBAL {defaults[0]} = {value}, GLOBAL {defaults[1]} = MyISAM")
        try:
            open_store(home.settings()).close()
        finally:
            for variable, before in zip(defaults, usual, strict=True):
                mariadb.execute(f"SET GLOBAL {variable} = {before}")
        told = "ENGINE, ROW_FORMAT, TABLE_COLLATION FROM information_schema.TABLES"
        told = mariadb.execute(f"SELECT {told} WHERE TABLE_SCHEMA = '{name}'")
        assert set(told.splitlines()) == {"InnoDB\tDynamic\tutf8mb4_bin"}
        mariadb.execute(f"DROP DATABASE {name}; CREATE DATABASE {name}")
    mariadb.execute(f"DROP DATABASE {name}")


@pytest.mark.parametrize("done", [0, 5, 10, 14, 18])
def test_creation_goes_on_where_it_was_interrupted(
    home: Home, mariadb: MariaDb, monkeypatch: pytest.MonkeyPatch, done: int
) -> None:
    """MySQL commits at every CREATE, so what an interruption leaves is there next time."""
    name = mariadb.create_database()
    monkeypatch.setenv("DATABASE_URL", mariadb.url(name))
    created: list[str] = []

    def interrupt(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.strip().startswith(("CREATE", "INSERT", "ALTER")):
            created.append(statement)
            if len(created) > done:
                raise KeyboardInterrupt

    event.listen(Engine, "before_cursor_execute", interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            open_store(home.settings())
    finally:
        event.remove(Engine, "before_cursor_execute", interrupt)
    with open_store(home.settings()) as store:
        assert differences(store) == []
        assert store.count_movies() == 0
    mariadb.execute(f"DROP DATABASE {name}")


def test_an_interrupted_creation_leaves_nothing_in_sqlite(home: Home) -> None:
    def interrupt(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "model_metrics" in statement:
            raise KeyboardInterrupt

    event.listen(Engine, "before_cursor_execute", interrupt)
    try:
        with pytest.raises(KeyboardInterrupt):
            open_store(home.settings())
    finally:
        event.remove(Engine, "before_cursor_execute", interrupt)
    execute(home, "CREATE TABLE movies (anything INTEGER)", "DROP TABLE movies")
    open_store(home.settings()).close()


def test_another_process_that_stays_busy_with_the_schema(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upgrade, "LOCK_TIMEOUT", 0.05)
    locks = home.path / "state" / "locks"
    with hold_lock(locks, "schema") as held:
        assert held
        with pytest.raises(DatabaseError, match="under change by another process"):
            open_store(home.settings())
