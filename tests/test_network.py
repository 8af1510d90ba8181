"""The way out: proxies and certificates that the environment names, and what they come to."""

import contextlib
import importlib.util
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr

from tests.parts.home import Home
from tests.parts.patience import patience
from tmdbdash.errors import TmdbError, UsageError
from tmdbdash.heartbeat import ping
from tmdbdash.network import CA_SETTINGS, route_to
from tmdbdash.tmdb.client import TmdbClient

KEY = "0123456789abcdef" * 2
PASSWORD = "proxy-pass-word"
BEYOND = "127.0.0.2"
"""On this machine, but not one of the names that no proxy is used for."""
LONG_AGO = datetime.now(UTC) - timedelta(days=30)
AHEAD = datetime.now(UTC) + timedelta(days=30)


class Served(BaseHTTPRequestHandler):
    """Answers as TMDB's configuration does, and refuses to tunnel with the server's status."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]  # noted on the server
        self._send(getattr(self.server, "status", 200), b"{}")

    def do_CONNECT(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]  # noted on the server
        self._send(getattr(self.server, "status", 200), b"")

    do_POST = do_GET  # noqa: N815  the name is the base's

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    asked: list[str]

    def handle_error(self, *args: object) -> None:
        """A client that does not trust us hangs up."""


@contextlib.contextmanager
def serving(context: ssl.SSLContext | None = None, status: int = 200) -> Iterator[Server]:
    server = Server((BEYOND, 0), Served)
    server.asked = []
    server.status = status  # type: ignore[attr-defined]  # read by the handler
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def secured(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def closed_port() -> int:
    with socket.create_server((BEYOND, 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> Path:
    file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(file)
    return file


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name in CA_SETTINGS:
            monkeypatch.delenv(name)


def client_of(url: str) -> TmdbClient:
    return TmdbClient(base_url=url, api_key=KEY, budget=20, backoff=0.01)


def fault_of(url: str) -> tuple[str, int]:
    """What asking comes to, and how many requests it took."""
    with client_of(url) as client, pytest.raises(TmdbError) as refused:
        client.check()
    assert KEY not in str(refused.value)
    assert PASSWORD not in str(refused.value)
    return str(refused.value), client.requests_made


# Certificates.


def test_a_file_of_certificates_is_used_for_any_server(
    authority: trustme.CA, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f'"{ca_file}"')
    certificate = authority.issue_cert(BEYOND, "127.0.0.1", "localhost")
    with (
        serving(secured(certificate)) as server,
        client_of(f"https://{BEYOND}:{server.server_port}") as client,
    ):
        client.check()
    local = Server(("127.0.0.1", 0), Served)
    local.asked = []
    local.socket = secured(certificate).wrap_socket(local.socket, server_side=True)
    threading.Thread(target=local.serve_forever, daemon=True).start()
    with client_of(f"https://127.0.0.1:{local.server_port}") as client:
        client.check()  # a server on this machine is judged by the same file
    local.shutdown()
    local.server_close()


@pytest.mark.parametrize(
    ("names", "valid", "said"),
    [
        ((BEYOND,), (None, LONG_AGO), "has expired"),
        ((BEYOND,), (AHEAD, AHEAD + timedelta(days=30)), "not valid yet"),
        (("elsewhere.example",), (None, None), "made out to another name"),
        (("127.0.0.9",), (None, None), "made out to another name"),
    ],
)
def test_a_certificate_that_is_not_sound_says_what_is_wrong_with_it(
    authority: trustme.CA,
    ca_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    names: tuple[str, ...],
    valid: tuple[datetime | None, datetime | None],
    said: str,
) -> None:
    monkeypatch.setenv("CURL_CA_BUNDLE", str(ca_file))
    certificate = authority.issue_cert(*names, not_before=valid[0], not_after=valid[1])
    with serving(secured(certificate)) as server:
        message, requests = fault_of(f"https://{BEYOND}:{server.server_port}")
    assert said in message
    assert requests == 1


def test_a_company_s_certificate_names_the_remedy(authority: trustme.CA) -> None:
    with serving(secured(authority.issue_cert(BEYOND))) as server:
        message, requests = fault_of(f"https://{BEYOND}:{server.server_port}")
    assert "REQUESTS_CA_BUNDLE" in message
    assert "nobody that this machine trusts" in message
    assert requests == 1


def test_a_server_without_tls_is_told_as_such() -> None:
    with serving() as server:
        message, requests = fault_of(f"https://{BEYOND}:{server.server_port}")
    assert "is it https?" in message
    assert requests == 1


@pytest.mark.parametrize("setting", CA_SETTINGS)
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere.pem", "No such file"),
        ("empty.pem", "holds no certificate"),
        ("words.pem", "holds no certificate"),
        ("binary.pem", "holds no certificate"),
        ("folder", "no certificates under their hashes"),
    ],
)
def test_certificates_that_cannot_be_used_are_told_before_any_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, name: str, said: str
) -> None:
    (tmp_path / "empty.pem").write_text("")
    (tmp_path / "words.pem").write_text("-----BEGIN CERTIFICATE-----\nno\n")
    (tmp_path / "binary.pem").write_bytes(bytes(range(256)))
    (tmp_path / "folder").mkdir()
    monkeypatch.setenv(setting, str(tmp_path / name))
    with pytest.raises(UsageError) as refused:
        client_of("https://api.example/3")
    assert setting in str(refused.value)
    assert said in str(refused.value)
    client_of("http://api.example/3").close()  # without TLS there is nothing to check


def test_a_folder_of_hashed_certificates_is_taken(
    tmp_path: Path, ca_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "0a1b2c3d.0").symlink_to(ca_file)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))
    assert route_to("https://api.example/3").ca_file == str(tmp_path)


# Proxies.


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("htp://proxy.example:3128", "of the kind htp"),
        ("socks://127.0.0.1:1080", "write socks5h"),
        ("http:/proxy.example:3128", "does not name a proxy"),
        ("http//proxy.example:3128", "does not name a proxy"),
        ("http://proxy.example:99999", "does not name a proxy"),
        ("http://proxy.example:port", "does not name a proxy"),
        ("http://", "does not name a proxy"),
        ("http://:3128", "does not name a proxy"),
        ("http://[::1:3128", "does not name a proxy"),
        ("http://proxy.example/proxy.pac", "does not name a proxy"),
        (f"htp://me:{PASSWORD}@proxy.example:3128", "of the kind htp"),
        (f"http://me:{PASSWORD}@proxy.example:99999", "does not name a proxy"),
    ],
)
@pytest.mark.parametrize("setting", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_mistyped_proxy_is_told_before_any_request(
    monkeypatch: pytest.MonkeyPatch, setting: str, value: str, said: str
) -> None:
    monkeypatch.setenv(setting, value)
    with pytest.raises(UsageError) as refused:
        client_of("https://api.example/3")
    assert setting in str(refused.value)
    assert said in str(refused.value)
    assert PASSWORD not in str(refused.value)


@pytest.mark.parametrize("kind", ["socks5", "socks5h", "socks4", "SOCKS5"])
def test_a_socks_proxy_without_its_library_names_the_library(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("ALL_PROXY", f"{kind}://127.0.0.1:1080")
    with pytest.raises(UsageError, match="pip install pysocks"):
        client_of("https://api.example/3")


@pytest.mark.parametrize("form", ["http://{}", "{}", '"http://{}/"', "HTTP://{}"])
def test_a_proxy_is_used_as_people_write_it(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    with serving() as proxy:
        at = f"me:{PASSWORD}@{BEYOND}:{proxy.server_port}"
        monkeypatch.setenv("http_proxy", form.format(at))
        way = route_to("http://api.example/3")
        assert way.shown == f"http://{BEYOND}:{proxy.server_port}"
        assert PASSWORD not in f"{way} {way!r}"
        with client_of("http://api.example/3") as client:
            client.check()
        assert proxy.asked[0].startswith("http://api.example/3/configuration")
        with client_of(f"http://localhost:{closed_port()}") as client, pytest.raises(TmdbError):
            client.check()
        assert len(proxy.asked) == 1  # nothing on this machine goes through it


def test_no_proxy_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "htp://nonsense")
    monkeypatch.setenv("no_proxy", "api.example,10.0.0.0/8")
    assert route_to("https://api.example/3").proxy is None


@pytest.mark.parametrize("quotes", ['""', "''", "\u201c\u201d", "  ", "\r\r"])
def test_quotes_are_no_part_of_a_setting_of_the_way_out(
    monkeypatch: pytest.MonkeyPatch, ca_file: Path, quotes: str
) -> None:
    before, after = quotes[0], quotes[1]
    monkeypatch.setenv("HTTPS_PROXY", f"{before}http://proxy.example:3128{after}")
    monkeypatch.setenv("NO_PROXY", f"{before}first.example,last.example{after}")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", f"{before}{ca_file}{after}")
    way = route_to("https://api.example/3")
    assert (way.shown, way.ca_file) == ("http://proxy.example:3128", str(ca_file))
    assert route_to("https://first.example/3").proxy is None
    assert route_to("https://last.example/3").proxy is None


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    port = closed_port()
    monkeypatch.setenv(f"{scheme}_proxy", f"http://me:{PASSWORD}@{BEYOND}:{port}")
    message, requests = fault_of(f"{scheme}://api.example/3")
    assert f"no connection to the proxy http://{BEYOND}:{port}" in message
    assert requests > 1  # it may come back


@pytest.mark.parametrize(
    ("status", "said", "tries"), [(407, "user and a password", 1), (403, "403", 1), (503, "503", 5)]
)
def test_a_proxy_that_refuses_says_how(
    monkeypatch: pytest.MonkeyPatch, status: int, said: str, tries: int
) -> None:
    with serving(status=status) as proxy:
        monkeypatch.setenv("https_proxy", f"http://{BEYOND}:{proxy.server_port}")
        message, requests = fault_of("https://api.example/3")
        assert said in message
        assert f"the proxy http://{BEYOND}:{proxy.server_port}" in message
        assert requests == tries
        monkeypatch.setenv("http_proxy", f"http://{BEYOND}:{proxy.server_port}")
        if status == 407:
            assert said in fault_of("http://api.example/3")[0]


def test_a_proxy_whose_name_nobody_knows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.invalid:3128")
    message, _ = fault_of("https://api.example/3")
    assert "the name of the proxy http://proxy.invalid:3128 cannot be resolved" in message


def test_a_proxy_without_tls_that_is_named_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as proxy:
        monkeypatch.setenv("https_proxy", f"https://{BEYOND}:{proxy.server_port}")
        message, requests = fault_of("https://api.example/3")
    assert "does not use TLS" in message
    assert requests == 1


# The whole program.


@pytest.mark.parametrize(
    ("env", "code", "said"),
    [
        ({"ALL_PROXY": "socks5://127.0.0.1:1080"}, 2, "pysocks"),
        ({"HTTPS_PROXY": f"htp://me:{PASSWORD}@p.example"}, 2, "HTTPS_PROXY names a proxy"),
        ({"REQUESTS_CA_BUNDLE": "/nonexistent/ca.pem"}, 2, "/nonexistent/ca.pem"),
        ({"HTTPS_PROXY": f"http://me:{PASSWORD}@{BEYOND}:9"}, 3, f"the proxy http://{BEYOND}:9"),
    ],
)
def test_ingest_and_doctor_say_it_and_pings_do_not_break(
    home: Home, env: dict[str, str], code: int, said: str
) -> None:
    if "pysocks" in said and importlib.util.find_spec("socks") is not None:
        pytest.skip("PySocks is installed")
    home.env |= {
        "TMDB_API_KEY": KEY,
        "TMDB_BASE_URL": "https://192.0.2.2:8802/3",
        "TMDBDASH_INGEST_MINUTES": "0.05",
        "TMDBDASH_PING_URL": "https://192.0.2.2:8802/ping-of-mine",
        **env,
    }
    for command in ("ingest", "doctor"):
        done = home.run(command, "--json", env=patience(0.2))
        assert done.returncode == code, done.stderr + done.stdout
        assert said in done.stdout
        both = done.stdout + done.stderr
        assert "Traceback" not in both
        assert PASSWORD not in both
        assert "ping-of-mine" not in both
        if command == "ingest":
            assert "heartbeat of failure could not be sent" in both


def test_doctor_says_which_way_it_goes(home: Home, ca_file: Path) -> None:
    home.env |= {"TMDB_API_KEY": KEY, "TMDB_BASE_URL": "https://192.0.2.2:8802/3"}
    way = {"HTTPS_PROXY": f"http://me:{PASSWORD}@{BEYOND}:9", "REQUESTS_CA_BUNDLE": str(ca_file)}
    done = home.run("doctor", env={**way, **patience(0.2), "COLUMNS": "300"})
    line = next(line for line in done.stdout.splitlines() if "network" in line)
    assert f"through the proxy http://{BEYOND}:9, certificates of {ca_file}" in line
    assert PASSWORD not in done.stdout + done.stderr


def test_a_ping_says_what_stands_in_its_way(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, authority: trustme.CA
) -> None:
    with serving(secured(authority.issue_cert(BEYOND))) as server:
        ping(SecretStr(f"https://{BEYOND}:{server.server_port}/hush"), "start")
    assert "REQUESTS_CA_BUNDLE" in caplog.text
    monkeypatch.setenv("https_proxy", "htp://p.example")
    ping(SecretStr("https://monitor.example/hush"), "start")
    assert "of the kind htp" in caplog.text
    assert "hush" not in caplog.text
