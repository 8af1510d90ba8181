"""What every engine promises: one suite, run on SQLite and on MariaDB."""

import math
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.parts.home import Home
from tmdbdash.records import (
    FilmChange,
    ListEntry,
    Movie,
    Prediction,
    Run,
    Snapshot,
    TickWrite,
    TrainingRun,
)
from tmdbdash.storage import Store, open_store
from tmdbdash.storage.column_types import CleanText, LongText
from tmdbdash.storage.schema import HEAD
from tmdbdash.storage.schema import movies as movies_table

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

FULL = Movie(
    tmdb_id=603,
    imdb_id="tt0133093",
    title="The Matrix",
    original_title="The Matrix",
    overview="A hacker learns.\nThen \"fights\"; 100% 'sure' \\ %s ? :x",
    language="en",
    release_date=date(1999, 3, 31),
    popularity=83.1234567890123,
    vote_count=27000,
    vote_average=8.2,
    runtime=136,
    genres=("Action", "Science Fiction"),
    poster_path="/p.jpg",
    backdrop_path="/b.jpg",
    status="Released",
    budget=63_000_000,
    revenue=2_923_706_026,
    tagline="Welcome to the Real World.",
    homepage="http://example.org/",
    collection="The Matrix Collection",
    production_companies=("Village Roadshow", 'A "B", C\\D', "Ünïcode, 映画"),
    production_countries=("US",),
    spoken_languages=(),
    rank=3,
    observed_at=NOON,
    details_at=NOON - HOUR,
    snapshot_at=NOON,
    imported=False,
    inserted_at=NOON - 2 * HOUR,
    updated_at=NOON,
)


def as_stored(movie: Movie) -> Movie:
    """The film with its texts as they are read back: cleaned, and cut to their columns."""
    changes = {}
    for column in movies_table.columns:
        if isinstance(column.type, CleanText | LongText):
            text = getattr(movie, column.name)
            changes[column.name] = column.type.process_bind_param(text, None)  # type: ignore[arg-type]  # needs no dialect
    return replace(movie, **changes)  # type: ignore[arg-type]  # texts for text fields


def film(tmdb_id: int, **facts: Any) -> Movie:
    values = {"title": f"Film {tmdb_id}", "observed_at": NOON, **facts}
    return Movie(tmdb_id=tmdb_id, **values)


def snapshot(tmdb_id: int, at: datetime = NOON, **facts: Any) -> Snapshot:
    values = {"popularity": 1.5, "vote_count": 10, "vote_average": 6.5, **facts}
    return Snapshot(tmdb_id=tmdb_id, snapshot_ts=at, **values)


def listing(*ids: int, popularity: float = 9.0) -> tuple[ListEntry, ...]:
    return tuple(
        ListEntry(rank=rank, tmdb_id=i, popularity=popularity, vote_count=1, vote_average=None)
        for rank, i in enumerate(ids, start=1)
    )


def tick(*movies: Movie, at: datetime = NOON, snapshots: Any = (), **more: Any) -> TickWrite:
    changes = [FilmChange(kind="new", movie=movie) for movie in movies]
    changes += [FilmChange(kind="changed", snapshot=one) for one in snapshots]
    return TickWrite(observed_at=at, changes=tuple(changes), **more)


def run(at: datetime = NOON, job: str = "ingest", outcome: str = "ok", **more: Any) -> Run:
    return Run(job=job, started_at=at, finished_at=at + HOUR, outcome=outcome, **more)


def prediction(tmdb_id: int, at: datetime = NOON, **more: Any) -> Prediction:
    values = {
        "model_name": "linear_regression",
        "predicted_popularity": float(tmdb_id),
        "predicted_vote_average": 6.0,
        **more,
    }
    return Prediction(pred_ts=at, tmdb_id=tmdb_id, **values)


def training(at: datetime = NOON, **more: Any) -> TrainingRun:
    values = {"films": 12, "rows": 9, "seconds": 0.25, "fingerprint": "abc", **more}
    return TrainingRun(trained_at=at, **values)


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


def test_what_no_database_holds_is_replaced_or_cut_and_said_so_by_as_stored(store: Store) -> None:
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


# the latest list


def test_a_complete_list_replaces_the_last_one_and_shrinks(store: Store) -> None:
    store.save_tick(tick(listing=listing(5, 3, 9)))
    store.save_tick(tick(at=NOON + HOUR, listing=listing(9, 5, popularity=1.0)))
    found = store.fetch_listing()
    assert found is not None
    assert found.observed_at == NOON + HOUR
    assert found.entries == listing(9, 5, popularity=1.0)


def test_an_older_an_absent_and_an_empty_list_change_nothing(store: Store) -> None:
    store.save_tick(tick(listing=listing(5, 3)))
    store.save_tick(tick(at=NOON - HOUR, listing=listing(7, 8, 9)))
    store.save_tick(tick(at=NOON + HOUR))
    store.save_tick(tick(at=NOON + HOUR, listing=()))
    found = store.fetch_listing()
    assert found is not None
    assert (found.observed_at, found.entries) == (NOON, listing(5, 3))


def test_the_same_list_again_is_stored_as_of_now(store: Store) -> None:
    store.save_tick(tick(listing=listing(5)))
    store.save_tick(tick(listing=listing(6)))
    found = store.fetch_listing()
    assert found is not None
    assert found.entries == listing(6)


# history


def test_snapshots_by_film_and_time(store: Store) -> None:
    stored = [snapshot(i, NOON + n * HOUR, rank=n) for i in (1, 2) for n in range(4)]
    store.save_tick(tick(snapshots=reversed(stored)))
    assert store.fetch_snapshots([2, 1, 7]) == stored
    found = store.fetch_snapshots([1], since=NOON + HOUR, until=NOON + 2 * HOUR)
    assert [s.rank for s in found] == [1, 2]


def test_a_snapshot_of_the_same_moment_is_replaced(store: Store) -> None:
    store.save_tick(tick(snapshots=[snapshot(1), snapshot(1, NOON + timedelta(microseconds=1))]))
    store.save_tick(tick(snapshots=[snapshot(1, popularity=None, imported=True)]))
    found = store.fetch_snapshots([1])
    assert [(s.popularity, s.imported) for s in found] == [(None, True), (1.5, False)]


def test_the_newest_snapshot_at_or_before_a_time(store: Store) -> None:
    films = [film(i) for i in (1, 2, 3, 4)]
    taken = [snapshot(i, NOON + n * HOUR, rank=n) for i in (1, 2) for n in range(5)]
    store.save_tick(tick(*films, snapshots=[*taken, snapshot(3, NOON + 9 * HOUR)]))
    found = store.fetch_snapshots_before([1, 2, 3, 4], NOON + 2 * HOUR)
    assert found == {
        1: snapshot(1, NOON + 2 * HOUR, rank=2),
        2: snapshot(2, NOON + 2 * HOUR, rank=2),
    }
    just_before = NOON + 2 * HOUR - timedelta(microseconds=1)
    assert store.fetch_snapshots_before([2], just_before)[2].rank == 1


def test_pruning_drops_what_ingest_stored_and_nothing_imported(store: Store) -> None:
    old, limit = NOON - 2 * HOUR, NOON - HOUR
    store.save_tick(
        tick(
            film(1, observed_at=old),
            film(2, observed_at=NOON),
            film(3, observed_at=old, imported=True),
            film(4, observed_at=old),
            film(5, observed_at=None),
            snapshots=[
                snapshot(1, old),
                snapshot(2, old),
                snapshot(2, limit),
                snapshot(3, old, imported=True),
                snapshot(3, old + timedelta(minutes=1)),
                snapshot(4, old, imported=True),
            ],
            run=run(old),
        )
    )
    store.save_run(run(limit))
    store.save_predictions([prediction(1), prediction(2)])
    store.save_run(run(NOON))
    assert store.prune(limit)

    assert sorted(store.fetch_movies(range(9))) == [2, 3, 4, 5]
    kept = [(s.tmdb_id, s.snapshot_ts) for s in store.fetch_snapshots(range(9))]
    assert kept == [(2, limit), (3, old), (4, old)]
    assert [r.started_at for r in store.fetch_runs("ingest", 9)] == [NOON, limit]
    assert [p.prediction.tmdb_id for p in store.fetch_predictions(NOON, "linear_regression")] == [2]


def test_pruning_goes_on_where_its_time_was_over(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """In small parts, one at the least; and it says when much goes at once."""
    old = NOON - 4 * DAY
    films = range(1, 1001)
    for number in range(5):
        at = old + number * HOUR
        store.save_tick(
            tick(
                *(film(n, observed_at=NOON if n == 1 else at) for n in films),
                snapshots=[snapshot(n, at) for n in films],
            )
        )
    store.save_tick(tick(snapshots=[snapshot(1, NOON)]))
    assert not store.prune(NOON - DAY, seconds=0)
    assert "5,000 of 5,001 snapshots" in caplog.text
    left = len(store.fetch_snapshots(films))
    assert 0 < left < 5001
    assert store.count_movies() == 1000, "none goes while it has a snapshot"
    while not store.prune(NOON - DAY, seconds=0):
        pass
    assert [(s.tmdb_id, s.snapshot_ts) for s in store.fetch_snapshots(films)] == [(1, NOON)]
    assert list(store.fetch_movies(films)) == [1]
    caplog.clear()
    assert store.prune(NOON - DAY)
    assert caplog.text == ""


# runs


def test_runs_of_a_job_newest_first(store: Store) -> None:
    whole = run(
        NOON,
        exit_code=3,
        source="popular",
        requests=42,
        films_seen=40,
        films_new=1,
        films_changed=2,
        films_unchanged=37,
        message="all went well 🎬" * 500,
    )
    store.save_run(whole)
    store.save_run(run(NOON + HOUR, outcome="failed"))
    store.save_run(run(NOON + 2 * HOUR, job="train"))
    found = store.fetch_runs("ingest", 5)
    assert [r.outcome for r in found] == ["failed", "ok"]
    assert whole.message is not None
    assert found[1] == replace(whole, message=whole.message[:2000])
    assert len(store.fetch_runs("ingest", 1)) == 1
    last = store.fetch_last_run("ingest", {"ok", "incomplete"})
    assert last is not None
    assert last.started_at == NOON
    newest = store.fetch_last_run("ingest")
    assert newest is not None
    assert newest.outcome == "failed"
    assert store.fetch_last_run("ingest", {"incomplete"}) is None


def test_a_run_is_stored_with_its_tick(store: Store) -> None:
    store.save_tick(tick(FULL, run=run()))
    assert store.fetch_last_run("ingest") == run()


# trainings and predictions


def test_a_training_comes_back_with_its_figures(store: Store) -> None:
    done = training(
        champions={"popularity": "hist_gradient_boosting", "vote_average": "linear_regression"},
        metrics={
            ("linear_regression", "popularity", "holdout_mae"): 7.2935,
            ("linear_regression", "popularity", "holdout_r2"): -0.1,
        },
    )
    store.save_training(done, [])
    assert store.fetch_last_training() == done
    again = training(metrics={("linear_regression", "popularity", "holdout_r2"): math.nan})
    store.save_training(again, [])
    assert store.fetch_trainings(5) == [replace(again, metrics={})]


def test_only_the_newest_trainings_are_kept(store: Store) -> None:
    store.save_tick(tick(film(1)))
    for hour in range(23):
        at = NOON + hour * HOUR
        figures = {("linear_regression", "popularity", "holdout_mae"): float(hour)}
        # An iterator, which a transaction that is begun again must not find used up.
        store.save_training(training(at, metrics=figures), [prediction(1, at)])
    found = store.fetch_trainings(99)
    assert [t.trained_at for t in found] == [NOON + hour * HOUR for hour in range(22, 2, -1)]
    assert [list(t.metrics.values()) for t in found] == [[float(h)] for h in range(22, 2, -1)]
    assert not store.fetch_predictions(NOON + 2 * HOUR, "linear_regression")
    assert store.fetch_predictions(NOON + 3 * HOUR, "linear_regression")
    store.save_training(training(NOON + 30 * HOUR), [], keep=1)
    assert len(store.fetch_trainings(99)) == 1
    assert not store.fetch_predictions(NOON + 22 * HOUR, "linear_regression")


def test_predictions_with_their_films_in_the_order_asked_for(store: Store) -> None:
    store.save_tick(tick(film(1, title="beta"), film(2, title="Alpha"), film(3, title="gamma")))
    made = [
        prediction(1, predicted_popularity=5.0, actual_popularity=5.5),
        prediction(2, predicted_popularity=None),
        prediction(
            3,
            predicted_popularity=9.0,
            actual_popularity=2.0,
            actual_vote_average=7.0,
            mae_popularity=1.0,
            mae_vote_average=0.5,
            predicted_popularity_low=8.0,
            predicted_popularity_high=10.0,
            predicted_vote_average_low=5.0,
            predicted_vote_average_high=7.5,
        ),
        prediction(4),  # its film is gone
        prediction(1, model_name="other"),
    ]
    store.save_predictions(made)

    def order(**options: Any) -> list[int]:
        found = store.fetch_predictions(NOON, "linear_regression", **options)
        return [one.prediction.tmdb_id for one in found]

    assert order() == [3, 1, 2]
    assert order(limit=1) == [3]
    assert order(sort="residual") == [3, 1, 2]
    assert order(sort="title") == [2, 1, 3]
    first = store.fetch_predictions(NOON, "linear_regression", limit=1)[0]
    assert (first.prediction, first.title, first.vote_count) == (made[2], "gamma", None)
    store.save_predictions([prediction(3, predicted_popularity=1.0)])
    assert order() == [1, 3, 2]


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
