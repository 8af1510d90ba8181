"""Blocks of records to films, and the reasons why records are no films."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from operator import attrgetter

from tmdbdash.importing.datasets import readers
from tmdbdash.importing.datasets.blocks import Block, Source
from tmdbdash.importing.datasets.cell_texts import BLANK_FIGURES, is_blank, is_zero
from tmdbdash.importing.datasets.column_judging import Column
from tmdbdash.importing.datasets.column_roles import Columns
from tmdbdash.importing.datasets.read_rows import ADULT, NO_FILM, Row
from tmdbdash.importing.datasets.readers import Reader, shown
from tmdbdash.importing.datasets.survey import FIGURES
from tmdbdash.importing.datasets.understanding import ColumnUse, Understanding
from tmdbdash.records import FilmFacts

NOT_OF_THE_FACTS = frozenset({"tmdb_id", "release_year", "genre_ids", "adult", "observed_at"})
"""Fields that are not fields of `FilmFacts` under that name."""
ZERO_IS_BLANK = frozenset({"runtime", "budget", "revenue", "vote_average", "release_date"})
FILMS = frozenset({"movie", "film", "movies", "tvmovie", "tv movie", "short", "video", "tvshort"})
"""Media types that are films; TMDB counts shorts and films for television."""


_OTHER_TYPE = re.compile(
    r"\s*(?:tv(?![ _-]?movie)|(?:tv|web|mini)?[ _-]?series|show|season|episode|person|people|actor"
    r"|(?:video)?[ _-]?game|podcast)s?\b",
    re.IGNORECASE,
)
MOST_EXAMPLES = 1000


_LINE = attrgetter("line")


class FilmReader:
    """The films of one file, and a count of what could be read of each column."""

    def __init__(self, source: Source, columns: Columns) -> None:
        self._source = source
        self._columns = columns
        self._filled: Counter[str] = Counter()
        self._read: Counter[str] = Counter()
        self._unread: dict[str, Counter[str]] = {}

    def rows(self) -> Iterator[Row]:
        """Every record as a row; raises `DatasetError` where the file is torn."""
        for block in self._source.blocks():
            films = self._films(block) if block.lines else iter(())
            if block.broken:
                broken = [Row(line, None, reason, raw) for line, reason, raw in block.broken]
                films = iter(sorted([*broken, *films], key=_LINE))
            yield from films

    def understanding(self) -> Understanding:
        """The columns' use, by the rows read so far."""
        used = tuple(
            ColumnUse(
                column.name,
                field,
                self._filled[field],
                self._read[field],
                tuple(raw for raw, _ in self._unread.get(field, Counter()).most_common(3)),
                column.note,
            )
            for field, column in self._columns.by_field.items()
        )
        return Understanding(used, self._columns.ignored, self._columns.notes)

    def _films(self, block: Block) -> Iterator[Row]:
        damaged = not all(map(str.isascii, block.raws)) and readers.is_damaged("".join(block.raws))
        values = {
            field: self._values(column, self._cells(block, column), damaged=damaged)
            for field, column in self._columns.by_field.items()
            if column.at < len(block.columns)
        }
        number = len(block.lines)
        nothing: Sequence[object] = [None] * number
        reasons = self._reasons(block, values)
        self._join(values, nothing)
        times = values.pop("observed_at", nothing)
        ids = values.pop("tmdb_id", nothing)
        facts = {n: column for n, column in values.items() if n not in NOT_OF_THE_FACTS}
        names = ("tmdb_id", *facts)
        if "tmdb_id" not in values or None in ids:
            ids = [number or 0 for number in ids]
        films = zip(ids, *facts.values(), strict=True)
        records = zip(block.lines, block.raws, times, films, strict=True)
        for at, (line, raw, time, film) in enumerate(records):
            if at in reasons:
                if reasons[at]:  # blank records have no reason
                    yield Row(line, None, reasons[at], raw.rstrip("\r\n"))
                continue
            # Each reader gives its field's type.
            found = FilmFacts(**dict(zip(names, film, strict=True)))
            yield Row(line, found, "", raw, time if isinstance(time, datetime) else None)

    def _cells(self, block: Block, column: Column) -> Sequence[object]:
        """A column's cells; a JSON record without it may have the field under another name."""
        cells = block.columns[column.at]
        for other in column.others:
            if other.at < len(block.columns) and None in cells:
                further = block.columns[other.at]
                cells = [b if a is None else a for a, b in zip(cells, further, strict=True)]
        return cells

    def _values(self, column: Column, cells: Sequence[object], *, damaged: bool) -> list[object]:
        """A column's values; each distinct text is read once, and what is unreadable counted."""
        read = partial(_read_sound, column.read) if damaged else column.read
        if not self._source.texts or 2 * len(distinct := set(cells)) > len(cells):
            values = list(map(read, cells))
        else:
            known = dict(zip(distinct, map(read, distinct), strict=True))
            values = list(map(known.__getitem__, cells))
        missing = values.count(None)
        self._read[column.field] += len(values) - missing
        self._filled[column.field] += len(values) - missing
        if missing:
            self._count_unread(column.field, cells, values)
        return values

    def _count_unread(self, field: str, cells: Sequence[object], values: Sequence[object]) -> None:
        without = [cell for cell, value in zip(cells, values, strict=True) if value is None]
        if self._source.texts:
            unread = [(cell, n) for cell, n in Counter(without).items() if cell]
        else:
            unread = [(cell, 1) for cell in without if cell is not None]
        unread = [(cell, n) for cell, n in unread if not _is_missing(field, cell)]
        self._filled[field] += sum(n for _, n in unread)
        examples = self._unread.setdefault(field, Counter())
        for cell, n in unread:
            if len(examples) < MOST_EXAMPLES:
                examples[shown(cell)] += n

    def _reasons(self, block: Block, values: dict[str, list[object]]) -> dict[int, str]:
        """Why records cannot be used, by their index in the block; "" where one is all blank."""
        reasons: dict[int, str] = {}
        kind = self._columns.kind
        nothing: Sequence[object] = [None] * len(block.lines)
        titles, originals = values.get("title", nothing), values.get("original_title", nothing)
        for at in [at for at, adult in enumerate(values.get("adult", ())) if adult]:
            reasons[at] = ADULT
        releases = values.get("release_date") or values.get("release_year") or nothing
        self._note_other_things(block, titles, originals, releases, reasons)
        if "tmdb_id" in values and None in values["tmdb_id"]:
            self._note_missing_ids(block, values, reasons)
        elif "tmdb_id" not in values:
            wanted = values.get("imdb_id", titles)
            for at, value in enumerate(wanted):
                if value is None:
                    reasons.setdefault(at, "no id" if "imdb_id" in values else "no title")
        if kind.titled and None in titles:
            for at, title in enumerate(titles):
                if title is None and originals[at] is None:
                    reasons.setdefault(at, self._no_title(block, at))
        time = self._columns.by_field.get("observed_at")
        if time is not None and None in values.get("observed_at", ()):
            for at, value in enumerate(values["observed_at"]):
                cell = block.columns[time.at][at]
                if value is None and not _is_missing("observed_at", cell):
                    reasons.setdefault(at, f"the time of observation {shown(cell)} is no time")
        return reasons

    def _note_other_things(
        self,
        block: Block,
        titles: Sequence[object],
        originals: Sequence[object],
        releases: Sequence[object],
        reasons: dict[int, str],
    ) -> None:
        media = self._columns.media_type
        if media is not None and media < len(block.columns):
            for at, cell in enumerate(block.columns[media]):
                kind = str(cell).strip().casefold() if cell is not None else ""
                if kind and not is_blank(kind) and kind not in FILMS:
                    reasons.setdefault(at, f"{NO_FILM}: {kind[:40]}")
        perhaps = self._columns.perhaps_type
        if perhaps is not None and perhaps < len(block.columns):
            for at, cell in enumerate(block.columns[perhaps]):
                if isinstance(cell, str) and _OTHER_TYPE.match(cell):
                    reasons.setdefault(at, f"{NO_FILM}: {cell.strip().casefold()[:40]}")
        for column, what in self._columns.others:
            if column >= len(block.columns):
                continue
            for at, cell in enumerate(block.columns[column]):
                if is_blank(cell) or is_zero(cell):
                    continue
                if (
                    column in self._columns.never
                    or titles[at] is originals[at] is None
                    or (column in self._columns.unreleased and releases[at] is None)
                ):
                    reasons.setdefault(at, f"{NO_FILM}: {what}")

    def _note_missing_ids(
        self, block: Block, values: dict[str, list[object]], reasons: dict[int, str]
    ) -> None:
        column = self._columns.by_field["tmdb_id"]
        cells = self._cells(block, column)
        imdb_ids = values.get("imdb_id")
        for at, value in enumerate(values["tmdb_id"]):
            if value is not None or (imdb_ids is not None and imdb_ids[at] is not None):
                continue
            cell = cells[at]
            if not is_blank(cell, BLANK_FIGURES):
                reasons.setdefault(at, f"the id {shown(cell)} is no TMDB id")
            elif all(is_blank(part[at]) for part in block.columns):
                reasons[at] = ""
            else:
                reasons.setdefault(at, "no id")

    def _no_title(self, block: Block, at: int) -> str:
        column = self._columns.by_field.get("title")
        cell = None if column is None else block.columns[column.at][at]
        if readers.is_damaged(cell):
            return f"the title {shown(cell)} holds bytes that its encoding does not know"
        return "no title"

    def _join(self, values: dict[str, list[object]], nothing: Sequence[object]) -> None:
        """Join the fields of two columns: genres, releases, and ratings with their votes."""
        by_id = values.pop("genre_ids", None)
        if by_id is not None:
            by_name = values.get("genres") or nothing
            values["genres"] = [name or number for name, number in zip(by_name, by_id, strict=True)]
        years = values.pop("release_year", None)
        if years is not None:
            days = values.get("release_date") or nothing
            values["release_date"] = [_dated(*pair) for pair in zip(days, years, strict=True)]
        ratings = values.get("vote_average")
        if ratings is not None:
            votes = values.get("vote_count") or nothing
            values["vote_average"] = [_rated(*pair) for pair in zip(ratings, votes, strict=True)]


def _read_sound(read: Reader, cell: object) -> object:
    return None if readers.is_damaged(cell) else read(cell)


def _is_missing(field: str, cell: object) -> bool:
    if field in FIGURES:
        return is_blank(cell, BLANK_FIGURES) or (field in ZERO_IS_BLANK and is_zero(cell))
    return is_blank(cell)


def _dated(day: object, year: object) -> object:
    """A release by its day and its year: where they differ by whole centuries, the year is right.

    A year alone is its first of January; see `ingest.deciding` for what that may overwrite.
    """
    if not isinstance(day, date) or not isinstance(year, date):
        return day or year
    if (
        day.year != year.year
        and (day.year - year.year) % 100 == 0
        and (day.month, day.day) != (2, 29)
    ):
        return day.replace(year=year.year)
    return day


def _rated(average: object, votes: object) -> object:
    """A rating; ``None`` for 0, which means that nobody has voted, unless votes are counted.

    One such film is in the TMDB 5000 file.
    """
    return average if votes or (average and votes is None) else None
