"""Recorded list answers, one to a line with the time of its observation."""

from __future__ import annotations

import contextlib
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from tmdbdash.importing.datasets.dates import DateStyle
from tmdbdash.importing.datasets.json_values import JsonValue, line_values, parsed
from tmdbdash.importing.datasets.problems import DatasetError
from tmdbdash.importing.datasets.read_rows import Row, Tick
from tmdbdash.tmdb.answers import ListPage, parse_list

_TIME_FIRST = re.compile(r'\s*\{\s*"observed_at"\s*:\s*"([^"\\]{4,40})"')
_STYLE = DateStyle()

Lines = Callable[[], Iterator[str]]


def is_recording(value: object) -> bool:
    """Whether a JSON value is a recorded answer."""
    return isinstance(value, dict) and "observed_at" in value and "body" in value


def read_ticks(lines: Lines) -> Iterator[Tick | Row]:
    """Recorded lists in order of time; lines of the same time are the pages of one list.

    A line that cannot be used comes as a `Row` with its reason. Files whose lines are not in
    order of time are sorted first, through a temporary file. Raises `DatasetError` where the file
    is torn, after every list before that.
    """
    buffered: list[tuple[int, datetime, ListPage]] = []
    for line, value, raw, reason in _in_order_of_time(lines):
        read = reason or _recorded(value)
        if isinstance(read, str):
            yield Row(line, None, read, raw)
            continue
        observed_at, page = read
        if buffered and buffered[0][1] != observed_at:
            yield _tick(buffered)
            buffered = []
        buffered.append((line, observed_at, page))
    if buffered:
        yield _tick(buffered)


def _tick(buffered: list[tuple[int, datetime, ListPage]]) -> Tick:
    pages: dict[int, ListPage] = {}
    for _, _, page in buffered:
        pages.setdefault(page.page, page)
    return Tick(buffered[0][0], len(buffered), buffered[0][1], tuple(pages.values()))


def _recorded(value: object) -> tuple[datetime, ListPage] | str:
    if not isinstance(value, dict) or "body" not in value:
        return "no recorded answer"
    observed_at = _STYLE.moment(value.get("observed_at"))
    if observed_at is None:
        return "no readable observed_at"
    try:
        return observed_at, parse_list(value["body"])
    except ValueError as error:
        return f"the body is no list answer: {error}"


def _in_order_of_time(lines: Lines) -> Iterator[JsonValue]:
    if _are_ordered(lines):
        yield from line_values(lines())
        return
    times: list[tuple[datetime, int, int]] = []
    last = datetime.min.replace(tzinfo=UTC)
    torn: DatasetError | None = None
    with tempfile.TemporaryFile() as plain:
        try:
            for number, line in enumerate(lines(), start=1):
                if not line.isspace():
                    last = max(_time_of(line) or last, last)
                    times.append((_time_of(line) or last, number, plain.tell()))
                    plain.write(json.dumps(line).encode() + b"\n")
        except DatasetError as error:
            torn = error
        for _, number, start in sorted(times):
            plain.seek(start)
            line = json.loads(plain.readline())
            value, reason = parsed(line)
            yield JsonValue(number, value, line.rstrip("\r\n"), reason)
    if torn is not None:
        raise torn


def _are_ordered(lines: Lines) -> bool:
    last = datetime.min.replace(tzinfo=UTC)
    with contextlib.suppress(DatasetError):  # the second reading raises it again
        for line in lines():
            at = last if line.isspace() else _time_of(line) or last
            if at < last:
                return False
            last = at
    return True


def _time_of(line: str) -> datetime | None:
    found = _TIME_FIRST.match(line)
    if found is not None:
        return _STYLE.moment(found[1])
    value, _ = parsed(line)
    return _STYLE.moment(value.get("observed_at")) if isinstance(value, dict) else None
