"""Ratings and runtimes as people and programs write them."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_number_styles import CELLS
from tmdbdash.importing.datasets.ratings import RatingStyle, judge_ratings
from tmdbdash.importing.datasets.runtimes import runtime


@pytest.mark.parametrize(
    ("cell", "rating"),
    [
        ("7.8", 7.8), ("7,8", 7.8), ("7.8/10", 7.8), ("7,8/10", 7.8), ("7.8 / 10", 7.8),
        ("78/100", 7.8), ("3.9/5", 7.8), ("3/4", 7.5), ("78%", 7.8), ("78 %", 7.8), ("%78", 7.8),
        ("78,5%", 7.85), ("7.8 out of 10", 7.8), ("8/10.0", 8.0), ("0/10", 0.0), ("10/10", 10.0),
        ("100%", 10.0), ("\N{ARABIC-INDIC DIGIT SEVEN}/10", 7.0), ("7.8e0", 7.8), (7.8, 7.8),
        (7, 7.0), (Decimal("7.8"), 7.8), ("0", 0.0), ("7.812\N{FULLWIDTH PERCENT SIGN}", 0.7812),
    ],
)  # fmt: skip
def test_a_rating_is_read_however_it_is_written(cell: object, rating: float) -> None:
    assert RatingStyle().rating(cell) == rating


@pytest.mark.parametrize(
    "cell",
    ["78", "PG-13", "R", "G", "11/10", "6/5", "101%", "-1", "7/8", "7/0", "TV-14", "7.8/", "/10",
     "%", "NC-17", "12A", "16+", "18", "7.8/10/10", "nan", "inf", 78, math.nan, True, -0.5, [7.8]],
)  # fmt: skip
def test_what_is_no_rating_from_0_to_10_is_not_read(cell: object) -> None:
    assert RatingStyle().rating(cell) is None


def test_a_column_on_a_scale_to_100_is_known_by_nearly_all_being_above_ten() -> None:
    style = judge_ratings(["78", "65", "91", "8", "100", "55"])
    assert [style.rating(c) for c in ("78", "65", "8", "100", 78)] == [7.8, 6.5, 0.8, 10.0, 7.8]
    assert style.rating("101") is None
    assert style.rating("7.8/10") == 7.8
    assert style.rating("78%") == 7.8
    assert style.words == "on a scale to 100"


def test_a_few_cells_above_ten_are_no_scale_to_100() -> None:
    style = judge_ratings(["7.8", "6.5", "78", "7.1", "65"])
    assert style.rating("78") is None
    assert style.rating("7.8") == 7.8


def test_numbers_above_100_are_no_ratings_and_no_scale() -> None:
    style = judge_ratings(["5562", "6185", "4321", "55"])
    assert style.rating("55") is None


def test_numbers_up_to_five_stay_as_they_are() -> None:
    style = judge_ratings(["3.5", "4.0", "0.5", "5.0"])
    assert style.rating("3.5") == 3.5


def test_texts_of_another_scale_leave_the_bare_numbers_beside_them_alone() -> None:
    style = judge_ratings(["78/100", "65%", "78%", "7.1"])
    assert style.rating("7.1") == 7.1


def test_ratings_with_three_decimals_are_judged_by_their_column() -> None:
    assert judge_ratings(["7,812", "6,5"]).rating("7,812") == 7.812
    assert judge_ratings(["7,812/10", "6,5/10"]).rating("7,812/10") == 7.812


def test_an_age_limit_is_no_rating() -> None:
    limits = ["PG-13", "R", "PG", "NC-17"]
    assert [judge_ratings(limits).rating(cell) for cell in limits] == [None] * 4


@given(st.lists(st.integers(0, 100), min_size=1, max_size=30), st.sampled_from(["%", "/100", " %"]))
def test_percentages_are_read_as_tenths(shares: list[int], ending: str) -> None:
    cells = [f"{share}{ending}" for share in shares]
    style = judge_ratings(cells)
    assert [style.rating(cell) for cell in cells] == [share / 10 for share in shares]


@pytest.mark.parametrize(
    "cell",
    ["100", "100.0", "100,0", "100 min", "100 min.", "100min", "100 mins", "100 minutes", "100m",
     "100 minutos", "100'", "100\N{PRIME}", "1h 40m", "1h40m", "1h40", "1h40min", "1h 40'",
     "1 h 40", "1 hr 40 mins", "1 hr. 40 min.", "1 hour 40 minutes", "1 hour, 40 minutes",
     "1 hour and 40 minutes", "1 hora e 40 minutos", "1 heure et 40 minutes", "1 Std. 40 Min.",
     "1:40", "01:40", "01:40:00", "1:40:00.000", "0 days 01:40:00", "100:00", "PT1H40M", "PT100M",
     "PT6000S", "P0DT1H40M0S", "6000 seconds", "1h 39m 45s", "1e2", " 100 ", "0100",
     "\N{FULLWIDTH DIGIT ONE}00", "100 min (director's cut)", 100, 100.0, 99.6, Decimal(100)],
)  # fmt: skip
def test_a_runtime_of_100_minutes_is_read_however_it_is_written(cell: object) -> None:
    assert runtime(cell) == 100


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [("2h", 120), ("2 hrs", 120), ("1,5 h", 90), ("1.5 hours", 90), ("98:30", 98), ("PT2H", 120),
     ("2:00", 120), ("45", 45), ("873 min", 873), ("51420", 51420)],
)  # fmt: skip
def test_hours_and_clocks_are_minutes(cell: str, minutes: int) -> None:
    assert runtime(cell) == minutes


@pytest.mark.parametrize(
    "cell",
    ["0", "0 min", "0.0", "00:00", "PT0M", "", "abc", "h", "min", "-5", "1 40", "P", "PT", "PG",
     "1:75", "100001", "1e9", "h 40", "100 km", "1h 40x", "nan", 0, -1, True, None, math.inf,
     "6000000", "9" * 200, [100]],
)  # fmt: skip
def test_what_is_no_runtime_is_not_read(cell: object) -> None:
    assert runtime(cell) is None


@given(st.lists(CELLS, max_size=8), CELLS)
def test_no_cell_stops_the_reading(column: list[object], cell: object) -> None:
    rating = judge_ratings([*column, cell]).rating(cell)
    assert rating is None or 0 <= rating <= 10
    minutes = runtime(cell)
    assert minutes is None or 0 < minutes <= 100_000
