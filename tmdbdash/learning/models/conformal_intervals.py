"""80 % intervals from out-of-fold residuals, taken by bins of what makes films predictable.

One width for all films would be far too narrow for young ones: popularity takes residuals of log1p
by age, ratings take them by votes, both crossed with the level of the prediction. Where a bin has
too few residuals it joins its wider neighbour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tmdbdash.learning.data.linear_features import Floats

COVERAGE = 0.8
MIN_RESIDUALS = 30
AGE_EDGES = (30.0, 180.0, 730.0, 3650.0)
"""Days since release at the time of observation; the last bin also takes films without a date."""
VOTE_EDGES = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 500.0)
LEVELS = 16
"""Parts of a bin at most, by the prediction. Within a part the spread still changes: with five of
them 83 % of the films in the middle third of one file were inside, where 80 % was stated.
"""


@dataclass(frozen=True)
class Offsets:
    """What to add to a prediction, on the scale it was learned on, for each end; from ``rows``."""

    low: float
    high: float
    rows: int

    @property
    def width(self) -> float:
        """How far the ends are apart."""
        return self.high - self.low


@dataclass(frozen=True)
class MondrianIntervals:
    """Offsets by bin of one measure and by level of the prediction inside each bin.

    ``edges`` cut the measure into ``len(edges) + 1`` bins; ``level_edges[bin]`` cut the
    predictions of that bin's films; ``offsets[bin][level]``.
    """

    edges: tuple[float, ...]
    level_edges: tuple[tuple[float, ...], ...]
    offsets: tuple[tuple[Offsets, ...], ...]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, from which `from_json` makes the same again."""
        return {
            "edges": list(self.edges),
            "level_edges": [list(edges) for edges in self.level_edges],
            "offsets": [[[o.low, o.high, o.rows] for o in levels] for levels in self.offsets],
        }

    @classmethod
    def from_json(cls, value: Any) -> MondrianIntervals:
        """The intervals of `as_json`.

        Raises `ValueError`, `TypeError`, `KeyError`, `IndexError` or `OverflowError` for anything
        else.
        """
        edges = tuple(float(edge) for edge in value["edges"])
        level_edges = tuple(tuple(float(e) for e in cuts) for cuts in value["level_edges"])
        offsets = tuple(
            tuple(Offsets(float(o[0]), float(o[1]), int(o[2])) for o in levels)
            for levels in value["offsets"]
        )
        bins = len(edges) + 1
        ends = [e for levels in offsets for o in levels for e in (o.low, o.high)]
        if not np.isfinite([*edges, *(e for cuts in level_edges for e in cuts), *ends]).all():
            raise ValueError("edges and offsets have to be finite")
        if any(list(cuts) != sorted(cuts) for cuts in (edges, *level_edges)) or any(
            o.low > o.high for levels in offsets for o in levels
        ):
            raise ValueError("edges and ends have to ascend")
        if len(level_edges) != bins or [len(cuts) + 1 for cuts in level_edges] != [
            len(levels) for levels in offsets
        ]:
            raise ValueError("bins, levels and offsets do not fit together")
        return cls(edges, level_edges, offsets)

    def ends(self, predicted: Floats, measure: Floats) -> tuple[Floats, Floats]:
        """Low and high end of each film, on the learned scale; arrays of shape (films,)."""
        bins = categories_of(measure, self.edges)
        low, high = np.empty(len(predicted)), np.empty(len(predicted))
        for number in range(len(self.edges) + 1):
            here = np.flatnonzero(bins == number)
            levels = np.searchsorted(self.level_edges[number], predicted[here], side="right")
            table = np.array([[o.low, o.high] for o in self.offsets[number]])
            low[here] = predicted[here] + table[levels, 0]
            high[here] = predicted[here] + table[levels, 1]
        return low, high


def categories_of(measure: Floats, edges: Sequence[float]) -> npt.NDArray[np.int64]:
    """The bin of each value: values below the first edge are in bin 0; missing ones in the last."""
    numbers = np.searchsorted(np.asarray(edges), measure, side="right")
    return np.where(np.isnan(measure), len(edges), numbers).astype(np.int64)


def fit_intervals(
    residuals: Floats,
    predicted: Floats,
    measure: Floats,
    edges: Sequence[float],
    *,
    levels: int = LEVELS,
    coverage: float = COVERAGE,
) -> MondrianIntervals:
    """Offsets from out-of-fold ``residuals`` (actual less ``predicted``, on the learned scale).

    All of shape (rows,). A bin of fewer than `MIN_RESIDUALS` joins its wider neighbour; a bin is
    cut into as many levels, up to ``levels``, as leave each at least twice that. Raises
    `ValueError` without rows.
    """
    edges = tuple(float(edge) for edge in edges)
    bins = categories_of(measure, edges)
    homes = _merge_small_categories(bins, residuals, len(edges) + 1, coverage)
    joined = homes[bins]
    found: dict[int, tuple[tuple[float, ...], tuple[Offsets, ...]]] = {}
    for home in np.unique(homes):
        here = joined == home
        cuts = _level_edges(predicted[here], levels)
        level = np.searchsorted(cuts, predicted[here], side="right")
        within = residuals[here]
        offsets = [residual_offsets(within[level == n], coverage) for n in range(len(cuts) + 1)]
        found[int(home)] = (cuts, tuple(offsets))
    return MondrianIntervals(
        edges,
        tuple(found[int(home)][0] for home in homes),
        tuple(found[int(home)][1] for home in homes),
    )


def residual_offsets(residuals: Floats, coverage: float = COVERAGE) -> Offsets:
    """The two ends that leave (1 - coverage) / 2 outside on each side.

    Finite-sample correction: the quantile stands at the (n + 1) q-th of n residuals, between two
    where that is no whole number, so that a new film is inside as often as stated on average over
    small and large bins alike. Raises `ValueError` without residuals.
    """
    if not len(residuals):
        raise ValueError("no residuals")
    shares = [(1 - coverage) / 2, (1 + coverage) / 2]
    low, high = np.quantile(residuals, shares, method="weibull")
    return Offsets(float(low), float(high), len(residuals))


def _merge_small_categories(
    bins: npt.NDArray[np.int64], residuals: Floats, count: int, coverage: float
) -> npt.NDArray[np.int64]:
    """For each bin the number of the group it belongs to once small bins have joined; (count,).

    The smallest group below `MIN_RESIDUALS` joins its wider neighbour until none is left: of two
    neighbours the less certain one, so that a joined bin is rather too wide than too narrow.
    """
    groups = [[number] for number in range(count)]
    while len(groups) > 1:
        members = [residuals[np.isin(bins, group)] for group in groups]
        smallest = min(range(len(groups)), key=lambda n: len(members[n]))
        if len(members[smallest]) >= MIN_RESIDUALS:
            break
        beside = [n for n in (smallest - 1, smallest + 1) if 0 <= n < len(groups)]
        other = max(beside, key=lambda n: _width(members[n], coverage))
        first, second = sorted((smallest, other))
        groups[first] += groups.pop(second)
    homes = np.empty(count, dtype=np.int64)
    for number, group in enumerate(groups):
        homes[group] = number
    return homes


def _width(residuals: Floats, coverage: float) -> float:
    return residual_offsets(residuals, coverage).width if len(residuals) else -1.0


def _level_edges(predicted: Floats, levels: int) -> tuple[float, ...]:
    """Quantiles of the predictions that leave at least twice `MIN_RESIDUALS` in each level.

    Where many predictions are equal (the median says one thing of all films) an edge that would
    leave a level below `MIN_RESIDUALS` is left out.
    """
    count = max(1, min(levels, len(predicted) // (2 * MIN_RESIDUALS)))
    ordered, edges, begin = np.sort(predicted), [], 0
    for edge in np.quantile(predicted, np.arange(1, count) / count):
        place = int(np.searchsorted(ordered, edge, side="left"))
        if min(place - begin, len(ordered) - place) >= MIN_RESIDUALS:
            edges.append(float(edge))
            begin = place
    return tuple(edges)
