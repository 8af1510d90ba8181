"""What holds for every view of the page: access for all, room, hostile titles, upkeep, weight."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.accessibility import unreadable, violations
from tests.parts.chromium import OpenPage, take_screenshot
from tests.parts.home import Home
from tests.parts.hostile import TITLES
from tests.parts.page import draw_all, wait_for_language, wait_for_query
from tmdbdash.report.films.film_files import NO_FILMS
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site.folder import write_all
from tmdbdash.report.site.render import DATA, INDEX, render
from tmdbdash.serve import serving

pytestmark = pytest.mark.xdist_group("chromium")

FILMS = tracked.titles(30, TITLES)
WIDTHS = (320, 360, 768, 1024, 1280, 1920)
SEEN = (360, 1280)
"""The widths of which a picture is kept."""


def page_files(
    home: Home, rows: Rows, films: Mapping[int, str] | None = None, **settings: Any
) -> dict[str, bytes]:
    """A page of these rows, as of the sample's time."""
    board = build_dashboard(rows, home.settings(**settings), sample.NOW)
    return render(board, tracked.files(films, rows) if films else NO_FILMS)


@pytest.fixture
def served(home: Home) -> Iterator[str]:
    """The address of a page of simulated films with hostile titles, which asks every second."""
    files = page_files(home, tracked.rows(FILMS, simulated=True), FILMS, poll_interval_ms=1000)
    write_all(home.path / "out", files, sample.NOW)
    with serving(home.path / "out") as server:
        yield server.url


def at_time(page: Any, address: str, late: timedelta = timedelta(seconds=0)) -> None:
    """The page as someone sees it so long after its data were made."""
    page.clock.set_fixed_time(sample.NOW + late)
    page.goto(address)
    page.locator("#badge-ingest[data-state]").wait_for()


def unfold(page: Any) -> None:
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.locator("#films").scroll_into_view_if_needed()
    page.locator("#films.loaded").wait_for()
    page.evaluate("scrollTo(0, 0)")


def open_film(page: Any, number: int) -> None:
    page.evaluate("(id) => tmdbdash.openFilm(id)", number)
    page.locator("#film [data-part=body]").wait_for(state="visible")
    draw_all(page)


# Access for all


def test_no_state_of_the_page_shuts_anyone_out(
    home: Home, served: str, tmp_path: Path, open_page: OpenPage
) -> None:
    page, watch = open_page("about:blank", timed=True)
    watch.expect("500")
    found: dict[str, list[str]] = {}

    def check(state: str, language: str, part: str = "body") -> None:
        """All rules in this language; colours, which languages share, in both themes."""
        wait_for_language(page, language)
        found[f"{state}, {language}"] = violations(page)
        for theme in ("light", "dark"):
            if f"{state}, {theme}" not in found:
                page.emulate_media(color_scheme=theme)
                found[f"{state}, {theme}"] = unreadable(page, part)

    at_time(page, served)
    assert page.locator("#badge-ingest").get_attribute("data-state") == "fresh"
    unfold(page)
    page.get_by_label("Add a film").fill("a")
    page.locator("#history [role=option]").first.wait_for()
    check("full", "en")

    page.evaluate("tmdbdash.setLanguage('pt-BR')")
    open_film(page, 4)
    page.locator("#film details").evaluate("(one) => { one.open = true; }")
    check("film open", "pt-BR", "#film")

    page.route("**/data.json", lambda route: route.fulfill(status=500, body="no"))
    at_time(page, f"{served}?lang=en", timedelta(days=1))
    page.locator("#trouble").wait_for()
    assert page.locator("#stale").is_visible()
    check("stale and failing", "en", "#masthead")

    write_all(tmp_path, page_files(home, Rows(), locale="pt-BR"), sample.NOW)
    at_time(page, (tmp_path / INDEX).as_uri())
    check("empty", "pt-BR")

    assert {state: said for state, said in found.items() if said} == {}
    assert len(found) == 12


# Room


OVERLAPS = """() => {
    const shown = (element) => element.checkVisibility({ visibilityProperty: true })
        && element.getClientRects().length > 0;
    const inFlow = (element) => ["static", "relative"].includes(getComputedStyle(element).position);
    const found = [];
    function compare(elements) {
        const boxes = [...elements].filter(shown).filter(inFlow)
            .map((one) => [one, one.getBoundingClientRect()]);
        for (const [place, [one, a]] of boxes.entries()) {
            for (const [other, b] of boxes.slice(place + 1)) {
                const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                if (wide > 1 && high > 1) {
                    found.push([one, other].map(({ outerHTML }) => outerHTML.slice(0, 80)));
                }
            }
        }
    }
    compare(document.querySelectorAll(".panel"));
    const holders = "body, .masthead-inner, .jobs, .controls, .page, .panel, .panel-body,"
        + ".choices, .charts, .films, .history, .films-tools, .films-foot, .films-pages,"
        + ".history-tools, .picks, .switch, #film, .film-head, .film-body, .film-about, .footer";
    for (const holder of document.querySelectorAll(holders)) compare(holder.children);
    return found;
}"""
"""Pairs of elements beside one another of which one covers the other; what sticks may."""

OUTSIDE = """() => {
    const width = document.documentElement.clientWidth;
    const held = ".table-frame *, .contents *, .unseen, .skip, dialog *";
    return [...document.querySelectorAll("body *")]
        .filter((one) => one.checkVisibility() && !one.matches(held))
        .filter((one) => {
            const { left, right, width: own } = one.getBoundingClientRect();
            return own > 0 && (right > width + 1 || left < -1);
        })
        .map((one) => one.outerHTML.slice(0, 120));
}"""
"""Elements that reach beyond the sides of the window; frames that scroll sideways hold theirs."""


CUT_OFF = """[...document.querySelectorAll(".table-frame")]
    .filter((frame) => frame.checkVisibility() && frame.scrollWidth > frame.clientWidth)
    .map((frame) => frame.getAttribute("aria-labelledby"))"""
"""Tables that have to be scrolled sideways."""

BEYOND = """[...document.querySelectorAll("main .panel *")].filter((one) => {
    const panel = one.closest(".panel").getBoundingClientRect();
    return one.checkVisibility() && one.getBoundingClientRect().right > panel.right + 1;
}).map((one) => one.outerHTML.slice(0, 120))"""
"""What leaves its panel."""

SHIFTS = """new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) window.shifted = (window.shifted || 0) + entry.value;
}).observe({ type: "layout-shift", buffered: true });"""


@pytest.mark.parametrize("late", [0, 1])
def test_nothing_moves_once_it_is_seen_on_a_phone(
    served: str, open_page: OpenPage, late: int
) -> None:
    page, _ = open_page("about:blank", fresh=True, viewport={"width": 390, "height": 844})
    page.add_init_script(SHIFTS)
    at_time(page, f"{served}?lang=en", timedelta(days=late))
    page.wait_for_timeout(500)
    assert page.evaluate("window.shifted || 0") < 0.05


def test_nothing_leaves_its_panel_on_paper(served: str, open_page: OpenPage) -> None:
    page, _ = open_page(served, viewport={"width": 718, "height": 1000})
    draw_all(page)
    page.emulate_media(media="print")
    page.evaluate(SETTLED)
    assert page.evaluate(BEYOND) == []


def test_nothing_overflows_or_overlaps_at_any_width(served: str, open_page: OpenPage) -> None:
    page, _ = open_page("about:blank", timed=True)
    at_time(page, f"{served}?picked=7,8,30", timedelta(days=1))
    unfold(page)
    assert page.locator("#stale").is_visible()
    mark = page.locator("#simulated strong")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("document.querySelector('.contents details').open = true")
        draw_all(page)
        page.evaluate(SETTLED)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OUTSIDE) == [], width
        assert page.evaluate(OVERLAPS) == [], width
        if width >= 768:
            assert page.evaluate(CUT_OFF) == [], width
        assert page.locator("#top .table-frame").evaluate("(f) => f.scrollWidth <= f.clientWidth")
        for selector in ("#top-table td.spark", "#top-table th.spark"):
            assert page.locator(selector).first.is_visible()
        if width in SEEN:
            take_screenshot(page, f"checks-full-{width}")

        page.evaluate("scrollTo(0, 3000)")
        box = mark.bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 40
        page.evaluate("scrollTo(0, 0)")

        open_film(page, 8)
        page.evaluate(SETTLED)
        assert page.locator("#film").evaluate("(d) => d.scrollWidth <= d.clientWidth")
        inside = page.locator("#film").bounding_box()
        assert inside["x"] >= 0
        assert inside["x"] + inside["width"] <= width
        assert page.evaluate(OVERLAPS) == [], width
        page.locator("#film").evaluate("(dialog) => { dialog.scrollTop = 500; }")
        marked = page.locator("#film > .banner").bounding_box()
        assert inside["y"] <= marked["y"] <= inside["y"] + 2
        if width in SEEN:
            take_screenshot(page, f"checks-film-{width}", full_page=False)
        page.keyboard.press("Escape")


SETTLED = """async () => {
    for (let n = 0; n < 4; n += 1) await new Promise(requestAnimationFrame);
}"""
"""Charts follow the room that they have some frames later."""


# Hostile titles, where tests/test_page.py and tests/test_page_odd_titles.py do not look


TIPS = """() => {
    const found = {};
    for (const chart of Object.values(tmdbdash.charts)) {
        const texts = [];
        const most = Math.min(10, ...chart.data.datasets.map((set) => set.data.length));
        for (let index = 0; index < most; index += 1) {
            chart.tooltip.setActiveElements([{ datasetIndex: 0, index }], { x: 0, y: 0 });
            chart.update("none");
            const { title, body, footer } = chart.tooltip;
            texts.push([...title, ...body.flatMap((one) => one.lines), ...footer].join(" "));
        }
        found[chart.canvas.id] = texts;
    }
    return found;
}"""


def test_tooltips_movers_and_addresses_say_hostile_titles(served: str, open_page: OpenPage) -> None:
    page, _ = open_page(f"{served}?picked=1,2,3,4,5,8")
    draw_all(page)
    tips = page.evaluate(TIPS)
    named = {name: " ".join(texts) for name, texts in tips.items() if texts}
    for name in ("top-popularity", "scatter-popularity", "map-of-films", "predicted-rating"):
        assert "<img src=x onerror='window.br" in named[name], name
    assert "{{ 7 * 7 }} ${7 * 7} %s" in named["top-popularity"]
    lines = page.evaluate(
        "tmdbdash.charts['history-lines'].data.datasets.map((set) => set.label).join(' ')"
    )
    assert "<img src=x onerror=" in lines
    titles = page.locator("#movers-table td.film a").all_text_contents()
    assert titles
    assert set(titles) <= set(FILMS.values())
    assert set(titles) & set(TITLES)
    page.get_by_label("Title", exact=True).scroll_into_view_if_needed()
    page.locator("#films.loaded").wait_for()
    for title in TITLES:
        search = page.get_by_label("Title", exact=True)
        search.fill(title)
        # A field of one line has no line breaks, and takes no more than its length.
        kept = title.replace("\n", " ")[:200]
        wait_for_query(page, {"picked": "1,2,3,4,5,8", "q": kept})
    page.reload()
    page.locator("#films.loaded").wait_for()
    assert page.get_by_label("Title", exact=True).input_value() == kept
    assert page.locator("#films tbody tr").count() == 1
    assert page.evaluate("window.broken") is None
    assert page.locator("main img, main tbody script, main b").count() == 1


# Upkeep


def counted(session: Any) -> dict[str, float]:
    """Nodes, listeners and used heap after a collection."""
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    found = session.send("Performance.getMetrics")["metrics"]
    return {metric["name"]: metric["value"] for metric in found}


def test_polls_leave_no_more_than_there_was(home: Home, open_page: OpenPage) -> None:
    few = tracked.titles(12, TITLES)
    files = page_files(home, tracked.rows(few), few, poll_interval_ms=20)
    write_all(home.path / "out", files, sample.NOW)
    data = json.loads(files[DATA])
    page, _ = open_page("about:blank", fresh=True, viewport={"width": 400, "height": 400})
    # By then all of our scripts have run often enough for the engine to have made of them what it
    # makes: that counts as heap, too.
    told, last = 0, 30

    def answer(route: Any) -> None:
        """Other values each time, with every second time a row less in each panel, up to a last."""
        nonlocal told
        told = min(told + 1, last)
        news: dict[str, Any] = {"generated_at": made_at(told), "panels": {}}
        for name, rows in data["panels"].items():
            shown = rows[:-1] if told % 2 and len(rows) > 2 else rows
            news["panels"][name] = [changed(record, told) for record in shown]
        route.fulfill(json=data | news)

    page.route("**/data.json", answer)
    with serving(home.path / "out") as server:
        page.goto(server.url)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        draw_all(page)

        def figures() -> dict[str, float]:
            page.wait_for_function(
                "(time) => document.getElementById('generated').dateTime === time",
                arg=made_at(last),
            )
            return counted(session)

        page.evaluate("window.kept = Object.values(tmdbdash.charts)")
        before = figures()
        last += 20
        after = figures()
        assert page.evaluate("kept.length") > 10
        assert page.evaluate("Object.values(tmdbdash.charts).every((one, at) => one === kept[at])")
        page.unroute_all(behavior="wait")
    assert after["JSEventListeners"] <= before["JSEventListeners"]
    assert after["Nodes"] <= before["Nodes"]
    assert after["JSHeapUsedSize"] <= before["JSHeapUsedSize"] * 1.1


def made_at(number: int) -> str:
    return (sample.NOW + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%SZ")


def changed(record: dict[str, Any], number: int) -> dict[str, Any]:
    """A record whose broken numbers are others, up to half as much again."""
    more = 1 + number % 7 / 14
    return {key: v * more if isinstance(v, float) else v for key, v in record.items()}


# Weight


def packed(*contents: bytes) -> float:
    """Kilobytes of what a server sends with gzip, file by file."""
    return sum(len(gzip.compress(content, 6, mtime=0)) for content in contents) / 1000


@pytest.mark.parametrize("locale", ["en", "pt-BR"])
def test_the_first_view_is_light(home: Home, locale: str) -> None:
    films = tracked.titles(1000)
    rows = tracked.rows(films, **tracked.uneven(films))
    files = page_files(home, rows, films, locale=locale)
    data = json.loads(files[DATA])
    bare, blocks = re.subn(
        rb'(<script type="application/json" id="data">).*?(</script>)', rb"\1\2", files[INDEX]
    )
    assert blocks == 1
    linked = {path: path.encode() in bare for path in files if path.startswith("assets/")}
    own = [path for path, first in linked.items() if first and "/chart." not in path]
    assert len(own) == 6
    weights = {
        INDEX: packed(bare),
        **{path: packed(files[path]) for path in own if "licences" not in path},
    }
    assert sum(weights.values()) <= 60, weights
    figures = {DATA: packed(files[DATA]), "films": packed(files[data["files"]["films"]])}
    assert sum(figures.values()) <= 100, figures
