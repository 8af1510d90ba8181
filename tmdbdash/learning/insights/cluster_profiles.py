"""The profile of each cluster of films: what sets it apart, its name, and examples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tmdbdash.learning.data.arrays import Floats, Ints
from tmdbdash.learning.insights.cluster_traits import TRAITS, in_unit
from tmdbdash.records import ClusterMark
from tmdbdash.records.studies import Cluster

EXAMPLES = 3
LEAST_DISTANCE = 0.35
"""Standard deviations from all films' mean to a cluster's centre, from which a trait marks it."""

MIDDLE = "middle"
"""The code of a cluster that no trait marks."""


def describe(
    ids: Ints,
    values: Floats,
    points: Floats,
    labels: Ints,
    centres: Floats,
    numbers: Ints,
) -> tuple[Cluster, ...]:
    """The clusters by number.

    ``ids`` and ``labels`` have shape (films,), ``values`` (own values, with gaps) and ``points``
    (scaled) (films, 5); ``centres`` (clusters, 5) and ``numbers`` (clusters,) are by label.
    """
    overall = _medians(values)
    spread = np.maximum(points.std(axis=0), 1e-9)
    clusters: list[Cluster] = []
    for label in np.argsort(numbers):
        here, number = np.flatnonzero(labels == label), int(numbers[label])
        median = _medians(values[here], overall)
        away = (centres[label] - points.mean(axis=0)) / spread
        order = np.argsort(-np.abs(away), kind="stable")
        marks = [
            ClusterMark(
                trait=TRAITS[trait],
                higher=bool(away[trait] > 0),
                median=in_unit(TRAITS[trait], median[trait]),
                overall=in_unit(TRAITS[trait], overall[trait]),
            )
            for trait in order
            if abs(away[trait]) >= LEAST_DISTANCE
        ]
        near = here[np.argsort(((points[here] - centres[label]) ** 2).sum(axis=1), kind="stable")]
        near = near[: max(EXAMPLES, len(near) // 10)]
        votes = values[near, TRAITS.index("votes")]
        leading = near[np.lexsort((ids[near], -votes))][:EXAMPLES]
        clusters.append(
            Cluster(
                number=number,
                name=_name(marks, {cluster.name for cluster in clusters}),
                films=len(here),
                marks=tuple(marks),
                examples=tuple(ids[leading].tolist()),
                centre=tuple(centres[label].tolist()),
            )
        )
    return tuple(clusters)


def _medians(values: Floats, otherwise: Floats | None = None) -> Floats:
    """The median of each trait over the films that have it; 0 or another where none has."""
    medians = np.zeros(values.shape[1]) if otherwise is None else otherwise.copy()
    for trait, column in enumerate(values.T):
        known = column[~np.isnan(column)]
        if len(known):
            medians[trait] = np.median(known)
    return medians


def _name(marks: Sequence[ClusterMark], taken: set[str]) -> str:
    """The codes of the strongest marks: two, or as many more as make the name unique.

    A number is added where all of them together are another cluster's too.
    """
    codes = [mark.code for mark in marks] or [MIDDLE]
    for length in range(min(2, len(codes)), len(codes) + 1):
        name = " ".join(codes[:length])
        if name not in taken:
            return name
    return next(f"{name} {n}" for n in range(2, len(taken) + 3) if f"{name} {n}" not in taken)
