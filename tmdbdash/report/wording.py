"""How values read on the page. The browser says the same by ``Intl``; a test compares the two."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tmdbdash.report.layout.parts import Column

MISSING = "–"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number_text(value: float | None, digits: int = 0) -> str:
    """A number with thousands separators and ``digits`` decimals; ties go away from zero.

    Browsers round the shortest decimal that stands for the number, so we do.
    """
    if value is None:
        return MISSING
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded if rounded else abs(rounded):,}"


def share_text(value: float | None, digits: int = 0) -> str:
    """A share of 1 in percent, as in "80 %"."""
    return MISSING if value is None else f"{number_text(value * 100, digits)} %"


def signed_text(value: float, digits: int) -> str:
    """A difference with its sign; what rounds to nothing has none."""
    text = number_text(abs(value), digits)
    if not text.strip("0.,"):
        return text
    return f"{'+' if value > 0 else '-'}{text}"


def date_text(value: date | None) -> str:
    """A day, as in "Nov 6, 2025"."""
    return MISSING if value is None else f"{MONTHS[value.month - 1]} {value.day}, {value.year}"


def time_text(value: datetime | None) -> str:
    """A moment, as in "Nov 6, 14:02 UTC"."""
    if value is None:
        return MISSING
    moment = value.astimezone(UTC)
    return f"{MONTHS[moment.month - 1]} {moment.day}, {moment:%H:%M} UTC"


def cell_text(column: Column, record: object) -> str:
    """What a table's cell says."""
    value = getattr(record, column.key)
    match column.kind:
        case "number":
            return number_text(value, column.digits)
        case "share":
            return share_text(value, column.digits)
        case "date":
            return date_text(value)
        case "time":
            return time_text(value)
        case _:
            return MISSING if value is None else str(value)
