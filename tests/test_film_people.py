"""The people, keywords and certifications of films: as TMDB appends them, and as stored."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.stored_rows import FULL, HOUR, NOON, tick
from tests.parts.ticks import NOW, STEP, run_tick
from tmdbdash.records import Certification, Keyword, Movie, Person
from tmdbdash.storage import Store, open_store
from tmdbdash.storage.film_people import OF_FILMS
from tmdbdash.tmdb.answers import parse_film

ADA, BELA = Person(name="Ada Velmoor", person_id=5), Person(name="Bela Zareth")
WITH_PEOPLE = replace(
    FULL,
    directors=(ADA,),
    writers=(ADA, BELA),
    cast=(BELA, Person(name="Juno 'Q' Fenosa; --", person_id=2**40)),
    keywords=(Keyword(name="heist", keyword_id=9), Keyword(name="winter")),
    certifications=(Certification(country="DE", certification="12"),),
)
ANSWER: dict[str, Any] = {
    "id": 7,
    "title": "Glass",
    "credits": {
        "cast": [
            {"id": 3, "name": "Third", "order": 2},
            {"id": 1, "name": "First", "order": 0},
            {"id": 2, "name": "Second", "order": 1},
            *({"id": n, "name": f"Actor {n}", "order": n} for n in range(3, 12)),
        ],
        "crew": [
            {"id": 5, "name": " Ada  Velmoor ", "job": "Director", "department": "Directing"},
            {"id": 5, "name": "Ada Velmoor", "job": "Director", "department": "Directing"},
            {"id": 5, "name": "Ada Velmoor", "job": "Screenplay", "department": "Writing"},
            {"id": 6, "name": "Bela", "job": "Producer", "department": "Production"},
        ],
    },
    "keywords": {"keywords": [{"id": 9, "name": "heist"}]},
    "release_dates": {
        "results": [
            {"iso_3166_1": "US", "release_dates": [{"certification": ""}, {"certification": "R"}]},
            {"iso_3166_1": "FR", "release_dates": [{"certification": ""}]},
        ]
    },
}
GARBAGE: tuple[object, ...] = (
    None,
    [],
    {},
    "x",
    7,
    [None],
    {"cast": None, "crew": "x", "keywords": 5, "results": [1]},
)
"""Blocks that say nothing."""


def test_appended_blocks_are_read() -> None:
    facts = parse_film(ANSWER)
    assert facts is not None
    assert facts.directors == (ADA,)
    assert facts.writers == (ADA,)
    assert facts.cast is not None
    assert [(p.name, p.person_id) for p in facts.cast] == [
        ("First", 1), ("Second", 2), ("Third", 3), ("Actor 4", 4), ("Actor 5", 5),
    ]  # fmt: skip
    assert facts.keywords == (Keyword(name="heist", keyword_id=9),)
    assert facts.certifications == (Certification(country="US", certification="R"),)


@pytest.mark.parametrize("block", GARBAGE)
def test_a_block_of_garbage_says_nothing(block: object) -> None:
    facts = parse_film({**ANSWER, "credits": block, "keywords": block, "release_dates": block})
    assert facts is not None
    assert facts.title == "Glass"
    assert (facts.directors, facts.writers, facts.cast) == (None, None, None)
    assert (facts.keywords, facts.certifications) == (None, None)


def test_items_of_garbage_are_left_out_one_by_one() -> None:
    odd = [{"id": "x", "name": "N", "job": "Director"}, {"name": ["N"], "job": "Director"}, 7, None]
    odd += [{"id": 2**70, "name": "\ud800\x00", "job": ["Director"]}, {"id": 1, "job": "Director"}]
    facts = parse_film({"id": 7, "title": "Glass", "credits": {"crew": odd, "cast": odd[:2]}})
    assert facts is not None
    assert facts.directors == facts.cast == (Person(name="N"),)
    assert facts.writers is None


def test_people_come_back_as_they_went_in(store: Store) -> None:
    bare = Movie(tmdb_id=1, inserted_at=NOON, updated_at=NOON)
    store.save_tick(tick(WITH_PEOPLE, bare))
    assert store.fetch_movies([603, 1]) == {603: WITH_PEOPLE, 1: bare}
    names = {"cast": [(), ("Bela Zareth", "Juno 'Q' Fenosa; --")], "directors": [(), (ADA.name,)]}
    assert store.fetch_movie_columns(["cast", "directors"]) == names
    assert store.fetch_movie_columns(["directors", "title"], [603]) == {
        "directors": [(ADA.name,)],
        "title": [FULL.title],
    }


def test_fewer_people_replace_more_and_none_leave_them(store: Store) -> None:
    store.save_tick(tick(WITH_PEOPLE))
    fewer = replace(WITH_PEOPLE, writers=(BELA,), keywords=(Keyword(name="harvest"),))
    store.save_tick(tick(fewer))
    assert store.fetch_movies([603])[603] == fewer
    store.save_tick(tick(replace(FULL, runtime=99)))
    assert store.fetch_movies([603])[603] == replace(fewer, runtime=99)


def test_a_pruned_film_takes_its_people_along(store: Store) -> None:
    old = replace(WITH_PEOPLE, observed_at=NOON, imported=False)
    store.save_tick(tick(old))
    assert store.prune(NOON + HOUR)
    assert store.count_movies() == 0
    for table in OF_FILMS:
        rows = store.database.read(lambda c, t=table: c.execute(t.select()).all())  # type: ignore[misc]
        assert rows == [], table.name


def test_details_bring_people_by_the_same_request(store: Store, tmdb: SimulatedTmdb) -> None:
    first = run_tick(store, tmdb)
    assert first.requests == 42
    ids = store.fetch_movie_columns(["tmdb_id"])["tmdb_id"]
    movies = store.fetch_movies(ids)
    assert sum(len(movie.directors) == 1 and len(movie.cast) > 1 for movie in movies.values()) > 30
    assert any(movie.keywords for movie in movies.values())
    assert any(movie.certifications for movie in movies.values())
    steady = run_tick(store, tmdb, NOW + STEP)
    assert (steady.requests, steady.films_unchanged) == (2, 40)
    again = store.fetch_movies(ids)
    assert [again[n].cast for n in ids] == [movies[n].cast for n in ids]


def test_a_database_of_before_gets_the_tables_and_keeps_its_films(engine_home: Home) -> None:
    with open_store(engine_home.settings()) as store:
        store.save_tick(tick(FULL))
        for table in OF_FILMS:
            store.database.write(lambda c, t=table: c.execute(text(f"DROP TABLE {t.name}")))  # type: ignore[misc]
        store.database.write(
            lambda c: c.execute(text("UPDATE alembic_version SET version_num = '0008'"))
        )
    with open_store(engine_home.settings()) as store:
        assert store.fetch_movies([603]) == {603: FULL}
        store.save_tick(tick(WITH_PEOPLE))
        assert store.fetch_movies([603]) == {603: WITH_PEOPLE}
