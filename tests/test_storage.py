"""What every engine promises of films: one suite, run on SQLite and on MariaDB."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.parts.home import Home
from tests.parts.stored_rows import FULL, HOUR, NOON, film, listing, prediction, snapshot, tick
from tmdbdash.records import Movie
from tmdbdash.storage import Store, open_store
from tmdbdash.storage.column_types import CleanText, LongText
from tmdbdash.storage.schema import HEAD
from tmdbdash.storage.schema import movies as movies_table


def as_stored(movie: Movie) -> Movie:
    """The film with its texts as they are read back: cleaned, and cut to their columns."""
    changes = {}
    for column in movies_table.columns:
        if isinstance(column.type, CleanText | LongText):
            text = getattr(movie, column.name)
            changes[column.name] = column.type.process_bind_param(text, None)  # type: ignore[arg-type]  # needs no dialect
    return replace(movie, **changes)  # type: ignore[arg-type]  # texts for text fields


# films


def test_an_empty_store_has_nothing(store: Store) -> None:
    assert store.fetch_movies([1, 2]) == {}
    assert store.fetch_movies([]) == {}
    assert store.count_movies() == 0
    assert store.fetch_most_popular(10) == []
    assert store.fetch_listing() is None
    assert store.fetch_snapshots([1]) == []
    assert store.fetch_snapshots_before([1], NOON) == {}
    assert store.fetch_last_run("ingest") is None
    assert store.fetch_runs("ingest", 5) == []
    assert store.fetch_last_training() is None
    assert store.fetch_predictions(NOON, "linear_regression") == []
    assert store.fetch_movie_columns(["tmdb_id", "title"]) == {"tmdb_id": [], "title": []}


def test_a_film_comes_back_as_it_went_in(store: Store) -> None:
    bare = Movie(tmdb_id=1, inserted_at=NOON, updated_at=NOON)
    store.save_tick(tick(FULL, bare))
    assert store.fetch_movies([603, 1, 99]) == {603: FULL, 1: bare}
    assert store.count_movies() == 2


HOSTILE = [
    "🎬 映画 " + "\N{FAMILY}\u200d" * 3,
    "\u202eright to left\u202c العربية",
    "\U0010ffff \ufffe \ufeff",
    "'; DROP TABLE movies; --",
    "=1+1\r\n\t<script>alert(1)</script>",
    "%(title)s %s ? :title {0} \\' \\",
    "Case and trailing space ",
    "",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_kept(store: Store, text: str) -> None:
    movie = replace(FULL, title=text, overview=text, tagline=text, production_companies=(text,))
    store.save_tick(tick(movie))
    assert store.fetch_movies([603])[603] == movie == as_stored(movie)


def test_what_no_database_holds_is_replaced_or_cut(store: Store) -> None:
    movie = replace(
        FULL,
        title="x" * 600 + "🎬" * 100,
        original_title="🎬" * 700,
        overview="a\0b\ud800c" + "é" * 40_000,
        homepage="http://" + "h" * 5000,
        imdb_id="t" * 99,
    )
    store.save_tick(tick(movie))
    found = store.fetch_movies([603])[603]
    assert found == as_stored(movie)
    assert found == as_stored(found)
    assert found.title == "x" * 500
    assert found.original_title == "🎬" * 500
    assert found.overview is not None
    assert found.overview.startswith("a\ufffdb\ufffdcé")
    assert len(found.overview) == 16_000


def test_lists_that_are_too_long_lose_their_last_items(store: Store) -> None:
    names = tuple(f"Company {n} " + '"é' * 100 for n in range(400))
    genres = tuple(f"Genre {n}" for n in range(200))
    store.save_tick(tick(replace(FULL, production_companies=names, genres=(*genres, "Sci,Fi"))))
    found = store.fetch_movies([603])[603]
    assert found.production_companies
    assert found.production_companies == names[: len(found.production_companies)]
    assert len(found.production_companies) > 30
    assert found.genres == genres[: len(found.genres)]
    store.save_tick(tick(replace(FULL, genres=("Sci,Fi", "Drama"))))
    assert store.fetch_movies([603])[603].genres == ("Sci Fi", "Drama")


def test_absurd_numbers_are_stored_as_far_as_they_go(store: Store) -> None:
    movie = replace(
        FULL,
        tmdb_id=2**40,
        popularity=math.nan,
        vote_average=math.inf,
        vote_count=10**30,
        runtime=-(10**30),
        revenue=10**30,
        budget=2**62,
        release_date=date(1, 1, 1),
    )
    store.save_tick(tick(movie))
    found = store.fetch_movies([2**40])[2**40]
    assert (found.popularity, found.vote_average) == (None, None)
    assert (found.vote_count, found.runtime) == (2**31 - 1, 1 - 2**31)
    assert (found.revenue, found.budget) == (2**63 - 1, 2**62)
    assert found.release_date == date(1, 1, 1)


def test_numbers_of_numpy_are_numbers(store: Store) -> None:
    numpy = pytest.importorskip("numpy")
    one = prediction(603, predicted_popularity=numpy.float64(1.25), mae_popularity=numpy.float32(2))
    store.save_tick(tick(replace(FULL, vote_count=numpy.int64(5))))
    store.save_predictions([replace(one, tmdb_id=int(numpy.int64(603)))])
    found = store.fetch_predictions(NOON, "linear_regression")[0]
    assert (found.prediction.predicted_popularity, found.prediction.mae_popularity) == (1.25, 2.0)
    assert found.vote_count == 5


def test_times_of_any_zone_are_instants_and_times_without_one_are_refused(store: Store) -> None:
    there = NOON.astimezone(timezone(timedelta(hours=-3)))
    store.save_tick(tick(replace(FULL, observed_at=there)))
    found = store.fetch_movies([603])[603].observed_at
    assert found == NOON
    assert found is not None
    assert found.tzinfo is UTC
    with pytest.raises(ValueError, match="without a timezone"):
        store.save_tick(tick(replace(FULL, observed_at=datetime(2026, 1, 1))))  # noqa: DTZ001 # the point


def test_writing_again_replaces_the_row_but_not_the_time_of_insertion(store: Store) -> None:
    store.save_tick(tick(FULL))
    later = NOON + HOUR
    bare = Movie(tmdb_id=603, title="Matrix", inserted_at=later, updated_at=later)
    store.save_tick(tick(bare, at=later))
    assert store.fetch_movies([603]) == {603: replace(bare, inserted_at=FULL.inserted_at)}


def test_a_film_without_times_gets_those_of_the_tick(store: Store) -> None:
    store.save_tick(tick(film(1)))
    store.save_tick(tick(film(1), at=NOON + HOUR))
    found = store.fetch_movies([1])[1]
    assert (found.inserted_at, found.updated_at) == (NOON, NOON + HOUR)


def test_of_two_rows_for_one_film_the_later_wins(store: Store) -> None:
    store.save_tick(tick(film(2), film(1, title="first"), film(1, title="second")))
    assert store.fetch_movies([1])[1].title == "second"
    assert store.count_movies() == 2


def test_many_films_in_one_tick(store: Store) -> None:
    films = [film(n, popularity=float(n)) for n in range(2500, 0, -1)]
    store.save_tick(tick(*films, snapshots=[snapshot(n) for n in range(1, 2501)]))
    assert store.count_movies() == 2500
    assert len(store.fetch_movies(range(1, 2501))) == 2500
    assert len(store.fetch_snapshots(range(1, 2501))) == 2500
    assert [m.tmdb_id for m in store.fetch_most_popular(3)] == [2500, 2499, 2498]


def test_films_without_popularity_are_the_least_popular(store: Store) -> None:
    store.save_tick(tick(film(1), film(2, popularity=0.0), film(3, popularity=5.0)))
    assert [m.tmdb_id for m in store.fetch_most_popular(9)] == [3, 2, 1]


def test_columns_of_all_films(store: Store) -> None:
    store.save_tick(tick(FULL, film(1, overview="🎬é", title="四文字だ")))
    names = ["tmdb_id", "genres", "overview_length", "title_length", "release_date", "vote_count"]
    assert FULL.overview is not None
    assert store.fetch_movie_columns([*names, "production_companies", "observed_at"]) == {
        "tmdb_id": [1, 603],
        "genres": ["", "Action,Science Fiction"],
        "overview_length": [2, len(FULL.overview)],
        "title_length": [4, 10],
        "release_date": [None, date(1999, 3, 31)],
        "vote_count": [None, 27000],
        "production_companies": [None, FULL.production_companies],
        "observed_at": [NOON, NOON],
    }
    store.save_tick(tick(film(2)))
    assert store.fetch_movie_columns(["overview_length"])["overview_length"][1] == 0
    with pytest.raises(KeyError):
        store.fetch_movie_columns(["nonsense"])


# any value

movies = st.builds(
    Movie,
    tmdb_id=st.integers(1, 2**31 - 1),
    title=st.text(max_size=600),
    overview=st.none() | st.text(),
    release_date=st.none() | st.dates(),
    popularity=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    vote_count=st.none() | st.integers(0, 2**31 - 1),
    genres=st.lists(st.sampled_from(["Action", "Science Fiction", "TV Movie"]), unique=True).map(
        tuple
    ),
    production_companies=st.none() | st.lists(st.text(max_size=50), max_size=20).map(tuple),
    observed_at=st.none()
    | st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001 # bounds are naive
    imported=st.booleans(),
    inserted_at=st.just(NOON),
    updated_at=st.just(NOON),
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(films=st.lists(movies, max_size=4, unique_by=lambda m: m.tmdb_id))
def test_any_film_comes_back(store: Store, films: list[Movie]) -> None:
    store.save_tick(tick(*films))
    found = store.fetch_movies([m.tmdb_id for m in films])
    for movie in films:
        expected = as_stored(movie)
        companies = movie.production_companies
        if companies is not None:
            companies = tuple(c.replace("\0", "\ufffd") for c in companies)
        assert found[movie.tmdb_id] == replace(
            expected, production_companies=companies, popularity=movie.popularity
        )


def test_a_store_opened_again_finds_everything(engine_home: Home) -> None:
    with open_store(engine_home.settings()) as first:
        first.save_tick(tick(FULL, listing=listing(603)))
    with open_store(engine_home.settings()) as second:
        assert second.fetch_movies([603]) == {603: FULL}
        assert second.fetch_facts()["schema"] == HEAD
