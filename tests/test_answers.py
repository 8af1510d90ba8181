import json
import math
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.parts.require import real_data
from tmdbdash.errors import UsageError
from tmdbdash.records import FilmFacts
from tmdbdash.tmdb import cleaning
from tmdbdash.tmdb.answers import parse_film, parse_list
from tmdbdash.tmdb.genres import GENRES, genre_id, genre_names

KEYS = [f.name for f in fields(FilmFacts)] + [
    "id", "adult", "genre_ids", "genres", "original_language", "belongs_to_collection",
]  # fmt: skip
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**300, max_value=10**320)
    | st.floats()
    | st.text()
    | st.sampled_from(["", "0", "-1", "nan", "1e999", "2024-02-30", "\x00", "\ud800", "tt1234567"])
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
objects = st.fixed_dictionaries({"id": anything}) | st.dictionaries(st.text(), anything, max_size=2)
films = st.dictionaries(st.sampled_from(KEYS), anything | st.lists(objects, max_size=3))
numbered = st.builds(lambda film, number: {**film, "id": number}, films, st.integers(1, 10**7))

# On a busy machine an example may take long for reasons that are not its own.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def body(name: str) -> Any:
    return json.loads(real_data(f"responses/{name}.json").read_bytes())


def facts(**entry: Any) -> FilmFacts:
    film = parse_film({"id": 550, **entry})
    assert film is not None
    return film


def assert_sound(film: FilmFacts) -> None:
    """Every value is one that any database takes and every program can show."""
    for field in fields(film):
        value = getattr(film, field.name)
        for item in value if isinstance(value, tuple) else (value,):
            assert not isinstance(item, bool)
            if isinstance(item, str):
                assert item.strip() == item != ""
                assert "\x00" not in item
                item.encode()
            elif isinstance(item, float):
                assert math.isfinite(item)
                assert item >= 0
            elif isinstance(item, int):
                assert 0 <= item <= cleaning.LARGEST_MONEY
            else:
                assert item is None or type(item) is date
    assert 1 <= film.tmdb_id <= cleaning.LARGEST_INT
    assert film.genres is None or set(film.genres) <= set(GENRES.values())


@patient
@given(anything | films | numbered)
def test_any_json_whatever_gives_sound_facts_or_none(entry: object) -> None:
    film = parse_film(entry)
    if film is not None:
        assert_sound(film)


@patient
@given(anything | st.fixed_dictionaries({"results": anything | st.lists(films | numbered)}))
def test_any_json_whatever_gives_a_page_or_a_value_error(answer: object) -> None:
    try:
        page = parse_list(answer)
    except ValueError:
        return
    assert page.page >= 1
    for film in page.films:
        assert_sound(film)


@pytest.mark.parametrize("answer", [None, [], "x", 7, {}, {"results": None}, {"results": {}}])
def test_garbage_is_no_list(answer: object) -> None:
    with pytest.raises(ValueError, match=r"not a JSON object|no list of results"):
        parse_list(answer)


@pytest.mark.parametrize("number", [None, 0, -5, True, "x", 2**31, 10**400, 1.5, [], "٣"])
def test_a_film_without_a_usable_id_is_left_out(number: object) -> None:
    assert parse_film({"id": number, "title": "x"}) is None


def test_an_id_may_come_as_text() -> None:
    film = parse_film({"id": "550"})
    assert film == FilmFacts(tmdb_id=550)


def test_adult_films_are_left_out() -> None:
    assert parse_film({"id": 5, "adult": True}) is None
    assert facts(adult=False).tmdb_id == 550
    assert facts(adult=None).tmdb_id == 550


@pytest.mark.parametrize(
    "told",
    [
        "",
        None,
        "soon",
        "2024-02-30",
        "0001-01-01",
        "9999-12-31",
        "20240101",
        2024,
        "\u0662024-01-01",
    ],
)
def test_a_date_that_is_none_is_not_said(told: object) -> None:
    assert facts(release_date=told).release_date is None


def test_dates() -> None:
    assert facts(release_date="2024-02-29").release_date == date(2024, 2, 29)
    assert facts(release_date="2024-02-29T00:00:00.000Z").release_date == date(2024, 2, 29)
    assert not isinstance(facts(release_date="2024-02-29").release_date, datetime)


@pytest.mark.parametrize("told", [0, None, "", -3, "0", True, math.nan, "abc"])
def test_a_runtime_of_nothing_is_not_said(told: object) -> None:
    assert facts(runtime=told).runtime is None


@pytest.mark.parametrize("name", ["budget", "revenue"])
def test_money_of_0_is_unknown(name: str) -> None:
    assert getattr(facts(**{name: 0}), name) is None
    assert getattr(facts(**{name: 3_000_000_000}), name) == 3_000_000_000


def test_a_rating_without_votes_is_missing_and_not_0() -> None:
    unrated = facts(vote_average=0.0, vote_count=0)
    assert (unrated.vote_average, unrated.vote_count) == (None, 0)
    assert facts(vote_average=7.0, vote_count=0).vote_average is None
    assert facts(vote_average=7.0).vote_average == 7.0
    assert facts(vote_average="7.5", vote_count="12").vote_count == 12
    assert facts(vote_average=11, vote_count=3).vote_average is None


@pytest.mark.parametrize("told", [math.nan, math.inf, -1.0, "nan", "inf", "-3", True, [], 10**400])
def test_numbers_are_finite_and_not_negative(told: object) -> None:
    assert facts(popularity=told).popularity is None


def test_numbers_may_come_as_text() -> None:
    assert facts(popularity=" 12.5 ", runtime="90").popularity == 12.5
    assert facts(popularity="1e2").popularity == 100.0


def test_genres_are_english_by_id_and_never_blanked() -> None:
    german = facts(genres=[{"id": 80, "name": "Krimi"}, {"id": 18, "name": "Drama"}])
    assert german.genres == ("Crime", "Drama")
    assert facts(genre_ids=[18, 18, 4711, "35", None]).genres == ("Drama", "Comedy")
    nothings: list[dict[str, Any]] = [{}, {"genre_ids": []}, {"genres": []}, {"genres": "x"}]
    for nothing in (*nothings, {"genre_ids": [4711]}):
        assert facts(**nothing).genres is None


def test_texts_are_cleaned_and_blank_ones_not_said() -> None:
    film = facts(title=" A\x00\ud800 \n B ", overview="one\n\ntwo\x07", tagline="", homepage="")
    assert (film.title, film.overview) == ("A B", "one\n\ntwo")
    assert (film.tagline, film.homepage) == (None, None)
    assert facts(title="日本\u200f語").title == "日本\u200f語"
    long = facts(title="x" * 10_000_000)
    assert long.title == "x" * cleaning.TITLE_LENGTH


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("homepage", "javascript:alert(1)"),
        ("homepage", 'https://x.example/"><script>'),
        ("poster_path", "//evil.example/x.jpg"),
        ("poster_path", "/../../x.jpg"),
        ("imdb_id", "nm0000001"),
        ("imdb_id", "tt1; drop table movies"),
        ("original_language", "english, I think"),
    ],
)
def test_addresses_and_codes_have_their_form_or_are_not_said(name: str, told: str) -> None:
    film = facts(**{name: told})
    assert getattr(film, "language" if name == "original_language" else name) is None


def test_details_say_empty_where_a_list_is_empty_and_nothing_where_it_is_absent() -> None:
    assert facts(production_companies=[]).production_companies == ()
    assert facts().production_companies is None
    assert facts(production_companies="x").production_companies is None
    assert facts(production_companies=[{"name": ""}, None, 5]).production_companies == ()


def test_a_page_without_any_metrics_does_not_say_that_they_are_0() -> None:
    entries = [{"id": n, "popularity": 0.0, "vote_count": 0, "vote_average": 0} for n in (1, 2)]
    page = parse_list({"results": entries})
    assert [(f.popularity, f.vote_count) for f in page.films] == [(None, None)] * 2
    page = parse_list({"results": [*entries, {"id": 3, "popularity": 1.5}]})
    assert [f.popularity for f in page.films] == [0.0, 0.0, 1.5]


def test_recorded_lists() -> None:
    page = parse_list(body("movie_popular.page1.2025-12"))
    assert (page.page, page.total_pages) == (1, body("movie_popular.page1.2025-12")["total_pages"])
    assert len(page.films) == 20
    first = page.films[0]
    assert (first.tmdb_id, first.popularity, first.vote_count) == (83533, 559.9652, 573)
    assert first.genres == ("Science Fiction", "Adventure", "Fantasy")
    assert first.release_date == date(2025, 12, 17)
    assert page.films[1].original_title == "대홍수"
    assert parse_list(body("discover_movie.empty")).films == ()
    german = parse_list(body("movie_popular.de"))
    assert german.films[2].title == "Der Astronaut – Project Hail Mary"
    assert all(f.genres and set(f.genres) <= set(GENRES.values()) for f in german.films)
    zeroed = parse_list(body("movie_popular.page1.2026-08_softcore_zeroed"))
    assert len(zeroed.films) == 20
    assert {f.popularity for f in zeroed.films} == {None}


def test_recorded_details() -> None:
    film = parse_film(body("movie_details.168259.de"))
    assert film is not None
    assert film.title == "Fast & Furious 7"
    assert film.genres == ("Action", "Crime", "Thriller")
    assert (film.runtime, film.budget, film.revenue) == (137, 190_000_000, 1_515_400_000)
    assert film.collection == "The Fast and the Furious Filmreihe"
    assert film.production_companies is not None
    assert film.production_companies[0] == "Original Film"
    assert film.production_countries is not None
    assert "US" in film.production_countries
    assert film.spoken_languages == ("ar", "en", "es", "th")
    assert film.imdb_id == "tt2820852"
    assert film.homepage == "http://www.fast7-film.de/"
    assert film.status == "Released"


def test_recorded_sparse_and_dateless_details() -> None:
    sparse = parse_film(body("movie_latest.2026-08_sparse"))
    assert sparse is not None
    assert (sparse.title, sparse.runtime) == ("Sylvain Émard: Thinker of Movement", 4)
    said_empty = {"production_companies", "production_countries", "spoken_languages"}
    for name in ("release_date", "vote_average", "genres", "imdb_id", "poster_path", "tagline"):
        assert getattr(sparse, name) is None
    assert {getattr(sparse, name) for name in said_empty} == {()}
    assert (sparse.vote_count, sparse.popularity) == (0, 0.0)
    dateless = parse_film(body("movie_details.blank_release_date"))
    assert dateless is not None
    assert (dateless.release_date, dateless.homepage, dateless.runtime) == (None, None, 124)


def test_the_genre_table_is_tmdbs_own() -> None:
    for file in ("genre_movie_list.en", "genre_movie_list.pt-BR"):
        assert {g["id"] for g in body(file)["genres"]} == set(GENRES)
    assert {g["id"]: g["name"] for g in body("genre_movie_list.en")["genres"]} == GENRES


def test_genres_by_name() -> None:
    assert genre_id("  science   FICTION ") == 878
    assert genre_names([878, 1, 28, 878]) == ("Science Fiction", "Action")
    with pytest.raises(UsageError, match="no genre 'Sci-Fi'; the genres are: Action, Adventure"):
        genre_id("Sci-Fi")
