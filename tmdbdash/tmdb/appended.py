"""The blocks that TMDB appends to an answer of details: people, keywords, certifications.

They are as untrusted as the answer: a block that is absent, null or of another form says nothing,
and an item without a usable name is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypedDict

from tmdbdash.records import CAST, Certification, Keyword, Person
from tmdbdash.tmdb import cleaning

BLOCKS = "credits,keywords,release_dates"
"""What a request of details asks for beside them."""
MOST_ITEMS = 2_000
"""Items of a block that are read; the largest crews that TMDB has are below."""
MOST_PEOPLE = 20
"""Directors and writers of one film, each."""
MOST_KEYWORDS = 100
MOST_COUNTRIES = 250
LONGEST_CERTIFICATION = 20
LARGEST_ID = 2**53
"""Ids above it are no numbers of TMDB's."""
WRITING_JOBS = ("Writer", "Screenplay", "Author", "Story")
"""TMDB's jobs of the department "Writing" that count; the others are of drafts and of sources."""


class AppendedFacts(TypedDict):
    """The fields of `FilmFacts` that the blocks give, each ``None`` where one says nothing."""

    directors: tuple[Person, ...] | None
    writers: tuple[Person, ...] | None
    cast: tuple[Person, ...] | None
    keywords: tuple[Keyword, ...] | None
    certifications: tuple[Certification, ...] | None


def appended_facts(entry: Mapping[str, object]) -> AppendedFacts:
    """The facts of the appended blocks of one answer of details."""
    crew = list(_items(entry, "credits", "crew"))
    directors = [item for item in crew if item.get("job") == "Director"]
    writers = [item for item in crew if item.get("job") in WRITING_JOBS]
    cast = sorted(_items(entry, "credits", "cast"), key=_order)
    return {
        "directors": _people(directors, MOST_PEOPLE),
        "writers": _people(writers, MOST_PEOPLE),
        "cast": _people(cast, CAST),
        "keywords": _keywords(list(_items(entry, "keywords", "keywords"))),
        "certifications": _certifications(_items(entry, "release_dates", "results")),
    }


def _items(entry: Mapping[str, object], block: str, key: str) -> Iterator[Mapping[str, object]]:
    """The objects in a list of a block; none where it is absent, null or something else."""
    found = entry.get(block)
    items = found.get(key) if isinstance(found, dict) else None
    if isinstance(items, list):
        yield from (item for item in items[:MOST_ITEMS] if isinstance(item, dict))


def _order(item: Mapping[str, object]) -> int:
    """The place of an actor in the credits; those without one come last."""
    order = cleaning.whole(item.get("order"))
    return cleaning.LARGEST_INT if order is None else order


def _people(items: Sequence[Mapping[str, object]], most: int) -> tuple[Person, ...] | None:
    """The first people of these items, each once; ``None`` for nobody."""
    found: dict[object, Person] = {}
    for item in items:
        name = cleaning.line(item.get("name"))
        if name is not None:
            person_id = cleaning.whole(item.get("id"), least=1, most=LARGEST_ID)
            key = name if person_id is None else person_id
            found.setdefault(key, Person(name=name, person_id=person_id))
    return tuple(found.values())[:most] or None


def _keywords(items: Sequence[Mapping[str, object]]) -> tuple[Keyword, ...] | None:
    found: dict[str, Keyword] = {}
    for item in items:
        name = cleaning.line(item.get("name"))
        if name is not None:
            keyword_id = cleaning.whole(item.get("id"), least=1, most=LARGEST_ID)
            found.setdefault(name, Keyword(name=name, keyword_id=keyword_id))
    return tuple(found.values())[:MOST_KEYWORDS] or None


def _certifications(items: Iterator[Mapping[str, object]]) -> tuple[Certification, ...] | None:
    """The first certification of each country; ``None`` for none."""
    found: dict[str, Certification] = {}
    for item in items:
        country, releases = cleaning.country(item.get("iso_3166_1")), item.get("release_dates")
        if country is None or country in found or not isinstance(releases, list):
            continue
        texts = (
            cleaning.line(release.get("certification"), LONGEST_CERTIFICATION)
            for release in releases[:MOST_ITEMS]
            if isinstance(release, dict)
        )
        text = next(filter(None, texts), None)
        if text is not None:
            found[country] = Certification(country=country, certification=text)
    return tuple(sorted(found.values(), key=lambda own: own.country))[:MOST_COUNTRIES] or None
