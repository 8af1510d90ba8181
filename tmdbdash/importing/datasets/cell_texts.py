"""Cells of numbers and dates as plain characters, and words for missing values.

Not for titles: there are films called "None", "Unknown" and "?".
"""

from __future__ import annotations

import math
import unicodedata

BLANK_ITEMS = frozenset({"", "nan", "none", "null"})
"""Of an item of a list, where "NA" is Namibia."""
_WORDS = "n/a na <na> #n/a nat nil undefined unknown \\n [] {} - -- ?"
BLANKS = BLANK_ITEMS | {*_WORDS.split(), "no genres listed", "(no genres listed)"}
"""Of any cell."""
_FIGURE_WORDS = """
    -nan n.a. #na #n/d #nv #null! #value! #ref! #div/0! #name? <nat> (none) <none> (null) <null>
    missing --- \N{EM DASH} . .. ... ?? ??? tba tbd tbc t.b.a. t.b.d. n/d n.d. s/d s.d. k.a. s.o.
    pending announced unreleased unrated unscheduled inconnu inconnue desconhecido desconhecida
    desconocido desconocida sconosciuto sconosciuta unbekannt
"""
_FIGURE_PHRASES = """
    not available, not applicable, not rated, not released, not yet released, not announced,
    to be announced, to be determined, to be confirmed, coming soon, no data, no rating, no ratings,
    no votes, a definir, por definir, por confirmar
"""
BLANK_FIGURES = BLANKS | {*_FIGURE_WORDS.split(), *map(str.strip, _FIGURE_PHRASES.split(","))}
"""Of a number or a date, where people write other words for none."""
LONGEST_BLANK = 24
LONGEST = 100
"""No number and no date is longer; longer texts are neither read nor remembered."""

_PLAIN = {
    **dict.fromkeys("\N{MINUS SIGN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}", "-"),
    **dict.fromkeys("\N{FULLWIDTH HYPHEN-MINUS}\N{EN DASH}", "-"),
    **dict.fromkeys("\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}", "'"),
    **dict.fromkeys("\N{PRIME}\N{LEFT SINGLE QUOTATION MARK}", "'"),
    **dict.fromkeys("\N{ARABIC THOUSANDS SEPARATOR}\N{DOT ABOVE}", "'"),
    **dict.fromkeys("\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}", '"'),
    **dict.fromkeys("\N{FULLWIDTH SOLIDUS}\N{FRACTION SLASH}\N{DIVISION SLASH}", "/"),
    "\N{ARABIC PERCENT SIGN}": "%",
    "\N{FULLWIDTH FULL STOP}": ".",
    "\N{FULLWIDTH COMMA}": ",",
    "\N{FULLWIDTH COLON}": ":",
    "\N{FULLWIDTH PERCENT SIGN}": "%",
}


def plain(raw: str) -> str:
    """A text with figures, spaces, dashes and quotes of ASCII, in lower case, stripped.

    A decimal digit of any script becomes the ASCII one; marks of writing direction are
    removed, as are quotes around it and the equals sign by which a spreadsheet keeps leading zeros.
    """
    if not raw.isascii():
        raw = "".join(map(_plain_character, raw))
    return raw.casefold().strip().removeprefix("=").strip("'\" \t\r\n")


def is_blank(raw: object, words: frozenset[str] = BLANKS) -> bool:
    """Whether a cell has no value; ``words`` are those that mean none."""
    if isinstance(raw, str):
        text = raw.strip()
        return len(text) <= LONGEST_BLANK and plain(text) in words
    if isinstance(raw, float):
        return math.isnan(raw)
    return raw is None or (isinstance(raw, (list, tuple, dict)) and not raw)


def is_zero(raw: object) -> bool:
    """Whether a cell is a nought, as in ``0``, ``$0.00``, ``0 min`` or ``0000-00-00``."""
    if isinstance(raw, str):
        figures = {c for c in plain(raw) if c.isdigit()} if len(raw) <= LONGEST else set()
        return figures == {"0"}
    return isinstance(raw, (int, float)) and not isinstance(raw, bool) and raw == 0


def _plain_character(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) == "Cf" else character
