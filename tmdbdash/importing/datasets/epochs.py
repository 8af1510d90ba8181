"""Bare numbers as times: years, 20191231, days of Excel, seconds and their parts since 1970.

Most numbers fit one of these only; which one a whole column has settles the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from tmdbdash.tmdb.cleaning import FIRST_YEAR, LAST_YEAR

Unit = Literal["year", "month", "day", "time", "excel", "days", "s", "ms", "us", "ns"]

WORDS: dict[Unit, str] = {
    "year": "years alone",
    "month": "year and month in figures",
    "day": "year first",
    "time": "year first",
    "excel": "day numbers of a spreadsheet",
    "days": "days since 1970",
    "s": "epoch seconds",
    "ms": "epoch milliseconds",
    "us": "epoch microseconds",
    "ns": "epoch nanoseconds",
}
_PER_SECOND: dict[Unit, int] = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EXCEL = datetime(1899, 12, 30, tzinfo=UTC)
"""Day 0, counted back from day 61: Excel has a 29 February 1900, which there never was."""
_LAST_SECOND = 4_133_980_800
"""The end of the year 2100."""
_MOST = _LAST_SECOND * 10**9
_DAY = 86_400
_FIRST_ALONE = 10**8
"""Seconds: March 1973. What is smaller may be many things."""
_EXCEL_ALONE = (10_000, 73_050)
"""Days of Excel from 1927 to 2099."""
_EXCEL_MOST = 73_415
SETTLING = 2 / 3
"""Of a column's numbers must fit one unit for it to be that of all."""
ENOUGH = 20
"""Distinct days that all lie before 1958, were they of Excel: rather they count from 1970."""


def unit_of(number: float) -> Unit | None:
    """The likeliest thing that a number can be, without others to judge by."""
    if abs(number) > _MOST:
        return None
    if FIRST_YEAR <= number <= LAST_YEAR and number == int(number):
        return "year"
    for unit in ("day", "month", "time"):
        if _written_out(number, unit) is not None:
            return unit
    if _EXCEL_ALONE[0] <= number <= _EXCEL_ALONE[1]:
        return "excel"
    if abs(number) < _FIRST_ALONE:
        return None
    return next(
        (u for u, parts in _PER_SECOND.items() if abs(number) <= _LAST_SECOND * parts), None
    )


def unit_of_column(numbers: Sequence[float], today: date) -> Unit | None:
    """The unit of a column's distinct numbers; ``None`` where they are of several, or of none."""
    if len(set(numbers)) > 1:
        # The midnights of days, whichever.
        for of_days, parts in reversed(_PER_SECOND.items()):
            if all(n % (_DAY * parts) == 0 and abs(n) <= _LAST_SECOND * parts for n in numbers):
                return of_days
    units = Counter(unit for number in numbers if (unit := unit_of(number)) is not None)
    if not units:
        return None
    unit, count = units.most_common(1)[0]
    if count < SETTLING * len(numbers):
        # Most days since 1970 are too few to be told from other numbers, except by being negative.
        small = all(abs(n) <= _EXCEL_MOST and n == int(n) for n in numbers)
        return "days" if small and min(numbers) < 0 else None
    if unit == "excel":
        newest = (today - date(1970, 1, 1)).days + 730
        if min(numbers) < 0 or (len(numbers) >= ENOUGH and max(numbers) <= newest):
            return "days"
    return unit


def instant(number: float, unit: Unit) -> datetime | None:
    """The time that a number stands for, in UTC; ``None`` outside the years that films have."""
    if unit == "year":
        found = (
            datetime(int(number), 1, 1, tzinfo=UTC)
            if FIRST_YEAR <= number <= LAST_YEAR and number == int(number)
            else None
        )
    elif unit in ("day", "month", "time"):
        found = _written_out(number, unit)
    elif unit == "excel":
        found = _EXCEL + timedelta(days=number) if 61 <= number <= _EXCEL_MOST else None
    elif unit == "days":
        found = _EPOCH + timedelta(days=number) if abs(number) <= _EXCEL_MOST else None
    else:
        parts = _PER_SECOND[unit]
        if abs(number) > _LAST_SECOND * parts:
            return None
        # Divided as whole numbers where they are whole: nanoseconds have more figures than a float.
        found = _EPOCH + timedelta(seconds=number // parts)
    return found if found is not None and FIRST_YEAR <= found.year <= LAST_YEAR else None


def _written_out(number: float, unit: Unit) -> datetime | None:
    """The time of a number such as 20191231, 201912 or 20191231140000."""
    figures = str(int(number))
    if number != int(number) or len(figures) != {"month": 6, "day": 8, "time": 14}[unit]:
        return None
    try:
        found = datetime(
            int(figures[:4]),
            int(figures[4:6]),
            int(figures[6:8] or 1),
            int(figures[8:10] or 0),
            int(figures[10:12] or 0),
            int(figures[12:] or 0),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
