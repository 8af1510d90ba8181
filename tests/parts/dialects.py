"""Films written the way somebody somewhere writes them: every part of the manner is drawn."""

from __future__ import annotations

import csv
import io
import json
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time
from typing import Any

from hypothesis import strategies as st

from tmdbdash.importing.datasets.vocabulary import FIELDS
from tmdbdash.tmdb.genres import GENRES


@dataclass(frozen=True)
class Film:
    """What a file says of a film."""

    tmdb_id: int
    title: str
    overview: str
    popularity: float
    vote_count: int
    vote_average: float
    release_date: date
    genres: tuple[str, ...]
    language: str


@dataclass(frozen=True)
class Manner:
    """How a file is written: its names, its numbers, its dates, its lists, and its frame."""

    names: dict[str, str]
    numbers: str
    dates: str
    genres: str
    frame: str
    csv: tuple[tuple[str, Any], ...]
    encoding: str

    def write(self, records: list[dict[str, object]]) -> str:
        """The text of a file."""
        if self.frame != "csv":
            return JSON_FRAMES[self.frame](records)
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(records[0]), **dict(self.csv))
        writer.writeheader()
        writer.writerows(records)
        return text.getvalue()


# Letters of scripts that people title films in, and every mark that a CSV could trip over.
_TEXT = st.text(
    st.sampled_from(
        string.ascii_letters + string.digits + " ,;|\t\"'.-:!?&/()[]{}éüßñçãłřжשあ漢😀»“"
    ),
    min_size=1,
    max_size=20,
)
_TITLES = _TEXT.map(lambda text: "T" + " ".join(text.split()) + "t")
_OVERVIEWS = st.lists(_TEXT, min_size=1, max_size=3).map(
    lambda lines: "O" + "\n".join(lines).strip("\t ") + "o"
)
_DAYS = st.dates(date(1930, 1, 1), date(2025, 12, 31))
FILMS = st.lists(
    st.builds(
        Film,
        tmdb_id=st.integers(1, 2_000_000),
        title=_TITLES,
        overview=_OVERVIEWS,
        popularity=st.integers(1, 3_000_000).map(lambda n: n / 1000),
        vote_count=st.integers(1, 40_000),
        vote_average=st.integers(5, 100).map(lambda n: n / 10),
        release_date=_DAYS,
        genres=st.lists(
            st.sampled_from(sorted(GENRES.values())), min_size=1, max_size=4, unique=True
        ).map(tuple),
        language=st.sampled_from(["en", "fr", "pt", "ja", "ko", "de"]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda film: film.tmdb_id,
)
SETTLING = Film(
    tmdb_id=2_000_001, title="Settling", overview="One.", popularity=1234.5, vote_count=1_234_567,
    vote_average=7.5, release_date=date(2019, 12, 31), genres=("Drama",), language="en",
)  # fmt: skip
"""A film in which every way of writing shows: no other reading of it is possible."""


def _grouped(mark: str, decimal: str) -> Callable[[float | int], object]:
    def write(number: float | int) -> str:
        text = f"{number:,}" if isinstance(number, int) else f"{number:,.3f}".rstrip("0")
        text = f"{text}0" if text.endswith(".") else text
        return text.translate({ord(","): mark, ord("."): decimal})

    return write


_NUMBERS: dict[str, Callable[[float | int], object]] = {
    "plain": str,
    "comma": lambda number: str(number).replace(".", ","),
    "grouped": _grouped(",", "."),
    "grouped by points": _grouped(".", ","),
    "grouped by spaces": _grouped(" ", ","),
    "grouped by narrow spaces": _grouped("\u202f", ","),
    "exponent": lambda number: str(number) if isinstance(number, int) else f"{number:.8e}",
    "float": lambda number: str(float(number)),
}
_DATES: dict[str, Callable[[date], object]] = {
    "iso": str,
    "iso with time": lambda day: f"{day}T00:00:00.000Z",
    "slashes": lambda day: day.strftime("%Y/%m/%d"),
    "day first": lambda day: day.strftime("%d/%m/%Y"),
    "month first": lambda day: day.strftime("%m/%d/%Y"),
    "points": lambda day: day.strftime("%d.%m.%Y"),
    "compact": lambda day: day.strftime("%Y%m%d"),
    "words": lambda day: day.strftime("%b %d, %Y"),
    "seconds": lambda day: _epoch(day),  # noqa: PLW0108  it is defined below
    "milliseconds": lambda day: _epoch(day) * 1000,
}
_GENRES: dict[str, Callable[[Sequence[str]], object]] = {
    "commas": ", ".join,
    "bars": "|".join,
    "hyphens": "-".join,
    "slashes": " / ".join,
    "semicolons": ";".join,
    "bullets": " • ".join,
    "spaces": " ".join,
    "json": lambda names: json.dumps([{"id": _id(name), "name": name} for name in names]),
    "python": lambda names: repr(list(names)),
    "numpy": lambda names: f"[{' '.join(repr(name) for name in names)}]",
    "postgres": lambda names: "{" + ",".join(f'"{name}"' for name in names) + "}",
    "ids": lambda names: json.dumps([_id(name) for name in names]),
}


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-32")


def _id(name: str) -> int:
    return next(number for number, known in GENRES.items() if known == name)


def _epoch(day: date) -> int:
    return int(datetime.combine(day, time(), tzinfo=UTC).timestamp())


def _named(field: str, name: str, style: str) -> str:
    words = name.split("_")
    if style == "camel":
        return words[0] + "".join(word.capitalize() for word in words[1:])
    if style == "title":
        return " ".join(word.capitalize() for word in words)
    return name.upper() if style == "upper" else name


@st.composite
def manners(
    draw: st.DrawFn, *, framed: str | None = None, encodings: Sequence[str] = ENCODINGS
) -> Manner:
    """Any manner; ``framed`` is "csv" or "json" where it is not to be drawn."""
    order = draw(st.permutations([field.name for field in fields(Film)]))
    style = draw(st.sampled_from(["snake", "camel", "title", "upper"]))
    names = {
        field: _named(field, draw(st.sampled_from(FIELDS[field][:4])), style) for field in order
    }
    kind = framed or draw(st.sampled_from(["csv", "json"]))
    options = {
        "delimiter": draw(st.sampled_from(",;\t|")),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])),
        "lineterminator": draw(st.sampled_from(["\n", "\r\n"])),
    }
    if draw(st.booleans()):
        options |= {"doublequote": False, "escapechar": "\\"}
    return Manner(
        names=names,
        numbers=draw(st.sampled_from(sorted(_NUMBERS))),
        dates=draw(st.sampled_from(sorted(_DATES))),
        genres=draw(st.sampled_from(sorted(_GENRES))),
        frame="csv" if kind == "csv" else draw(st.sampled_from(sorted(JSON_FRAMES))),
        csv=tuple(options.items()),
        encoding=draw(st.sampled_from(encodings)),
    )


def _by_column(records: list[dict[str, object]]) -> dict[str, dict[str, object]]:
    return {
        name: {str(at): record[name] for at, record in enumerate(records)} for name in records[0]
    }


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


JSON_FRAMES: dict[str, Callable[[list[dict[str, object]]], str]] = {
    "lines": lambda records: "".join(f"{_json(record)}\n" for record in records),
    "array": _json,
    "array, indented": lambda records: _json(records, 2),
    "index": lambda records: _json({str(at): record for at, record in enumerate(records)}),
    "columns": lambda records: _json(_by_column(records)),
    "split": lambda records: _json(
        {
            "columns": list(records[0]),
            "index": list(range(len(records))),
            "data": [list(record.values()) for record in records],
        }
    ),
    "table": lambda records: _json({"schema": {"fields": []}, "data": records}),
    "movies": lambda records: _json({"movies": records}),
    "pages": lambda records: _json([{"page": 1, "results": records}]),
    "one page": lambda records: _json({"page": 1, "results": records, "total_pages": 1}),
}


def written(films: Sequence[Film], manner: Manner) -> bytes:
    """The films as a file."""
    number, day = _NUMBERS[manner.numbers], _DATES[manner.dates]
    records = []
    for film in films:
        cells: dict[str, object] = {
            "tmdb_id": film.tmdb_id,
            "title": film.title,
            "overview": film.overview,
            "popularity": number(film.popularity),
            "vote_count": number(film.vote_count),
            "vote_average": number(film.vote_average),
            "release_date": day(film.release_date),
            "genres": _GENRES[manner.genres](film.genres),
            "language": film.language,
        }
        records.append({name: cells[field] for field, name in manner.names.items()})
    return manner.write(records).encode(manner.encoding)
