"""Dates and times of a column, in the order that the whole column shows.

``05/06/2019`` is the fifth of June to most people and the sixth of May to others. Another cell of
the column, such as ``31/12/2019``, decides; see `judge_dates`.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple

from tmdbdash.importing.datasets import epochs
from tmdbdash.importing.datasets.cell_texts import BLANK_FIGURES, LONGEST, is_blank, is_zero
from tmdbdash.importing.datasets.date_shapes import ORDERS, Clock, Order, Shape, shape_of
from tmdbdash.importing.datasets.numbers import plain_number
from tmdbdash.tmdb.cleaning import FIRST_YEAR, LAST_YEAR

Precision = Literal["year", "month", "day"]

YEARS_AHEAD = 2
"""A year of two figures, as in 6/9/28, is no further ahead of today."""
ENOUGH_MONTHS = 3
"""Firsts of as many months, and no other days, show which figure is the month."""


class _Read(NamedTuple):
    """The reading of a cell; ``is_whole``: all of its text is the date."""

    day: date
    precision: Precision
    clock: Clock | datetime | None = None
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class DateStyle:
    """A column's notation of dates.

    ``order`` is that of most of its cells, in words for people ("" where none was a date).
    ``ambiguous``: no cell shows which figure is the day and which the month, so that other
    evidence or a custom decided. ``preference`` are the orders from the likeliest on, ``unit`` what
    bare numbers are, ``latest`` the latest year of two figures.
    """

    order: str = ""
    ambiguous: bool = False
    preference: tuple[Order, ...] = ORDERS
    unit: epochs.Unit | None = None
    latest: int = 2028

    def day(self, raw: object) -> date | None:
        """A calendar day; the first of January of a year alone, the first of a month alone.

        A day with a time is the written day, in any zone. ``None`` for anything
        else, and outside the years that films have.
        """
        if type(raw) is str and len(raw) == 10 and raw[4] == raw[7] == "-":
            iso = _iso_day(raw)
            if iso is not None:
                return iso
        read = self._read(raw)
        return None if read is None else read.day

    def moment(self, raw: object) -> datetime | None:
        """A time in UTC and whole seconds; midnight of a day alone, UTC where no zone is named.

        ``None`` for a year or a month alone, for a zone by another name than UTC or GMT, and for
        anything else.
        """
        if isinstance(raw, str) and raw[4:5] == "-" and raw[10:11] in ("", "T", " "):
            try:
                read_at = _as_utc(datetime.fromisoformat(raw.strip()))
                return read_at if FIRST_YEAR <= read_at.year <= LAST_YEAR else None
            except (ValueError, OverflowError):
                pass
        read = self._read(raw)
        if read is None or read.precision != "day" or not read.is_whole:
            return None
        if isinstance(read.clock, Clock):
            return read.clock.on(read.day)
        return read.clock or datetime(read.day.year, read.day.month, read.day.day, tzinfo=UTC)

    def precision(self, raw: object) -> Precision | None:
        """A cell's precision: a day, a month, or a year; ``None`` where it is no date."""
        if type(raw) is str and len(raw) == 10 and raw[4] == raw[7] == "-" and _iso_day(raw):
            return "day"
        read = self._read(raw)
        return None if read is None else read.precision

    def is_blank(self, raw: object) -> bool:
        """Whether a cell has no value, such as ``0000-00-00`` and ``TBA``."""
        return is_blank(raw, BLANK_FIGURES) or (is_zero(raw) and self.day(raw) is None)

    def _read(self, raw: object) -> _Read | None:
        if isinstance(raw, str):
            if len(raw) > LONGEST:
                return None
            return _read_text(raw, self.preference, self.unit, self.latest)
        if isinstance(raw, date):
            if not FIRST_YEAR <= raw.year <= LAST_YEAR:
                return None
            if isinstance(raw, datetime):
                return _Read(raw.date(), "day", _as_utc(raw))
            return _Read(raw, "day")
        number = plain_number(raw)
        return None if number is None else _read_number(number, self.unit)


def judge_dates(values: Iterable[object], *, today: date) -> DateStyle:
    """A column's notation of dates, by a sample of its cells.

    A cell that is a day in one order only decides for the ambiguous ones; where such cells
    disagree, the more frequent order does, and each of them is read by itself. Where there are
    none, these decide, in this order: cells that are all the first of a month; a time with "am" or
    "pm" (month first); figures between points or dashes (day first); figures without leading zeros
    between slashes, as American spreadsheets write them (month first); else the day is first, as in
    most countries.

    ``today`` is the day by which years of two figures are dated.
    """
    latest = today.year + YEARS_AHEAD
    settled: Counter[str] = Counter()
    ways: Counter[str] = Counter()
    open_shapes: list[Shape] = []
    numbers: list[float] = []
    for raw in values:
        if type(raw) is str and len(raw) == 10 and raw[4] == raw[7] == "-" and _iso_day(raw):
            ways["year first"] += 1
            continue
        shape = _shape(raw)
        if shape is None:
            continue
        if shape.kind == "number":
            numbers.append(shape.number)
            continue
        days = shape.days(latest)
        if shape.kind in ("year first", "by name"):
            ways["month by name" if shape.kind == "by name" else "year first"] += len(days)
        elif len(days) == 1:
            settled.update(days.keys())
        elif days:
            open_shapes.append(shape)
    unit = epochs.unit_of_column(numbers, today)
    for number in numbers:
        if alone := unit or epochs.unit_of(number):
            ways[epochs.WORDS[alone]] += 1
    first = _by_custom(open_shapes)
    preference = tuple(
        sorted(ORDERS, key=lambda order: (-settled[order], order != first, ORDERS.index(order)))
    )
    ways.update(settled)
    if open_shapes:
        ways[preference[0]] += len(open_shapes)
    order = ways.most_common(1)[0][0] if ways else ""
    ambiguous = any(_is_tie(shape.days(latest), settled) for shape in open_shapes)
    return DateStyle(order, ambiguous, preference, unit, latest)


def _is_tie(days: dict[Order, date], settled: Counter[str]) -> bool:
    """Whether the orders that other cells show the most make different days of a shape."""
    most = max(settled[order] for order in days)
    return len({day for order, day in days.items() if settled[order] == most}) > 1


def _by_custom(shapes: list[Shape]) -> Order:
    firsts, seconds = ({shape.figures[index] for shape in shapes} for index in (0, 1))
    if firsts == {1} and len(seconds) >= ENOUGH_MONTHS:
        return "day first"
    if seconds == {1} and len(firsts) >= ENOUGH_MONTHS:
        return "month first"
    if any(shape.clock is not None and shape.clock.half for shape in shapes):
        return "month first"
    slashed = [shape for shape in shapes if shape.separator == "/"]
    is_american = len(slashed) == len(shapes) and any(not shape.is_padded for shape in slashed)
    return "month first" if is_american else "day first"


def _shape(raw: object) -> Shape | None:
    if isinstance(raw, str):
        return shape_of(raw) if len(raw) <= LONGEST else None
    number = plain_number(raw)
    return None if number is None else Shape("number", number=number)


@functools.lru_cache(maxsize=8192)
def _iso_day(raw: str) -> date | None:
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


@functools.lru_cache(maxsize=8192)
def _read_text(
    raw: str, preference: tuple[Order, ...], unit: epochs.Unit | None, latest: int
) -> _Read | None:
    shape = shape_of(raw)
    if shape is None:
        return None
    if shape.kind == "number":
        return _read_number(shape.number, unit)
    for order in preference:
        day = shape.day_in(order, latest)
        if day is not None:
            precision: Precision = "month" if shape.is_partial else "day"
            return _Read(day, precision, shape.clock, shape.is_whole)
    return None


def _read_number(number: float, unit: epochs.Unit | None) -> _Read | None:
    # A bare year in a column of other numbers is a year, not an hour of the first of January 1970.
    meant: epochs.Unit | None = "year"
    read = epochs.instant(number, "year")
    if read is None and unit is not None:
        meant, read = unit, epochs.instant(number, unit)
    if read is None and (meant := epochs.unit_of(number)) is not None:
        read = epochs.instant(number, meant)
    if read is None:
        return None
    precision: Precision = meant if meant in ("year", "month") else "day"
    return _Read(read.date(), precision, _as_utc(read))


def _as_utc(read: datetime) -> datetime:
    """A time in UTC and whole seconds; one without a zone is in UTC already."""
    read = read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    return read.replace(microsecond=0)
