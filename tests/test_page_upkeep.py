"""What a page left open owes its reader: news at once, the focus kept, paper and forced colours."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.chromium import OpenPage, take_screenshot
from tests.parts.home import Home
from tests.parts.page import HIDE, draw_all, settle
from tests.parts.published import page_of_films
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site.folder import write_all
from tmdbdash.report.site.render import render
from tmdbdash.serve import Preview, serving

pytestmark = pytest.mark.xdist_group("chromium")

FILMS = tracked.titles(30)
HOUR = 3_600_000
QUICK = 200
Publish = Callable[..., None]
FOCUSED = "document.activeElement.textContent"


@pytest.fixture
def publish(home: Home, out: Path) -> Publish:
    """Write a page of these rows with all films; it asks for news every ``poll`` milliseconds."""

    def write(rows: Rows | None = None, *, now: datetime = sample.NOW, poll: int = HOUR) -> None:
        rows = rows or tracked.rows(FILMS)
        board = build_dashboard(rows, home.settings(poll_interval_ms=poll), now)
        write_all(out, render(board, tracked.files(FILMS, rows)), now)

    return write


@pytest.fixture
def site(publish: Publish, out: Path) -> Iterator[Preview]:
    publish()
    with serving(out) as server:
        yield server


@pytest.fixture(scope="module")
def standing(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with page_of_films(chromium, tmp_path_factory, FILMS) as page:
        yield page


def open_film(page: Any, number: int) -> None:
    page.evaluate("(id) => tmdbdash.openFilm(id)", number)
    page.locator("#film [data-part=body]").wait_for(state="visible")
    settle(page)


def later(minutes: int = 3) -> datetime:
    """A time after that of the page: what is older is not taken."""
    return datetime.now(UTC) + timedelta(minutes=minutes)


# News


def test_who_comes_back_while_requests_fail_need_not_wait(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(poll=2000)
    with serving(out) as server:
        page, watch = open_page("about:blank")
        watch.expect("500")
        page.route("**/data.json", lambda route: route.fulfill(status=500, body="no"))
        page.goto(server.url)
        page.locator("#trouble").wait_for()
        assert "4 seconds" in page.locator("#trouble").text_content()
        page.evaluate(HIDE, True)
        with page.expect_request("**/data.json", timeout=1000):
            page.evaluate(HIDE, False)


SPANS = (
    (30, "30 seconds", "30 segundos"),
    (90, "1.5 minutes", "1,5 minuto"),
    (120, "2 minutes", "2 minutos"),
    (5400, "1.5 hours", "1,5 hora"),
    (9000, "2.5 hours", "2,5 horas"),
    (21_600, "6 hours", "6 horas"),
    (259_200, "3 days", "3 dias"),
)


def test_spans_of_time_are_not_cut_short(shown: Any) -> None:
    said = []
    for seconds, _, _ in SPANS:
        for language in ("en", "pt-BR"):
            shown.evaluate("(code) => tmdbdash.format.use(code)", language)
            said.append(shown.evaluate("(ms) => tmdbdash.format.span(ms)", 1000 * seconds))
    shown.evaluate("tmdbdash.format.use('en')")
    assert said == [text for _, *texts in SPANS for text in texts]


def test_a_job_that_fails_is_announced_once_also_over_an_open_film(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(poll=QUICK)
    failed = sample.run("ingest", outcome="failed", started_at=later(1), finished_at=later(2))
    with serving(out) as server:
        page, _ = open_page(server.url)
        open_film(page, 4)
        publish(replace(tracked.rows(FILMS), failed={"ingest": failed}), now=later(), poll=QUICK)
        page.locator("#failed:not([hidden])").wait_for(state="attached")
        for place in ("#status", "#film [data-announced]"):
            assert "Last “Ingest” run" in page.locator(place).text_content()
        page.evaluate("tmdbdash.announce('')")
        publish(
            replace(tracked.rows(FILMS, risen=5), failed={"ingest": failed}),
            now=later(4),
            poll=QUICK,
        )
        page.wait_for_function(
            "() => document.querySelector('#film').textContent.includes('185.0')"
        )
        assert page.locator("#status").text_content() == ""


# The reader's place


def test_the_focus_goes_with_its_film_not_with_its_row(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(poll=QUICK)
    with serving(out) as server:
        page, _ = open_page(server.url)
        page.locator("#top-table td.film a").nth(1).focus()
        held = page.evaluate(FOCUSED)
        rows = tracked.rows(FILMS)
        assert rows.listing is not None
        first, second, *rest = rows.listing.entries
        swapped = (
            replace(first, popularity=second.popularity),
            replace(second, popularity=first.popularity),
            *rest,
        )
        publish(
            replace(rows, listing=replace(rows.listing, entries=swapped)), now=later(), poll=QUICK
        )
        page.wait_for_function(
            "(title) => document.querySelector('#top-table td.film a').textContent === title",
            arg=held,
        )
        assert page.evaluate(FOCUSED) == held

        gone = (*rest, first)
        publish(
            replace(rows, listing=replace(rows.listing, entries=gone)), now=later(5), poll=QUICK
        )
        page.wait_for_function(
            "(title) => !document.querySelector('#top-table').textContent.includes(title)",
            arg=held,
        )
        assert page.evaluate("document.activeElement.matches('#top .table-frame')")


def test_offers_go_when_the_reader_turns_to_something_else(shown: Any) -> None:
    search = shown.get_by_role("combobox", name="Add a film")
    offers = shown.get_by_role("listbox").get_by_role("option")

    def look() -> None:
        search.fill("a")
        offers.first.wait_for()

    look()
    shown.locator("#history h3").click()
    assert offers.count() == 0
    look()
    search.press("ArrowDown")
    search.press("Escape")
    assert offers.count() == 0
    assert search.evaluate("(field) => field === document.activeElement")
    look()
    shown.locator("#top-table td.film a").first.focus()
    assert offers.count() == 0
    assert search.input_value() == ""


def test_a_film_is_found_and_added_by_arrow_keys_alone(site: Preview, open_page: OpenPage) -> None:
    page, _ = open_page(f"{site.url}?picked=2")
    search = page.get_by_role("combobox", name="Add a film")
    search.fill("a")
    options = page.get_by_role("listbox").get_by_role("option")
    options.nth(1).wait_for()
    assert search.get_attribute("aria-expanded") == "true"

    def active() -> Any:
        at = search.get_attribute("aria-activedescendant")
        chosen = page.locator("#history [role=option][aria-selected=true]")
        assert chosen.count() == (at is not None)
        return at and options.all_inner_texts()[int(at.rpartition("-")[2])]

    titles = options.all_inner_texts()
    assert active() is None
    for wanted in (*titles, None):
        search.press("ArrowDown")
        assert active() == wanted
    search.press("ArrowUp")
    assert active() == titles[-1]
    search.press("Enter")
    page.wait_for_function("() => /picked=2(%2C|,)\\d+/.test(location.search)")
    assert search.get_attribute("aria-expanded") == "false"
    assert search.input_value() == ""
    assert titles[-1].partition(" (")[0] in page.locator("#history [data-part=told]").inner_text()


def test_the_number_of_matches_is_announced_when_the_reader_pauses(
    site: Preview, open_page: OpenPage
) -> None:
    page, _ = open_page(f"{site.url}?size=25#films")
    page.wait_for_function("() => document.querySelector('#films.loaded')")
    page.evaluate(
        """() => {
            window.said = [];
            const status = document.getElementById("status");
            new MutationObserver(() => said.push(status.textContent))
                .observe(status, { childList: true, characterData: true });
        }"""
    )
    page.get_by_label("Title", exact=True).press_sequentially("night", delay=20)
    page.wait_for_function("() => window.said.length")
    assert page.evaluate("said") == [page.locator("#films [data-part=count]").text_content()]


# Walls, paper, forced colours


def test_a_kiosk_says_what_was_chosen_and_waits_for_an_open_film(
    site: Preview, open_page: OpenPage
) -> None:
    page, _ = open_page("about:blank", timed=True, viewport={"width": 1920, "height": 1080})
    page.goto(f"{site.url}?kiosk=1")
    page.keyboard.press("ArrowRight")
    movers = page.locator("#movers-table")
    assert movers.get_by_role("cell", name="24 h").first.is_visible()
    page.locator("#movers-table td.film a").first.click()
    page.locator("#film [data-part=body]").wait_for(state="visible")
    assert page.locator("#film-title").is_visible()
    page.clock.run_for(40_000)
    assert movers.is_visible()
    take_screenshot(page, "page-kiosk-film", full_page=False)
    page.keyboard.press("Escape")
    page.clock.run_for(17_000)
    assert not movers.is_visible()


def test_paper_is_white_and_no_chart_reaches_beyond_it(shown: Any) -> None:
    shown.set_viewport_size({"width": 1920, "height": 1000})
    shown.emulate_media(color_scheme="dark")
    settle(shown)
    ink = "tmdbdash.colour('ink')()"
    dark = shown.evaluate(ink)
    shown.set_viewport_size({"width": 760, "height": 1000})
    shown.emulate_media(media="print", color_scheme="dark")
    shown.wait_for_function(f"(dark) => {ink} !== dark", arg=dark)
    assert shown.evaluate("tmdbdash.colour('surface')()") == "rgb(255, 255, 255)"
    assert (
        shown.evaluate(
            """[...document.querySelectorAll("main canvas")].filter((one) => {
            const { left, right } = one.getBoundingClientRect();
            return left < 0 || right > document.documentElement.clientWidth + 1;
        }).length"""
        )
        == 0
    )
    shown.emulate_media(media="screen", color_scheme="dark")
    shown.wait_for_function(f"(dark) => {ink} === dark", arg=dark)


def test_forced_colours_leave_tips_and_bars_readable(shown: Any) -> None:
    shown.emulate_media(forced_colors="active")
    settle(shown)
    tip = shown.evaluate(
        """() => {
            const chart = tmdbdash.charts["top-popularity"];
            const { backgroundColor, titleColor } = chart.options.plugins.tooltip;
            return [backgroundColor, titleColor];
        }"""
    )
    assert tip[0] != tip[1]
    open_film(shown, 4)
    for shape in (".moves-up", ".moves-down", ".interval-mark"):
        bar, ground = shown.locator(f"#film {shape}").first.evaluate(
            """(one) => [
                getComputedStyle(one).backgroundColor,
                getComputedStyle(one.closest("dialog")).backgroundColor,
            ]"""
        )
        assert bar != ground, shape
    take_screenshot(shown, "shown-forced-colours", full_page=False)


def test_each_canvas_has_a_table_behind_it(shown: Any) -> None:
    draw_all(shown)
    missing = shown.evaluate(
        """[...document.querySelectorAll("canvas")].filter((canvas) => {
            const tables = canvas.closest("section").querySelectorAll("table");
            const named = [...tables].filter((one) => one.caption && one.tHead);
            const said = named.map((one) => one.caption.textContent);
            return !said.some((text) => canvas.ariaLabel.includes(text));
        }).map((canvas) => canvas.id)"""
    )
    assert missing == []


# The keyboard alone


def test_sorting_paging_saving_picking_and_unfolding_need_no_pointer(
    site: Preview, open_page: OpenPage
) -> None:
    page, _ = open_page(f"{site.url}?size=25#films")
    page.wait_for_function("() => document.querySelector('#films.loaded')")

    def press(place: str, key: str = "Enter") -> None:
        page.locator(place).first.focus()
        page.keyboard.press(key)

    first = page.locator("#films tbody td.film").first
    before = first.text_content()
    press("#films th[data-key=title] button")
    assert page.locator("#films th[data-key=title]").get_attribute("aria-sort") == "ascending"
    assert first.text_content() != before
    press("#films [data-part=on]")
    assert page.get_by_text("Page 2 of 2").is_visible()
    press("#films [data-part=back]", "Space")
    assert page.get_by_text("Page 1 of 2").is_visible()
    with page.expect_download() as saved:
        press("#films [data-part=csv]")
    assert saved.value.suggested_filename == "films.csv"
    settle(page)
    pick = page.locator("#history .pick").first
    was = pick.get_attribute("aria-pressed")
    press("#history .pick", "Space")
    assert pick.get_attribute("aria-pressed") != was
    press("#history [name=range]:checked", "ArrowRight")
    page.wait_for_function("() => location.search.includes('range=30d')")
    press("#models-more summary")
    assert page.locator("#models-more").evaluate("(fold) => fold.open")
    press("#movers [name='movers.window']:checked", "ArrowRight")
    assert page.locator("#movers [value='7d']").is_checked()
