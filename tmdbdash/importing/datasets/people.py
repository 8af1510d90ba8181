"""Names of people in one cell: of a film's directors, or of its cast."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tmdbdash.importing.datasets.cell_texts import is_blank
from tmdbdash.importing.datasets.list_cells import items_of
from tmdbdash.records import CAST, Person
from tmdbdash.tmdb import cleaning

MOST_DIRECTORS = 20
LARGEST_ID = 2**53
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv)\.?", re.IGNORECASE)
"""What is after a comma in a name: "Robert Downey, Jr."."""


def cast(raw: object) -> tuple[Person, ...] | None:
    """The first of the cast in a cell's text or in a JSON value; ``None`` for nobody."""
    return tuple(_people(items_of(raw)))[:CAST] or None


def directors(raw: object) -> tuple[Person, ...] | None:
    """The directors in a cell's text or in a JSON value; of a whole crew those with that job."""
    items = items_of(raw)
    jobs = any(isinstance(item, dict) and "job" in item for item in items)
    if jobs:
        items = [i for i in items if isinstance(i, dict) and i.get("job") == "Director"]
    return tuple(_people(items))[:MOST_DIRECTORS] or None


def _people(items: list[object]) -> Iterator[Person]:
    """Each person once; a suffix after a comma belongs to the name before it."""
    found: dict[str, Person] = {}
    last: str | None = None
    for item in items:
        value = item.get("name") if isinstance(item, dict) else item
        name = None if is_blank(value) else cleaning.line(value)
        if name is None or not any(map(str.isalpha, name)):  # a number of stars is no name
            continue
        if last is not None and _SUFFIX.fullmatch(name):
            before = found.pop(last)
            name, last = f"{last}, {name}", None
            found[name] = Person(name=name, person_id=before.person_id)
            continue
        number = item.get("id") if isinstance(item, dict) else None
        person_id = cleaning.whole(number, least=1, most=LARGEST_ID)
        found.setdefault(name, Person(name=name, person_id=person_id))
        last = name
    yield from found.values()
