"""The wide features of films, from TMDB's list and detail answers.

Popularity, revenue and rating are not read, so the same frame serves both targets. Missing values
stay NaN: boosting splits on them, ridge imputes them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from tmdbdash.learning.data.arrays import Columns, Dates, Flags, Floats, numbers, release_days
from tmdbdash.learning.data.linear_features import calendar_features, genre_flags

GENRES = (
    "Action", "Adventure", "Animation", "Comedy", "Crime", "Documentary", "Drama", "Family",
    "Fantasy", "History", "Horror", "Music", "Mystery", "Romance", "Science Fiction", "TV Movie",
    "Thriller", "War", "Western",
)  # fmt: skip
LANGUAGES = ("en", "fr", "es", "de", "it", "ja", "ko", "zh", "hi", "pt", "ru")
"""Languages with a flag of their own; "cn", TMDB's code for Cantonese, counts as "zh"."""

VOTE_FEATURES = ("log_votes", "log_votes_per_year")
"""Not read by early models."""

NOBODY_VOTED = "nobody_voted"
"""Whether a film has been released and nobody has voted on it.

Only early models read it: they learn from all films, and the votes of most are only hidden. Of an
unreleased film it is unknown whether anybody will vote.
"""

FEATURE_GROUPS: dict[str, tuple[str, ...]] = {
    "votes": (*VOTE_FEATURES, NOBODY_VOTED),
    "genres": (*(f"genre_{g.lower().replace(' ', '_')}" for g in GENRES), "genre_count"),
    "dates and age": ("release_year", "release_month", "release_day_of_year", "release_weekday",
                      "age_days", "log_age"),
    "language": (*(f"language_{code}" for code in LANGUAGES), "is_translated"),
    "runtime": ("runtime",),
    "production": ("log_budget", "company_count", "country_count", "spoken_count",
                   "is_us", "has_collection", "has_homepage", "is_released"),
    "texts": ("title_length", "title_words", "overview_length", "has_tagline"),
}  # fmt: skip
"""Every wide feature, by the group for which importance and contributions are reported."""

WIDE = tuple(name for names in FEATURE_GROUPS.values() for name in names)
NOT_EARLY = (*VOTE_FEATURES, "is_released")
"""Features hidden from early models: votes, and a status that only released films have."""


def wide_features(columns: Columns, observed: Dates) -> pd.DataFrame:
    """The wide features; shape (films, len(WIDE)), floats, NaN where a value is missing.

    ``observed`` (films,) are `observation_days`: age is counted to them, never to the clock.
    """
    dates = release_days(columns)
    votes = numbers(columns["vote_count"])
    days = days_between(dates, observed)
    years = np.maximum(days, 30.0) / 365.25
    values = {
        "log_votes": np.log1p(votes),
        "log_votes_per_year": np.log1p(votes / years),
        NOBODY_VOTED: nobody_voted(votes, days).astype(np.float64),
        **genre_flags(columns["genres"], dict(zip(FEATURE_GROUPS["genres"], GENRES, strict=False))),
        **calendar_features(dates),
        "age_days": days,
        "log_age": np.sign(days) * np.log1p(np.abs(days)),
        **_languages(columns),
        "runtime": _positive(columns["runtime"]),
        "log_budget": np.log1p(_positive(columns["budget"])),
        "company_count": _counts(columns["production_companies"]),
        "country_count": _counts(columns["production_countries"]),
        "spoken_count": _counts(columns["spoken_languages"]),
        "is_us": _contains(columns["production_countries"], "US"),
        "has_collection": _present(columns["collection"]),
        "has_homepage": _present(columns["homepage"]),
        "is_released": _equals(columns["status"], "Released"),
        "title_length": _text_lengths(columns["title"]),
        "title_words": _text_lengths(columns["title"], words=True),
        "overview_length": _positive(columns["overview_length"]),
        "has_tagline": _present(columns["tagline"]),
    }
    # Filling one block in place avoids the copy that pandas makes of separate columns.
    block = np.empty((len(votes), len(WIDE)), order="F")
    for column, name in enumerate(WIDE):
        block[:, column] = values.pop(name)
    return pd.DataFrame(block, columns=list(WIDE), copy=False)


def early_films(votes: Floats, age: Floats) -> Flags:
    """Whether each film has no votes or an ``age`` below 0 days; shape (films,)."""
    found: Flags = ~(votes > 0) | (age < 0)
    return found


def nobody_voted(votes: Floats, age: Floats) -> Flags:
    """Whether each film has 0 votes although it is not before release; shape (films,).

    ``votes`` are NaN where unknown, ``age`` is in days, below 0 before release.
    """
    found: Flags = (votes == 0) & ~(age < 0)
    return found


def observation_days(columns: Columns) -> Dates:
    """The UTC day of each film's votes and popularity; shape (films,).

    Where none is stored: the newest day of any film, else the newest release among films with
    votes, else NaT.
    """
    times = columns["observed_at"]
    days = np.array([None if t is None else t.date() for t in times], dtype="datetime64[D]")
    known = days[~np.isnat(days)]
    if not len(known):
        dates = release_days(columns)
        known = dates[(numbers(columns["vote_count"]) > 0) & ~np.isnat(dates)]
    if len(known):
        days[np.isnat(days)] = known.max()
    return days


def days_between(dates: Dates, observed: Dates) -> Floats:
    """Days from each date to the observation, NaN where either is missing; shape (films,)."""
    days = (observed - dates).astype("timedelta64[D]").astype(np.float64)
    days[np.isnat(dates) | np.isnat(observed)] = np.nan
    return days


def _positive(values: Sequence[float | None]) -> Floats:
    """The numbers, NaN for 0 or below: TMDB writes 0 for unknown."""
    column = numbers(values)
    column[~(column > 0)] = np.nan
    return column


def _languages(columns: Columns) -> dict[str, Floats]:
    language = pd.Series(columns["language"], dtype=object).replace("cn", "zh")
    flags: dict[str, Floats] = {
        f"language_{c}": np.array(language == c, dtype=np.float64) for c in LANGUAGES
    }
    title = pd.Series(columns["title"], dtype=object).fillna("")
    original = pd.Series(columns["original_title"], dtype=object).fillna("")
    flags["is_translated"] = np.array((title != original) & (original != ""), dtype=np.float64)
    return flags


def _counts(lists: Sequence[Sequence[str] | None]) -> Floats:
    return np.array([np.nan if names is None else len(names) for names in lists], dtype=np.float64)


def _contains(lists: Sequence[Sequence[str] | None], name: str) -> Floats:
    return np.array([np.nan if x is None else name in x for x in lists], dtype=np.float64)


def _present(texts: Sequence[str | None]) -> Floats:
    """Whether each film has the text; all NaN where no film has it: the column was not read."""
    present = np.array([bool(text) for text in texts], dtype=np.float64)
    return present if present.any() else np.full(len(present), np.nan)


def _equals(texts: Sequence[str | None], text: str) -> Floats:
    return np.array([np.nan if t is None else t == text for t in texts], dtype=np.float64)


def _text_lengths(texts: Sequence[str | None], *, words: bool = False) -> Floats:
    length: Callable[[str], int] = (lambda text: text.count(" ") + 1) if words else len
    return np.array([length(text) if text else np.nan for text in texts], dtype=np.float64)
