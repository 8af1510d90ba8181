"""Texts to numbers, by the marks of the whole column.

``1,234`` is 1234 to some and 1.234 to others. Another cell of the column, such as ``12,5`` or
``1,234.5``, decides; see `judge_numbers`.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, NamedTuple

from tmdbdash.importing.datasets.cell_texts import LONGEST, plain

Mark = Literal[".", ","]

MOST_DOLLARS = 10**13
FEWEST_EVIDENCE = 0.01
"""Of the ambiguous cells: a mistyped one in a thousand does not change the others."""

_SYMBOLS = r"(?:us|r|c|ca|a|au|nz|hk|mx|s|nt)?\$|[€£¥₹₩₽₺₴₦₫฿₪₱]|z[lł]|kr\.?|rs\.?|fr\."
_CODES = (
    "usd|eur|gbp|brl|inr|jpy|cny|rmb|krw|cad|aud|nzd|chf|mxn|ars|clp|cop|sek|nok|dkk|isk|pln|czk|"
    "huf|ron|bgn|rub|rur|uah|try|trl|ils|aed|sar|egp|zar|ngn|pkr|bdt|lkr|npr|idr|myr|php|thb|vnd|"
    "sgd|hkd|twd|itl|frf|dem|esp|nlg|bef|ats|fim|grd|iep|pte|irr"
)
_CURRENCY = rf"(?:{_SYMBOLS}|{_CODES}|(?:us )?dollars?|euros?)"
_COUNTED = "(?:votes?|ratings?|votos?|voti|stimmen|notes?)"
"""Words after a count: "1,234 votes"."""
_DOLLARS = frozenset({"$", "us$", "usd", "dollar", "dollars", "us dollar", "us dollars"})
_SCALES = {
    **dict.fromkeys(("k", "thousand"), 3),
    **dict.fromkeys(("m", "mm", "mn", "mio", "million", "millions"), 6),
    **dict.fromkeys(("b", "bn", "mrd", "billion", "billions"), 9),
}
_ARABIC_MARK = "\N{ARABIC DECIMAL SEPARATOR}"
"""It is a decimal mark and nothing else."""
_NUMBER = re.compile(
    rf"""(?P<minus>[+-]?)\s*(?P<before>{_CURRENCY})?\s*(?P<minus2>[+-]?)
    (?P<body>[0-9.,{_ARABIC_MARK}](?:[0-9.,'_{_ARABIC_MARK}\ ]*[0-9.])?)
    (?:e(?P<power>[+-]?[0-9]{{1,4}}))?
    \s*(?P<scale>{"|".join(sorted(_SCALES, key=len, reverse=True))})?\.?
    \s*(?:(?P<after>{_CURRENCY})|{_COUNTED})?""",
    re.VERBOSE,
)
# A space, an apostrophe or a low line between groups is never the decimal mark.
_READINGS: dict[Mark, re.Pattern[str]] = {
    ".": re.compile(
        r"(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?P<group>[,'_ ])[0-9]{3}(?:(?P=group)[0-9]{3})*"
        r"|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}|(?=\.[0-9]))(?:\.(?P<part>[0-9]*))?"
    ),
    ",": re.compile(
        r"(?P<whole>[0-9]+|[1-9][0-9]{0,2}(?P<group>[.'_ ])[0-9]{3}(?:(?P=group)[0-9]{3})*"
        r"|(?=,[0-9]))(?:[,](?P<part>[0-9]+))?"
    ),
}


class Written(NamedTuple):
    """The readings of a number: with a point as the decimal mark, and with a comma.

    ``None`` is a reading that the text does not allow. ``currency`` is the one it names, or "".
    """

    by_point: int | float | None
    by_comma: int | float | None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """A column's notation of numbers.

    ``decimal`` is its decimal mark where a cell shows it, else ``None``. ``point_groups`` and
    ``comma_groups``: one such mark before exactly three figures is a thousands mark.
    """

    decimal: Mark | None = None
    point_groups: bool = False
    comma_groups: bool = False

    @property
    def words(self) -> str:
        """The style in words for people; "" where nothing but figures was seen."""
        return {".": "decimal points", ",": "decimal commas", None: ""}[self.decimal]

    def real(self, raw: object, *, most: float = 1e9) -> float | None:
        """A finite number from 0 to ``most``; ``None`` for anything else."""
        if type(raw) is str:  # nearly all numbers are plain; the others take ten times the time
            digits, _, decimals = raw.partition(".")
            if (
                digits.isdecimal()
                and raw.isascii()
                and (not decimals or (decimals.isdecimal() and not self.point_groups))
            ):
                number = float(raw)
                return number if 0 <= number <= most else None
            digits, _, decimals = raw.partition(",")
            if (
                self.decimal == ","
                and digits.isdecimal()
                and decimals.isdecimal()
                and raw.isascii()
            ):
                number = float(f"{digits}.{decimals}")
                return number if 0 <= number <= most else None
        read = self._number(raw)
        if read is None or not 0 <= read <= most:
            return None
        return float(read)

    def whole(self, raw: object, *, least: int = 0, most: int = 2**31 - 1) -> int | None:
        """A whole number between ``least`` and ``most``; ``None`` for anything else."""
        if type(raw) is str and len(raw) < 10 and raw.isdecimal() and raw.isascii():
            number = int(raw)
            return number if least <= number <= most else None
        read = self._number(raw)
        if read is None or not least <= read <= most or int(read) != read:
            return None
        return int(read)

    def dollars(self, raw: object) -> int | None:
        """An amount in whole US dollars, rounded; 0 is missing.

        ``None`` also where the cell names another currency: rupees are not dollars.
        """
        if type(raw) is str and len(raw) < 10 and raw.isdecimal() and raw.isascii():
            return int(raw) or None
        read = self._number(raw)
        if read is None or not 0 <= read <= MOST_DOLLARS or not is_in_dollars(raw):
            return None
        return round(read) or None

    def _number(self, raw: object) -> int | float | None:
        if isinstance(raw, str):
            if len(raw) > LONGEST:
                return None
            read = written(raw)
            if read.by_point is None or read.by_comma is None or read.by_point == read.by_comma:
                return read.by_comma if read.by_point is None else read.by_point
            return read.by_comma if self._is_by_comma(raw) else read.by_point
        return plain_number(raw)

    def _is_by_comma(self, raw: str) -> bool:
        """Whether the decimal mark of an ambiguous text (one mark, three figures) is a comma."""
        return self.point_groups if "." in plain(raw) else not self.comma_groups


def judge_numbers(
    values: Iterable[object], *, whole: bool = False, decimal: Mark | None = None
) -> NumberStyle:
    """A column's notation of numbers, by a sample of its cells.

    A cell with one reading decides for the others; where such cells disagree, the more frequent
    kind does. Where there are none, a column of whole numbers (``whole``) has thousands marks, and
    one of other numbers the decimal mark ``decimal`` of the file's other columns, else its only
    mark is the decimal one.
    """
    settled: Counter[tuple[Mark, bool]] = Counter()
    unsettled = 0
    for raw in values:
        if not isinstance(raw, str) or len(raw) > LONGEST or raw.isdecimal():
            continue
        digits, _, part = raw.partition(".")
        if part.isdecimal() and digits.isdecimal() and len(part) != 3 and raw.isascii():
            settled[".", not part.strip("0")] += 1  # most cells are such, and there may be many
            continue
        by_point, by_comma, _ = written(raw)
        if by_point is not None and by_comma is not None:
            unsettled += by_point != by_comma
        elif by_point is not None:
            settled[".", by_point == int(by_point)] += 1
        elif by_comma is not None:
            settled[",", by_comma == int(by_comma)] += 1
    points, commas = settled[".", True], settled[",", True]
    # A few fractions among whole numbers are mistakes, and no evidence for the others.
    if not whole or settled[".", False] + settled[",", False] > unsettled:
        points, commas = points + settled[".", False], commas + settled[",", False]
    if points != commas and max(points, commas) >= FEWEST_EVIDENCE * unsettled:
        decimal = "." if points > commas else ","
    elif whole:
        return NumberStyle(None, point_groups=True, comma_groups=True)
    return NumberStyle(decimal, point_groups=decimal == ",", comma_groups=decimal == ".")


def plain_number(raw: object) -> int | float | None:
    """A number of JSON or of a table as it is; ``None`` for truth values, NaN and the infinite."""
    if isinstance(raw, Decimal):
        raw = float(raw) if raw.is_finite() else None
    if isinstance(raw, bool) or not isinstance(raw, (int, float)):
        return None
    return raw if isinstance(raw, int) or math.isfinite(raw) else None


def is_in_dollars(raw: object) -> bool:
    """Whether an amount names no other currency than the US dollar."""
    if not isinstance(raw, str) or len(raw) > LONGEST:
        return True
    currency = written(raw).currency
    return not currency or currency in _DOLLARS


@functools.lru_cache(maxsize=8192)
def written(raw: str) -> Written:
    """The readings of a text as a number; two ``None`` where it is none."""
    found = _NUMBER.fullmatch(plain(raw))
    if found is None or (found["minus"] and found["minus2"]):
        return Written(None, None)
    before, after = found["before"], found["after"]
    if before and after and before != after:
        return Written(None, None)
    body, power = found["body"], found["power"]
    exponent = int(power or 0) + _SCALES.get(found["scale"] or "", 0)
    sign = "-" if "-" in found["minus"] + found["minus2"] else ""
    by_point, by_comma = _value(body, ".", sign, exponent), _value(body, ",", sign, exponent)
    if _ARABIC_MARK in body:
        by_point = by_comma = _value(body.replace(_ARABIC_MARK, "."), ".", sign, exponent)
    elif (power or found["scale"]) and by_point is not None and by_comma is not None:
        # 1.234e5 and 1.234M are never written for 1234e5 and 1234M.
        by_point, by_comma = None if "," in body else by_point, None if "." in body else by_comma
    return Written(by_point, by_comma, before or after or "")


def _value(body: str, mark: Mark, sign: str, exponent: int) -> int | float | None:
    found = _READINGS[mark].fullmatch(body)
    if found is None:
        return None
    digits = "".join(c for c in found["whole"] if c.isdecimal()) or "0"
    part = (found["part"] or "").rstrip("0")
    if not part and not exponent:
        return int(sign + digits)
    number = float(f"{sign}{digits}.{part}e{exponent}")
    return number if math.isfinite(number) else None
