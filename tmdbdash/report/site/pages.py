"""The HTML of every page in every language. The only module that uses Jinja."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tmdbdash.report.data_scripts import to_json
from tmdbdash.report.i18n.catalogue import LOCALES, NAMES, Catalogue, load_catalogue
from tmdbdash.report.i18n.wording import day_text, month_names, number_text, share_text
from tmdbdash.report.installed import templates_folder
from tmdbdash.report.panels import FILM, PAGES, TMDB_SITE
from tmdbdash.report.panels.dashboard import Dashboard
from tmdbdash.report.panels.genre_shares import GenreShare
from tmdbdash.report.panels.parts import Page
from tmdbdash.report.panels.rank_paths import PLACES, RankPath
from tmdbdash.report.site import graphics
from tmdbdash.report.site.assets import Assets
from tmdbdash.report.site.hosting_files import meta_policy
from tmdbdash.report.site.links import Links
from tmdbdash.report.site.panel_views import Cell, panel_view
from tmdbdash.report.values import json_value

IN_NAVIGATION = tuple(page for page in PAGES if page.id != FILM.id)
WITHOUT_CHARTS = ("about", "films", "trends")
FOLDER = {locale: f"{locale}/" for locale in LOCALES}
"""The folder of each language that is not the site's own."""
ROW_HEIGHT = 10


@dataclass(frozen=True, slots=True)
class FilmHead:
    """What a film's own page says of it before scripts have run, as HTML."""

    title: str = ""
    line: str = ""
    described: str = ""
    figures: str = ""
    poster: str = ""
    image: str = ""
    tmdb: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """The site in one language: its texts, and the addresses that its pages use.

    ``links`` are those of a page in the language's folder; ``other`` is the other language.
    """

    dashboard: Dashboard
    assets: Assets
    catalogue: Catalogue
    links: Links

    @property
    def locale(self) -> str:
        """Its language."""
        return self.catalogue.locale

    @property
    def other(self) -> str:
        """The other language."""
        return next(locale for locale in LOCALES if locale != self.locale)

    @property
    def folder(self) -> str:
        """Its folder in the site's, empty or with a slash at its end."""
        return folder_of(self.locale, self.dashboard)


def folder_of(locale: str, dashboard: Dashboard) -> str:
    """A language's folder in the site's: the site's own language has none."""
    return "" if locale == dashboard.locale else FOLDER[locale]


def edition(locale: str, dashboard: Dashboard, assets: Assets, links: Links) -> Edition:
    """The site in this language, with ``links`` as they are in the site's folder."""
    root = "../" if folder_of(locale, dashboard) else ""
    own = replace(links, root=root)
    return Edition(dashboard, assets, load_catalogue(locale), own)


def main_html(page: Page, made: Edition) -> str:
    """What a page has in ``<main>``."""
    if made.dashboard.empty and page.id == "index":
        return _fill("empty.html.j2", page, made, made.links)
    if page.id == FILM.id:
        return _fill("film.html.j2", page, made, made.links, film=film_head(made))
    views = [
        panel_view(panel, made.dashboard.panels[panel.id], made.catalogue, made.links)
        for panel in page.panels
    ]
    return _fill("page.html.j2", page, made, made.links, views=views)


def page_html(page: Page, main: str, made: Edition, facts: Mapping[str, object]) -> str:
    """The whole page; ``facts`` are what its scripts need to know."""
    other_folder = folder_of(made.other, made.dashboard)
    return _fill(
        "base.html.j2",
        page,
        made,
        made.links,
        main=Markup(main),  # noqa: S704  # made by a template that escapes
        other_href=f"{made.links.root}{other_folder}{page.path}",
        facts=to_json(facts),
        lasting=False,
    )


def film_shell(made: Edition, head: FilmHead, facts: Mapping[str, object]) -> str:
    """The page of a film in the folder ``film/`` of its language.

    It has no time of its own, so that it changes with its film alone; scripts ask for the rest.
    """
    links = replace(made.links, root=made.links.root + "../", home="../")
    main = _fill("film.html.j2", FILM, made, links, film=head)
    other_folder = folder_of(made.other, made.dashboard)
    return _fill(
        "film_page.html.j2",
        FILM,
        made,
        links,
        film=head,
        facts=to_json(facts),
        main=Markup(main),  # noqa: S704  # made by a template that escapes
        other_href=f"{links.root}{other_folder}film/{head.tmdb}.html",
        lasting=True,
    )


def film_head(made: Edition) -> FilmHead:
    """The head of the page of any film, which scripts fill."""
    return FilmHead(
        title=made.catalogue.text("film.loading"),
        poster=Markup(
            '<img class="film-poster" data-part="poster" alt="" width="185" height="278" hidden>'
        ),
    )


@cache
def _environment(folder: Path) -> Environment:
    """The templates, compiled once for all the pages that a process makes."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals |= {"table_cell": table_cell}
    return environment


def table_cell(cell: Cell) -> Markup:
    """A cell's element: of a thousand cells, a template would take ten times as long."""
    classes = Markup.escape(cell.classes)
    if cell.links:
        inside = Markup(", ").join(
            Markup('<a href="{}" dir="auto">{}</a>').format(link.href, link.text)
            for link in cell.links
        )
        if cell.poster is not None:
            inside = Markup(
                '<span class="with-poster"><img class="poster" src="{}" alt="" width="34" '
                'height="51" loading="lazy">{}</span>'
            ).format(cell.poster, inside)
    elif cell.mark:
        inside = Markup('<span aria-hidden="true">{}</span><span class="unseen">{}</span>').format(
            cell.mark, cell.text
        )
        return Markup('<td class="{}" data-way="{}">{}</td>').format(classes, cell.way, inside)
    else:
        inside = Markup.escape(cell.text)
    if cell.picture is not None:
        hidden = " unseen" if cell.classes.startswith(("spark", "dots")) else ""
        inside = Markup('{}<span class="figure{}">{}</span>').format(cell.picture, hidden, inside)
    return Markup('<td class="{}">{}</td>').format(classes, inside)


def _fill(name: str, page: Page, made: Edition, links: Links, **parts: object) -> str:
    """The text of a template, from what every page has and ``parts`` of its own."""
    dashboard, catalogue = made.dashboard, made.catalogue
    locale = catalogue.locale
    template = _environment(templates_folder()).get_template(name)
    return template.render(
        say=catalogue.text,
        catalogue=catalogue,
        locale=locale,
        other=made.other,
        languages=NAMES,
        pages=IN_NAVIGATION,
        page=page,
        links=links,
        has_charts=page.id not in WITHOUT_CHARTS and not dashboard.empty,
        policy=meta_policy(posters=dashboard.posters),
        assets=made.assets,
        dashboard=dashboard,
        tmdb_site=TMDB_SITE,
        observed=_time_value(dashboard.observed_at),
        generated=_time_value(dashboard.generated_at),
        month_names=month_names(locale),
        number=lambda value, digits: number_text(value, digits, locale),
        share=lambda value: share_text(value, 0, locale),
        short_day=lambda at: day_text(at, locale),
        rank_rows=PLACES,
        rank_path=_rank_path,
        rank_days=lambda path: _rank_days(path, locale),
        share_line=_share_line,
        **parts,
    )


def _rank_path(path: RankPath) -> str:
    first, last = path.days[0].timestamp(), path.days[-1].timestamp()

    def x(index: int) -> float:
        return 1000 * (path.days[index].timestamp() - first) / max(1.0, last - first)

    def y(place: float) -> float:
        return ROW_HEIGHT * (place - 0.5)

    return graphics.steps(path.places, x, y)


def _rank_days(path: RankPath, locale: str) -> list[str]:
    """The first day, the middle one, and the last: each once."""
    ends = (path.days[0], path.days[len(path.days) // 2], path.days[-1])
    return list(dict.fromkeys(day_text(at, locale) for at in ends))


def _share_line(one: GenreShare, shown: list[GenreShare]) -> Markup:
    return graphics.line(one.shares, max(max(other.shares) for other in shown))


def _time_value(moment: datetime | None) -> Mapping[str, object]:
    """The value of a text's ``{time}``."""
    return {"time": {"kind": "time", "value": json_value(moment)}}
