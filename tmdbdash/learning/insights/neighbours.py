"""The films nearest to a film in genres, language, release date, runtime, votes and budget.

Popularity and rating are left out, so that a film that does not exist yet has neighbours too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.neighbors import NearestNeighbors

from tmdbdash.learning.data.arrays import Floats, Ints
from tmdbdash.learning.data.wide_features import FEATURE_GROUPS

NEAREST = 5
GENRE_WEIGHT = 2.0
"""The length of a film's genre vector: two films without a common genre are 2.8 apart."""
LANGUAGE_WEIGHT = 1.0
LIMIT = 3.0
"""Standard deviations at which a number is clipped."""
SEARCHED_AT_ONCE = 100_000
"""Films that are searched at once, to bound the memory of a search among a million."""

_GENRES = tuple(name for name in FEATURE_GROUPS["genres"] if name != "genre_count")
_LANGUAGES = tuple(name for name in FEATURE_GROUPS["language"] if name != "is_translated")
_NUMBERS = ("runtime", "log_age", "release_year", "log_votes", "log_budget")


@dataclass(frozen=True)
class Neighbour:
    """A film near another one: its id and distance, ``place`` 1 being the nearest."""

    place: int
    tmdb_id: int
    distance: float


def nearest_films(
    features: pd.DataFrame,
    ids: Ints,
    wanted: pd.DataFrame,
    *,
    wanted_ids: Ints | None = None,
    count: int = NEAREST,
) -> list[tuple[Neighbour, ...]]:
    """For each row of ``wanted`` the nearest of ``features``' films, itself left out.

    ``features`` (films, wide features) are the films to choose among, and numbers are scaled by
    their medians and deviations; ``ids`` (films,). ``wanted_ids`` are the wanted films' own ids
    where they have some. A number that a wanted film lacks (votes before its release) is left out
    of its distances; where another film lacks it, the median is taken. So distances of different
    wanted films are not comparable. Equally distant films come in order of id.
    """
    if not len(features):
        return [() for _ in range(len(wanted))]
    used = [name for name in _NUMBERS if not features[name].isna().all()]
    middle, spread = features[used].median(), features[used].std(ddof=0)
    spread[~(spread > 1e-9)] = 1.0

    def numbers(frame: pd.DataFrame) -> Floats:
        scaled = ((frame[used] - middle) / spread).clip(-LIMIT, LIMIT)
        return scaled.to_numpy(dtype=np.float64, copy=True)

    asked, asked_kinds = numbers(wanted), _categories(wanted)
    if "log_votes" in used:
        asked[:, used.index("log_votes")][wanted["log_votes"].to_numpy() <= 0] = np.nan
    near: list[list[tuple[float, int]]] = [[] for _ in range(len(wanted))]
    lacks = np.isnan(asked)
    for start in range(0, len(features), SEARCHED_AT_ONCE):
        some, own_ids = (
            features.iloc[start : start + SEARCHED_AT_ONCE],
            ids[start : start + SEARCHED_AT_ONCE],
        )
        known, kinds = np.nan_to_num(numbers(some), nan=0.0), _categories(some)
        for pattern in np.unique(lacks, axis=0):
            here = np.flatnonzero((lacks == pattern).all(axis=1))
            among = np.hstack([kinds, known[:, ~pattern]])
            points = np.hstack([asked_kinds[here], asked[here][:, ~pattern]])
            # Some more than asked for: the film itself and ties are among them.
            model = NearestNeighbors(n_neighbors=min(len(some), count + 5), algorithm="brute")
            distances, found = model.fit(among).kneighbors(points)
            for row, index in enumerate(here):
                near[index] += zip(
                    distances[row].tolist(), own_ids[found[row]].tolist(), strict=True
                )
    own: list[int | None] = [None] * len(wanted) if wanted_ids is None else wanted_ids.tolist()
    return [_nearest(pairs, film, count) for pairs, film in zip(near, own, strict=True)]


def _categories(frame: pd.DataFrame) -> Floats:
    """Genres as a vector of one length, and the language; (films, genres + languages)."""
    genres = frame[list(_GENRES)].to_numpy(dtype=np.float64)
    length = np.maximum(np.linalg.norm(genres, axis=1, keepdims=True), 1.0)
    language = frame[list(_LANGUAGES)].to_numpy(dtype=np.float64)
    return np.hstack([GENRE_WEIGHT * genres / length, LANGUAGE_WEIGHT * language])


def _nearest(
    pairs: Iterable[tuple[float, int]], own: int | None, count: int
) -> tuple[Neighbour, ...]:
    ordered = sorted((round(d, 9), i) for d, i in pairs if i != own)[:count]
    return tuple(Neighbour(place, i, d) for place, (d, i) in enumerate(ordered, start=1))
