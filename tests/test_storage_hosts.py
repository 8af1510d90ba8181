"""Several hosts of one database: the next one is tried, at connecting and in mid-tick."""

import contextlib
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pymysql.err import OperationalError
from sqlalchemy import event

from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.mariadb import PASSWORD, MariaDb, free_port, running_mariadb
from tests.parts.redacting import fresh_redaction
from tests.parts.require import missing
from tests.parts.simulated import connect
from tests.parts.ticks import NOW, STEP, dump, run_tick
from tmdbdash.doctor import examine
from tmdbdash.errors import DatabaseError, UsageError
from tmdbdash.records import Run
from tmdbdash.settings import load_settings
from tmdbdash.storage import Store, open_store, open_store_read_only, try_hosts
from tmdbdash.storage.database_url import read_database_url
from tmdbdash.storage.engine import locate
from tmdbdash.storage.hosts import Host, connect_to_host, rotation_of

pytestmark = [  # PyMySQL leaves the socket of a connection that failed to the garbage collector
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
RUN = Run(job="ingest", started_at=NOW, finished_at=NOW, outcome="ok")
FIRST = "mysql+pymysql://me:sesame-sesame@"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Each test is a process that has not connected to anything yet."""
    rotation_of.cache_clear()
    with fresh_redaction():
        yield


@pytest.fixture(scope="module")
def first() -> Iterator[MariaDb]:
    """A second server, which tests may kill."""
    with running_mariadb() as server:
        yield server


def several(*places: str, name: str, password: str = PASSWORD, options: str = "") -> str:
    """A URL of the database at these places, in their order."""
    quoted = password.replace("&", "%26")
    return f"mysql+pymysql://tmdbdash:{quoted}@{','.join(places)}/{name}{options}"


def opened(home: Home, url: str) -> Store:
    return open_store(home.settings(database_url=SecretStr(url)))


def in_use(store: Store) -> str:
    return store.fetch_facts()["host"]


@pytest.fixture
def both(first: MariaDb, mariadb: MariaDb, database: str, home: Home) -> Iterator[str]:
    """The name of a database that both servers have, with the schema."""
    if first.process.poll() is not None:
        first.start()
    first.execute(f"CREATE DATABASE IF NOT EXISTS {database}")
    for server in (first, mariadb):
        opened(home, server.url(database)).close()
    yield database
    if first.process.poll() is None:
        first.execute(f"SET GLOBAL read_only = 0; DROP DATABASE {database}")


@contextlib.contextmanager
def listening(answer: bytes = b"") -> Iterator[tuple[str, socket.socket]]:
    """The place of a port that takes connections and says that, or nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        if answer:

            def serve() -> None:
                with contextlib.suppress(OSError):
                    while True:
                        server.accept()[0].sendall(answer)

            threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}", server
        if answer:
            server.shutdown(socket.SHUT_RDWR)


def refusal(code: int) -> bytes:
    """The packet by which a server sends whoever connects away."""
    said = b"\xff" + struct.pack("<H", code) + b"#08S01not now"
    return struct.pack("<I", len(said)) + said


@pytest.mark.parametrize(
    ("places", "hosts"),
    [
        ("a:3306,b:3307,c:3308", "a:3306 b:3307 c:3308"),
        ("a,b,c", "a:3306 b:3306 c:3306"),
        ("a,b,c:4000", "a:4000 b:4000 c:4000"),
        ("[::1]:1,[fe80::2]:2", "[::1]:1 [fe80::2]:2"),
        ("[::1],b,10.0.0.1:9", "[::1]:9 b:9 10.0.0.1:9"),
        ("a:1, b:2", "a:1 b:2"),
        ("a:1,a:1,b:2", "a:1 b:2"),
        ("a:7", "a:7"),
        ("[::1]", "[::1]:3306"),
    ],
)
@pytest.mark.parametrize("login", ["", "me@", "me:pa,ss@word,x:1@"])
def test_hosts_are_read_as_people_write_them(
    home: Home, monkeypatch: pytest.MonkeyPatch, places: str, hosts: str, login: str
) -> None:
    text = f"mariadb://{login}{places}/films?connect_timeout=3"
    found = read_database_url(text, home.path)
    assert " ".join(map(str, found.hosts)) == hosts
    assert (found.url.database, found.options) == ("films", {"connect_timeout": 3})
    if login.startswith("me:"):
        assert found.url.password == "pa,ss@word,x:1"
    monkeypatch.setenv("DATABASE_URL", text)
    _, where = locate(load_settings(home.path))
    for host in hosts.split():
        assert host.removesuffix(":3306") in where
    assert "pa,ss" not in where
    assert "word" not in where


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("a:1,,b:2/films", "number 2 cannot be read"),
        ("a:1,b:2,/films", "number 3 cannot be read"),
        ("a:1,b:x/films", "number 2 cannot be read"),
        ("::1,::2/films", "in brackets"),
        ("a..b,c/films", "number 1 cannot be read"),
        ("a:1,b/films", "a port for some of its hosts"),
        ("a,b:2,c/films", "a port for some of its hosts"),
        ("a:0,b:2/films", "from 1 to 65535"),
        ("a:1,b:70000/films", "from 1 to 65535"),
        ("a,b/films?unix_socket=/run/x", "several hosts and the option unix_socket"),
        ("a,b/films?read_default_group=x", "several hosts and the option read_default_group"),
        ("a,b/films?host=c", "several hosts and the option host"),
        ("a,b", "names no database"),
    ],
)
def test_hosts_that_cannot_be_read_are_refused(home: Home, rest: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)) as refused:
        read_database_url(f"{FIRST}{rest}", home.path)
    assert "sesame" not in str(refused.value)


def test_a_node_killed_in_mid_transaction_and_one_killed_between_two(
    home: Home, first: MariaDb, mariadb: MariaDb, both: str, tmdb: SimulatedTmdb
) -> None:
    with opened(home, several(first.address, mariadb.address, name=both)) as store:
        assert in_use(store) == first.address
        killed: list[str] = []

        @event.listens_for(store.database.engine, "before_cursor_execute")
        def _kill(connection: object, _cursor: object, statement: str, *_: object) -> None:
            if statement.startswith("INSERT INTO movie_snapshots") and not killed:
                killed.append(statement)
                first.kill()

        assert run_tick(store, tmdb).outcome == "ok"
        assert killed
        assert in_use(store) == mariadb.address
        films, snapshots, listing = dump(store)
        assert (len(films), len(snapshots)) == (40, 40)
        assert listing is not None
    first.start()
    # Written otherwise, these are new to this process, and the first is the first again.
    hosts = (first.address, f"localhost:{mariadb.port}")
    with opened(home, several(*hosts, name=both)) as store:
        assert in_use(store) == first.address
        run_tick(store, tmdb)
        first.kill()
        assert run_tick(store, tmdb, NOW + STEP).outcome == "ok"
        assert in_use(store) == hosts[1]
        first.start()
        # The one that answered last is asked first, for as long as the process lives.
        assert store.fetch_runs("ingest", 9)[0].started_at == NOW + STEP
    with opened(home, several(*hosts, name=both)) as store:
        assert in_use(store) == hosts[1]


def test_a_host_that_is_down_or_silent_or_not_ready_is_passed_over(
    home: Home, mariadb: MariaDb, database: str
) -> None:
    """Nobody listens; nothing is said; too many connections; a node that has not joined; ..."""
    with contextlib.ExitStack() as stack:
        bad = [f"127.0.0.1:{free_port()}", stack.enter_context(listening())[0], "no.invalid:1"]
        bad += [stack.enter_context(listening(refusal(n)))[0] for n in (1040, 1047, 1053, 1129)]
        bad.append(stack.enter_context(listening(b"SSH-2.0-OpenSSH_9.6\r\n"))[0])
        url = several(*bad, mariadb.address, name=database, options="?connect_timeout=1")
        with opened(home, url) as store:
            store.save_run(RUN)
            assert in_use(store) == mariadb.address
            with store.database.engine.connect() as connection:
                opened_socket = connection.connection.dbapi_connection._sock  # type: ignore[union-attr]
                if hasattr(socket, "TCP_USER_TIMEOUT"):  # by it a machine that vanished is noticed
                    bound = (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
                    assert opened_socket.getsockopt(*bound) == 12_000
        looking = open_store_read_only(home.settings(database_url=SecretStr(url)))
        assert looking is not None
        with looking:
            assert looking.fetch_last_run("ingest") == RUN


def test_a_refused_login_is_no_reason_to_try_the_next_host(
    home: Home, mariadb: MariaDb, database: str
) -> None:
    with listening() as (place, server):
        url = several(mariadb.address, place, name=database, password="wr0ng-sesame")
        with pytest.raises(DatabaseError, match="refused the login") as refused:
            opened(home, url)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert "wr0ng" not in str(refused.value)


@pytest.mark.parametrize("code", [1047, 1053, 1290])
def test_a_node_that_takes_no_statements_is_left(
    home: Home, first: MariaDb, mariadb: MariaDb, both: str, code: int
) -> None:
    """Not ready, going down, read-only: it answers, and another one has to do it."""
    if code == 1290:
        first.execute("SET GLOBAL read_only = 1")
    with opened(home, several(first.address, mariadb.address, name=both)) as store:
        assert in_use(store) == first.address
        if code != 1290:

            @event.listens_for(store.database.engine, "before_cursor_execute")
            def _refuse(connection: object, cursor: object, *_: object) -> None:
                if connection.info["tmdbdash_host"].port == first.port:  # type: ignore[attr-defined]
                    cursor.execute(  # type: ignore[attr-defined]  # of PyMySQL
                        f"SIGNAL SQLSTATE '08S01' SET MYSQL_ERRNO = {code}, MESSAGE_TEXT = 'no'"
                    )

        store.save_run(RUN)
        assert in_use(store) == mariadb.address
        assert store.fetch_runs("ingest", 9) == [RUN]


def test_a_node_of_galera_that_is_not_ready_is_passed_over(
    home: Home, first: MariaDb, mariadb: MariaDb, both: str
) -> None:
    """It takes logins, and some statements; the next one is in use before any of ours is sent."""
    library = next(Path("/usr").glob("lib*/**/libgalera_smm.so"), None)
    if library is None:
        missing("there is no libgalera_smm.so here (apt install galera-4)")
    at = free_port()
    first.stop()
    first.start(
        "--wsrep-on=ON", f"--wsrep-provider={library}", "--wsrep-cluster-address=gcomm://",
        f"--wsrep-provider-options=base_port={at};gmcast.listen_addr=tcp://127.0.0.1:{at}",
        "--binlog-format=ROW", "--innodb-autoinc-lock-mode=2",
    )  # fmt: skip
    try:
        first.execute("SET GLOBAL wsrep_reject_queries = 'ALL'")
        url = several(first.address, mariadb.address, name=both)
        with opened(home, url) as store:
            store.save_run(RUN)
            assert in_use(store) == mariadb.address
        hosts = try_hosts(home.settings(database_url=SecretStr(url)))
        assert "this node of the cluster is not ready" in hosts[first.address]
        assert hosts[mariadb.address] == ""
    finally:
        first.stop()


def test_all_hosts_down_is_said_with_their_names(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tmdbdash.storage.engine.Database.reach_seconds", 0.3)
    places = [f"127.0.0.1:{free_port()}" for _ in range(3)]
    with pytest.raises(DatabaseError) as refused:
        opened(home, several(*places, name="films"))
    told = str(refused.value)
    assert f"mysql+pymysql://tmdbdash:***@{','.join(places)}/films" in told
    assert "cannot be reached" in told
    assert PASSWORD not in told


def silent_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name server of these tests never answers."""

    def never(*_: object, **__: object) -> None:
        threading.Event().wait(60)

    monkeypatch.setattr(socket, "getaddrinfo", never)


@pytest.mark.parametrize("how", [silent_names, lambda _: None], ids=["name", "greeting"])
def test_connecting_has_one_deadline(
    home: Home, monkeypatch: pytest.MonkeyPatch, how: Callable[[pytest.MonkeyPatch], None]
) -> None:
    """Of a name server that is silent, and of a server that takes the connection and says nothing.

    The deadline would be passed over if the system's or the socket's were the only ones.
    """
    with listening() as (place, _):
        how(monkeypatch)
        monkeypatch.setattr("tmdbdash.storage.engine.Database.reach_seconds", 0.5)
        began = time.monotonic()
        with pytest.raises(DatabaseError, match="cannot be reached"):
            opened(home, several(place, name="films", options="?connect_timeout=1"))
        assert time.monotonic() - began < 20  # not the minute that either would take


def test_doctor_says_which_host_is_in_use(
    home: Home, mariadb: MariaDb, database: str, tmdb: SimulatedTmdb
) -> None:
    down = f"127.0.0.1:{free_port()}"
    connect(home, tmdb, DATABASE_URL=several(down, mariadb.address, name=database))
    open_store(home.settings()).close()
    checks = {check.name: check for check in examine(home.path).checks}
    assert f"@{down},{mariadb.address}/{database}" in checks["database"].message
    assert checks["database"].message.endswith(f"; {mariadb.address} is in use")
    assert checks["hosts"].state == "warn"
    assert f"{down}: the server cannot be reached" in checks["hosts"].message
    assert f"{mariadb.address}: answers" in checks["hosts"].message
    assert PASSWORD not in str(checks)


def test_a_login_that_is_repeated_for_each_host_is_told_so(home: Home) -> None:
    url = "mysql+pymysql://me:se@127.0.0.1:9,me:se@127.0.0.1:9/films?connect_timeout=1"
    advice = read_database_url(url, home.path).advice
    assert advice.endswith("where several hosts are meant, the login once, before the first")
    url = "mysql+pymysql://me:s,e@127.0.0.1:9,127.0.0.1:8/films"
    advice = read_database_url(url, home.path).advice
    assert advice == ""


def test_a_connection_that_could_not_be_prepared_is_closed(mariadb: MariaDb) -> None:
    seen: list[Any] = []

    def prepare(connection: Any) -> None:
        seen.append(connection)
        assert connection.open
        raise OperationalError(1047, "not ready")

    arguments = {"unix_socket": str(mariadb.socket), "user": "tmdbdash", "password": PASSWORD}
    with pytest.raises(OperationalError, match="not ready"):
        connect_to_host(Host("localhost", 3306), arguments, prepare)
    assert not seen[0].open
