"""Queries of clusters, the points of films in the plane, and films' nearest neighbours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from tmdbdash.records import ClusterMark, FilmCluster, FilmEmbedding, NearFilm, as_dict
from tmdbdash.storage.dropping import drop_rows, fetch_oldest_kept
from tmdbdash.storage.schema import film_groups, film_places, neighbours
from tmdbdash.storage.transactions import (
    Queries,
    fetch_records_of,
    read_transaction,
    write_transaction,
)
from tmdbdash.storage.upserts import upsert, upsert_parts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection


class ClusterQueries(Queries):
    """The part of `Store` for ``film_groups``, ``film_places`` and ``neighbours``."""

    @write_transaction
    def save_clusters(
        self,
        connection: Connection,
        made_at: datetime,
        clusters: Collection[FilmCluster],
        embeddings: Collection[FilmEmbedding],
        keep: int = 20,
    ) -> None:
        """Store the clusters of one run and the embedding of every film, all of ``made_at``.

        The newest ``keep`` runs' clusters stay; of embeddings only these.
        """
        at = film_groups.c.made_at
        drop_rows(connection, film_groups, at == made_at)
        # Their marks as plain JSON values.
        rows = [
            SimpleNamespace(**as_dict(one) | {"marks": [mark.as_json() for mark in one.marks]})
            for one in clusters
        ]
        upsert(connection, film_groups, rows)
        upsert_parts(connection, film_places, embeddings)
        drop_rows(connection, film_places, film_places.c.made_at != made_at)
        oldest_kept = fetch_oldest_kept(connection, at, made_at, keep)
        if oldest_kept is not None:
            drop_rows(connection, film_groups, at < oldest_kept)

    @read_transaction
    def fetch_clusters(
        self, connection: Connection, until: datetime | None = None
    ) -> list[FilmCluster]:
        """The newest clusters, none of them made after ``until``, by number."""
        own = film_groups.c
        newest = select(own.made_at).order_by(own.made_at.desc()).limit(1)
        if until is not None:
            newest = newest.where(own.made_at <= until)
        query = select(film_groups).where(own.made_at == newest.scalar_subquery())
        return [
            FilmCluster(**{**row, "marks": tuple(map(ClusterMark.from_json, row["marks"]))})
            for row in connection.execute(query.order_by(own.group_no)).mappings()
        ]

    @read_transaction
    def fetch_embeddings(
        self, connection: Connection, ids: Collection[int]
    ) -> dict[int, FilmEmbedding]:
        """The embeddings of these films, by id; films without one are left out."""
        query, film = select(film_places), film_places.c.tmdb_id
        found = fetch_records_of(connection, FilmEmbedding, query, film, ids)
        return {embedding.tmdb_id: embedding for embedding in found}

    @write_transaction
    def save_neighbours(
        self, connection: Connection, made_at: datetime, found: Collection[NearFilm]
    ) -> None:
        """Store neighbours, all of ``made_at``; they replace those stored before."""
        upsert(connection, neighbours, found)
        drop_rows(connection, neighbours, neighbours.c.made_at != made_at)

    @read_transaction
    def fetch_neighbours(
        self, connection: Connection, ids: Collection[int]
    ) -> dict[int, tuple[NearFilm, ...]]:
        """The stored neighbours of these films by id, the nearest first."""
        query = select(neighbours).order_by(neighbours.c.place)
        near: dict[int, tuple[NearFilm, ...]] = {}
        for film in fetch_records_of(connection, NearFilm, query, neighbours.c.tmdb_id, ids):
            near[film.tmdb_id] = (*near.get(film.tmdb_id, ()), film)
        return near


def drop_films(connection: Connection, ids: Sequence[int]) -> None:
    """Drop embeddings and neighbours of films; as many ids as fit one statement."""
    drop_rows(connection, film_places, film_places.c.tmdb_id.in_(ids))
    either = or_(neighbours.c.tmdb_id.in_(ids), neighbours.c.other_id.in_(ids))
    drop_rows(connection, neighbours, either)
