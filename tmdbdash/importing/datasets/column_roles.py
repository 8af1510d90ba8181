"""The field and the reader of each column of a file, by names and by whole columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tmdbdash.importing.datasets import genre_words, readers
from tmdbdash.importing.datasets.blocks import Source
from tmdbdash.importing.datasets.column_judging import (
    METRICS,
    Column,
    ColumnJudge,
    decimal_mark_of,
    rank_of,
)
from tmdbdash.importing.datasets.companies import hyphened_companies
from tmdbdash.importing.datasets.csv_header import field_of
from tmdbdash.importing.datasets.known_sets import (
    BY_IMDB,
    BY_TITLE,
    NO_METRICS,
    OF_IMDB,
    ORDINARY,
    KnownSet,
    recognise,
)
from tmdbdash.importing.datasets.problems import DatasetError
from tmdbdash.importing.datasets.survey import Survey
from tmdbdash.importing.datasets.vocabulary import (
    EXACT,
    FIELDS,
    MEDIA_TYPE,
    NEVER_OF_FILMS,
    NEVER_WITHOUT_RELEASE,
    OFTEN_TIMES,
    OTHER_THAN_FILMS,
    PERHAPS_MEDIA_TYPE,
    plain_name,
    squashed,
)

IGNORE = "-"
"""The field of a column that the user wants to be ignored."""

_OTHER_MARKS = re.compile(r"[,;|/\[{]")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file by field, and those that mark other things than films.

    ``others`` are the indexes of columns of such things, with a word for the thing; ``media_type``
    is the column with that word, ``perhaps_type`` one that may have it. ``never`` are those of
    ``others`` that no film has, ``unreleased`` those that no film without a release has.
    """

    by_field: Mapping[str, Column]
    ignored: tuple[str, ...]
    kind: KnownSet
    media_type: int | None = None
    perhaps_type: int | None = None
    others: tuple[tuple[int, str], ...] = ()
    never: frozenset[int] = frozenset()
    unreleased: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()


def find_columns(
    source: Source,
    survey: Survey,
    mapping: Mapping[str, str],
    *,
    today: date,
    kind: KnownSet | None = None,
) -> Columns:
    """The columns of a surveyed file; ``mapping`` is the user's own, from names to fields.

    ``kind`` is the well-known set that the file is of, where that is known already; by ``today``
    years of two figures are dated. Raises `DatasetError` where the mapping names a column that is
    not there.
    """
    names = source.names
    missing = [name for name in mapping if name not in names]
    if missing:
        raise DatasetError(
            f"has no column {', '.join(map(repr, missing))}, which --map names; "
            f"its columns are {', '.join(names)}"
        )
    known = kind or recognise(names)
    unused = frozenset() if known is None else known.unused
    meant = dict(known.meant) if known is not None else {}
    mapping = {name: meant[squashed(name)] for name in names if squashed(name) in meant} | dict(
        mapping
    )
    open_names = [
        (at, name)
        for at, name in enumerate(names)
        if mapping.get(name) != IGNORE and (name in mapping or squashed(name) not in unused)
    ]
    found: dict[str, Column] = {}
    judge = ColumnJudge(survey, today, decimal_mark_of(open_names, survey))
    for field in FIELDS:
        column = _choose(field, open_names, judge, mapping)
        if column is not None:
            found[field] = column
    _split_companies(found, survey)
    _take_times(found, open_names, judge)
    _take_imdb_ids_for_ids(found, open_names, judge)
    kind = known or _kind_of(found)
    if not source.texts:
        found |= {field: judge.with_others(column, open_names) for field, column in found.items()}
    used = {part.at for column in found.values() for part in (column, *column.others)}
    marks = {squashed(name): what for name, what in OTHER_THAN_FILMS.items()}
    media = [at for at, name in open_names if squashed(name) in map(squashed, MEDIA_TYPE)]
    # In the order of the marks: the surest first.
    others = [
        (at, what)
        for mark, what in marks.items()
        for at, name in open_names
        if squashed(name) == mark and at not in used
    ]
    perhaps = _named(open_names, PERHAPS_MEDIA_TYPE) - used
    return Columns(
        by_field=found,
        ignored=tuple(name or "(no name)" for at, name in enumerate(names) if at not in used),
        kind=kind,
        media_type=media[0] if media else None,
        perhaps_type=min(perhaps, default=None),
        others=tuple(others),
        never=_named(open_names, NEVER_OF_FILMS) - used,
        unreleased=_named(open_names, NEVER_WITHOUT_RELEASE) - used,
        notes=(kind.note,) if kind.note else (),
    )


def _named(names: Sequence[tuple[int, str]], wanted: Iterable[str]) -> frozenset[int]:
    """The indexes of columns with one of these names."""
    plain = set(map(squashed, wanted))
    return frozenset(at for at, name in names if squashed(name) in plain)


def _kind_of(found: Mapping[str, Column]) -> KnownSet:
    if "tmdb_id" in found:
        has_metrics = any(field in found for field in (*METRICS, "observed_at"))
        return ORDINARY if has_metrics else NO_METRICS
    if "imdb_id" not in found:
        return BY_TITLE
    # Votes and ratings beside IMDb's ids are IMDb's, unless they have TMDB's names.
    named = (found[field].name for field in METRICS if field in found)
    by_tmdb = "observed_at" in found or any(plain_name(name) in EXACT for name in named)
    return BY_IMDB if by_tmdb else OF_IMDB


def _choose(
    field: str, names: Sequence[tuple[int, str]], judge: ColumnJudge, mapping: Mapping[str, str]
) -> Column | None:
    for at, name in names:
        if mapping.get(name) == field:
            return judge.column(field, at, name)
    candidates = [
        (rank_of(field, name), at, name)
        for at, name in names
        if name not in mapping and field_of(name) == field
    ]
    for _, at, name in sorted(candidates):
        column = judge.column(field, at, name)
        sure = plain_name(name) in EXACT and field != "tmdb_id"
        if sure or judge.can_read(column):
            return column
    if field == "tmdb_id" and candidates:
        # Even with odd cells it is the file's id; IMDb's ids may be in another column.
        _, at, name = min(candidates)
        if not judge.can_read(Column(at, name, "imdb_id", readers.imdb_id)):
            return judge.column(field, at, name)
    return None


def _split_companies(found: dict[str, Column], survey: Survey) -> None:
    """Split companies at hyphens where genres are separated by hyphens."""
    genres, makers = found.get("genres"), found.get("production_companies")
    if genres is None or makers is None:
        return
    several = [
        value
        for value in survey.values(genres.at)
        if isinstance(value, str) and len(genre_words.read_genres(value).names) > 1
    ]
    hyphens = sum("-" in value and not _OTHER_MARKS.search(value) for value in several)
    if several and 2 * hyphens > len(several):
        found["production_companies"] = replace(
            makers, read=hyphened_companies, note="parted at hyphens"
        )


def _take_times(
    found: dict[str, Column], names: Sequence[tuple[int, str]], judge: ColumnJudge
) -> None:
    """A column that is often a time is one of observation where rows of one film differ by it.

    Where they do not, and the file has no other release, a ``date`` is the release.
    """
    if "observed_at" in found:
        return
    often = [squashed(name) for name in OFTEN_TIMES]
    times = [
        (often.index(squashed(name)), at, name) for at, name in names if squashed(name) in often
    ]
    for _, at, name in sorted(times):
        if at in judge.survey.times:
            column = judge.column("observed_at", at, name)
            if judge.can_read(column):
                found["observed_at"] = column
                return
    if "release_date" in found or "release_year" in found:
        return
    for at, name in names:
        if squashed(name) == "date":
            column = judge.column("release_date", at, name)
            if judge.can_read(column):
                found["release_date"] = column


def _take_imdb_ids_for_ids(
    found: dict[str, Column], names: Sequence[tuple[int, str]], judge: ColumnJudge
) -> None:
    """A column called ``id`` may hold IMDb's ids."""
    if "tmdb_id" in found or "imdb_id" in found:
        return
    for at, name in names:
        if field_of(name) == "tmdb_id":
            column = Column(at, name, "imdb_id", readers.imdb_id)
            if judge.survey.values(at) and judge.can_read(column):
                found["imdb_id"] = column
                return
