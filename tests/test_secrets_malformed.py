"""Whatever a person writes into a setting that holds a secret, no part of it comes out again.

Each setting is written in every malformed way, and everything that our own code says, and that the
libraries below it would say, is looked through.
"""

import io
import itertools
import json
import logging
import socket
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import requests
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from tests.parts.home import Home
from tests.parts.malformed import HEAD, KINDS, PASSWORDS, TAIL, leaks
from tests.parts.mariadb import MariaDb
from tests.parts.redacting import fresh_redaction
from tmdbdash import redaction
from tmdbdash.addresses import read_address
from tmdbdash.errors import DatabaseError, TmdbdashError, UsageError
from tmdbdash.heartbeat import ping
from tmdbdash.redaction import redact
from tmdbdash.settings import load_settings
from tmdbdash.storage import open_store
from tmdbdash.terminal.output import print_json, set_up_logging
from tmdbdash.tmdb.client import TmdbClient

NOWHERE = "http://tmdb.invalid/3"

ask_for_address = socket.getaddrinfo


def no_names(host: object, *arguments: Any, **others: Any) -> Any:
    """Addresses of this machine as they are; no name is asked for anywhere."""
    if host in ("127.0.0.1", "::1", "localhost"):
        return ask_for_address("127.0.0.1", *arguments, **others)
    raise socket.gaierror(socket.EAI_NONAME, f"no address of {host!r}")


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
    bad = []
    pairs = list(itertools.product(KINDS[name], PASSWORDS))
    # The number of passwords is prime: each shape meets others, and each is met.
    assert len(PASSWORDS) == 29
    for shape, password in pairs[::8]:
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
    assert not bad, f"{len(bad)} of {len(pairs[::8])}: {bad[:8]}"


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
