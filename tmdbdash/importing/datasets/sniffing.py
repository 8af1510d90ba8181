"""Telling formats apart by looking at the content; a file's name is never asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tmdbdash.importing.datasets import csv_films, json_films
from tmdbdash.importing.datasets.files import BOM, DataFile, DatasetError
from tmdbdash.importing.datasets.rows import Row, Tick

LOOKED_FOR = (
    "looked for a CSV with a header (an id and a title or metrics), JSON lines or a JSON array of "
    "films, recorded list answers, and a daily ID export of films"
)
LINES_LOOKED_AT = 20

_OTHERS = (
    (b"PK\x03\x04", "is a ZIP archive: unpack it first"),
    (b"BZh", "is packed with bzip2: unpack it first"),
    (b"\xfd7zXZ", "is packed with xz: unpack it first"),
    (b"\x28\xb5\x2f\xfd", "is packed with zstd: unpack it first"),
    (b"7z\xbc\xaf", "is a 7-Zip archive: unpack it first"),
    (b"\x1f\x8b", "is packed twice: unpack it once"),
    (b"SQLite format 3", "is an SQLite database"),
    (b"PAR1", "is a Parquet file: save it as CSV first"),
    (b"%PDF", "is a PDF"),
    (b"\xff\xfe", "is written in UTF-16: save it as UTF-8 first"),
    (b"\xfe\xff", "is written in UTF-16: save it as UTF-8 first"),
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A file whose format is known. ``format`` is "csv", "films", "id_export" or "recorded".

    ``how`` is what the reader of that format needs besides.
    """

    file: DataFile
    format: str
    how: Any = None

    def rows(self) -> Iterator[Row]:
        """The films one after the other, of any format but "recorded"."""
        if self.format == "csv":
            delimiter, columns = self.how
            return csv_films.read_rows(self.file, delimiter, columns)
        return json_films.read_rows(self.file, document=bool(self.how))

    def ticks(self) -> Iterator[Tick | Row]:
        """Recorded lists in order of time, and the lines that cannot be used."""
        return json_films.read_ticks(self.file)

    def newest_release(self, until: date) -> date | None:
        """The newest release date, up to a day, among films with votes; reads the whole file."""
        try:
            if self.format == "csv":
                delimiter, columns = self.how
                return csv_films.newest_release(self.file, delimiter, columns, until)
            return json_films.newest_release(self.file, until, document=bool(self.how))
        except DatasetError:
            # The reading proper meets the same place again and tells what was taken in until then.
            return None


def open_dataset(file: DataFile) -> Dataset:
    """Look into a file; raises `DatasetError` that says what was looked for where it is unknown."""
    head = file.head()
    for magic, sentence in _OTHERS:
        if head.startswith(magic):
            raise DatasetError(sentence)
    head = head.removeprefix(BOM)
    if not head.strip():
        raise DatasetError("is empty")
    if _is_binary(head):
        raise DatasetError(f"is no text; {LOOKED_FOR}")
    if head.lstrip()[:1] in (b"{", b"["):
        return _json_dataset(file, document=head.lstrip()[:1] == b"[")
    first_line = head.lstrip(b"\r\n").splitlines()[0].decode("utf-8", "replace")
    if b"\n" not in head and b"\r" in head.strip():
        raise DatasetError("has the line ends of old Macs (CR alone): save it with LF first")
    found = csv_films.find_header(first_line)
    if found is None:
        raise DatasetError(f"has none of the known formats; {LOOKED_FOR}")
    return Dataset(file, "csv", found)


def _json_dataset(file: DataFile, *, document: bool) -> Dataset:
    if not document:
        shape = _shape_of_lines(file)
        if shape is not None:
            return _named(file, shape, document=False)
    for _, value, _ in json_films.document_values(file):
        shape = json_films.shape_of(value)
        if shape == "recorded":
            raise DatasetError("holds recorded answers, but not one to a line")
        if shape is not None:
            return _named(file, shape, document=True)
        break
    raise DatasetError(f"is JSON, but of no known kind; {LOOKED_FOR}")


def _shape_of_lines(file: DataFile) -> str | None:
    """The shape of the first line that is a whole JSON object of a known one."""
    looked_at = 0
    for raw in file.lines():
        if raw.isspace():
            continue
        looked_at += 1
        if looked_at > LINES_LOOKED_AT:
            break
        try:
            shape = json_films.shape_of(json.loads(raw.decode("utf-8", "replace")))
        except (ValueError, RecursionError):
            continue
        if shape is not None:
            return shape
    return None


def _named(file: DataFile, shape: str, *, document: bool) -> Dataset:
    return Dataset(file, "films" if shape in ("list", "film") else shape, document)


def _is_binary(head: bytes) -> bool:
    odd = head.decode("utf-8", "replace").count("\ufffd") + head.count(b"\0")
    return odd > max(8, len(head) // 20)
