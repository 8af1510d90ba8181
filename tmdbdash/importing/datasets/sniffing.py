"""Recognises formats by content, never by a file's name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from tmdbdash.importing.datasets import rejected
from tmdbdash.importing.datasets.blocks import Source
from tmdbdash.importing.datasets.column_roles import find_columns
from tmdbdash.importing.datasets.csv_header import find_source
from tmdbdash.importing.datasets.csv_source import CsvSource
from tmdbdash.importing.datasets.data_files import TextFile
from tmdbdash.importing.datasets.film_rows import FilmReader
from tmdbdash.importing.datasets.json_source import JsonSource, is_record, records_within
from tmdbdash.importing.datasets.json_values import JsonValue, array_values, line_values
from tmdbdash.importing.datasets.known_sets import (
    ID_EXPORT,
    MOVIELENS,
    NEEDS_LINKS,
    ORDINARY,
    USERS_RATINGS,
    KnownSet,
    is_movielens,
    is_movielens_with_links,
    is_of_users,
)
from tmdbdash.importing.datasets.movielens import MovieLensSource
from tmdbdash.importing.datasets.parquet import read_parquet
from tmdbdash.importing.datasets.problems import DatasetError
from tmdbdash.importing.datasets.read_rows import Row, Tick
from tmdbdash.importing.datasets.recordings import is_recording, read_ticks
from tmdbdash.importing.datasets.survey import Survey
from tmdbdash.importing.datasets.understanding import Understanding

LOOKED_FOR = (
    "looked for a CSV with a header (an id and a title or metrics), JSON lines or a JSON document "
    "of films, recorded list answers, and a daily ID export of films"
)
HEAD_LINES = 20
MOST_AT_ONCE = 32 * 1024 * 1024
"""Characters of a JSON object that may be read whole, to find its records."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """A file whose format is known: "csv", "films", "id_export", "parquet", "recorded".

    ``kind`` is how its rows are used; ``survey`` is that of the whole file, ``None`` of recorded
    answers. ``header`` is the first line that a reject file needs to be imported again.
    """

    file: TextFile
    format: str
    kind: KnownSet = ORDINARY
    survey: Survey | None = None
    header: str = ""
    reader: FilmReader | None = None

    def rows(self) -> Iterator[Row]:
        """The films one after the other, of any format but "recorded"."""
        return iter(()) if self.reader is None else self.reader.rows()

    def ticks(self) -> Iterator[Tick | Row]:
        """Recorded lists in order of time, and the lines that cannot be used."""
        return read_ticks(self.file.lines)

    def understanding(self) -> Understanding:
        """The columns' use, by the rows read so far."""
        return Understanding() if self.reader is None else self.reader.understanding()


@dataclass(frozen=True, slots=True)
class Hints:
    """Facts about a file besides its content.

    By ``today`` years of two figures are dated. ``mapping`` are columns whose field the user names,
    ``beside`` are files in which MovieLens's links may be.
    """

    today: date
    mapping: Mapping[str, str] = field(default_factory=dict)
    beside: Sequence[Path] = ()


def open_dataset(file: TextFile, hints: Hints) -> Dataset:
    """Recognise a file, and survey all of it; raises `DatasetError` for an unknown one."""
    source: Source | None
    if file.is_parquet:
        source = JsonSource(lambda: _parquet_values(file.disk_path))
        return _surveyed(file, "parquet", source, hints)
    head = file.head()
    if not head.strip():
        for _ in file.chunks():  # raises for a torn file
            pass
        raise DatasetError("is empty")
    if _is_binary(head):
        raise DatasetError(f"is no text; {LOOKED_FOR}")
    if head.lstrip()[:1] in ("{", "["):
        return _json_dataset(file, head, hints)
    source = find_source(file.lines)
    if source is None:
        raise DatasetError(f"has none of the known formats; {LOOKED_FOR}")
    return _csv_dataset(file, source, hints)


def _csv_dataset(file: TextFile, source: CsvSource, hints: Hints) -> Dataset:
    if is_of_users(source.names):
        raise DatasetError(USERS_RATINGS)
    if is_movielens(source.names):
        links = _find_links(hints.beside)
        if links is None:
            raise DatasetError(NEEDS_LINKS)
        return _surveyed(file, "csv", MovieLensSource(source, links), hints, MOVIELENS)
    if is_movielens_with_links(source.names):
        return _surveyed(file, "csv", MovieLensSource(source, None), hints, MOVIELENS)
    survey = Survey(source, dict(hints.mapping))
    if any("\\" in raw for raw in survey.broken):
        # Quotes may be escaped in a way that the first lines did not show.
        again = find_source(source.lines, survey.broken)
        if again is not None and again.dialect != source.dialect:
            return _surveyed(file, "csv", again, hints)
    return _surveyed(file, "csv", source, hints, survey=survey)


def _find_links(beside: Sequence[Path]) -> CsvSource | None:
    for path in beside:
        try:
            source = find_source(TextFile(path).lines)
        except DatasetError:
            continue
        plain = {name.strip().casefold() for name in (source.names if source else ())}
        if {"movieid", "imdbid", "tmdbid"} <= plain:
            return source
    return None


def _json_dataset(file: TextFile, head: str, hints: Hints) -> Dataset:
    first = _first_of_lines(file)
    if is_recording(first):
        return Dataset(file, "recorded")
    if rejected.is_reject(first):
        lines = rejected.csv_lines(file.lines)
        if lines is None:
            again = JsonSource(lambda: rejected.json_values(file.lines))
            return _surveyed(file, "films", again, hints)
        source = find_source(lines)
        if source is None:
            raise DatasetError("is a reject file whose header names no columns of films")
        return _csv_dataset(file, source, hints)
    values: Callable[[], Iterator[JsonValue]]
    if first is not None:
        values = lambda: line_values(file.lines())  # noqa: E731  one of three of a kind
    else:
        records = None if head.lstrip()[:1] == "[" else _records_at_once(file)
        if records is None:
            values = lambda: array_values(file.chunks(), is_record)  # noqa: E731
            if not _begins_with_a_record(values()):
                records = _records_at_once(file)
        if records is not None:
            found = records
            values = lambda: (  # noqa: E731
                JsonValue(1, record, json.dumps(record, ensure_ascii=False)) for record in found
            )
    return _surveyed(file, "films", JsonSource(values), hints)


def _first_of_lines(file: TextFile) -> object:
    """The first line that is a whole JSON record by itself; ``None`` where none is."""
    for number, found in enumerate(line_values(file.lines())):
        if number >= HEAD_LINES:
            break
        if number == 0 and found.reason and found.raw.lstrip()[:1] == "[":
            return None  # an array with a film on each line, of which the last one has no comma
        value = found.value
        if is_recording(value) or rejected.is_reject(value) or is_record(value):
            # An object that is the whole document may have another form.
            only = number == 0 and not isinstance(value, list) and _is_by_name(value)
            return None if only else value
    return None


def _is_by_name(value: object) -> bool:
    """Whether an object like a film has whole columns of films."""
    found = records_within(value)
    return found is not None and found != [value]


def _begins_with_a_record(values: Iterator[JsonValue]) -> bool:
    try:
        for number, found in enumerate(values):
            if is_record(found.value):
                return True
            if number >= HEAD_LINES:
                break
    except DatasetError:
        pass
    return False


def _records_at_once(file: TextFile) -> list[object] | None:
    """The records of a document of moderate size, in any form.

    Raises `DatasetError` where it is sound JSON of no known kind. ``None`` where it is too large,
    or broken: then it is to be read piece by piece.
    """
    parts: list[str] = []
    size = 0
    for chunk in file.chunks():
        parts.append(chunk)
        size += len(chunk)
        if size > MOST_AT_ONCE:
            return None
    try:
        value = json.loads("".join(parts))
    except (ValueError, RecursionError):
        return None
    records = records_within(value)
    if records is None:
        raise DatasetError(f"is JSON, but of no known kind; {LOOKED_FOR}")
    return records


def _parquet_values(path: Path) -> Iterator[JsonValue]:
    for number, record in enumerate(read_parquet(path), start=1):
        yield JsonValue(number, record, json.dumps(record, ensure_ascii=False, default=str))


def _surveyed(
    file: TextFile,
    format_: str,
    source: Source,
    hints: Hints,
    kind: KnownSet | None = None,
    survey: Survey | None = None,
) -> Dataset:
    survey = survey or Survey(source, dict(hints.mapping))
    columns = find_columns(source, survey, hints.mapping, today=hints.today, kind=kind)
    if columns.kind is ID_EXPORT:
        format_ = "id_export"
    return Dataset(file, format_, columns.kind, survey, source.header, FilmReader(source, columns))


def _is_binary(head: str) -> bool:
    odd = sum(not (c.isprintable() or c.isspace()) for c in head[:4000])
    return odd > max(8, len(head[:4000]) // 20)
