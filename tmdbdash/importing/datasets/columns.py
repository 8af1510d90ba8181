"""Which column of a file is read as what, and how: judged by names and by whole columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from tmdbdash.importing.datasets import genre_words, places, readers
from tmdbdash.importing.datasets.blocks import Source
from tmdbdash.importing.datasets.companies import MOST_COMPANIES, companies
from tmdbdash.importing.datasets.csv_header import field_of
from tmdbdash.importing.datasets.dates import DateStyle, judge_dates
from tmdbdash.importing.datasets.files import DatasetError
from tmdbdash.importing.datasets.known_sets import (
    BY_IMDB,
    BY_TITLE,
    NO_METRICS,
    OF_IMDB,
    ORDINARY,
    KnownSet,
    recognise,
)
from tmdbdash.importing.datasets.numbers import Mark, NumberStyle, judge_numbers
from tmdbdash.importing.datasets.ratings import judge_ratings
from tmdbdash.importing.datasets.readers import Reader
from tmdbdash.importing.datasets.runtimes import runtime
from tmdbdash.importing.datasets.survey import Survey, names_of
from tmdbdash.importing.datasets.understanding import WORTH_A_WARNING
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
from tmdbdash.tmdb import cleaning

IGNORE = "-"
"""The field of a column that the user wants to be left alone."""
LEAST_READABLE = 0.5
"""A column whose name alone is no proof is used where so many of its values can be read."""
METRICS = ("popularity", "vote_count", "vote_average")

WITH_HYPHENS = ("Metro-Goldwyn-Mayer", "Twentieth Century-Fox", "20th Century-Fox")
"""Companies that are whole in lists parted at hyphens."""
_OTHER_MARKS = re.compile(r"[,;|/\[{]")

_TEXT_READERS: dict[str, Reader] = {
    "title": readers.title,
    "original_title": readers.title,
    "overview": readers.text,
    "language": places.language,
    "poster_path": readers.image_path,
    "backdrop_path": readers.image_path,
    "imdb_id": readers.imdb_id,
    "runtime": runtime,
    "status": readers.status,
    "tagline": readers.tagline,
    "homepage": readers.homepage,
    "collection": readers.collection,
    "production_companies": companies,
    "production_countries": places.countries,
    "spoken_languages": places.languages,
    "adult": readers.is_adult,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is used: where it stands, its name, its field, and how its cells are read.

    ``note`` says how it is written, where one has to know that. ``others`` are columns of the same
    field that JSON records have which lack this one.
    """

    at: int
    name: str
    field: str
    read: Reader
    note: str = ""
    others: tuple[Column, ...] = ()


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file by field, and what they say of the file as a whole.

    ``others`` are the positions of columns that records of other things than films have, and what
    these things are; ``media_type`` is the column that says so itself, ``perhaps_type`` one that
    may say so. ``never`` are those of ``others`` that no film has, ``unreleased`` those that no
    film has which was not released.
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
    judge = _Judge(survey, today, _decimal_mark(open_names, survey))
    for field in FIELDS:
        column = _choose(field, open_names, judge, mapping)
        if column is not None:
            found[field] = column
    _part_companies(found, survey)
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
    """The positions of columns with one of these names."""
    plain = set(map(squashed, wanted))
    return frozenset(at for at, name in names if squashed(name) in plain)


def _kind_of(found: Mapping[str, Column]) -> KnownSet:
    if "tmdb_id" in found:
        told = any(field in found for field in (*METRICS, "observed_at"))
        return ORDINARY if told else NO_METRICS
    if "imdb_id" not in found:
        return BY_TITLE
    # Votes and ratings beside IMDb's ids are IMDb's, unless they are called as TMDB calls them.
    named = (found[field].name for field in METRICS if field in found)
    told = "observed_at" in found or any(plain_name(name) in EXACT for name in named)
    return BY_IMDB if told else OF_IMDB


def _choose(
    field: str, names: Sequence[tuple[int, str]], judge: _Judge, mapping: Mapping[str, str]
) -> Column | None:
    for at, name in names:
        if mapping.get(name) == field:
            return judge.column(field, at, name)
    candidates = [
        (_rank(field, name), at, name)
        for at, name in names
        if name not in mapping and field_of(name) == field
    ]
    for _, at, name in sorted(candidates):
        column = judge.column(field, at, name)
        sure = plain_name(name) in EXACT and field != "tmdb_id"
        if sure or judge.can_read(column):
            return column
    if field == "tmdb_id" and candidates:
        # Odd as its cells are, it is what the file has; but IMDb's ids are looked for elsewhere.
        _, at, name = min(candidates)
        if not judge.can_read(Column(at, name, "imdb_id", readers.imdb_id)):
            return judge.column(field, at, name)
    return None


def _rank(field: str, name: str) -> tuple[bool, int, int]:
    """The surest name first; of a join's twins the list's metrics and the details' facts.

    A name with a low line before it is a database's own, such as MongoDB's ``_id``.
    """
    plain = name.strip().casefold()
    ending = plain[-2:] if plain.endswith(("_x", "_y")) else ""
    order = ("", "_x", "_y") if field in METRICS else ("", "_y", "_x")
    bare = squashed(plain[:-2] if ending else plain)
    sure = names_of(field)
    place = sure.index(bare) if bare in sure else len(sure)
    return (plain.startswith("_"), order.index(ending), place)


def _decimal_mark(names: Sequence[tuple[int, str]], survey: Survey) -> Mark | None:
    """The decimal mark that the columns of fractions show, where they show one."""
    for at, name in names:
        if field_of(name) in ("popularity", "vote_average"):
            mark = judge_numbers(survey.values(at)).decimal
            if mark is not None:
                return mark
    return None


class _Judge:
    """Makes columns, by what the whole file shows of each."""

    def __init__(self, survey: Survey, today: date, decimal: Mark | None) -> None:
        self.survey = survey
        self._today = today
        self._decimal = decimal

    def can_read(self, column: Column) -> bool:
        """Whether at least half of a column's distinct values can be read as its field."""
        values = self.survey.values(column.at)
        filled = [value for value in values if not readers.is_blank(value)]
        read = sum(column.read(value) is not None for value in filled)
        return read >= LEAST_READABLE * len(filled)

    def with_others(self, column: Column, names: Sequence[tuple[int, str]]) -> Column:
        """A column with those that mean the same, in order of their names."""
        others = [
            (_rank(column.field, name), self.column(column.field, at, name))
            for at, name in names
            if at != column.at and field_of(name) == column.field
        ]
        others.sort(key=lambda pair: pair[0])
        return replace(column, others=tuple(o for _, o in others if self.can_read(o)))

    def column(self, field: str, at: int, name: str) -> Column:
        """A column as it is to be read for a field."""
        values = self.survey.values(at)
        if field in _TEXT_READERS:
            return Column(at, name, field, _TEXT_READERS[field])
        if field in ("genres", "genre_ids"):
            return Column(at, name, field, _genres, _unknown_words(values))
        if field in ("release_date", "release_year", "observed_at"):
            days = judge_dates(values, today=self._today)
            read = days.moment if field == "observed_at" else days.day
            return Column(at, name, field, read, _order(days))
        if field == "vote_average":
            ratings = judge_ratings(values, decimal=self._decimal)
            return Column(at, name, field, ratings.rating, _unusual(ratings.words))
        if field == "popularity":
            reals = judge_numbers(values, decimal=self._decimal)
            return Column(at, name, field, reals.real, _unusual(reals.words))
        wholes = judge_numbers(values, whole=True)
        if field == "tmdb_id":
            return Column(at, name, field, partial(_film_id, wholes))
        counts = wholes.dollars if field in ("budget", "revenue") else wholes.whole
        return Column(at, name, field, counts, _unusual(wholes.words))


def _unusual(words: str) -> str:
    """How numbers are written, where that is not the usual way."""
    return "" if words == "decimal points" else words


def _order(style: DateStyle) -> str:
    """How dates are written, where that is not the usual way."""
    if style.ambiguous:
        return f"{style.order}, which no value settles"
    return "" if style.order == "year first" else style.order


def _film_id(style: NumberStyle, raw: object) -> int | None:
    number = style.whole(raw, least=1)
    return style.whole(readers.film_number(raw), least=1) if number is None else number


def _genres(raw: object) -> tuple[str, ...] | None:
    return genre_words.read_genres(raw).names or None


def _unknown_words(values: Iterable[object]) -> str:
    """What of the genres was not understood, the commonest first; "" where it was little."""
    unknown: Counter[str] = Counter()
    cells = 0
    for value in values:
        found = genre_words.read_genres(value)
        cells += bool(found.names or found.unknown)
        unknown.update(dict.fromkeys(found.unknown, 1))
    if unknown.total() <= WORTH_A_WARNING * cells:
        return ""
    words = ", ".join(repr(word) for word, _ in unknown.most_common(3))
    return f"not understood: {words}"


def _part_companies(found: dict[str, Column], survey: Survey) -> None:
    """Where hyphens stand between genres, they stand between companies too."""
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
            makers, read=_hyphened_companies, note="parted at hyphens"
        )


def _hyphened_companies(raw: object) -> tuple[str, ...] | None:
    if not isinstance(raw, str):
        return companies(raw)
    whole = raw
    for name in WITH_HYPHENS:
        whole = whole.replace(name, name.replace("-", "\0"))
    names = (cleaning.line(part.replace("\0", "-")) for part in whole.split("-"))
    kept = tuple(dict.fromkeys(name for name in names if name and not readers.is_blank(name)))
    return kept[:MOST_COMPANIES] or None


def _take_times(found: dict[str, Column], names: Sequence[tuple[int, str]], judge: _Judge) -> None:
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
    found: dict[str, Column], names: Sequence[tuple[int, str]], judge: _Judge
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
