"""The panels of Now, Trends and Surprises: pure functions, with values worked out by hand."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts import sample_rows as sample
from tmdbdash.records import Movie
from tmdbdash.report.i18n.catalogue import load_catalogue
from tmdbdash.report.panels.comings import FILMS_A_LIST, comings
from tmdbdash.report.panels.comparison import compared_leaders
from tmdbdash.report.panels.error_history import LEAST_TRAININGS, past_errors
from tmdbdash.report.panels.genre_shares import GENRES_SHOWN, genre_shares
from tmdbdash.report.panels.key_figures import key_figures
from tmdbdash.report.panels.outliers import outliers
from tmdbdash.report.panels.rank_paths import PLACES, rank_paths
from tmdbdash.report.panels.release_months import LEVELS, genre_months
from tmdbdash.report.panels.top_films import top_films
from tmdbdash.report.panels.upcoming import MOST, upcoming_films
from tmdbdash.report.query.list_days import LEADERS, ListDay, ListedFilm, Moment, list_day
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.query.past import Past
from tmdbdash.storage.past_values import Point

DAY = timedelta(days=1)
NIGHT = datetime(2026, 1, 1, tzinfo=UTC)
ENGLISH = load_catalogue("en")


def point(popularity: float | None, rank: int | None = 1) -> Point:
    return Point(0, popularity, 100, 6.0, rank)


def rows_of(now: Mapping[int, float], week: Mapping[int, Point], **changes: object) -> Rows:
    """A list of these films by popularity, and what was known of some a week ago."""
    films = [
        sample.film(n, popularity=value, vote_count=100, title=f"Film {n}")
        for n, value in now.items()
    ]
    gone = [sample.film(n, popularity=1.0, title=f"Film {n}") for n in week.keys() - now.keys()]
    past = Past(as_of=sample.OBSERVED, ago={"7d": week})
    return sample.rows(films, past=past, tracked=sample.tracked([*films, *gone]), **changes)


def figures(rows: Rows) -> dict[str, tuple[str, int | None]]:
    return {f.figure: (ENGLISH.formatted(f.value), f.tmdb_id) for f in key_figures(rows)}


# The list of each day.


def test_a_day_keeps_the_order_the_genres_and_how_many_there_were() -> None:
    films = [
        sample.film(1, genres=("Drama", "Action")),
        sample.film(2, genres=("Drama",)),
        sample.film(3, genres=()),
    ]
    listed = {
        1: ListedFilm(5.0, 10, 3),
        2: ListedFilm(7.0, 10, 2),
        3: ListedFilm(7.0, 10, 1),
        99: ListedFilm(6.0, 10, 4),  # not tracked any more
    }
    day = list_day(sample.tracked(films), Moment(NIGHT, listed))
    assert day == ListDay(NIGHT, (3, 2, 99, 1), {"Drama": 2, "Action": 1}, 4)
    many = {n: ListedFilm(float(n), 1, n) for n in range(1, 200)}
    assert list_day({}, Moment(NIGHT, many)).leaders == tuple(range(199, 199 - LEADERS, -1))


def days_of(*leaders: tuple[int, ...]) -> tuple[ListDay, ...]:
    return tuple(ListDay(NIGHT + n * DAY, own, {}, len(own)) for n, own in enumerate(leaders))


def test_a_films_places_are_those_of_each_day_while_it_is_among_the_first() -> None:
    far = tuple(range(100, 100 + PLACES))
    days = days_of((2, 1), (1, 2), (), (*far, 1), (1,))
    one, two = rank_paths(rows_of({1: 9.0, 2: 8.0}, {}, days=days))
    assert (one.tmdb_id, one.place, one.first, one.best) == (1, 1, 2, 1)
    assert one.places == (2, 1, None, 1)  # of place 21 the line ends; a day without list is none
    assert one.days_listed == 4
    assert one.days == (NIGHT, NIGHT + DAY, NIGHT + 3 * DAY, NIGHT + 4 * DAY)
    assert (two.places, two.first, two.best, two.days_listed) == ((1, 2, None, None), 1, 1, 2)


def test_a_film_without_any_place_and_a_single_day_have_no_line() -> None:
    films = {1: 9.0, 2: 8.0}
    assert [p.tmdb_id for p in rank_paths(rows_of(films, {}, days=days_of((2,), (2,))))] == [2]
    assert rank_paths(rows_of(films, {}, days=days_of((1, 2)))) == ()
    assert rank_paths(rows_of(films, {}, days=days_of((), (1,), ()))) == ()


def test_genres_have_their_share_of_each_days_films() -> None:
    days = (
        ListDay(NIGHT, (), {"Drama": 2, "Comedy": 1}, 4),
        ListDay(NIGHT + DAY, (), {}, 0),
        ListDay(NIGHT + 2 * DAY, (), {"Comedy": 3, "Drama": 3}, 6),
    )
    comedy, drama = genre_shares(rows_of({}, {}, days=days))
    assert (drama.genre, drama.shares, drama.change) == ("Drama", (0.5, 0.5), 0.0)
    assert (comedy.genre, comedy.shares, comedy.first, comedy.last) == (
        "Comedy", (0.25, 0.5), 0.25, 0.5,
    )  # fmt: skip
    assert comedy.days == (NIGHT, NIGHT + 2 * DAY)
    assert genre_shares(rows_of({}, {}, days=days[:2])) == ()


def test_only_the_largest_genres_are_shown() -> None:
    counts = {f"Genre {n:02d}": n for n in range(1, 20)}
    days = tuple(ListDay(NIGHT + n * DAY, (), counts, 40) for n in range(2))
    shown = [one.genre for one in genre_shares(rows_of({}, {}, days=days))]
    assert shown == [f"Genre {n:02d}" for n in range(19, 19 - GENRES_SHOWN, -1)]


# Genres by release month.


def month_film(number: int, month: int, popularity: float | None, *genres: str) -> Movie:
    return sample.film(
        number, release_date=date(2025, month, 3), popularity=popularity, genres=genres
    )


def test_a_month_has_the_median_of_three_films_or_more() -> None:
    films = [
        month_film(1, 1, 1.0, "Drama"),
        month_film(2, 1, 9.0, "Drama"),
        month_film(3, 1, 2.0, "Drama", "Action"),
        month_film(4, 2, 7.0, "Drama"),
        month_film(5, 2, 8.0, "Drama"),
        *(month_film(n, 12, 10.0 * n, "Drama") for n in range(6, 10)),
        month_film(10, 3, None, "Drama"),
        sample.film(11, release_date=None, genres=("Drama",)),
        month_film(12, 3, 5.0),
    ]
    (drama,) = genre_months(sample.rows(films))  # no month of Action has three
    assert (drama.genre, drama.films) == ("Drama", 9)
    assert drama.counts == (3, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4)
    assert drama.popularity == (2.0, *[None] * 10, 75.0)
    assert drama.levels == (1, *[0] * 10, 1 + LEVELS // 2)


@given(st.lists(st.floats(0, 1e4), min_size=12, max_size=12, unique=True))
def test_each_step_of_colour_has_as_many_months(values: list[float]) -> None:
    films = [
        month_film(100 * month + n, month, values[month - 1], "Drama")
        for month in range(1, 13)
        for n in range(3)
    ]
    (drama,) = genre_months(sample.rows(films))
    assert sorted(drama.levels) == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6]
    ordered = [level for _, level in sorted(zip(values, drama.levels, strict=True))]
    assert ordered == sorted(ordered)


# The week before.


def test_films_that_came_and_went_the_most_popular_first() -> None:
    week = {2: point(5.0, 2), 8: point(3.0, 3), 9: point(30.0, 1), 7: point(4.0, None)}
    found = comings(rows_of({1: 10.0, 2: 20.0, 3: 30.0, 7: 1.0}, week))
    assert [(c.side, c.tmdb_id, c.popularity) for c in found] == [
        ("entered", 3, 30.0),
        ("entered", 1, 10.0),
        ("entered", 7, 1.0),  # followed a week ago, but not on the list
        ("left", 8, 1.0),  # as popular as when it was last read
        ("left", 9, 1.0),
    ]
    many = comings(rows_of({n: float(n) for n in range(1, 30)}, {40: point(1.0)}))
    assert [c.side for c in many] == ["entered"] * FILMS_A_LIST + ["left"]


def test_nothing_came_where_no_list_of_a_week_ago_is_known() -> None:
    """Imported histories have values of days of which no list is known."""
    assert comings(rows_of({1: 10.0}, {})) == ()
    assert comings(rows_of({1: 10.0}, {1: point(5.0, None), 2: point(5.0, None)})) == ()
    assert comings(replace(rows_of({}, {1: point(1.0)}), listing=None)) == ()


def test_the_key_figures_count_against_a_week_before() -> None:
    week = {1: point(10.0), 2: point(50.0), 3: point(30.0), 9: point(7.0)}
    rows = rows_of({1: 12.5, 2: 41.0, 3: 30.0, 4: 99.0}, week)
    assert figures(rows) == {
        "entered": ("1", None),
        "rise": ("+2.5", 1),
        "fall": ("-9.0", 2),
        "rising": ("33%", None),
    }
    sides = {f.figure: f.side for f in key_figures(rows)}
    assert sides == {"entered": None, "rise": "riser", "fall": "faller", "rising": None}


def test_key_figures_that_cannot_be_counted_are_left_out() -> None:
    assert figures(rows_of({1: 12.5}, {})) == {}
    assert figures(replace(rows_of({1: 12.5}, {1: point(1.0)}), listing=None)) == {}
    unlisted = rows_of({1: 12.5}, {1: point(10.0, None)})
    assert figures(unlisted) == {"rise": ("+2.5", 1), "rising": ("100%", None)}
    assert figures(rows_of({1: 10.0}, {1: point(10.0)})) == {
        "entered": ("0", None),
        "rising": ("0%", None),
    }


# Top films, comparison and what is to come.


def test_a_leading_films_line_ends_with_the_list_and_its_change_is_of_seven_days() -> None:
    end = int(sample.OBSERVED.timestamp())
    week = [(end - 6 * 86_400, 30.0), (end - 86_400, 50.0)]
    past = Past(as_of=sample.OBSERVED, ago={"7d": {1: point(20.0)}}, week={1: week})
    (film,) = top_films(replace(rows_of({1: 25.0}, {}), past=past))
    assert film.spark == ((end - 7 * 86_400, 20.0), *week, (end, 25.0))
    assert film.change == 1.25
    assert film.forecast is not None
    assert film.forecast == (93.0, 76.0, 117.0, None)
    (alone,) = top_films(replace(rows_of({1: 25.0}, {}), past=Past()))
    assert (alone.spark, alone.change, alone.is_new, alone.rank_change) == ((), None, False, None)


def test_leading_films_are_compared_over_time() -> None:
    ago = {"24h": {1: point(9.0)}, "7d": {1: point(float("nan"))}, "30d": {}}
    rows = replace(rows_of({1: 10.0}, {}), past=Past(as_of=sample.OBSERVED, ago=ago))
    (film,) = compared_leaders(rows)
    assert (film.popularity, film.day_before, film.week_before, film.month_before) == (
        10.0, 9.0, None, None,
    )  # fmt: skip
    many = rows_of({n: float(n) for n in range(1, 30)}, {})
    assert [film.tmdb_id for film in compared_leaders(many)] == list(range(29, 19, -1))


def test_upcoming_films_are_those_after_the_day_of_the_list() -> None:
    today = sample.OBSERVED.date()
    dates = {1: today, 2: today + DAY, 3: None, 4: today + 9 * DAY, 5: today + DAY}
    films = [sample.film(n, release_date=day) for n, day in dates.items()]
    rows = sample.rows(films)
    assert [film.tmdb_id for film in upcoming_films(rows)] == [2, 5, 4]
    assert upcoming_films(replace(rows, listing=None)) == ()
    many = [sample.film(n, release_date=today + n * DAY) for n in range(1, 40)]
    assert [film.tmdb_id for film in upcoming_films(sample.rows(many))] == list(range(1, MOST + 1))
    assert upcoming_films(replace(rows, tracked={})) == ()


# Films far from what is expected.


def outliers_of(target: str, **facts: float | None) -> list[tuple[str, str]]:
    made = sample.predicted(sample.film(1), **facts)
    found = outliers(sample.rows(outliers={target: (made,)}))
    return [(one.side, ENGLISH.formatted(one.times)) for one in found]


@pytest.mark.parametrize(
    ("expected", "actual", "found"),
    [
        (10.0, 5.0, [("under-rated", "50% of expected")]),
        (5.0, 215.0, [("over-rated", "43 times expected")]),
        (10.0, 99.9, [("over-rated", "10.0 times expected")]),
        (10.0, 0.0, [("under-rated", "-10.0 points")]),
        (10.0, 10.0, []),
        (10.0, 10.0004, []),
        (None, 10.0, []),
        (10.0, None, []),
        (float("nan"), 10.0, []),
    ],
)
def test_how_far_a_film_is_from_its_expected_popularity(
    expected: float | None, actual: float | None, found: list[tuple[str, str]]
) -> None:
    shown = outliers_of("popularity", predicted_popularity=expected, actual_popularity=actual)
    assert shown == found


def test_ratings_are_apart_by_points() -> None:
    shown = outliers_of("vote_average", predicted_vote_average=7.5, actual_vote_average=3.25)
    assert shown == [("under-rated", "-4.3 points")]


@given(st.floats(0, 1e4), st.floats(0, 1e4), st.sampled_from(["popularity", "vote_average"]))
def test_under_rated_is_expected_above_actual(expected: float, actual: float, target: str) -> None:
    facts = {f"predicted_{target}": expected, f"actual_{target}": actual}
    made = sample.predicted(sample.film(1), **facts)
    for one in outliers(sample.rows(outliers={target: (made,)})):
        assert (one.side == "under-rated") == (one.expected > one.actual)
        assert one.interval.value == one.expected
        assert one.interval.actual == one.actual


def test_under_rated_films_come_first_for_each_target() -> None:
    found = outliers(sample.rows())
    assert [(one.target, one.side) for one in found] == [
        (target, side)
        for target in ("popularity", "vote_average")
        for side in ("under-rated", "over-rated")
        for _ in range(2)
    ]


def test_two_trainings_make_no_history() -> None:
    trainings = sample.rows().trainings
    assert len(trainings) == LEAST_TRAININGS
    assert past_errors(sample.rows(trainings=trainings[:2])) == ()
