"""The bytes of every published file, made of a dashboard. The only module that uses Jinja."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from operator import attrgetter
from pathlib import Path
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tmdbdash.report.data_scripts import to_json
from tmdbdash.report.feed.atom import FEED, feed
from tmdbdash.report.feed.events import Event
from tmdbdash.report.films.film_files import NO_FILMS, FilmFiles
from tmdbdash.report.i18n.catalogue import NAMES, Catalogue, load_catalogue
from tmdbdash.report.installed import templates_folder
from tmdbdash.report.panels import CHAPTERS, FILM_PAGE, PANELS, TMDB_SITE
from tmdbdash.report.panels.all_films import FILMS
from tmdbdash.report.panels.dashboard import Dashboard, health, predictions, summary
from tmdbdash.report.panels.histories import HISTORY, FilmHistory
from tmdbdash.report.panels.parts import Panel
from tmdbdash.report.site.assets import Assets, build_assets
from tmdbdash.report.site.hosting_files import host_files, meta_policy
from tmdbdash.report.site.panel_views import ChapterView, PanelView, panel_view
from tmdbdash.report.site.plain_tables import film_lines, history_lines
from tmdbdash.report.values import json_value

INDEX = "index.html"
TABLES = "tables.html"
DATA = "data.json"
DATA_SCRIPT = "data.js"
"""The same data as a classic script: a page from disk cannot fetch."""
_LOOK = attrgetter(
    "columns", "charts", "choices", "half", "folded", "in_kiosk", "block", "lazy_table"
)
"""What the page shows of a panel whatever its rows."""
NOWHERE = UUID(int=0)
"""The installation's id where there is no database."""


def render(
    dashboard: Dashboard,
    films: FilmFiles = NO_FILMS,
    events: Sequence[Event] = (),
    installation: UUID = NOWHERE,
    site_url: str | None = None,
) -> dict[str, bytes]:
    """Every file of the published folder by its path there, in the order of writing.

    The page is the last one: the files that it names are there before it. The feed's ids are made
    from that of the ``installation``, its links from ``site_url``.
    """
    assets = build_assets()
    files = {"films": films.table, "shards": films.shards, "locales": assets.locales}
    data = to_json({"build": _build(dashboard, assets), "files": files, **dashboard.as_data()})
    page = _page(dashboard, assets, data)
    tables = _tables(dashboard, assets, films)
    return {
        **assets.files,
        **films.files,
        **host_files(posters=dashboard.posters),
        "health.json": _file(health(dashboard)),
        "api/health.json": _file({"ok": True}),
        "api/summary.json": _file(summary(dashboard)),
        "api/predictions.json": _file(predictions(dashboard)),
        FEED: feed(dashboard, events, load_catalogue(dashboard.locale), installation, site_url),
        TABLES: _bytes(tables),
        DATA: _bytes(data + "\n"),
        DATA_SCRIPT: _bytes(f'tmdbdash.receive("data",{data});\n'),
        INDEX: _bytes(page),
    }


def _file(value: object) -> bytes:
    return _bytes(to_json(value) + "\n")


def _bytes(text: str) -> bytes:
    """UTF-8; half a surrogate pair, which it cannot encode, becomes a question mark."""
    return text.encode("utf-8", "replace")


def _build(dashboard: Dashboard, assets: Assets) -> str:
    """A digest of all that a page is made of but data: an open page reloads where it differs."""
    layout = [(c.id, p.id, *_LOOK(p)) for c in CHAPTERS for p in c.panels]
    policy = meta_policy(posters=dashboard.posters)
    made_of = (sorted(assets.files), dashboard.version, dashboard.locale, policy, layout)
    digest = hashlib.sha256(repr(made_of).encode())
    for template in sorted(templates_folder().glob("*.j2")):
        digest.update(template.read_bytes())
    return f"{'empty' if dashboard.empty else 'full'}-{digest.hexdigest()[:12]}"


@cache
def _environment(folder: Path) -> Environment:
    """The templates, compiled once for all the pages that a process makes."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _page(dashboard: Dashboard, assets: Assets, data: str) -> str:
    catalogue = load_catalogue(dashboard.locale)

    def view(panel: Panel) -> PanelView:
        """The panel; scripts take the rows of a block or a lazy table from the data."""
        records = dashboard.panels[panel.id]
        shown = () if panel.lazy_table or panel.block else records
        return panel_view(panel, shown, catalogue, empty=not records)

    return _filled(
        "empty.html.j2" if dashboard.empty else "index.html.j2",
        dashboard,
        assets,
        catalogue,
        data=Markup(data),  # noqa: S704  # escaped by `to_json`
        chapters=[
            ChapterView(chapter.id, tuple(view(panel) for panel in chapter.panels))
            for chapter in CHAPTERS
        ],
    )


def _tables(dashboard: Dashboard, assets: Assets, films: FilmFiles) -> str:
    """The tables that scripts fill in on the page, for readers without scripts."""
    catalogue = load_catalogue(dashboard.locale)
    histories = [film for film in dashboard.panels[HISTORY.id] if isinstance(film, FilmHistory)]
    without_letter = replace(HISTORY, columns=HISTORY.columns[1:])  # which names a line of a chart
    tables: list[tuple[Panel, Sequence[object]]] = [
        (without_letter, history_lines(histories)),
        *((panel, dashboard.panels[panel.id]) for panel in PANELS if panel.lazy_table),
        (FILMS, film_lines(films.lines, catalogue.genre)),
    ]
    views = [panel_view(panel, rows, catalogue, empty=not rows) for panel, rows in tables]
    return _filled("tables.html.j2", dashboard, assets, catalogue, views=views)


def _filled(
    name: str, dashboard: Dashboard, assets: Assets, catalogue: Catalogue, **parts: object
) -> str:
    """The text of a template, from what every page has and ``parts`` of its own."""
    return (
        _environment(templates_folder())
        .get_template(name)
        .render(
            say=catalogue.text,
            catalogue=catalogue,
            languages=NAMES,
            policy=meta_policy(posters=dashboard.posters),
            assets=assets,
            dashboard=dashboard,
            film_page=FILM_PAGE,
            tmdb_site=TMDB_SITE,
            page_title="header.page_simulated" if dashboard.simulated else "header.page",
            observed=_time_value(dashboard.observed_at),
            generated=_time_value(dashboard.generated_at),
            **parts,
        )
    )


def _time_value(moment: datetime | None) -> dict[str, object]:
    """The value of a text's ``{time}``."""
    return {"time": {"kind": "time", "value": json_value(moment)}}
