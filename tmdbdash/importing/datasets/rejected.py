"""A reject file, read again after a person has corrected its rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from tmdbdash.importing.datasets.json_values import JsonValue, line_values, parsed
from tmdbdash.importing.datasets.problems import DatasetError

Lines = Callable[[], Iterator[str]]
KEYS = frozenset({"line", "reason", "row", "header"})


def is_reject(value: object) -> bool:
    """Whether a JSON value is a line of a reject file."""
    return isinstance(value, dict) and {"line", "reason", "row"} <= value.keys() <= KEYS


def csv_lines(lines: Lines) -> Lines | None:
    """The lines of the CSV that the rejected rows are of; ``None`` where they were JSON."""
    header = next((v["header"] for v in _rejects(lines()) if "header" in v), None)
    if header is None:
        return None

    def read() -> Iterator[str]:
        yield f"{header}\n"
        for value in _rejects(lines()):
            yield from f"{value['row']}\n".splitlines(keepends=True)

    return read


def json_values(lines: Lines) -> Iterator[JsonValue]:
    """The rejected rows of a JSON file as values."""
    for number, value in enumerate(_rejects(lines()), start=1):
        found, reason = parsed(value["row"])
        yield JsonValue(number, found, value["row"], reason)


def _rejects(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    for line, value, _, reason in line_values(lines):
        if reason or not isinstance(value, dict) or not isinstance(value.get("row"), str):
            why = reason or "no rejected row"
            raise DatasetError(f"is a reject file whose line {line} is broken: {why}")
        yield {name: str(part) for name, part in value.items()}


def as_line(line: int, reason: str, row: str, header: str) -> str:
    """One rejected row as a line of a reject file.

    A byte that the file's encoding lacks is an escape.
    """
    values: dict[str, object] = {"line": line, "reason": reason, "row": row}
    if header:
        values["header"] = header
    text = json.dumps(values, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(values)
    return f"{text}\n"
