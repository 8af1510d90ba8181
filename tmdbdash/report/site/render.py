"""The bytes of every published file, made of a dashboard."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from tmdbdash.report.data_scripts import digest_of, passing_script, to_json
from tmdbdash.report.feed.atom import FEED, feed
from tmdbdash.report.feed.events import Event
from tmdbdash.report.films.film_files import NO_FILMS, FilmFiles
from tmdbdash.report.i18n.catalogue import LOCALES, load_catalogue
from tmdbdash.report.installed import templates_folder
from tmdbdash.report.panels import PAGES
from tmdbdash.report.panels.dashboard import Dashboard, health, predictions, summary
from tmdbdash.report.site.assets import Assets, build_assets
from tmdbdash.report.site.film_pages import FilmPage, film_pages
from tmdbdash.report.site.hosting_files import host_files, meta_policy
from tmdbdash.report.site.links import Links
from tmdbdash.report.site.pages import edition, main_html, page_html
from tmdbdash.report.values import json_value

INDEX = "index.html"
DATA = "data.json"
LATEST, LATEST_SCRIPT = "latest.json", "latest.js"
"""What open pages ask for; the script is the same for pages from disk, which cannot fetch."""
_LOOK = attrgetter("columns", "charts", "choices", "half", "folded", "in_kiosk", "block")
"""What a page shows of a panel whatever its rows."""
NOWHERE = UUID(int=0)
"""The installation's id where there is no database."""


class Site(NamedTuple):
    """Files by their path in the published folder, in the order of writing, and films' pages."""

    files: dict[str, bytes]
    film_pages: Iterator[FilmPage]


def render_site(
    dashboard: Dashboard,
    films: FilmFiles = NO_FILMS,
    events: Sequence[Event] = (),
    installation: UUID = NOWHERE,
    site_url: str | None = None,
    *,
    posters: Mapping[int, str] | None = None,
    known_pages: Collection[int] = (),
) -> Site:
    """Every file of the published folder.

    ``index.html`` is the last of the ``files``: those that it names are there before it. Pages of
    films, of which there may be ten thousand, are made while they are written. The feed's ids are
    made from that of the ``installation``, its links from ``site_url``. ``posters`` are addresses
    by film; ``known_pages`` are films whose pages are in the folder: they stay as long as the film.
    """
    assets = build_assets()
    with_page = [f for f in films.lines if f.rank is not None or f.tmdb_id in known_pages]
    links = Links(own_pages={film.tmdb_id for film in with_page}, posters=posters or {})
    editions = [edition(locale, dashboard, assets, links) for locale in LOCALES]
    # The site's own language is the last one to be written.
    editions.sort(key=lambda made: made.folder == "")
    mains = {page.id: {e.locale: main_html(page, e) for e in editions} for page in PAGES}
    digests = {page: digest_of(_bytes(to_json(own))) for page, own in mains.items()}
    build = _build(dashboard, assets)
    state = {
        "generated_at": json_value(dashboard.generated_at),
        "observed_at": json_value(dashboard.observed_at),
        "failed": dashboard.failed is not None,
        "library": films.library,
    }
    latest = to_json({"build": build, **state, "pages": digests})
    lasting = {
        "build": build,
        "minutes": dashboard.ingest_minutes,
        "poll": dashboard.poll_interval_ms,
    }
    files = {
        **assets.files,
        **films.files,
        **host_files(posters=dashboard.posters),
        "health.json": _file(health(dashboard)),
        "api/health.json": _file({"ok": True}),
        "api/summary.json": _file(summary(dashboard)),
        "api/predictions.json": _file(predictions(dashboard)),
        FEED: feed(dashboard, events, load_catalogue(dashboard.locale), installation, site_url),
        DATA: _file(dashboard.as_data()),
        LATEST: _bytes(latest + "\n"),
        LATEST_SCRIPT: passing_script("latest", latest),
    }
    for made in editions:
        for page in reversed(PAGES):
            main, digest = mains[page.id][made.locale], digests[page.id]
            name = f"{page.id}-{made.locale}"
            files[f"assets/{name}.{digest}.js"] = passing_script(name, to_json(main))
            own = {**lasting, **state, "digest": digest}
            files[made.folder + page.path] = _bytes(page_html(page, main, made, own))
    pages = chain.from_iterable(film_pages(made, with_page, site_url, lasting) for made in editions)
    return Site(files, pages)


def _file(value: object) -> bytes:
    return _bytes(to_json(value) + "\n")


def _bytes(text: str) -> bytes:
    """UTF-8; half a surrogate pair, which it cannot encode, becomes a question mark."""
    return text.encode("utf-8", "replace")


def _build(dashboard: Dashboard, assets: Assets) -> str:
    """A digest of all that pages are made of but data: an open page reloads where it differs."""
    layout = [(page.id, p.id, *_LOOK(p)) for page in PAGES for p in page.panels]
    policy = meta_policy(posters=dashboard.posters)
    simulated = dashboard.simulated
    made_of = (sorted(assets.files), dashboard.version, dashboard.locale, policy, simulated, layout)
    digest = hashlib.sha256(repr(made_of).encode())
    for template in sorted(templates_folder().rglob("*.j2")):
        digest.update(template.read_bytes())
    return f"{'empty' if dashboard.empty else 'full'}-{digest.hexdigest()[:12]}"
