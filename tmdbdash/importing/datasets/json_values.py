"""JSON values of texts, one to a line or in one document; a broken one spoils no other."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from tmdbdash.importing.datasets.data_files import LONGEST_LINE
from tmdbdash.importing.datasets.problems import DatasetError

_GAP = re.compile(r"[\s,]*")
_OBJECT = re.compile(r'\{\s*"')
_ARRAY_WITHIN = re.compile(
    r'\s*\{(?:\s*"(?:[^"\\]|\\.)*"\s*:\s*(?:"(?:[^"\\]|\\.)*"|[-\w.+]+)\s*,)*'
    r'\s*"(?:movies|films|results|items|data|records|entries|rows|pages)"\s*:\s*(?=\[\s*\{)'
)
"""An object up to the array of records in it."""
NEAR_THE_END = 64
"""Characters before the end of the buffer where a fault may be none: the value may go on."""


class JsonValue(NamedTuple):
    """A value with the line on which it begins and its text, or the reason why there is none."""

    line: int
    value: object
    raw: str
    reason: str = ""


def line_values(lines: Iterable[str]) -> Iterator[JsonValue]:
    """The value of each line that is neither blank nor a remark, without a comma after it."""
    for number, line in enumerate(lines, start=1):
        if line.isspace() or line.lstrip().startswith(("//", "#")):
            continue
        value, reason = parsed(line)
        if reason and line.rstrip().endswith("},"):
            value, reason = parsed(line.rstrip()[:-1])
        yield JsonValue(number, value, line.rstrip("\r\n"), reason)


def parsed(text: str) -> tuple[object, str]:
    """The value of a text, and the reason, or "", why it has none."""
    try:
        return json.loads(text), ""
    except ValueError as error:
        return None, f"no valid JSON ({error})"
    except RecursionError:
        return None, "no valid JSON (nested too deep)"


def array_values(chunks: Iterable[str], is_record: Callable[[object], bool]) -> Iterator[JsonValue]:
    """The items of a document's array, or its one value, decoded piece by piece.

    The array is the document, or the member of an object, such as "movies" or "results". After a
    broken item reading goes on at the next object that ``is_record`` and begins like those before
    it. Raises `DatasetError` where the document ends too early, after all sound items.
    """
    return _ArrayReader(chunks, is_record).values()


class _ArrayReader:
    """The buffered part of a document, and the reading's position in it."""

    def __init__(self, chunks: Iterable[str], is_record: Callable[[object], bool]) -> None:
        self._chunks = iter(chunks)
        self._is_record = is_record
        self._decoder = json.JSONDecoder()
        self._buffer = ""
        self._at = 0
        self._line = 1
        self._ended = False
        self._usual: frozenset[str] = frozenset()

    def values(self) -> Iterator[JsonValue]:
        self._read_on()
        within = _ARRAY_WITHIN.match(self._buffer)
        if within is not None:
            self._move(within.end())
        self._skip_gap()
        in_array = self._buffer[self._at : self._at + 1] == "["
        self._move(self._at + in_array)
        while True:
            if self._skip_gap():
                if in_array:
                    raise DatasetError(f"is cut short: its JSON does not end (line {self._line})")
                return
            if in_array and self._buffer[self._at] == "]":
                self._move(self._at + 1)
                goes_on = self._goes_on()
                if goes_on is None:
                    return
                in_array = goes_on
                continue
            found = self._next()
            if found is None:
                raise DatasetError(f"has broken JSON at line {self._line}")
            yield found

    def _goes_on(self) -> bool | None:
        """Go to the records that follow an array, in another array or in what is built around it.

        Returns whether they are in an array, ``None`` where none follow.
        """
        if self._skip_gap():
            return None
        within = _ARRAY_WITHIN.match(self._buffer, self._at)
        if within is not None:
            self._move(within.end())
        first = self._buffer[self._at]
        if first == "[":
            self._move(self._at + 1)
        elif first != "{":
            resumed = self._find_next_record()
            if resumed is None and not self._ended:  # too much to buffer, and films may follow
                raise DatasetError(
                    f"goes on behind its films in a way that is not understood (line {self._line})"
                )
            if resumed is None:
                return None
            self._move(resumed)
        return first != "{"

    def _skip_gap(self) -> bool:
        """Go to the next value; whether there is none."""
        while True:
            gap = _GAP.match(self._buffer, self._at)
            if gap is not None:
                self._move(gap.end())
            if self._at < len(self._buffer):
                return False
            if not self._read_on():
                return True

    def _next(self) -> JsonValue | None:
        """The value here, or the broken text up to the next one; ``None`` where none follows."""
        start, line = self._at, self._line
        value, end, reason = self._decode(start)
        start = self._at  # reading on has moved it
        if not reason:
            self._learn(value)
            raw = self._buffer[start:end]
            self._move(end)
            return JsonValue(line, value, raw)
        resumed = self._find_next_record()
        if resumed is None:
            return None
        raw = self._buffer[self._at : resumed].rstrip(" \t\r\n,")
        self._move(resumed)
        return JsonValue(line, None, raw, reason)

    def _decode(self, at: int) -> tuple[object, int, str]:
        while True:
            try:
                value, end = self._decoder.raw_decode(self._buffer, at)
                if end < len(self._buffer) or isinstance(value, dict | list) or self._ended:
                    return value, end, ""
                reason = "no valid JSON"  # a number that may go on
            except RecursionError:
                return None, at, "no valid JSON (nested too deep)"
            except json.JSONDecodeError as error:
                reason = f"no valid JSON ({error.msg})"
                near = error.pos > len(self._buffer) - NEAR_THE_END
                if not near and not error.msg.startswith("Unterminated"):
                    return None, at, reason
            if len(self._buffer) - at > LONGEST_LINE:
                return None, at, reason
            relative = at - self._at
            if not self._read_on():
                return None, self._at + relative, reason
            at = self._at + relative

    def _find_next_record(self) -> int | None:
        """The index of the next object like a record, after the broken one."""
        searched = 1
        while True:
            for found in _OBJECT.finditer(self._buffer, self._at + searched):
                relative = found.start() - self._at
                value, _, reason = self._decode(found.start())
                if not reason and self._looks_usual(value):
                    return self._at + relative
                searched = relative + 1
                if self._buffer[self._at + relative : self._at + relative + 1] != "{":
                    break
            else:
                if len(self._buffer) - self._at > LONGEST_LINE or not self._read_on():
                    return None

    def _learn(self, value: object) -> None:
        if not self._usual and isinstance(value, dict) and self._is_record(value):
            self._usual = frozenset(value)

    def _looks_usual(self, value: object) -> bool:
        if not isinstance(value, dict) or not self._is_record(value):
            return False
        return not self._usual or 2 * len(self._usual & value.keys()) > len(self._usual)

    def _move(self, at: int) -> None:
        self._line += self._buffer.count("\n", self._at, at)
        self._at = at

    def _read_on(self) -> bool:
        """Read as much again as is buffered, so that time is linear; whether there was any."""
        parts = [self._buffer[self._at :]]
        goal = max(2 * len(parts[0]), 1)
        while sum(map(len, parts)) <= goal and not self._ended:
            chunk = next(self._chunks, "")
            self._ended = not chunk
            parts.append(chunk)
        self._buffer, self._at = "".join(parts), 0
        return any(parts[1:])
