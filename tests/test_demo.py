"""The demo: the whole job with no key, apart from real data, and marked."""

import json
import signal
import sqlite3
import subprocess
import time
import urllib.request

from tests.parts.home import PROGRAM, Home


def test_the_demo_needs_no_key_and_real_films_go_over_its_marked_page(
    connected_home: Home,
) -> None:
    keyless = Home(connected_home.path, dict(connected_home.env))
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
    process = subprocess.Popen(
        [str(PROGRAM), "demo", "--serve", "--port", "0"],
        env={**home.env, "POLL_INTERVAL_MS": "1000", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        url = ""
        while not url:
            line = process.stdout.readline()
            assert line, process.stderr.read() if process.stderr else ""
            if "Serving http" in line:
                url = line.split()[1]

        def observed() -> str:
            with urllib.request.urlopen(url + "data.json", timeout=10) as answer:
                told: str = json.load(answer)["observed_at"]
                return told

        first = observed()
        deadline = time.monotonic() + 30
        while observed() == first:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130
