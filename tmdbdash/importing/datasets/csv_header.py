"""The header and the dialect of a CSV, found by trying."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from tmdbdash.importing.datasets.csv_source import CsvSource, Dialect, Lines
from tmdbdash.importing.datasets.known_sets import LETTERBOXD_LIST, is_of_people
from tmdbdash.importing.datasets.vocabulary import (
    FIELDS,
    MEDIA_TYPE,
    OTHER_THAN_FILMS,
    squashed,
    without_prefix,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

DELIMITERS = ",;\t|^~"
HEAD_LINES = 20
"""Lines among which a header is looked for: a title, remarks or Excel's ``sep=`` may come first."""
SAMPLE = 200
"""Lines by which the quoting is judged."""

_KNOWN = {squashed(name): field for field, names in FIELDS.items() for name in names}
_MARKS = {squashed(name) for name in (*OTHER_THAN_FILMS, *MEDIA_TYPE)}
_METRICS = {"popularity", "vote_count", "vote_average"}
_USER = {"userid", "letterboxduri"}


def field_of(name: str) -> str | None:
    """The field that a column's name means; ``None`` for none."""
    plain = squashed(name)
    found = _KNOWN.get(plain) or _KNOWN.get(squashed(_without_twin(name)))
    if found is None and (bare := without_prefix(plain)) != plain and bare != "id":
        found = _KNOWN.get(bare)
    return found


def _without_twin(name: str) -> str:
    plain = name.strip().casefold()
    return plain[:-2] if plain.endswith(("_x", "_y")) else plain


def are_of_films(names: Iterable[str]) -> bool:
    """Whether records with these names may be films, or what is often taken for films."""
    given = list(names)
    fields = {field_of(name) for name in given}
    plain = {squashed(name) for name in given}
    if plain & _USER:
        return len(plain) > 2
    if plain >= LETTERBOXD_LIST:
        return True
    titled = bool(fields & {"title", "original_title"})
    if fields & {"tmdb_id", "imdb_id"}:
        return titled or bool(fields & _METRICS) or bool(plain & _MARKS) or "imdb_id" in fields
    return titled and bool(fields & {"release_date", "release_year"})


class Header(NamedTuple):
    """The line of names: its number (from 1), its text, and the names."""

    line: int
    text: str
    dialect: Dialect
    names: tuple[str, ...]


def find_source(lines: Lines, odd: Sequence[str] = ()) -> CsvSource | None:
    """The records of a CSV of films, or ``None`` where no line of the first ones names columns.

    ``odd`` are further lines by which the quoting is judged.
    """
    first = list(islice(lines(), HEAD_LINES + SAMPLE))
    header = _find_header(first[:HEAD_LINES])
    if header is None:
        return None
    sample = [*first[header.line :], *odd]
    sources = [
        _source(lines, header, dialect, names)
        for dialect in _dialects(header.dialect, sample)
        # As R writes it: the rows' own names have none in the header.
        for names in (header.names, ("", *header.names))
    ]
    # The first of equals: the usual quoting comes first.
    return min(sources, key=lambda source: _broken(source, sample))


def _find_header(lines: Sequence[str]) -> Header | None:
    separator: str | None = None
    for number, line in enumerate(lines, start=1):
        plain = line.strip()
        if plain[:4].casefold() == "sep=" and len(plain) == 5:
            separator = plain[4]
            continue
        found = [
            header
            for delimiter in ([separator] if separator else DELIMITERS)
            if (header := _as_header(number, line, delimiter)) is not None
        ]
        if found:
            return max(found, key=lambda header: len(header.names))
    return None


def _as_header(number: int, line: str, delimiter: str) -> Header | None:
    text = line.strip("\r\n")
    # A name that is a remark, as in "#id,title", is still a name.
    for quote in "\"'":
        dialect = Dialect(delimiter, quote)
        try:
            names = next(dialect.records([text.lstrip("# ")]), [])
        except csv.Error:
            continue
        if (are_of_films(names) or is_of_people(names)) and (
            quote == '"' or all(map(str.isprintable, names))
        ):
            return Header(number, text, dialect, tuple(names))
    return None


def _dialects(usual: Dialect, sample: Sequence[str]) -> Iterator[Dialect]:
    if any('\\"' in line for line in sample):
        # Where quotes are doubled, a bare cell has none, and this reading breaks all others.
        yield Dialect(usual.delimiter, '"', "\\")
    yield usual
    if any(f"{usual.delimiter}'" in line for line in sample):
        yield Dialect(usual.delimiter, "'")
        if any("\\'" in line for line in sample):
            yield Dialect(usual.delimiter, "'", "\\")


def _source(lines: Lines, header: Header, dialect: Dialect, names: Sequence[str]) -> CsvSource:
    ids = _ids(names)
    return CsvSource(
        lines,
        dialect,
        names,
        header=header.text,
        skipped=header.line,
        id_at=names.index(ids[0]) if ids else None,
    )


def _ids(names: Sequence[str]) -> list[str]:
    ids = [name for name in names if field_of(name) == "tmdb_id"]
    ids.sort(key=lambda name: (name.strip().startswith("_"), _name_rank("tmdb_id", name)))
    return ids or [name for name in names if field_of(name) == "imdb_id"]


def _name_rank(field: str, name: str) -> int:
    plain = squashed(name)
    indexes = (at for at, known in enumerate(FIELDS[field]) if squashed(known) == plain)
    return next(indexes, len(FIELDS[field]))


def _broken(source: CsvSource, sample: Sequence[str]) -> int:
    trial = CsvSource(
        lambda: iter(sample), source.dialect, source.names, skipped=0, id_at=source.id_at
    )
    return sum(len(block.broken) for block in trial.blocks())
