"""Countries and languages to TMDB's codes, from codes, names and objects in any notation."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from tmdbdash.importing.datasets import locale_names, locale_table
from tmdbdash.importing.datasets.list_cells import (
    LONGEST_CACHED,
    LONGEST_LIST,
    LONGEST_TEXT,
    unpacked,
)
from tmdbdash.importing.datasets.locale_names import name_key, text_key
from tmdbdash.importing.datasets.phrases import parts, scan

MOST_CODES = 100
MOST_UNKNOWN = 50
MOST_PARTS = 4
"""``Iran (Islamic Republic of)`` has two, "Saint Helena, Ascension, Tristan da Cunha" three."""
MOST_WORDS = 8

_SURE_LANGUAGES = locale_table.LANGUAGE_CODES - {"na"}
"""Codes without another meaning; "na" alone is rather "not available" than Nauruan."""
_LOCALE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9]{2,8}){1,4}")
_BRACKET = re.compile(r"\([^()]{1,40}\)")
_WORD_START = re.compile(r"\b\w")
LONGEST_NAME = 60
"""Letters of a name before its brackets."""
_CODES = re.compile(r"[A-Za-z]{2,3}(?:[\s_-]+[A-Za-z]{2,3})*")


class CodeReading(NamedTuple):
    """TMDB's codes, each once, in order, and the parts that are not known."""

    codes: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Kind:
    """The codes and names of countries, or of languages; compared by identity, for fast caches."""

    own: frozenset[str]
    """The codes that TMDB writes."""
    codes: Callable[[], dict[str, str]]
    names: Callable[[], dict[str, str]]
    case: Callable[[str], str]
    """The case in which codes are written."""
    keys: tuple[str, ...]
    """The members of an object that may have it, the surest first."""


_COUNTRIES = _Kind(
    locale_table.COUNTRY_CODES,
    locale_names.country_codes,
    locale_names.country_names,
    str.upper,
    ("iso_3166_1", "code", "iso", "id", "english_name", "name", "native_name"),
)
_LANGUAGES = _Kind(
    locale_table.LANGUAGE_CODES,
    locale_names.language_codes,
    locale_names.language_names,
    str.lower,
    ("iso_639_1", "code", "iso", "id", "english_name", "name"),
)


def countries(raw: object) -> tuple[str, ...] | None:
    """Countries by ISO 3166-1's two letters as TMDB writes them; ``None`` where none is known."""
    return read_countries(raw).codes or None


def languages(raw: object) -> tuple[str, ...] | None:
    """Languages by ISO 639-1's two letters as TMDB writes them; ``None`` where none is known."""
    return read_languages(raw).codes or None


def language(raw: object) -> str | None:
    """The first language that a value names."""
    if isinstance(raw, str) and raw in _SURE_LANGUAGES:
        return raw
    return next(iter(read_languages(raw).codes), None)


def read_countries(raw: object) -> CodeReading:
    """The countries in a cell's text or in a JSON value, and what is not known."""
    if isinstance(raw, str) and len(raw) < LONGEST_CACHED:
        return _remembered(_COUNTRIES, raw)
    return _read_cell(_COUNTRIES, raw)


def read_languages(raw: object) -> CodeReading:
    """The languages in a cell's text or in a JSON value, and what is not known."""
    if isinstance(raw, str) and len(raw) < LONGEST_CACHED:
        return _remembered(_LANGUAGES, raw)
    return _read_cell(_LANGUAGES, raw)


@functools.lru_cache(maxsize=16_384)
def _remembered(kind: _Kind, raw: str) -> CodeReading:
    return _read_cell(kind, raw)


def _read_cell(kind: _Kind, raw: object) -> CodeReading:
    if isinstance(raw, str) and len(raw) > LONGEST_LIST:
        return CodeReading((), (_shown(raw),))
    codes: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for item in unpacked(raw):
        found, others = _codes_of_item(kind, item)
        codes.update(dict.fromkeys(found))
        unknown.update(dict.fromkeys(map(_shown, others)))
    return CodeReading(tuple(codes)[:MOST_CODES], tuple(unknown)[:MOST_UNKNOWN])


def _codes_of_item(kind: _Kind, item: object) -> tuple[Sequence[str], Sequence[str]]:
    if isinstance(item, str) and len(item) >= LONGEST_CACHED:
        return _codes_in_parts(kind, item)
    if isinstance(item, str):
        return _codes_in_text(kind, item)
    if not isinstance(item, dict):
        return (), (str(item)[:100],)
    values = [value for key in kind.keys if isinstance(value := item.get(key), str) and value]
    for value in values:
        found, others = (
            ((value,), ()) if value in kind.own else _codes_in_text(kind, value[:LONGEST_CACHED])
        )
        if found and not others:
            return found, ()
    return (), (values[-1] if values else str(item)[:100],)


@functools.lru_cache(maxsize=16_384)
def _codes_in_text(kind: _Kind, text: str) -> tuple[Sequence[str], Sequence[str]]:
    return _codes_in_parts(kind, text)


def _codes_in_parts(kind: _Kind, text: str) -> tuple[list[str], list[str]]:
    """The codes in a text, and its parts that are not known."""
    if len(text) > LONGEST_TEXT:
        return [], [text]
    found: list[str] = []
    unknown: list[str] = []
    pieces = _pieces(kind, text)
    alone = [_codes_in_part(kind, piece) for piece in pieces]
    at = 0
    while at < len(pieces):
        # "Korea, Republic of" is one country, "Serbia, Montenegro" two: a name goes over a comma
        # only where its parts are not all names themselves.
        for end in range(min(at + MOST_PARTS, len(pieces)), at + 1, -1):
            if all(alone[at:end]):
                continue
            code = kind.names().get(text_key(" ".join(pieces[at:end])))
            if code is not None:
                found.append(code)
                at = end
                break
        else:
            found += alone[at]
            if not alone[at]:
                unknown.append(pieces[at])
            at += 1
    return found, unknown


def _pieces(kind: _Kind, text: str) -> list[str]:
    """The parts of a text; a name with brackets, as "RAE de Hong Kong (China)", is one of them."""
    pieces: list[str] = []
    since = 0
    for bracket in _BRACKET.finditer(text):
        before = max(since, bracket.start() - LONGEST_NAME)
        starts = [word.start() for word in _WORD_START.finditer(text, before, bracket.start())]
        for start in starts[-MOST_WORDS:]:
            name = text[start : bracket.end()]
            if kind.names().get(text_key(name)) is not None:
                pieces += [*parts(text[since:start]), name]
                since = bracket.end()
                break
    return [*pieces, *parts(text[since:])]


def _codes_in_part(kind: _Kind, part: str) -> list[str]:
    """The codes of all words of a part; empty where one of them is not known."""
    if part in kind.own:
        return [part]
    code = kind.names().get(text_key(part))
    if code is not None:
        return [code]
    codes = _codes_alone(kind, part) if _CODES.fullmatch(part) else []
    if codes:
        return codes
    if kind is _LANGUAGES:
        locale = _LOCALE.fullmatch(part)
        base = kind.codes().get(locale[1].lower()) if locale else None
        if base is not None:
            return [base]
    names = kind.names()
    found, others = scan(part, lambda spelled: names.get(name_key(spelled)), MOST_WORDS)
    return found if not others else []


def _codes_alone(kind: _Kind, part: str) -> list[str]:
    """The codes that a part consists of, as TMDB writes them; empty where one is not known."""
    row = re.split(r"[\s_-]+", part)
    if kind is _LANGUAGES and len(row) == 2 and " " not in part:
        return []  # "pt-BR" and "zh-cn" are one language with a country
    if len(row) == 1 or part.isupper():
        known = kind.codes()
        codes = [known.get(kind.case(word)) for word in row]
    else:
        # Small letters in a row may be words, such as "it is in her".
        codes = [word if word in kind.own else None for word in row]
    return [code for code in codes if code] if all(codes) else []


def _shown(part: str) -> str:
    return part if len(part) <= 60 else part[:59] + "…"
