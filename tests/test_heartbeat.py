"""Pings, counted on a real server on loopback."""

import contextlib
import logging
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pydantic import SecretStr

from tests.parts.home import Home
from tmdbdash import heartbeat
from tmdbdash.bounded import OverdueError, within
from tmdbdash.errors import NotReadyError, TmdbdashError
from tmdbdash.files import hold_lock
from tmdbdash.heartbeat import ping
from tmdbdash.job_runner import Job, run_job


class Monitor:
    """A monitor that notes the paths it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.status = 200
        monitor = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                monitor.told.append(self.path)
                self.send_response(monitor.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/the-secret-path"


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    monitor = Monitor()
    thread = threading.Thread(target=monitor.server.serve_forever, daemon=True)
    thread.start()
    yield monitor
    monitor.server.shutdown()
    monitor.server.server_close()
    thread.join()


def _succeed(job: Job) -> str:
    return job.name


def _fail(job: Job) -> str:
    raise NotReadyError("too few films")


def _break(job: Job) -> str:
    raise ZeroDivisionError


def test_an_ingest_tells_its_start_and_its_end(home: Home, monitor: Monitor) -> None:
    settings = home.settings(ping_url=SecretStr(monitor.url))
    assert run_job("ingest", settings, _succeed) == "ingest"
    assert monitor.told == ["/the-secret-path/start", "/the-secret-path"]
    monitor.told.clear()
    for body, error in ((_fail, TmdbdashError), (_break, ZeroDivisionError)):
        with pytest.raises(error):
            run_job("ingest", settings, body)
        assert monitor.told.pop() == "/the-secret-path/fail"
        assert monitor.told.pop() == "/the-secret-path/start"


def test_an_incomplete_run_is_a_failure(home: Home, monitor: Monitor) -> None:
    settings = home.settings(ping_url=SecretStr(monitor.url))
    run_job("ingest", settings, lambda job: job.finish("incomplete", exit_code=3))
    assert monitor.told == ["/the-secret-path/start", "/the-secret-path/fail"]


def test_other_jobs_tell_only_their_failures(home: Home, monitor: Monitor) -> None:
    settings = home.settings(ping_url=SecretStr(monitor.url))
    run_job("render", settings, _succeed)
    assert monitor.told == []
    with pytest.raises(NotReadyError):
        run_job("render", settings, _fail)
    assert monitor.told == ["/the-secret-path/fail"]


def test_a_run_that_steps_back_tells_nothing(home: Home, monitor: Monitor) -> None:
    settings = home.settings(ping_url=SecretStr(monitor.url))
    with hold_lock(settings.state_dir / "locks", "ingest"):
        assert run_job("ingest", settings, _succeed) is None
    assert monitor.told == []


@pytest.mark.parametrize("fault", ["down", "refusing", "malformed"])
def test_a_failed_ping_changes_nothing_and_shows_no_url(
    home: Home, monitor: Monitor, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    url = monitor.url
    if fault == "down":
        url = "http://127.0.0.1:9/the-secret-path"
    elif fault == "malformed":
        url = "http://a..b/the-secret-path"
    else:
        monitor.status = 500
    caplog.set_level(logging.DEBUG, logger="tmdbdash")
    settings = home.settings(ping_url=SecretStr(url))
    assert run_job("ingest", settings, _succeed) == "ingest"
    assert "the-secret-path" not in caplog.text
    assert "monitor" in caplog.text


def test_a_monitor_on_this_machine_is_asked_without_the_proxy(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.2:9")
    ping(SecretStr(monitor.url), "start")
    assert monitor.told == ["/the-secret-path/start"]
    assert not caplog.records


def test_no_url_no_ping() -> None:
    ping(None, "start")


def test_the_event_goes_before_the_query(home: Home, monitor: Monitor) -> None:
    ping(SecretStr(monitor.url + "/?create=1"), "start")
    assert monitor.told == ["/the-secret-path/start?create=1"]


@contextlib.contextmanager
def dripping(head: bytes, drop: bytes) -> Iterator[str]:
    """The address of a server that sends this and then something now and then for ever."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        done = threading.Event()

        def drip() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(head)
                while not done.wait(0.05):
                    with contextlib.suppress(OSError):
                        connection.send(drop)

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x"
        done.set()
        thread.join(10)


DRIPS = {
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"."),
    "header": (b"HTTP/1.1 200 OK\r\n", b"X-Drip: slowly\r\n"),
    "line": (b"HTTP/1.1 200 OK\r\nX-Drip: ", b"."),
    "status": (b"", b"."),
}


@pytest.mark.parametrize("kind", DRIPS)
def test_nobody_waits_for_a_monitor_that_drips(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "DEADLINE", 0.5)
    with dripping(*DRIPS[kind]) as url:
        began = time.monotonic()
        ping(SecretStr(url), "success")
        assert time.monotonic() - began < 5  # it would take for ever


def test_nobody_waits_for_a_name_that_is_not_resolved(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A silent name server holds the system's own call for minutes."""
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(60) and [])
    monkeypatch.setattr(heartbeat, "DEADLINE", 0.2)
    ping(SecretStr("http://monitor.example/the-secret-path"), "start")
    answered.set()
    (told,) = caplog.messages
    assert told == "the heartbeat of start could not be sent to its monitor: no answer within 0.2 s"


def test_a_call_that_takes_too_long_is_left_alone() -> None:
    assert within(5, lambda: 42, name="t") == 42
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0, name="t")
    held = threading.Event()
    with pytest.raises(OverdueError):
        within(0.05, held.wait, name="t")
    held.set()
