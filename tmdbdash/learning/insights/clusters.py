"""Groups of films: KMeans on five traits, as many groups as come out the same from resamples.

Honest about what it is: films lie in one cloud, and groups cut it into regions that a reader can
name. `Clustering.stability` says how far the same regions come back when a fifth of the films is
left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_score

from tmdbdash.learning.data.linear_features import Columns, Floats
from tmdbdash.learning.insights.cluster_profiles import EXAMPLES, Group, describe
from tmdbdash.learning.insights.cluster_traits import TRAITS, Whole, scale_of, trait_values

COUNTS = (3, 4, 5, 6)
RESAMPLES = 6
KEPT = 0.8
"""The share of the films in each resample."""
STARTS = 3
SAMPLE = 4000
"""Films that the number of groups is chosen on, at most."""
TIE_TOLERANCE = 0.02
"""Of numbers of groups that are equally stable but for this, the largest: it tells most."""
SWITCH_MARGIN = 0.2
"""The former number of groups stays unless another is more stable by more than this: by so much the
measure itself differs between samples of a few hundred films."""
DRAWN = 400
"""Films that the page draws on the plane, at most."""
SEED = 42


@dataclass(frozen=True)
class Clustering:
    """All films in groups, and where each lies in a plane; arrays have shape (films,).

    ``stability`` maps each number of groups that was tried to the mean adjusted Rand index between
    groupings of resamples: 1 is the same groups each time, 0 is chance. ``explained`` are the
    shares of the traits' variance that the plane's two axes show.
    """

    tmdb_ids: Whole
    numbers: Whole
    x: Floats
    y: Floats
    groups: tuple[Group, ...]
    stability: Mapping[int, float]
    silhouette: float
    explained: tuple[float, float]
    shown: tuple[int, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The study "groups": what the page and the next run need, without the films' places."""
        chosen = len(self.groups)
        return {
            "films": len(self.tmdb_ids),
            "chosen": chosen,
            "stability": {str(count): round(ari, 4) for count, ari in self.stability.items()},
            "ari": round(self.stability[chosen], 4),
            "silhouette": round(self.silhouette, 4),
            "explained": [round(share, 4) for share in self.explained],
            "traits": list(TRAITS),
            "groups": [
                {
                    "number": group.number,
                    "name": group.name,
                    "films": group.films,
                    "marks": [mark.as_json() for mark in group.marks],
                    "examples": list(group.examples),
                    "centre": [round(value, 9) for value in group.centre],
                }
                for group in self.groups
            ],
            "shown": list(self.shown),
        }


def cluster_films(columns: Columns, former: Mapping[str, Any] | None = None) -> Clustering:
    """Group the films; ``former`` is the last run's study, whose numbering goes on.

    The same films give the same groups. Raises `ValueError` for too few different films.
    """
    values = trait_values(columns)
    points = scale_of(values).apply(values)
    if len(np.unique(points, axis=0)) < 10 * max(COUNTS):
        raise ValueError(f"{len(values)} films of so little variety cannot be grouped")
    known = _former_groups(former)
    stability = {count: _stability(points, count) for count in COUNTS}
    count = choose_count(stability, len(known) or None)
    before = np.array([group["centre"] for group in known])
    labels, centres = _cluster(points, count, before if len(known) == count else None)
    numbers = _number(centres, before, [group["number"] for group in known])
    ids = np.array(columns["tmdb_id"], dtype=np.int64)
    groups = describe(ids, values, points, labels, centres, numbers)
    plane, explained = _project(points)
    sample = np.random.default_rng(SEED).permutation(len(points))[: min(1000, len(points))]
    width = silhouette_score(points[sample], labels[sample])
    return Clustering(
        tmdb_ids=ids,
        numbers=numbers[labels],
        x=plane[:, 0],
        y=plane[:, 1],
        groups=groups,
        stability=stability,
        silhouette=float(width),
        explained=explained,
        shown=_shown(ids, numbers[labels], groups),
    )


def choose_count(stability: Mapping[int, float], former: int | None = None) -> int:
    """The number of groups: the most stable, of equals (`TIE_TOLERANCE`) the largest.

    The former number stays while no other is more stable by more than `SWITCH_MARGIN`: clusters
    that come and go with each run are worth less than ones that are a little less stable.
    """
    best = max(stability.values())
    if former is not None and stability.get(former, -1.0) >= best - SWITCH_MARGIN:
        return former
    return max(count for count, ari in stability.items() if ari >= best - TIE_TOLERANCE)


def match_numbers(distances: Floats, former: Sequence[int]) -> list[int]:
    """The former number of each new group, so that the sum of distances is least.

    ``distances`` has shape (new groups, former groups). A new group that has no partner gets the
    lowest number that is free.
    """
    new, old = distances.shape
    pairs = dict(zip(*(side.tolist() for side in linear_sum_assignment(distances)), strict=True))
    free = iter(sorted(set(range(1, new + old + 1)) - {former[place] for place in pairs.values()}))
    return [former[pairs[group]] if group in pairs else next(free) for group in range(new)]


def _former_groups(former: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The last run's groups by number; none where its study is of other traits."""
    if not former or former.get("traits") != list(TRAITS):
        return []
    return sorted(former["groups"], key=lambda group: int(group["number"]))


def _stability(points: Floats, count: int) -> float:
    """The mean agreement of groupings that each saw another share of the films."""
    random = np.random.default_rng(SEED)
    films = random.permutation(len(points))[:SAMPLE]
    points = points[np.sort(films)]
    found = []
    for resample in range(RESAMPLES):
        seen = random.permutation(len(points))[: int(KEPT * len(points))]
        model = KMeans(count, n_init=STARTS, random_state=resample).fit(points[seen])
        found.append(model.predict(points))
    return float(np.mean([adjusted_rand_score(a, b) for a, b in combinations(found, 2)]))


def _cluster(points: Floats, count: int, start: Floats | None) -> tuple[Whole, Floats]:
    """Label of each film and centre of each group, begun at the former centres where there are.

    A new start is taken instead only where it is better by 1 %, so that groups do not jump between
    solutions that are as good.
    """
    seen = points
    if len(points) > 10 * SAMPLE:
        chosen = np.random.default_rng(SEED).permutation(len(points))[: 10 * SAMPLE]
        seen = points[np.sort(chosen)]
    # To the end (tol): a run begun where the last one ended must end there as well.
    model = KMeans(count, n_init=3 * STARTS, tol=0, random_state=SEED).fit(seen)
    if start is not None:
        loyal = KMeans(count, init=start, n_init=1, tol=0, random_state=SEED).fit(seen)
        if loyal.inertia_ <= 1.01 * model.inertia_:
            model = loyal
    return model.predict(points).astype(np.int64), model.cluster_centers_


def _number(centres: Floats, before: Floats, former: Sequence[int]) -> Whole:
    """The number of each label: the former group's that it is nearest to, or by popularity."""
    if not len(before):
        order = np.argsort(-centres[:, TRAITS.index("popularity")], kind="stable")
        numbers = np.empty(len(centres), dtype=np.int64)
        numbers[order] = np.arange(1, len(centres) + 1)
        return numbers
    distances = np.linalg.norm(centres[:, None, :] - before[None, :, :], axis=2)
    return np.array(match_numbers(distances, former), dtype=np.int64)


def _project(points: Floats) -> tuple[Floats, tuple[float, float]]:
    """Where the films lie on the two axes that show most, (films, 2), and the shares they show.

    Each axis points to where its strongest trait grows, or the page would be mirrored at random.
    """
    model = PCA(2, svd_solver="full").fit(points)
    strongest = np.abs(model.components_).argmax(axis=1)
    signs = np.sign(model.components_[np.arange(2), strongest])
    shares = np.nan_to_num(model.explained_variance_ratio_)
    return model.transform(points) * signs, (float(shares[0]), float(shares[1]))


def _shown(ids: Whole, numbers: Whole, groups: Sequence[Group]) -> tuple[int, ...]:
    """The films to draw: each group's share of `DRAWN` at random, with its examples."""
    random = np.random.default_rng(SEED)
    shown: set[int] = set()
    for group in groups:
        own = ids[numbers == group.number]
        share = max(EXAMPLES, int(DRAWN * len(own) / len(ids)))
        shown.update(group.examples, random.permutation(own)[:share].tolist())
    return tuple(sorted(shown)[: DRAWN + EXAMPLES * len(groups)])
