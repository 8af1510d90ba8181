"""The client of TMDB: what goes wrong, and comes right again."""

import logging
import socket
import time
from typing import Any

import pytest

from tests.parts.clients import POPULAR, Connect, everything
from tests.parts.faults import Kind
from tests.parts.faulty_tmdb import SimulatedTmdb
from tmdbdash.errors import TmdbError, UsageError
from tmdbdash.redaction import redact
from tmdbdash.tmdb.client import TmdbRefused, TmdbUnavailable

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
def test_passing_faults_are_tried_again(
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
def test_lasting_faults_are_reported_without_the_key(
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
