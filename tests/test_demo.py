"""The demo: the whole job with no key, apart from real data, and marked."""

import json
import signal
import sqlite3
import subprocess
import time
import urllib.request

from tests.parts.home import PROGRAM, Home


def test_the_demo_needs_no_key_and_marks_its_page(home: Home) -> None:
    done = home.run("demo")
    assert done.returncode == 0, done.stderr
    assert str(home.path / "out" / "index.html") in done.stdout
    assert "TMDB_API_KEY" in done.stdout
    assert "simulated" in (home.path / "out" / "index.html").read_text().lower()
    for name in ("data.json", "api/summary.json", "api/predictions.json"):
        assert json.loads((home.path / "out" / name).read_text())["simulated"] is True
    assert len(json.loads((home.path / "out/api/summary.json").read_text())["top"]) == 10
    predictions = json.loads((home.path / "out/api/predictions.json").read_text())["predictions"]
    assert len(predictions) == 20
    assert home.json("demo")["simulated"] is True  # and again, over itself


def test_the_demo_touches_no_real_data(connected_home: Home) -> None:
    connected_home.run("-q", "run")
    database = connected_home.path / "state" / "tmdbdash.sqlite3"
    page = (connected_home.path / "out" / "index.html").read_bytes()
    with sqlite3.connect(database) as connection:
        before = list(connection.execute("SELECT * FROM movies"))
    done = connected_home.run("demo")
    assert done.returncode == 2
    assert "real films" in done.stderr
    assert (connected_home.path / "out" / "index.html").read_bytes() == page
    done = connected_home.run("-q", "demo", "--out", str(connected_home.path / "show"))
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(database) as connection:
        assert list(connection.execute("SELECT * FROM movies")) == before


def test_real_films_go_over_a_simulated_page(connected_home: Home) -> None:
    assert connected_home.run("-q", "demo").returncode == 0
    assert connected_home.run("-q", "run").returncode == 0
    data = json.loads((connected_home.path / "out" / "data.json").read_text())
    assert data["simulated"] is False


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
