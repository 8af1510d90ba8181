"""A page of tracked films that tests browse, and what it then shows."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.parts import tracked_rows as tracked
from tests.parts.home import Home
from tests.parts.page import draw_all
from tmdbdash.report.films.film_files import film_files
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.site.folder import write_all
from tmdbdash.report.site.render import INDEX, render
from tmdbdash.serve import serving

QUICK, SELDOM = 120, 60_000


class Site:
    """A published page of tracked films, over http or from disk."""

    def __init__(self, home: Home, way: str) -> None:
        self.home, self.way = home, way
        self.out = home.path / "out"
        self.base = ""

    def publish(
        self,
        films: Mapping[int, str],
        *,
        risen: float = 0,
        poll: int = SELDOM,
        posters: bool = False,
        details: bool = True,
        **changes: Any,
    ) -> None:
        settings = self.home.settings(poll_interval_ms=poll, posters="remote" if posters else "off")
        rows = tracked.rows(films, risen=risen, **changes)
        now = datetime.now(UTC)
        files = (
            tracked.files(films, rows, risen=risen, posters=posters)
            if details
            else film_files(rows, (), posters=posters)
        )
        write_all(self.out, render(build_dashboard(rows, settings, now), files), now)

    def at(self, query: str = "") -> str:
        """The page's address with this query; where none is published yet, one of forty films."""
        if not (self.out / INDEX).exists():
            self.publish(tracked.titles(40))
        base = self.base or (self.out / INDEX).as_uri()
        return f"{base}?{query}" if query else base


@pytest.fixture
def http_site(home: Home) -> Iterator[Site]:
    yield from served(home, "http")


@pytest.fixture
def disk_site(home: Home) -> Iterator[Site]:
    yield from served(home, "disk")


def served(home: Home, way: str) -> Iterator[Site]:
    site = Site(home, way)
    if way == "disk":
        yield site
        return
    site.publish(tracked.titles(40))
    with serving(site.out) as server:
        site.base = server.url
        yield site


def listed(page: Any) -> list[list[str]]:
    found: list[list[str]] = page.locator("#films tbody tr").evaluate_all(
        "(rows) => rows.map((row) => Array.from(row.cells, (cell) => cell.textContent))"
    )
    return found


def listed_titles(page: Any) -> list[str]:
    return [row[1] for row in listed(page)]


def count(page: Any) -> str:
    text: str = page.locator("#films [data-part=count]").text_content()
    return text


def wait_for_count(page: Any, text: str) -> None:
    page.wait_for_function(  # null: a page from disk is just being read anew
        "(text) => document.querySelector('#films [data-part=count]')?.textContent === text",
        arg=text,
    )


def is_open(page: Any) -> bool:
    return bool(page.locator("#film").evaluate("(dialog) => dialog.open"))


def wait_for_facts(page: Any) -> None:
    page.locator("#film [data-part=body]").wait_for(state="visible")
    draw_all(page)


def drawn_lines(page: Any) -> list[dict[str, Any]]:
    draw_all(page)
    found: list[dict[str, Any]] = page.evaluate(
        """() => {
            const sets = tmdbdash.charts["history-lines"].data.datasets;
            return sets.filter((_, at) => at % 4 === 0).map((set, place) => ({
                label: set.label,
                colour: set.borderColor(),
                shape: set.pointStyle,
                points: set.data.length,
                last: set.data.length ? set.data.at(-1).y : null,
                dash: sets[4 * place + 1].borderDash,
                ahead: sets[4 * place + 1].data.length,
                band: [sets[4 * place + 2], sets[4 * place + 3]].map((edge) =>
                    edge.data.length ? edge.data.at(-1).y : null),
            }));
        }"""
    )
    return found
