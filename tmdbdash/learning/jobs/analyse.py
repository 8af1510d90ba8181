"""The studies beside the models: hits, clusters, neighbours, and contributions to predictions.

They are made after a training is stored. One that fails is logged and left out; below `LEAST_FILMS`
films none is made.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from tmdbdash.learning.artifacts.predictor import Predictor
from tmdbdash.learning.data.arrays import Floats
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.wide_features import FEATURE_GROUPS
from tmdbdash.learning.insights.clusters import Clustering, cluster_films
from tmdbdash.learning.insights.hit_classifier import FilmHits, study_hits
from tmdbdash.learning.jobs.explain import save_contributions, shown_films
from tmdbdash.learning.jobs.near_films import save_neighbours
from tmdbdash.records import ClusterStudy, FilmCluster, FilmEmbedding, HitStudy

if TYPE_CHECKING:
    from tmdbdash.storage import Store

log = logging.getLogger(__name__)

T = TypeVar("T")

LEAST_FILMS = 50


def make_studies(
    store: Store, films: FilmTable, current: Predictor, predicted: Floats, now: datetime
) -> tuple[str, ...]:
    """Make and store all studies; the names of those that were made.

    ``predicted`` (films,) is the popularity that the champions predict. No failure of a study is
    raised.
    """
    if len(films) < LEAST_FILMS:
        log.info("%d films are too few for studies of hits and clusters", len(films))
        return ()
    made: list[str] = []

    def attempt(name: str, work: Callable[[], T]) -> T | None:
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
        attempt("neighbours", lambda: save_neighbours(store, films, shown, now))
    hits = attempt(HitStudy.study_name, lambda: hits_of(films))
    clustering = attempt(
        ClusterStudy.study_name,
        lambda: cluster_films(films.columns, store.fetch_study(ClusterStudy, until=now)),
    )
    if hits is not None or clustering is not None:
        attempt("hits and clusters", lambda: _save(store, films, hits, clustering, now))
    return tuple(made)


def hits_of(films: FilmTable) -> FilmHits:
    """The study of hits among these films, on the wide features."""
    return study_hits(
        films.features("wide"), films.targets["popularity"], vote_features=FEATURE_GROUPS["votes"]
    )


def _save(
    store: Store,
    films: FilmTable,
    hits: FilmHits | None,
    clustering: Clustering | None,
    now: datetime,
) -> None:
    blank = [None] * len(films)
    numbers = blank if clustering is None else clustering.numbers.tolist()
    xs = blank if clustering is None else np.round(clustering.x, 6).tolist()
    ys = blank if clustering is None else np.round(clustering.y, 6).tolist()
    chances = blank if hits is None else np.round(hits.probability, 6).tolist()
    columns = zip(films.ids.tolist(), numbers, xs, ys, chances, strict=True)
    clusters = () if clustering is None else clustering.study.clusters
    store.save_clusters(
        now,
        [
            FilmCluster(
                made_at=now,
                group_no=cluster.number,
                name=cluster.name,
                films=cluster.films,
                marks=cluster.marks,
                examples=cluster.examples,
            )
            for cluster in clusters
        ],
        [
            FilmEmbedding(tmdb_id=film, made_at=now, group_no=number, x=x, y=y, hit_chance=chance)
            for film, number, x, y, chance in columns
        ],
    )
    store.save_studies(now, [made.study for made in (hits, clustering) if made is not None])
