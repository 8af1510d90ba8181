"""Lists as files write them: JSON, Python, numpy, Postgres, Java, or names between marks.

Nothing is evaluated, and any text gives a list, in bounded time.
"""

from __future__ import annotations

import ast
import html
import json
import re
import warnings
from collections.abc import Iterable, Sequence

from tmdbdash.importing.datasets.cell_texts import BLANK_ITEMS, BLANKS, is_blank

LONGEST_LIST = 1_000_000
"""Characters; longer texts are not read as lists."""
LONGEST_TEXT = 100_000
"""Characters; longer plain texts, in a list or not, are not split."""
LONGEST_CACHED = 1000
"""Longer texts are not cached: they seldom repeat, and there may be any number."""
DEEPEST = 5
"""Lists in lists, deeper than any notation of names needs."""
OBJECT_KEYS = frozenset(
    {"id", "name", "english_name", "title", "label", "code", "iso_3166_1", "iso_639_1"}
)
"""A dict with one of these is an item; any other is a list by another name."""

_QUOTED = r"""(?:'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+")"""
_ALL_QUOTED = re.compile(rf"[\s,;|]*+(?:{_QUOTED}[\s,;|]*+)++", re.DOTALL)
_EACH_QUOTED = re.compile(_QUOTED, re.DOTALL)
_ESCAPED = re.compile(r"\\[^'\"\\]")
_NUMBERS = re.compile(r"[\s,]*+(?:[0-9]++(?:\.0*+)?[\s,]*+)++")
_CALL = re.compile(
    r"(?:array|list|set|frozenset|tuple|Index|Series)\s*\("
    r"\s*(\[.*\]|\{.*\}|\(.*\))\s*(?:,[^\[\](){}]*)?\)",
    re.DOTALL,
)
_CELL = re.compile(rf"\s*+({_QUOTED})\s*+(?:,|$)|([^,]*+)(?:,|$)", re.DOTALL)
_PAIR = re.compile(r"(?<!\w)(\w+)=([^,{}]*(?:,(?!\s*\w+=)[^,{}]*)*)")
"""Not possessive: before Python 3.11.5 such a group with a lookahead backtracks too little."""
_BRACES = re.compile(r"\{([^{}]*)\}")
_ENDS = {"[": "]", "(": ")", "{": "}"}
MARKS = ("|", ";", "•", "·", "‧", "●", "\n", "\t", " / ")
"""Separators of items, the strongest first; else it is a comma."""


def items_of(raw: object, marks: Sequence[str] = MARKS) -> list[object]:
    """The items of a list in any notation: texts, numbers, and dicts that are objects.

    A plain text is split at the first of ``marks`` in it, else at commas. Blank items are
    left out.
    """
    items = unpacked(raw)
    if len(items) != 1 or items[0] is not raw or not isinstance(raw, str):
        return items
    text = html.unescape(raw) if "&" in raw and ";" in raw else raw
    if _ALL_QUOTED.fullmatch(text):
        return _sound(_unquoted(quoted) for quoted in _EACH_QUOTED.findall(text))
    mark = next((mark for mark in marks if mark in text), None)
    return _sound(text.split(mark) if mark else _cells(text))


def unpacked(raw: object) -> list[object]:
    """The items of a list in brackets; any other text is the only item, unsplit.

    For readers that find names in plain texts themselves.
    """
    return _flat(raw, 0)


def _flat(raw: object, depth: int) -> list[object]:
    if is_blank(raw, BLANK_ITEMS if depth else BLANKS):
        return []
    if isinstance(raw, str):
        return _items_of_text(raw, depth)
    if isinstance(raw, dict):
        if OBJECT_KEYS & raw.keys():
            return [raw]
        return _flat_all(_items_of_mapping(raw), depth, raw)
    if isinstance(raw, list | tuple | set | frozenset):
        return _flat_all(raw, depth, raw)
    return [raw]


def _flat_all(many: Iterable[object], depth: int, raw: object) -> list[object]:
    if depth >= DEEPEST:
        return [raw]
    return [item for each in many for item in _flat(each, depth + 1)]


def _items_of_mapping(raw: dict[object, object]) -> list[object]:
    """``{"Drama": true, "War": false}`` by its keys, ``{"0": "Drama"}`` by its values."""
    values = list(raw.values())
    if all(value in (0, 1) and isinstance(value, bool | int | float) for value in values):
        return [key for key, value in raw.items() if value]
    return values


def _items_of_text(raw: str, depth: int) -> list[object]:
    text = raw.strip()
    if len(text) > LONGEST_LIST:
        return []
    called = _CALL.fullmatch(text) if text[:1].isalpha() else None
    if called is not None:
        text = called[1]
    first = text[:1]
    if first in "\"'" and len(text) > 1 and text[-1] == first:
        inner = _json(text) if first == '"' else None
        if isinstance(inner, str):
            return _flat(inner, depth + 1) if depth < DEEPEST else [raw]
        if _EACH_QUOTED.fullmatch(text):
            return _flat(_unquoted(text), depth + 1) if depth < DEEPEST else [raw]
        return [raw]
    if first not in _ENDS or text[-1] != _ENDS[first]:
        return [raw]
    items = _json(text)
    if not isinstance(items, list | dict):
        items = _notation(text)
    return _flat(items, depth + 1) if depth < DEEPEST else [raw]


def _notation(text: str) -> object:
    """The list in a text between brackets that is no JSON."""
    inner = text[1:-1]
    if not _ESCAPED.search(inner) and _ALL_QUOTED.fullmatch(inner):
        return [_unquoted(quoted) for quoted in _EACH_QUOTED.findall(inner)]
    if _NUMBERS.fullmatch(inner):
        return inner.replace(",", " ").split()
    if ":" in inner or text[0] != "{":
        for written in _repaired(text):
            items = literal(written)
            if isinstance(items, list | tuple | set | dict):
                return items
    if "=" in inner:
        objects = [dict(_PAIR.findall(found)) for found in _BRACES.findall(text)]
        if any(OBJECT_KEYS & found.keys() for found in objects):
            return objects
    if _ALL_QUOTED.fullmatch(inner):
        return [_unquoted(quoted) for quoted in _EACH_QUOTED.findall(inner)]
    return _cells(inner)


def _repaired(text: str) -> Iterable[str]:
    """A text, and its forms without a program's quotes or with the commas that one left out."""
    yield text
    if '""' in text:
        yield text.replace('""', '"')
    if '\\"' in text:
        yield text.replace('\\"', '"')
    if re.search(r"\}\s*\{", text):
        yield re.sub(r"\}\s*\{", "}, {", text)


def _cells(text: str) -> list[object]:
    """The texts between commas that are not within quotation marks."""
    found: list[object] = []
    at = 0
    while at < len(text):
        match = _CELL.match(text, at)
        if match is None or match.end() == at:
            break
        found.append(_unquoted(match[1]) if match[1] else match[2])
        at = match.end()
    return _sound(found)


def _sound(items: Iterable[object]) -> list[object]:
    stripped = (item.strip() if isinstance(item, str) else item for item in items)
    return [item for item in stripped if not is_blank(item, BLANK_ITEMS)]


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    return text


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def literal(text: str) -> object:
    """A JSON value or a Python literal; ``None`` where it is neither. Nothing is evaluated."""
    if (found := _json(text)) is not None:
        return found
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd escapes in a text that is not ours
        try:
            return ast.literal_eval(text.strip())
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return None
