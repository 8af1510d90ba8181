import logging
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from tests.parts.home import Home
from tmdbdash import __version__
from tmdbdash.errors import TmdbError, UsageError
from tmdbdash.redaction import redact
from tmdbdash.simulation import SimulatedTmdb
from tmdbdash.simulation.fault_injection import Kind
from tmdbdash.tmdb import transport
from tmdbdash.tmdb.client import (
    ListQuery,
    TmdbClient,
    TmdbDeadline,
    TmdbRefused,
    TmdbUnavailable,
)
from tmdbdash.tmdb.statuses import retry_after

POPULAR = ListQuery()
Connect = Callable[..., TmdbClient]


@pytest.fixture
def connect(tmdb: SimulatedTmdb) -> Iterator[Connect]:
    """Clients of the simulated TMDB, quick to try again."""
    opened: list[TmdbClient] = []

    def connected(**changes: Any) -> TmdbClient:
        given = {"base_url": tmdb.base_url, "api_key": tmdb.api_key, "budget": 20.0, **changes}
        opened.append(TmdbClient(**{"max_rps": 40.0, "backoff": 0.01, **given}))
        return opened[-1]

    yield connected
    for client in opened:
        client.close()


def everything(error: BaseException) -> str:
    """All text that an exception and those behind it can show, tracebacks included."""
    texts: list[str] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        item = waiting.pop()
        if item is not None:
            texts += [str(item), repr(item), repr(item.args), repr(vars(item))]
            texts += traceback.format_exception(item)
            waiting += [item.__cause__, item.__context__]
    return "\n".join(texts)


# What is asked, and with which key


def test_a_page_of_the_popular_list(tmdb: SimulatedTmdb, connect: Connect) -> None:
    page = connect(region="BR", language="pt-BR").fetch_list(POPULAR, 2)
    assert (page.page, len(page.films)) == (2, 20)
    results = page.body["results"]
    assert isinstance(results, list)
    assert results[0]["id"] == page.films[0].tmdb_id
    seen = tmdb.requests[0]
    assert seen.path == "/movie/popular"
    assert seen.query == {"language": "pt-BR", "region": "BR", "page": "2"}


def test_discover_sends_the_filters(tmdb: SimulatedTmdb, connect: Connect) -> None:
    query = ListQuery("discover", ("drama", "Crime"), 1990, 2020, 100)
    connect().fetch_list(query, 1)
    seen = tmdb.requests[0]
    assert seen.path == "/discover/movie"
    assert seen.query == {
        "include_adult": "false",
        "sort_by": "popularity.desc",
        "with_genres": "18,80",
        "primary_release_date.gte": "1990-01-01",
        "primary_release_date.lte": "2020-12-31",
        "vote_count.gte": "100",
        "language": "en-US",
        "page": "1",
    }


@pytest.mark.parametrize(
    "query",
    [
        ListQuery("latest"),
        ListQuery("discover", ("Sci-Fi",)),
        ListQuery("discover", year_from=2020, year_to=2010),
        ListQuery("discover", year_from=20),
        ListQuery("discover", min_votes=-1),
    ],
)
def test_a_query_that_makes_no_sense_is_refused_before_any_request(
    tmdb: SimulatedTmdb, connect: Connect, query: ListQuery
) -> None:
    with pytest.raises(UsageError):
        connect().fetch_list(query, 1)
    assert tmdb.requests == []


@pytest.mark.parametrize("page", [0, -1, 501])
def test_pages_that_tmdb_does_not_have(tmdb: SimulatedTmdb, connect: Connect, page: int) -> None:
    with pytest.raises(UsageError, match="1 to 500"):
        connect().fetch_list(POPULAR, page)
    assert tmdb.requests == []


def test_details(tmdb: SimulatedTmdb, connect: Connect) -> None:
    client = connect()
    listed = client.fetch_list(POPULAR, 1).films[0]
    film = client.fetch_details(listed.tmdb_id)
    assert film is not None
    assert (film.tmdb_id, film.title) == (listed.tmdb_id, listed.title)
    assert film.status == "Released"
    assert film.production_companies
    assert client.fetch_details(4) is None
    assert client.requests_made == len(tmdb.requests) == 3


def test_both_forms_of_key_are_accepted(tmdb: SimulatedTmdb, connect: Connect) -> None:
    told = connect(api_key=tmdb.token).check()
    assert told is not None
    assert abs((datetime.now(UTC) - told).total_seconds()) < 5
    connect(api_key=tmdb.api_key).check()
    assert [seen.path for seen in tmdb.requests] == ["/configuration"] * 2


@pytest.mark.parametrize("key", ["", "secret-and-wrong", "g" * 32, "a.b.c"])
def test_any_other_form_is_refused_unseen(connect: Connect, key: str) -> None:
    with pytest.raises(UsageError, match=r"v3 API key .* v4 read access token") as caught:
        connect(api_key=key)
    assert not key or key not in everything(caught.value)


def test_proxies_are_used_and_a_netrc_file_does_not_replace_the_token(
    tmdb: SimulatedTmdb, connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine tmdb.example login somebody password else\n")
    for name in ("NO_PROXY", "no_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", tmdb.base_url.removesuffix("/3"))
    client = connect(api_key=tmdb.token, base_url="http://tmdb.example/3", budget=1.0)
    client.check()
    assert len(tmdb.requests) == 1
    tmdb.faults.add("/", "drip_head", seconds=0.05)
    with pytest.raises(TmdbDeadline):
        client.check()


def test_no_proxy_stands_between_us_and_this_machine(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    connect().check()


def test_settings_make_a_client(tmdb: SimulatedTmdb, connected_home: Home) -> None:
    with TmdbClient.from_settings(connected_home.settings(), budget=10) as client:
        client.check()
        assert 0 < client.seconds_left <= 10
        assert tmdb.api_key not in repr(client) + repr(vars(client))
    assert len(tmdb.requests) == 1


def test_connections_are_kept_and_the_client_says_who_it_is(
    tmdb: SimulatedTmdb, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connect()
    client.fetch_details(4)
    for page in (1, 2, 3):
        client.fetch_list(POPULAR, page)
    assert tmdb.connections == 1
    assert client._transport._session.headers["User-Agent"] == f"tmdbdash/{__version__}"


# What goes wrong, and comes right again

PASSING: list[tuple[Kind, dict[str, Any]]] = [
    ("status", {"status": 500}),
    ("status", {"status": 503, "retry_after": "0"}),
    ("status", {"status": 429, "retry_after": "-5"}),
    ("status", {"status": 429, "retry_after": "soon"}),
    ("status", {"status": 429, "retry_after": "99999999"}),
    ("status", {"status": 429, "retry_after": "9" * 400}),
    ("status", {"status": 429, "retry_after": "Fri, 31 Dec 9999 23:59:59 GMT"}),
    ("status", {"status": 408}),
    ("drop", {}),
    ("truncate", {}),
    ("garbage", {}),
    ("not_a_dict", {}),
]


@pytest.mark.parametrize(("kind", "how"), PASSING)
def test_what_passes_is_asked_again(
    tmdb: SimulatedTmdb,
    connect: Connect,
    kind: Kind,
    how: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    tmdb.faults.add("/movie/popular", kind, times=2, **how)
    client = connect()
    started = time.monotonic()
    with caplog.at_level(logging.DEBUG, "tmdbdash"):
        assert len(client.fetch_list(POPULAR, 1).films) == 20
    assert time.monotonic() - started < 3
    assert client.requests_made == len(tmdb.requests) == 3
    warnings = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert len(warnings) == 2
    assert tmdb.api_key not in caplog.text


ALL_FAULTS: list[tuple[Kind, dict[str, Any], type[TmdbError], str]] = [
    ("status", {"status": 401}, TmdbRefused, "401: Invalid API key.*check TMDB_API_KEY"),
    ("status", {"status": 403}, TmdbRefused, "403"),
    ("status", {"status": 404}, TmdbError, "404: The resource.*check TMDB_BASE_URL"),
    ("status", {"status": 422}, TmdbError, "422"),
    ("status", {"status": 500}, TmdbUnavailable, r"500: Internal error.*\(tried 5 times\)"),
    ("status", {"status": 429}, TmdbUnavailable, "Your request count .41. is over"),
    ("drop", {}, TmdbUnavailable, "the connection was dropped"),
    ("truncate", {}, TmdbUnavailable, "the answer was cut short"),
    ("garbage", {}, TmdbUnavailable, r"no valid JSON\) \(tried 3 times\)"),
    ("not_a_dict", {}, TmdbUnavailable, "not a JSON object"),
    ("redirect", {"location": "http://127.0.0.1:9/"}, TmdbError, "the key is not sent on"),
    ("flood", {}, TmdbError, "larger than 8 MB"),
    ("slow", {"seconds": 3.0}, TmdbUnavailable, "no answer within 0.1 s"),
]


@pytest.mark.parametrize(
    ("form", "kind", "how", "expected", "words"),
    [("v3", *fault) for fault in ALL_FAULTS]
    + [("v4", *fault) for fault in ALL_FAULTS if fault[0] in {"drop", "redirect", "not_a_dict"}]
    + [("v4", *ALL_FAULTS[0])],
)
def test_what_does_not_pass_is_told_without_the_key(
    tmdb: SimulatedTmdb,
    connect: Connect,
    form: str,
    kind: Kind,
    how: dict[str, Any],
    expected: type[TmdbError],
    words: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    key = tmdb.api_key if form == "v3" else tmdb.token
    tmdb.faults.add("/", kind, **how)
    client = connect(api_key=key, read_timeout=0.1 if kind == "slow" else 5.0)
    with caplog.at_level(logging.DEBUG), pytest.raises(expected, match=words) as caught:
        client.fetch_list(POPULAR, 1)
    assert type(caught.value) is expected
    assert caught.value.exit_code == 3
    assert client.requests_made == len(tmdb.requests)
    text = everything(caught.value)
    assert key not in text
    assert "api_key=" not in text
    assert caught.value.__context__ is None
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("tmdbdash")]
    assert ours
    assert key not in "".join(ours)
    # urllib3 logs whole addresses: what our log formatter does to every line is enough.
    assert key not in redact(caplog.text)


def test_no_server_at_all(connect: Connect, tmdb: SimulatedTmdb) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/3"
        with pytest.raises(TmdbUnavailable, match="connection is refused") as caught:
            connect(base_url=url).check()
    assert tmdb.api_key not in everything(caught.value)
    with pytest.raises(
        TmdbUnavailable, match=r"nowhere\.invalid .*name cannot be resolved"
    ) as caught:
        connect(base_url="http://nowhere.invalid/3").check()
    assert tmdb.api_key not in everything(caught.value)


@pytest.mark.parametrize("url", ["http://[broken/3", "http://x:99999/3", "ftp://x/3", "http:///3"])
def test_an_address_that_is_none(connect: Connect, url: str) -> None:
    with pytest.raises(UsageError, match="TMDB_BASE_URL"):
        connect(base_url=url)


def test_a_server_that_does_not_speak_tls(connect: Connect, tmdb: SimulatedTmdb) -> None:
    with pytest.raises(TmdbError, match="TLS") as caught:
        connect(base_url=tmdb.base_url.replace("http:", "https:")).check()
    assert tmdb.api_key not in everything(caught.value)
    assert caught.value.__context__ is None


def test_a_refused_key_is_not_tried_again(tmdb: SimulatedTmdb, connect: Connect) -> None:
    client = connect(api_key="0123456789abcdef" * 2)
    with pytest.raises(TmdbRefused, match="Invalid API key: You must be granted a valid key"):
        client.fetch_list(POPULAR, 1)
    assert client.requests_made == 1


def test_details_of_another_film_are_garbage(tmdb: SimulatedTmdb, connect: Connect) -> None:
    client = connect()
    number = client.fetch_list(POPULAR, 1).films[0].tmdb_id
    tmdb.faults.add("/movie/", "not_a_dict", times=1)
    assert client.fetch_details(number) is not None
    tmdb.faults.add("/movie/", "status", status=500)
    with pytest.raises(TmdbUnavailable):
        client.fetch_details(number)


def test_an_empty_and_a_zeroed_page_are_answers(tmdb: SimulatedTmdb, connect: Connect) -> None:
    client = connect()
    tmdb.faults.add("/movie/popular", "empty", times=1)
    assert client.fetch_list(POPULAR, 1).films == ()
    tmdb.faults.add("/movie/popular", "zeroed", times=1)
    assert {film.popularity for film in client.fetch_list(POPULAR, 1).films} == {None}


# Time


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
