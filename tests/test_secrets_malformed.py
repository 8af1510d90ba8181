"""Whatever a person writes into a setting that holds a secret, no part of it comes out again.

Each setting is written in every malformed way, and everything that our own code says, and that the
libraries below it would say, is looked through. A selection goes through the installed program.
"""

import io
import itertools
import json
import logging
import random
import socket
import ssl
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import requests
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from tests.parts.home import Home
from tests.parts.mariadb import MariaDb
from tests.parts.patience import patience
from tests.parts.redacting import fresh_redaction
from tests.parts.simulated import connect
from tests.test_secrets import everything_in
from tmdbdash import redaction
from tmdbdash.addresses import read_address
from tmdbdash.errors import DatabaseError, TmdbdashError, UsageError
from tmdbdash.heartbeat import ping
from tmdbdash.redaction import redact
from tmdbdash.settings import load_settings
from tmdbdash.simulation import SimulatedTmdb
from tmdbdash.storage import open_store
from tmdbdash.terminal.output import print_json, set_up_logging
from tmdbdash.tmdb.client import TmdbClient

HEAD, TAIL = "Zq7vHx2w", "Kp9tRm4y"
"""No four letters of these appear in anything else, so each four of them are a leak."""
BETWEEN = (
    *("", "@", ":", "/", "#", "?", "%", "&", "=", "+", " ", "'", '"', "\n", "\\", "@@", "/@", ":@"),
    *("?a=", "?a=b@", "%40", "%2F", "é", "…", "@é@", "]", "[", "://", "@h:1/"),
)
PASSWORDS = tuple(f"{HEAD}{between}{TAIL}" for between in BETWEEN)

NOWHERE = "http://tmdb.invalid/3"

DATABASES = (
    "mysql+pymysql://me:{}@127.0.0.1:9/films",
    "mysql+pymysql://me:{}@127.0.0.1:9/films?charset=utf8mb4",
    "MYSQL://me:{}@127.0.0.1:9/films",
    "mysql://mysql+pymysql://me:{}@127.0.0.1:9/films",
    "postgresql://me:{}@127.0.0.1/films",
    "mysql+pymysql://me:{}@:9/films",
    "mysql+pymysql://me:{}@127.0.0.1:port/films",
    "mysql+pymysql://me:{}@127.0.0.1:99999/films",
    "mysql+pymysql://me:{}@[::1]:9/films",
    "mysql+pymysql://me:{}@[bad/films",
    "mysql+pymysql://me@server:{}@127.0.0.1:9/films",
    "mysql+pymysql://127.0.0.1:9/films?user=me&password={}",
    "mysql+pymysql://127.0.0.1:9/films?user=me&passwd={}&nonsense=1",
    "mysql+pymysql:/me:{}@127.0.0.1:9/films",
    "mysql:me:{}@127.0.0.1:9/films",
    "me:{}@127.0.0.1:9/films",
    "sqlite://me:{}@127.0.0.1/films",
    "{}",
    "DATABASE_URL=mysql+pymysql://me:{}@127.0.0.1:9/films",
    "'mysql+pymysql://me:{}@127.0.0.1:9/films",
)
PINGS = (
    "http://127.0.0.1:9/{}",
    "http://127.0.0.1:9/a/{}/slug",
    "http://127.0.0.1:9/ping?key={}",
    "http://127.0.0.1:9/#{}",
    "http://me:{}@127.0.0.1:9/ping",
    "http://{}@127.0.0.1:9/ping",
    "HTTP://127.0.0.1:9/{}",
    "http://http://127.0.0.1:9/{}",
    "ftp://me:{}@127.0.0.1:9/ping",
    "http:///{}",
    "http://127.0.0.1:port/{}",
    "http://[::1]:9/{}",
    "http://[bad/{}",
    "127.0.0.1:9/{}",
    '"http://127.0.0.1:9/{}',
)
BASES = (
    "http://me:{}@127.0.0.1:9/3",
    "http://{}@127.0.0.1:9/3",
    "http://127.0.0.1:9/3?api_key={}",
    "http://127.0.0.1:9/3#{}",
    "HTTP://me:{}@127.0.0.1:9/3",
    "http://http://me:{}@127.0.0.1:9/3",
    "ftp://me:{}@127.0.0.1:9/3",
    "http://me:{}@",
    "http://me:{}@127.0.0.1:port/3",
    "http://me:{}@[::1]:9/3",
    "me:{}@127.0.0.1:9/3",
)
PROXIES = (
    "http://me:{}@127.0.0.1:9",
    "http://{}@127.0.0.1:9",
    "me:{}@127.0.0.1:9",
    "socks5://me:{}@127.0.0.1:9",
    "HTTP://me:{}@127.0.0.1:9",
    "http://http://me:{}@127.0.0.1:9",
    "http://me:{}@",
    "http://me:{}@127.0.0.1:port",
    "http://me:{}@[::1]:9",
)
KEYS = (
    "{}",
    "Bearer {}",
    "TMDB_API_KEY={}",
    "'{}",
    "{}\n",
    "eyJ0.{}.x",
    "https://x.invalid/?api_key={}",
)
KINDS = {
    "DATABASE_URL": DATABASES,
    "TMDBDASH_PING_URL": PINGS,
    "TMDB_BASE_URL": BASES,
    "HTTP_PROXY": PROXIES,
    "all_proxy": PROXIES,
    "TMDB_API_KEY": KEYS,
}


ask_for_address = socket.getaddrinfo


def parts_of(*texts: str) -> list[str]:
    """Every four letters that follow each other in the texts."""
    return [text[n : n + 4] for text in texts for n in range(len(text) - 3)]


SPECIFIC = [*parts_of(HEAD, TAIL), *(p.lower() for p in parts_of(HEAD, TAIL))]


def no_names(host: object, *arguments: Any, **others: Any) -> Any:
    """Addresses of this machine as they are; no name is asked for anywhere."""
    if host in ("127.0.0.1", "::1", "localhost"):
        return ask_for_address("127.0.0.1", *arguments, **others)
    raise socket.gaierror(socket.EAI_NONAME, f"no address of {host!r}")


def leaks(said: str) -> list[str]:
    return [part for part in SPECIFIC if part in said]


def said_by(work: Callable[[], object]) -> str:
    """What the work raises, with its traceback, or what it returns, as text."""
    try:
        return repr(work())
    except Exception as error:  # noqa: BLE001  whatever a library raises
        return f"{error} {error!r} {traceback.format_exc()}"


def libraries_say(value: str) -> str:
    """What the libraries that get the setting would say of it: parts, errors, tracebacks."""
    pieces = [
        said_by(lambda: (urlsplit(value), urlsplit(value).hostname, urlsplit(value).username)),
        said_by(lambda: urlsplit(value).port),
        said_by(lambda: requests.Request("GET", value).prepare().url),
        said_by(lambda: make_url(value)),
        said_by(lambda: (make_url(value).host, make_url(value).database, make_url(value).query)),
        said_by(lambda: create_engine(value).dialect.create_connect_args(make_url(value))),
        said_by(lambda: requests.utils.get_auth_from_url(value)),
    ]
    # The shapes in which these texts travel on: as JSON, quoted, in a dictionary's repr.
    text = "\n".join(pieces)
    return "\n".join([text, json.dumps(text), json.dumps(text, ensure_ascii=False)])


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """The program's own log at its most talkative, and nothing declared secret before."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    set_up_logging(verbose=True)
    logging.getLogger().setLevel(logging.DEBUG)
    with fresh_redaction():
        yield stream


def what_we_say(home: Home, log: io.StringIO, *, proxied: bool) -> str:
    """Everything that the layers of settings, database, TMDB and monitor say of a home."""
    said = []

    def attempt(work: Callable[[], object]) -> None:
        try:
            work()
        except TmdbdashError as error:
            said.append(redact(str(error)))
        except Exception:  # noqa: BLE001  none may come, and none may leak
            said.append("A BUG " + traceback.format_exc())

    try:
        settings = load_settings(home.path)
    except TmdbdashError as error:
        said.append(str(error))
        return "\n".join(said)
    said.append(redact(f"{settings!r} {settings} {settings.model_dump()}"))
    attempt(settings.api_key)
    if settings.database_url is not None:
        attempt(lambda: open_store(settings).close())

    def ask() -> None:
        url = settings.tmdb_base_url
        with TmdbClient(base_url=url, api_key="0" * 32, budget=0.2) as client:
            client.check()

    if settings.tmdb_base_url != NOWHERE or proxied:
        attempt(ask)
    if settings.ping_url is not None:
        ping(settings.ping_url, "start")
    said.append(log.getvalue())
    return "\n".join(said)


@pytest.mark.parametrize("name", KINDS)
def test_no_malformed_secret_comes_out_of_any_layer(
    home: Home, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("TMDB_BASE_URL", NOWHERE)
    monkeypatch.setattr("tmdbdash.storage.engine.RETRY_SECONDS", 0)
    monkeypatch.setattr("tmdbdash.storage.engine.Database.reach_seconds", 0)
    monkeypatch.setattr(socket, "getaddrinfo", no_names)
    # The machine's certificates, read anew for each connection, are most of the time otherwise.
    monkeypatch.setattr(ssl.SSLContext, "set_default_verify_paths", lambda _: None)
    bad = []
    pairs = list(itertools.product(KINDS[name], PASSWORDS))
    # The number of passwords is no multiple of 4: each shape meets others, and each is met.
    assert len(PASSWORDS) % 4
    for shape, password in pairs[::4]:
        value = shape.replace("{}", password)
        with fresh_redaction():
            log.seek(0)
            log.truncate()
            monkeypatch.setenv(name, value)
            said = what_we_say(home, log, proxied="proxy" in name.lower())
            if leaks(said) or "A BUG" in said:
                bad.append((value, "ours", leaks(said), said[-300:]))
            library = redact(libraries_say(value))
            if leaks(library):
                where = library.find(leaks(library)[0])
                bad.append(
                    (value, "library", leaks(library), library[max(0, where - 60) : where + 40])
                )
    assert not bad, f"{len(bad)} of {len(pairs[::4])}: {bad[:8]}"


@pytest.mark.parametrize("between", ["@", "/", "?", "#", ":", "%40", " ", "é", "@@"])
def test_a_login_ends_at_the_last_at_sign(between: str) -> None:
    text = f"mysql+pymysql://me:{HEAD}{between}{TAIL}@db.invalid:3306/films?charset=utf8mb4"
    address = read_address(text)
    assert address is not None
    assert (address.user, address.password) == ("me", f"{HEAD}{between}{TAIL}")
    assert address.rest == "db.invalid:3306/films?charset=utf8mb4"
    url = make_url(address.encoded())
    assert (url.username, url.host, url.port) == ("me", "db.invalid", 3306)
    assert url.password == f"{HEAD}{unquote(between)}{TAIL}"


@pytest.mark.parametrize("password", ["pä@ss/wörd#1?%:…", "@lead", "trail@", "a@b@c", "100%"])
def test_a_password_that_should_have_been_encoded_opens_the_database(
    home: Home, mariadb: MariaDb, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    name = mariadb.create_database()
    mariadb.execute(
        "SET NAMES utf8mb4; CREATE OR REPLACE USER odd@localhost "
        f"IDENTIFIED BY '{password}'; GRANT ALL ON {name}.* TO odd@localhost"
    )
    url = f"mysql+pymysql://odd:{password}@localhost/{name}?unix_socket={mariadb.socket}"
    monkeypatch.setenv("DATABASE_URL", url)
    with fresh_redaction(), open_store(load_settings(home.path)) as store:
        assert store.count_movies() == 0
        assert redact(f"<{password}>") == "<***>"


def test_a_login_that_is_refused_says_how_to_encode_it(
    home: Home, mariadb: MariaDb, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"mysql+pymysql://nobody:{HEAD}@{TAIL}@localhost/x?unix_socket={mariadb.socket}"
    monkeypatch.setenv("DATABASE_URL", url)
    with fresh_redaction(), pytest.raises(DatabaseError) as refused:
        open_store(load_settings(home.path))
    assert "the server refused the login" in str(refused.value)
    assert "write @ as %40 in DATABASE_URL" in str(refused.value)
    assert not leaks(str(refused.value))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("DATABASE_URL='mysql://me:{}@127.0.0.1/films\n", "line 1 cannot be read"),
        ('# mine\n\nTMDB_API_KEY="{}\nTMDB_REGION=BR\n', "line 3 cannot be read"),
        ('TMDB_API_KEY="{}\nTMDB_REGION=BR\nTMDB_LANGUAGE="pt-BR\n', "line 1"),
        ("export TMDBDASH_PING_URL='http://127.0.0.1:9/{}' x\n", "line 1"),
    ],
)
def test_a_quote_that_does_not_close_is_a_sentence_and_loses_no_setting(
    home: Home, text: str, said: str
) -> None:
    (home.path / ".env").write_text(text.replace("{}", HEAD + TAIL))
    with pytest.raises(UsageError) as refused:
        load_settings(home.path)
    assert said in str(refused.value)
    assert ".env" in str(refused.value)
    assert not leaks(str(refused.value))


def test_lines_of_others_in_the_env_file_are_nobodys_business(home: Home) -> None:
    (home.path / ".env").write_text("source ./other.sh\nOTHER='x\nTMDB_REGION=BR\n")
    assert load_settings(home.path).tmdb_region == "BR"


@pytest.mark.parametrize("secret", ["2026", "12345678", "null", '", "', "films", "true"])
def test_json_stays_json_whatever_is_secret(
    secret: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with fresh_redaction():
        redaction.protect(secret)
        print_json({"films": 12345678, "year": 2026, "a": [None, True, f"x {secret} y"]})
    told = json.loads(capsys.readouterr().out)
    assert told == {"films": 12345678, "year": 2026, "a": [None, True, "x *** y"]}


def test_parts_that_are_words_are_masked_as_words_only() -> None:
    with fresh_redaction():
        redaction.protect_parts("pass@word@2024")
        assert redact("host word@2024 not found") == "host *** not found"
        assert redact("a password in words of 20240") == "a password in words of 20240"


@dataclass
class Monitor:
    """A ping server that keeps all that it is sent."""

    url: str
    seen: list[str]


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(f"{self.requestline}\n{self.headers}")
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Monitor(f"http://127.0.0.1:{server.server_port}/ping-of-mine", seen)
        server.shutdown()


def command_lines(home: Home) -> dict[str, list[str]]:
    films = home.path / "films.csv"
    films.write_text("id,title,popularity\n7,A Film,3.5\n")
    film = ["--title", "X", "--genres", "Drama", "--runtime", "90", "--language", "en"]
    return {
        "ingest": ["ingest"],
        "import": ["import", str(films)],
        "train": ["train"],
        "predict": ["predict"],
        "estimate": ["estimate", *film, "--release", "2026-12-18"],
        "render": ["render"],
        "run": ["run"],
        "serve": ["serve", "--out", str(home.path / "nothing")],
        "status": ["status"],
        "doctor": ["doctor"],
    }


COMMANDS = (
    *("ingest", "import", "train", "predict", "estimate"),
    *("render", "run", "serve", "status", "doctor"),
)
FORMS = ((), ("-v",), ("-q",), ("-v", "--log-json"))


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_shows_a_malformed_secret_in_any_form_of_log(
    home: Home, tmdb: SimulatedTmdb, monitor: Monitor, command: str
) -> None:
    connect(home, tmdb, TMDBDASH_PING_URL=monitor.url, TMDBDASH_INGEST_MINUTES="0.1")
    chance = random.Random(command)
    arguments = command_lines(home)[command]
    for name in chance.sample(sorted(KINDS), 2):
        value = chance.choice(KINDS[name]).replace("{}", chance.choice(PASSWORDS))
        given = [*chance.choice(FORMS), *arguments, *chance.choice(([], ["--json"]))]
        done = home.run(*given, env={name: value, **patience(0.2)})
        said = f"{given} with {name}={value!r}: {done.stdout}{done.stderr}"
        assert done.returncode in (0, 2, 3, 4, 5, 10), said
        assert not leaks(done.stdout + done.stderr), said
        assert "Traceback" not in done.stderr, said
        assert not leaks(everything_in(home.path).decode("latin-1")), said
    assert not leaks("\n".join(monitor.seen))
    assert tmdb.api_key not in "\n".join(monitor.seen)
