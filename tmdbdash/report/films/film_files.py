"""The files of the films, which the page loads when it needs them: a table, and shards of details.

Details are fetched and serialised some hundred films at a time, so that of ten thousand films only
the bytes of their files are in memory at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tmdbdash.report.data_scripts import data_script, script_of, to_json
from tmdbdash.report.films.film_details import DetailRows, Details, FactRow
from tmdbdash.report.panels.all_films import TableFilm, film_table, table_json
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.query.spans import film_spans

if TYPE_CHECKING:
    from tmdbdash.storage import Store

FILMS_A_SHARD = 50
MOST_SHARDS = 256
FILMS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FilmFiles:
    """The files by their path in the folder, and the digest in the name of the library.

    The library names the others: the table, and the shards in their order. A film's details are
    in the shard at its tmdb_id modulo the number of shards. ``lines`` are the table's.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    library: str | None = None
    lines: tuple[TableFilm, ...] = ()


NO_FILMS = FilmFiles()


def fetch_details(store: Store, rows: Rows) -> Iterator[DetailRows]:
    """Fetch the details of the tracked films, `FILMS_AT_ONCE` at a time. Raises `DatabaseError`."""
    ids, as_of = list(rows.tracked), rows.past.as_of
    spans = film_spans(as_of, store.fetch_first_snapshot()) if ids and as_of else []
    for start in range(0, len(ids), FILMS_AT_ONCE):
        part = ids[start : start + FILMS_AT_ONCE]
        columns = store.fetch_movie_columns(FactRow._fields, part)
        yield DetailRows(
            facts=[FactRow(*row) for row in zip(*columns.values(), strict=True)],
            points=store.fetch_points(part, spans),
            contributions=store.fetch_contributions(rows.training.trained_at, part)
            if rows.training
            else (),
            embeddings=store.fetch_embeddings(part),
            near=store.fetch_neighbours(part),
        )


def film_files(rows: Rows, details: Iterable[DetailRows], *, posters: bool) -> FilmFiles:
    """The files of the films of ``rows.tracked`` with their details."""
    lines = film_table(rows)
    path, script = data_script("films", table_json(lines))
    files = {path: script}
    count = shard_count(len(rows.tracked))
    bodies: list[list[str]] = [[] for _ in range(count)]
    make = Details(rows, posters=posters)
    for part in details:
        for tmdb_id, film in make.of(part).items():
            bodies[tmdb_id % count].append(f'"{tmdb_id}":{to_json(film)}')
    shards = []
    for number, body in enumerate(bodies):
        shard, script = script_of(f"shard-{number:02d}", "{" + ",".join(body) + "}")
        body.clear()
        files[shard] = script
        shards.append(shard)
    library, script = data_script("library", {"films": path, "shards": shards})
    files[library] = script
    return FilmFiles(files, library.split(".")[1], lines)


def shard_count(films: int) -> int:
    """A power of two: more films double it, and half of them keep their shard."""
    count = 1
    while count < MOST_SHARDS and count * FILMS_A_SHARD < films:
        count *= 2
    return count
