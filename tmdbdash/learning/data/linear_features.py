"""The features of the linear baseline, and what both feature sets are computed with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tmdbdash.learning.data.arrays import Columns, Dates, Floats, numbers, release_days

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
LINEAR = (
    "runtime", "vote_count", "release_year", "release_month", "is_summer", "is_holiday",
    *_GENRE_FEATURES, "genre_count", "is_english",
)  # fmt: skip
"""The features of the linear baseline."""


def linear_features(columns: Columns) -> pd.DataFrame:
    """The features `LINEAR`, all finite; shape (films, len(LINEAR)).

    Missing runtime or vote count is 0, a missing date is January 2020.
    """
    dates = calendar_features(release_days(columns))
    months = np.nan_to_num(dates["release_month"], nan=DEFAULT_MONTH)
    language = pd.Series(columns["language"], dtype=object)
    return pd.DataFrame(
        {
            "runtime": np.nan_to_num(numbers(columns["runtime"]), nan=0.0),
            "vote_count": np.nan_to_num(numbers(columns["vote_count"]), nan=0.0),
            "release_year": np.nan_to_num(dates["release_year"], nan=DEFAULT_YEAR),
            "release_month": months,
            "is_summer": ((months >= 6) & (months <= 8)).astype(np.float64),
            "is_holiday": (months >= 11).astype(np.float64),
            **genre_flags(columns["genres"], _GENRE_FEATURES),
            "is_english": (language == "en").to_numpy(dtype=np.float64),
        }
    )


def calendar_features(dates: Dates) -> dict[str, Floats]:
    """Year, month, day of year and weekday (Monday is 0), NaN for NaT; each of shape (films,)."""
    missing = np.isnat(dates)
    filled = np.where(missing, np.datetime64("1970-01-01"), dates).astype("datetime64[D]")
    years, months = filled.astype("datetime64[Y]"), filled.astype("datetime64[M]")
    parts = {
        "release_year": years.astype(np.int64) + 1970,
        "release_month": (months - years.astype("datetime64[M]")).astype(np.int64) + 1,
        "release_day_of_year": (filled - years.astype("datetime64[D]")).astype(np.int64) + 1,
        "release_weekday": (filled.astype(np.int64) + 3) % 7,  # 1970 began on a Thursday
    }
    return {name: np.where(missing, np.nan, part.astype(float)) for name, part in parts.items()}


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
