"""What holds for every page and state: access for all, inert titles, upkeep, weight."""

import gzip
import re
from datetime import timedelta
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.accessibility import unreadable, violations
from tests.parts.chromium import OpenPage, watched_page
from tests.parts.home import Home
from tests.parts.page import draw_all, visit
from tests.parts.published import ADDRESSES, LISTED, NAMED, PublishedSite
from tests.parts.publishing import Publish
from tests.parts.rendered import render
from tmdbdash.report.panels import PAGES
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.serve import Preview

pytestmark = pytest.mark.xdist_group("chromium")

UNFOLD = "for (const one of document.querySelectorAll('details')) one.open = true"
IN_DARK = (
    "index.html",
    "films.html",
    "compare.html",
    "models.html",
    f"film/{LISTED}.html",
    "failing",
)
"""Pages and states that have all colours between them."""
LIGHTEST, LIGHTER = 40, 60
"""Kilobytes at most: of a page's HTML, style and scripts, and of its data."""


def test_no_page_or_state_shuts_anyone_out(forty: PublishedSite, chromium: Any) -> None:
    """All of axe's rules in light, colours in dark; every second page in Portuguese."""
    found: dict[str, list[str]] = {}

    def check(page: Any, state: str) -> None:
        page.emulate_media(color_scheme="light")
        page.evaluate(UNFOLD)
        found[state] = violations(page)
        if state in IN_DARK:
            page.emulate_media(color_scheme="dark")
            found[f"{state}, dark"] = unreadable(page, "body")

    with watched_page(chromium) as (page, watch):
        for number, path in enumerate(ADDRESSES):
            visit(page, forty.at(("", "pt-BR/")[number % 2] + path))
            if path == "compare.html":
                page.locator("[data-part=search]").fill("a")
                page.locator("[role=option]").first.wait_for()
            check(page, path)
        visit(page, forty.at("film.html?id=999999"))
        check(page, "film that is not tracked")
        watch.expect("500")
        page.route("**/latest.json", lambda route: route.fulfill(status=500, body="no"))
        page.goto(forty.at(f"film/{LISTED}.html"))
        page.locator(".news.failing").wait_for()
        check(page, "failing")
    assert {state: faults for state, faults in found.items() if faults} == {}


TIPS = """() => {
    const found = [];
    for (const chart of Object.values(tmdbdash.charts)) {
        const most = Math.min(12, ...chart.data.datasets.map((set) => set.data.length));
        for (let index = 0; index < most; index += 1) {
            chart.tooltip.setActiveElements([{ datasetIndex: 0, index }], { x: 0, y: 0 });
            chart.update("none");
            const { title, body, footer } = chart.tooltip;
            found.push(...title, ...body.flatMap((one) => one.lines), ...footer);
        }
    }
    return found.join(" ");
}"""
SEEN = {1, 2, 3, 7, 8, 12}
"""Films with titles of each kind."""
INERT = "main :is(img:not(.film-poster, .poster), b, script:not([data-chart]))"


def test_hostile_titles_are_text_on_every_page(forty: PublishedSite, open_page: OpenPage) -> None:
    page, _ = open_page("about:blank")
    for path in ADDRESSES:
        visit(page, forty.at(path, disk=True))
        draw_all(page)
        assert page.evaluate("window.broken") is None, path
        assert page.locator(INERT).count() == 0, path
    shown: dict[str, set[str]] = {
        "index.html": set(),
        "films.html": set(),
        "compare.html?ids=1,2,3,5,6,7": set(),
    }
    for path, titles in shown.items():
        visit(page, forty.at(path, disk=True))
        draw_all(page)
        titles |= set(page.locator("main a[href*='film']").all_text_contents())
        tips = page.evaluate(TIPS)
        assert path != "index.html" or "<img src=x onerror='window.br" in tips
        assert page.evaluate("window.broken") is None
    assert set(NAMED) <= shown["index.html"] & shown["films.html"]
    assert {NAMED[n - 1] for n in (1, 2, 3, 5, 6, 7)} <= shown["compare.html?ids=1,2,3,5,6,7"]
    for number, title in enumerate(NAMED, start=1):
        if number not in SEEN:
            continue
        visit(page, forty.at(f"film/{number}.html", disk=True))
        assert page.locator("h1").text_content() == title
        assert " ".join(title.split()) in page.title()
        assert page.evaluate("document.title.split(' · ').length") >= 3
        assert page.locator(INERT).count() == 0
    assert page.evaluate("window.broken") is None


def test_what_a_reader_types_and_addresses_without_sense_do_no_harm(
    forty: PublishedSite, open_page: OpenPage
) -> None:
    page, _ = open_page("about:blank")
    for asked in (
        "q=%3Cimg+src%3Dx+onerror%3D%22window.broken%3D1%22%3E&scope=x",
        "q=" + "a" * 5000,
        "genre=%3Cb%3E&from=-1&to=99999&sort=constructor&page=0&size=7",
        "genre=__proto__&from=20x0&sort=-__proto__&page=1e9&size=Infinity",
        "page=99999&sort=--title&scope=__proto__",
        "q=%E0%A4%A&%FF=%FF",
    ):
        visit(page, forty.at(f"films.html?{asked}"))
        assert page.locator(INERT).count() == 0
        if not asked.startswith("q="):
            assert page.locator("#films [data-part=count]").text_content() == "24 of 40 films match"
    for asked in ("__proto__", "9" * 30, "%3Cb%3E"):
        visit(page, forty.at(f"film.html?id={asked}"))
        assert page.get_by_text("This film is not tracked").is_visible(), asked
    visit(page, forty.at("compare.html?ids=__proto__,2,1e3,-1,toString,2,,0&measure=__proto__"))
    assert page.locator(".picks li").count() == 1
    visit(page, forty.at("surprises.html?outliers.side=__proto__&outliers.target=constructor"))
    assert page.locator("#outliers tbody tr:visible").count() == 2
    assert page.evaluate("window.broken") is None


# Upkeep


def counted(session: Any) -> dict[str, float]:
    """Nodes, listeners and used heap after a collection."""
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    found = session.send("Performance.getMetrics")["metrics"]
    return {metric["name"]: metric["value"] for metric in found}


def test_news_leave_no_more_than_there_was(
    site: Preview, publish: Publish, open_page: OpenPage
) -> None:
    """Two sites in turn, with other values and numbers of rows."""
    few = [sample.film(n, popularity=500.0 / n, title=f"Film {n}") for n in range(1, 15)]
    files = [
        publish(rows, sample.NOW + timedelta(hours=hour), 20)
        for hour, rows in enumerate((sample.rows(), sample.rows(few)))
    ]
    page, _ = open_page("about:blank", fresh=True, viewport={"width": 400, "height": 400})
    told, last = 0, 30

    def answer(route: Any) -> None:
        nonlocal told
        told = min(told + 1, last)
        time = (sample.NOW + timedelta(days=told)).strftime("%Y-%m-%dT%H:%M:%SZ")
        text = files[told % 2]["latest.json"].decode()
        route.fulfill(body=re.sub(r'(?<="generated_at":")[^"]+', time, text))

    def serve_asset(route: Any) -> None:
        path = route.request.url.partition("/assets/")[2]
        body = next(one[f"assets/{path}"] for one in files if f"assets/{path}" in one)
        route.fulfill(body=body, content_type="text/javascript")

    page.route("**/latest.json", answer)
    page.route("**/assets/index-*", serve_asset)
    visit(page, site.url)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    draw_all(page)

    def figures() -> dict[str, float]:
        time = (sample.NOW + timedelta(days=last)).strftime("%Y-%m-%dT%H:%M:%SZ")
        page.wait_for_function("(time) => generated.dateTime === time", arg=time)
        return counted(session)

    page.evaluate("window.kept = Object.values(tmdbdash.charts)")
    before = figures()
    last += 20
    after = figures()
    assert page.evaluate("Object.values(tmdbdash.charts).every((one, at) => one === kept[at])")
    page.unroute_all(behavior="wait")
    assert after["JSEventListeners"] <= before["JSEventListeners"]
    assert after["Nodes"] <= before["Nodes"]
    assert after["JSHeapUsedSize"] <= before["JSHeapUsedSize"] * 1.1


# Weight


def packed(*contents: bytes) -> float:
    """Kilobytes of what a server sends with gzip, file by file."""
    return sum(len(gzip.compress(content, 6, mtime=0)) for content in contents) / 1000


DATA_OF = re.compile(rb"(?s)<table.*?</table>|<script type=.application/json.*?</script>")
"""What of a page grows with its films."""


def test_every_page_is_light(home: Home) -> None:
    films = tracked.titles(1000)
    rows = tracked.rows(films, **tracked.uneven(films))
    board = build_dashboard(rows, home.settings(), sample.NOW)
    files = render(board, tracked.files(films, rows))
    heavy = {}
    for folder in ("", "pt-BR/"):
        for page in PAGES:
            html = files[f"{folder}{page.path}"]
            shell, data = DATA_OF.sub(b"", html), b"".join(DATA_OF.findall(html))
            named = [path for path in files if path.startswith("assets/") and path.encode() in html]
            own = [files[path] for path in named if not re.search(r"/(chart|licences)\.", path)]
            assert len(own) == 5
            weights = (packed(shell, *own), packed(data))
            if weights[0] > LIGHTEST or weights[1] > LIGHTER:
                heavy[f"{folder}{page.path}"] = weights
    assert heavy == {}
