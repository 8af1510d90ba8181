"""Groups of films, the place of each film among them, and the films nearest to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from tmdbdash.records import ClusterMark, FilmCluster, FilmEmbedding, NearFilm, as_dict
from tmdbdash.storage.dropping import drop_rows
from tmdbdash.storage.films import in_parts
from tmdbdash.storage.schema import film_groups, film_places, neighbours
from tmdbdash.storage.upserts import upsert, upsert_parts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection


def save_clusters(
    connection: Connection,
    made_at: datetime,
    groups: Sequence[FilmCluster],
    places: Sequence[FilmEmbedding],
    keep: int,
) -> None:
    """Put these groups and places in force; see `Store.save_clusters`.

    Later runs, of a clock that was wrong, do not count among the newest.
    """
    drop_rows(connection, film_groups, film_groups.c.made_at == made_at)
    # Their marks as plain JSON values.
    rows = [
        SimpleNamespace(**as_dict(group) | {"marks": [mark.as_json() for mark in group.marks]})
        for group in groups
    ]
    upsert(connection, film_groups, rows)
    upsert_parts(connection, film_places, places)
    drop_rows(connection, film_places, film_places.c.made_at != made_at)
    at = film_groups.c.made_at
    times = select(at).distinct().where(at <= made_at).order_by(at.desc())
    oldest_kept = connection.execute(times.offset(keep - 1).limit(1)).scalar()
    if oldest_kept is not None:
        drop_rows(connection, film_groups, film_groups.c.made_at < oldest_kept)


def fetch_groups(connection: Connection, until: datetime | None) -> list[FilmCluster]:
    """The newest groups, none of them made after ``until``, by number."""
    newest = select(film_groups.c.made_at).order_by(film_groups.c.made_at.desc()).limit(1)
    if until is not None:
        newest = newest.where(film_groups.c.made_at <= until)
    query = (
        select(film_groups)
        .where(film_groups.c.made_at == newest.scalar_subquery())
        .order_by(film_groups.c.group_no)
    )
    return [
        FilmCluster(**{**row, "marks": tuple(map(ClusterMark.from_json, row["marks"]))})
        for row in connection.execute(query).mappings()
    ]


def fetch_places(connection: Connection, ids: Collection[int]) -> dict[int, FilmEmbedding]:
    """The places of the known ones among these films, by id."""
    found = {}
    for part in in_parts(ids):
        query = select(film_places).where(film_places.c.tmdb_id.in_(part))
        for row in connection.execute(query).mappings():
            found[row["tmdb_id"]] = FilmEmbedding(**row)
    return found


def save_neighbours(connection: Connection, made_at: datetime, found: Sequence[NearFilm]) -> None:
    """Put these neighbours in the place of all that were stored before."""
    upsert(connection, neighbours, found)
    drop_rows(connection, neighbours, neighbours.c.made_at != made_at)


def fetch_neighbours(
    connection: Connection, ids: Collection[int]
) -> dict[int, tuple[NearFilm, ...]]:
    """The neighbours of these films, the nearest first; films without any are left out."""
    found: dict[int, list[NearFilm]] = {}
    for part in in_parts(ids):
        query = select(neighbours).where(neighbours.c.tmdb_id.in_(part))
        for row in connection.execute(query.order_by(neighbours.c.place)).mappings():
            found.setdefault(row["tmdb_id"], []).append(NearFilm(**row))
    return {tmdb_id: tuple(near) for tmdb_id, near in found.items()}


def forget(connection: Connection, ids: Sequence[int]) -> None:
    """Drop what is known of films that are to go; as many ids as fit one statement."""
    drop_rows(connection, film_places, film_places.c.tmdb_id.in_(ids))
    either = or_(neighbours.c.tmdb_id.in_(ids), neighbours.c.other_id.in_(ids))
    drop_rows(connection, neighbours, either)
