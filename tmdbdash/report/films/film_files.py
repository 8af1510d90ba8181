"""The files of the films, which the page loads when it needs them: a table, and shards of details.

Details are fetched and serialised some hundred films at a time, so that of ten thousand films only
the bytes of their files are in memory at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tmdbdash.report.data_scripts import data_script, digest_of, passing_script, to_json
from tmdbdash.report.films.film_details import DetailRows, Details, FactRow
from tmdbdash.report.panels.all_films import TableFilm, film_table, table_json
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.query.spans import Span, film_spans

if TYPE_CHECKING:
    from tmdbdash.records import Forecast
    from tmdbdash.storage import Store

FILMS_A_SHARD = 50
MOST_SHARDS = 256
_LAYOUT = 1
"""Grows when a shard has something else of the same rows."""
FILMS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FilmFiles:
    """The files by their path in the folder, and the digest in the name of the library.

    The library names the others: the table, and the shards in their order. A film's details are
    in the shard at its tmdb_id modulo the number of shards. ``lines`` are the table's, ``kept``
    the shards that are in the folder already.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    library: str | None = None
    lines: tuple[TableFilm, ...] = ()
    kept: tuple[str, ...] = ()


NO_FILMS = FilmFiles()


def history_spans(store: Store, rows: Rows) -> list[Span]:
    """The spans of time that the films' histories have points of. Raises `DatabaseError`."""
    as_of = rows.past.as_of
    return film_spans(as_of, store.fetch_first_snapshot()) if rows.tracked and as_of else []


def film_files(
    rows: Rows,
    fetch: Callable[[Sequence[int]], Iterable[DetailRows]],
    *,
    spans: Sequence[Span] = (),
    posters: Mapping[int, str] | None = None,
    present: Collection[str] = (),
    version: str = "",
) -> FilmFiles:
    """The files of the films of ``rows.tracked`` with their details, which ``fetch`` brings.

    ``posters`` are addresses by film. Shards among the assets that are ``present`` are not made
    again, nor their films fetched: their names have a digest of what they are made of, of which
    the ``spans`` of history and the program's ``version`` are a part.
    """
    lines = film_table(rows)
    path, script = data_script("films", table_json(lines))
    files = {path: script}
    posters = posters or {}
    count = shard_count(len(rows.tracked))
    films: list[list[int]] = [[] for _ in range(count)]
    for tmdb_id in rows.tracked:
        films[tmdb_id % count].append(tmdb_id)
    made_of = MadeOf(rows, lines, posters, spans, version)
    shards = [
        f"assets/shard-{number:02d}.{made_of.digest(own)}.js" for number, own in enumerate(films)
    ]
    wanted = [number for number, shard in enumerate(shards) if shard not in present]
    bodies: dict[int, list[str]] = {number: [] for number in wanted}
    make = Details(rows, lines, posters)
    ids = sorted(tmdb_id for number in wanted for tmdb_id in films[number])
    for part in fetch(ids):
        for tmdb_id, film in make.of(part).items():
            bodies[tmdb_id % count].append(f'"{tmdb_id}":{to_json(film)}')
    for number, body in bodies.items():
        files[shards[number]] = passing_script(f"shard-{number:02d}", "{" + ",".join(body) + "}")
        body.clear()
    library, script = data_script("library", {"films": path, "shards": shards})
    files[library] = script
    kept = tuple(shard for shard in shards if shard in present)
    return FilmFiles(files, library.split(".")[1], lines, kept)


def fetch_details(
    store: Store, rows: Rows, spans: Sequence[Span], ids: Sequence[int]
) -> Iterator[DetailRows]:
    """Fetch the details of these films, `FILMS_AT_ONCE` at a time. Raises `DatabaseError`."""
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


class MadeOf:
    """Digests of what shards are made of, by what is known before details are read.

    A change that shows nowhere in it, such as a driver that was stored late, is published when the
    spans of history move on: within three hours.
    """

    def __init__(
        self,
        rows: Rows,
        lines: Sequence[TableFilm],
        posters: Mapping[int, str],
        spans: Sequence[Span],
        version: str,
    ) -> None:
        self._rows = rows
        self._lines = {line.tmdb_id: line for line in lines}
        self._ranked = {
            line.rank: (line.tmdb_id, line.title) for line in lines if line.rank is not None
        }
        self._posters = posters
        self._forecasts: dict[int, list[Forecast]] = {}
        for forecast in rows.forecasts:
            self._forecasts.setdefault(forecast.tmdb_id, []).append(forecast)
        self._all = repr(
            (
                version,
                _LAYOUT,
                [older for older, _ in spans],
                rows.training and (rows.training.trained_at, rows.training.champions),
                rows.evaluation,
                rows.clusters,
            )
        )

    def digest(self, films: Iterable[int]) -> str:
        """The digest for a shard of these films."""
        rows = self._rows
        own = [
            (
                rows.tracked[film]._replace(observed_at=None),
                (line := self._lines[film]),
                rows.past.ago.get("7d", {}).get(film),
                line.rank and [self._ranked.get(line.rank + step) for step in (-1, 1)],
                rows.expected.get(film),
                self._forecasts.get(film),
                self._posters.get(film),
            )
            for film in films
        ]
        return digest_of(f"{self._all}{own!r}".encode("utf-8", "surrogatepass"))


def shard_count(films: int) -> int:
    """A power of two: more films double it, and half of them keep their shard."""
    count = 1
    while count < MOST_SHARDS and count * FILMS_A_SHARD < films:
        count *= 2
    return count
