"""What every page has round its figures: age of the data, theme, choices, keys, kiosk, paper."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts.accessibility import SPARE, unreadable
from tests.parts.chromium import OpenPage, take_screenshot, watched_page, watching
from tests.parts.home import Home
from tests.parts.layout import BEYOND, faults
from tests.parts.page import column, draw_all, settle, table, visit
from tests.parts.published import ADDRESSES, FOLDERS, HOUR, LISTED, PublishedSite
from tests.parts.publishing import Publish, publisher
from tmdbdash.freshness import data_age
from tmdbdash.report.panels import NOW
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site.render import INDEX
from tmdbdash.serve import Preview

pytestmark = pytest.mark.xdist_group("chromium")

TICK = "() => document.dispatchEvent(new Event('visibilitychange'))"
STATE = "document.getElementById('state').innerText.replace(/\\s+/g, ' ')"
IN_KIOSK = [panel.id for panel in NOW.panels if panel.in_kiosk]


@pytest.fixture
def publish(home: Home, out: Path) -> Publish:
    """Write a site of these rows as of the sample's time; it asks for news once an hour."""
    return publisher(home, out, at=sample.NOW, every=HOUR)


@pytest.fixture(scope="module")
def reading(forty: PublishedSite, chromium: Any) -> Iterator[Any]:
    """A page for the tests of this module that only read."""
    with watched_page(chromium) as (page, _):
        visit(page, forty.at())
        yield page


@pytest.fixture
def shown(reading: Any, forty: PublishedSite) -> Iterator[Any]:
    """Now, as it is when somebody opens it; back to that when the test ends."""
    with watching(reading):
        yield reading
    reading.emulate_media(media="screen", color_scheme="light", forced_colors="none")
    reading.set_viewport_size({"width": 1280, "height": 900})
    if reading.url != forty.at():
        visit(reading, forty.at())


# The age of the data

OBSERVED = "Data of Jan 31, 2026, 14:02 UTC"
OBSERVED_PT = "Dados de 31 de jan. de 2026, 14:02 UTC"
AGES = (
    (timedelta(0), "fresh just now, next due 14:04 UTC", "atualizado agora mesmo"),
    (timedelta(minutes=1), "fresh 1 minute ago, next due 14:04 UTC", "atualizado há 1 minuto"),
    (timedelta(minutes=3), "fresh 3 minutes ago", "atualizado há 3 minutos"),
    (timedelta(minutes=5), "late 5 minutes ago, was due 14:04 UTC", "atrasado há 5 minutos"),
    (timedelta(hours=1), "stale 1 hour ago, was due 14:04 UTC", "desatualizado há 1 hora"),
    (
        timedelta(days=1),
        "stale 24 hours ago, was due Jan 31, 2026, 14:04 UTC",
        "desatualizado há 24 horas, dados esperados para 31 de jan. de 2026, 14:04 UTC",
    ),
    (
        timedelta(days=201),
        "stale 201 days ago, was due Jan 31, 2026, 14:04 UTC",
        "desatualizado há 201 dias, dados esperados para 31 de jan. de 2026, 14:04 UTC",
    ),
    (timedelta(days=-40), "stale ahead of your clock", "desatualizado à frente do seu relógio"),
)


def test_the_age_of_the_data_is_told_by_the_readers_clock(
    forty: PublishedSite, open_page: OpenPage
) -> None:
    page, _ = open_page("about:blank", timed=True)
    for path, place, observed in (
        (f"film/{LISTED}.html", 1, OBSERVED),
        ("pt-BR/index.html", 2, OBSERVED_PT),
    ):
        page.clock.set_fixed_time(sample.OBSERVED)
        visit(page, forty.at(path, disk=place == 2))
        page.locator("#state[data-state=fresh]").wait_for()
        for age, *texts in AGES:
            page.clock.set_fixed_time(sample.OBSERVED + age)
            page.evaluate(TICK)
            said = page.evaluate(STATE)
            assert said.startswith(texts[place - 1])
            assert said.endswith(observed)


def test_what_is_fresh_is_never_overdue_and_a_change_is_announced_once(
    forty: PublishedSite, open_page: OpenPage
) -> None:
    """For every ten seconds of a quarter of an hour, as the program judges it."""
    page, _ = open_page("about:blank", timed=True)
    page.clock.set_fixed_time(sample.OBSERVED)
    visit(page, forty.at())
    page.evaluate(COUNT_ANNOUNCEMENTS)
    for seconds in range(0, 900, 10):
        now = sample.OBSERVED + timedelta(seconds=seconds)
        page.clock.set_fixed_time(now)
        page.evaluate(TICK)
        said = page.evaluate(STATE)
        state = data_age(sample.OBSERVED, 2, now).freshness.state
        assert said.startswith(f"{state} ")
        assert not (state == "fresh" and "was due" in said), said
        if seconds in (300, 890):
            page.wait_for_function("(text) => announced.at(-1) === text", arg=f"Data: {state}")
    assert page.evaluate("announced") == ["Data: late", "Data: stale"]


COUNT_ANNOUNCEMENTS = """() => {
    window.announced = [];
    const status = document.getElementById("status");
    new MutationObserver(() => announced.push(status.textContent))
        .observe(status, { childList: true, characterData: true });
}"""


def test_a_site_without_data_says_what_to_run_and_a_failed_job_is_named(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(Rows(), datetime.now(UTC))
    page, _ = open_page((out / INDEX).as_uri())
    assert page.evaluate(STATE).strip() == "no data yet no list read yet"
    assert page.get_by_text("tmdbdash demo").is_visible()
    for path in ADDRESSES:
        if not path.startswith("film/"):
            visit(page, f"{out.as_uri()}/{path}")
            assert page.get_by_role("heading", level=1).is_visible(), path
    later = sample.OBSERVED + timedelta(minutes=1)
    failed = sample.run("ingest", outcome="failed", started_at=later, finished_at=later)
    publish(sample.rows(failed={"ingest": failed}, simulated=True))
    visit(page, (out / INDEX).as_uri())
    assert page.get_by_role("link", name="A job failed").get_attribute("href") == "about.html#runs"
    assert page.locator("#simulated").is_visible()
    assert page.title().startswith("Simulated data")


# Theme, choices, keys


def test_a_chosen_theme_goes_before_the_systems_and_is_remembered(
    site: Preview, open_page: OpenPage
) -> None:
    page, _ = open_page(site.url, color_scheme="light")
    bar = "tmdbdash.charts['top-popularity'].getDatasetMeta(0).data[0].options.backgroundColor"
    seen = f"[getComputedStyle(document.body).backgroundColor, {bar}]"
    draw_all(page)
    light = page.evaluate(seen)
    page.get_by_label("auto").press("ArrowRight")
    assert page.get_by_label("light", exact=True).is_checked()
    page.get_by_label("light", exact=True).press("ArrowRight")
    dark = page.evaluate(seen)
    assert dark[0] != light[0]
    assert dark[1] != light[1]
    visit(page, f"{site.url}models.html")
    assert page.get_by_label("dark", exact=True).is_checked()
    visit(page, site.url)
    draw_all(page)
    assert page.evaluate(seen) == dark
    page.get_by_label("dark", exact=True).press("ArrowRight")
    assert page.evaluate(seen) == light
    assert page.evaluate("localStorage.getItem('tmdbdash.theme')") is None
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"(before) => {bar} !== before", arg=light[1])


def test_choices_select_rows_charts_and_columns_and_the_address_keeps_them(
    forty: PublishedSite, shown: Any
) -> None:
    visit(shown, forty.at("models.html"))
    choice = shown.locator("#models .choice")
    before = column(shown, "models", "deciding")
    assert len(table(shown, "models")) == 4
    choice.get_by_label("Popularity", exact=True).press("ArrowRight")
    after = column(shown, "models", "deciding")
    assert after != before
    shown.wait_for_function("() => location.search.includes('models.task=vote_average')")
    shown.reload()
    assert choice.get_by_label("Rating", exact=True).is_checked()
    assert column(shown, "models", "deciding") == after
    heads = shown.locator("#models th:visible").all_text_contents()
    assert "Log-MAE" not in heads
    choice.get_by_label("Popularity", exact=True).check()
    shown.wait_for_function("() => !location.search.includes('models')")
    assert column(shown, "models", "deciding") == before
    assert "Log-MAE" in shown.locator("#models th:visible").all_text_contents()
    assert not [row for row in table(shown, "models") if set(row[3:]) == {"–"}]

    visit(shown, forty.at("surprises.html?outliers.side=over-rated&scatter.target=x"))
    assert shown.locator("#outliers").get_by_label("Over-rated").is_checked()
    assert shown.locator("#outliers .dumbbell svg:visible").count() == 2
    assert shown.locator("#scatter-popularity").is_visible()
    assert not shown.locator("#scatter-rating").is_visible()
    shown.locator("#scatter").get_by_label("Rating", exact=True).check()
    draw_all(shown)
    scales = shown.evaluate(
        """() => ["scatter-popularity", "scatter-rating"].map((id) => {
            const { x, y } = tmdbdash.charts[id].scales;
            return [x.type, y.type, x.min === y.min && x.max === y.max];
        })"""
    )
    assert scales == [["logarithmic", "logarithmic", True], ["linear", "linear", True]]


REACHABLE = """() => {
    const wanted = "a[href], button, input, select, summary, [tabindex='0']";
    const all = [...document.querySelectorAll(wanted)];
    const seen = all.filter((one) => one.checkVisibility({ visibilityProperty: true }));
    const radios = new Set();
    return seen.filter((one) => !one.disabled).filter((one) => {
        if (one.type !== "radio") return true;
        if (radios.has(one.name)) return false;
        return radios.add(one.name);
    });
}"""
VISIT_ALL = """() => {
    window.reached = new Set();
    window.plain = [];
    document.addEventListener("focusin", ({ target }) => {
        reached.add(target.type === "radio" ? target.name : target);
        const outlined = [target, target.closest("label")].some((one) => one
            && one.matches(":focus-visible, :has(:focus-visible)")
            && getComputedStyle(one).outlineStyle !== "none");
        if (!outlined) plain.push(target.outerHTML.slice(0, 100));
    });
}"""
MISSED = f"""() => [
    ...({REACHABLE})()
        .filter((one) => !reached.has(one.type === "radio" ? one.name : one))
        .map((one) => one.outerHTML.slice(0, 100)),
    ...plain.map((one) => `no outline: ${{one}}`),
]"""


def test_the_tab_key_reaches_everything_and_the_focus_is_seen(
    forty: PublishedSite, shown: Any
) -> None:
    missed = {}
    for path in ADDRESSES:
        whole = "films.html?page=1" if path == "films.html" else path
        visit(shown, forty.at(whole))
        shown.evaluate(SPARE)
        shown.evaluate(VISIT_ALL)
        count = shown.evaluate(f"({REACHABLE})().length")
        for _ in range(count):
            shown.keyboard.press("Tab")
        if found := shown.evaluate(MISSED):
            missed[path] = found
    assert missed == {}
    visit(shown, forty.at())
    shown.keyboard.press("Tab")
    shown.keyboard.press("Enter")
    assert shown.evaluate("location.hash") == "#main"
    fold = shown.locator("#top-more summary")
    fold.press("Enter")
    assert shown.locator("#top-more p").first.is_visible()
    windows = shown.locator("#movers [data-key=window]")
    windows.get_by_label("24 hours").press("ArrowRight")
    assert windows.get_by_label("7 days").is_checked()


# Kiosk, paper, forced colours, no scripts


def kiosk_panels(page: Any) -> list[str]:
    ids: list[str] = page.locator(".panel:visible").evaluate_all("(all) => all.map((p) => p.id)")
    return ids


@pytest.mark.parametrize("disk", [False, True], ids=["http", "disk"])
def test_a_kiosk_turns_through_its_panels_while_news_come(
    site: Preview, out: Path, open_page: OpenPage, publish: Publish, *, disk: bool
) -> None:
    poll = 20_000
    publish(sample.rows(), poll=poll)
    page, _ = open_page("about:blank", timed=True, viewport={"width": 1920, "height": 1080})
    page.goto(f"{(out / INDEX).as_uri() if disk else site.url}?kiosk=1")
    page.wait_for_function("() => document.documentElement.dataset.ready")
    publish(sample.rows([sample.film(n) for n in range(1, 23)]), sample.NOW + HOURLY, poll=poll)
    assert kiosk_panels(page) == IN_KIOSK[:1]
    page.locator("[data-shown]").evaluate("(panel) => { window.first = panel; }")
    seen = []
    for _ in (*IN_KIOSK, "round"):
        seen += kiosk_panels(page)
        assert page.evaluate("document.documentElement.scrollHeight") == 1080
        assert (
            page.locator(".choices:visible, .pages:visible, .more:visible, h1:visible").count() == 0
        )
        for part in page.locator(".panel:visible, .panel:visible .table-frame").all():
            assert part.evaluate("(one) => one.scrollHeight <= one.clientHeight + 1"), seen
        page.clock.run_for(16_000)
    assert seen == [*IN_KIOSK, IN_KIOSK[0]]
    if disk:
        page.wait_for_function("(time) => generated.dateTime === time", arg=HOURLY_TEXT)
        return
    page.keyboard.press("ArrowLeft")
    take_screenshot(page, "page-kiosk", full_page=False)
    here = kiosk_panels(page)
    page.emulate_media(reduced_motion="reduce")
    page.clock.run_for(60_000)
    assert kiosk_panels(page) == here
    page.keyboard.press("ArrowRight")
    assert kiosk_panels(page) != here
    assert page.locator(".attribution").is_visible()


HOURLY = timedelta(hours=1)
HOURLY_TEXT = (sample.NOW + HOURLY).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_now_on_paper_is_white_and_takes_two_pages(forty: PublishedSite, shown: Any) -> None:
    tick = "tmdbdash.charts['top-popularity'].scales.x.options.ticks.color"
    for folder in FOLDERS.values():
        shown.emulate_media(media="screen", color_scheme="dark")
        visit(shown, forty.at(f"{folder}index.html"))
        settle(shown)
        dark = shown.evaluate(tick)
        shown.set_viewport_size({"width": 718, "height": 1000})
        shown.emulate_media(media="print", color_scheme="dark")
        shown.wait_for_function(f"(dark) => {tick} !== dark", arg=dark)
        ground = "getComputedStyle(document.body).backgroundColor"
        assert shown.evaluate(ground) == "rgb(255, 255, 255)"
        settle(shown)
        assert faults(shown, beyond=BEYOND) == {}
        assert not shown.locator(".pages, .switch, .choices, .language").first.is_visible()
        for panel in NOW.panels:
            assert panel.optional or shown.locator(f"#{panel.id}").is_visible(), panel.id
        printed = shown.pdf(format="A4", print_background=False)
        assert 1 <= len(re.findall(rb"/Type ?/Page\b", printed)) <= 2
        shown.set_viewport_size({"width": 1280, "height": 900})


def test_forced_colours_leave_bars_tips_and_states_readable(
    forty: PublishedSite, shown: Any
) -> None:
    shown.emulate_media(forced_colors="active")
    visit(shown, forty.at())
    settle(shown)
    tip = shown.evaluate(
        """() => {
            const { tooltip } = tmdbdash.charts["top-popularity"].options.plugins;
            return [tooltip.backgroundColor, tooltip.titleColor];
        }"""
    )
    assert tip[0] != tip[1]
    ground = shown.evaluate("getComputedStyle(document.body).backgroundColor")
    for shape, colour in (
        (".bar-up", "fill"),
        (".spark-line", "stroke"),
        (".rank-line", "stroke"),
    ):
        drawn = shown.locator(f"{shape}:visible").first
        assert drawn.evaluate(f"(one) => getComputedStyle(one).{colour}") != ground, shape
    assert unreadable(shown, "#top") == []
    visit(shown, forty.at(f"film/{LISTED}.html"))
    for shape in (
        ".driver-up",
        ".driver-down",
        ".interval-mark.predicted",
        ".interval-mark.actual",
    ):
        bar = shown.locator(shape).first
        assert bar.evaluate("(one) => getComputedStyle(one).backgroundColor") != ground, shape
    take_screenshot(shown, "page-forced-colours", full_page=False)


@pytest.mark.parametrize("locale", FOLDERS)
def test_without_scripts_every_page_has_its_tables(
    forty: PublishedSite, chromium: Any, locale: str
) -> None:
    with watched_page(chromium, java_script_enabled=False) as (page, watch):
        for path in ADDRESSES:
            page.goto(forty.at(FOLDERS[locale] + path, disk=locale != "en"))
            assert page.get_by_role("heading", level=1).is_visible(), path
            for gone in ("canvas", "button:not(th *)", "input", "select", ".needs-scripts"):
                assert page.locator(f"{gone}:visible").count() == 0, (path, gone)
            if "film" in path and path != "films.html":
                assert page.locator(".no-scripts").is_visible()
                assert page.get_by_role("link", name="TMDB").first.is_visible()
                continue
            rows = page.locator("tbody tr")
            assert rows.count() >= 2, path
            folded = page.locator("details:not([open]) tbody tr")
            assert page.locator("tbody tr:visible").count() == rows.count() - folded.count(), path
        assert watch.foreign == []
