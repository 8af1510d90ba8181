"""JSON files of films: one value a line, or one document; and recorded list answers."""

from __future__ import annotations

import codecs
import dataclasses
import json
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from tmdbdash.importing.datasets import values
from tmdbdash.importing.datasets.files import LONGEST_LINE, DataFile, DatasetError
from tmdbdash.importing.datasets.rows import ADULT, Row, Tick
from tmdbdash.records import FilmFacts
from tmdbdash.tmdb import cleaning
from tmdbdash.tmdb.answers import ListPage, parse_film, parse_list

ID_EXPORT_KEYS = frozenset({"adult", "id", "original_title", "popularity", "video"})
_TIME_FIRST = re.compile(rb'\s*\{\s*"observed_at"\s*:\s*"([^"\\]{4,40})"')
_GAP = re.compile(r"[\s,]*")


def shape_of(value: object) -> str | None:
    """What kind of record a JSON value is: "recorded", "list", "id_export", "film" or ``None``."""
    if not isinstance(value, dict):
        return None
    if "observed_at" in value and "body" in value:
        return "recorded"
    if isinstance(value.get("results"), list):
        return "list"
    if not value.keys() & {"id", "tmdb_id", "movie_id"}:
        return None
    if ID_EXPORT_KEYS >= value.keys() >= {"id", "original_title", "popularity"}:
        return "id_export"
    return "film" if value.keys() & {"title", "original_title"} else None


def read_rows(file: DataFile, *, document: bool) -> Iterator[Row]:
    """The films of a JSON file: list entries, detail answers, whole list answers or ID exports.

    ``document`` tells that the file is one JSON value (an array of films, or one answer) instead
    of one value a line. Raises `DatasetError` where the file is torn, or where a document's JSON
    is broken, after all films before that place.
    """
    for line, value, raw in document_values(file) if document else _line_values(file):
        if isinstance(value, dict) and isinstance(value.get("results"), list):
            yield from _list_rows(line, value, raw)
        else:
            yield _row(line, value, raw)


def newest_release(file: DataFile, until: date, *, document: bool) -> date | None:
    """The newest release date, up to a day, among the films with votes; ``None``: there is none."""
    newest: date | None = None
    for row in read_rows(file, document=document):
        facts = row.facts
        if facts is None or facts.release_date is None or not facts.vote_count:
            continue
        if facts.release_date <= until and (newest is None or facts.release_date > newest):
            newest = facts.release_date
    return newest


def read_ticks(file: DataFile) -> Iterator[Tick | Row]:
    """Recorded lists in order of time; lines of the same time are the pages of one list.

    A line that cannot be used comes as a `Row` with its reason. Files whose lines are not in
    order of time are sorted first, through a temporary file where they are packed.
    """
    held: list[tuple[int, datetime, ListPage]] = []
    for line, value, raw in _in_order_of_time(file):
        if isinstance(value, _Broken):
            yield Row(line, None, value.reason, raw)
            continue
        read = _recorded(value)
        if isinstance(read, str):
            yield Row(line, None, read, raw)
            continue
        observed_at, page = read
        if held and held[0][1] != observed_at:
            yield _tick(held)
            held = []
        held.append((line, observed_at, page))
    if held:
        yield _tick(held)


class _Broken:
    """In place of a value: a line that is no JSON, and why."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


def _tick(held: list[tuple[int, datetime, ListPage]]) -> Tick:
    pages: dict[int, ListPage] = {}
    for _, _, page in held:
        pages.setdefault(page.page, page)
    return Tick(held[0][0], len(held), held[0][1], tuple(pages.values()))


def _recorded(value: object) -> tuple[datetime, ListPage] | str:
    if not isinstance(value, dict) or "body" not in value:
        return "no recorded answer"
    observed_at = values.moment(value.get("observed_at"))
    if observed_at is None:
        return "no readable observed_at"
    try:
        return observed_at, parse_list(value["body"])
    except ValueError as error:
        return f"the body is no list answer: {error}"


def _row(line: int, value: object, raw: str) -> Row:
    if isinstance(value, _Broken):
        return Row(line, None, value.reason, raw)
    if not isinstance(value, dict):
        return Row(line, None, "no JSON object", raw)
    if "id" not in value:
        value = {**value, "id": value.get("tmdb_id", value.get("movie_id"))}
    facts = parse_film(value)
    if facts is None:
        adult = cleaning.whole(value.get("id"), least=1) is not None
        return Row(line, None, ADULT) if adult else Row(line, None, "no usable id", raw)
    seen_at = value.get("observed_at")
    observed_at = values.moment(seen_at)
    if seen_at is not None and observed_at is None:
        return Row(line, None, "no readable observed_at", raw)
    if facts.genres is None and value.get("genres"):
        facts = _with_genres(facts, value["genres"])
    return Row(line, facts, observed_at=observed_at)


def _list_rows(line: int, body: dict[str, Any], raw: str) -> Iterator[Row]:
    """The entries of a list answer; what they mean together, `parse_list` decides."""
    films = {film.tmdb_id: film for film in reversed(parse_list(body).films)}
    for entry in body["results"]:
        row = _row(line, entry, raw)
        yield row if row.facts is None else row._replace(facts=films[row.facts.tmdb_id])


def _with_genres(facts: FilmFacts, told: object) -> FilmFacts:
    """The facts with genres that a data set tells by names, which TMDB itself never does."""
    return dataclasses.replace(facts, genres=values.genre_names(told))


def _line_values(file: DataFile) -> Iterator[tuple[int, Any, str]]:
    for number, raw in enumerate(file.lines(), start=1):
        if raw.isspace():
            continue
        yield number, _parsed(raw), _shortened(raw)


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw.decode())
    except UnicodeDecodeError:
        return _Broken("not valid UTF-8")
    except ValueError as error:
        return _Broken(f"no valid JSON ({error})")
    except RecursionError:
        return _Broken("no valid JSON (nested too deep)")


def _shortened(raw: bytes) -> str:
    # Only an unusable row needs its text, and only its beginning; most rows are usable.
    return raw[:2000].decode("utf-8", "replace")


def _in_order_of_time(file: DataFile) -> Iterator[tuple[int, Any, str]]:
    times: list[tuple[datetime, int, int]] = []
    unknown = datetime.min.replace(tzinfo=UTC)
    ordered = True
    last = unknown
    offset = 0
    try:
        for number, raw in enumerate(file.lines(), start=1):
            if not raw.isspace():
                at = _time_of(raw) or last
                ordered = ordered and at >= last
                last = max(at, last)
                times.append((at, number, offset))
            offset += len(raw)
    except DatasetError:
        # A torn file is told of by the reading itself, after its sound lines.
        pass
    if ordered:
        yield from _line_values(file)
        return
    with tempfile.TemporaryFile() as plain:
        torn: DatasetError | None = None
        try:
            plain.writelines(file.lines())
        except DatasetError as error:
            torn = error
        for _, number, start in sorted(times):
            plain.seek(start)
            raw = plain.readline()
            yield number, _parsed(raw), _shortened(raw)
        if torn is not None:
            raise torn


def _time_of(raw: bytes) -> datetime | None:
    found = _TIME_FIRST.match(raw)
    if found is not None:
        return values.moment(found[1].decode("utf-8", "replace"))
    value = _parsed(raw)
    return values.moment(value.get("observed_at")) if isinstance(value, dict) else None


def document_values(file: DataFile) -> Iterator[tuple[int, Any, str]]:
    """The items of an array, or the one value of a document, decoded piece by piece."""
    decoder = json.JSONDecoder()
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    chunks = file.chunks()
    buffer, at, line, in_array, ended = "", 0, 1, None, False

    def more() -> bool:
        """Read on, as much again as is held, so that long values stay linear."""
        nonlocal buffer, at, ended
        parts = [buffer[at:]]
        goal = max(2 * len(parts[0]), 1)
        while sum(map(len, parts)) <= goal and not ended:
            chunk = next(chunks, b"")
            ended = not chunk
            parts.append(decode(chunk, final=ended))
        grown = len(parts) > 1 and any(parts[1:])
        buffer, at = "".join(parts), 0
        return grown

    more()
    while True:
        gap = _GAP.match(buffer, at)
        if gap is not None:
            line += buffer.count("\n", at, gap.end())
            at = gap.end()
        if at == len(buffer):
            if more():
                continue
            return
        if in_array is None:
            in_array = buffer[at] == "["
            at += in_array
            continue
        if in_array and buffer[at] == "]":
            return
        try:
            value, end = decoder.raw_decode(buffer, at)
        except (ValueError, RecursionError):
            if len(buffer) - at <= LONGEST_LINE and more():
                continue
            raise DatasetError(f"has broken JSON at line {line}") from None
        yield line, value, buffer[at : at + 2000]
        line += buffer.count("\n", at, end)
        at = end
