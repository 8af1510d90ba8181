"""Untrusted values to plain ones: unusable ones become ``None``, and nothing raises.

TMDB's answers and people's files hold blanks, nulls, zeros for "unknown", text where numbers
belong, and now and then characters that no database takes.
"""

from __future__ import annotations

import math
import re
from datetime import date

LARGEST_INT = 2**31 - 1
"""The largest whole number that an INTEGER column can store on every engine."""
LARGEST_MONEY = 10**13
FIRST_YEAR, LAST_YEAR = 1870, 2100
"""Outside these years a release date is a typing error, not a film."""
TITLE_LENGTH = 300
TEXT_LENGTH = 10_000

# Cc without line feed and tab, and Cs (half of a surrogate pair). Marks of writing direction (Cf)
# belong to titles. One pattern, because imports clean millions of texts.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ].*)?", re.DOTALL)
_WHOLE = re.compile(r"[+-]?[0-9]{1,20}(?:\.0*)?")
_REAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_IMAGE = re.compile(r"/[A-Za-z0-9._-]{1,120}")
_IMDB = re.compile(r"tt[0-9]{5,12}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LINK = re.compile(r"https?://[^\s<>\"'\\]{3,990}")


def text(value: object, longest: int = TEXT_LENGTH) -> str | None:
    """A text of one or more lines without control characters and lone surrogates, or ``None``.

    Longer texts are cut to ``longest`` characters; blank ones are ``None``.
    """
    if not isinstance(value, str):
        return None
    if len(value) <= longest and value.isprintable():
        return value.strip() or None
    kept = _CONTROL.sub("", value[: 4 * longest])
    return kept.strip()[:longest].strip() or None


def line(value: object, longest: int = TITLE_LENGTH) -> str | None:
    """A text of one line: as `text`, with every run of white space made one space."""
    if not isinstance(value, str):
        return None
    if len(value) <= longest and value.isprintable() and "  " not in value:
        return value.strip() or None
    spaced = text(" ".join(value[: 4 * longest].split()), longest)
    return None if spaced is None else " ".join(spaced.split())


def whole(value: object, *, least: int = 0, most: int = LARGEST_INT) -> int | None:
    """A whole number between ``least`` and ``most``, also out of text; ``None`` for any other."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        plain = value.strip()
        if not _WHOLE.fullmatch(plain):
            return None
        number = int(plain.partition(".")[0])
    elif isinstance(value, int):
        number = value
    elif isinstance(value, float) and value.is_integer():
        number = int(value)
    else:
        return None
    return number if least <= number <= most else None


def real(value: object, *, most: float = 1e9) -> float | None:
    """A finite number from 0 to ``most``, also out of text; ``None`` for any other."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and not _REAL.fullmatch(value := value.strip()[:60]):
        return None
    try:
        number = float(value)
    except OverflowError:  # an integer of more than 308 digits
        return None
    return number if math.isfinite(number) and 0 <= number <= most else None


def day(value: object) -> date | None:
    """A calendar day out of ``YYYY-MM-DD``, with or without a time after it."""
    if not isinstance(value, str) or not (found := _DAY.fullmatch(value.strip())):
        return None
    try:
        parsed = date.fromisoformat(found[1])
    except ValueError:  # such as the 30th of February
        return None
    return parsed if FIRST_YEAR <= parsed.year <= LAST_YEAR else None


def image_path(value: object) -> str | None:
    """TMDB's path of an image, such as ``/abc.jpg``: safe to append to the address of a server."""
    return _matching(_IMAGE, value)


def imdb_id(value: object) -> str | None:
    """IMDb's name of a film, such as ``tt0137523``."""
    return _matching(_IMDB, value)


def language(value: object) -> str | None:
    """A language as TMDB writes it: two or three small letters."""
    return _matching(_LANGUAGE, value)


def country(value: object) -> str | None:
    """A country as ISO 3166-1 writes it: two capital letters."""
    return _matching(_COUNTRY, value)


def link(value: object) -> str | None:
    """The address of a web page; nothing but http and https, so that it is safe to offer."""
    return _matching(_LINK, value)


def _matching(pattern: re.Pattern[str], value: object) -> str | None:
    if not isinstance(value, str):
        return None
    plain = value.strip()
    return plain if pattern.fullmatch(plain) else None
