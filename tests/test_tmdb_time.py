"""The client of TMDB: waits, deadlines and the limit on its pace."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from tests.parts.clients import POPULAR, Connect, everything
from tests.parts.faults import Kind
from tests.parts.faulty_tmdb import SimulatedTmdb
from tmdbdash.tmdb import transport
from tmdbdash.tmdb.client import TmdbDeadline, TmdbUnavailable
from tmdbdash.tmdb.statuses import retry_after


def test_retry_after_is_honoured(tmdb: SimulatedTmdb, connect: Connect) -> None:
    tmdb.faults.add("/movie/popular", "status", times=1, status=429, retry_after="1")
    connect().fetch_list(POPULAR, 1)
    first, second = tmdb.requests
    assert 1.0 <= second.at - first.at < 2.0


def test_a_wait_that_would_outlast_the_run_ends_it_at_once(
    tmdb: SimulatedTmdb, connect: Connect
) -> None:
    tmdb.faults.add("/movie/popular", "status", status=429, retry_after="60")
    client = connect(budget=5.0)
    started = time.monotonic()
    with pytest.raises(TmdbDeadline, match="60 s would be too late"):
        client.fetch_list(POPULAR, 1)
    assert time.monotonic() - started < 1
    assert client.requests_made == 1
    assert client.fetch_details(4) is None


def test_retry_after_in_both_forms() -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    said = format_datetime(now, usegmt=True)
    for told, seconds in (
        ("7", 7.0),
        ("0.5", 0.5),
        ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0),
        ("Sunday, 22-Nov-26 12:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", None),
        ("", None),
        ("0", None),
        ("-3", None),
        ("1e9", None),
        ("999999999", None),
        ("٣", None),
        ("Sun, 99 Nov 2026 12:00:30 GMT", None),
    ):
        assert retry_after({"Retry-After": told, "Date": said}) == seconds, told
    assert retry_after({}) is None


def test_a_name_that_is_never_resolved_ends_in_time(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A silent name server holds the system's own call for minutes, beyond every timeout."""
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(60) and [])
    monkeypatch.setattr(transport, "ANSWER_TIMEOUT", 0.2)
    monkeypatch.setattr(transport, "GRACE", 0.1)
    client = connect(base_url="http://tmdb.example/3", budget=20)
    began = time.monotonic()
    with pytest.raises(TmdbUnavailable, match="name resolution included"):
        client.check()
    answered.set()
    assert time.monotonic() - began < 15


@pytest.mark.parametrize("kind", ["slow", "drip", "drip_head"])
def test_no_server_holds_us_beyond_the_deadline(
    tmdb: SimulatedTmdb, connect: Connect, kind: Kind
) -> None:
    tmdb.faults.add("/movie/popular", kind, seconds=30.0 if kind == "slow" else 0.05)
    started = time.monotonic()
    client = connect(budget=1.0)
    with pytest.raises(TmdbDeadline) as caught:
        client.fetch_list(POPULAR, 1)
    assert 0.8 < time.monotonic() - started < 3
    assert tmdb.api_key not in everything(caught.value)
    with pytest.raises(TmdbDeadline):
        client.fetch_list(POPULAR, 1)
    assert client.seconds_left == 0
    assert client.requests_made == 1


def test_failures_all_the_way_to_the_deadline(tmdb: SimulatedTmdb, connect: Connect) -> None:
    tmdb.faults.add("/", "status", status=503)
    started = time.monotonic()
    with pytest.raises(TmdbDeadline):
        connect(budget=0.5, backoff=2.0).fetch_list(POPULAR, 1)
    assert time.monotonic() - started < 2


def test_no_more_than_the_limit_in_any_second(tmdb: SimulatedTmdb, connect: Connect) -> None:
    """However many threads fetch, and with retries: as the server counts them."""
    tmdb.latency = 0.02
    tmdb.faults.add("/movie/4", "status", times=10, status=500)
    client = connect(budget=60.0)
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(client.fetch_details, [4] * 100))
    assert answers == [None] * 100
    times = [seen.at for seen in tmdb.requests]
    assert len(times) == client.requests_made == 110
    assert tmdb.window_max() <= 40
    # A busy machine costs some of it; `benchmarks/` shows what is reached on a quiet one.
    assert len(times) / (max(times) - min(times)) > 0.7 * 40


def test_an_aborted_client_ends_at_once_in_all_threads(
    tmdb: SimulatedTmdb, connect: Connect
) -> None:
    """Whether it waits for an answer, for its turn, or to try again."""
    tmdb.faults.add("/movie/popular", "slow", seconds=60)
    tmdb.faults.add("/movie/4", "status", status=503)
    client = connect(budget=60.0, backoff=60.0, read_timeout=60.0, max_rps=4.0)

    def ask(number: int) -> object:
        return client.fetch_details(4) if number % 2 else client.fetch_list(POPULAR, 1)

    with ThreadPoolExecutor(8) as threads:
        asked = [threads.submit(ask, number) for number in range(8)]
        time.sleep(0.7)
        started = time.monotonic()
        client.abort()
        errors = [future.exception() for future in asked]
    assert {type(error) for error in errors} == {TmdbDeadline}
    assert time.monotonic() - started < 2
    client.close()
    client.close()
