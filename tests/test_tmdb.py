"""The client of TMDB: what it asks, and with which key."""

from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.parts.clients import POPULAR, Connect, everything
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tmdbdash import __version__
from tmdbdash.errors import UsageError
from tmdbdash.tmdb.client import ListQuery, TmdbClient, TmdbDeadline

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
    sent: set[tuple[object, ...]] = set()
    put = HTTPConnection.putheader

    def noted(connection: HTTPConnection, *header: Any) -> None:
        sent.add(header)
        put(connection, *header)

    monkeypatch.setattr(HTTPConnection, "putheader", noted)
    client = connect()
    client.fetch_details(4)
    for page in (1, 2, 3):
        client.fetch_list(POPULAR, page)
    assert tmdb.connections == 1
    assert {header for header in sent if header[0] == "User-Agent"} == {
        ("User-Agent", f"tmdbdash/{__version__}")
    }
