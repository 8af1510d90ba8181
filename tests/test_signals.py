"""SIGTERM and SIGINT at any moment: the documented code, a sound database, a whole page."""

import contextlib
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import PROGRAM, Home, warm
from tmdbdash.errors import Terminated
from tmdbdash.terminal.output import set_up_logging

ROOT = Path(__file__).resolve().parents[1]


def start(home: Home, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [str(PROGRAM), *arguments],
        env=home.env, cwd=home.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def check_database(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def check_that_it_stops(code: str) -> None:
    """This Python code sends itself SIGTERM, and ends by it as the program does."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True,
        timeout=25, check=False,
    )  # fmt: skip
    assert done.returncode == 143
    assert "Traceback" not in done.stderr
    assert "stopped by signal 15" in done.stderr


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_ingest_stores_nothing_and_says_so(
    connected_home: Home, tmdb: SimulatedTmdb, signum: signal.Signals
) -> None:
    connected_home.run("-q", "ingest")
    database = connected_home.path / "state" / "tmdbdash.sqlite3"
    with sqlite3.connect(database) as connection:
        before = connection.execute("SELECT count(*) FROM movies").fetchone()
    tmdb.latency = 0.5
    seen = len(tmdb.requests)
    process = start(connected_home, "ingest", "--pages", "6")
    while len(tmdb.requests) < seen + 6:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signum)
    started = time.monotonic()
    _, told = process.communicate(timeout=30)
    assert time.monotonic() - started < 10
    assert process.returncode == 128 + signum
    assert "Traceback" not in told
    check_database(database)
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM movies").fetchone() == before
        last = connection.execute(
            "SELECT outcome, exit_code FROM runs WHERE job = 'ingest' ORDER BY started_at DESC"
        ).fetchone()
    assert last == ("failed", 128 + signum)
    tmdb.latency = 0
    assert connected_home.run("-q", "ingest").returncode == 0


def test_a_program_stopped_while_it_starts_says_no_more_than_that(home: Home) -> None:
    """Whatever was being imported: the documented code, or death by the signal itself."""
    for number in range(5):
        process = start(home, "-q", "status")
        time.sleep(0.08 * number)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
        assert process.returncode in (0, 4, 143, -15), told
        assert "Traceback" not in told


def test_rounds_stopped_at_any_moment_leave_a_sound_home(connected_home: Home) -> None:
    """Killed softly and hard, ever later: what was published is always whole."""
    assert connected_home.run("-q", "run").returncode == 0
    out = connected_home.path / "out"
    for number in range(6):
        run = warm().start(["-q", "run"], connected_home.env, connected_home.path)
        time.sleep(0.05 + 0.12 * number)
        with contextlib.suppress(ProcessLookupError):  # it has ended
            os.kill(run.pid, signal.SIGKILL if number % 2 else signal.SIGTERM)
        done = run.wait(30)
        assert done.returncode in (0, 143, -9, -15), done  # -15: before our handler was there
        check_database(connected_home.path / "state" / "tmdbdash.sqlite3")
        page = (out / "index.html").read_text()
        assert page.rstrip().endswith("</html>")
        for name in ("data.json", "health.json", "api/summary.json", "api/predictions.json"):
            json.loads((out / name).read_text())
    done = connected_home.run("-q", "run")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_stop_in_a_callback_whose_exceptions_python_drops_is_a_stop() -> None:
    code = """
import signal, time, weakref
import tmdbdash.cli
from tmdbdash import program

program.RETRY_SECONDS = 0.0005  # so that asking again meets the next callbacks

class Thing:
    pass

def app(*_, **__):
    for _ in range(2000):
        thing = Thing()
        kept = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGTERM))
        del thing
    time.sleep(30)

tmdbdash.cli.app = app
program.main([])
"""
    check_that_it_stops(code)


def test_a_stop_while_a_class_is_being_made_is_a_stop() -> None:
    """Python before 3.12 raises another error from it."""
    code = """
import signal
import tmdbdash.cli
from tmdbdash import program

class Part:
    def __set_name__(self, owner, name):
        signal.raise_signal(signal.SIGTERM)

def app(*_, **__):
    class Record:
        part = Part()

tmdbdash.cli.app = app
program.main([])
"""
    check_that_it_stops(code)


def test_a_stop_while_a_connection_is_given_back_is_told_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    set_up_logging()

    class Connection(sqlite3.Connection):
        def rollback(self) -> None:
            raise Terminated(signal.SIGTERM)

    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(":memory:", factory=Connection)
    )
    with pytest.raises(Terminated):
        engine.raw_connection().close()
    assert capsys.readouterr().err == ""
