"""Cells to values, for fields that need no judgement of the whole column.

A reader takes a cell (a text of CSV, any value of JSON) and returns the value, or
``None`` where the cell is blank or cannot be read. Nothing here raises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from tmdbdash.importing.datasets.cell_texts import is_blank
from tmdbdash.importing.datasets.list_cells import literal
from tmdbdash.tmdb import cleaning

Reader = Callable[[object], object]

_IMDB = re.compile(r"(?:.*/title/)?(tt[0-9]{5,12})(?:[/?#].*)?", re.DOTALL)
_IMDB_DIGITS = re.compile(r"[0-9]{4,10}")
_IMAGE_URL = re.compile(r"https?://[^/]+/t/p/[^/]+(/[A-Za-z0-9._-]+)")
_FILM_URL = re.compile(r"https?://[^/]*themoviedb\.org/movie/([0-9]{1,10})(?![0-9]).*", re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")


def is_damaged(raw: object) -> bool:
    """Whether a text has bytes that its encoding lacks."""
    return isinstance(raw, str) and not raw.isascii() and _SURROGATE.search(raw) is not None


def text(raw: object) -> str | None:
    """A text of any number of lines."""
    return None if is_blank(raw) else cleaning.text(raw)


def title(raw: object) -> str | None:
    """A title; only an empty one is missing, for there are films called "None" and "Null"."""
    if type(raw) is str:
        return cleaning.line(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and raw == raw:  # noqa: PLR0124
        return f"{raw:g}"  # "1917" and "300" are numbers to many programs
    return None


def status(raw: object) -> str | None:
    """The state of a production, such as "Released"."""
    return None if is_blank(raw) else cleaning.line(raw, 40)


def tagline(raw: object) -> str | None:
    """A tagline."""
    return None if is_blank(raw) else cleaning.line(raw, 500)


def collection(raw: object) -> str | None:
    """The name of a collection, from an object with a name or from a text."""
    value = literal(raw) if isinstance(raw, str) and raw.lstrip()[:1] == "{" else raw
    if isinstance(value, dict):
        return cleaning.line(value.get("name"))
    return None if is_blank(value) else cleaning.line(value)


def image_path(raw: object) -> str | None:
    """TMDB's path of an image, out of that path or an address of TMDB's image host."""
    found = _IMAGE_URL.fullmatch(raw.strip()) if isinstance(raw, str) else None
    return cleaning.image_path(found[1] if found else raw)


def imdb_id(raw: object) -> str | None:
    """IMDb's name of a film, out of that name, its digits alone, or an address."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        raw = str(raw)
    if not isinstance(raw, str):
        return None
    plain = raw.strip()
    if _IMDB_DIGITS.fullmatch(plain):
        return f"tt{plain:0>7}"
    found = _IMDB.fullmatch(plain)
    return found[1] if found else None


def film_number(raw: object) -> object:
    """TMDB's id in an address of a film; any other cell unchanged."""
    found = _FILM_URL.fullmatch(raw.strip()) if isinstance(raw, str) and ":" in raw else None
    return found[1] if found else raw


def homepage(raw: object) -> str | None:
    """An address that is safe to offer."""
    return cleaning.link(raw)


def is_adult(raw: object) -> bool:
    """Whether a cell marks an adult film."""
    if isinstance(raw, str):
        return raw.strip().casefold() in ("true", "1", "1.0", "yes", "t", "y")
    return raw is True or raw == 1


def shown(raw: object) -> str:
    """A cell in the form for messages."""
    text = raw if isinstance(raw, str) else json.dumps(raw, ensure_ascii=False, default=str)
    return repr(text if len(text) <= 40 else f"{text[:39]}…")
