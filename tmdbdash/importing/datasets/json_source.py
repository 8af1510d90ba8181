"""JSON records of documents in many forms: lines, arrays, pages, pandas' orients."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tmdbdash.importing.datasets.blocks import BLOCK, Block, Broken, batches
from tmdbdash.importing.datasets.csv_header import are_of_films, field_of
from tmdbdash.importing.datasets.json_values import JsonValue
from tmdbdash.importing.datasets.vocabulary import OFTEN_TIMES, squashed

MOST_NAMES = 1000
"""Most columns of a file; one with more is no table of films."""
LISTS = ("movies", "films", "results", "items", "data", "records", "entries", "rows", "pages")
DEEPEST = 4
_OFTEN_TIMES = {squashed(name) for name in OFTEN_TIMES}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.+Z-]+)?")
_METRICS = ("popularity", "vote_count", "vote_average")

Values = Callable[[], Iterator[JsonValue]]


class JsonSource:
    """Records that are JSON objects; pages of a list answer count as the entries they hold."""

    texts = False
    header = ""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._names: dict[str, int] = {}

    @property
    def names(self) -> Sequence[str]:
        """The names met so far."""
        return tuple(self._names)

    def blocks(self) -> Iterator[Block]:
        """The records, 1,000 at a time."""
        for batch in batches(_records(self._values()), BLOCK):
            yield self._block(batch)

    def _block(self, batch: Sequence[JsonValue]) -> Block:
        broken = [Broken(v.line, v.reason, v.raw) for v in batch if v.reason]
        sound = [v for v in batch if not v.reason]
        found: list[dict[str, object]] = [v.value for v in sound if isinstance(v.value, dict)]
        for record in found:
            if not record.keys() <= self._names.keys() and len(self._names) < MOST_NAMES:
                for name in record:
                    self._names.setdefault(name, len(self._names))
        columns = [[record.get(name) for record in found] for name in self._names]
        return Block([v.line for v in sound], columns, [v.raw for v in sound], broken)


def is_record(value: object) -> bool:
    """Whether a value is one film, one page of films, or a thing often taken for a film."""
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("results"), list) or are_of_films(value):
        return True
    if _unwrapped(value) is not value:
        return True
    return isinstance(value.get("body"), dict) and is_record(value["body"])


def records_within(value: object, depth: int = 0) -> list[object] | None:
    """The records of a document in another form; ``None`` where there are none.

    Understood: lists under names such as "movies" (nested too), objects of records by any key, and
    pandas' orients: split, records, index, columns, table, and columns as plain lists.
    """
    if depth > DEEPEST:
        return None
    if isinstance(value, list):
        return _records_in_list(value)
    if not isinstance(value, dict):
        return None
    if is_record(value) and not _is_by_column(value):
        return [value]
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):
        return _records_of_rows(value["columns"], value["data"])
    if _is_by_column(value):
        return _records_of_columns(value)
    inner = list(value.values())
    if inner and sum(map(is_record, inner)) * 2 > len(inner):
        return inner
    if len(value) > 1 and all(map(_DAY.fullmatch, value)):
        return _records_by_day(value, depth)
    named = [name for name in LISTS if name in value]
    named += [name for name in value if name not in LISTS]
    nested = [
        records_within(value[name], depth + 1)
        for name in named
        if isinstance(value[name], list | dict)
    ]
    found_in = [part for part in nested if part]
    if not found_in:
        return next((part for part in nested if part is not None), None)
    alike = [part for part in found_in if _are_alike(found_in[0], part)]
    if len(alike) < len(found_in) and not any(name in value for name in LISTS):
        return None
    return [record for part in alike for record in part]


def _records_by_day(value: Mapping[str, object], depth: int) -> list[object]:
    """The records of lists by day, each with the day on which its list was observed."""
    return [
        {"observed_at": day, **record} if isinstance(record, dict) else record
        for day, part in value.items()
        for record in records_within(part, depth + 1) or ()
    ]


def _are_alike(records: Sequence[object], others: Sequence[object]) -> bool:
    """Whether two lists are of the same things: most of the names of one are in the other."""
    names, more = (
        next((set(record) for record in part if isinstance(record, dict)), set[str]())
        for part in (records, others)
    )
    return 2 * len(names & more) > min(len(names), len(more))


def _records_in_list(items: list[object]) -> list[object] | None:
    if any(map(is_record, items)):
        return items
    first = items[0] if items else None
    if isinstance(first, list) and all(isinstance(name, str) for name in first):
        return _records_of_rows(first, items[1:])
    return None


def _records_of_rows(names: Sequence[object], rows: Sequence[object]) -> list[object] | None:
    if not are_of_films(map(str, names)):
        return None
    named = [str(name) for name in names]
    return [dict(zip(named, row, strict=False)) if isinstance(row, list) else row for row in rows]


def _is_by_column(value: Mapping[str, object]) -> bool:
    """Whether an object has the columns of a table as its members."""
    parts = [part for name, part in value.items() if field_of(name)]
    if len(parts) < 2 or not are_of_films(value):
        return False
    kind = type(parts[0])
    if kind not in (list, dict) or not all(type(part) is kind for part in parts):
        return False
    # A film may have two lists or objects in it, but its id and title are none.
    return all(isinstance(part, list | dict) for part in value.values())


def _records_of_columns(value: Mapping[str, object]) -> list[object]:
    by_row: dict[str, dict[str, object]] = {}
    for name, column in value.items():
        cells = (
            column.items()
            if isinstance(column, dict)
            else enumerate(column if isinstance(column, list) else [])
        )
        for row, cell in cells:
            by_row.setdefault(str(row), {})[name] = cell
    return list(by_row.values())


def _records(values: Iterable[JsonValue]) -> Iterator[JsonValue]:
    for found in values:
        if found.reason:
            yield found
            continue
        if isinstance(found.value, list) and any(map(is_record, found.value)):
            parts = ((part, json.dumps(part, ensure_ascii=False)) for part in found.value)
            yield from _records(JsonValue(found.line, part, raw) for part, raw in parts)
            continue
        if not isinstance(found.value, dict):
            yield found._replace(reason="no JSON object")
            continue
        page = _unwrapped(found.value)
        body = page.get("body")
        if isinstance(body, dict) and isinstance(body.get("results"), list):  # a recorded answer
            page = {**page, "results": body["results"]}
        if isinstance(page.get("results"), list):
            yield from _entries(found.line, page)
        else:
            yield found._replace(value=page)


def _unwrapped(value: dict[str, object]) -> dict[str, object]:
    """The one record that an object without a title has as a member; else the object.

    Such are ``_source`` in dumps of Elasticsearch, and ``movie`` in lists with ranks or notes.
    """
    for name, part in value.items():
        if isinstance(part, list) or (isinstance(part, str) and field_of(name) == "title"):
            return value
    inner = [part for part in value.values() if isinstance(part, dict) and are_of_films(part)]
    return inner[0] if len(inner) == 1 else value


def _entries(line: int, page: Mapping[str, object]) -> Iterator[JsonValue]:
    """The entries of a page, each with the page's time of observation."""
    entries = page["results"]
    assert isinstance(entries, list)  # noqa: S101  for the type checker: the caller has checked
    times = {
        name: value
        for name, value in page.items()
        if field_of(name) == "observed_at"
        or (squashed(name) in _OFTEN_TIMES and isinstance(value, str | int | float))
    }
    films = [entry for entry in entries if isinstance(entry, dict)]
    # TMDB left the metrics out of whole pages once (August 2026): there they are missing.
    complete = all({"popularity", "vote_count"} <= film.keys() for film in films)
    zero = not any(film.get("popularity") or film.get("vote_count") for film in films)
    blank = len(films) > 1 and complete and zero
    for entry in entries:
        if not isinstance(entry, dict):
            yield JsonValue(line, None, json.dumps(entry), "no JSON object")
            continue
        values = {n: v for n, v in entry.items() if not (blank and n in _METRICS)}
        yield JsonValue(line, times | values, json.dumps(times | values, ensure_ascii=False))
