"""The types of arrays, and film columns read as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Columns = Mapping[str, Sequence[Any]]
"""Film columns by name, each of its own type, of equal length; in the store's order, by tmdb_id."""
Dates = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Indices = npt.NDArray[np.intp]
Ints = npt.NDArray[np.int64]

SEED = 42
"""Of every draw, so that the same films give the same models and studies."""


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


def release_days(columns: Columns) -> Dates:
    """Release dates, NaT where missing; shape (films,)."""
    return np.array(columns["release_date"], dtype="datetime64[D]")
