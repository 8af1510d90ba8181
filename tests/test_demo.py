"""The demo: the whole job with no key, apart from real data, and marked."""

import contextlib
import json
import os
import signal
import socket
import sqlite3
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest

from tests.parts.changed import SHORT_DEMO
from tests.parts.home import Home, warm


def test_the_demo_needs_no_key_and_real_films_go_over_its_marked_page(
    connected_home: Home,
) -> None:
    keyless = Home(connected_home.path, connected_home.env | SHORT_DEMO)
    del keyless.env["TMDB_API_KEY"]
    key = connected_home.path / ".env"
    settings = key.read_text()
    key.unlink()
    done = keyless.run("demo")
    assert done.returncode == 0, done.stderr
    assert str(keyless.path / "out" / "index.html") in done.stdout
    assert "TMDB_API_KEY" in done.stdout
    assert "simulated" in (keyless.path / "out" / "index.html").read_text().lower()
    for name in ("data.json", "api/summary.json", "api/predictions.json"):
        assert json.loads((keyless.path / "out" / name).read_text())["simulated"] is True
    assert len(json.loads((keyless.path / "out/api/summary.json").read_text())["top"]) == 10
    predictions = json.loads((keyless.path / "out/api/predictions.json").read_text())
    assert len(predictions["predictions"]) == 20
    assert keyless.json("demo")["simulated"] is True  # and again, over itself

    key.write_text(settings)
    for command in ("ingest", "render"):
        assert connected_home.run("-q", command).returncode == 0
    data = json.loads((connected_home.path / "out" / "data.json").read_text())
    assert data["simulated"] is False

    database = connected_home.path / "state" / "tmdbdash.sqlite3"
    page = (connected_home.path / "out" / "index.html").read_bytes()
    with sqlite3.connect(database) as connection:
        before = list(connection.execute("SELECT * FROM movies"))
    done = connected_home.run("demo")
    assert done.returncode == 2
    assert "real films" in done.stderr
    assert (connected_home.path / "out" / "index.html").read_bytes() == page
    with sqlite3.connect(database) as connection:
        assert list(connection.execute("SELECT * FROM movies")) == before


def test_the_served_demo_lives(home: Home) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = home.env | SHORT_DEMO | {"POLL_INTERVAL_MS": "1000"}
    run = warm().start(["demo", "--serve", "--port", str(port)], env, home.path)

    def observed() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/data.json", timeout=10) as answer:
            told: str = json.load(answer)["observed_at"]
            return told

    try:
        first = wait_for(observed)
        wait_for(lambda: observed() != first)
    finally:
        os.kill(run.pid, signal.SIGINT)
        done = run.wait(30)
    assert done.returncode == 130
    assert f"Serving http://127.0.0.1:{port}/" in done.stdout


def wait_for(found: Callable[[], Any]) -> Any:
    """What is found in the end; while nobody answers, nothing is."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            if value := found():
                return value
        time.sleep(0.1)
    pytest.fail("it did not come")
