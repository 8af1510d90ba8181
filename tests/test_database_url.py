"""Options after ? in DATABASE_URL: whatever is written there, a sentence or a database, no bug."""

import gc
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from tests.parts.home import Home
from tests.parts.mariadb import MariaDb
from tests.parts.redacting import fresh_redaction
from tmdbdash.errors import TmdbdashError, UsageError
from tmdbdash.records import FilmChange, Movie, TickWrite
from tmdbdash.storage import open_store, open_store_read_only
from tmdbdash.storage.database_url import read_database_url

pytestmark = [  # PyMySQL leaves the socket of a connection that failed to the garbage collector
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
PYMYSQL = """
user password host database unix_socket port charset collation sql_mode read_default_file conv
use_unicode client_flag cursorclass init_command connect_timeout read_default_group autocommit
local_infile max_allowed_packet defer_connect auth_plugin_map read_timeout write_timeout
bind_address binary_prefix program_name server_public_key ssl ssl_ca ssl_cert ssl_disabled
ssl_key ssl_key_password ssl_verify_cert ssl_verify_identity compress named_pipe passwd db
ssl_capath ssl_cipher ssl_check_hostname plugin isolation_level pool_size self nonsense
"""
PYSQLITE = """
uri timeout isolation_level detect_types check_same_thread cached_statements factory mode
cache vfs nolock immutable plugin autocommit database nonsense
"""
VALUES = (
    "x", "0", "-1", "1", "1.5", "nan", "1e999", "9" * 20, "true", "/nonexistent/x", "é😀", "a b",
    "utf8", "binary", "'", "/etc/passwd", "/etc", "\0", "\ufeff",
)  # fmt: skip
SERVER = "mysql+pymysql://me:sesame-sesame@127.0.0.1:9/films"
FILM = Movie(tmdb_id=5, title="é😀")
AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _sockets_collected_here() -> Iterator[None]:
    """Else they are found in the midst of another test, which does not expect them."""
    yield
    gc.collect()


def use(home: Home, url: str) -> None:
    """Open the database of the URL, write a film and read it."""
    with open_store(home.settings(database_url=SecretStr(url))) as store:
        store.save_tick(TickWrite(observed_at=AT, changes=(FilmChange(kind="new", movie=FILM),)))
        assert store.fetch_movies([5])[5].title == FILM.title


def options(listed: str) -> list[str]:
    """Each option with the first and a third of the other values, in turn, and each twice."""
    names = listed.split()
    pairs = itertools.chain(itertools.product(names, VALUES[:1]), _thirds(names))
    each = [f"{name}={quote(value)}" for name, value in pairs]
    return each + [f"{name}=1&{name}=2" for name in names]


def _thirds(names: list[str]) -> list[tuple[str, str]]:
    assert len(VALUES) % 3, "or every option would meet the same"
    return list(itertools.product(names, VALUES))[::3]


def told(home: Home, url: str) -> str:
    with fresh_redaction(), pytest.raises(TmdbdashError) as refused:
        use(home, url)
    return str(refused.value)


def test_no_option_of_a_server_ends_in_a_traceback(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All that is wrong before a server answers; nobody listens there."""
    monkeypatch.setattr("tmdbdash.storage.engine.Database.reach_seconds", 0)
    monkeypatch.setattr("socket.create_connection", _refused)
    said = {option: told(home, f"{SERVER}?{option}") for option in options(PYMYSQL)}
    assert not [option for option, sentence in said.items() if "sesame" in sentence]
    assert "nonsense" not in said["nonsense=x"]  # it may be a part of a password
    assert "the option cursorclass that tmdbdash does not take" in said["cursorclass=x"]


def _refused(*_: object, **__: object) -> None:
    raise ConnectionRefusedError


def test_no_option_of_a_file_ends_in_a_traceback(home: Home) -> None:
    taken = {
        *(f"timeout={number}" for number in ("0", "1", "1.5")),
        *(f"check_same_thread={flag}" for flag in ("0", "1", "true")),
        *(f"cached_statements={number}" for number in ("0", "-1", "1", "9" * 20)),
    }
    for option in options(PYSQLITE):
        url = f"sqlite:///films.db?{option}"
        if option in taken:
            read_database_url(url, home.path)
        else:
            with pytest.raises(UsageError):
                read_database_url(url, home.path)
    use(home, "sqlite:///films.db?timeout=1.5&check_same_thread=false")
    url = "sqlite:///films.db?timeout=2"
    looking = open_store_read_only(home.settings(database_url=SecretStr(url)))
    assert looking is not None
    with looking:
        assert looking.count_movies() == 1


def test_what_the_server_says_of_options_is_told(
    home: Home, mariadb: MariaDb, database: str
) -> None:
    url = mariadb.url(database)
    for option in ("init_command=nonsense", "collation=1", "collation=latin1_bin"):
        assert "see the options after ? in DATABASE_URL" in told(home, f"{url}&{option}")
    assert "no database of that name" in told(home, url.replace(database, "d" * 200))
    for option in (
        "charset=latin1",
        "use_unicode=0",
        "autocommit=1",
        "client_flag=1",
        "sql_mode=x",
    ):
        use(home, f"{url}&{option}")  # ours to choose
    use(home, f"{url}&init_command={quote('SET SESSION wsrep_sync_wait = 1')}")


@pytest.mark.parametrize(
    ("option", "part"),
    [
        ("ssl_ca=/nonexistent/ca.pem", "No such file or directory (/nonexistent/ca.pem)"),
        ("ssl_capath=/etc/passwd", "Not a directory (/etc/passwd)"),
        ("ssl_ca=/etc/passwd", "options of TLS cannot be used"),
        ("ssl_cert=/etc/passwd", "options of TLS cannot be used"),
        ("ssl_key=/etc/passwd", "ssl_key without ssl_cert"),
        ("ssl_cipher=none-such", "options of TLS cannot be used"),
        (
            "ssl_disabled=maybe",
            "option ssl_disabled has a value that cannot be used: write true or",
        ),
        ("read_default_file=/etc/passwd", "read_default_file holds no options"),
        ("connect_timeout=0", "write whole seconds from 1 to 86400"),
        ("port=70000", "write a number from 1 to 65535"),
        ("charset=1&charset=2", "the option charset twice"),
    ],
)
def test_what_is_wrong_with_an_option_is_said(home: Home, option: str, part: str) -> None:
    assert part in told(home, f"{SERVER}?{option}")


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///a%00b.db",
        "sqlite:///a\udcff.db",
        "mysql+pymysql://m\udce9:x@127.0.0.1:9/films",
        "mysql+pymysql://m%00:x@127.0.0.1:9/films",
        "mysql+pymysql://me:x@127.0.0.1:9/fil%00ms",
    ],
)
def test_bytes_that_no_name_has_are_refused(home: Home, url: str) -> None:
    with pytest.raises(UsageError):
        read_database_url(url, home.path)


def test_tls_keeps_what_was_asked_for(home: Home, tmp_path: Path) -> None:
    """PyMySQL forgets the authority where the options are given one by one."""
    (tmp_path / "ca.pem").write_text("")
    ca = f"ssl_ca={tmp_path / 'ca.pem'}"

    def tls(query: str) -> object:
        return read_database_url(f"{SERVER}?{query}", home.path).options.get("ssl")

    own = {"ca": str(tmp_path / "ca.pem")}
    assert tls(ca) == own
    assert tls(f"{ca}&ssl_verify_identity=true") == {
        **own, "check_hostname": True, "verify_mode": True
    }  # fmt: skip
    assert tls(f"{ca}&ssl_verify_cert=false") == {
        **own, "check_hostname": False, "verify_mode": False
    }  # fmt: skip
    assert tls(f"{ca}&ssl_disabled=true") is None
    assert tls("ssl_disabled=false") is None
    assert read_database_url(f"{SERVER}?ssl_disabled=0", home.path).options["ssl_disabled"] is False


def test_a_wrong_option_is_exit_code_two(home: Home) -> None:
    done = home.run("status", env={"DATABASE_URL": f"{SERVER}?cursorclass=x"})
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
