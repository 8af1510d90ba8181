"""Bare numbers as times: years, 20191231, days of Excel, seconds and their parts since 1970.

Most numbers fit one of these only; the most frequent one of a column decides for the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
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
_WRITTEN_OUT: dict[Unit, tuple[int, int]] = {
    "day": (FIRST_YEAR * 10_000, LAST_YEAR * 10_000 + 1231),
    "month": (FIRST_YEAR * 100, LAST_YEAR * 100 + 12),
    "time": (FIRST_YEAR * 10**10, (LAST_YEAR + 1) * 10**10 - 1),
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EXCEL = datetime(1899, 12, 30, tzinfo=UTC)
"""Day 0, counted back from day 61: Excel has a 29 February 1900, which there never was."""
_LAST_SECOND = 4_133_980_800
"""The end of the year 2100."""
_MOST = _LAST_SECOND * 10**9
_DAY = 86_400
_FIRST_ALONE = 10**8
"""Seconds: March 1973. A smaller number may be many things."""
_EXCEL_ALONE = (10_000, 73_050)
"""Days of Excel from 1927 to 2099."""
_EXCEL_MOST = 73_415
SETTLING = 2 / 3
"""The share of a column's numbers that must fit one unit for it to be that of all."""
ENOUGH = 20
"""So many distinct days, all before 1958 if they were Excel's, are counted from 1970."""


def unit_of(number: float) -> Unit | None:
    """The likeliest unit of a single number."""
    if abs(number) > _MOST:
        return None
    if FIRST_YEAR <= number <= LAST_YEAR and number == int(number):
        return "year"
    for unit, (least, most) in _WRITTEN_OUT.items():
        if least <= number <= most and _written_out(number) is not None:
            return unit
    if _EXCEL_ALONE[0] <= number <= _EXCEL_ALONE[1]:
        return "excel"
    if abs(number) < _FIRST_ALONE:
        return None
    return next(
        (u for u, parts in _PER_SECOND.items() if abs(number) <= _LAST_SECOND * parts), None
    )


def unit_of_column(numbers: Iterable[float], today: date) -> Unit | None:
    """The unit of a column's numbers; ``None`` where they are of several, or of none."""
    distinct = set(numbers)
    if len(distinct) > 1:
        # Midnights, all of them.
        for of_days, parts in reversed(_PER_SECOND.items()):
            if all(n % (_DAY * parts) == 0 and abs(n) <= _LAST_SECOND * parts for n in distinct):
                return of_days
    units = Counter(map(unit_of, distinct))
    if _are_days_since_1970(distinct, units, today):
        return "days"
    return next((u for u, count in units.items() if count >= SETTLING * len(distinct)), None)


def _are_days_since_1970(numbers: set[float], units: Counter[Unit | None], today: date) -> bool:
    """Whether numbers are rather such days than those of a spreadsheet.

    Only these are below 0 (a single such number may mark a missing value), and as days of a
    spreadsheet they would all be in the first half of the century of films.
    """
    newest = (today - _EPOCH.date()).days + 730
    if units.keys() - {None, "excel"} or any(n > newest or n < -_EXCEL_MOST for n in numbers):
        return False
    return sum(n < 0 for n in numbers) > 1 or units["excel"] >= ENOUGH


def instant(number: float, unit: Unit) -> datetime | None:
    """The time of a number, in UTC; ``None`` outside the years of films."""
    if unit == "year":
        found = (
            datetime(int(number), 1, 1, tzinfo=UTC)
            if FIRST_YEAR <= number <= LAST_YEAR and number == int(number)
            else None
        )
    elif unit in _WRITTEN_OUT:
        least, most = _WRITTEN_OUT[unit]
        found = _written_out(number) if least <= number <= most else None
    elif unit == "excel":
        found = _EXCEL + timedelta(days=number) if 61 <= number <= _EXCEL_MOST else None
    elif unit == "days":
        found = _EPOCH + timedelta(days=number) if abs(number) <= _EXCEL_MOST else None
    else:
        parts = _PER_SECOND[unit]
        if abs(number) > _LAST_SECOND * parts or -_DAY < number < 0:  # -1 marks a missing value
            return None
        # Divided as whole numbers where they are whole: nanoseconds have more figures than a float.
        found = _EPOCH + timedelta(seconds=number // parts)
    return found if found is not None and FIRST_YEAR <= found.year <= LAST_YEAR else None


def _written_out(number: float) -> datetime | None:
    """The time of a number such as 20191231, 201912 or 20191231140000."""
    figures = str(int(number))
    if number != int(number):
        return None
    try:
        return datetime(
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
