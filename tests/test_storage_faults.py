"""Every fault of a database ends as a sentence that says what to do and holds no password."""

import gc
import logging
import sqlite3
import ssl
import stat
import traceback
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import event, exc, text
from sqlalchemy.engine import Engine

from tests.parts.home import Home
from tests.parts.mariadb import PASSWORD, MariaDb
from tmdbdash.errors import DatabaseError, TmdbdashError, UsageError
from tmdbdash.records import FilmChange, Movie, Run, TickWrite
from tmdbdash.storage import Store, engine, open_store
from tmdbdash.storage import database_errors as faults
from tmdbdash.storage.schema import HEAD

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RUN = Run(job="ingest", started_at=NOON, finished_at=NOON, outcome="ok")
SESAME = "open-sesame-4711"


def opened(home: Home, url: str) -> Store:
    return open_store(home.settings(database_url=SecretStr(url)))


def complaint(home: Home, url: str, kind: type[TmdbdashError] = DatabaseError) -> str:
    """The message of the error that opening raises, after a look for passwords in all of it."""
    with pytest.raises(kind) as caught:
        opened(home, url).close()
    everything = "".join(traceback.format_exception(caught.value))
    for secret in (SESAME, PASSWORD, PASSWORD.replace("&", "%26")):
        assert secret not in everything
    return str(caught.value)


@pytest.mark.parametrize(
    ("url", "part"),
    [
        (f"postgresql://me:{SESAME}@localhost/films", "is for postgresql, which is not supported"),
        (f"mysql+mysqldb://me:{SESAME}@localhost/films", "is for mysql+mysqldb"),
        ("sqlite+aiosqlite:///x", "is for sqlite+aiosqlite"),
        (f"oracle+{SESAME}", "cannot be read as a URL"),
        (f"mysql+pymysql://me:{SESAME}/p@host:x/films", "cannot be read as a URL"),
        (f"mysql+pymysql://me:{SESAME}@localhost", "names no database"),
        (f"mysql+pymysql://me:{SESAME}@localhost/", "names no database"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///file:films?mode=memory&uri=true", "names no file"),
        ("films.sqlite3", "cannot be read as a URL"),
    ],
)
def test_a_url_that_is_not_supported_is_refused_with_what_is(
    home: Home, url: str, part: str
) -> None:
    message = complaint(home, url, UsageError)
    assert part in message
    assert "sqlite:///" in message or "/NAME" in message


# SQLite


def test_a_relative_file_lies_in_the_home(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    opened(home, "sqlite:///films.sqlite3").close()
    assert (home.path / "films.sqlite3").is_file()
    assert not (tmp_path / "films.sqlite3").exists()


def test_folder_and_file_are_nobody_elses(home: Home) -> None:
    with open_store(home.settings()) as store:
        store.save_run(RUN)
        state = home.path / "state"
        assert stat.S_IMODE(state.stat().st_mode) == 0o700
        files = list(state.glob("tmdbdash.sqlite3*"))
        assert len(files) == 3, "database, log and index of the log"
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_the_log_is_written_ahead_and_the_url_told(home: Home) -> None:
    with open_store(home.settings()) as store:
        facts = store.fetch_facts()
        assert (facts["engine"], facts["journal"], facts["schema"]) == ("sqlite", "wal", HEAD)
        assert facts["url"] == f"sqlite:///{home.path / 'state' / 'tmdbdash.sqlite3'}"


def test_a_refused_journal_mode_is_told_and_lived_with(caplog: pytest.LogCaptureFixture) -> None:
    connection = sqlite3.connect(":memory:")  # which never keeps a write-ahead log
    engine.prepare_sqlite(connection, None)
    connection.close()
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert "'memory' instead of WAL" in caplog.text


def test_no_folder(home: Home) -> None:
    message = complaint(home, f"sqlite:///{home.path}/nowhere/films.sqlite3")
    assert "No such file or directory" in message
    assert f"{home.path}/nowhere/films.sqlite3" in message


def test_a_folder_in_its_place(home: Home) -> None:
    (home.path / "films").mkdir()
    assert "Is a directory" in complaint(home, "sqlite:///films")


def test_no_sqlite_file(home: Home) -> None:
    (home.path / "films").write_text("title;popularity\n" * 100)
    assert "is no SQLite database" in complaint(home, "sqlite:///films")


def test_a_damaged_file(home: Home) -> None:
    films = [FilmChange(kind="new", movie=Movie(tmdb_id=i, title="x" * 300)) for i in range(999)]
    with opened(home, "sqlite:///films") as store:
        store.save_tick(TickWrite(observed_at=NOON, changes=tuple(films)))
    file = home.path / "films"
    content = bytearray(file.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    file.write_bytes(content)
    assert "the file is damaged: restore a backup" in complaint(home, "sqlite:///films")


@pytest.fixture
def small_store(home: Home) -> Iterator[Store]:
    with open_store(home.settings()) as store:
        yield store


def test_a_full_disk(small_store: Store) -> None:
    @event.listens_for(small_store.database.engine, "checkout")
    def _limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    films = [FilmChange(kind="new", movie=Movie(tmdb_id=i, title="x" * 300)) for i in range(999)]
    with pytest.raises(DatabaseError, match="no space left for it"):
        small_store.save_tick(TickWrite(observed_at=NOON, changes=tuple(films)))
    assert small_store.count_movies() == 0


def test_a_file_that_may_only_be_read(small_store: Store) -> None:
    @event.listens_for(small_store.database.engine, "checkout")
    def _read_only(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only = 1")

    with pytest.raises(DatabaseError, match="it is read-only"):
        small_store.save_run(RUN)


def test_a_file_that_another_program_keeps_locked(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(home.settings()).close()
    monkeypatch.setattr(engine, "LOCK_SECONDS", 0.05)
    monkeypatch.setattr(engine, "RETRY_SECONDS", 0.3)
    other = sqlite3.connect(home.path / "state" / "tmdbdash.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with open_store(home.settings()) as store:
        with pytest.raises(DatabaseError, match="kept it locked too long"):
            store.save_run(RUN)
        assert store.fetch_last_run("ingest") is None
        other.close()
        store.save_run(RUN)
        assert store.fetch_last_run("ingest") == RUN


def test_a_lost_table(store: Store) -> None:
    store.database.write(lambda c: c.execute(text("DROP TABLE runs")))
    with pytest.raises(DatabaseError, match="is missing: restore a backup"):
        store.save_run(RUN)


def test_a_bug_is_no_fault_of_the_database_and_shows_no_data(store: Store) -> None:
    with pytest.raises(Exception, match="syntax") as caught:
        store.database.read(lambda c: c.execute(text("SELEKT :x"), {"x": SESAME}))
    assert not isinstance(caught.value, TmdbdashError)
    # MariaDB quotes the statement that it did not understand; nothing else may.
    assert "hide_parameters" in str(caught.value)


# MariaDB


def test_no_server(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.Database, "reach_seconds", 0.1)
    nowhere = f"mysql+pymysql://me:{SESAME}@localhost/films?unix_socket={tmp_path}/none"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # PyMySQL forgets to close that socket
        assert "the server cannot be reached" in complaint(home, nowhere)
        gc.collect()
    message = complaint(home, f"mysql+pymysql://me:{SESAME}@127.0.0.1:1/films")
    assert "the server cannot be reached" in message
    assert "mysql+pymysql://me:***@127.0.0.1:1/films" in message


def test_a_wrong_password(home: Home, mariadb: MariaDb, database: str) -> None:
    message = complaint(home, mariadb.url(database, password=SESAME))
    assert "the server refused the login" in message
    assert "tmdbdash:***@localhost" in message


def test_an_unknown_database(home: Home, mariadb: MariaDb) -> None:
    assert "no database of that name" in complaint(home, mariadb.url("test_unknown"))


def test_a_database_of_others(home: Home, mariadb: MariaDb) -> None:
    assert "lacks rights on it" in complaint(home, mariadb.url("mysql"))


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (1021, "no space left"),
        (1114, "no space left"),
        (1290, "it is read-only"),
        (1040, "too many connections"),
        (4711, "of an unknown kind"),
    ],
)
def test_faults_of_the_server(
    home: Home,
    mariadb: MariaDb,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    part: str,
) -> None:
    monkeypatch.setattr(engine, "RETRY_SECONDS", 0.1)
    raise_it = (
        f"SIGNAL SQLSTATE '45000' SET MYSQL_ERRNO = {code}, "
        f"MESSAGE_TEXT = 'of an unknown kind, {SESAME}'"
    )
    url = f"{mariadb.url(database)}&password={SESAME}"  # which the driver lets win
    assert "refused the login" in complaint(home, url)
    with opened(home, mariadb.url(database)) as store, pytest.raises(DatabaseError) as caught:
        store.database.write(lambda c: c.exec_driver_sql(raise_it))
    assert part in str(caught.value)


@pytest.mark.parametrize("kind", ["mysql", "mariadb", "mariadb+pymysql"])
def test_other_names_of_the_same_driver(
    home: Home, mariadb: MariaDb, database: str, kind: str
) -> None:
    url = mariadb.url(database).replace("mysql+pymysql", kind) + "&charset=latin1"
    with opened(home, url) as store:
        facts = store.fetch_facts()
        assert (facts["engine"], facts["schema"]) == ("mariadb", HEAD)
        assert PASSWORD not in str(facts)


def test_statements_are_logged_without_data(
    home: Home, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logger = logging.getLogger("sqlalchemy.engine.Engine")
    assert isinstance(store.database.engine, Engine)
    logger.setLevel(logging.INFO)
    store.save_run(RUN)
    logger.setLevel(logging.NOTSET)
    assert "2026-03-01" not in caplog.text


def test_a_login_that_the_server_wants_to_be_encrypted_is_told_as_that(
    home: Home, mariadb: MariaDb
) -> None:
    """The server says the same as of a wrong password."""
    name = mariadb.create_database()
    mariadb.execute(
        f"CREATE OR REPLACE USER sealed@localhost IDENTIFIED BY '{PASSWORD}' REQUIRE X509;"
        f"GRANT ALL ON {name}.* TO sealed@localhost"
    )
    message = complaint(home, mariadb.url(name, user="sealed"))
    mariadb.execute(f"DROP USER sealed@localhost; DROP DATABASE {name}")
    for part in ("refused the login", "REQUIRE SSL", "REQUIRE X509", "ssl_ca=", "ssl_cert="):
        assert part in message


def _raised(code: int, cause: Exception | None = None) -> exc.OperationalError:
    from pymysql.err import OperationalError

    error = OperationalError(code, "as the driver says it")
    error.original_exception = cause
    return exc.OperationalError("SELECT 1", {}, error)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (_raised(3159), "over TLS only (require_secure_transport)"),
        (_raised(2026), "TLS with the server failed"),
        (
            _raised(2003, ssl.SSLCertVerificationError(1, "by itself")),
            "TLS with the server failed",
        ),
        (_raised(2013, ssl.SSLError(1, "wrong version")), "TLS with the server failed"),
        (_raised(2003, ConnectionRefusedError(111, "refused")), "correct host and port"),
    ],
)
def test_what_is_wrong_with_tls_is_not_told_as_a_wrong_address(
    error: exc.OperationalError, said: str
) -> None:
    assert said in str(faults.cause_of(error))
