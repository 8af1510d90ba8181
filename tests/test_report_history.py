"""What the page says of the past, from a real database of either engine."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts.followed import DAY, HOUR, follow, hours, snapshot_of
from tests.parts.home import Home
from tmdbdash.records import FilmChange, Movie, TickWrite
from tmdbdash.report.films.film_files import fetch_details, history_spans
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.panels.error_history import past_errors
from tmdbdash.report.panels.movers import FILMS_A_LIST, film_movers
from tmdbdash.report.panels.scatter import SAMPLE, compared_films
from tmdbdash.report.panels.top_films import SPARK_POINTS, top_films, week_values
from tmdbdash.report.query.list_days import DAYS, fetch_moments
from tmdbdash.report.query.page_queries import Rows, fetch_rows
from tmdbdash.report.query.past import Past
from tmdbdash.report.query.spans import midnights
from tmdbdash.settings import Settings
from tmdbdash.storage import Store

FILMS = [sample.film(n, vote_count=100) for n in range(1, 31)]


@pytest.fixture
def settings(engine_home: Home) -> Settings:
    return engine_home.settings()


def fetch(store: Store, settings: Settings, now: datetime = sample.NOW) -> Rows:
    return fetch_rows(store, settings, now)


def test_ranks_are_compared_with_those_of_24_hours_ago(store: Store, settings: Settings) -> None:
    def way(movie: Movie, age: timedelta) -> float | None:
        if movie.tmdb_id == 5 and age >= 20 * HOUR:
            return None  # came into the list since
        if movie.tmdb_id == 9 and age >= 12 * HOUR:
            return 2000.0  # was the first
        return movie.popularity

    follow(store, FILMS, hours(30), way)
    top = {film.tmdb_id: film for film in top_films(fetch(store, settings))}
    assert [film.rank for film in top.values()] == list(range(1, 21))
    assert (top[5].is_new, top[5].rank_change) == (True, None)
    assert (top[9].is_new, top[9].rank_change) == (False, 1 - 9)
    assert (top[1].is_new, top[1].rank_change) == (False, 1)
    assert (top[10].is_new, top[10].rank_change) == (False, 9 - 10)
    assert [film.is_new for film in top.values()].count(True) == 1


def test_the_change_counts_in_the_order_that_is_shown(store: Store, settings: Settings) -> None:
    """By popularity, whatever the order of TMDB's list; films that have left it count as well."""

    def way(movie: Movie, age: timedelta) -> float | None:
        if movie.tmdb_id == 30:
            return 5000.0 if age >= 20 * HOUR else None  # led the list, and left it
        if movie.tmdb_id == 9:
            return 3000.0 if age < 12 * HOUR else movie.popularity
        return movie.popularity

    follow(store, FILMS, hours(30), way)
    top = top_films(fetch(store, settings))
    assert [(film.place, film.tmdb_id) for film in top[:3]] == [(1, 9), (2, 1), (3, 2)]
    assert [film.rank_change for film in top[:3]] == [10 - 1, 2 - 2, 3 - 3]


def test_the_line_of_a_film_starts_where_its_change_is_counted_from(
    store: Store, settings: Settings
) -> None:
    def way(movie: Movie, age: timedelta) -> float | None:
        return (movie.popularity or 0) * (2 if movie.tmdb_id == 1 and age > 6 * DAY else 1)

    follow(store, FILMS, [n * DAY for n in range(9)], way)
    rows = fetch(store, settings)
    lines = {film.tmdb_id: film.spark for film in top_films(rows)}
    week = [m for m in film_movers(rows) if m.window == "7d" and m.tmdb_id in lines]
    assert {mover.tmdb_id for mover in week} == {1}
    for mover in week:
        assert lines[mover.tmdb_id][0][1] == mover.before
        assert lines[mover.tmdb_id][-1][1] == mover.popularity


def test_without_a_list_of_yesterday_nothing_is_new(store: Store, settings: Settings) -> None:
    follow(store, FILMS, hours(20))
    rows = fetch(store, settings)
    top = top_films(rows)
    assert {(film.is_new, film.rank_change) for film in top} == {(False, None)}
    assert film_movers(rows) == ()


def test_a_film_that_was_not_followed_then_is_not_compared(
    store: Store, settings: Settings
) -> None:
    """Its last snapshot of before is too old: whatever it says was not said then."""

    def way(movie: Movie, age: timedelta) -> float | None:
        return None if movie.tmdb_id == 3 and 10 * HOUR < age < 40 * HOUR else movie.popularity

    follow(store, FILMS, hours(50), way)
    rows = fetch(store, settings)
    assert 3 not in rows.past.ago["24h"]
    assert len(rows.past.ago["24h"]) == len(FILMS) - 1
    assert {film.tmdb_id for film in top_films(rows) if film.is_new} == {3}


def test_a_slow_cadence_still_compares(store: Store, settings: Settings) -> None:
    follow(store, FILMS, [n * DAY + 3 * HOUR * (n > 0) for n in range(3)])
    assert len(fetch(store, settings).past.ago["24h"]) == len(FILMS)
    follow(store, FILMS, [n * DAY + 11 * HOUR for n in range(1, 3)], until=sample.OBSERVED)
    daily = settings.model_copy(update={"ingest_minutes": 1440})
    assert len(fetch(store, daily).past.ago["24h"]) == len(FILMS)


def test_movers_lead_by_points_and_by_ratio(store: Store, settings: Settings) -> None:
    def way(movie: Movie, age: timedelta) -> float | None:
        value = movie.popularity or 0.0
        if age < 24 * HOUR:
            return value
        return {1: value - 50, 2: value + 80, 29: value / 3, 30: value * 2}.get(
            movie.tmdb_id, value
        )

    follow(store, FILMS, hours(30), way)
    movers = film_movers(fetch(store, settings))
    assert {mover.window for mover in movers} == {"24h"}
    found: dict[tuple[str, str], list[int]] = {}
    for mover in movers:
        found.setdefault((mover.by, mover.side), []).append(mover.tmdb_id)
    assert found == {
        ("points", "riser"): [1, 29],
        ("points", "faller"): [2, 30],
        ("ratio", "riser"): [29, 1],
        ("ratio", "faller"): [30, 2],
    }
    riser = next(m for m in movers if m.by == "ratio" and m.tmdb_id == 29)
    assert riser.ratio == pytest.approx(3, rel=1e-3)
    assert riser.points == pytest.approx(riser.popularity - riser.before, abs=2e-3)
    assert (riser.title, riser.vote_count) == (FILMS[28].title, 100)


def test_below_the_floor_no_film_leads(store: Store, settings: Settings) -> None:
    """The first is at the floor, the second has a vote too few, the third was too unpopular."""
    votes, before = {1: 20, 2: 19, 3: 20}, {1: 1.0, 2: 1.0, 3: 0.99}
    films = [sample.film(n, vote_count=votes[n], popularity=50.0) for n in votes]
    follow(store, films, hours(30), lambda m, age: before[m.tmdb_id] if age >= DAY else 50.0)
    assert {mover.tmdb_id for mover in film_movers(fetch(store, settings))} == {1}


def test_each_list_of_movers_is_short() -> None:
    films = [sample.film(n, vote_count=100) for n in range(1, 90)]
    movers = film_movers(sample.rows(films))
    assert len(movers) == 2 * 2 * 2 * FILMS_A_LIST
    for window in ("24h", "7d"):
        for by in ("points", "ratio"):
            sides = [m.side for m in movers if (m.window, m.by) == (window, by)]
            assert sides == ["riser"] * FILMS_A_LIST + ["faller"] * FILMS_A_LIST
    assert film_movers(replace(sample.rows(films), past=Past())) == ()


def test_a_leading_films_line_keeps_every_peak_of_its_week(
    store: Store, settings: Settings
) -> None:
    """Of an hour too, however few points are drawn."""
    peaks = {5: 900.0, 50: 5.0, 120: 1200.0, 400: 1500.0, 401: 2.0}

    def way(movie: Movie, age: timedelta) -> float | None:
        value = (movie.popularity or 0.0) + (age // HOUR) % 7
        return peaks.get(age // HOUR, value) if movie.tmdb_id == 1 else value

    follow(store, FILMS[:3], [*hours(200), *(n * HOUR for n in (399, 400, 401, 402))], way)
    rows = fetch(store, settings)
    end, week = int(sample.OBSERVED.timestamp()), week_values(rows, 1)
    assert len(week) == 7 * 24 + 1
    assert (week[0][0], week[-1][0]) == (end - 7 * 86_400, end)
    (line,) = (film.spark for film in top_films(rows) if film.tmdb_id == 1)
    assert len(line) <= SPARK_POINTS
    assert set(line) <= set(week)
    values = [value for _, value in line]
    assert (min(values), max(values)) == (5.0, 1200.0)
    assert (line[0], line[-1]) == (week[0], week[-1])


def test_what_did_not_change_is_drawn_up_to_the_list(store: Store, settings: Settings) -> None:
    """A list that said the same left no snapshot, but it was said."""
    follow(store, FILMS[:3], [5 * HOUR])
    entries = store.fetch_listing()
    assert entries is not None
    store.save_tick(TickWrite(observed_at=sample.OBSERVED, changes=(), listing=entries.entries))
    seconds = int(sample.OBSERVED.timestamp())
    week = week_values(fetch(store, settings), 1)
    assert [at - seconds for at, _ in week] == [-5 * 3600, 0]


def test_a_page_made_long_after_the_last_list_says_what_that_list_said(
    store: Store, settings: Settings
) -> None:
    def way(movie: Movie, age: timedelta) -> float:
        return (movie.popularity or 0.0) + age // HOUR

    follow(store, FILMS[:12], hours(200, 2), way)

    def shown(now: datetime) -> tuple[Any, ...]:
        rows = fetch(store, settings, now)
        spans = history_spans(store, rows)
        details = next(fetch_details(store, rows, spans, list(rows.tracked))).points
        tops, movers = top_films(rows), film_movers(rows)
        assert len(movers) > 0
        moments = fetch_moments(store, rows.tracked, rows.listing, 2, rows.past.as_of or now)
        return tops, movers, list(moments), details

    at_once = shown(sample.NOW)
    for late in (7 * HOUR, 3 * DAY, 40 * DAY):
        assert shown(sample.NOW + late) == at_once, late


def test_imported_films_alone_have_their_history_up_to_the_newest(
    store: Store, settings: Settings
) -> None:
    films = [replace(film, rank=None) for film in FILMS[:3]]
    changes = [FilmChange(kind="new", movie=film) for film in films]
    changes += [
        FilmChange(kind="new", snapshot=replace(snapshot_of(films[0], at), imported=True))
        for at in (sample.OBSERVED - n * 6 * HOUR for n in range(40))
    ]
    store.save_tick(TickWrite(observed_at=sample.OBSERVED, changes=tuple(changes)))
    rows = fetch(store, settings, sample.NOW + 50 * DAY)
    end = int(sample.OBSERVED.timestamp())
    week = week_values(rows, 1)
    assert len(week) == 29
    assert week[-1][0] == end
    assert not any(film.is_new for film in top_films(rows))


def test_the_week_begins_with_the_value_that_was_in_force_then(
    store: Store, settings: Settings
) -> None:
    """A value lasts until the next snapshot: the first one within the week comes too late."""

    def way(movie: Movie, age: timedelta) -> float:
        steps = (30 * DAY, 7 * DAY, DAY)
        return (movie.popularity or 0.0) - sum(age >= step for step in steps) * 10.0

    ages = [n * 5 * HOUR + HOUR for n in range(160)]
    follow(store, FILMS[:12], [0 * HOUR, *ages], way)
    rows = fetch(store, settings)
    week, end = week_values(rows, 1), int(sample.OBSERVED.timestamp())
    assert week[0][0] == end - 7 * 86_400
    movers = {m.window: m for m in film_movers(rows) if m.tmdb_id == 1}
    assert movers.keys() == {"24h", "7d"}
    assert (week[0][1], week[-1][1] - week[0][1]) == (movers["7d"].before, movers["7d"].points)
    top = next(film for film in top_films(rows) if film.tmdb_id == 1)
    assert top.change == pytest.approx(movers["7d"].ratio, abs=1e-4)
    assert rows.past.ago["30d"][1].popularity == (FILMS[0].popularity or 0.0) - 30.0


def test_snapshots_of_yesterday_without_any_list_make_no_film_new(
    store: Store, settings: Settings
) -> None:
    unlisted = [
        replace(snapshot_of(film, sample.OBSERVED - DAY - HOUR), rank=None) for film in FILMS[:12]
    ]
    follow(store, FILMS[:12], [0 * HOUR])
    changes = tuple(FilmChange(kind="changed", snapshot=one) for one in unlisted)
    store.save_tick(TickWrite(observed_at=sample.OBSERVED - DAY - HOUR, changes=changes))
    rows = fetch(store, settings)
    assert len(rows.past.ago["24h"]) == 12
    assert not any(film.is_new for film in top_films(rows))


def test_snapshots_of_a_wrong_clock_are_not_shown(store: Store, settings: Settings) -> None:
    follow(store, FILMS[:3], hours(30))
    ahead = replace(FILMS[0], popularity=1e6, snapshot_at=None, observed_at=sample.OBSERVED)
    wrong = [snapshot_of(ahead, sample.NOW + age) for age in (HOUR, 40 * DAY)]
    changes = tuple(FilmChange(kind="changed", snapshot=one) for one in wrong)
    store.save_tick(TickWrite(observed_at=sample.OBSERVED, changes=changes))
    rows = fetch(store, settings)
    assert all(value < 1e6 for _, value in week_values(rows, 1))
    assert top_films(rows)[0].spark[-1][1] < 1e6


def test_films_without_a_list_have_their_history_too(store: Store, settings: Settings) -> None:
    changes = [FilmChange(kind="new", movie=film) for film in FILMS[:12]]
    snapshots = [snapshot_of(FILMS[0], sample.OBSERVED - n * DAY) for n in range(5)]
    changes += [FilmChange(kind="changed", snapshot=one) for one in snapshots]
    store.save_tick(TickWrite(observed_at=sample.OBSERVED, changes=tuple(changes)))
    rows = fetch(store, settings)
    assert len(week_values(rows, 1)) == 5
    assert [film.tmdb_id for film in top_films(rows)] == list(range(1, 13))
    moments = fetch_moments(store, rows.tracked, None, 2, sample.OBSERVED)
    assert not any(moment.films for moment in moments)


def test_the_list_of_each_midnight_is_what_was_listed_then(
    store: Store, settings: Settings
) -> None:
    def way(movie: Movie, age: timedelta) -> float | None:
        if movie.tmdb_id == 3 and 5 * DAY < age < 9 * DAY:
            return None
        return 2000.0 if movie.tmdb_id == 2 and age > 20 * DAY else movie.popularity

    ages = [n * 6 * HOUR for n in range(4 * 25)]
    follow(store, FILMS[:4], ages, way)
    rows = fetch(store, settings)
    moments = list(fetch_moments(store, rows.tracked, rows.listing, 360, sample.OBSERVED))
    nights = midnights(sample.OBSERVED, DAYS + 1)
    # None of before the first list.
    assert [moment.at for moment in moments] == [*nights[6:], sample.OBSERVED]
    found = {(sample.OBSERVED - moment.at).days: moment for moment in moments}
    assert found[22].leaders(3) == [2, 1, 3]
    assert found[10].leaders(3) == [1, 2, 3]
    assert found[7].leaders(3) == [1, 2, 4]
    assert found[0].leaders(4) == [1, 2, 3, 4]
    first = found[0].films[1]
    assert (first.popularity, first.vote_count, first.rank) == (FILMS[0].popularity, 100, 1)


def test_the_sample_of_the_scatter_stays_the_same() -> None:
    films = [sample.film(n) for n in range(1, 1001)]

    def drawn(listed: Sequence[Movie]) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for film in compared_films(sample.rows(listed)):
            found.setdefault(film.target, set()).add(film.tmdb_id)
        return found

    all_films, fewer = drawn(films), drawn(films[:900])
    assert {target: len(ids) for target, ids in all_films.items()} == {
        "popularity": SAMPLE,
        "vote_average": SAMPLE,
    }
    assert len(all_films["popularity"] & fewer["popularity"]) > 0.85 * SAMPLE
    film = compared_films(sample.rows(films))[0]
    assert film.actual == round(film.actual, 3)
    assert film.basis == "out_of_fold"


def test_past_errors_are_those_of_the_champion_and_the_baselines() -> None:
    errors = past_errors(sample.rows())
    assert len(errors) == 3 * 2 * 3
    assert errors[0].trained_at < errors[-1].trained_at == sample.TRAINED
    first = [(e.target, e.model, e.name) for e in errors[:3]]
    assert first == [
        ("popularity", "champion", "boosting"),
        ("popularity", "median", "median"),
        ("popularity", "linear_regression", "linear_regression"),
    ]
    assert errors[0].mae == 5.01
    assert errors[0].log_mae == pytest.approx(0.2505)
    assert {e.log_mae for e in errors if e.target == "vote_average"} == {None}
    unmeasured = (sample.training(metrics={}),) * 3
    assert past_errors(sample.rows(trainings=unmeasured)) == ()


def test_past_trainings_are_read(store: Store, settings: Settings) -> None:
    follow(store, FILMS[:3], [HOUR])
    for ago in (3 * HOUR, 2 * HOUR, HOUR, -40 * DAY):
        run = sample.training(trained_at=sample.TRAINED - ago)
        store.save_training(run, [])
    errors = past_errors(fetch(store, settings))
    assert len({error.trained_at for error in errors}) == 3


def test_the_pages_programs_answer_carries_no_lines(home: Home) -> None:
    from tmdbdash.report.panels.dashboard import summary

    made = build_dashboard(sample.rows(), home.settings(), sample.NOW)
    answer: dict[str, Any] = summary(made)
    film = answer["top"][0]
    assert "spark" not in film
    assert film["rank_change"] == 2
