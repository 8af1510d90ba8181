"""Feeds and their events, as tests read them."""

from collections.abc import Sequence
from xml.etree import ElementTree

from tests.parts import sample_rows as sample
from tmdbdash.report.feed.events import Event

ATOM = "{http://www.w3.org/2005/Atom}"
FILMS = [sample.film(n, vote_count=100) for n in range(1, 41)]


def read(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)


def text(element: ElementTree.Element, name: str) -> str:
    found = element.find(ATOM + name)
    assert found is not None, name
    assert found.text, name
    return found.text


def told(events: Sequence[Event]) -> list[tuple[str, int, str]]:
    return [(one.kind, one.tmdb_id, one.day.isoformat()) for one in events]
