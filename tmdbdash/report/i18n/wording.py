"""Numbers, shares, dates and times as text, in each language of the page, as CLDR has them.

The browser formats them by ``Intl``; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache

from babel import Locale
from babel.dates import format_date, format_skeleton

from tmdbdash.report.values import DIGITS

MISSING = "–"


@cache
def _cldr(locale: str) -> Locale:
    return Locale.parse(locale, sep="-")


@cache
def _number_marks(locale: str) -> dict[int, str]:
    """The English marks of a number to the language's, as `str.translate` takes it."""
    symbols = _cldr(locale).number_symbols["latn"]
    return str.maketrans({",": symbols["group"], ".": symbols["decimal"]})


@cache
def month_names(locale: str) -> tuple[str, ...]:
    """The short names of the twelve months."""
    return tuple(_cldr(locale).months["stand-alone"]["abbreviated"].values())


def number_text(value: float | None, digits: int = 0, locale: str = "en") -> str:
    """A number with thousands separators and ``digits`` decimals; ties go away from zero.

    The shortest decimal that equals the float is rounded, as browsers do it, after `DIGITS`.
    """
    if value is None:
        return MISSING
    text = _english(Decimal(repr(round(value, DIGITS))), digits)
    return text.translate(_number_marks(locale))


@lru_cache(1 << 14)
def _english(value: Decimal, digits: int) -> str:
    """A number as English writes it; each is asked for in several places and languages."""
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded if rounded else abs(rounded):,}"


def share_text(value: float | None, digits: int = 0, locale: str = "en") -> str:
    """A share of 1 in percent, as in "80%"."""
    if value is None:
        return MISSING
    text = _english(Decimal(repr(value)).scaleb(2), digits)
    return f"{text.translate(_number_marks(locale))}%"


def signed_text(value: float | None, digits: int = 0, locale: str = "en") -> str:
    """A difference with its sign; one that rounds to zero has none."""
    if value is None:
        return MISSING
    text = number_text(abs(value), digits, locale)
    if not text.strip("0.,"):
        return text
    return f"{'+' if value > 0 else '-'}{text}"


def growth_text(value: float | None, digits: int = 0, locale: str = "en") -> str:
    """A ratio as the change that it is in percent, with its sign, as in "+35%"."""
    if value is None:
        return MISSING
    change = value - 1
    text = share_text(abs(change), digits, locale)
    if not text.strip("0.,%"):
        return text
    return f"{'+' if change > 0 else '-'}{text}"


def date_text(value: date | str | None, locale: str = "en") -> str:
    """A date or an ISO date, as in "Nov 6, 2025"."""
    if value is None:
        return MISSING
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return _date_text(day, locale)


@lru_cache(4096)
def _date_text(day: date, locale: str) -> str:
    return str(format_date(day, "medium", locale=_cldr(locale)))


def time_text(value: datetime | str | None, locale: str = "en") -> str:
    """A time or an ISO time, as in "Nov 6, 2025, 14:02 UTC"."""
    if value is None:
        return MISSING
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    moment = moment.astimezone(UTC)
    return f"{date_text(moment.date(), locale)}, {moment:%H:%M} UTC"


def day_text(value: datetime, locale: str = "en") -> str:
    """A day without its year, as in "Nov 6"."""
    return str(format_skeleton("MMMd", value.date(), locale=_cldr(locale)))


def value_text(kind: str, value: object, digits: int, locale: str) -> str:
    """A value as a column of that kind shows it; of any other kind, its own text."""
    match kind, value:
        case _, None:
            return MISSING
        case "number", int() | float():
            return number_text(value, digits, locale)
        case "share", int() | float():
            return share_text(value, digits, locale)
        case "signed", int() | float():
            return signed_text(value, digits, locale)
        case "growth", int() | float():
            return growth_text(value, digits, locale)
        case "date", str() | date():
            return date_text(value, locale)
        case "time", str() | datetime():
            return time_text(value, locale)
        case _:
            return str(value)
