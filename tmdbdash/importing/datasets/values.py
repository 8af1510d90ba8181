"""Texts of data set cells to values.

Blank and odd optional values become ``None``; where a value that is needed is there but cannot be
read, the row is not to be trusted (its columns may have shifted), so `UnusableError` is raised.
"""

from __future__ import annotations

import ast
import functools
import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from tmdbdash.importing.datasets.rows import UnusableError
from tmdbdash.tmdb import cleaning
from tmdbdash.tmdb.genres import GENRES

Number = TypeVar("Number", int, float)

BLANKS = frozenset({"", "nan", "none", "null", "n/a", "na", "nat", "-", "\\n", "[]"})
MOST_NAMES = 100
LONGEST_LIST = 1_000_000
LONGEST_KEPT = 1000
"""Longer cells are not remembered: they seldom come again, and there may be any number."""

_GENRES = {name.casefold(): name for name in GENRES.values()}
# "Foreign" was a genre of TMDB's until about 2017 and is in the data sets of that time.
_GENRES |= {"foreign": "Foreign", "sci-fi": "Science Fiction", "scifi": "Science Fiction"}


def is_blank(raw: str) -> bool:
    """Whether a cell says nothing, in any of the ways that programs write that."""
    return len(raw) < 100 and raw.strip().casefold() in BLANKS


def film_id(raw: str) -> int:
    """TMDB's id of a film; raises `UnusableError` where there is none."""
    number = _whole(raw)
    if not number:
        raise UnusableError("no id" if is_blank(raw) else f"the id {_shown(raw)} is no TMDB id")
    return number


def popularity(raw: str) -> float | None:
    """A popularity; raises `UnusableError` where there is something else."""
    return _needed(raw, "popularity", _real(raw, 1e9))


def vote_count(raw: str) -> int | None:
    """A number of votes; raises `UnusableError` where there is something else."""
    return _needed(raw, "vote count", _whole(raw))


def vote_average(raw: str) -> float | None:
    """A rating from 0 to 10; raises `UnusableError` where there is something else."""
    return _needed(raw, "vote average", _real(raw, 10.0))


@functools.lru_cache(maxsize=8192)
def release_date(raw: str) -> date | None:
    """A day, written YYYY-MM-DD; raises `UnusableError` where there is something else."""
    day = cleaning.day(raw)
    if day is None and not is_blank(raw):
        raise UnusableError(f"the release date {_shown(raw)} is no date like 2026-01-31")
    return day


def moment(raw: object) -> datetime | None:
    """A time in ISO 8601, in UTC where it names no zone; ``None`` for anything else."""
    if not isinstance(raw, str):
        return None
    try:
        read = datetime.fromisoformat(raw.strip())
        read = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    # The same whole seconds that a tick stores, so that a replay meets the rows it left.
    return read.replace(microsecond=0)


def observed_at(raw: str) -> datetime | None:
    """When a row was observed; raises `UnusableError` where there is something else than a time."""
    read = moment(raw)
    if read is None and not is_blank(raw):
        raise UnusableError(f"the time of observation {_shown(raw)} is no time")
    return read


def is_adult(raw: str) -> bool:
    """Whether a cell marks an adult film."""
    return raw.strip().casefold() in ("true", "1", "1.0", "yes", "t")


def runtime(raw: str) -> int | None:
    """Minutes; 0 is missing."""
    minutes = _rounded(raw)
    return minutes if minutes and minutes <= 100_000 else None


def money(raw: str) -> int | None:
    """Dollars; 0 is missing."""
    return _rounded(raw) or None


def text(raw: str) -> str | None:
    """A text of any number of lines."""
    return None if is_blank(raw) else cleaning.text(raw)


def title(raw: str) -> str | None:
    """A title; there are films called "None" and "Null", so only nothing is nothing."""
    return cleaning.line(raw)


def line(raw: str) -> str | None:
    """A text of one line."""
    return None if is_blank(raw) else cleaning.line(raw)


def status(raw: str) -> str | None:
    """The state of a production, such as "Released"."""
    return None if is_blank(raw) else cleaning.line(raw, 40)


def tagline(raw: str) -> str | None:
    """A tagline."""
    return None if is_blank(raw) else cleaning.line(raw, 500)


def collection(raw: str) -> str | None:
    """The name of a collection, out of an object with a name or as it stands."""
    if raw.lstrip().startswith("{"):
        told = _literal(raw)
        return cleaning.line(told.get("name")) if isinstance(told, dict) else None
    return line(raw)


def genres(raw: str) -> tuple[str, ...] | None:
    """TMDB's English genre names out of names, ids, or objects with both; ``None`` for none."""
    return _genres_of(raw)


def genre_names(told: object) -> tuple[str, ...] | None:
    """TMDB's English genre names of a list of names, ids or objects, or of a text of them.

    An id decides where there is one, because names may be in another language. What is no genre
    of TMDB's is left out.
    """
    if isinstance(told, str):
        return _genres_of(told)
    if not isinstance(told, list):
        return None
    return tuple(dict.fromkeys(g for item in told if (g := _genre(item)) is not None)) or None


def names(raw: str) -> tuple[str, ...] | None:
    """Names of companies."""
    return _names_of(raw, "name", cleaning.line)


def countries(raw: str) -> tuple[str, ...] | None:
    """Countries by their two-letter codes."""
    return _names_of(raw, "iso_3166_1", cleaning.country)


def languages(raw: str) -> tuple[str, ...] | None:
    """Languages by their two-letter codes."""
    return _names_of(raw, "iso_639_1", cleaning.language)


def _genres_of(raw: str) -> tuple[str, ...] | None:
    return _known_genres(raw) if len(raw) < LONGEST_KEPT else genre_names(_items(raw))


@functools.lru_cache(maxsize=8192)
def _known_genres(raw: str) -> tuple[str, ...] | None:
    return genre_names(_items(raw))


@functools.lru_cache(maxsize=8192)
def _known_names(
    raw: str, field: str, clean: Callable[[object], str | None]
) -> tuple[str, ...] | None:
    return _names_in(raw, field, clean)


def _names_of(
    raw: str, field: str, clean: Callable[[object], str | None]
) -> tuple[str, ...] | None:
    return (_known_names if len(raw) < LONGEST_KEPT else _names_in)(raw, field, clean)


def _names_in(
    raw: str, field: str, clean: Callable[[object], str | None]
) -> tuple[str, ...] | None:
    items: Iterable[Any] = _items(raw)[:MOST_NAMES]
    said = (clean(item.get(field) if isinstance(item, dict) else item) for item in items)
    return tuple(dict.fromkeys(value for value in said if value is not None)) or None


def _items(raw: str) -> list[Any]:
    """The items of a list: JSON, Python's notation, or parts between bars or commas."""
    if is_blank(raw) or len(raw) > LONGEST_LIST:
        return []
    if raw.lstrip()[:1] in "[({":
        told = _literal(raw)
        return list(told) if isinstance(told, list | tuple | set) else []
    return raw.split("|" if "|" in raw else ",")


def _literal(raw: str) -> Any:
    """A JSON value or a Python literal; ``None`` where it is neither. Nothing is evaluated."""
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        pass
    try:
        return ast.literal_eval(raw.strip())
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _genre(item: object) -> str | None:
    name = item
    if isinstance(item, dict):
        number = cleaning.whole(item.get("id"))
        if number in GENRES:
            return GENRES[number]
        name = item.get("name")
    if not isinstance(name, str):
        number = cleaning.whole(name)
        return GENRES.get(number) if number is not None else None
    plain = " ".join(name.split()).strip("'\"").casefold()
    return _GENRES.get(plain) or (GENRES.get(int(plain)) if plain.isdecimal() else None)


def _whole(raw: str) -> int | None:
    # Nearly all numbers are plain; `cleaning` judges the others, at ten times the time.
    if len(raw) < 10 and raw.isdecimal() and raw.isascii():
        return int(raw)
    return cleaning.whole(raw)


def _real(raw: str, most: float) -> float | None:
    digits, _, decimals = raw.partition(".")
    if digits.isdecimal() and raw.isascii() and (decimals.isdecimal() or not decimals):
        number = float(raw)
        return number if number <= most else None
    return cleaning.real(raw, most=most)


def _needed(raw: str, what: str, number: Number | None) -> Number | None:
    if number is None and not is_blank(raw):
        raise UnusableError(f"the {what} {_shown(raw)} is no usable number")
    return number


def _rounded(raw: str) -> int | None:
    if len(raw) < 10 and raw.isdecimal() and raw.isascii():
        return int(raw)
    number = cleaning.real(raw, most=float(cleaning.LARGEST_MONEY))
    return None if number is None else round(number)


def _shown(raw: str) -> str:
    return repr(raw if len(raw) <= 40 else raw[:39] + "…")
