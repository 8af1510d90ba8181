"""Readers for the cells of a column, chosen by all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from tmdbdash.importing.datasets import genre_words, locale_codes, people, readers
from tmdbdash.importing.datasets.cell_texts import is_blank
from tmdbdash.importing.datasets.companies import companies
from tmdbdash.importing.datasets.csv_header import field_of
from tmdbdash.importing.datasets.dates import DateStyle, judge_dates
from tmdbdash.importing.datasets.numbers import Mark, NumberStyle, judge_numbers
from tmdbdash.importing.datasets.ratings import judge_ratings
from tmdbdash.importing.datasets.readers import Reader
from tmdbdash.importing.datasets.runtimes import runtime
from tmdbdash.importing.datasets.survey import Survey, names_of
from tmdbdash.importing.datasets.understanding import WORTH_A_WARNING
from tmdbdash.importing.datasets.vocabulary import squashed

LEAST_READABLE = 0.5
"""A column whose name alone is no proof is used where so many of its values can be read."""
METRICS = ("popularity", "vote_count", "vote_average")

_TEXT_READERS: dict[str, Reader] = {
    "title": readers.title,
    "original_title": readers.title,
    "overview": readers.text,
    "language": locale_codes.language,
    "poster_path": readers.image_path,
    "backdrop_path": readers.image_path,
    "imdb_id": readers.imdb_id,
    "runtime": runtime,
    "status": readers.status,
    "tagline": readers.tagline,
    "homepage": readers.homepage,
    "collection": readers.collection,
    "production_companies": companies,
    "production_countries": locale_codes.countries,
    "spoken_languages": locale_codes.languages,
    "directors": people.directors,
    "cast": people.cast,
    "adult": readers.is_adult,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column that is used: its index, its name, its field, and the reader of its cells.

    ``note`` names an unusual way of writing. ``others`` are columns of the same field in JSON
    records that lack this one.
    """

    at: int
    name: str
    field: str
    read: Reader
    note: str = ""
    others: tuple[Column, ...] = ()


class ColumnJudge:
    """Makes columns, each by a sample of the whole file.

    ``today`` dates years of two figures, ``decimal`` is the mark that the file's fractions have.
    """

    def __init__(self, survey: Survey, today: date, decimal: Mark | None) -> None:
        self.survey = survey
        self._today = today
        self._decimal = decimal

    def can_read(self, column: Column) -> bool:
        """Whether at least half of a column's distinct values can be read as its field."""
        values = self.survey.values(column.at)
        filled = [value for value in values if not is_blank(value)]
        read = sum(column.read(value) is not None for value in filled)
        return read >= LEAST_READABLE * len(filled)

    def with_others(self, column: Column, names: Sequence[tuple[int, str]]) -> Column:
        """A column with those of the same field, in order of their names."""
        others = [
            (rank_of(column.field, name), self.column(column.field, at, name))
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


def rank_of(field: str, name: str) -> tuple[bool, int, int]:
    """The surest name first; of a join's twins the list's metrics and the details' facts.

    A name with a low line before it is a database's own, such as MongoDB's ``_id``.
    """
    plain = name.strip().casefold()
    ending = plain[-2:] if plain.endswith(("_x", "_y")) else ""
    order = ("", "_x", "_y") if field in METRICS else ("", "_y", "_x")
    bare = squashed(plain[:-2] if ending else plain)
    sure = names_of(field)
    index = sure.index(bare) if bare in sure else len(sure)
    return (plain.startswith("_"), order.index(ending), index)


def decimal_mark_of(names: Sequence[tuple[int, str]], survey: Survey) -> Mark | None:
    """The decimal mark that the columns of fractions show, where they show one."""
    for at, name in names:
        if field_of(name) in ("popularity", "vote_average"):
            mark = judge_numbers(survey.values(at)).decimal
            if mark is not None:
                return mark
    return None


def _unusual(words: str) -> str:
    """Words for an unusual notation of numbers, or ""."""
    return "" if words == "decimal points" else words


def _order(style: DateStyle) -> str:
    """Words for an unusual notation of dates, or ""."""
    if style.ambiguous:
        return f"{style.order}, which no value settles"
    return "" if style.order == "year first" else style.order


def _film_id(style: NumberStyle, raw: object) -> int | None:
    number = style.whole(raw, least=1)
    return style.whole(readers.film_number(raw), least=1) if number is None else number


def _genres(raw: object) -> tuple[str, ...] | None:
    return genre_words.read_genres(raw).names or None


def _unknown_words(values: Iterable[object]) -> str:
    """Parts that name no genre, the commonest first; "" where they are few."""
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
