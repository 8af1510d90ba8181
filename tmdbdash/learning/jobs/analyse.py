"""The studies beside the models: hits, groups, neighbours, and what moved the shown predictions.

They run after a training and off its critical path: what fails is told and left out, and below
`LEAST_FILMS` films none is made.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from tmdbdash.learning.artifacts.predictor import Predictor
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.linear_features import Floats
from tmdbdash.learning.data.wide_features import FEATURE_GROUPS
from tmdbdash.learning.insights.clusters import Clustering, cluster_films
from tmdbdash.learning.insights.hit_classifier import HitStudy, study_hits
from tmdbdash.learning.insights.neighbours import nearest_films
from tmdbdash.learning.jobs.explain import save_contributions, shown_films
from tmdbdash.learning.models.training_set import Indices
from tmdbdash.records import FilmCluster, FilmEmbedding, NearFilm

if TYPE_CHECKING:
    from tmdbdash.storage import Store

log = logging.getLogger(__name__)

LEAST_FILMS = 50
NEIGHBOURS_OF_ALL = 10_000
"""Films up to which all get their nearest ones: half a second at 5,000, and growing by the square.
Of more films those that are shown or listed get them; `predict --explain` finds any other's.
"""
HITS, CLUSTERS = "hits", "groups"
"""The names under which the two studies are stored."""


def make_studies(
    store: Store, films: FilmTable, current: Predictor, predicted: Floats, now: datetime
) -> tuple[str, ...]:
    """Make and store all studies; the names of those that were made.

    ``predicted`` (films,) is the popularity that the champions expect. Nothing that goes wrong in
    a study leaves this function.
    """
    if len(films) < LEAST_FILMS:
        log.info("%d films are too few for studies of hits and groups", len(films))
        return ()
    made: list[str] = []

    def attempt(name: str, work: Callable[[], Any]) -> Any:
        try:
            result = work()
        except Exception as error:
            log.warning("no study of %s: %s", name, str(error) or type(error).__name__)
            log.debug("how it failed", exc_info=True)
            return None
        made.append(name)
        return result

    shown = attempt("the shown films", lambda: shown_films(store, films, predicted))
    if shown is not None:
        attempt("contributions", lambda: save_contributions(store, films, current, shown))
        attempt("neighbours", lambda: _save_neighbours(store, films, shown, now))
    hits: HitStudy | None = attempt(HITS, lambda: hits_of(films))
    grouping: Clustering | None = attempt(CLUSTERS, lambda: _group(store, films, now))
    if hits is not None or grouping is not None:
        attempt("places", lambda: _save(store, films, hits, grouping, now))
    return tuple(made)


def hits_of(films: FilmTable) -> HitStudy:
    """The study of hits among these films, on the wide features."""
    return study_hits(
        films.features("wide"), films.targets["popularity"], vote_features=FEATURE_GROUPS["votes"]
    )


def _group(store: Store, films: FilmTable, now: datetime) -> Clustering:
    former = store.fetch_study(CLUSTERS, until=now)
    return cluster_films(films.columns, None if former is None else former[1])


def _placed(store: Store, films: FilmTable, shown: Indices) -> Indices:
    """The films that get their nearest ones stored."""
    if len(films) <= NEIGHBOURS_OF_ALL:
        return np.arange(len(films))
    listing = store.fetch_listing()
    listed = [] if listing is None else [entry.tmdb_id for entry in listing.entries]
    return np.union1d(shown, np.flatnonzero(np.isin(films.ids, listed)))


def _save_neighbours(store: Store, films: FilmTable, shown: Indices, now: datetime) -> None:
    features = films.features("wide")
    ids, placed = films.ids, _placed(store, films, shown)
    near = nearest_films(features, ids, features.iloc[placed], wanted_ids=ids[placed])
    store.save_neighbours(
        now,
        [
            NearFilm(
                tmdb_id=int(ids[place]),
                place=neighbour.place,
                other_id=neighbour.tmdb_id,
                distance=neighbour.distance,
                made_at=now,
            )
            for place, neighbours in zip(placed, near, strict=True)
            for neighbour in neighbours
        ],
    )


def _save(
    store: Store,
    films: FilmTable,
    hits: HitStudy | None,
    grouping: Clustering | None,
    now: datetime,
) -> None:
    blank = [None] * len(films)
    columns: dict[str, list[Any]] = {
        "group_no": blank if grouping is None else grouping.numbers.tolist(),
        "x": blank if grouping is None else np.round(grouping.x, 6).tolist(),
        "y": blank if grouping is None else np.round(grouping.y, 6).tolist(),
        "hit_chance": blank if hits is None else np.round(hits.chance, 6).tolist(),
    }
    places = (
        FilmEmbedding(tmdb_id=tmdb_id, made_at=now, group_no=number, x=x, y=y, hit_chance=chance)
        for tmdb_id, number, x, y, chance in zip(films.ids.tolist(), *columns.values(), strict=True)
    )
    groups = [] if grouping is None else grouping.groups
    store.save_clusters(
        now,
        [
            FilmCluster(
                made_at=now,
                group_no=group.number,
                name=group.name,
                films=group.films,
                marks=[mark.as_json() for mark in group.marks],
                examples=list(group.examples),
            )
            for group in groups
        ],
        places,
    )
    bodies: dict[str, Any] = {}
    if hits is not None:
        bodies[HITS] = hits.as_json()
    if grouping is not None:
        bodies[CLUSTERS] = grouping.as_json()
    store.save_studies(now, bodies)
