"""The files of all films, from a database to the published folder."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts.engines import on_sqlite
from tests.parts.film_scripts import received
from tests.parts.followed import DAY, HOUR, follow, hours
from tests.parts.home import Home
from tests.parts.rendered import render
from tmdbdash.files import write_atomic
from tmdbdash.records import FilmChange, Movie, NearFilm, TickWrite
from tmdbdash.report import publish
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.query.page_queries import MOST_FILMS, Rows
from tmdbdash.report.site.folder import write_all
from tmdbdash.settings import Settings
from tmdbdash.storage import Store


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
    """The paths of the table and of the shards, by what open pages ask for."""
    library = json.loads((out / "latest.json").read_bytes())["library"]
    files: dict[str, Any] = received((out / f"assets/library.{library}.js").read_bytes())[1]
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
    assert film["poster"] is None
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
    assert film["near"] == [
        {"tmdb_id": 2, "title": films[1].title, "release_date": "2025-09-08", "listed": True}
    ]
    assert opened(out, 120)["moves"] is None
    posters = settings.model_copy(update={"posters": "remote"})
    publish(store, posters, now=sample.NOW, out_dir=out)
    assert opened(out, 1)["poster"] == "https://image.tmdb.org/t/p/w185/poster1.jpg"


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
