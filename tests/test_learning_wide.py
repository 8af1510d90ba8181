"""Wide features and modes: what is computed of a film, and what never is."""

import math
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.parts.films import NOON, movie
from tmdbdash.learning.data.film_columns import COLUMNS
from tmdbdash.learning.data.film_table import FilmTable, columns_of, read_films
from tmdbdash.learning.data.track_records import TRACK_FEATURES, TRACK_GROUPS
from tmdbdash.learning.data.wide_features import FEATURE_GROUPS, NOBODY_VOTED, WIDE
from tmdbdash.learning.evaluation.importance import GROUP_OF
from tmdbdash.learning.models.conformal_intervals import categories_of
from tmdbdash.learning.models.registry import REGISTRY, feature_names
from tmdbdash.learning.models.training_set import category_edges, category_values
from tmdbdash.records import Movie
from tmdbdash.records.tasks import EARLY, RELEASED, TASKS, Task


def table(*movies: Movie) -> FilmTable:
    return read_films(columns_of(movies))


def features(**facts: Any) -> dict[str, float]:
    values: dict[str, Any] = {"tmdb_id": 1, "observed_at": NOON} | facts
    row = table(Movie(**values)).features("wide").iloc[0]
    return {str(name): float(value) for name, value in row.items()}


def test_features_of_a_film_by_hand() -> None:
    found = features(
        title="Dune: Part Two",
        original_title="Dune: Part Two",
        overview="x" * 120,
        language="en",
        release_date=date(2024, 2, 27),
        vote_count=999,
        runtime=166,
        budget=190_000_000,
        genres=("Science Fiction", "Adventure"),
        status="Released",
        tagline="Long live the fighters.",
        collection="Dune Collection",
        production_companies=("Legendary", "Warner"),
        production_countries=("US",),
        spoken_languages=(),
    )
    days = (date(2025, 11, 20) - date(2024, 2, 27)).days
    expected = {
        "log_votes": math.log(1000),
        "log_votes_per_year": math.log1p(999 / (days / 365.25)),
        "genre_science_fiction": 1,
        "genre_adventure": 1,
        "genre_drama": 0,
        "genre_count": 2,
        "release_year": 2024,
        "release_month": 2,
        "release_day_of_year": 58,
        "release_weekday": 1,
        "age_days": days,
        "log_age": math.log1p(days),
        "language_en": 1,
        "language_fr": 0,
        "is_translated": 0,
        "runtime": 166,
        "log_budget": math.log1p(190e6),
        "company_count": 2,
        "country_count": 1,
        "spoken_count": 0,
        "is_us": 1,
        "has_collection": 1,
        "is_released": 1,
        "title_length": 14,
        "title_words": 3,
        "overview_length": 120,
        "has_tagline": 1,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert math.isnan(found["has_homepage"])  # no film here has ever said one


def test_what_is_missing_is_nan_and_zero_is_missing_where_tmdb_writes_it() -> None:
    found = features(runtime=0, budget=0, release_date=None)
    missing = {name for name, value in found.items() if math.isnan(value)}
    assert {"runtime", "log_budget", "age_days", "release_year", "company_count", "is_us",
            "log_votes", "title_length", "overview_length", "is_released"} <= missing  # fmt: skip


def test_age_is_counted_to_the_observation_and_never_to_now() -> None:
    later = datetime(2025, 11, 30, 23, 59, tzinfo=UTC)
    young = features(release_date=date(2025, 11, 20), observed_at=later)
    assert young["age_days"] == 10
    assert features(release_date=date(2025, 12, 20))["age_days"] == -30
    # Without a time of its own a film counts to the newest of all.
    films = table(
        Movie(tmdb_id=1, observed_at=later, release_date=date(2025, 1, 1)),
        Movie(tmdb_id=2, release_date=date(2025, 11, 1)),
    )
    assert films.age.tolist() == [333, 29]
    # Where nobody says a time, to the newest release that has votes.
    films = table(
        Movie(tmdb_id=1, vote_count=5, release_date=date(2020, 1, 31)),
        Movie(tmdb_id=2, vote_count=0, release_date=date(2021, 1, 1)),
    )
    assert films.age.tolist() == [0, -336]
    assert np.isnan(table(Movie(tmdb_id=1, release_date=date(2020, 1, 1))).age).all()


def test_features_do_not_look_at_any_target() -> None:
    one = [movie(i) for i in range(1, 9)]
    other = [
        Movie(
            **{
                name: getattr(film, name)
                for name in Movie.__dataclass_fields__
                if name not in ("popularity", "vote_average", "revenue")
            },
            popularity=1.0,
            vote_average=1.0,
            revenue=10**9,
        )
        for film in one
    ]
    pd.testing.assert_frame_equal(table(*one).features("wide"), table(*other).features("wide"))
    assert "revenue" not in COLUMNS


def test_the_early_mode_is_for_films_without_votes_or_before_release() -> None:
    films = table(
        Movie(tmdb_id=1, observed_at=NOON, vote_count=1, release_date=date(2025, 11, 20)),
        Movie(tmdb_id=2, observed_at=NOON, vote_count=1, release_date=date(2025, 11, 21)),
        Movie(tmdb_id=3, observed_at=NOON, vote_count=0, release_date=date(2000, 1, 1)),
        Movie(tmdb_id=4, observed_at=NOON, vote_count=None),
        Movie(tmdb_id=5, observed_at=NOON, vote_count=9),
    )
    assert films.mode.tolist() == [RELEASED, EARLY, EARLY, EARLY, RELEASED]


def test_only_a_released_film_is_known_to_be_ignored() -> None:
    soon, past = date(2025, 11, 21), date(2000, 1, 1)
    films = table(
        Movie(tmdb_id=1, observed_at=NOON, vote_count=0, release_date=soon),
        Movie(tmdb_id=2, observed_at=NOON, vote_count=1, release_date=soon),
        Movie(tmdb_id=3, observed_at=NOON, vote_count=0, release_date=past),
        Movie(tmdb_id=4, observed_at=NOON, vote_count=0),
        Movie(tmdb_id=5, observed_at=NOON, vote_count=None, release_date=past),
        Movie(tmdb_id=6, observed_at=NOON, vote_count=3, release_date=past),
    )
    assert films.nobody_voted.tolist() == [False, False, True, True, False, False]
    assert films.features("wide")[NOBODY_VOTED].tolist() == [0, 0, 1, 1, 0, 0]
    early = Task("popularity", EARLY)
    bins = categories_of(category_values(early, films), category_edges(early))
    assert bins[2] == bins[3] == 0
    assert bins[0] == bins[1] == 1
    assert len({bins[0], bins[2], bins[4]}) == 3


def test_early_models_see_no_votes_and_released_ones_everything() -> None:
    for spec in REGISTRY.values():
        released = feature_names(spec, Task("popularity", RELEASED))
        early = feature_names(spec, Task("popularity", EARLY))
        assert {name for name in early if GROUP_OF[name] == "votes"} <= {NOBODY_VOTED}
        assert set(early) - {NOBODY_VOTED, *TRACK_FEATURES} < set(released)
        assert set(released).isdisjoint(TRACK_FEATURES)
        assert (spec.feature_set == "wide") == ({*TRACK_FEATURES} <= set(early))
        assert NOBODY_VOTED not in released
    assert {*feature_names(REGISTRY["blend"], TASKS[0]), NOBODY_VOTED} == set(WIDE)


def test_every_feature_is_in_one_group() -> None:
    assert len(WIDE) == len(set(WIDE)) == sum(map(len, FEATURE_GROUPS.values()))
    assert list(FEATURE_GROUPS) == [
        "votes", "genres", "dates and age", "language", "runtime", "production", "texts",
    ]  # fmt: skip
    assert set(GROUP_OF.values()) == {*FEATURE_GROUPS, *TRACK_GROUPS}
    assert list(table(movie(1)).features("wide").columns) == list(WIDE)
    assert len(table().features("wide")) == 0
