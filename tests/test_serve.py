"""The preview server: the folder's files, the hosts' addresses, and nothing else."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tests.parts.rendered import render
from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.site.folder import write_all
from tmdbdash.serve import Preview, find_file, is_local, serve, serving, start


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    settings = Home(tmp_path_factory.mktemp("page")).settings()
    return render(build_dashboard(sample.rows(), settings, sample.NOW))


@pytest.fixture
def out(home: Home, page: dict[str, bytes]) -> Path:
    path = home.path / "out"
    write_all(path, page, sample.NOW)
    return path


@pytest.fixture
def preview(out: Path) -> Iterator[Preview]:
    with serving(out) as server:
        yield server


def ask(
    server: Preview, path: str, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def test_the_page_comes_with_its_headers(preview: Preview, out: Path) -> None:
    status, headers, body = ask(preview, "/")
    assert status == 200
    assert body == (out / "index.html").read_bytes()
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-cache"
    assert "Python" not in headers["server"]


@pytest.mark.parametrize("path", ["/health", "/api/health", "/api/summary", "/api/predictions"])
def test_the_hosts_addresses_answer_json(preview: Preview, path: str) -> None:
    status, headers, body = ask(preview, path)
    assert status == 200
    assert headers["content-type"].startswith("application/json")
    assert json.loads(body) == json.loads(ask(preview, f"{path}.json")[2])


def test_assets_may_be_kept_and_unchanged_files_are_not_sent_again(
    preview: Preview, out: Path
) -> None:
    script = next(out.glob("assets/app.*.js"))
    status, headers, body = ask(preview, f"/assets/{script.name}")
    assert (status, body) == (200, script.read_bytes())
    assert "immutable" in headers["cache-control"]
    tag = ask(preview, "/data.json")[1]["etag"]
    status, headers, body = ask(preview, "/data.json", **{"If-None-Match": tag})
    assert (status, body) == (304, b"")
    assert ask(preview, "/data.json?x=1", "HEAD")[::2] == (200, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/missing.html",
        "/assets",
        "/assets/",
        "/.nojekyll",
        "/_headers",
        "/vercel.json",
        "/../state/secret.txt",
        "/%2e%2e/state/secret.txt",
        "/assets/..%2f..%2fstate%2fsecret.txt",
        "//state/secret.txt",
        "/..\\state\\secret.txt",
        "/link.txt",
        "/%00index.html",
        "/%ff.html",
        "/note.md",
        "/" + "a" * 5000 + ".html",
        "*",
    ],
)
def test_nothing_else_is_served(preview: Preview, out: Path, path: str) -> None:
    secret = out.parent / "state" / "secret.txt"
    secret.parent.mkdir()
    secret.write_text("secret")
    (out / "link.txt").symlink_to(secret)
    (out / "note.md").write_text("secret")
    status, headers, body = ask(preview, path)
    assert status == 404
    assert b"secret" not in body
    assert headers["x-content-type-options"] == "nosniff"


def test_a_link_inside_the_folder_is_followed(out: Path) -> None:
    (out / "newest.json").symlink_to(out / "data.json")
    assert find_file(out.resolve(), "/newest.json") == (out / "data.json").resolve()


def test_other_methods_are_refused(preview: Preview) -> None:
    assert ask(preview, "/", "POST")[0] == 501


def test_only_this_machine_is_answered(preview: Preview) -> None:
    assert preview.server_address[0] == "127.0.0.1"
    assert urlsplit(preview.url).hostname == "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "local"),
    [
        (None, True),
        ("127.0.0.1:8000", True),
        ("LocalHost", True),
        ("[::1]:8000", True),
        ("evil.example", False),
        ("evil.example:8000", False),
        ("127.0.0.1.evil.example", False),
        ("localhost:8000:evil", False),
        ("", False),
        ("[::1]evil", False),
    ],
)
def test_only_names_of_this_machine_are_answered_to(host: str | None, local: bool) -> None:
    assert is_local(host) is local


def test_a_name_that_was_made_to_lead_here_reads_nothing(preview: Preview) -> None:
    status, _, body = ask(preview, "/", Host="evil.example")
    assert (status, b"<html" in body) == (421, False)
    assert ask(preview, "/", Host=f"localhost:{preview.server_port}")[0] == 200


def test_a_taken_port_is_said(out: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}"):
            start(out, port)
    with pytest.raises(UsageError, match="no port"):
        start(out, 70_000)


def test_nothing_to_serve_is_said(home: Home) -> None:
    with pytest.raises(NotReadyError, match="tmdbdash render"):
        start(home.path / "out")


def test_serving_ends_cleanly_when_interrupted(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def interrupted(server: Preview, poll_interval: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Preview, "serve_forever", interrupted)
    before = threading.active_count()
    serve(out, 0, announce=said.append)
    assert said[0].startswith("http://127.0.0.1:")
    assert threading.active_count() == before
    start(out, urlsplit(said[0]).port or 0).server_close()
