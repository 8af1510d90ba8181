"""The page in headless Chromium: from navigation to everything drawn, from a loopback server.

``python -m benchmarks.page [FILMS]``: 10,000 films by default, beside a page with nothing on it
that loads Chart.js alone.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import Sample, publish, table
from tests.parts import tracked_rows as tracked
from tests.parts.chromium import QUIET, find_chromium
from tmdbdash.report.panels import PANELS
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.site.folder import write_all
from tmdbdash.report.site.render import render
from tmdbdash.serve import Preview, serving
from tmdbdash.settings import Settings, load_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

FILMS = 10_000
LOADS = 9
VIEWPORT: ViewportSize = {"width": 1280, "height": 900}

CHARTS_ALONE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Chart.js alone</title>
<script src="{chart_js}" defer></script></head><body></body></html>
"""
FIRST_VIEW = """() => {
    const seen = [...document.querySelectorAll(".chart canvas")].filter((canvas) => {
        const { top, bottom, height } = canvas.getBoundingClientRect();
        return height && bottom > 0 && top < innerHeight;
    });
    return seen.length > 0 && seen.every((canvas) => window.tmdbdash?.charts?.[canvas.id]);
}"""
EVERYTHING = """() => {
    if (!window.tmdbdash?.drawAll || !document.documentElement.dataset.ready) return false;
    tmdbdash.drawAll();
    const films = document.getElementById("films");
    if (!films.classList.contains("loaded")) {
        const asked = new FocusEvent("focusin", { bubbles: true });
        films.querySelector("thead button").dispatchEvent(asked);
        return false;
    }
    return document.querySelectorAll("#films tbody tr").length > 0;
}"""
ALONE = """() => Boolean(window.Chart)"""
PAINTED = """() => new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
})"""
"""Milliseconds from navigation to the end of the frame that shows what has been drawn."""


def main(films: int = FILMS, loads: int = LOADS) -> None:
    """Measure and publish."""
    with site(films) as (server, charts), chromium() as browser:
        pages: dict[str, tuple[str, str]] = {
            "an empty page with Chart.js alone": (server.url + "alone.html", ALONE),
            "the page, what is seen first drawn": (server.url, FIRST_VIEW),
            "the page, all charts and the table of films drawn": (server.url, EVERYTHING),
        }
        seconds: dict[str, list[float]] = {name: [] for name in pages}
        for load in range(loads + 1):
            for name, (address, drawn) in pages.items():
                took = one_load(browser, address, drawn, charts if drawn is EVERYTHING else 0)
                if load:
                    seconds[name].append(took)
    measured = {name: Sample(tuple(all_of), 0) for name, all_of in seconds.items()}
    (base, *_) = measured.values()
    publish(
        "page",
        f"The page with {films:,} films in headless Chromium",
        table(
            ["page", "from navigation to drawn", "spread", "more than empty"],
            [
                [
                    name,
                    str(sample),
                    f"{statistics.stdev(sample.seconds):.3f} s",
                    f"{sample.median - base.median:.3f} s",
                ]
                for name, sample in measured.items()
            ],
        )
        + f"\n\n{loads} loads each in turn, every one in a new profile without a cache, from a "
        "loopback server. Charts below what is seen are made when the reader comes near; the last "
        "line asks for all of them at once. The aim is 1 s.",
    )


def one_load(browser: Browser, address: str, drawn: str, charts: int) -> float:
    """Seconds from navigation until the page has drawn it, by the page's own clock."""
    context = browser.new_context(viewport=VIEWPORT)
    try:
        page = context.new_page()
        page.goto(address, wait_until="commit")
        page.wait_for_function(drawn)
        seconds = float(page.evaluate(PAINTED)) / 1000
        made = int(page.evaluate("Object.keys(window.tmdbdash?.charts ?? {}).length"))
        if made < charts:
            sys.exit(f"{made} charts of {charts} were made")
        return seconds
    finally:
        context.close()


@contextlib.contextmanager
def site(films: int) -> Iterator[tuple[Preview, int]]:
    """A server of the page, and of one that loads Chart.js alone, with the number of charts."""
    with tempfile.TemporaryDirectory() as folder:
        settings: Settings = load_settings(Path(folder)).model_copy(
            update={"poll_interval_ms": 3_600_000}
        )
        titles = tracked.titles(films)
        rows = tracked.rows(titles)
        now = datetime.now(UTC)
        board = build_dashboard(rows, settings, now)
        files = render(board, tracked.files(titles, rows))
        out = Path(folder) / "out"
        write_all(out, files, now)
        chart_js = next(path for path in files if path.startswith("assets/chart."))
        (out / "alone.html").write_text(CHARTS_ALONE.format(chart_js=chart_js))
        with serving(out) as server:
            yield server, sum(len(panel.charts) for panel in PANELS) + 1


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(QUIET))
        yield browser
        browser.close()


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
