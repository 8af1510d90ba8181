"""The people, keywords and certifications of films: read and written beside the rows of ``movies``.

A field that is empty in a `Movie` is left as it is stored: no source takes back what it has said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, TypeVar

from sqlalchemy import Table, select

from tmdbdash.records import ROLES, Certification, Keyword, Movie, Person
from tmdbdash.storage.dropping import drop_rows
from tmdbdash.storage.schema import film_certifications, film_keywords, film_people
from tmdbdash.storage.transactions import fetch_records_of, in_parts
from tmdbdash.storage.upserts import upsert

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

OF_FILMS = (film_people, film_keywords, film_certifications)
"""Tables of rows that belong to one film each."""
ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One row of ``film_people``."""

    tmdb_id: int
    role: str
    position: int
    person_id: int | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeywordRow:
    """One row of ``film_keywords``."""

    tmdb_id: int
    position: int
    keyword_id: int | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificationRow:
    """One row of ``film_certifications``."""

    tmdb_id: int
    country: str
    certification: str


Rows = TypeVar("Rows", PersonRow, KeywordRow, CertificationRow)


class PeopleFields(TypedDict):
    """The fields of `Movie` that are not in its row."""

    directors: tuple[Person, ...]
    writers: tuple[Person, ...]
    cast: tuple[Person, ...]
    keywords: tuple[Keyword, ...]
    certifications: tuple[Certification, ...]


def fetch_people(connection: Connection, ids: Collection[int]) -> dict[int, PeopleFields]:
    """The stored people, keywords and certifications of films, by film.

    Films that have none of them are left out.
    """
    people: dict[tuple[int, str], list[Person]] = defaultdict(list)
    for person in _rows_of(connection, PersonRow, film_people, ids):
        made = Person(name=person.name, person_id=person.person_id)
        people[person.tmdb_id, person.role].append(made)
    keywords: dict[int, list[Keyword]] = defaultdict(list)
    for word in _rows_of(connection, KeywordRow, film_keywords, ids):
        keywords[word.tmdb_id].append(Keyword(name=word.name, keyword_id=word.keyword_id))
    rated: dict[int, list[Certification]] = defaultdict(list)
    for row in _rows_of(connection, CertificationRow, film_certifications, ids):
        own = Certification(country=row.country, certification=row.certification)
        rated[row.tmdb_id].append(own)
    films = {film for film, _ in people} | keywords.keys() | rated.keys()
    return {
        film: {
            "directors": tuple(people.get((film, "director"), ())),
            "writers": tuple(people.get((film, "writer"), ())),
            "cast": tuple(people.get((film, "cast"), ())),
            "keywords": tuple(keywords.get(film, ())),
            "certifications": tuple(rated.get(film, ())),
        }
        for film in films
    }


def fetch_names(
    connection: Connection, field: str, films: Sequence[int], *, some: bool
) -> list[tuple[str, ...]]:
    """The names of the people of one field of `Movie`, in their order; one tuple a film.

    ``some``: these are not all films that are stored. Equal names are one object.
    """
    role = next(role for role, name in ROLES.items() if name == field)
    own = film_people.c
    query = select(own.tmdb_id, own.name).where(own.role == role)
    query = query.order_by(own.tmdb_id, own.position)
    queries = [query.where(own.tmdb_id.in_(part)) for part in in_parts(films)] if some else [query]
    names: dict[int, list[str]] = {}
    shared: dict[str, str] = {}
    reading = connection.execution_options(yield_per=ROWS_AT_ONCE)
    for part in queries:
        for rows in reading.execute(part).partitions():
            for film, name in rows:
                names.setdefault(film, []).append(shared.setdefault(name, name))
    nobody: list[str] = []
    return [tuple(names.get(film, nobody)) for film in films]


def save_people(connection: Connection, films: Collection[Movie]) -> None:
    """Store the people, keywords and certifications of films, where they differ from the stored.

    A field that has values replaces what is stored of it.
    """
    people = [
        PersonRow(
            tmdb_id=film.tmdb_id,
            role=role,
            position=position,
            person_id=person.person_id,
            name=person.name,
        )
        for film in films
        for role, field in ROLES.items()
        for position, person in enumerate(_people_of(film, field), start=1)
    ]
    _replace(connection, film_people, PersonRow, people, lambda row: (row.tmdb_id, row.role))
    keywords = [
        KeywordRow(
            tmdb_id=film.tmdb_id, position=position, keyword_id=word.keyword_id, name=word.name
        )
        for film in films
        for position, word in enumerate(film.keywords, start=1)
    ]
    _replace(connection, film_keywords, KeywordRow, keywords, lambda row: row.tmdb_id)
    certifications = [
        CertificationRow(
            tmdb_id=film.tmdb_id, country=rated.country, certification=rated.certification
        )
        for film in films
        for rated in film.certifications
    ]
    _replace(
        connection,
        film_certifications,
        CertificationRow,
        certifications,
        lambda row: row.tmdb_id,
    )


def _people_of(film: Movie, field: str) -> tuple[Person, ...]:
    people: tuple[Person, ...] = getattr(film, field)
    return people


def _rows_of(
    connection: Connection, record: Callable[..., Rows], table: Table, ids: Collection[int]
) -> list[Rows]:
    query = select(table).order_by(*table.primary_key.columns)
    return fetch_records_of(connection, record, query, table.c.tmdb_id, ids)


def _replace(
    connection: Connection,
    table: Table,
    record: Callable[..., Rows],
    wanted: Sequence[Rows],
    owner: Callable[[Rows], object],
) -> None:
    """Write the rows that are new or differ; drop those of the same owner that are not wanted."""
    if not wanted:
        return
    stored = _rows_of(connection, record, table, {row.tmdb_id for row in wanted})
    keys = table.primary_key.columns.keys()

    def by_key(rows: Iterable[Rows]) -> dict[tuple[object, ...], Rows]:
        return {tuple(getattr(row, name) for name in keys): row for row in rows}

    before, after = by_key(stored), by_key(wanted)
    owners = {owner(row) for row in wanted}
    surplus = [row for key, row in before.items() if key not in after and owner(row) in owners]
    for row in surplus:
        drop_rows(connection, table, *(table.c[name] == getattr(row, name) for name in keys))
    upsert(connection, table, [row for key, row in after.items() if before.get(key) != row])
