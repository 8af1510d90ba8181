"""Faults of a server that pass: the transaction is begun again, and nothing is lost or doubled."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from pydantic import SecretStr
from sqlalchemy import event

from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.mariadb import MariaDb, running_mariadb
from tests.parts.ticks import NOW, STEP, dump, run_tick
from tmdbdash.errors import DatabaseError
from tmdbdash.records import FilmChange, Movie, Run, TickWrite
from tmdbdash.storage import Store, open_store
from tmdbdash.storage.database_url import read_database_url
from tmdbdash.storage.mysql_server import mysql_engine

T = TypeVar("T")
pytestmark = [  # PyMySQL leaves the socket of a connection that failed to the garbage collector
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
RUN = Run(job="ingest", started_at=NOW, finished_at=NOW, outcome="ok")


def opened(home: Home, url: str) -> Store:
    return open_store(home.settings(database_url=SecretStr(url)))


@contextlib.contextmanager
def globally(mariadb: MariaDb, **values: object) -> Iterator[None]:
    """The server's variables have these values for connections made in the block."""
    before = {name: mariadb.execute(f"SELECT @@GLOBAL.{name}").strip() for name in values}
    try:
        for name, value in values.items():
            mariadb.execute(f"SET GLOBAL {name} = {value!r}")
        yield
    finally:
        for name, old in before.items():
            shown = old if old.isdecimal() else repr(old)
            mariadb.execute(f"SET GLOBAL {name} = {shown}")


def while_away(server: MariaDb, work: Callable[[], T]) -> T:
    """What ``work`` returns, begun while the server is down for a second."""
    server.stop()
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(work)
        time.sleep(1)
        server.start()  # here: it dies with the thread that started it
        return done.result()


def test_a_server_that_is_started_anew_costs_no_tick(home: Home, tmdb: SimulatedTmdb) -> None:
    """Down when the job connects first, and again between two of its transactions."""
    with running_mariadb() as server:
        url = server.url(server.create_database())
        opened(home, url).close()
        with while_away(server, lambda: opened(home, url)) as store:
            run_tick(store, tmdb)
            result = while_away(server, lambda: run_tick(store, tmdb, NOW + STEP))
            assert (result.outcome, result.films_unchanged) == ("ok", 40)
            _, snapshots, listing = dump(store)
            assert len(snapshots) == 40
            assert listing is not None
            assert [run.started_at for run in store.fetch_runs("ingest", 9)] == [NOW + STEP, NOW]


def test_a_server_that_stays_away_is_said_so_in_a_moment(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tmdbdash.storage.engine.Database.reach_seconds", 0.5)
    began = time.monotonic()
    with pytest.raises(DatabaseError, match="the server cannot be reached: see that it runs"):
        opened(home, "mysql+pymysql://me:x@127.0.0.1:9/films")
    assert 0.4 < time.monotonic() - began < 8


def test_too_many_connections_pass(home: Home, mariadb: MariaDb, database: str) -> None:
    url = mariadb.url(database)
    opened(home, url).close()
    with globally(mariadb, max_connections=10), contextlib.ExitStack() as others:
        for _ in range(10):
            engine = mysql_engine(read_database_url(url, home.path))
            others.callback(engine.dispose)
            others.enter_context(engine.connect())
        threading.Timer(0.7, others.pop_all().close).start()
        with opened(home, url) as store:
            store.save_run(RUN)
            assert store.fetch_last_run("ingest") == RUN


def test_a_connection_that_is_killed_is_made_again(
    home: Home, mariadb: MariaDb, database: str
) -> None:
    with opened(home, mariadb.url(database)) as store:
        killed: list[str] = []

        @event.listens_for(store.database.engine, "before_cursor_execute")
        def _kill(connection: object, _cursor: object, statement: str, *_: object) -> None:
            if statement.startswith("INSERT") and not killed:
                found = mariadb.execute(
                    "SELECT id FROM information_schema.processlist WHERE user = 'tmdbdash'"
                ).split()
                killed.extend(found)
                mariadb.execute("; ".join(f"KILL {number}" for number in found))

        store.save_run(RUN)
        assert killed
        assert store.fetch_runs("ingest", 9) == [RUN]


def test_statements_fit_a_small_packet(home: Home, mariadb: MariaDb, database: str) -> None:
    films = [Movie(tmdb_id=n, title=f"Film {n}", overview="x" * 1500) for n in range(1, 301)]
    changes = tuple(FilmChange(kind="new", movie=film) for film in films)
    huge = FilmChange(kind="changed", movie=Movie(tmdb_id=1, title="F", overview="映" * 9_000))
    with (
        globally(mariadb, max_allowed_packet=16_384),
        opened(home, mariadb.url(database)) as store,
    ):
        store.save_tick(TickWrite(observed_at=NOW, changes=changes))
        assert store.count_movies() == 300
        began = time.monotonic()
        with pytest.raises(DatabaseError, match="max_allowed_packet"):
            store.save_tick(TickWrite(observed_at=NOW, changes=(huge,)))
        assert time.monotonic() - began < 20  # it is not tried again and again
        assert store.count_movies() == 300


@pytest.mark.parametrize("mode", ["ORACLE", "ANSI", "MSSQL", "PAD_CHAR_TO_FULL_LENGTH", ""])
def test_a_server_of_another_dialect_is_spoken_to_in_ours(
    home: Home, mariadb: MariaDb, database: str, tmdb: SimulatedTmdb, mode: str
) -> None:
    with globally(mariadb, sql_mode=mode), opened(home, mariadb.url(database)) as store:
        run_tick(store, tmdb, pages=1)
        assert run_tick(store, tmdb, NOW + STEP, pages=1).films_unchanged == 20
