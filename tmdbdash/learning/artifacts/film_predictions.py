"""Every film's predictions as columns, as rows to store, and in the orders to show them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

import numpy as np

from tmdbdash.learning.artifacts.predictor import Predictor, TargetPredictions
from tmdbdash.learning.data.arrays import Flags, Floats, Indices
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.models.cross_fitting import UNSEEN
from tmdbdash.records import BASELINE, SHOWN, SIDES, Prediction, Side, margin

SORTS = ("predicted", "residual", *SIDES, "title")
CHUNK = 20_000
"""Predictions that are made rows at once, which bounds memory with a million films."""


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
        columns: dict[str, list[Any]] = {
            "tmdb_id": self.films.ids[indices].tolist(),
            "mode": self.predictions["popularity"].mode[indices].tolist(),
            "prediction_source": np.where(self.seen[indices], "out_of_fold", "unseen").tolist(),
        }
        for target in TARGETS:
            own = self.predictions[target]
            columns |= {
                f"predicted_{target}": _known(own.value[indices]),
                f"predicted_{target}_low": _known(own.low[indices]),
                f"predicted_{target}_high": _known(own.high[indices]),
                f"actual_{target}": _known(self.films.targets[target][indices]),
                f"mae_{target}": _known(own.mae[indices]),
            }
        return [
            Prediction(
                pred_ts=self.pred_ts,
                model_name=self.model_name,
                **dict(zip(columns, values, strict=True)),
            )
            for values in zip(*columns.values(), strict=True)
        ]

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
    films: FilmTable, models: Predictor, names: Sequence[str] = (SHOWN, BASELINE)
) -> list[FilmPredictions]:
    """The predictions of every film by each of these models; `SHOWN` means the champions."""
    found = []
    for name in names:
        single = None if name == SHOWN else name
        predictions = {target: models.predict(films, target, single) for target in TARGETS}
        found.append(FilmPredictions(models.trained_at, name, films, predictions))
    return found


def _known(values: Floats) -> list[float | None]:
    """The values as Python floats, ``None`` where not finite."""
    return [number if math.isfinite(number) else None for number in values.tolist()]


def _side(sort: str) -> Side:
    return next(side for side in SIDES if side == sort)
