"""Track records: how well the earlier films of a film's companies, series, director and cast did.

Of a film's own row nothing is read but its release date and its credits. Only the films that a
model learns from count, of these only those released on an earlier day, and, for a film of the
training set, only those of the other folds.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pandas as pd

from tmdbdash.learning.data.arrays import Dates, Flags, Floats, Indices, Ints
from tmdbdash.learning.data.credits import CREDIT_COLUMNS
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.tasks import POPULARITY, RATING, film_weights

FIGURES = ("films", "popularity", "votes", "rating", "best")
"""Of each kind: log of how many earlier films; how far the means of their log popularity, log votes
and rating are from those of all earlier films, shrunk; and the best of the credited ones by log
popularity. As a distance it says the same in every era: by it all four figures became better.
"""
TRACK_GROUPS = {kind: tuple(f"{kind}_{name}" for name in FIGURES) for kind in CREDIT_COLUMNS}
"""The features of track records by feature group."""
TRACK_FEATURES = tuple(name for names in TRACK_GROUPS.values() for name in names)
NOBODY = -1
"""The fold that is left out where none is."""
SHRINKAGE = 2.0
"""Films at which half of the distance counts."""
FIRST_DAY, DAYS = -200_000, 1 << 19
"""Days from 1970 that a key of name and day begins with, and how many it has room for."""


class _Index(NamedTuple):
    """The credits of one kind in the order of name and day; arrays of shape (credits,).

    ``keys`` are the number of the name in ``names`` times `DAYS`, plus the day; ``rows`` the films.
    """

    names: Ints
    keys: Ints
    rows: Indices


@dataclass(frozen=True)
class TrackRecords:
    """The films that records are made of, in order of tmdb_id, and their credits by kind.

    ``fold`` (films,) is each film's, ``days`` (films,) its release in days from 1970, ``values``
    (films, 6) pairs of weight and weighted value: log popularity, log votes, rating. ``credits``
    has for each kind positions in the films and hashes of names. Films without a release date are
    none of them.
    """

    ids: Ints
    fold: Ints
    days: Ints
    values: Floats
    credits: Mapping[str, tuple[Ints, Ints]]
    _indexes: dict[str, _Index] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, films: FilmTable, indices: Indices, fold: Ints) -> TrackRecords:
        """The records that the films at ``indices``, ascending, make; ``fold`` has their shape."""
        dated = ~np.isnat(films.released[indices])
        indices, fold = indices[dated], fold[dated]
        popularity = POPULARITY.transform(films.targets[POPULARITY.name][indices])
        rating = films.targets[RATING.name][indices]
        votes = films.votes[indices]
        log_votes = np.where(films.age[indices] < 0, np.nan, np.log1p(votes))
        values = np.empty((len(indices), 6))
        weights = np.ones(len(indices))
        for column, (value, weight) in enumerate(
            [
                (popularity, weights),
                (log_votes, weights),
                (rating, film_weights(RATING.name, votes)),
            ]
        ):
            values[:, 2 * column] = np.where(np.isnan(value), 0.0, weight)
            values[:, 2 * column + 1] = np.nan_to_num(value) * values[:, 2 * column]
        return cls(
            ids=films.ids[indices],
            fold=fold.astype(np.int64),
            days=_days(films.released[indices]),
            values=values,
            credits={kind: films.credits(kind).of(indices) for kind in CREDIT_COLUMNS},
        )

    def fold_of(self, ids: Ints) -> Ints:
        """The fold of each film, `NOBODY` for those that the records are not made of; (ids,)."""
        fold = np.full(len(ids), NOBODY)
        if len(self.ids):
            rows = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
            known = self.ids[rows] == ids
            fold[known] = self.fold[rows[known]]
        return fold

    def features(
        self, films: FilmTable, indices: Indices, without: Ints | None = None
    ) -> pd.DataFrame:
        """The features `TRACK_FEATURES` of the films at ``indices``; shape (indices, features).

        ``without`` (indices,) is the fold that each film's records are made without, by default its
        own. NaN without a release date, and for kinds of which the film has no credits.
        """
        without = self.fold_of(films.ids[indices]) if without is None else without
        days, dated = _days(films.released[indices]), ~np.isnat(films.released[indices])
        block = np.full((len(indices), len(TRACK_FEATURES)), np.nan, order="F")
        credited = {kind: films.credits(kind).of(indices) for kind in CREDIT_COLUMNS}
        for fold in np.unique(without):
            used, wanted = self.fold != fold, (without == fold) & dated
            priors = self._means_before(used, days)
            for number, (kind, (positions, names)) in enumerate(credited.items()):
                own = wanted[positions]
                if own.any():
                    sums = self._sums_before(kind, used, names[own], days[positions[own]])
                    found, rows = _figures(sums, positions[own], priors)
                    block[rows, number * len(FIGURES) : (number + 1) * len(FIGURES)] = found
        return pd.DataFrame(block, columns=list(TRACK_FEATURES), copy=False)

    def _index(self, kind: str) -> _Index:
        if kind not in self._indexes:
            rows, hashes = self.credits[kind]
            names, numbers = np.unique(hashes, return_inverse=True)
            keys = numbers * DAYS + (self.days[rows] - FIRST_DAY)
            order = np.argsort(keys, kind="stable")
            self._indexes[kind] = _Index(names, keys[order], rows[order])
        return self._indexes[kind]

    def _sums_before(self, kind: str, used: Flags, names: Ints, days: Ints) -> Floats:
        """For each name the number of its ``used`` films before a day, and sums of their values.

        Shape (names, 7).
        """
        index = self._index(kind)
        sums = np.zeros((len(names), 7))
        if len(index.names):
            number = np.minimum(np.searchsorted(index.names, names), len(index.names) - 1)
            known = index.names[number] == names
            number, day = number[known], days[known] - FIRST_DAY
            begin = np.searchsorted(index.keys, number * DAYS)
            end = np.searchsorted(index.keys, number * DAYS + day)
            counted = np.column_stack([np.ones(len(used)), self.values]) * used[:, None]
            total = np.zeros((len(index.rows) + 1, 7))
            np.cumsum(counted[index.rows], axis=0, out=total[1:])
            sums[known] = total[end] - total[begin]
        return sums

    def _means_before(self, used: Flags, days: Ints) -> Floats:
        """The mean log popularity, log votes and rating of all films before each day; (days, 3)."""
        order = np.flatnonzero(used)[np.argsort(self.days[used], kind="stable")]
        total = np.zeros((len(order) + 1, 6))
        np.cumsum(self.values[order], axis=0, out=total[1:])
        sums = total[np.searchsorted(self.days[order], days)]
        with np.errstate(invalid="ignore", divide="ignore"):
            means: Floats = sums[:, 1::2] / sums[:, ::2]
        return means

    def dumps(self) -> bytes:
        """The records as a file of numpy arrays."""
        file = io.BytesIO()
        arrays: dict[str, Ints | Floats] = {
            "ids": self.ids,
            "fold": self.fold,
            "days": self.days,
            "values": self.values,
        }
        for kind, (rows, names) in self.credits.items():
            arrays |= {f"{kind}_rows": rows.astype(np.int64), f"{kind}_names": names}
        np.savez_compressed(file, allow_pickle=False, **arrays)
        return file.getvalue()

    @classmethod
    def loads(cls, content: bytes) -> TrackRecords:
        """The records of `dumps`. Raises `ValueError` for anything else; never runs code."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            records = cls(
                ids=arrays["ids"],
                fold=arrays["fold"],
                days=arrays["days"],
                values=arrays["values"],
                credits={
                    kind: (arrays[f"{kind}_rows"], arrays[f"{kind}_names"])
                    for kind in CREDIT_COLUMNS
                },
            )
        except Exception as error:  # numpy raises many kinds for a damaged file
            raise ValueError(str(error) or type(error).__name__) from error
        _check(records)
        return records


def _check(records: TrackRecords) -> None:
    """Raise `ValueError` unless the arrays are of the right kinds and fit together."""
    films = len(records.ids)
    columns = [records.ids, records.fold, records.days]
    columns += [array for pair in records.credits.values() for array in pair]
    if any(array.dtype != np.int64 or array.ndim != 1 for array in columns):
        raise ValueError("records that are no whole numbers")
    if records.values.dtype != np.float64 or records.values.shape != (films, 6):
        raise ValueError("records without their values")
    if len(records.fold) != films or len(records.days) != films:
        raise ValueError("records of other films")
    if np.any(np.diff(records.ids) <= 0) or not np.isfinite(records.values).all():
        raise ValueError("records out of order, or values that are no numbers")
    if np.any((records.days < FIRST_DAY) | (records.days >= FIRST_DAY + DAYS)):
        raise ValueError("records of days that there are not")
    for rows, names in records.credits.values():
        if len(rows) != len(names) or np.any((rows < 0) | (rows >= films)):
            raise ValueError("credits of other films")


def _figures(sums: Floats, positions: Indices, priors: Floats) -> tuple[Floats, Indices]:
    """The five figures of the films that have credits, and their positions.

    ``sums`` (credits, 7) are those of `_sums_before`, ``positions`` (credits,) each one's film,
    ascending; ``priors`` (films, 3) the means of all earlier films.
    """
    starts = np.flatnonzero(np.diff(positions, prepend=-1))
    rows = positions[starts]
    best = np.maximum.reduceat(_shrunk(sums[:, 1:3], priors[positions, 0]), starts)
    summed = np.add.reduceat(sums, starts, axis=0)
    means = [_shrunk(summed[:, 1 + 2 * n : 3 + 2 * n], priors[rows, n]) for n in range(3)]
    return np.column_stack([np.log1p(np.maximum(summed[:, 0], 0.0)), *means, best]), rows


def _shrunk(sums: Floats, prior: Floats) -> Floats:
    """How far weighted means are from ``prior`` (rows,), shrunk; 0 where nothing is known.

    ``sums`` (rows, 2) are weights and weighted values. NaN where the prior is: no film at all is
    earlier.
    """
    means: Floats = (sums[:, 1] - sums[:, 0] * prior) / (sums[:, 0] + SHRINKAGE)
    return means


def _days(released: Dates) -> Ints:
    """Days from 1970, 0 where there is no date; shape (films,)."""
    filled = np.where(np.isnat(released), np.datetime64(0, "D"), released)
    days: Ints = filled.astype("datetime64[D]").astype(np.int64)
    return days
