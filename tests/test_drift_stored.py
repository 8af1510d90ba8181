"""Changes of TMDB's scale in a store: found, remembered day after day, and undone in learning."""

from datetime import datetime, timedelta

import pytest

from tests.parts.films import NOON, movie
from tests.parts.home import Home
from tests.parts.learned import Films, do_train
from tests.parts.require import real_data
from tmdbdash.learning.data.popularity_scale import DAY, on_one_scale
from tmdbdash.learning.jobs.drift import find_drift, snapshots_on_one_scale
from tmdbdash.records import FilmChange, Snapshot, TickWrite
from tmdbdash.records.drift import MIXED, RESCALED, RESTARTED, Drift, ScaleShift
from tmdbdash.status import read_status
from tmdbdash.storage import Store, open_store
from tmdbdash.terminal.code_words import shift_words

FACTOR = 1.7


def observe(store: Store, at: datetime, factor: float) -> None:
    """Twenty of the films observed at that time, their popularity times a factor."""
    changes = []
    for number in range(1, 21):
        base = movie(number)
        popularity = (base.popularity or 0.0) * factor
        changes.append(
            FilmChange(
                kind="changed",
                movie=movie(number, popularity=popularity, observed_at=at, snapshot_at=at),
                snapshot=Snapshot(
                    tmdb_id=number,
                    snapshot_ts=at,
                    popularity=popularity,
                    vote_count=base.vote_count,
                    vote_average=base.vote_average,
                ),
            )
        )
    store.save_tick(TickWrite(observed_at=at, changes=tuple(changes)))


def follow(store: Store, factor: float) -> None:
    """Ten days of observations, on the last five of which the scale is another."""
    for day in range(10):
        observe(store, NOON + day * DAY, factor if day >= 5 else 1.0)


def drift_of(store: Store, until: datetime) -> Drift:
    columns = store.fetch_movie_columns(("tmdb_id", "popularity", "observed_at"))
    return find_drift(store, columns, until)


def test_both_engines_learn_from_older_values_on_the_newer_scale(
    engine_home: Home,
) -> None:
    with open_store(engine_home.settings()) as store:
        films = Films(store)
        films.put(*(movie(i) for i in range(1, 61)))
        now = NOON + 10 * DAY
        follow(store, FACTOR)
        do_train(films, engine_home, now=now, models=["ridge"])
        drift = store.fetch_study(Drift)
        assert drift is not None
        (shift,) = drift.shifts
        assert (shift.action, shift.films) == (RESCALED, 20)
        assert shift.factor == pytest.approx(FACTOR, rel=0.01)
        actual = {film: made.actual_popularity for film, made in films.predictions().items()}
        for number in (1, 20, 21, 60):  # observed after it or before it
            wanted = FACTOR * (movie(number).popularity or 0.0)
            assert actual[number] == pytest.approx(wanted, rel=0.01)
        told = read_status(store, engine_home.settings(), now)
        assert told.as_json()["drift"] == drift.as_json()["shifts"]
        assert "by a factor of 1.70 (20 films compared): older values" in shift_words(shift)
        history = store.fetch_snapshot_columns([1], NOON, now, timedelta(hours=1))
        level = snapshots_on_one_scale(store, history, now)["popularity"]
        assert len(level) == 10
        assert max(level) == pytest.approx(min(level), rel=0.01)


def test_a_jump_stays_known_when_its_days_are_gone(films: Films, home: Home) -> None:
    known = ScaleShift(at="2024-11-20T12:00:00Z", factor=FACTOR, films=20, action=RESCALED)
    films.store.save_studies(NOON - DAY, [Drift(shifts=(known,))])
    assert drift_of(films.store, NOON).shifts == (known,)
    assert drift_of(films.store, NOON - timedelta(hours=1)).shifts == (known,)  # no film yet


@pytest.mark.parametrize(("days", "retention"), [(192, 180), (30, 5), (30, 3)])
def test_day_after_day_a_jump_stays_known(empty: Films, days: int, retention: int) -> None:
    store, since = empty.store, 4
    seen = []
    for day in range(days):
        at = NOON + day * DAY + timedelta(minutes=37 * day % 120)
        observe(store, at, FACTOR if day >= since else 1.0)
        store.prune(at - retention * DAY)
        if since + 6 < day < days - 20 and day % 10:
            continue  # daily again when the first days go
        drift = drift_of(store, at)
        store.save_studies(at, [drift])
        seen.append(drift.shifts)
    assert seen[: since + 1] == [()] * (since + 1)
    begin = seen[since + 2]
    assert [shift.factor for shift in begin] == [FACTOR]
    assert all(shifts == begin for shifts in seen[since + 2 :])


def test_a_clock_far_ahead_begins_no_era(films: Films, home: Home) -> None:
    films.put(movie(400, observed_at=NOON + timedelta(days=3000)))
    assert drift_of(films.store, NOON) == Drift()


def test_a_year_without_observations_is_no_other_scale_where_films_show_the_same(
    films: Films, home: Home
) -> None:
    store, later = films.store, NOON + timedelta(days=400)
    observe(store, NOON, 1.0)
    observe(store, later, 1.1)
    assert drift_of(store, later) == Drift()
    observe(store, later + DAY, 2.0)
    (shift,) = drift_of(store, later + DAY).shifts
    assert (shift.factor, shift.films, shift.action) == (2.0, 20, MIXED)


def test_a_jump_after_a_year_without_observations_is_not_taken_for_another_era(
    films: Films, home: Home
) -> None:
    store, later = films.store, NOON + timedelta(days=400)
    observe(store, NOON, 1.0)
    for day in range(6):
        observe(store, later + day * DAY, FACTOR if day >= 3 else 1.0)
    (shift,) = drift_of(store, later + 5 * DAY).shifts
    assert (shift.factor, shift.action) == (FACTOR, RESCALED)


def test_an_era_of_the_same_scale_does_not_hide_an_older_one(films: Films, home: Home) -> None:
    store, later = films.store, NOON + timedelta(days=400)
    films.put(*(movie(i, observed_at=NOON - timedelta(days=3000)) for i in range(401, 501)))
    observe(store, NOON, 1.0)
    observe(store, later, 1.0)
    (shift,) = drift_of(store, later).shifts
    assert (shift.at, shift.factor, shift.action) == ("2025-11-20T12:00:00Z", None, MIXED)


def test_without_a_jump_nothing_is_said(films: Films, home: Home) -> None:
    follow(films.store, 1.0)
    do_train(films, home, now=NOON + 10 * DAY, models=["ridge"])
    assert films.store.fetch_study(Drift) == Drift()
    assert read_status(films.store, home.settings(), NOON + 10 * DAY).as_json()["drift"] == []


def test_films_of_another_era_are_not_learned_from_for_popularity(empty: Films, home: Home) -> None:
    old = NOON - timedelta(days=3000)
    empty.put(*(movie(i) for i in range(1, 311)))
    empty.put(*(movie(i, popularity=9999.0, observed_at=old) for i in range(401, 501)))
    do_train(empty, home, models=["ridge"])
    rows = empty.predictions()
    assert rows[401].basis_popularity == "unseen"
    assert rows[401].basis_vote_average == "out_of_fold"
    assert rows[401].actual_popularity is None
    assert rows[1].basis_popularity == "out_of_fold"
    assert max(made.predicted_popularity or 0.0 for made in rows.values()) < 5000
    drift = empty.store.fetch_study(Drift)
    assert drift is not None
    assert [shift.action for shift in drift.shifts] == [RESTARTED]


def test_too_few_newer_films_are_mixed_with_the_older_and_that_is_said(
    films: Films, home: Home
) -> None:
    old = NOON - timedelta(days=3000)
    films.put(*(movie(i, observed_at=old) for i in range(401, 501)))
    do_train(films, home, models=["ridge"])
    drift = films.store.fetch_study(Drift)
    assert drift is not None
    assert [shift.action for shift in drift.shifts] == [MIXED]
    assert films.predictions()[401].actual_popularity is not None
    assert "too few films are newer" in shift_words(drift.shifts[0])


def test_a_real_mix_of_eras_is_learned_from_for_the_newer_alone(home: Home) -> None:
    """TMDB 5000, of 2016 by its guessed time, beside the lists of November 2025."""
    for name in ("tmdb_5000_movies.csv.gz", "popular_with_details_2025-11.csv.gz"):
        home.run("-q", "import", str(real_data(name)))
    with open_store(home.settings()) as store:
        columns = store.fetch_movie_columns(("tmdb_id", "popularity", "observed_at"))
        drift = find_drift(store, columns, max(at for at in columns["observed_at"] if at))
    (shift,) = drift.shifts
    assert (shift.action, shift.films) == (RESTARTED, 1249)
    assert shift.factor == pytest.approx(0.2, abs=0.05)
    assert len(columns["tmdb_id"]) == 7445
    used = on_one_scale(columns, drift)["popularity"]
    assert sum(popularity is not None for popularity in used) == 3891
