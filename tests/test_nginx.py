"""The published folder behind a real nginx, by the server block of docs/DEPLOY.md."""

import contextlib
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tests.parts.mariadb import free_port
from tests.parts.publishing import Publish
from tests.parts.require import missing
from tmdbdash.report.panels import PAGES
from tmdbdash.report.site.hosting_files import security_headers

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "DEPLOY.md"
PLACES = "/usr/sbin:/usr/bin:/usr/local/sbin"


def server_block(port: int, root: Path) -> str:
    """The block of the document, without TLS, for a folder of this test."""
    found = re.search(r"```nginx\n(.+?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert found
    block = found[1]
    for pattern, own in (
        (r"listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        (r"root /opt/tmdbdash/out;", f"root {root};"),
    ):
        block, count = re.subn(pattern, own, block)
        assert count == 1, pattern
    return block


@contextlib.contextmanager
def nginx(folder: Path, root: Path) -> Iterator[str]:
    program = shutil.which("nginx", path=PLACES) or missing("no nginx is installed")
    port = free_port()
    types = Path("/etc/nginx/mime.types")
    config = folder / "nginx.conf"
    config.write_text(
        f"pid {folder}/pid; error_log stderr; daemon off; master_process off;\n"
        "events {}\n"
        f"http {{ include {types}; default_type application/octet-stream; access_log off;\n"
        + "".join(
            f"{name}_temp_path {folder}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + server_block(port, root)
        + "}\n"
    )
    process = subprocess.Popen(
        [program, "-e", "stderr", "-c", config], stderr=subprocess.PIPE, text=True
    )
    try:
        for _ in range(200):
            with contextlib.suppress(requests.ConnectionError):
                requests.get(f"http://127.0.0.1:{port}/", timeout=5)
                break
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=10)


def answer(address: str) -> requests.Response:
    return requests.get(address, timeout=10, headers={"Accept-Encoding": "gzip"})


def test_nginx_serves_the_folder_by_the_block_of_the_document(
    publish: Publish, out: Path, tmp_path: Path
) -> None:
    files = publish(sample.rows())
    (out / "posters").mkdir(exist_ok=True)
    (out / "posters" / "abc.png").write_bytes(b"picture")
    policy = security_headers(posters=False)
    below = tmp_path / "www"
    below.mkdir()
    (below / "films").symlink_to(out)
    server = tmp_path / "nginx"
    server.mkdir()
    for root, path in ((out, ""), (below, "/films")):
        with nginx(server, root) as url:
            base = url + path
            for page in ("", *(page.path for page in PAGES), "pt-BR/", "pt-BR/models.html"):
                found = answer(f"{base}/{page}")
                assert found.status_code == 200, page
                assert found.headers["Content-Type"].startswith("text/html"), page
                assert found.headers["Cache-Control"] == "no-cache", page
                assert found.headers["Content-Encoding"] == "gzip", page
                for name, value in policy.items():
                    assert found.headers[name] == value, page
            for route in ("health", "api/health", "api/summary", "api/predictions"):
                found = answer(f"{base}/{route}")
                assert found.content == files[f"{route}.json"], route
                assert found.headers["Content-Type"] == "application/json", route
            feed = answer(f"{base}/feed.xml")
            assert feed.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
            script = next(name for name in files if name.startswith("assets/app."))
            found = answer(f"{base}/{script}")
            assert found.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert found.headers["Content-Encoding"] == "gzip"
            assert found.headers["Content-Security-Policy"] == policy["Content-Security-Policy"]
            poster = answer(f"{base}/posters/abc.png")
            assert poster.headers["Cache-Control"] == "public, max-age=604800"
            assert poster.headers["Content-Type"] == "image/png"
            gone = answer(f"{base}/assets/gone.js")
            assert gone.status_code == answer(f"{base}/film/1.html.bak").status_code == 404
            assert gone.headers["Content-Security-Policy"] == policy["Content-Security-Policy"]


@pytest.mark.parametrize(("age", "code"), [(timedelta(minutes=10), 0), (timedelta(hours=3), 1)])
def test_the_monitors_line_of_the_document(
    home: Home, publish: Publish, out: Path, age: timedelta, code: int
) -> None:
    del home
    rows = sample.rows(observed_at=datetime.now(UTC) - age)
    publish(rows)
    line = next(x for x in DOCUMENT.read_text("utf-8").splitlines() if "next_due" in x)
    found = re.search(r"python3 -c '(.+)'", line)
    assert found
    with (out / "health.json").open("rb") as health:
        ran = subprocess.run([sys.executable, "-c", found[1]], stdin=health, check=False)
    assert ran.returncode == code
