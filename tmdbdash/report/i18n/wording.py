"""Numbers, shares, dates and times as text, in each language of the page.

The browser formats them by ``Intl``; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal

from tmdbdash.report.values import DIGITS

MISSING = "–"


@dataclass(frozen=True, slots=True)
class Habits:
    """How a language writes numbers and dates.

    ``marks`` maps the English marks of a number to the language's, as `str.translate` takes it;
    ``day`` is a pattern with ``{month}``, ``{day}`` and ``{year}``.
    """

    marks: Mapping[int, int]
    months: tuple[str, ...]
    day: str


HABITS = {
    "en": Habits(
        marks={},
        months=(
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ),
        day="{month} {day}, {year}",
    ),
    "pt-BR": Habits(
        marks=str.maketrans(",.", ".,"),
        months=(
            "jan.", "fev.", "mar.", "abr.", "mai.", "jun.",
            "jul.", "ago.", "set.", "out.", "nov.", "dez.",
        ),
        day="{day} de {month} de {year}",
    ),
}  # fmt: skip


def number_text(value: float | None, digits: int = 0, locale: str = "en") -> str:
    """A number with thousands separators and ``digits`` decimals; ties go away from zero.

    The shortest decimal that equals the float is rounded, as browsers do it, after `DIGITS`.
    """
    if value is None:
        return MISSING
    return _decimal_text(Decimal(repr(round(value, DIGITS))), digits, locale)


def _decimal_text(value: Decimal, digits: int, locale: str) -> str:
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded if rounded else abs(rounded):,}".translate(HABITS[locale].marks)


def share_text(value: float | None, digits: int = 0, locale: str = "en") -> str:
    """A share of 1 in percent, as in "80%"."""
    if value is None:
        return MISSING
    return f"{_decimal_text(Decimal(repr(value)).scaleb(2), digits, locale)}%"


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
    habits = HABITS[locale]
    return habits.day.format(month=habits.months[day.month - 1], day=day.day, year=day.year)


def time_text(value: datetime | str | None, locale: str = "en") -> str:
    """A time or an ISO time, as in "Nov 6, 2025, 14:02 UTC"."""
    if value is None:
        return MISSING
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    moment = moment.astimezone(UTC)
    return f"{date_text(moment.date(), locale)}, {moment:%H:%M} UTC"


MONTHS = {locale: habits.months for locale, habits in HABITS.items()}
"""The short names of the months in each language."""


def day_text(value: datetime, locale: str = "en") -> str:
    """A day without its year, as in "Nov 6"."""
    month = HABITS[locale].months[value.month - 1]
    return f"{month} {value.day}" if locale == "en" else f"{value.day} de {month}"


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
