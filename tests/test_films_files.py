"""All films as files of their own: the table, the details in shards, and posters only if wanted."""

import gzip
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.engines import on_sqlite
from tests.parts.followed import DAY, HOUR, follow, hours
from tests.parts.home import Home
from tests.parts.rendered import HOSTILE
from tmdbdash.files import write_atomic
from tmdbdash.records import FilmChange, Movie, NearFilm, TickWrite
from tmdbdash.report import publish
from tmdbdash.report.films.film_details import POSTER_PATH
from tmdbdash.report.films.film_files import (
    FILMS_A_SHARD,
    MOST_SHARDS,
    FilmFiles,
    film_files,
    shard_count,
)
from tmdbdash.report.films.table_films import film_table, table_json
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.query.page_queries import MOST_FILMS, Rows
from tmdbdash.report.site.folder import write_all
from tmdbdash.report.site.hosting_files import IMAGES, host_files, meta_policy, security_headers
from tmdbdash.report.site.render import render
from tmdbdash.serve import serving
from tmdbdash.settings import Settings
from tmdbdash.storage import Store

SCRIPT = re.compile(r'tmdbdash\.receive\("([a-z0-9-]+)",(.*)\);\n', re.DOTALL)
NAME = re.compile(r"assets/(films|shard-\d{2,3})\.[0-9a-f]{12}\.js")


def received(content: bytes) -> tuple[str, Any]:
    """What a script hands to the page, and under which name."""
    found = SCRIPT.fullmatch(content.decode())
    assert found is not None
    return found[1], json.loads(found[2])


def shards_of(made: FilmFiles) -> list[dict[str, Any]]:
    found = []
    for number, path in enumerate(made.shards):
        name, value = received(made.files[path])
        assert name == f"shard-{number:02d}"
        assert path.startswith(f"assets/{name}.")
        found.append(value)
    return found


def details_of(made: FilmFiles, tmdb_id: int) -> dict[str, Any]:
    shards = shards_of(made)
    found: dict[str, Any] = shards[tmdb_id % len(shards)][str(tmdb_id)]
    return found


def test_the_table_has_a_line_for_every_film() -> None:
    films = [
        sample.film(7, genres=("Drama", "Action"), language="pt", popularity=1.23456),
        sample.film(3, title=" ", original_title="Único", release_date=None, vote_average=6.789),
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
    assert columns["vote_average"][0] == 6.79
    assert columns["rank"] == [2, 1]
    assert columns["predicted_popularity"][1] == round(400 / 8 + 3.14159, 3)
    assert {len(column) for column in columns.values()} == {2}


def test_a_film_that_left_the_list_has_no_rank_and_may_have_no_prediction() -> None:
    rows = sample.rows()
    extra = sample.film(99, rank=4, popularity=float("nan"))
    films = [sample.film(n) for n in range(1, 25)] + [extra]
    last = film_table(sample.rows(tracked=sample.tracked(films), expected=rows.expected))[-1]
    assert last.tmdb_id == 99
    assert {last.rank, last.popularity, last.predicted_popularity} == {None}


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
        "facts", "history", "predictions", "moves", "forecasts", "group", "hit_chance", "near",
    ]  # fmt: skip
    assert film["predictions"]["popularity"] == {
        "predicted": 120.0,
        "low": 80.0,
        "high": 170.0,
        "actual": 100.0,
        "model": "boosting",
        "mode": "released",
        "basis": "out_of_fold",
        "coverage": 0.803,
    }
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
    differing = [n for n, paths in enumerate(zip(first.shards, changed.shards, strict=True))
                 if len(set(paths)) > 1]  # fmt: skip
    assert differing == [50 % len(first.shards)]
    assert first.table != changed.table


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
    table = received(files[str(made.table)])[1]
    assert table["columns"]["title"][0] == shown
    film = details_of(made, 1)
    assert shown in film["facts"]["overview"]
    assert details_of(made, 2)["near"][0]["title"] == shown


@given(st.text(min_size=1, max_size=60))
@hypothesis_settings(max_examples=30)
def test_any_title_comes_back_as_it_was(title: str) -> None:
    titles = tracked.titles(2, [title])
    made = tracked.files(titles, tracked.rows(titles))
    table = received(made.files[str(made.table)])[1]
    expected = title if title.strip() else "Original 1"
    assert table["columns"]["title"][0] == expected


def test_a_thousand_films_weigh_little(home: Home) -> None:
    """What is loaded at first sight and with a look at the table, as a host would send it."""
    titles = tracked.titles(1000)
    rows = tracked.rows(titles)
    made = tracked.files(titles, rows)
    files = render(build_dashboard(rows, home.settings(), sample.NOW), made)
    weights = [len(gzip.compress(files[path], 6)) for path in ("data.json", str(made.table))]
    assert sum(weights) < 100_000, weights
    page = files["index.html"].decode()
    assert sum(title in page for title in titles.values()) < 350  # the scatter's and the leaders


def test_posters_are_nowhere_unless_asked_for(home: Home) -> None:
    titles = tracked.titles(60)
    rows = tracked.rows(titles)
    made = tracked.files(titles, rows)
    files = render(build_dashboard(rows, home.settings(), sample.NOW), made)
    assert json.loads(files["data.json"])["posters"] is False
    for path, content in files.items():
        if path.startswith(("assets/shard", "assets/films", "index", "data", "api", "feed")):
            assert b"/poster" not in content, path
        if not path.startswith("assets/app."):
            assert b"image.tmdb.org" not in content, path
    for policy in (meta_policy(posters=False), str(security_headers(posters=False))):
        assert "image.tmdb.org" not in policy


def test_posters_widen_the_policy_for_tmdbs_images_alone(home: Home) -> None:
    titles = tracked.titles(60)
    rows = tracked.rows(titles)
    made = tracked.files(titles, rows, posters=True)
    settings = home.settings(posters=True)
    files = render(build_dashboard(rows, settings, sample.NOW), made)
    assert json.loads(files["data.json"])["posters"] is True
    assert details_of(made, 1)["facts"]["poster_path"] == "/poster1.jpg"
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
def test_a_path_that_does_not_look_like_a_posters_is_left_out(path: str) -> None:
    assert POSTER_PATH.fullmatch(path) is None
    films = {1: "One"}
    found = tracked.details(films)
    one = type(found)(facts=[found.facts[0]._replace(poster_path=path)])
    made = film_files(tracked.rows(films), [one], posters=True)
    assert "poster_path" not in details_of(made, 1)["facts"]


def test_the_setting_is_off_by_default_and_read_from_the_environment(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert home.settings().posters is False
    monkeypatch.setenv("TMDBDASH_POSTERS", "1")
    assert home.settings().posters is True


def test_the_preview_sends_the_policy_of_the_page(home: Home) -> None:
    import urllib.request

    for posters in (True, False):
        out = home.path / f"out-{posters}"
        dashboard = build_dashboard(sample.rows(), home.settings(posters=posters), sample.NOW)
        write_all(out, render(dashboard), sample.NOW)
        with serving(out) as server, urllib.request.urlopen(server.url) as answer:
            assert (IMAGES in answer.headers["Content-Security-Policy"]) is posters
        with serving(out) as server, urllib.request.urlopen(f"{server.url}feed.xml") as answer:
            assert answer.headers["Content-Type"].startswith("application/atom+xml")


# From a database.


@pytest.fixture
def settings(engine_home: Home) -> Settings:
    return engine_home.settings()


def fill(store: Store, count: int = 120) -> list[Movie]:
    films = [
        sample.film(
            n,
            vote_count=50,
            genres=("Drama",),
            overview=f"Overview {n}",
            poster_path=f"/poster{n}.jpg",
            imdb_id=f"tt{n:07d}",
            production_companies=("A", "B", "C", "D", "E", "F"),
            runtime=100,
        )
        for n in range(1, count + 1)
    ]
    follow(store, films, [*hours(30, 6), *(n * DAY for n in range(2, 12))])
    store.save_training(sample.training(), [sample.prediction(film) for film in films])
    store.save_contributions(sample.contributions(films[:3]))
    store.save_clusters(sample.TRAINED, sample.groups(), sample.places(films))
    store.save_neighbours(
        sample.TRAINED,
        [NearFilm(tmdb_id=1, place=1, other_id=2, distance=0.1, made_at=sample.TRAINED)],
    )
    return films


def named_in(out: Path) -> dict[str, Any]:
    files: dict[str, Any] = json.loads((out / "data.json").read_bytes())["files"]
    return files


def opened(out: Path, tmdb_id: int) -> dict[str, Any]:
    shards = named_in(out)["shards"]
    _, value = received((out / shards[tmdb_id % len(shards)]).read_bytes())
    found: dict[str, Any] = value[str(tmdb_id)]
    return found


def test_all_films_are_published(store: Store, settings: Settings, home: Home) -> None:
    films = fill(store)
    out = home.path / "out"
    publish(store, settings, now=sample.NOW, out_dir=out)
    files = named_in(out)
    assert len(files["shards"]) == 4
    table = received((out / files["films"]).read_bytes())[1]
    assert table["columns"]["tmdb_id"] == [film.tmdb_id for film in films]
    assert table["columns"]["rank"][:3] == [1, 2, 3]
    film = opened(out, 1)
    assert film["facts"]["overview"] == "Overview 1"
    assert film["facts"]["companies"] == ["A", "B", "C", "D", "E"]
    assert "poster_path" not in film["facts"]
    assert "budget" not in film["facts"]
    times = [at for at, *_ in film["history"]]
    assert times == sorted(set(times))
    end = int(sample.OBSERVED.timestamp())
    assert times[-1] == end
    assert {end - n * 86_400 for n in (2, 5, 7)} <= set(times)
    assert min(times) == end - 11 * 86_400
    assert film["history"][-1][1:] == [
        films[0].popularity,
        50,
        round(films[0].vote_average or 0, 2),
        1,
    ]
    assert film["moves"]["popularity"][0][0] == "votes"
    assert film["near"] == [{"tmdb_id": 2, "title": films[1].title, "release_date": "2025-09-08"}]
    assert opened(out, 120)["moves"] is None
    posters = settings.model_copy(update={"posters": True})
    publish(store, posters, now=sample.NOW, out_dir=out)
    assert opened(out, 1)["facts"]["poster_path"] == "/poster1.jpg"


@on_sqlite
def test_what_an_open_page_may_still_ask_for_stays_for_an_hour(
    store: Store, settings: Settings, home: Home
) -> None:
    fill(store, 5)
    out = home.path / "out"
    publish(store, settings, now=sample.NOW, out_dir=out)
    first = {named_in(out)["films"], *named_in(out)["shards"]}
    films = [sample.film(n, popularity=500.0 + n) for n in range(1, 6)]
    follow(store, films, [HOUR * 0], until=sample.NOW)
    publish(store, settings, now=sample.NOW, out_dir=out)
    second = {named_in(out)["films"], *named_in(out)["shards"]}
    assert not first & second
    assert all((out / path).exists() for path in first | second)
    for minutes in (0, 0, 2, 59):
        now = sample.NOW + timedelta(minutes=minutes)
        publish(store, settings, now=now, out_dir=out)
        assert all((out / path).exists() for path in first | second)
    report = publish(store, settings, now=sample.NOW + 2 * HOUR, out_dir=out)
    assert set(report.removed) >= first
    assert not any((out / path).exists() for path in first)
    assert publish(store, settings, now=sample.NOW + 2 * HOUR, out_dir=out).written == ()


def test_the_folders_own_words_name_no_file_to_keep(home: Home) -> None:
    """Data that someone else put there may say anything: only our assets are ever removed."""
    out = home.path / "out"
    dashboard = build_dashboard(sample.rows(), home.settings(), sample.NOW)
    write_all(out, render(dashboard), sample.NOW)
    for odd in (b'{"files": 3}', b'{"files": [["x"], {"y": null}]}', b"[]", b"\xff"):
        write_atomic(out / "data.json", odd)
        write_all(out, render(dashboard), sample.NOW)
    assert json.loads((out / "data.json").read_bytes())["empty"] is False


def test_of_very_many_films_the_most_popular_are_in_the_table(
    store: Store, settings: Settings, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_FILMS == 20_000
    from tmdbdash.report.query import page_queries as module

    monkeypatch.setattr(module, "MOST_FILMS", 10)
    films = [sample.film(n) for n in range(1, 31)]
    unlisted = tuple(FilmChange(kind="new", movie=film) for film in films)
    store.save_tick(TickWrite(observed_at=sample.OBSERVED, changes=unlisted))
    follow(store, films[-2:], [0 * HOUR])
    rows: Rows = module.fetch_rows(store, settings, sample.NOW)
    assert list(rows.tracked) == [*range(1, 11), 29, 30]
    assert rows.films == 30
