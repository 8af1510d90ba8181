"""Every film's predictions as columns: the rows that are stored, and the orders to show them in."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from tmdbdash.learning.artifacts.predictor import (
    BASELINE,
    Expected,
    Predictor,
)
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.linear_features import Floats
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.models.cross_fitting import UNSEEN
from tmdbdash.records import (
    SHOWN,
    SIDES,
    Prediction,
    Side,
    margin,
)

SORTS = ("predicted", "residual", *SIDES, "title")


ROWS_AT_ONCE = 20_000
"""Predictions that exist as rows at once, of a million."""


@dataclass(frozen=True)
class ScoredFilms:
    """One model's predictions for all films, column-wise; all arrays have shape (films,).

    Iterating makes the `Prediction` rows; it can be done again, as a retried transaction must.
    """

    pred_ts: datetime
    model_name: str
    films: FilmTable
    expected: Mapping[str, Expected]

    def __len__(self) -> int:
        return len(self.films)

    def __iter__(self) -> Iterator[Prediction]:
        starts = range(0, len(self), ROWS_AT_ONCE)
        parts = (np.arange(start, min(start + ROWS_AT_ONCE, len(self))) for start in starts)
        return chain.from_iterable(map(self.rows, parts))

    @property
    def predicted_popularity(self) -> Floats:
        """What is expected; shape (films,)."""
        return self.expected["popularity"].value

    @property
    def seen(self) -> npt.NDArray[np.bool_]:
        """Which films were learned from, for either target; shape (films,)."""
        found: npt.NDArray[np.bool_] = np.any(
            [expected.fold != UNSEEN for expected in self.expected.values()], axis=0
        )
        return found

    def rows(self, places: npt.NDArray[np.intp]) -> list[Prediction]:
        """The predictions of the films at these places, made column by column."""
        columns: dict[str, list[Any]] = {
            "tmdb_id": self.films.ids[places].tolist(),
            "mode": self.expected["popularity"].mode[places].tolist(),
            "prediction_source": np.where(self.seen[places], "out_of_fold", "unseen").tolist(),
        }
        for target in TARGETS:
            own = self.expected[target]
            columns |= {
                f"predicted_{target}": _known(own.value[places]),
                f"predicted_{target}_low": _known(own.low[places]),
                f"predicted_{target}_high": _known(own.high[places]),
                f"actual_{target}": _known(self.films.targets[target][places]),
                f"mae_{target}": _known(own.mae[places]),
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
        """The places of the films sorted by a name of `SORTS`; missing values come last.

        "predicted" is by predicted popularity, highest first; "residual" by how far the real
        popularity is from it, farthest first. Both and "title" have all films; a side has those
        that are on it by popularity, and no others, farthest first. Films that are equal come in
        the store's order, so that the page and the terminal show the same: the higher id first
        where "predicted".
        """
        if sort == "title":
            return sorted(range(len(self)), key=lambda i: (titles[i].casefold(), i))
        places = np.arange(len(self))
        expected, actual = self.predicted_popularity, self.films.targets["popularity"]
        if sort == "predicted":
            ordered = np.lexsort((-places, -expected))
        elif sort == "residual":
            ordered = np.lexsort((places, -np.abs(actual - expected)))
        else:
            on_side = margin(_side(sort), expected=expected, actual=actual)
            ordered = np.lexsort((places, -on_side))
            ordered = ordered[on_side[ordered] > 0]
        found: list[int] = ordered.tolist()
        return found


@dataclass(frozen=True)
class AllPredictions:
    """The rows of several models one after the other; it can be iterated again as well."""

    scored: Sequence[ScoredFilms]

    def __len__(self) -> int:
        return sum(map(len, self.scored))

    def __iter__(self) -> Iterator[Prediction]:
        return chain.from_iterable(self.scored)


def score_films(
    films: FilmTable, models: Predictor, names: Sequence[str] = (SHOWN, BASELINE)
) -> list[ScoredFilms]:
    """Every film's expectation, one `ScoredFilms` a name: the champion's, and single models'."""
    scored = []
    for name in names:
        expected = {
            target: models.expect(films, target, None if name == SHOWN else name)
            for target in TARGETS
        }
        scored.append(ScoredFilms(models.trained_at, name, films, expected))
    return scored


def _known(values: Floats) -> list[float | None]:
    """The numbers as Python has them; ``None`` for what is none."""
    return [number if math.isfinite(number) else None for number in values.tolist()]


def _side(sort: str) -> Side:
    return next(side for side in SIDES if side == sort)
