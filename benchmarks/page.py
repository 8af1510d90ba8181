"""Each page of the site in headless Chromium, from a loopback server: its weight, size and time.

``python -m benchmarks.page [FILMS ...]``: with 40, 1,000 and 10,000 films by default.
"""

from __future__ import annotations

import contextlib
import gzip
import re
import statistics
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from benchmarks.measure import publish, table
from tests.parts import tracked_rows as tracked
from tests.parts.chromium import QUIET, find_chromium
from tests.parts.layout import SHIFTS
from tests.parts.rendered import render
from tmdbdash.report.panels import FILM, PAGES
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.site.folder import write_all
from tmdbdash.serve import Preview, serving
from tmdbdash.settings import load_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize

FILMS = (40, 1_000, 10_000)
LOADS = 5
VIEWPORT: ViewportSize = {"width": 1280, "height": 900}
ADDRESSES = {
    **{page.id: page.path for page in PAGES},
    FILM.id: "film/1.html",
    "films, all of them": "films.html?scope=all",
}
DATA = re.compile(rb'<script type="application/json".*?</script>|<tbody>.*?</tbody>', re.DOTALL)
"""The parts of a page's HTML that are data."""
DATA_SCRIPT = re.compile(r"assets/(films|library|shard-\d+)\.")
LIBRARY = re.compile(r"assets/chart\.")
"""Chart.js, which is no code of ours."""
DRAWN = """() => {
    if (!document.documentElement.dataset.ready) return false;
    const has = (selector) => document.querySelector(selector) !== null;
    const filled = {
        films: () => !location.search || has("table[data-live]"),
        film: () => has("[data-part=body]:not([hidden])"),
        compare: () => has("[data-part=facts] tr"),
    }[document.body.dataset.page];
    if (filled && !filled()) return false;
    return [...document.querySelectorAll(".chart canvas")].every((canvas) => {
        const { top, bottom, height } = canvas.getBoundingClientRect();
        const isSeen = height > 0 && bottom > 0 && top < innerHeight;
        return !isSeen || Boolean(window.tmdbdash.charts[canvas.id]);
    });
}"""
"""Whether what is seen at first is there; Films loads all films when they are asked for."""
PAINTED = """() => new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
})"""
"""Milliseconds from navigation to the end of the frame that shows what has been drawn."""


@dataclass
class PageFigures:
    """What was measured of a page; a list has a value for each load."""

    own_kb: float = 0.0
    data_kb: float = 0.0
    height: int = 0
    shift: float = 0.0
    seconds: list[float] = field(default_factory=list)

    def row(self, films: int, page: str) -> list[str]:
        """Its line of the table."""
        times = f"{min(self.seconds):.3f} to {max(self.seconds):.3f}"
        return [
            f"{films:,}",
            page,
            f"{self.own_kb:.1f}",
            f"{self.data_kb:.1f}",
            f"{self.height:,}",
            f"{self.shift:.3f}",
            f"{statistics.median(self.seconds):.3f} s ({times})",
        ]


def main(sizes: tuple[int, ...] = FILMS, loads: int = LOADS) -> None:
    """Measure and publish."""
    rows = []
    with chromium() as browser:
        for films in sizes:
            with site(films) as (server, out):
                measured = {name: PageFigures() for name in ADDRESSES}
                for load in range(loads + 1):
                    for name, figures in measured.items():
                        seconds = one_load(browser, server, out, name, figures)
                        if load:
                            figures.seconds.append(seconds)
                rows += [figures.row(films, name) for name, figures in measured.items()]
    publish(
        "page",
        "The pages in headless Chromium",
        table(
            ["films", "page", "own, kB", "data, kB", "height, px", "layout shift", "drawn after"],
            rows,
        )
        + f"\n\n{loads} loads of each page in turn, every one in a new profile without a cache. "
        "Sizes are as a host sends them (gzip): of the page's own HTML, styles, scripts and texts, "
        "and of the data that it has or loads. Chart.js is not counted: 124 kB that pages with "
        "charts share. Height and layout shift are of a window of 1280 x 900. Drawn is all that is "
        "seen at first. Aims: 40 kB of its own and 60 kB of data, 4,000 px (Films and Models "
        "excepted), a shift below 0.05, and 1 s.",
    )


def one_load(
    browser: Browser, server: Preview, out: Path, name: str, figures: PageFigures
) -> float:
    """Seconds from navigation until the page has drawn what is seen, by the page's own clock."""
    context = browser.new_context(viewport=VIEWPORT)
    context.add_init_script(SHIFTS)
    asked: list[str] = []
    try:
        page = context.new_page()
        page.on("request", lambda request: asked.append(unquote(urlsplit(request.url).path)[1:]))
        page.goto(server.url + ADDRESSES[name], wait_until="commit")
        page.wait_for_function(DRAWN)
        seconds = float(page.evaluate(PAINTED)) / 1000
        figures.height = int(page.evaluate("document.documentElement.scrollHeight"))
        figures.shift = max(figures.shift, float(page.evaluate("window.shifted || 0")))
    finally:
        context.close()
    weigh(out, asked, figures)
    return seconds


def weigh(out: Path, asked: list[str], figures: PageFigures) -> None:
    """Note the sizes of the files that a page asked for."""
    own = data = 0
    for path in dict.fromkeys(asked):
        file = out / path
        if not file.is_file() or LIBRARY.match(path):
            continue
        content = file.read_bytes()
        if DATA_SCRIPT.match(path):
            data += packed(content)
        elif path.endswith(".html"):
            data += packed(b"".join(DATA.findall(content)))
            own += packed(DATA.sub(b"", content))
        elif path.endswith((".js", ".css")):
            own += packed(content)
    figures.own_kb, figures.data_kb = own / 1000, data / 1000


def packed(content: bytes) -> int:
    """Bytes as a host sends them."""
    return len(gzip.compress(content, 6))


@contextlib.contextmanager
def site(films: int) -> Iterator[tuple[Preview, Path]]:
    """A server of the site of so many films, and its folder."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(Path(folder)).model_copy(
            update={"poll_interval_ms": 3_600_000, "posters": "off"}
        )
        titles = tracked.titles(films)
        rows = tracked.rows(titles, **tracked.uneven(titles))
        now = datetime.now(UTC)
        out = Path(folder) / "out"
        files = render(build_dashboard(rows, settings, now), tracked.files(titles, rows))
        write_all(out, files, now)
        with serving(out) as server:
            yield server, out


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(QUIET))
        yield browser
        browser.close()


if __name__ == "__main__":
    main(tuple(int(argument) for argument in sys.argv[1:]) or FILMS)
