"""Features: what each of the 14 says, what missing values become, and that a million is quick."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from tmdbdash.learning.data.arrays import numbers, ratings
from tmdbdash.learning.data.linear_features import LINEAR, linear_features


def columns(*films: dict[str, Any]) -> dict[str, list[Any]]:
    blank = {
        "runtime": None,
        "vote_count": None,
        "release_date": None,
        "genres": "",
        "language": None,
    }
    rows = [blank | film for film in films]
    return {name: [row[name] for row in rows] for name in blank}


def features(**film: Any) -> dict[str, float]:
    row = linear_features(columns(film)).iloc[0]
    return {str(name): float(value) for name, value in row.items()}


def test_the_names_and_their_order_are_the_documented_ones() -> None:
    expected = [
        "runtime",
        "vote_count",
        "release_year",
        "release_month",
        "is_summer",
        "is_holiday",
        "genre_action",
        "genre_adventure",
        "genre_comedy",
        "genre_drama",
        "genre_scifi",
        "genre_thriller",
        "genre_count",
        "is_english",
    ]
    assert list(LINEAR) == expected
    assert list(linear_features(columns({})).columns) == expected


def test_a_film_with_everything() -> None:
    found = features(
        runtime=162,
        vote_count=11800,
        release_date=date(2009, 12, 10),
        genres="Action,Adventure,Fantasy,Science Fiction",
        language="en",
    )
    assert found == {
        "runtime": 162,
        "vote_count": 11800,
        "release_year": 2009,
        "release_month": 12,
        "is_summer": 0,
        "is_holiday": 1,
        "genre_action": 1,
        "genre_adventure": 1,
        "genre_comedy": 0,
        "genre_drama": 0,
        "genre_scifi": 1,
        "genre_thriller": 0,
        "genre_count": 4,
        "is_english": 1,
    }


def test_a_film_with_nothing_is_of_january_2020_and_zero_elsewhere() -> None:
    found = features()
    assert (found.pop("release_year"), found.pop("release_month")) == (2020, 1)
    assert set(found.values()) == {0.0}


@pytest.mark.parametrize("genres", ["", None])
def test_no_genres_are_counted_as_none(genres: str | None) -> None:
    assert features(genres=genres)["genre_count"] == 0


@pytest.mark.parametrize(
    ("month", "summer", "holiday"),
    [(1, 0, 0), (5, 0, 0), (6, 1, 0), (8, 1, 0), (9, 0, 0), (10, 0, 0), (11, 0, 1), (12, 0, 1)],
)
def test_seasons(month: int, summer: int, holiday: int) -> None:
    found = features(release_date=date(1999, month, 28))
    assert (found["release_month"], found["is_summer"], found["is_holiday"]) == (
        month,
        summer,
        holiday,
    )


@pytest.mark.parametrize(
    "day", [date(1874, 12, 9), date(1969, 12, 31), date(1970, 1, 1), date(9999, 1, 1)]
)
def test_years_before_the_epoch_and_far_ahead(day: date) -> None:
    found = features(release_date=day)
    assert (found["release_year"], found["release_month"]) == (day.year, day.month)


def test_films_with_and_without_genres_do_not_mix_up() -> None:
    found = linear_features(
        columns({"genres": None}, {"genres": "Drama"}, {"genres": ""}, {"genres": "Drama, Comedy"})
    )
    assert found["genre_drama"].tolist() == [0, 1, 0, 1]
    assert found["genre_comedy"].tolist() == [0, 0, 0, 1]
    assert found["genre_count"].tolist() == [0, 1, 0, 2]


def test_no_film_at_all_gives_an_empty_frame() -> None:
    assert linear_features(columns()).shape == (0, 14)


def test_a_rating_without_votes_is_missing() -> None:
    found = ratings({"vote_average": [0.0, 7.5, 6.0, None], "vote_count": [0, 10, None, 3]})
    np.testing.assert_array_equal(found, [np.nan, 7.5, 6.0, np.nan])


def test_values_that_are_no_numbers_are_missing() -> None:
    np.testing.assert_array_equal(
        numbers([None, 1, float("inf"), float("nan"), 2.5]), [np.nan, 1, np.nan, np.nan, 2.5]
    )
