"""From a dashboard to the bytes of every published file. The only module that uses Jinja."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tmdbdash.report import dashboard as board
from tmdbdash.report.assets import Assets, build_assets
from tmdbdash.report.catalogue import NAMES, Catalogue, change_way, load_catalogue
from tmdbdash.report.dashboard import Dashboard
from tmdbdash.report.data_scripts import to_json
from tmdbdash.report.events import Event
from tmdbdash.report.feed import feed
from tmdbdash.report.film_files import NO_FILMS, FilmFiles
from tmdbdash.report.hosting_files import host_files, meta_policy
from tmdbdash.report.installed import templates_folder
from tmdbdash.report.layout import CHAPTERS, FILM_PAGE, PANELS, TMDB_SITE, Column, Panel
from tmdbdash.report.layout.browsing import FILMS, HISTORY
from tmdbdash.report.plain_tables import film_lines, history_lines
from tmdbdash.report.sections.timelines import FilmHistory
from tmdbdash.report.wording import MISSING

INDEX = "index.html"
TABLES = "tables.html"
DATA = "data.json"
DATA_SCRIPT = "data.js"
"""The same data as a classic script: a page from disk cannot fetch."""
FEED = "feed.xml"


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell, ready to be shown; ``href`` makes its text a link.

    ``mark`` stands in the text's place for those who see the page, coloured by ``way``.
    """

    text: str
    classes: str
    href: str | None
    mark: str
    way: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A column with the key of its heading."""

    column: Column
    key: str
    classes: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class PanelView:
    """A panel with the keys of its paragraphs, its headings, and its rows in words.

    Of a panel with a block of its own or a late table the browser fills in the rows.
    """

    panel: Panel
    words: tuple[str, ...]
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: bool


@dataclass(frozen=True, slots=True)
class ChapterView:
    """A chapter with its panels."""

    id: str
    panels: tuple[PanelView, ...]


NOWHERE = UUID(int=0)
"""In place of an installation's id, for a page of no database."""


def render(
    dashboard: Dashboard,
    films: FilmFiles = NO_FILMS,
    events: Sequence[Event] = (),
    installation: UUID = NOWHERE,
    site_url: str | None = None,
) -> dict[str, bytes]:
    """Every file of the published folder by its path there, in the order of writing.

    The page comes last: whoever reads it finds all that it names. The feed's ids are made from
    that of the ``installation``, its links from ``site_url``.
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
        "health.json": _file(board.health(dashboard)),
        "api/health.json": _file({"ok": True}),
        "api/summary.json": _file(board.summary(dashboard)),
        "api/predictions.json": _file(board.predictions(dashboard)),
        FEED: feed(dashboard, events, load_catalogue(dashboard.locale), installation, site_url),
        TABLES: _bytes(tables),
        DATA: _bytes(data + "\n"),
        DATA_SCRIPT: _bytes(f'tmdbdash.receive("data",{data});\n'),
        INDEX: _bytes(page),
    }


def _file(value: dict[str, Any]) -> bytes:
    return _bytes(to_json(value) + "\n")


def _bytes(text: str) -> bytes:
    """UTF-8; half a surrogate pair, which it cannot say, becomes a question mark."""
    return text.encode("utf-8", "replace")


def _build(dashboard: Dashboard, assets: Assets) -> str:
    """What an open page compares to see that it is of another make, and reloads itself."""
    layout = [
        (
            c.id,
            p.id,
            p.columns,
            p.charts,
            p.choices,
            p.half,
            p.folded,
            p.in_kiosk,
            p.block,
            p.lazy_table,
        )
        for c in CHAPTERS
        for p in c.panels
    ]
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
        """The panel; the rows of what the browser fills stay with the data."""
        records = dashboard.panels[panel.id]
        shown = () if panel.lazy_table or panel.block else records
        return _view(panel, shown, catalogue, empty=not records)

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
    histories: Sequence[FilmHistory] = dashboard.panels[HISTORY.id]
    without_line = replace(HISTORY, columns=HISTORY.columns[1:])  # so without its letter
    tables: list[tuple[Panel, Sequence[Any]]] = [
        (without_line, history_lines(histories)),
        *((panel, dashboard.panels[panel.id]) for panel in PANELS if panel.lazy_table),
        (FILMS, film_lines(films.columns, catalogue.genre)),
    ]
    views = [_view(panel, rows, catalogue, empty=not rows) for panel, rows in tables]
    return _filled("tables.html.j2", dashboard, assets, catalogue, views=views)


def _filled(
    name: str, dashboard: Dashboard, assets: Assets, catalogue: Catalogue, **parts: Any
) -> str:
    """A template with what every page has, and parts of its own."""
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


def _time_value(moment: datetime | None) -> dict[str, Any]:
    """A text's ``{time}``."""
    return {"time": {"kind": "time", "value": board.plain(moment)}}


def _view(panel: Panel, records: Sequence[Any], catalogue: Catalogue, *, empty: bool) -> PanelView:
    classes = [_classes(column, panel) for column in panel.columns]
    rows = tuple(
        tuple(
            _cell(*shown, record, catalogue) for shown in zip(panel.columns, classes, strict=True)
        )
        for record in records
    )
    return PanelView(
        panel,
        catalogue.words(panel.id),
        tuple(
            Heading(
                column,
                catalogue.column_key(panel.id, column.key),
                classes[place],
                _idle(column, classes[place], {row[place].text for row in rows}, len(rows)),
            )
            for place, column in enumerate(panel.columns)
        ),
        rows,
        empty=empty,
    )


def _idle(column: Column, classes: str, texts: set[str], rows: int) -> bool:
    """Whether a column has no value, or is minor and says the same in all rows; as tables.js."""
    minor = column.minor and column.kind != "time" and "chosen" not in classes
    return texts == {MISSING} or (minor and rows > 1 and len(texts) == 1)


def _classes(column: Column, panel: Panel) -> str:
    """How a column looks; one that a choice answers is "chosen": it goes where scripts run."""
    chosen = any(choice.key == column.key for choice in panel.choices)
    return column.kind + " minor" * column.minor + " chosen" * chosen


def _cell(column: Column, classes: str, record: Any, catalogue: Catalogue) -> Cell:
    mark = way = ""
    if column.kind == "change":
        places, is_new = getattr(record, column.key), record.is_new
        way = change_way(places, is_new=is_new)
        mark = catalogue.change_mark(places, is_new=is_new)
    return Cell(
        text=catalogue.cell(column, record),
        classes=classes,
        href=f"{FILM_PAGE}{record.tmdb_id}" if column.kind == "film" else None,
        mark=mark,
        way=way,
    )
