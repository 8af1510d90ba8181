"""Events as an Atom document (RFC 4287), in the page's language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from uuid import UUID, uuid5
from xml.etree import ElementTree

from tmdbdash.report.feed.events import Event
from tmdbdash.report.i18n.catalogue import Catalogue
from tmdbdash.report.panels import FILM_PAGE, TMDB_SITE
from tmdbdash.report.panels.dashboard import Dashboard
from tmdbdash.report.values import isolated, json_value

ATOM = "http://www.w3.org/2005/Atom"
INDEX, FEED = "index.html", "feed.xml"
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML 1.0 does not allow, not even by their numbers."""


def feed(
    dashboard: Dashboard,
    events: Sequence[Event],
    catalogue: Catalogue,
    installation: UUID,
    site_url: str | None = None,
) -> bytes:
    """The feed's bytes.

    Links to itself and to the page are absolute below ``site_url``; without one they are relative,
    which RFC 4287 resolves against the address that the feed was loaded from.

    The same event has the same id and time in every feed of this ``installation``; the feed of
    another one, of other lists at other times, has others.
    """
    space = uuid5(installation, "simulated" if dashboard.simulated else "real")
    text = catalogue.text
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": catalogue.locale})
    _add(root, "id", uuid5(space, "feed").urn)
    _add(root, "title", text("feed.title_simulated" if dashboard.simulated else "feed.title"))
    _add(root, "subtitle", text("feed.subtitle"))
    day = datetime.combine(dashboard.generated_at.date(), time(), UTC)
    _add(root, "updated", _time(max((event.observed_at for event in events), default=day)))
    page, itself = (INDEX, FEED) if site_url is None else (site_url, site_url + FEED)
    _add(root, "link", rel="self", type="application/atom+xml", href=itself)
    _add(root, "link", rel="alternate", type="text/html", href=page)
    _add(ElementTree.SubElement(root, "author"), "name", "tmdbdash")
    _add(root, "generator", "tmdbdash", version=dashboard.version)
    _add(root, "rights", f"{text('footer.attribution')} {TMDB_SITE}")
    for event in events:
        _add_entry(root, event, space, catalogue)
    ElementTree.indent(root)
    xml = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{xml}\n'.encode()


def _add_entry(root: ElementTree.Element, event: Event, space: UUID, catalogue: Catalogue) -> None:
    values = {
        "title": isolated(" ".join(event.title.split())),
        "day": {"kind": "date", "value": json_value(event.day)},
        "popularity": _figure(event.popularity, 1),
        "before": _figure(event.before, 1),
        "times": _figure(event.ratio, 1),
        "place": event.place,
    }
    entry = ElementTree.SubElement(root, "entry")
    _add(entry, "id", uuid5(space, f"{event.kind} {event.day} {event.tmdb_id}").urn)
    _add(entry, "title", catalogue.text(f"feed.{event.kind}", **values))
    _add(entry, "published", _time(event.observed_at))
    _add(entry, "updated", _time(event.observed_at))
    _add(entry, "link", rel="alternate", type="text/html", href=f"{FILM_PAGE}{event.tmdb_id}")
    _add(entry, "category", term=event.kind)
    _add(entry, "summary", catalogue.text(f"feed.{event.kind}_summary", **values))


def _add(
    parent: ElementTree.Element, name: str, text: str | None = None, **attributes: str
) -> None:
    element = ElementTree.SubElement(parent, name, attributes)
    element.text = None if text is None else _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _time(moment: datetime) -> str:
    """A moment as Atom writes it."""
    return str(json_value(moment))


def _figure(value: float | None, digits: int) -> dict[str, object]:
    return {"kind": "number", "value": value, "digits": digits}
