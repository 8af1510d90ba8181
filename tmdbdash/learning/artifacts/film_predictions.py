"""Every film's predictions as columns, as rows to store, and in the orders to show them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple

import numpy as np

from tmdbdash.learning.artifacts.predictor import Predictor, TargetPredictions
from tmdbdash.learning.data.arrays import Flags, Floats, Indices
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.models.cross_fitting import UNSEEN
from tmdbdash.records import BASELINE, SHOWN, SIDES, Prediction, Side, margin

SORTS = ("predicted", "residual", *SIDES, "title")
SEEN_BASIS, UNSEEN_BASIS = "out_of_fold", "unseen"
CHUNK = 20_000
"""Predictions that are made rows at once, which bounds memory with a million films."""


class _Figures(NamedTuple):
    """What is stored of one target, a value a film."""

    value: list[float | None]
    low: list[float | None]
    high: list[float | None]
    actual: list[float | None]
    mae: list[float | None]


@dataclass(frozen=True)
class FilmPredictions:
    """The predictions of one model for all films, by target; all arrays have shape (films,).

    Iterating gives the `Prediction` rows, and can be repeated by a retried transaction.
    """

    pred_ts: datetime
    model_name: str
    films: FilmTable
    predictions: Mapping[str, TargetPredictions]

    def __len__(self) -> int:
        return len(self.films)

    def __iter__(self) -> Iterator[Prediction]:
        starts = range(0, len(self), CHUNK)
        parts = (np.arange(start, min(start + CHUNK, len(self))) for start in starts)
        return chain.from_iterable(map(self.rows, parts))

    @property
    def predicted_popularity(self) -> Floats:
        """The predicted popularity; shape (films,)."""
        return self.predictions["popularity"].value

    @property
    def seen(self) -> Flags:
        """Whether each film was in the training set of either target; shape (films,)."""
        found: Flags = np.any(
            [target.fold != UNSEEN for target in self.predictions.values()], axis=0
        )
        return found

    def rows(self, indices: Indices) -> list[Prediction]:
        """The rows of the films at these indices."""
        popularity, rating = (
            self._figures(target, indices) for target in ("popularity", "vote_average")
        )
        ids = self.films.ids[indices].tolist()
        modes = self.predictions["popularity"].mode[indices].tolist()
        seen = self.seen[indices].tolist()
        basis = {
            target: [UNSEEN_BASIS if fold == UNSEEN else SEEN_BASIS for fold in own.fold[indices]]
            for target, own in self.predictions.items()
        }
        return [
            Prediction(
                pred_ts=self.pred_ts,
                model_name=self.model_name,
                tmdb_id=ids[row],
                predicted_popularity=popularity.value[row],
                predicted_vote_average=rating.value[row],
                actual_popularity=popularity.actual[row],
                actual_vote_average=rating.actual[row],
                mae_popularity=popularity.mae[row],
                mae_vote_average=rating.mae[row],
                predicted_popularity_low=popularity.low[row],
                predicted_popularity_high=popularity.high[row],
                predicted_vote_average_low=rating.low[row],
                predicted_vote_average_high=rating.high[row],
                mode=modes[row],
                prediction_source=SEEN_BASIS if seen[row] else UNSEEN_BASIS,
                basis_popularity=basis["popularity"][row],
                basis_vote_average=basis["vote_average"][row],
            )
            for row in range(len(indices))
        ]

    def _figures(self, target: str, indices: Indices) -> _Figures:
        own = self.predictions[target]
        arrays = (own.value, own.low, own.high, self.films.targets[target], own.mae)
        return _Figures(*(_known(values[indices]) for values in arrays))

    def order(self, sort: str, titles: Sequence[str]) -> list[int]:
        """The indices of the films sorted by a name of `SORTS`; missing values come last.

        "predicted" is by predicted popularity, highest first; "residual" by its distance from the
        actual one, farthest first. A side of `SIDES` has only the films on it by popularity,
        farthest first. Equal films are ordered as the store does, so that the page and the terminal
        show the same: by id, for "predicted" the higher one first.
        """
        if sort == "title":
            return sorted(range(len(self)), key=lambda i: (titles[i].casefold(), i))
        indices = np.arange(len(self))
        predicted, actual = self.predicted_popularity, self.films.targets["popularity"]
        if sort == "predicted":
            ordered = np.lexsort((-indices, -predicted))
        elif sort == "residual":
            ordered = np.lexsort((indices, -np.abs(actual - predicted)))
        else:
            distance = margin(_side(sort), expected=predicted, actual=actual)
            ordered = np.lexsort((indices, -distance))
            ordered = ordered[distance[ordered] > 0]
        found: list[int] = ordered.tolist()
        return found


@dataclass(frozen=True)
class AllPredictions:
    """The rows of several models one after the other; iterating can be repeated."""

    by_model: Sequence[FilmPredictions]

    def __len__(self) -> int:
        return sum(map(len, self.by_model))

    def __iter__(self) -> Iterator[Prediction]:
        return chain.from_iterable(self.by_model)


def predict_films(
    films: FilmTable,
    models: Predictor,
    names: Sequence[str] = (SHOWN, BASELINE),
    only: Indices | None = None,
) -> list[FilmPredictions]:
    """The predictions of every film by each of these models; `SHOWN` means the champions.

    With ``only`` the films at these indices alone are predicted, the values of others are NaN.
    """
    found = []
    for name in names:
        single = None if name == SHOWN else name
        predictions = {target: models.predict(films, target, single, only) for target in TARGETS}
        found.append(FilmPredictions(models.trained_at, name, films, predictions))
    return found


def _known(values: Floats) -> list[float | None]:
    """The values as Python floats, ``None`` where not finite."""
    return [number if math.isfinite(number) else None for number in values.tolist()]


def _side(sort: str) -> Side:
    return next(side for side in SIDES if side == sort)
