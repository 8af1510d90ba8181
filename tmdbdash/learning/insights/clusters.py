"""Clusters of films: k-means on five traits, with the most stable number of clusters.

Films form one cloud without gaps, which clusters divide into regions that a reader can name.
`ClusterStudy.stability` is how much of the division stays when a fifth of the films is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_score

from tmdbdash.learning.data.arrays import SEED, Columns, Floats, Ints
from tmdbdash.learning.insights.cluster_profiles import EXAMPLES, describe
from tmdbdash.learning.insights.cluster_traits import TRAITS, scale_of, trait_values
from tmdbdash.records import ClusterStudy
from tmdbdash.records.studies import Cluster

COUNTS = (3, 4, 5, 6)
RESAMPLES = 6
KEPT = 0.8
"""The share of the films in each resample."""
STARTS = 3
SAMPLE = 4000
"""Films that the number of clusters is chosen on, at most."""
TIE_TOLERANCE = 0.02
"""Of numbers of clusters that differ by no more in stability, the largest is chosen."""
SWITCH_MARGIN = 0.2
"""The former number of clusters stays unless another is more stable by more than this, which is how
much the measure differs between samples of a few hundred films."""
DRAWN = 400
"""Films that the page draws on the map, at most."""


@dataclass(frozen=True)
class Clustering:
    """The study of clusters, and each film's cluster number and point on the map.

    The arrays have shape (films,).
    """

    study: ClusterStudy
    tmdb_ids: Ints
    numbers: Ints
    x: Floats
    y: Floats


def cluster_films(columns: Columns, former: ClusterStudy | None = None) -> Clustering:
    """Cluster the films; the numbers of the ``former`` study's clusters are kept.

    The same films give the same clusters. Raises `ValueError` for too few different films.
    """
    values = trait_values(columns)
    points = scale_of(values).apply(values)
    if len(np.unique(points, axis=0)) < 10 * max(COUNTS):
        raise ValueError(f"{len(values)} films of so little variety cannot be grouped")
    known = _former_clusters(former)
    stability = {count: _stability(points, count) for count in COUNTS}
    count = choose_count(stability, len(known) or None)
    before = np.array([cluster.centre for cluster in known])
    labels, centres = _cluster(points, count, before if len(known) == count else None)
    numbers = _number(centres, before, [cluster.number for cluster in known])
    ids = np.array(columns["tmdb_id"], dtype=np.int64)
    clusters = describe(ids, values, points, labels, centres, numbers)
    plane, explained = _project(points)
    sample = np.random.default_rng(SEED).permutation(len(points))[: min(1000, len(points))]
    study = ClusterStudy(
        films=len(ids),
        chosen=len(clusters),
        stability={str(count): round(ari, 4) for count, ari in stability.items()},
        ari=stability[len(clusters)],
        silhouette=float(silhouette_score(points[sample], labels[sample])),
        explained=explained,
        traits=TRAITS,
        clusters=clusters,
        shown=_shown(ids, numbers[labels], clusters),
    )
    return Clustering(study, ids, numbers[labels], plane[:, 0], plane[:, 1])


def choose_count(stability: Mapping[int, float], former: int | None = None) -> int:
    """The number of clusters: the most stable, of ties (`TIE_TOLERANCE`) the largest.

    The former number stays while no other is more stable by more than `SWITCH_MARGIN`, so that
    clusters do not come and go with each training.
    """
    best = max(stability.values())
    if former is not None and stability.get(former, -1.0) >= best - SWITCH_MARGIN:
        return former
    return max(count for count, ari in stability.items() if ari >= best - TIE_TOLERANCE)


def match_numbers(distances: Floats, former: Sequence[int]) -> list[int]:
    """The former number of each new cluster, so that the sum of distances is least.

    ``distances`` has shape (new clusters, former clusters). A new cluster that has no partner gets
    the lowest number that is free.
    """
    new, old = distances.shape
    pairs = dict(zip(*(side.tolist() for side in linear_sum_assignment(distances)), strict=True))
    free = iter(sorted(set(range(1, new + old + 1)) - {former[index] for index in pairs.values()}))
    return [former[pairs[one]] if one in pairs else next(free) for one in range(new)]


def _former_clusters(former: ClusterStudy | None) -> list[Cluster]:
    """The former study's clusters by number; none where it is of other traits."""
    if former is None or former.traits != TRAITS:
        return []
    return sorted(former.clusters, key=lambda cluster: cluster.number)


def _stability(points: Floats, count: int) -> float:
    """The mean adjusted Rand index of clusterings fitted on different shares of the films."""
    random = np.random.default_rng(SEED)
    films = random.permutation(len(points))[:SAMPLE]
    points = points[np.sort(films)]
    found = []
    for resample in range(RESAMPLES):
        seen = random.permutation(len(points))[: int(KEPT * len(points))]
        model = KMeans(count, n_init=STARTS, random_state=resample).fit(points[seen])
        found.append(model.predict(points))
    return float(np.mean([adjusted_rand_score(a, b) for a, b in combinations(found, 2)]))


def _cluster(points: Floats, count: int, start: Floats | None) -> tuple[Ints, Floats]:
    """Label of each film and centre of each cluster, fitted from the former centres if any.

    A fit from random centres replaces it only where its inertia is lower by 1 %, so that clusters
    do not jump between solutions that are as good.
    """
    learned = points
    if len(points) > 10 * SAMPLE:
        chosen = np.random.default_rng(SEED).permutation(len(points))[: 10 * SAMPLE]
        learned = points[np.sort(chosen)]
    # Without tolerance, or a fit that begins at the former centres would not end at them.
    model = KMeans(count, n_init=3 * STARTS, tol=0, random_state=SEED).fit(learned)
    if start is not None:
        continued = KMeans(count, init=start, n_init=1, tol=0, random_state=SEED).fit(learned)
        if continued.inertia_ <= 1.01 * model.inertia_:
            model = continued
    return model.predict(points).astype(np.int64), model.cluster_centers_


def _number(centres: Floats, before: Floats, former: Sequence[int]) -> Ints:
    """The number of each label: the former cluster's that it is nearest to, or by popularity."""
    if not len(before):
        order = np.argsort(-centres[:, TRAITS.index("popularity")], kind="stable")
        numbers = np.empty(len(centres), dtype=np.int64)
        numbers[order] = np.arange(1, len(centres) + 1)
        return numbers
    distances = np.linalg.norm(centres[:, None, :] - before[None, :, :], axis=2)
    return np.array(match_numbers(distances, former), dtype=np.int64)


def _project(points: Floats) -> tuple[Floats, tuple[float, float]]:
    """The films on the first two principal axes, (films, 2), and the axes' shares of variance.

    Each axis points to where its strongest trait grows, or the map would be mirrored at random.
    """
    model = PCA(2, svd_solver="full").fit(points)
    strongest = np.abs(model.components_).argmax(axis=1)
    signs = np.sign(model.components_[np.arange(2), strongest])
    shares = np.nan_to_num(model.explained_variance_ratio_)
    return model.transform(points) * signs, (float(shares[0]), float(shares[1]))


def _shown(ids: Ints, numbers: Ints, clusters: Sequence[Cluster]) -> tuple[int, ...]:
    """The films to draw: each cluster's share of `DRAWN` at random, with its examples."""
    random = np.random.default_rng(SEED)
    shown: set[int] = set()
    for cluster in clusters:
        own = ids[numbers == cluster.number]
        share = max(EXAMPLES, int(DRAWN * len(own) / len(ids)))
        shown.update(cluster.examples, random.permutation(own)[:share].tolist())
    return tuple(sorted(shown)[: DRAWN + EXAMPLES * len(clusters)])
