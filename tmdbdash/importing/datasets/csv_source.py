"""CSV records; a broken record does not spoil those after it.

A quote that never closes would make one cell of all lines after it, so a record that spans lines
is broken where one of these lines is a whole record itself. After a broken record reading goes on
at the line after its start.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tmdbdash.importing.datasets.blocks import BLOCK, Block, Broken, batches
from tmdbdash.importing.datasets.problems import DatasetError

if TYPE_CHECKING:
    from _csv import Reader

LONGEST_FIELD = 1024 * 1024
LONGEST_RECORD = 1024 * 1024
"""Characters that an open quote may span before the record counts as broken."""
_ID = re.compile(r"\s*(?:[0-9]{1,10}(?:\.0*)?|tt[0-9]{5,12})\s*")
_UNENDED = "unexpected end of data"

Lines = Callable[[], Iterator[str]]


class Dialect(NamedTuple):
    """The notation of a CSV; quotes within quotes are doubled where nothing escapes them."""

    delimiter: str
    quote: str = '"'
    escape: str | None = None

    def records(self, lines: Sequence[str]) -> Reader:
        """A reader of these lines that raises for broken quoting."""
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar=self.escape,
            skipinitialspace=self.delimiter != " ",
            strict=True,
        )

    def well_formed(self) -> re.Pattern[str]:
        """The pattern of lines whose cells are quoted as a whole or have no quote."""
        quote, delimiter = re.escape(self.quote), re.escape(self.delimiter)
        within = rf"[^{quote}]|{quote}{quote}"
        bare = rf"[^{quote}{delimiter}]*"
        if self.escape is not None:
            escape = re.escape(self.escape)
            within = rf"[^{quote}{escape}]|{escape}."
            bare = rf"(?:[^{quote}{delimiter}{escape}]|{escape}.)*"
        cell = rf" *(?:{quote}(?:{within})*{quote}|{bare})"
        return re.compile(rf"{cell}(?:{delimiter}{cell})*\r?\n?", re.DOTALL)


class CsvSource:
    """The records of a CSV after its header.

    ``skipped`` lines come before the first record; ``id_at`` is the column whose cells are numbers
    in every record, by which a record within a quoted cell is recognised.
    """

    texts = True

    def __init__(
        self,
        lines: Lines,
        dialect: Dialect,
        names: Sequence[str],
        *,
        header: str = "",
        skipped: int = 1,
        id_at: int | None = None,
    ) -> None:
        self.names: Sequence[str] = tuple(names)
        self.header = header
        self.dialect = dialect
        self.lines = lines
        self._skipped = skipped
        self.id_at = id_at
        self._width = len(self.names)
        self._well_formed = dialect.well_formed()

    def blocks(self) -> Iterator[Block]:
        """The records; a block has those of some 1,000 lines."""
        csv.field_size_limit(LONGEST_FIELD)
        lines = self.lines()
        for _ in range(self._skipped):
            next(lines, "")
        number, rest = self._skipped + 1, list[str]()
        torn: DatasetError | None = None
        try:
            for batch in batches(lines, BLOCK):
                buffered = rest + batch
                block, used = self._block(buffered, number, final=False)
                number, rest = number + used, buffered[used:]
                yield block
        except DatasetError as error:
            torn = error
        if rest:
            block, _ = self._block(rest, number, final=True)
            yield block
        if torn is not None:
            raise torn

    def _block(self, lines: list[str], number: int, *, final: bool) -> tuple[Block, int]:
        """The records of some lines, and how many of the lines were used."""
        try:
            records = list(self.dialect.records(lines))
        except csv.Error:
            records = []
        if len(records) == len(lines):
            found = _Found(range(number, number + len(lines)), records, lines)
            used = len(lines)
        else:
            found, used = self._one_by_one(lines, number, final=final)
        return self._checked(found), used

    def _one_by_one(self, lines: list[str], number: int, *, final: bool) -> tuple[_Found, int]:
        found = _Found([], [], [])
        start, base = 0, 0
        reader = self.dialect.records(lines)
        while start < len(lines):
            problem, cells = "", list[str]()
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                problem = str(error)
            end = base + reader.line_num
            inner = lines[start + 1 : end]
            open_end = _UNENDED in problem
            sound = not problem and self._extra(cells) is not None
            if any(self._is_record(line, strict=sound) for line in inner):
                problem = "a quote that does not close"
            elif open_end and not final and sum(map(len, inner)) <= LONGEST_RECORD:
                return found, start
            elif inner and not problem and not sound:
                problem = f"a quote that does not close, or {self._count(cells)}"
            if problem:
                reason = "a quote that does not close" if open_end else problem
                found.broken.append(
                    Broken(number + start, f"broken quoting ({reason})", _bare(lines[start]))
                )
                start += 1
                base, reader = start, self.dialect.records(lines[start:])
                continue
            found.add(number + start, cells, "".join(lines[start:end]))
            start = end
        return found, len(lines)

    def _is_record(self, line: str, *, strict: bool) -> bool:
        """Whether a line within a quoted cell is a whole record itself.

        ``strict``: no bare cell of it may have a quote, as the last line of a sound record with a
        text of several lines has.
        """
        if strict and self._well_formed.fullmatch(line) is None:
            return False
        try:
            cells = next(self.dialect.records([line]), [])
        except csv.Error:
            return False
        if len(cells) != self._width or self._width < 2:
            return False
        return self.id_at is None or _ID.fullmatch(cells[self.id_at]) is not None

    def _extra(self, cells: list[str]) -> list[str] | None:
        """The record with as many cells as the header has, or ``None`` where it has others."""
        if len(cells) > self._width and not any(cells[self._width :]):
            return cells[: self._width]  # delimiters at the line's end
        return cells if len(cells) == self._width else None

    def _count(self, cells: list[str]) -> str:
        return f"{len(cells)} columns instead of {self._width}"

    def _checked(self, found: _Found) -> Block:
        """The records that have the width of the header; blank lines are nothing."""
        if found.records and set(map(len, found.records)) != {self._width}:
            kept = _Found([], [], [], found.broken)
            for line, cells, raw in zip(found.lines, found.records, found.raws, strict=True):
                whole = self._extra(cells)
                if whole is not None:
                    kept.add(line, whole, raw)
                elif any(cell.strip() for cell in cells):
                    kept.broken.append(Broken(line, self._count(cells), _bare(raw)))
            found = kept
        columns = list(zip(*found.records, strict=True)) or [()] * self._width
        return Block(found.lines, columns, found.raws, found.broken)


class _Found:
    """Records on their way into a block."""

    def __init__(
        self,
        lines: Sequence[int],
        records: list[list[str]],
        raws: list[str],
        broken: list[Broken] | None = None,
    ) -> None:
        self.lines = lines
        self.records = records
        self.raws = raws
        self.broken: list[Broken] = [] if broken is None else broken

    def add(self, line: int, cells: list[str], raw: str) -> None:
        if isinstance(self.lines, list):
            self.lines.append(line)
        self.records.append(cells)
        self.raws.append(raw)


def _bare(line: str) -> str:
    return line.rstrip("\r\n")
