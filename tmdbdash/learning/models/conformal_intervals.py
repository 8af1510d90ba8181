"""80 % Mondrian conformal intervals from out-of-fold residuals.

Residuals on the learned scale are divided into categories (popularity by age, ratings by votes) and
within each category into bins of the prediction. One width for all films would be far too narrow
for young ones. A category of too few residuals is merged with its wider neighbour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from tmdbdash.learning.data.arrays import Floats, Ints
from tmdbdash.records.evaluation import NOMINAL_COVERAGE

MIN_RESIDUALS = 30
AGE_EDGES = (30.0, 180.0, 730.0, 3650.0)
"""Days from release to observation; films without a date are in the last category."""
VOTE_EDGES = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 500.0)
MAX_BINS = 16
"""The spread still changes within a bin: with five of them the middle third of one file had a
coverage of 83 % instead of 80 %.
"""


@dataclass(frozen=True)
class Offsets:
    """What is added to a prediction, on the learned scale, to get each bound.

    ``rows`` is the number of residuals that they were computed from.
    """

    low: float
    high: float
    rows: int

    @property
    def width(self) -> float:
        """The distance of the two bounds."""
        return self.high - self.low


class IntervalsJson(TypedDict):
    """`MondrianIntervals` in the manifest; an offset is [low, high, rows]."""

    edges: list[float]
    level_edges: list[list[float]]
    offsets: list[list[list[float]]]


@dataclass(frozen=True)
class MondrianIntervals:
    """Offsets by category and, within each category, by bin of the prediction.

    ``edges`` divide category values into ``len(edges) + 1`` categories; ``bin_edges[category]``
    divide the predictions of its films into bins; ``offsets[category][bin]``.
    """

    edges: tuple[float, ...]
    bin_edges: tuple[tuple[float, ...], ...]
    offsets: tuple[tuple[Offsets, ...], ...]

    def as_json(self) -> IntervalsJson:
        """Plain JSON values for `from_json`."""
        return {
            "edges": list(self.edges),
            "level_edges": [list(edges) for edges in self.bin_edges],
            "offsets": [[[o.low, o.high, o.rows] for o in row] for row in self.offsets],
        }

    @classmethod
    def from_json(cls, stored: IntervalsJson) -> MondrianIntervals:
        """The intervals of `as_json`.

        Raises `ValueError`, `TypeError`, `KeyError`, `IndexError` or `OverflowError` for anything
        else.
        """
        edges = tuple(float(edge) for edge in stored["edges"])
        bin_edges = tuple(tuple(float(e) for e in cuts) for cuts in stored["level_edges"])
        offsets = tuple(
            tuple(Offsets(float(o[0]), float(o[1]), int(o[2])) for o in row)
            for row in stored["offsets"]
        )
        bounds = [bound for row in offsets for o in row for bound in (o.low, o.high)]
        if not np.isfinite([*edges, *(e for cuts in bin_edges for e in cuts), *bounds]).all():
            raise ValueError("edges and offsets have to be finite")
        if any(list(cuts) != sorted(cuts) for cuts in (edges, *bin_edges)) or any(
            o.low > o.high for row in offsets for o in row
        ):
            raise ValueError("edges and bounds have to ascend")
        if len(bin_edges) != len(edges) + 1 or [len(cuts) + 1 for cuts in bin_edges] != [
            len(row) for row in offsets
        ]:
            raise ValueError("categories, bins and offsets do not fit together")
        return cls(edges, bin_edges, offsets)

    def bounds(self, predicted: Floats, category_values: Floats) -> tuple[Floats, Floats]:
        """Low and high bound of each film on the learned scale; arrays of shape (films,)."""
        categories = categories_of(category_values, self.edges)
        low, high = predicted.copy(), predicted.copy()
        for category, edges in enumerate(self.bin_edges):
            rows = np.flatnonzero(categories == category)
            bins = np.searchsorted(edges, predicted[rows], side="right")
            offsets = np.array([[o.low, o.high] for o in self.offsets[category]])
            low[rows] += offsets[bins, 0]
            high[rows] += offsets[bins, 1]
        return low, high


def categories_of(values: Floats, edges: Sequence[float]) -> Ints:
    """The category of each value: 0 below the first edge; the last one for NaN."""
    numbers = np.searchsorted(np.asarray(edges), values, side="right")
    return np.where(np.isnan(values), len(edges), numbers).astype(np.int64)


def fit_intervals(
    residuals: Floats,
    predicted: Floats,
    category_values: Floats,
    edges: Sequence[float],
    *,
    max_bins: int = MAX_BINS,
    coverage: float = NOMINAL_COVERAGE,
) -> MondrianIntervals:
    """Offsets from out-of-fold ``residuals`` (actual less ``predicted``, on the learned scale).

    All of shape (rows,). A category of fewer than `MIN_RESIDUALS` rows is merged with its wider
    neighbour, and divided into at most ``max_bins`` bins of at least twice as many rows. Raises
    `ValueError` without rows.
    """
    edges = tuple(float(edge) for edge in edges)
    categories = categories_of(category_values, edges)
    merged = _merge_small_categories(categories, residuals, len(edges) + 1, coverage)
    numbers = np.array(merged)[categories]
    fitted: dict[int, tuple[tuple[float, ...], tuple[Offsets, ...]]] = {}
    for number in set(merged):
        rows = numbers == number
        cuts = _bin_edges(predicted[rows], max_bins)
        bins = np.searchsorted(cuts, predicted[rows], side="right")
        offsets = [
            residual_offsets(residuals[rows][bins == n], coverage) for n in range(len(cuts) + 1)
        ]
        fitted[number] = (cuts, tuple(offsets))
    return MondrianIntervals(
        edges,
        tuple(fitted[number][0] for number in merged),
        tuple(fitted[number][1] for number in merged),
    )


def residual_offsets(residuals: Floats, coverage: float = NOMINAL_COVERAGE) -> Offsets:
    """The residual quantiles that leave (1 - coverage) / 2 outside on each side.

    With the finite-sample correction of conformal prediction: the quantile q is the (n + 1) q-th
    of n residuals, interpolated, so that a new film is inside with the nominal coverage on average
    over categories of any size. Raises `ValueError` without residuals.
    """
    if not len(residuals):
        raise ValueError("no residuals")
    shares = [(1 - coverage) / 2, (1 + coverage) / 2]
    low, high = np.quantile(residuals, shares, method="weibull")
    return Offsets(float(low), float(high), len(residuals))


def _merge_small_categories(
    categories: Ints, residuals: Floats, count: int, coverage: float
) -> list[int]:
    """For each of ``count`` categories the number of the merged category that it is part of.

    The smallest one below `MIN_RESIDUALS` is merged with its neighbour of wider residuals until
    none is left: an interval that is too wide errs on the safe side.
    """
    merged = [[category] for category in range(count)]
    while len(merged) > 1:
        members = [residuals[np.isin(categories, group)] for group in merged]
        smallest = min(range(len(merged)), key=lambda n: len(members[n]))
        if len(members[smallest]) >= MIN_RESIDUALS:
            break
        neighbours = [n for n in (smallest - 1, smallest + 1) if 0 <= n < len(merged)]
        wider = max(neighbours, key=lambda n: _width(members[n], coverage))
        first, second = sorted((smallest, wider))
        merged[first] += merged.pop(second)
    return [number for number, group in enumerate(merged) for _ in group]


def _width(residuals: Floats, coverage: float) -> float:
    return residual_offsets(residuals, coverage).width if len(residuals) else -1.0


def _bin_edges(predicted: Floats, max_bins: int) -> tuple[float, ...]:
    """Quantiles of the predictions that leave at least twice `MIN_RESIDUALS` in each bin.

    Where many predictions are equal (all are, of the median) an edge that would leave a bin below
    `MIN_RESIDUALS` is left out.
    """
    count = max(1, min(max_bins, len(predicted) // (2 * MIN_RESIDUALS)))
    ordered, edges, begin = np.sort(predicted), [], 0
    for edge in np.quantile(predicted, np.arange(1, count) / count):
        rank = int(np.searchsorted(ordered, edge, side="left"))
        if min(rank - begin, len(ordered) - rank) >= MIN_RESIDUALS:
            edges.append(float(edge))
            begin = rank
    return tuple(edges)
