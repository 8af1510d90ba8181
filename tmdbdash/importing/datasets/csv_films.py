"""CSV files of films, whatever their columns are called."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tmdbdash.importing.datasets import values
from tmdbdash.importing.datasets.files import DataFile, DatasetError
from tmdbdash.importing.datasets.rows import ADULT, Row, UnusableError
from tmdbdash.records import FilmFacts
from tmdbdash.tmdb import cleaning

LONGEST_FIELD = 1024 * 1024
BLOCK = 500
"""Records that are read together."""
DELIMITERS = ",;\t|"

ID_NAMES = ("tmdb_id", "tmdbid", "id", "movie_id")
DETAIL_FIELDS: dict[str, tuple[Callable[[str], Any], tuple[str, ...]]] = {
    "title": (values.title, ("title",)),
    "original_title": (values.title, ("original_title",)),
    "overview": (values.text, ("overview", "description")),
    "language": (cleaning.language, ("original_language", "language")),
    "release_date": (values.release_date, ("release_date", "released", "release")),
    "genres": (values.genres, ("genres", "genre_names", "genre", "genre_ids")),
    "poster_path": (cleaning.image_path, ("poster_path",)),
    "backdrop_path": (cleaning.image_path, ("backdrop_path",)),
    "imdb_id": (cleaning.imdb_id, ("imdb_id", "imdb")),
    "runtime": (values.runtime, ("runtime",)),
    "status": (values.status, ("status",)),
    "budget": (values.money, ("budget",)),
    "revenue": (values.money, ("revenue",)),
    "tagline": (values.tagline, ("tagline",)),
    "homepage": (cleaning.link, ("homepage",)),
    "collection": (values.collection, ("belongs_to_collection", "collection")),
    "production_companies": (values.names, ("production_companies",)),
    "production_countries": (values.countries, ("production_countries",)),
    "spoken_languages": (values.languages, ("spoken_languages",)),
}
METRIC_FIELDS: dict[str, tuple[Callable[[str], Any], tuple[str, ...]]] = {
    "popularity": (values.popularity, ("popularity",)),
    "vote_count": (values.vote_count, ("vote_count", "votes", "num_votes")),
    "vote_average": (values.vote_average, ("vote_average", "rating")),
}
TIME_NAMES = ("observed_at", "snapshot_ts")

_Record = tuple[int, list[str], str | None]
"""A record's first line's number, its cells, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a file has what: positions of columns, from 0, with the reader of each."""

    width: int
    film_id: int
    adult: int | None
    observed_at: int | None
    fields: tuple[tuple[str, int, Callable[[str], Any]], ...]
    genre_ids: int | None

    def says_adult(self, cells: Sequence[str]) -> bool:
        """Whether a record is marked as an adult film."""
        return self.adult is not None and values.is_adult(cells[self.adult])

    def position(self, field: str) -> int | None:
        """The position of a field of `FilmFacts`, or ``None``."""
        return next((at for name, at, _ in self.fields if name == field), None)


def find_columns(header: Sequence[str]) -> Columns | None:
    """The columns of a file of films, or ``None`` where the header is not one of such a file.

    A join of list and details has twins ending in ``_x`` and ``_y``: metrics are taken from the
    list (``_x``), everything else from the details (``_y``), as a live tick does.
    """
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        plain = "_".join(name.strip().strip("\"'").casefold().replace("-", " ").split())
        places.setdefault(plain, place)

    def find(names: Sequence[str], endings: Sequence[str]) -> int | None:
        wanted = (name + ending for name in names for ending in endings)
        return next((places[name] for name in wanted if name in places), None)

    film_id = find(ID_NAMES, ("",))
    found = {
        **{f: (find(n, ("", "_y", "_x")), read) for f, (read, n) in DETAIL_FIELDS.items()},
        **{f: (find(n, ("", "_x", "_y")), read) for f, (read, n) in METRIC_FIELDS.items()},
    }
    fields = tuple((f, at, read) for f, (at, read) in found.items() if at is not None)
    if film_id is None or not {"title", "original_title", *METRIC_FIELDS} & {f[0] for f in fields}:
        return None
    genre_ids = find(("genre_ids",), ("", "_y", "_x"))
    genres = next((at for name, at, _ in fields if name == "genres"), None)
    return Columns(
        width=len(header),
        film_id=film_id,
        adult=find(("adult",), ("", "_x", "_y")),
        observed_at=find(TIME_NAMES, ("",)),
        fields=fields,
        genre_ids=None if genre_ids == genres else genre_ids,
    )


def find_header(first_line: str) -> tuple[str, Columns] | None:
    """The delimiter and the columns that a first line names, or ``None`` where it names none."""
    for delimiter in DELIMITERS:
        try:
            header = next(csv.reader([first_line], delimiter=delimiter), [])
        except csv.Error:
            continue
        columns = find_columns(header)
        if columns is not None:
            return delimiter, columns
    return None


def read_rows(file: DataFile, delimiter: str, columns: Columns) -> Iterator[Row]:
    """The films of a CSV file; raises `DatasetError` where the file is torn."""
    block: list[_Record] = []
    try:
        for record in _records(file, delimiter):
            block.append(record)
            if len(block) == BLOCK:
                yield from _rows(block, delimiter, columns)
                block = []
    except DatasetError:
        yield from _rows(block, delimiter, columns)
        raise
    yield from _rows(block, delimiter, columns)


def _rows(block: Sequence[_Record], delimiter: str, columns: Columns) -> Iterator[Row]:
    """The films of some records: all in one go, or one by one where a cell cannot be used."""
    sound = [
        cells
        for _, cells, broken in block
        if broken is None and len(cells) == columns.width and not columns.says_adult(cells)
    ]
    try:
        read = iter(_films(sound, columns))
    except UnusableError:
        read = None
    for line, cells, broken in block:
        if broken is not None:
            yield Row(line, None, broken, delimiter.join(cells))
        elif len(cells) != columns.width:
            problem = f"{len(cells)} columns instead of {columns.width}"
            yield Row(line, None, problem, delimiter.join(cells))
        elif columns.says_adult(cells):
            yield Row(line, None, ADULT)
        elif read is not None:
            facts, observed_at = next(read)
            yield Row(line, facts, observed_at=observed_at)
        else:
            try:
                [(facts, observed_at)] = _films([cells], columns)
                yield Row(line, facts, observed_at=observed_at)
            except UnusableError as error:
                yield Row(line, None, str(error), delimiter.join(cells))


def newest_release(file: DataFile, delimiter: str, columns: Columns, until: date) -> date | None:
    """The newest release date, up to a day, among the films with votes; ``None``: there is none."""
    released, votes = columns.position("release_date"), columns.position("vote_count")
    if released is None or votes is None:
        return None
    newest: date | None = None
    newest_text = ""
    for _, cells, broken in _records(file, delimiter):
        # Days written alike sort like their texts, so that few of them have to be read.
        if broken is not None or len(cells) != columns.width or cells[released] <= newest_text:
            continue
        day = cleaning.day(cells[released])
        if day is None or day > until or not cleaning.whole(cells[votes], least=1):
            continue
        if newest is None or day > newest:
            newest, newest_text = day, day.isoformat()
    return newest


def _films(
    records: Sequence[Sequence[str]], columns: Columns
) -> list[tuple[FilmFacts, datetime | None]]:
    """The films of sound records, and when each was observed where that is told.

    Column by column, for that is several times as fast as row by row. Raises `UnusableError` for
    the first cell that is needed and cannot be read.
    """
    cells = list(zip(*records, strict=True)) or [()] * columns.width
    said: dict[str, list[Any]] = {"tmdb_id": list(map(values.film_id, cells[columns.film_id]))}
    said |= {name: _read(cells[at], read) for name, at, read in columns.fields}
    if columns.genre_ids is not None:
        by_id = _read(cells[columns.genre_ids], values.genres)
        by_name = said.get("genres") or [None] * len(records)
        said["genres"] = [n or i for n, i in zip(by_name, by_id, strict=True)]
    if "vote_average" in said:
        counts = said.get("vote_count") or [None] * len(records)
        said["vote_average"] = list(map(_rating, said["vote_average"], counts))
    seen_at: list[datetime | None] = [None] * len(records)
    if columns.observed_at is not None:
        seen_at = _read(cells[columns.observed_at], values.observed_at)
    films = (
        FilmFacts(**dict(zip(said, film, strict=True))) for film in zip(*said.values(), strict=True)
    )
    return list(zip(films, seen_at, strict=True))


def _read(cells: Sequence[str], read: Callable[[str], Any]) -> list[Any]:
    """The values of one column's cells; each distinct one is read once."""
    known = {cell: read(cell) if cell else None for cell in set(cells)}
    return [known[cell] for cell in cells]


def _rating(average: float | None, votes: int | None) -> float | None:
    """A rating of 0 means that nobody has voted, unless votes are counted.

    One such film is in the TMDB 5000 file.
    """
    return average if votes or (average and votes is None) else None


def _records(file: DataFile, delimiter: str) -> Iterator[_Record]:
    """Each record after the header."""
    csv.field_size_limit(LONGEST_FIELD)
    undecodable: list[int] = []
    reader = csv.reader(_texts(file, undecodable), delimiter=delimiter, strict=True)
    header = True
    while True:
        line = reader.line_num + 1
        problem = None
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            cells, problem = [], f"broken quoting ({error})"
        if undecodable:
            problem = "not valid UTF-8"
            undecodable.clear()
        if not cells and problem is None:
            continue
        if header:
            header = False
            continue
        yield line, cells, problem


def _texts(file: DataFile, undecodable: list[int]) -> Iterator[str]:
    for number, raw in enumerate(file.lines(), start=1):
        try:
            decoded = raw.decode()
        except UnicodeDecodeError:
            undecodable.append(number)
            decoded = raw.decode("utf-8", "replace")
        yield decoded.replace("\0", "") if "\0" in decoded else decoded
