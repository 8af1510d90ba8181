"""A store that only reads: on both engines, beside writers, whatever state a file is left in."""

import errno
import signal
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.engine import Connection, make_url

from tests.parts.home import Home
from tests.parts.mariadb import PASSWORD, MariaDb
from tests.parts.prepared import Prepared
from tests.parts.trees import mounted_read_only, tree
from tmdbdash.errors import DatabaseError
from tmdbdash.records import FilmChange, Movie, Run, TickWrite
from tmdbdash.storage import (
    OldSchemaError,
    Store,
    open_empty_store,
    open_store,
    open_store_read_only,
)
from tmdbdash.storage.engine import connect

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RUN = Run(job="ingest", started_at=NOON, finished_at=NOON, outcome="ok")


def films(number: int, first: int = 1) -> TickWrite:
    made = (Movie(tmdb_id=first + i, title="x") for i in range(number))
    changes = tuple(FilmChange(kind="new", movie=movie) for movie in made)
    return TickWrite(observed_at=NOON, changes=changes)


def reader(home: Home, **settings: SecretStr) -> Store:
    found = open_store_read_only(home.settings(**settings))
    assert found is not None
    return found


def test_what_a_job_stored_is_read_and_nothing_is_written(engine_home: Home) -> None:
    with open_store(engine_home.settings()) as store:
        store.save_tick(films(3))
    before = tree(engine_home.path)
    with reader(engine_home) as store:
        assert store.count_movies() == 3
        with pytest.raises(DatabaseError, match="opened for reading only"):
            store.save_run(RUN)
        with pytest.raises(DatabaseError, match="cannot be used"):
            store.database.read(lambda c: c.execute(text("DELETE FROM movies")))
        assert store.count_movies() == 3
    assert tree(engine_home.path) == before


def test_where_there_is_no_schema_yet_there_is_nothing_to_read(
    engine_home: Home, database_url: str, request: pytest.FixtureRequest
) -> None:
    before = tree(engine_home.path)
    assert open_store_read_only(engine_home.settings()) is None
    assert tree(engine_home.path) == before
    if database_url.startswith("mysql"):
        server: MariaDb = request.getfixturevalue("mariadb")
        name = make_url(database_url).database
        assert server.execute(f"SHOW TABLES FROM {name}") == ""


def test_an_empty_file_is_no_database_yet(home: Home) -> None:
    (home.path / "films").touch()
    before = tree(home.path)
    assert open_store_read_only(home.settings(database_url=SecretStr("sqlite:///films"))) is None
    assert tree(home.path) == before


def test_a_folder_that_no_job_makes_is_named(home: Home) -> None:
    url = SecretStr("sqlite:///nowhere/films")
    with pytest.raises(DatabaseError, match=r"No such file.*nowhere/films"):
        open_store_read_only(home.settings(database_url=url))
    assert list(home.path.iterdir()) == []


def test_an_older_schema_is_left_as_it_is_and_a_newer_one_too(engine_home: Home) -> None:
    open_store(engine_home.settings()).close()
    for version, kind, said in (
        ("0004", OldSchemaError, "is at 0004.*run any job"),
        ("9999", DatabaseError, "upgrade tmdbdash"),
    ):
        execute(engine_home, f"UPDATE alembic_version SET version_num = '{version}'")
        before = tree(engine_home.path)
        with pytest.raises(kind, match=said):
            open_store_read_only(engine_home.settings())
        assert tree(engine_home.path) == before


def execute(home: Home, statement: str) -> None:
    database = connect(home.settings())
    database.write(lambda connection: connection.execute(text(statement)))
    database.close()


def test_tables_of_another_program_are_named(home: Home) -> None:
    with sqlite3.connect(home.path / "films") as connection:
        connection.execute("CREATE TABLE movies (tmdb_id INTEGER)")
    connection.close()
    with pytest.raises(DatabaseError, match="movies of another program"):
        open_store_read_only(home.settings(database_url=SecretStr("sqlite:///films")))


def test_a_user_with_the_right_to_select_is_enough(home: Home, mariadb: MariaDb) -> None:
    name = mariadb.create_database()
    mariadb.execute(
        f"CREATE OR REPLACE USER looker@localhost IDENTIFIED BY '{PASSWORD}';"
        f"GRANT SELECT ON {name}.* TO looker@localhost"
    )
    looking = {"database_url": SecretStr(mariadb.url(name, user="looker"))}
    assert open_store_read_only(home.settings(**looking)) is None
    with open_store(home.settings(database_url=SecretStr(mariadb.url(name)))) as store:
        store.save_tick(films(2))
    with reader(home, **looking) as store:
        assert store.count_movies() == 2
        mode = store.database.read(lambda c: c.execute(text("SELECT @@tx_read_only")).scalar())
        assert mode == 1
    mariadb.execute(f"DROP DATABASE {name}; DROP USER looker@localhost")


def test_the_empty_store_answers_like_a_home_before_its_first_job() -> None:
    with open_empty_store() as store:
        assert (store.count_movies(), store.fetch_last_run("ingest")) == (0, None)
        assert store.fetch_listing() is None
        with pytest.raises(DatabaseError, match="reading only"):
            store.save_run(RUN)


# Files, and the states that writers leave them in

DIES = """
import os, sys
from pathlib import Path
from tests.test_read_only import films
from tmdbdash.settings import load_settings
from tmdbdash.storage import open_store
store = open_store(load_settings(Path(sys.argv[1])))
store.save_tick(films(5))
os._exit(9)
"""


def dead_job(home: Home) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DIES, str(home.path)], cwd=Path(__file__).parents[1], check=False
    )
    assert done.returncode == 9


@pytest.fixture
def left_by_a_dead_job(home: Home, prepared: Prepared) -> Home:
    """The log has content, as a job leaves it that the system killed."""
    prepared.copy(dead_job, home)
    assert (home.path / "state" / "tmdbdash.sqlite3-wal").stat().st_size
    return home


def test_what_only_the_log_holds_is_read(left_by_a_dead_job: Home) -> None:
    before = tree(left_by_a_dead_job.path)
    with reader(left_by_a_dead_job) as store:
        assert store.count_movies() == 5
    assert tree(left_by_a_dead_job.path) == before


def test_a_log_without_its_index_is_said_not_ignored(left_by_a_dead_job: Home) -> None:
    (left_by_a_dead_job.path / "state" / "tmdbdash.sqlite3-shm").unlink()
    before = tree(left_by_a_dead_job.path)
    with pytest.raises(DatabaseError, match=r"has content, and the index .* is missing; run any"):
        open_store_read_only(left_by_a_dead_job.settings())
    assert tree(left_by_a_dead_job.path) == before
    with open_store(left_by_a_dead_job.settings()) as store:
        assert store.count_movies() == 5


def test_a_link_to_the_file_is_read_with_its_log(left_by_a_dead_job: Home, tmp_path: Path) -> None:
    """The log lies beside the file, not beside the link."""
    link = tmp_path / "films.sqlite3"
    link.symlink_to(left_by_a_dead_job.path / "state" / "tmdbdash.sqlite3")
    with reader(left_by_a_dead_job, database_url=SecretStr(f"sqlite:///{link}")) as store:
        assert store.count_movies() == 5


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs a list of open files")
def test_a_connection_that_failed_is_not_left_open(left_by_a_dead_job: Home) -> None:
    """The next one would believe to hold its locks, which opening the file by hand drops."""
    state = left_by_a_dead_job.path / "state"
    (state / "tmdbdash.sqlite3-shm").unlink()
    with pytest.raises(DatabaseError) as kept:
        open_store_read_only(left_by_a_dead_job.settings())
    assert kept.value.__cause__ is not None  # what it was raised from holds on to its frames
    links = [fd.readlink() for fd in Path("/proc/self/fd").iterdir() if fd.is_symlink()]
    assert [link for link in links if link.is_relative_to(state)] == []


def test_an_index_that_goes_before_its_log_is_waited_for(left_by_a_dead_job: Home) -> None:
    """The last writer removes both, the index first."""
    state = left_by_a_dead_job.path / "state"
    log = (state / "tmdbdash.sqlite3-wal").read_bytes()
    with open_store(left_by_a_dead_job.settings()) as store:
        assert store.count_movies() == 5
    (state / "tmdbdash.sqlite3-wal").write_bytes(log)  # all of it is in the file, too
    going = threading.Timer(0.2, (state / "tmdbdash.sqlite3-wal").unlink)
    going.start()
    with reader(left_by_a_dead_job) as store:
        assert store.count_movies() == 5
    going.join()


@pytest.mark.parametrize("state", ["at rest", "left by a dead job"])
def test_a_read_only_mount(state: str, request: pytest.FixtureRequest, home: Home) -> None:
    if state == "at rest":
        with open_store(home.settings()) as store:
            store.save_tick(films(5))
    else:
        request.getfixturevalue("left_by_a_dead_job")
    before = tree(home.path)
    with mounted_read_only(home.path):
        with pytest.raises(OSError, match="Read-only") as caught:
            (home.path / "x").touch()
        assert caught.value.errno == errno.EROFS
        with reader(home) as store:
            assert store.count_movies() == 5
            assert store.fetch_facts()["journal"] == "wal"
    assert tree(home.path) == before


def test_a_file_without_a_log_of_its_own(home: Home) -> None:
    with open_store(home.settings()) as store:
        store.save_tick(films(5))
    file = home.path / "state" / "tmdbdash.sqlite3"
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
    connection.close()
    before = tree(home.path)
    with reader(home) as store:
        assert store.count_movies() == 5
        assert store.fetch_facts()["journal"] == "delete"
    assert tree(home.path) == before


HALF = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN")
connection.execute("UPDATE movies SET overview = printf('%.9000c', 'x')")
os._exit(9)
"""


def test_what_a_dead_job_left_half_written_is_said(home: Home) -> None:
    with open_store(home.settings()) as store:
        store.save_tick(films(99))
    file = home.path / "state" / "tmdbdash.sqlite3"
    sqlite3.connect(file).execute("PRAGMA journal_mode=DELETE").connection.close()
    subprocess.run([sys.executable, "-c", HALF, str(file)], check=False)
    assert file.with_name(f"{file.name}-journal").stat().st_size
    before = tree(home.path)
    with pytest.raises(DatabaseError, match="a job died while it wrote: run any job"):
        open_store_read_only(home.settings())
    assert tree(home.path) == before


@pytest.mark.parametrize("name", ["a b", "50%", "what?", "a#b", "película", "x&mode=rwc"])
def test_any_name_of_a_file(home: Home, name: str) -> None:
    url = f"sqlite:///{name.replace('%', '%25').replace('?', '%3F')}"
    with open_store(home.settings(database_url=SecretStr(url))) as store:
        store.save_tick(films(2))
    before = tree(home.path)
    with reader(home, database_url=SecretStr(url)) as store:
        assert store.count_movies() == 2
    assert tree(home.path) == before


def test_what_is_written_during_a_read_makes_it_begin_again(home: Home) -> None:
    """A file at rest is read as one that nobody changes; a writer in another process does."""
    with open_store(home.settings()) as store:
        store.save_tick(films(5))
    counts: list[int] = []

    with reader(home) as store:

        def slowly(connection: Connection) -> int:
            counts.append(connection.execute(text("SELECT count(*) FROM movies")).scalar_one())
            if len(counts) == 1:
                write_elsewhere(home, 7)
            return counts[-1]

        assert store.database.read(slowly) == 12
    assert counts == [5, 12]


def write_elsewhere(home: Home, number: int) -> None:
    code = DIES.replace("films(5)", f"films({number}, 100)").replace("os._exit(9)", "store.close()")
    subprocess.run(
        [sys.executable, "-c", code, str(home.path)], cwd=Path(__file__).parents[1], check=True
    )


WRITER = """
import sys, time
from pathlib import Path
from tests.test_read_only import films
from tmdbdash.settings import load_settings
from tmdbdash.storage import open_store
settings = load_settings(Path(sys.argv[1]))
first = 1
print("ready", flush=True)
while True:
    for ticks in (1, 3):  # the log comes and goes
        with open_store(settings) as store:
            for _ in range(ticks):
                store.save_tick(films(50, first))
                first += 50
"""


def test_beside_a_writer_every_answer_is_of_one_moment(home: Home) -> None:
    open_store(home.settings()).close()
    answers: list[int] = []
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(home.path)],
        cwd=Path(__file__).parents[1], stdout=subprocess.PIPE,
    ) as writer:  # fmt: skip
        assert writer.stdout is not None
        writer.stdout.readline()
        until = datetime.now(UTC) + timedelta(seconds=60)
        try:
            with reader(home) as store:
                while len(set(answers)) < 12:
                    assert datetime.now(UTC) < until
                    count, length, last = store.database.read(
                        lambda c: c.execute(
                            text("SELECT count(*), count(title), max(tmdb_id) FROM movies")
                        ).one()
                    )
                    assert count == length == (last or 0)
                    assert count % 50 == 0
                    answers.append(count)
        finally:
            writer.send_signal(signal.SIGKILL)
    assert answers == sorted(answers)


def test_opening_a_second_store_keeps_the_locks_of_the_first(home: Home) -> None:
    """To close the file by hand would drop them, and another process would remove the log in use.

    A round has its own store open while each of its steps opens one.
    """
    log = home.path / "state" / "tmdbdash.sqlite3-wal"
    with open_store(home.settings()) as store:
        store.save_tick(films(5))
        open_store(home.settings()).close()
        write_elsewhere(home, 7)
        assert log.exists()
        store.save_run(RUN)
    assert not log.exists()
    with reader(home) as looking:
        assert looking.count_movies() == 12
        assert looking.fetch_last_run("ingest") == RUN
