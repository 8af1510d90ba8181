"""What sets each group of films apart, in figures and in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tmdbdash.learning.data.linear_features import Floats
from tmdbdash.learning.insights.cluster_traits import TRAITS, Whole, in_unit

EXAMPLES = 3
FAR = 0.35
"""How far, in standard deviations, a group's middle is from all films' for a mark."""

MIDDLE = "middle"
"""The code of a cluster that no trait marks."""


@dataclass(frozen=True)
class Mark:
    """What sets a group apart: a trait, whether it is higher, and the medians of group and all.

    Medians are in the unit that people read.
    """

    trait: str
    higher: bool
    median: float
    overall: float

    @property
    def code(self) -> str:
        """The code that a cluster is named by, such as "votes_high"."""
        return f"{self.trait}_{'high' if self.higher else 'low'}"

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "trait": self.trait,
            "higher": self.higher,
            "median": round(self.median, 2),
            "overall": round(self.overall, 2),
        }


@dataclass(frozen=True)
class Group:
    """One group: its number from 1, the codes of what marks it, how many films, three examples.

    ``examples`` are ids: the most voted of the films that lie nearest to its centre. ``centre`` is
    the mean of its films' comparable traits, by which the next run recognises it.
    """

    number: int
    name: str
    films: int
    marks: tuple[Mark, ...]
    examples: tuple[int, ...]
    centre: tuple[float, ...]


def describe(
    ids: Whole,
    values: Floats,
    points: Floats,
    labels: Whole,
    centres: Floats,
    numbers: Whole,
) -> tuple[Group, ...]:
    """The groups by number.

    ``ids`` and ``labels`` have shape (films,), ``values`` (own values, with gaps) and ``points``
    (comparable) (films, 5); ``centres`` (groups, 5) and ``numbers`` (groups,) are by label.
    """
    overall = _medians(values)
    spread = np.maximum(points.std(axis=0), 1e-9)
    groups: list[Group] = []
    for label in np.argsort(numbers):
        here, number = np.flatnonzero(labels == label), int(numbers[label])
        middle = _medians(values[here], overall)
        away = (centres[label] - points.mean(axis=0)) / spread
        order = np.argsort(-np.abs(away), kind="stable")
        marks = [
            Mark(
                TRAITS[trait],
                bool(away[trait] > 0),
                in_unit(TRAITS[trait], middle[trait]),
                in_unit(TRAITS[trait], overall[trait]),
            )
            for trait in order
            if abs(away[trait]) >= FAR
        ]
        near = here[np.argsort(((points[here] - centres[label]) ** 2).sum(axis=1), kind="stable")]
        near = near[: max(EXAMPLES, len(near) // 10)]
        votes = values[near, TRAITS.index("votes")]
        leading = near[np.lexsort((ids[near], -votes))][:EXAMPLES]
        groups.append(
            Group(
                number=number,
                name=_name(marks, {g.name for g in groups}),
                films=len(here),
                marks=tuple(marks),
                examples=tuple(ids[leading].tolist()),
                centre=tuple(centres[label].tolist()),
            )
        )
    return tuple(groups)


def _medians(values: Floats, otherwise: Floats | None = None) -> Floats:
    """The median of each trait over the films that have it; 0 or another where none has."""
    medians = np.zeros(values.shape[1]) if otherwise is None else otherwise.copy()
    for trait, column in enumerate(values.T):
        known = column[~np.isnan(column)]
        if len(known):
            medians[trait] = np.median(known)
    return medians


def _name(marks: Sequence[Mark], taken: set[str]) -> str:
    """The codes of the strongest marks: two, or as many more as it takes to be told apart.

    A number is added where all of them together are another cluster's too.
    """
    codes = [mark.code for mark in marks] or [MIDDLE]
    for length in range(min(2, len(codes)), len(codes) + 1):
        name = " ".join(codes[:length])
        if name not in taken:
            return name
    return next(f"{name} {n}" for n in range(2, len(taken) + 3) if f"{name} {n}" not in taken)
