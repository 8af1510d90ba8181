"""The features of the linear baseline, and what both feature sets are computed with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Columns = Mapping[str, Sequence[Any]]
"""Film columns by name, each of its own type, of equal length; in the store's order, by tmdb_id."""
Floats = npt.NDArray[np.float64]

DEFAULT_YEAR = 2020
DEFAULT_MONTH = 1

_GENRE_FEATURES = {
    "genre_action": "Action",
    "genre_adventure": "Adventure",
    "genre_comedy": "Comedy",
    "genre_drama": "Drama",
    "genre_scifi": "Science Fiction",
    "genre_thriller": "Thriller",
}


@dataclass(frozen=True)
class FeatureSet:
    """Named features and how to compute them.

    ``compute`` reads the film columns ``columns`` and returns a frame of one row a film with the
    columns ``names``, all finite floats.
    """

    name: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    compute: Callable[[Columns], pd.DataFrame]


def numbers(values: Sequence[float | None]) -> Floats:
    """A column of numbers as floats, NaN where a value is missing or not finite; shape (films,)."""
    column = np.array(values, dtype=np.float64)
    column[~np.isfinite(column)] = np.nan
    return column


def ratings(columns: Columns) -> Floats:
    """The films' ratings, NaN where missing; a rating without votes is missing. Shape (films,)."""
    rating = numbers(columns["vote_average"])
    rating[numbers(columns["vote_count"]) == 0] = np.nan
    return rating


def linear_features(columns: Columns) -> pd.DataFrame:
    """The 14 features of the linear baseline; shape (films, 14).

    Missing runtime or vote count is 0, a missing date is January 2020.
    """
    years, months = _years_and_months(columns["release_date"])
    genres = genre_flags(columns["genres"], _GENRE_FEATURES)
    language = pd.Series(columns["language"], dtype=object)
    return pd.DataFrame(
        {
            "runtime": np.nan_to_num(numbers(columns["runtime"]), nan=0.0),
            "vote_count": np.nan_to_num(numbers(columns["vote_count"]), nan=0.0),
            "release_year": years,
            "release_month": months,
            "is_summer": ((months >= 6) & (months <= 8)).astype(np.float64),
            "is_holiday": (months >= 11).astype(np.float64),
            **genres,
            "is_english": (language == "en").to_numpy(dtype=np.float64),
        }
    )


LINEAR = FeatureSet(
    name="linear",
    names=(
        "runtime",
        "vote_count",
        "release_year",
        "release_month",
        "is_summer",
        "is_holiday",
        *_GENRE_FEATURES,
        "genre_count",
        "is_english",
    ),
    columns=("runtime", "vote_count", "release_date", "genres", "language"),
    compute=linear_features,
)


def _years_and_months(dates: Sequence[date | None]) -> tuple[Floats, Floats]:
    days = np.array(dates, dtype="datetime64[D]")
    missing = np.isnat(days)
    days[missing] = np.datetime64(f"{DEFAULT_YEAR}-{DEFAULT_MONTH:02}-01")
    years = days.astype("datetime64[Y]").astype(np.int64)
    months = days.astype("datetime64[M]").astype(np.int64)
    return (years + 1970).astype(np.float64), (months - years * 12 + 1).astype(np.float64)


def genre_flags(texts: Sequence[str | None], genres: Mapping[str, str]) -> dict[str, Floats]:
    """One flag for each of ``genres`` (feature to TMDB name), and "genre_count"; each (films,).

    ``texts`` are comma-joined names. A million films share a few thousand combinations, so each
    combination is parsed once.
    """
    codes, combinations = pd.factorize(np.array(texts, dtype=object))
    sets = [{name.strip() for name in text.split(",")} - {""} for text in combinations]
    sets.append(set())  # the last one, which code -1 of a film without a text selects
    flags = {
        feature: np.array([genre in names for names in sets], dtype=np.float64)[codes]
        for feature, genre in genres.items()
    }
    flags["genre_count"] = np.array([len(names) for names in sets], dtype=np.float64)[codes]
    return flags
