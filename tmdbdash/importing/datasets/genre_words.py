"""Genres by TMDB's names for them, in any order, notation and language.

Nothing is guessed: a word counts where it *is* a name (``Warsaw`` has no war in it). Parts that
name no genre are returned as well, to be counted and shown.
"""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tmdbdash.importing.datasets.cell_texts import is_blank
from tmdbdash.importing.datasets.genre_table import (
    BY_WORDS,
    GENRE_IDS,
    MOST_WORDS,
    NAMES,
    POLITICS,
    SMALL_WORDS,
)
from tmdbdash.importing.datasets.list_cells import (
    LONGEST_CACHED,
    LONGEST_LIST,
    LONGEST_TEXT,
    unpacked,
)
from tmdbdash.importing.datasets.phrases import parts, scan, unaccented, words
from tmdbdash.tmdb import cleaning
from tmdbdash.tmdb.genres import GENRES

MOST_UNKNOWN = 50
PROSE = 2
"""A part with so many small words is a sentence or a title, no list of names."""

_NUMBER = re.compile(r"([0-9]{1,9})(?:\.0*)?")
_NUMBERS = re.compile(r"[0-9]{1,9}(?:\.0*)?(?:[\s_-]+[0-9]{1,9}(?:\.0*)?)+")
_CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


class GenreReading(NamedTuple):
    """TMDB's English genre names, each once, in order; and the parts that are no such names."""

    names: tuple[str, ...]
    unknown: tuple[str, ...]


_AS_WRITTEN: dict[object, str] = {
    **dict(GENRES.items()),
    **{str(number): name for number, name in GENRES.items()},
    **{
        name: genre
        for names in NAMES.values()
        for genre, all_of in names.items()
        for name in all_of
    },
}


def read_genres(raw: object) -> GenreReading:
    """The genres in a cell's text or in a JSON value: names, ids, objects with either, lists.

    An object's id decides where it is one of TMDB's: its name may be in any language. Both tuples
    are empty where there is nothing.
    """
    if isinstance(raw, str):
        return _remembered(raw) if len(raw) < LONGEST_CACHED else _genres_in_cell(raw)
    return (_genres_of_plain_list(raw) if isinstance(raw, list) else None) or _read(unpacked(raw))


def _genres_in_cell(raw: str) -> GenreReading:
    if len(raw) > LONGEST_LIST:
        return GenreReading((), (_shown(raw),))
    # Nearly all cells are TMDB's own JSON or names with commas; these two are read fast.
    if raw[:1] == "[":
        try:
            items = json.loads(raw)
        except (ValueError, RecursionError):
            return _read(unpacked(raw))
        genres = _genres_of_plain_list(items) if isinstance(items, list) else None
        return genres or _read(unpacked(items))
    return _genres_of_plain_list(raw.split(", ")) or _read(unpacked(raw))


_remembered = functools.lru_cache(maxsize=8192)(_genres_in_cell)


def _genres_of_plain_list(raw: Sequence[object]) -> GenreReading | None:
    """The reading of a list of known ids and exact names alone; ``None`` for any other list."""
    try:
        keys = [item["id"] if isinstance(item, dict) else item for item in raw]
        return GenreReading(tuple(dict.fromkeys([_AS_WRITTEN[key] for key in keys])), ())
    except (KeyError, TypeError):  # TypeError: a list in the list
        return None


def _read(items: Iterable[object]) -> GenreReading:
    names: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for item in items:
        found, others = _item(item)
        names.update(dict.fromkeys(found))
        unknown.update(dict.fromkeys(map(_shown, others)))
    if "War" in names:
        unknown = {part: None for part in unknown if unaccented(part) not in POLITICS}
    return GenreReading(tuple(names), tuple(unknown)[:MOST_UNKNOWN])


def _item(item: object) -> tuple[Iterable[str], Iterable[str]]:
    if isinstance(item, str):
        return _genres_in_text(item)
    if isinstance(item, dict):
        genres = _genres_of_id(item.get("id"))
        if genres:
            return genres, ()
        name = next((n for key in ("name", "title", "label") if (n := item.get(key))), None)
        return _genres_in_text(name) if isinstance(name, str) else ((), (str(item)[:100],))
    genres = _genres_of_id(item)
    return (genres, ()) if genres else ((), (str(item)[:100],))


def _genres_of_id(number: object) -> tuple[str, ...]:
    """The genres of an id, as a number or a text; none for any other value."""
    if isinstance(number, str):
        written = _NUMBER.fullmatch(number.strip())
        return GENRE_IDS.get(int(written[1]), ()) if written else ()
    whole = cleaning.whole(number)
    return GENRE_IDS.get(whole, ()) if whole is not None else ()


def _genres_in_text(text: str) -> tuple[list[str], list[str]]:
    """The genres that a text names, and its parts that name none."""
    if is_blank(text):
        return [], []
    if len(text) > LONGEST_TEXT:
        return [], [text]
    read = [(part, *_genres_in_part(part)) for part in parts(text)]
    # Among sentences a word such as "war" or "family" is a word, not the name of a genre.
    prose = any(others and _is_prose(part) for part, _, others in read)
    found: list[str] = []
    unknown: list[str] = []
    for part, genres, others in read:
        if prose and others:
            unknown.append(part)
        else:
            found += genres
            unknown += others
    return found, unknown


def _is_prose(part: str) -> bool:
    return sum(word in SMALL_WORDS for word in words(part)) >= PROSE


def _genres_in_part(part: str) -> tuple[list[str], list[str]]:
    whole = BY_WORDS.get(unaccented(part))
    if whole is not None:
        return [whole], []
    if part[0].isdecimal():
        one = _NUMBER.fullmatch(part)
        if one is not None:
            stands_for = GENRE_IDS.get(int(one[1]))
            return (list(stands_for), []) if stands_for else ([], [part])
        if _NUMBERS.fullmatch(part):
            # "28 12" are two ids, "2016-12-18" is a day: all of them count, or none.
            many = [_genres_of_id(number) for number in re.split(r"[\s_-]+", part)]
            return (list(itertools.chain(*many)), []) if all(many) else ([], [part])
    genres, others = scan(part, _named, MOST_WORDS)
    if not others:
        return genres, []
    spaced = _CAMEL.sub(" ", part)
    if spaced != part:  # ActionAdventureScienceFiction
        more, rest = scan(spaced, _named, MOST_WORDS)
        if not rest:
            return more, []
    return genres, others


def _named(spelled: Sequence[str]) -> str | None:
    return BY_WORDS.get(spelled[0] if len(spelled) == 1 else " ".join(spelled))


def _shown(part: str) -> str:
    return part if len(part) <= 60 else part[:59] + "…"
