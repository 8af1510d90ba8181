"""The figures of a date, before the column's order of day and month is known."""

from __future__ import annotations

import functools
import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Literal, NamedTuple

from tmdbdash.importing.datasets.cell_texts import LONGEST, plain
from tmdbdash.importing.datasets.month_names import day_by_name
from tmdbdash.tmdb.cleaning import FIRST_YEAR, LAST_YEAR

Order = Literal["year first", "day first", "month first"]
ORDERS: tuple[Order, ...] = ("day first", "month first", "year first")
Kind = Literal["number", "year first", "year last", "short year", "by name"]

_NUMBER = re.compile(
    r"(?!(?:1[89]|2[01])[0-9]{2}\.(?:0[1-9]|1[0-2])$)"  # 2019.12 is a month
    r"[+-]?[0-9]{1,20}(?:\.[0-9]*)?(?:e\+?[0-9]{1,2})?"
)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/. ])\s?([0-9]{1,2})(?:\2\s?([0-9]{1,2})(?:[t ].*)?)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/. ])\s?([0-9]{1,2})\2\s?([0-9]{4}|[0-9]{2})")
_MONTH_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{4})")
_BASIC = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})[t ]([0-9]{2}):?([0-9]{2}):?([0-9]{2})?")
_NOTE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]$")
_CLOCK = re.compile(
    r"(?:(?<=[0-9])t|[ ,])\s*([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?"
    r"\s*([ap]\.?m\b\.?)?\s*(z|utc|gmt|(?:utc|gmt)?[+-][0-9]{2}(?::?[0-9]{2})?)?(?=$|[\s,(])"
)


class Clock(NamedTuple):
    """A time of day as it is written; ``half`` is "a", "p" or "", ``zone`` "" where none is."""

    hour: int
    minute: int
    second: int
    half: str
    zone: str

    def on(self, day: date) -> datetime | None:
        """This time on a day, in UTC; ``None`` where there is no such time."""
        hour = self.hour
        if self.half:
            if not 1 <= hour <= 12:
                return None
            hour = hour % 12 + (12 if self.half == "p" else 0)
        try:
            read = datetime.combine(day, time(hour, self.minute, self.second), _zone(self.zone))
            return read.astimezone(UTC)
        except (ValueError, OverflowError):
            return None


class Shape(NamedTuple):
    """The figures of a text, and what they can be.

    ``figures`` are year, month, day for the kinds "year first" and "by name", and in the order of
    the text for "year last" and "short year"; ``is_partial`` where no day is written. ``number`` is
    set for the kind "number". ``is_padded``: day and month have two figures. ``is_whole``: all
    of the text is the date.
    """

    kind: Kind
    figures: tuple[int, int, int] = (0, 0, 0)
    number: float = 0
    separator: str = ""
    is_padded: bool = True
    is_partial: bool = False
    has_short_year: bool = False
    clock: Clock | None = None
    is_whole: bool = True

    def days(self, latest: int) -> dict[Order, date]:
        """The days that the figures can be, by their order.

        ``latest`` is the latest year that two figures can mean.
        """
        days = {order: self.day_in(order, latest) for order in ORDERS}
        return {order: day for order, day in days.items() if day is not None}

    def day_in(self, order: Order, latest: int) -> date | None:
        """The day that the figures are in one order, or ``None``."""
        if self.kind in ("year last", "short year") and order != "year first":
            first, second, year = self.figures
            month, day = (second, first) if order == "day first" else (first, second)
        elif self.kind == "year last" or order != "year first" or not self.is_padded:
            return None
        else:
            year, month, day = self.figures
        if self.has_short_year:
            year = latest - (latest - year) % 100
        if not FIRST_YEAR <= year <= LAST_YEAR:
            return None
        try:
            return date(year, month, day)
        except ValueError:  # such as the 30th of February
            return None


@functools.lru_cache(maxsize=8192)
def shape_of(raw: str) -> Shape | None:
    """The shape of a text; ``None`` where it is no date in any order."""
    if len(raw) > LONGEST:
        return None
    shape = _shape_of_figures(raw)
    if shape is not None and shape.is_whole:
        return shape
    text = " ".join(plain(raw).replace("_", " ").split())
    if "年" in text:
        text = text.replace("年", "-").replace("月", "-").replace("日", "").rstrip("-")
    while found := _NOTE.search(text):
        text = text[: found.start()]
    if found := _BASIC.match(text):
        year, month, day, *parts = found.groups("00")
        text = f"{year}-{month}-{day} {':'.join(parts)}{text[found.end() :]}"
    clock = None
    if found := _CLOCK.search(text):
        hour, minute, second, half, zone = found.groups("")
        clock = Clock(int(hour), int(minute), int(second or 0), half[:1], zone)
        text = f"{text[: found.start()]} {text[found.end() :]}".strip()
    text = text.strip(" ,")
    shape = _shape_of_figures(text) or _shape_by_name(text)
    if shape is None or clock is None:
        return shape
    return None if shape.kind == "number" else shape._replace(clock=clock)


def _shape_of_figures(text: str) -> Shape | None:
    if _NUMBER.fullmatch(text):
        # Nanoseconds have more figures than a float.
        return Shape("number", number=int(text) if text[1:].isdigit() else float(text))
    if found := _YEAR_FIRST.fullmatch(text):
        year, separator, month, day = found.groups()
        if day is None and (separator == " " or (separator == "." and len(month) < 2)):
            return None
        rest = text[found.end(4) :].strip() if day else ""
        return Shape(
            "year first",
            (int(year), int(month), int(day or 1)),
            separator=separator,
            is_partial=day is None,
            is_whole=not rest,
        )
    if found := _YEAR_LAST.fullmatch(text):
        first, separator, second, year = found.groups()
        return Shape(
            "year last" if len(year) == 4 else "short year",
            (int(first), int(second), int(year)),
            separator=separator,
            is_padded=len(first) == len(second) == 2,
            has_short_year=len(year) == 2,
        )
    if found := _MONTH_LAST.fullmatch(text):
        return Shape("year first", (int(found[2]), int(found[1]), 1), is_partial=True)
    return None


def _shape_by_name(text: str) -> Shape | None:
    named = day_by_name(text)
    if named is None:
        return None
    year, month_number, day = named
    return Shape(
        "by name",
        (int(year), month_number, int(day or 1)),
        is_partial=not day,
        has_short_year=len(year) == 2,
    )


def _zone(name: str) -> timezone:
    """A zone such as ``+02:00``; UTC where none is named. Raises `ValueError` for no zone."""
    offset = name.removeprefix("utc").removeprefix("gmt").replace(":", "")
    if not offset or offset == "z":
        return UTC
    size = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5] or 0))
    return timezone(-size if offset[0] == "-" else size)
