"""The films as files that the page loads when they are asked for: a table, and details in shards.

Details are fetched and written out some hundred films at a time, so that ten thousand films never
stand in memory as anything but the bytes of their files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tmdbdash.report.data_scripts import data_script, script_of, to_json
from tmdbdash.report.films.film_details import DETAIL_COLUMNS, DetailRows, Details
from tmdbdash.report.films.film_table import film_table
from tmdbdash.report.query.page_queries import Rows, as_of
from tmdbdash.report.query.spans import film_spans

if TYPE_CHECKING:
    from tmdbdash.storage import Store

FILMS_A_SHARD = 50
MOST_SHARDS = 256
FILMS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FilmFiles:
    """The files by their path in the folder; which is the table, and the shards in their order.

    A film's details are in the shard at its tmdb_id modulo the number of shards. ``columns`` is
    what the table holds.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    table: str | None = None
    shards: tuple[str, ...] = ()
    columns: Mapping[str, Any] = field(default_factory=lambda: film_table(Rows()))


NO_FILMS = FilmFiles()


def fetch_film_files(store: Store, rows: Rows, now: datetime, *, posters: bool) -> FilmFiles:
    """Fetch the details of all films of the table, and make the files. Raises `DatabaseError`."""
    return film_files(rows, fetch_details(store, rows, now), posters=posters)


def fetch_details(store: Store, rows: Rows, now: datetime) -> Iterator[DetailRows]:
    """The details of the films of the table, some at a time."""
    ids = rows.table["tmdb_id"]
    end = as_of(rows.observed_at, now)
    spans = film_spans(end, store.fetch_first_snapshot()) if ids else []
    for start in range(0, len(ids), FILMS_AT_ONCE):
        part = ids[start : start + FILMS_AT_ONCE]
        yield DetailRows(
            facts=store.fetch_movie_columns(DETAIL_COLUMNS, part),
            points=store.fetch_points(part, spans),
            contributions=store.fetch_contributions(rows.training.trained_at, part)
            if rows.training
            else (),
            places=store.fetch_embeddings(part),
            near=store.fetch_neighbours(part),
        )


def film_files(rows: Rows, details: Iterable[DetailRows], *, posters: bool) -> FilmFiles:
    """The files of the films of ``rows.table`` with their details."""
    columns = film_table(rows)
    path, content = data_script("films", columns)
    files = {path: content}
    count = shard_count(len(rows.table["tmdb_id"]))
    bodies: list[list[str]] = [[] for _ in range(count)]
    make = Details(rows, posters=posters)
    for part in details:
        for tmdb_id, film in make.of(part).items():
            bodies[tmdb_id % count].append(f'"{tmdb_id}":{to_json(film)}')
    shards = []
    for number, body in enumerate(bodies):
        shard, content = script_of(f"shard-{number:02d}", "{" + ",".join(body) + "}")
        body.clear()
        files[shard] = content
        shards.append(shard)
    return FilmFiles(files, path, tuple(shards), columns)


def shard_count(films: int) -> int:
    """A power of two, so that most films stay where they are when there are more of them."""
    count = 1
    while count < MOST_SHARDS and count * FILMS_A_SHARD < films:
        count *= 2
    return count
