"""What sets each group of films apart, in figures and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tmdbdash.learning.data.linear_features import Floats
from tmdbdash.learning.insights.cluster_traits import TRAITS, Whole, in_unit

EXAMPLES = 3
FAR = 0.35
"""How far, in standard deviations, a group's middle is from all films' for a mark."""

_WORDS = {
    ("votes", True): "many votes",
    ("votes", False): "few votes",
    ("popularity", True): "popular",
    ("popularity", False): "less popular",
    ("rating", True): "well rated",
    ("rating", False): "lower rated",
    ("runtime", True): "long",
    ("runtime", False): "short",
    ("year", True): "recent",
    ("year", False): "older",
}


@dataclass(frozen=True)
class Mark:
    """What sets a group apart: a trait, whether it is higher, and the medians of group and all.

    Medians are in the unit that people read.
    """

    trait: str
    higher: bool
    median: float
    overall: float

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
    """One group: its number from 1, a name from what marks it, how many films, three examples.

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
    former: Mapping[int, str],
) -> tuple[Group, ...]:
    """The groups by number.

    ``ids`` and ``labels`` have shape (films,), ``values`` (own values, with gaps) and ``points``
    (comparable) (films, 5); ``centres`` (groups, 5) and ``numbers`` (groups,) are by label.
    ``former`` are the last run's names by number.
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
        holds = {_WORDS[TRAITS[t], bool(away[t] > 0)] for t in order if abs(away[t]) >= FAR / 2}
        groups.append(
            Group(
                number=number,
                name=_name(marks, {g.name for g in groups}, former.get(number), holds),
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


def _name(marks: Sequence[Mark], taken: set[str], former: str | None, holds: set[str]) -> str:
    """The words of the strongest marks: two, or as many more as it takes to be told apart.

    The former name stays while all of its words still hold.
    """
    if former and former not in taken and set(former.lower().split(", ")) <= holds:
        return former
    words = [_WORDS[mark.trait, mark.higher] for mark in marks] or ["in the middle"]
    for length in range(min(2, len(words)), len(words) + 1):
        name = ", ".join(words[:length]).capitalize()
        if name not in taken:
            return name
    return next(f"{name} ({n})" for n in range(2, len(taken) + 3) if f"{name} ({n})" not in taken)
