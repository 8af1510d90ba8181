"""A guessed time gives way to a stated one, never the other way round by a little; over engines."""

import itertools
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.parts.home import Home
from tests.parts.plans import looked_at
from tests.parts.ticks import NOW, film_after, observed
from tmdbdash.importing.observations import ObservedRow
from tmdbdash.importing.replaying import Replay
from tmdbdash.ingest.deciding import decide
from tmdbdash.ingest.film_metrics import metrics_of
from tmdbdash.ingest.guessed_times import MAY_BE_LATE
from tmdbdash.records import FilmChange, FilmFacts, GuessedTimes, Movie, TickWrite
from tmdbdash.storage import Store, open_store
from tmdbdash.storage.engine import connect

GUESS = datetime(2025, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def said(popularity: float = 5.0, votes: int = 100, **facts: Any) -> FilmFacts:
    return FilmFacts(
        tmdb_id=7, title="A", popularity=popularity, vote_count=votes, vote_average=6.5, **facts
    )


def row(facts: FilmFacts, at: datetime, **how: Any) -> ObservedRow:
    return ObservedRow(1, observed(facts, at, imported=True, **how))


def see(
    store: Store, facts: FilmFacts, at: datetime, *, guessed: bool = False, rank: int | None = None
) -> Movie:
    replay = Replay(store, NOW)
    assert replay.save([row(facts, at, rank=rank, guessed=guessed)]) == []
    replay.close()
    return store.fetch_movies([7])[7]


def history(store: Store) -> list[tuple[datetime, float | None]]:
    return [(s.snapshot_ts, s.popularity) for s in store.fetch_snapshots([7])]


def state(movie: Movie) -> tuple[datetime | None, bool, float | None]:
    return movie.observed_at, movie.observed_guessed, movie.popularity


def test_a_guess_leaves_its_mark_and_a_newer_stated_time_clears_it(store: Store) -> None:
    assert state(see(store, said(), GUESS, guessed=True)) == (GUESS, True, 5.0)
    assert store.count_guessed() == GuessedTimes(1, GUESS, GUESS)
    later = GUESS + DAY
    assert state(see(store, said(6.0), later)) == (later, False, 6.0)
    assert history(store) == [(GUESS, 5.0), (later, 6.0)]
    assert store.count_guessed() == GuessedTimes()


def test_a_guess_that_is_not_newer_changes_no_mark(store: Store) -> None:
    see(store, said(), GUESS)
    older = see(store, said(4.0, runtime=90), GUESS - 100 * DAY, guessed=True)
    assert state(older) == (GUESS, False, 5.0)
    assert older.runtime == 90
    assert history(store) == [(GUESS - 100 * DAY, 4.0), (GUESS, 5.0)]


@pytest.mark.parametrize("ahead", [timedelta(), DAY, MAY_BE_LATE])
def test_a_guess_that_is_little_newer_overwrites_nothing_stated(
    store: Store, ahead: timedelta
) -> None:
    see(store, said(), GUESS)
    movie = see(store, said(9.0, runtime=90), GUESS + ahead, guessed=True)
    assert state(movie) == (GUESS, False, 5.0)
    assert (movie.runtime, movie.snapshot_at) == (90, GUESS)
    # It is history, but of two values at one time the stated one stays.
    assert history(store) == [(GUESS, 5.0), *([(GUESS + ahead, 9.0)] if ahead else [])]
    assert see(store, said(9.0, runtime=90), GUESS + ahead, guessed=True) == movie


def test_a_guess_that_is_much_newer_takes_over_and_leaves_its_mark(store: Store) -> None:
    see(store, said(), GUESS)
    later = GUESS + MAY_BE_LATE + DAY
    assert state(see(store, said(9.0), later, guessed=True)) == (later, True, 9.0)
    assert history(store) == [(GUESS, 5.0), (later, 9.0)]


@pytest.mark.parametrize("rank", [None, 3])
@pytest.mark.parametrize("before", [DAY, MAY_BE_LATE])
def test_a_stated_time_little_older_than_a_guess_takes_the_film_over(
    store: Store, before: timedelta, rank: int | None
) -> None:
    see(store, said(), GUESS, guessed=True)
    movie = see(store, said(9.0), GUESS - before, rank=rank)
    assert state(movie) == (GUESS - before, False, 9.0)
    assert (movie.rank, movie.snapshot_at) == (rank, GUESS - before)
    assert history(store) == [(GUESS - before, 9.0), (GUESS, 5.0)]
    # The guess once more: nothing changes.
    assert see(store, said(), GUESS, guessed=True) == movie
    assert history(store) == [(GUESS - before, 9.0), (GUESS, 5.0)]


def test_a_stated_time_much_older_than_a_guess_becomes_history(store: Store) -> None:
    see(store, said(), GUESS, guessed=True)
    older = GUESS - MAY_BE_LATE - DAY
    assert state(see(store, said(9.0, runtime=90), older)) == (GUESS, True, 5.0)
    assert history(store) == [(older, 9.0), (GUESS, 5.0)]


@pytest.mark.parametrize("days", [-4000, -400, -10, 0, 10, 200])
def test_the_same_values_at_a_stated_time_mend_a_guess(store: Store, days: int) -> None:
    see(store, said(), GUESS, guessed=True)
    stated = GUESS + days * DAY
    movie = see(store, said(), stated)
    assert state(movie) == (stated, False, 5.0)
    assert movie.snapshot_at == stated
    assert history(store) == [(stated, 5.0)]
    # Once more, and once more as a guess: nothing changes.
    assert see(store, said(), stated) == movie
    assert see(store, said(), GUESS, guessed=True) == movie
    assert history(store) == [(stated, 5.0)]


def test_a_film_without_popularity_or_votes_takes_its_stated_time_too(store: Store) -> None:
    bare = FilmFacts(tmdb_id=7, title="A")
    see(store, bare, GUESS, guessed=True)
    movie = see(store, bare, GUESS - 400 * DAY)
    assert (movie.observed_at, movie.observed_guessed) == (GUESS - 400 * DAY, False)
    # Values are mended by values only.
    see(store, said(), GUESS, guessed=True)
    assert see(store, bare, GUESS - 300 * DAY).observed_guessed


def test_a_list_that_shows_the_same_values_mends_nothing(store: Store) -> None:
    see(store, said(), GUESS, guessed=True)
    assert see(store, said(), GUESS - 400 * DAY, rank=2).observed_at == GUESS
    later = see(store, said(), GUESS + 400 * DAY, rank=2)
    assert state(later) == (GUESS + 400 * DAY, False, 5.0)
    times = [at for at, _ in history(store)]
    assert times == [GUESS - 400 * DAY, GUESS, GUESS + 400 * DAY]


def test_a_mended_film_shows_what_is_newer_than_its_true_time(store: Store) -> None:
    """A list of 2022 was known; a file of 2021, guessed to be of 2025, had gone over it."""
    known, stated = datetime(2022, 3, 1, tzinfo=UTC), datetime(2021, 3, 1, tzinfo=UTC)
    see(store, said(8.0), known, rank=4)
    see(store, said(5.0), GUESS, guessed=True)
    movie = see(store, said(5.0), stated)
    assert state(movie) == (known, False, 8.0)
    assert (movie.rank, movie.snapshot_at) == (4, known)
    assert history(store) == [(stated, 5.0), (known, 8.0)]


def test_a_guess_and_its_correction_in_one_batch(store: Store) -> None:
    replay = Replay(store, NOW)
    stated = GUESS - 400 * DAY
    replay.save([row(said(), GUESS, guessed=True), row(said(), stated)])
    replay.close()
    assert state(store.fetch_movies([7])[7]) == (stated, False, 5.0)
    assert history(store) == [(stated, 5.0)]


def test_the_order_of_a_near_guess_and_a_stated_time_does_not_matter() -> None:
    for shift in range(-40, 41, 5):
        seen = [(said(5.0), GUESS, True), (said(9.0), GUESS + shift * DAY, False)]
        found = set()
        for order in itertools.permutations(seen):
            known = None
            for facts, at, guessed in order:
                known = film_after(known, facts, at, NOW, imported=True, guessed=guessed)
            assert known is not None
            found.add(state(known))
        assert len(found) == 1, shift


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (said(5.0, 100), said(7.0, 90)),
        (said(5.0, 100), said(7.0, 100)),
        (
            said(5.0, 100, runtime=90),
            FilmFacts(tmdb_id=7, title="A", popularity=9.0, language="en"),
        ),
        (said(5.0, 100), FilmFacts(tmdb_id=7, title="A", vote_count=80, vote_average=6.0)),
    ],
    ids=["votes", "popularity", "no votes", "no popularity"],
)
def test_two_imports_of_one_guess_give_the_same_film_in_any_order_and_again(
    store: Store, one: FilmFacts, other: FilmFacts
) -> None:
    def save(*facts: FilmFacts, film: int = 7) -> dict[str, Any]:
        for fact in facts:
            replay = Replay(store, NOW)
            assert replay.save([row(replace(fact, tmdb_id=film), GUESS, guessed=True)]) == []
            replay.close()
        stored = store.fetch_movies([film])[film]
        (snapshot,) = store.fetch_snapshots([film])
        assert metrics_of(snapshot) == metrics_of(stored)
        return asdict(stored) | {"updated_at": None, "tmdb_id": None}

    first = save(one, other)
    assert first["vote_count"] == 100
    assert save(other, one, film=8) == first
    for facts in ((other, one), (one,), (other,), (other, other, one)):
        assert save(*facts) == first


def test_a_live_tick_ends_a_guess_of_today() -> None:
    today = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
    known = film_after(None, said(), today, NOW, imported=True, guessed=True)
    change = decide(known, observed(said(), NOW, 3), now=NOW)
    assert change.movie is not None
    assert state(change.movie) == (NOW, False, 5.0)
    assert change.replaces_snapshot_at is None


# The database


def test_old_rows_have_no_mark_and_the_upgrade_can_be_begun_again(engine_home: Home) -> None:
    open_store(engine_home.settings()).close()
    database = connect(engine_home.settings())

    def run(*statements: str) -> None:
        for statement in statements:
            database.write(lambda c, s=statement: c.execute(text(s)))  # type: ignore[misc]

    table = " ON movies" if database.engine.dialect.name != "sqlite" else ""
    # The schema as revision 5 had it, with a film.
    run(
        f"DROP INDEX ix_movies_imported_times{table}",
        "ALTER TABLE movies DROP COLUMN observed_guessed",
        "CREATE INDEX ix_movies_imported_observed_at ON movies (imported, observed_at)",
        "INSERT INTO movies (tmdb_id, title, genres, imported, inserted_at, updated_at)"
        " VALUES (1, 'A', '', 1, '2020-01-01 00:00:00.000000', '2020-01-01 00:00:00.000000')",
        "UPDATE alembic_version SET version_num = '0005'",
    )
    for _ in range(2):
        with open_store(engine_home.settings()) as store:
            assert store.fetch_movies([1])[1].observed_guessed is False
            assert store.count_guessed() == GuessedTimes()
        # Interrupted after its steps, before the revision was noted.
        run("UPDATE alembic_version SET version_num = '0005'")
    database.close()


def test_guesses_are_counted_by_the_index_alone(store: Store) -> None:
    films = [
        Movie(tmdb_id=n, title="A", observed_at=GUESS, imported=n > 380, observed_guessed=n > 390)
        for n in range(1, 401)
    ]
    changes = tuple(FilmChange(kind="new", movie=film) for film in films)
    store.save_tick(TickWrite(observed_at=GUESS, changes=changes))
    with looked_at(store) as cost:
        assert store.count_guessed().films == 10
        found = cost()
    assert found == [] if isinstance(found, list) else found <= 25


# Freshness


def test_a_guessed_time_proves_no_fresh_data(store: Store) -> None:
    see(store, said(), GUESS, guessed=True)
    assert store.fetch_observed_at() == GUESS
    older = FilmFacts(tmdb_id=8, title="B", popularity=1.0)
    Replay(store, NOW).save([row(older, GUESS - 9 * DAY)])
    assert store.fetch_observed_at() == GUESS - 9 * DAY
