"""The table of films: targets, modes and features as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from tmdbdash.learning.data.arrays import (
    Columns,
    Dates,
    Flags,
    Floats,
    Ints,
    numbers,
    ratings,
    release_days,
)
from tmdbdash.learning.data.credits import Credits, read_credits
from tmdbdash.learning.data.film_columns import COLUMNS
from tmdbdash.learning.data.linear_features import linear_features
from tmdbdash.learning.data.wide_features import (
    days_between,
    early_films,
    nobody_voted,
    observation_days,
    wide_features,
)
from tmdbdash.records import ROLES, Movie
from tmdbdash.records.tasks import EARLY, RELEASED


@dataclass(frozen=True)
class FilmTable:
    """Films in order of tmdb_id; all arrays have shape (films,).

    ``targets`` are NaN where unknown (a rating without votes is unknown), ``votes`` 0 where
    unknown. ``age`` is in days from release to observation, NaN without a release date. ``mode``
    is `EARLY` for films without votes or before release, else `RELEASED`. ``nobody_voted`` marks
    released films on which nobody has voted.
    """

    ids: Ints
    targets: dict[str, Floats]
    votes: Floats
    released: Dates
    age: Floats
    mode: npt.NDArray[np.str_]
    nobody_voted: Flags
    columns: Columns = field(repr=False)
    observed: Dates = field(repr=False)
    _frames: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    _credits: dict[str, Credits] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    def features(self, name: str) -> pd.DataFrame:
        """All features of the set "wide" or "linear", computed once; shape (films, features)."""
        if name not in self._frames:
            self._frames[name] = (
                linear_features(self.columns)
                if name == "linear"
                else wide_features(self.columns, self.observed)
            )
        return self._frames[name]

    def credits(self, kind: str) -> Credits:
        """The credits of one kind of `CREDIT_COLUMNS`, read once."""
        if kind not in self._credits:
            self._credits[kind] = read_credits(self.columns, kind)
        return self._credits[kind]


def read_films(columns: Columns) -> FilmTable:
    """The table of the films in these columns, which are those of `COLUMNS`."""
    stored_votes = numbers(columns["vote_count"])
    votes = np.nan_to_num(stored_votes, nan=0.0)
    observed, released = observation_days(columns), release_days(columns)
    age = days_between(released, observed)
    return FilmTable(
        ids=np.array(columns["tmdb_id"], dtype=np.int64),
        targets={"popularity": numbers(columns["popularity"]), "vote_average": ratings(columns)},
        votes=votes,
        released=released,
        age=age,
        mode=np.where(early_films(votes, age), EARLY, RELEASED),
        nobody_voted=nobody_voted(stored_votes, age),
        columns=columns,
        observed=observed,
    )


def columns_of(movies: Sequence[Movie]) -> Columns:
    """The columns `COLUMNS` of these films in the store's format, in the order given."""

    def value(movie: Movie, name: str) -> object:
        if name == "genres":
            return ",".join(movie.genres)
        if name == "overview_length":
            return len(movie.overview or "")
        if name in ROLES.values():
            return tuple(person.name for person in getattr(movie, name))
        return getattr(movie, name)

    return {name: [value(movie, name) for movie in movies] for name in COLUMNS}
