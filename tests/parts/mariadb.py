"""A private MariaDB server, and whatever runs over both engines.

`database_url` and `engine_home` come once for SQLite and once for MariaDB. Each test
process starts its own server, in a temporary folder, reachable by its socket and a port of this
machine alone, when the first test asks for it (about a second).
"""

import contextlib
import ctypes
import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pymysql
import pytest

from tests.parts.home import Home
from tests.parts.require import missing

PLACES = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
PASSWORD = "sesame&" * 2
START_SECONDS = 60
ENGINES = ("sqlite", "mariadb")


@dataclass
class MariaDb:
    """A running server, with a user ``tmdbdash`` that may do all on databases named ``test_*``."""

    folder: Path
    client: str
    command: tuple[str, ...]
    port: int
    counter: Iterator[int] = field(default_factory=itertools.count)
    process: "subprocess.Popen[bytes]" = field(init=False)

    @property
    def socket(self) -> Path:
        return self.folder / "socket"

    def execute(self, sql: str) -> str:
        """Run statements as the server's root; rows come as tab-separated lines."""
        done = subprocess.run(
            [self.client, "--no-defaults", "-uroot", f"-S{self.socket}", "-N", "-B"],
            input=sql,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *more: str) -> None:
        """Start the server's process, with ``more`` options, and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*self.command, *more],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                preexec_fn=die_with_the_tests,  # noqa: PLW1509 # no threads here that matter
            )
        _wait_for(self)

    def stop(self) -> None:
        """End the server's process."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def kill(self) -> None:
        """End the server's process as a crash of it would."""
        self.process.kill()
        self.process.wait()

    @property
    def address(self) -> str:
        """Its host and port."""
        return f"127.0.0.1:{self.port}"

    def url(self, database: str, *, user: str = "tmdbdash", password: str = PASSWORD) -> str:
        quoted = password.replace("&", "%26")
        return f"mysql+pymysql://{user}:{quoted}@localhost/{database}?unix_socket={self.socket}"

    def create_database(self) -> str:
        """The name of a new, empty database."""
        name = f"test_{next(self.counter)}"
        self._do(f"CREATE DATABASE {name} CHARACTER SET latin1")
        return name

    def drop_database(self, name: str) -> None:
        """Take a database away, where it is still there."""
        self._do(f"DROP DATABASE IF EXISTS {name}")

    def _do(self, statement: str) -> None:
        """As `execute`, without a process of its own: hundreds of tests have a database each."""
        with pymysql.connect(unix_socket=str(self.socket), user="root") as connection:
            connection.cursor().execute(statement)


def program(*names: str) -> str:
    found = next(filter(None, (shutil.which(name, path=PLACES) for name in names)), None)
    return found or missing(f"there is no {names[0]} here (apt install mariadb-server)")


def quick_place() -> Path | None:
    """Memory, where the machine has it to spare: making tables is four times as fast there.

    Never pytest's own folder: its name may be too long for a socket, and it keeps what it has.
    """
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30:
        return memory
    return None


def free_port() -> int:
    """The number of a port at which nobody listens now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def die_with_the_tests() -> None:
    """In the server's process: be killed when the one that started it dies, however it does."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


@contextlib.contextmanager
def running_mariadb() -> Iterator[MariaDb]:
    """A server for as long as the block runs."""
    install = program("mariadb-install-db", "mysql_install_db")
    server = program("mariadbd", "mysqld")
    client = program("mariadb", "mysql")
    folder = Path(tempfile.mkdtemp(prefix="tmdbdash-mariadb-", dir=quick_place()))
    common = ["--no-defaults", f"--datadir={folder / 'data'}"]
    if os.geteuid() == 0:
        common.append("--user=root")
    port = free_port()
    try:
        subprocess.run(
            [install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
            check=True,
            capture_output=True,
            timeout=START_SECONDS,
        )
        command = (
            server,
            *common,
            f"--socket={folder / 'socket'}",
            f"--pid-file={folder / 'pid'}",
            f"--tmpdir={folder}",
            f"--port={port}",
            "--bind-address=127.0.0.1",
            "--skip-name-resolve",
            "--performance-schema=off",
            "--innodb-buffer-pool-size=32M",
            "--innodb-log-file-size=16M",
            "--innodb-doublewrite=0",
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-flush-method=nosync",
            "--innodb-file-per-table=0",
            "--sync-frm=0",
            "--sql-mode=TRADITIONAL",
        )
        running = MariaDb(folder, client, command, port)
        try:
            running.start()
            for place in ("localhost", "127.0.0.1"):
                running.execute(
                    f"CREATE USER tmdbdash@{place} IDENTIFIED BY '{PASSWORD}';"
                    rf"GRANT ALL ON `test\_%`.* TO tmdbdash@{place}"
                )
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    with running_mariadb() as server:
        yield server


@pytest.fixture
def database(mariadb: MariaDb) -> Iterator[str]:
    """The name of an empty database of that server."""
    name = mariadb.create_database()
    yield name
    mariadb.drop_database(name)


def _wait_for(server: MariaDb) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        if server.socket.exists():
            try:
                server.execute("SELECT 1")
            except AssertionError:
                pass
            else:
                return
        time.sleep(0.02)
    pytest.fail(f"MariaDB did not start:\n{(server.folder / 'log').read_text()[-3000:]}")


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, home: Home) -> Iterator[str]:
    """The URL of an empty database, of each engine in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{home.path / 'state' / 'tmdbdash.sqlite3'}"
        return
    server: MariaDb = request.getfixturevalue("mariadb")
    name = server.create_database()
    yield server.url(name)
    server.drop_database(name)


@pytest.fixture
def engine_home(home: Home, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose programs, and whose settings in this process, use that database."""
    home.env["DATABASE_URL"] = database_url
    monkeypatch.setenv("DATABASE_URL", database_url)
    return home
