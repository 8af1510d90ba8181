"""Several at once: writers lose nothing, readers do not wait, one schema is made."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import event, text
from sqlalchemy.engine import Connection

from tests.parts import overlapping
from tests.parts.home import Home
from tests.parts.mariadb import MariaDb
from tests.parts.overlapping import NOON, TICKS, write_ticks
from tmdbdash.records import FilmChange, Movie, Run, TickWrite
from tmdbdash.storage import Store, open_store

ROOT = Path(__file__).parents[1]


def start(home: Path, job: str, url: str) -> "subprocess.Popen[str]":
    module = overlapping.__name__
    code = f"from {module} import write_ticks_in; write_ticks_in({str(home)!r}, {job!r})"
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "DATABASE_URL": url},
        stderr=subprocess.PIPE,
        text=True,
    )


def test_processes_that_write_at_once_make_one_schema_and_lose_nothing(
    engine_home: Home, database_url: str, tmp_path: Path
) -> None:
    """Of one home, or of a home each, as on several machines, where they share a server."""
    jobs = ["first", "second", "third"]
    started = []
    for job in jobs:
        home = engine_home.path if database_url.startswith("sqlite") else tmp_path / job
        home.mkdir(exist_ok=True)
        started.append(start(home, job, database_url))
    for process in started:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert errors == ""
    with open_store(engine_home.settings()) as store:
        for job in jobs:
            assert len(store.fetch_runs(job, 99)) == TICKS
        assert store.count_movies() == 40
        assert len(store.fetch_snapshots(range(99))) == 40 * TICKS
        found = store.fetch_listing()
        assert found is not None
        assert found.observed_at == NOON + timedelta(seconds=TICKS - 1)


def test_threads_that_write_at_once_lose_nothing(store: Store) -> None:
    jobs = [f"job {n}" for n in range(4)]
    with ThreadPoolExecutor(len(jobs)) as pool:
        list(pool.map(lambda job: write_ticks(job, store), jobs))
    assert [len(store.fetch_runs(job, 99)) for job in jobs] == [TICKS] * len(jobs)


def test_a_reader_does_not_wait_for_a_writer_and_sees_nothing_half_done(store: Store) -> None:
    written, read = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        connection.execute(text("UPDATE movies SET title = 'new'"))
        written.set()
        assert read.wait(30)

    store.save_tick(
        TickWrite(
            observed_at=NOON, changes=(FilmChange(kind="new", movie=Movie(tmdb_id=1, title="old")),)
        )
    )
    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(store.database.write, slow)
        assert written.wait(30)
        begun = time.monotonic()
        seen = store.fetch_movies([1])[1].title
        waited = time.monotonic() - begun
        read.set()
        writing.result(30)
    assert seen == "old"
    assert waited < 5
    assert store.fetch_movies([1])[1].title == "new"


def test_a_reader_keeps_one_view(store: Store) -> None:
    def look(connection: Connection) -> list[int]:
        count = text("SELECT count(*) FROM runs")
        before = connection.execute(count).scalar_one()
        run = Run(job="ingest", started_at=NOON, finished_at=NOON, outcome="ok")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(store.save_run, run).result(30)
        return [before, connection.execute(count).scalar_one()]

    assert store.database.read(look) == [0, 0]
    assert store.fetch_last_run("ingest") is not None


def test_a_deadlock_begins_the_whole_transaction_again(home: Home, mariadb: MariaDb) -> None:
    name = mariadb.create_database()
    with open_store(home.settings(database_url=SecretStr(mariadb.url(name)))) as store:
        films = [FilmChange(kind="new", movie=Movie(tmdb_id=i, vote_count=0)) for i in (1, 2)]
        store.save_tick(TickWrite(observed_at=NOON, changes=tuple(films)))
        meeting = threading.Barrier(2)
        codes: list[int] = []
        event.listen(
            store.database.engine,
            "handle_error",
            lambda context: codes.append(context.original_exception.args[0]),
        )

        def crossing(*ids: int) -> Callable[[Connection], None]:
            attempts: list[int] = []

            def work(connection: Connection) -> None:
                attempts.append(1)
                for i in ids:
                    add = text("UPDATE movies SET vote_count = vote_count + 1 WHERE tmdb_id = :i")
                    connection.execute(add, {"i": i})
                    if len(attempts) == 1 and i == ids[0]:
                        meeting.wait(30)

            return work

        with ThreadPoolExecutor(2) as pool:
            tasks = [pool.submit(store.database.write, crossing(*ids)) for ids in ((1, 2), (2, 1))]
            for task in tasks:
                task.result(60)
        assert 1213 in codes
        assert [m.vote_count for m in store.fetch_movies([1, 2]).values()] == [2, 2]
    mariadb.execute(f"DROP DATABASE {name}")


@pytest.mark.parametrize("code", [1020, 1205, 1213])
def test_each_lost_transaction_is_begun_again(home: Home, mariadb: MariaDb, code: int) -> None:
    name = mariadb.create_database()
    with open_store(home.settings(database_url=SecretStr(mariadb.url(name)))) as store:
        attempts: list[int] = []

        def work(connection: Connection) -> str:
            attempts.append(1)
            if len(attempts) < 4:
                raise_it = f"SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = {code}"
                connection.exec_driver_sql(raise_it)
            return "done"

        assert store.database.write(work) == "done"
        assert len(attempts) == 4
    mariadb.execute(f"DROP DATABASE {name}")


def test_a_connection_that_the_server_dropped_is_made_anew(home: Home, mariadb: MariaDb) -> None:
    name = mariadb.create_database()
    with open_store(home.settings(database_url=SecretStr(mariadb.url(name)))) as store:
        attempts: list[int] = []

        def work(connection: Connection) -> Any:
            attempts.append(1)
            if len(attempts) == 1:
                me = connection.exec_driver_sql("SELECT CONNECTION_ID()").scalar_one()
                mariadb.execute(f"KILL {me}")
            return connection.exec_driver_sql("SELECT 1").scalar_one()

        assert store.database.write(work) == 1
        assert len(attempts) == 2
    mariadb.execute(f"DROP DATABASE {name}")
