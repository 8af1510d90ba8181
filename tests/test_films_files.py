"""All films as files of their own: the table, the details in shards, and posters only if wanted."""

import gzip
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.film_scripts import details_of, library_of, shards_of, table_of
from tests.parts.followed import HOUR
from tests.parts.home import Home
from tests.parts.rendered import HOSTILE, render
from tmdbdash.poster_files import POSTER_PATH
from tmdbdash.report.films.film_details import DetailRows
from tmdbdash.report.films.film_files import (
    FILMS_A_SHARD,
    MOST_SHARDS,
    film_files,
    shard_count,
)
from tmdbdash.report.films.posters import film_posters
from tmdbdash.report.panels.all_films import film_table, table_json
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.site.folder import write_all
from tmdbdash.report.site.hosting_files import IMAGES, host_files, meta_policy, security_headers
from tmdbdash.serve import serving

NAME = re.compile(r"assets/(films|library|shard-\d{2,3})\.[0-9a-f]{12}\.js")


def test_the_table_has_a_line_for_every_film() -> None:
    films = [
        sample.film(7, genres=("Drama", "Action"), language="pt", popularity=1.23456),
        sample.film(
            3, title=" ", original_title="Único", release_date=None, vote_average=6.7894, genres=()
        ),
    ]
    rows = sample.rows(films)
    made: dict[str, Any] = table_json(film_table(rows))
    columns = made["columns"]
    assert columns["tmdb_id"] == [3, 7]
    assert columns["title"] == ["Único", films[0].title]
    assert columns["release_date"] == [None, "2025-09-13"]
    assert made["genre_names"] == ["Action", "Drama"]
    assert columns["genres"] == [[], [1, 0]]
    assert columns["popularity"][1] == 1.235
    assert columns["vote_average"][0] == 6.789
    assert columns["rank"] == [1, 2]
    assert columns["predicted_popularity"][1] == round(400 / 8 + 3.14159, 3)
    assert {len(column) for column in columns.values()} == {2}


def test_a_film_that_left_the_list_has_no_rank_and_may_have_no_prediction() -> None:
    rows = sample.rows()
    extra = sample.film(99, rank=4, popularity=float("nan"))
    films = [sample.film(n) for n in range(1, 25)] + [extra]
    last = film_table(sample.rows(tracked=sample.tracked(films), expected=rows.expected))[-1]
    assert last.tmdb_id == 99
    assert {last.rank, last.popularity, last.predicted_popularity} == {None}


def test_an_unseen_film_has_live_coverage_where_its_interval_was_multiplied() -> None:
    titles = tracked.titles(40)
    rows = tracked.rows(titles)
    unseen = rows.expected[38]._replace(prediction_source="unseen")
    rows = replace(rows, expected={**rows.expected, 38: unseen})
    assert [live.widening for live in rows.live] == [1.0, 1.4]
    made = details_of(tracked.files(titles, rows), 38)["predictions"]
    assert made["popularity"]["coverage_of"] == "newer"
    assert made["vote_average"]["coverage"] == rows.live[1].coverage
    assert made["vote_average"]["coverage_of"] == "live"
    seen = details_of(tracked.files(titles, rows), 36)["predictions"]
    assert seen["vote_average"]["coverage_of"] == "overall"


def test_details_are_in_the_shard_that_the_number_says() -> None:
    titles = tracked.titles(200)
    rows = tracked.rows(titles)
    made = tracked.files(titles, rows)
    shards = shards_of(made)
    assert len(shards) == 4
    for number, shard in enumerate(shards):
        assert {int(film) % 4 for film in shard} == {number}
    assert sum(map(len, shards)) == 200
    film = details_of(made, 8)
    assert list(film) == [
        "film", "week", "before", "after", "facts", "poster", "history", "predictions", "moves",
        "forecasts", "group", "hit_chance", "near",
    ]  # fmt: skip
    assert film["predictions"]["popularity"] == {
        "predicted": 120.0,
        "low": 80.0,
        "high": 170.0,
        "actual": 100.0,
        "model": "boosting",
        "mode": "released",
        "basis": "out_of_fold",
        "coverage": 0.809,  # of the third with the largest expected values
        "coverage_of": "overall",
    }
    assert (film["film"]["rank"], film["film"]["popularity"]) == (8, 100.0)
    assert (film["before"], film["after"]) == ([7, titles[7], 7], [9, titles[9], 9])
    assert film["moves"]["popularity"][0] == ["votes", 12.34]
    assert film["near"][0]["tmdb_id"] == 1
    assert len(film["history"]) == 21
    assert len(film["history"][0]) == 5
    assert film["group"] == ["year_high", "popularity_high"]
    assert [forecast["days"] for forecast in film["forecasts"]] == [1, 3, 7]
    origin = int(rows.forecasts[0].origin_at.timestamp())
    assert [forecast["at"] for forecast in film["forecasts"]] == [
        origin + days * 86_400 for days in (1, 3, 7)
    ]
    assert details_of(made, 7)["moves"] is None
    assert details_of(made, 7)["predictions"] == {}


@given(st.integers(0, 100_000))
def test_there_are_about_fifty_films_a_shard_and_not_too_many_shards(films: int) -> None:
    count = shard_count(films)
    assert count & (count - 1) == 0
    assert 1 <= count <= MOST_SHARDS
    if count < MOST_SHARDS:
        assert films <= FILMS_A_SHARD * count
    assert shard_count(films) <= shard_count(films + 1)


def test_the_same_films_make_the_same_files() -> None:
    titles = tracked.titles(120)
    first, second = (tracked.files(titles, tracked.rows(titles)) for _ in range(2))
    assert first == second
    assert all(NAME.fullmatch(path) for path in first.files)
    other = {**titles, 50: "Another"}
    changed = tracked.files(other, tracked.rows(other))
    shards, others = library_of(first)["shards"], library_of(changed)["shards"]
    differing = [n for n, paths in enumerate(zip(shards, others, strict=True)) if len({*paths}) > 1]
    assert differing == [50 % len(shards)]
    assert library_of(first)["films"] != library_of(changed)["films"]
    assert first.library != changed.library


def test_shards_that_are_there_are_not_made_again() -> None:
    titles = tracked.titles(120)
    rows = tracked.rows(titles)
    asked: list[int] = []

    def fetch(ids: Sequence[int]) -> list[DetailRows]:
        asked.extend(ids)
        return [tracked.details({n: titles[n] for n in ids})]

    first = film_files(rows, fetch)
    assert asked == sorted(titles)
    shards = library_of(first)["shards"]
    asked.clear()
    again = film_files(rows, fetch, present=shards)
    assert asked == []
    assert (again.library, set(again.kept)) == (first.library, set(shards))
    assert not set(again.files) & set(shards)
    risen = tracked.rows({**titles, 7: "Another"})
    part = film_files(risen, fetch, present=shards)
    # That of the film, and those of its neighbours in the list, which name it.
    named = {n % len(shards) for n in (6, 7, 8)}
    assert asked == [n for n in sorted(titles) if n % len(shards) in named]
    assert len(part.kept) == len(shards) - len(named)
    for changed in (
        film_files(rows, fetch, present=shards, version="2"),
        film_files(replace(rows, evaluation=None), fetch, present=shards),
        film_files(rows, fetch, present=shards, spans=[(sample.OBSERVED - HOUR, sample.OBSERVED)]),
    ):
        assert changed.kept == ()


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_stay_text_in_every_file(home: Home, title: str) -> None:
    titles = tracked.titles(3, [title])
    rows = tracked.rows(titles)
    made = tracked.files(titles, rows)
    files = render(build_dashboard(rows, home.settings(), sample.NOW), made)
    for path in (*made.files, "data.json"):
        text = files[path].decode()
        assert not set(text) & set("<>&\u2028\u2029"), path
    shown = title.encode("utf-8", "replace").decode()
    assert table_of(made)["columns"]["title"][0] == shown
    film = details_of(made, 1)
    assert shown in film["facts"]["overview"]
    assert details_of(made, 2)["near"][0]["title"] == shown


@given(st.text(min_size=1, max_size=60))
@hypothesis_settings(max_examples=30)
def test_any_title_comes_back_as_it_was(title: str) -> None:
    titles = tracked.titles(2, [title])
    made = tracked.files(titles, tracked.rows(titles))
    table = table_of(made)
    expected = title if title.strip() else "Original 1"
    assert table["columns"]["title"][0] == expected


def test_a_thousand_films_weigh_little(home: Home) -> None:
    """What Films loads, as a host sends it."""
    titles = tracked.titles(1000)
    rows = tracked.rows(titles)
    made = tracked.files(titles, rows)
    files = render(build_dashboard(rows, home.settings(), sample.NOW), made)
    paths = (library_of(made)["films"], f"assets/library.{made.library}.js", "films.html")
    weights = [len(gzip.compress(files[path], 6)) for path in paths]
    assert sum(weights) < 60_000, weights
    page = files["index.html"].decode()
    assert sum(title in page for title in titles.values()) < 60


def test_posters_are_nowhere_unless_there_are_any(home: Home) -> None:
    titles = tracked.titles(60)
    rows = tracked.rows(titles)
    made = tracked.files(titles, rows)
    files = render(build_dashboard(rows, home.settings(posters="off"), sample.NOW), made)
    assert json.loads(files["data.json"])["posters"] is False
    for path, content in files.items():
        assert b"/poster1" not in content, path
        assert b"image.tmdb.org" not in content or path.startswith("assets/app."), path
    for policy in (meta_policy(posters=False), str(security_headers(posters=False))):
        assert "image.tmdb.org" not in policy


def test_remote_posters_widen_the_policy_for_tmdbs_images_alone(home: Home) -> None:
    titles = tracked.titles(60)
    rows = tracked.rows(titles)
    posters = film_posters(rows, "remote", home.path).addresses
    made = tracked.files(titles, rows, posters=posters)
    dashboard = build_dashboard(rows, home.settings(posters="remote"), sample.NOW)
    files = render(dashboard, made, posters=posters)
    assert json.loads(files["data.json"])["posters"] is True
    assert details_of(made, 1)["poster"] == "https://image.tmdb.org/t/p/w185/poster1.jpg"
    assert b'src="https://image.tmdb.org/t/p/w185/poster1.jpg"' in files["index.html"]
    narrow = meta_policy(posters=False).split("; ")
    wide = meta_policy(posters=True).split("; ")
    differing = [(a, b) for a, b in zip(narrow, wide, strict=True) if a != b]
    assert differing == [("img-src 'self' data:", f"img-src 'self' data: {IMAGES}")]
    assert IMAGES == "https://image.tmdb.org"
    assert f'content="{meta_policy(posters=True)}"'.replace("'", "&#39;") in (
        files["index.html"].decode()
    )
    for name in ("vercel.json", "_headers"):
        assert host_files(posters=True)[name] == files[name]
        assert IMAGES.encode() in files[name]


@pytest.mark.parametrize(
    "path",
    [
        "poster.jpg", "/../x.jpg", "//evil.example/x.jpg", "/a/b.jpg", "/x.svg", "/x.jpg?y",
        "/x.jpg#", "/x.jpg\n", "/" + "x" * 101 + ".jpg", "/é.jpg", "", "/.jpg", "javascript:x.jpg",
    ],
)  # fmt: skip
def test_a_path_that_does_not_look_like_a_posters_is_left_out(path: str, home: Home) -> None:
    assert POSTER_PATH.fullmatch(path) is None
    rows = sample.rows([sample.film(1, poster_path=path), sample.film(2, poster_path="/x.jpg")])
    for setting in ("remote", "local"):
        assert 1 not in film_posters(rows, setting, home.path).addresses
    assert list(film_posters(rows, "remote", home.path).addresses) == [2]


def test_the_preview_sends_the_policy_of_the_page(home: Home) -> None:
    import urllib.request

    for posters in (True, False):
        out = home.path / f"out-{posters}"
        dashboard = build_dashboard(
            sample.rows(), home.settings(posters="remote" if posters else "off"), sample.NOW
        )
        write_all(out, render(dashboard), sample.NOW)
        with serving(out) as server, urllib.request.urlopen(server.url) as answer:
            assert (IMAGES in answer.headers["Content-Security-Policy"]) is posters
        with serving(out) as server, urllib.request.urlopen(f"{server.url}feed.xml") as answer:
            assert answer.headers["Content-Type"].startswith("application/atom+xml")
