"""Films compared in a real Chromium: which are drawn, how, and beside which facts."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.chromium import OpenPage, watched_page, watching
from tests.parts.page import draw_all, visit, wait_for_query
from tests.parts.published import FORTY, LISTED, UNLISTED, PublishedSite
from tests.parts.publishing import Publish
from tmdbdash.report.query.past import Past
from tmdbdash.serve import Preview

pytestmark = pytest.mark.xdist_group("chromium")

PAIR = f"compare.html?ids={LISTED},{UNLISTED}"
LINES = """() => {
    const chart = tmdbdash.charts["compare-lines"];
    const { datasets } = chart.data;
    return datasets.filter((_, at) => at % 4 === 0).map((set, place) => ({
        title: set.data[0].record.title,
        colour: set.borderColor(),
        shape: set.pointStyle,
        width: set.borderWidth,
        last: set.data.at(-1).y,
        ahead: datasets[4 * place + 1].data.length,
        band: datasets[4 * place + 2].data.length > 0,
        scale: chart.scales.y.type,
    }));
}"""


@pytest.fixture(scope="module")
def reading(chromium: Any) -> Iterator[Any]:
    with watched_page(chromium) as (page, _):
        page.clock.set_fixed_time(sample.NOW)  # forecasts are those ahead of the reader's clock
        yield page


@pytest.fixture
def page(reading: Any) -> Iterator[Any]:
    with watching(reading):
        yield reading


def lines(page: Any) -> list[dict[str, Any]]:
    draw_all(page)
    found: list[dict[str, Any]] = page.evaluate(LINES)
    return found


def picks(page: Any) -> list[str]:
    texts: list[str] = page.locator(".picks button").all_text_contents()
    return [text.removesuffix("×") for text in texts]


def wait_for_picks(page: Any, count: int) -> None:
    page.wait_for_function(
        "(count) => document.querySelectorAll('.picks li').length === count", arg=count
    )


def test_the_leading_films_are_drawn_apart_and_their_facts_beside(
    page: Any, forty: PublishedSite
) -> None:
    visit(page, forty.at("compare.html"))
    drawn = lines(page)
    leading = [FORTY[n] for n in range(1, 7)]
    assert [line["title"] for line in drawn] == leading == picks(page)
    assert len({line["colour"] for line in drawn}) == len({line["shape"] for line in drawn}) == 6
    assert not any(line["band"] for line in drawn)
    assert page.get_by_text("six maximum").is_visible()
    heads = page.locator("[data-part=heads] th").all_text_contents()
    assert heads == leading
    facts = {
        row[0]: row[1:]
        for row in page.locator("[data-part=facts] tr").evaluate_all(
            "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
        )
    }
    assert facts["Popularity"][0] == "450.0"
    assert facts["Place"] == ["1", "2", "3", "4", "5", "6"]
    assert set(facts["As of"]) == {"Jan 31, 2026"}
    page.locator(".picks button").nth(1).focus()
    assert [line["band"] for line in lines(page)] == [False, True, False, False, False, False]


def test_keys_alone_find_add_and_remove_a_film(page: Any, forty: PublishedSite) -> None:
    visit(page, forty.at(f"compare.html?ids={LISTED}", disk=True))
    assert lines(page)[0]["band"], "a single film has its band"
    search = page.get_by_role("combobox", name="Add a film")
    options = page.get_by_role("listbox").get_by_role("option")
    search.fill("a")
    options.nth(1).wait_for()
    assert search.get_attribute("aria-expanded") == "true"

    def active() -> Any:
        at = search.get_attribute("aria-activedescendant")
        assert page.locator("[role=option][aria-selected=true]").count() == (at is not None)
        return at and options.all_text_contents()[int(at.rpartition("-")[2])]

    offered = options.all_text_contents()
    for wanted in (None, *offered, None):
        assert active() == wanted
        search.press("ArrowDown")
    search.press("ArrowUp")
    search.press("ArrowUp")
    assert active() == offered[-1]
    search.press("Enter")
    wait_for_picks(page, 2)
    assert search.get_attribute("aria-expanded") == "false"
    assert search.input_value() == ""
    assert search.evaluate("(field) => field === document.activeElement")
    assert "added to the chart" in page.locator("[data-part=note]").inner_text()
    page.wait_for_function("(one) => location.search.includes(`ids=${one}%2C`)", arg=LISTED)
    search.fill("a")
    options.first.wait_for()
    search.press("Escape")
    assert options.count() == 0
    page.locator(".picks button").first.press("Enter")
    wait_for_picks(page, 1)
    page.locator(".picks button").first.press("Enter")
    wait_for_picks(page, 0)
    wait_for_query(page, {"ids": ""})
    page.reload()
    page.wait_for_function("() => document.documentElement.dataset.ready")
    assert picks(page) == []


def test_measures_scale_and_brush_change_the_chart(page: Any, forty: PublishedSite) -> None:
    visit(page, forty.at(PAIR))
    first = lines(page)
    assert [line["title"] for line in first] == [FORTY[LISTED], FORTY[UNLISTED]]
    assert first[0]["ahead"]
    page.get_by_label("Popularity", exact=True).press("ArrowRight")
    wait_for_query(page, {"ids": f"{LISTED},{UNLISTED}", "measure": "index"})
    axis = "tmdbdash.charts['compare-lines'].scales"
    indexed = lines(page)
    start = page.evaluate("tmdbdash.charts['compare-lines'].data.datasets[0].data[0].y")
    assert start == pytest.approx(100)
    assert indexed[0]["last"] == pytest.approx(125, rel=1e-3)
    page.get_by_label("Log scale").press("Space")
    assert lines(page)[0]["scale"] == "logarithmic"
    page.get_by_label("Log scale").press("Space")
    page.get_by_label("Indexed to 100").press("ArrowRight")
    assert lines(page)[0]["ahead"] == 0, "ranks have no forecast"
    assert page.evaluate(f"{axis}.y.options.reverse")
    assert not page.get_by_label("Log scale").is_visible()
    before = page.evaluate(f"[{axis}.x.min, {axis}.x.max]")
    page.locator("[data-part=from]").press("PageUp")
    after = page.evaluate(f"[{axis}.x.min, {axis}.x.max]")
    assert after[0] > before[0]
    assert after[1] == before[1]
    wait_for_query(page, {"ids": f"{LISTED},{UNLISTED}", "measure": "rank"})
    page.reload()
    wait_for_picks(page, 2)
    assert page.get_by_label("List rank", exact=True).is_checked()


def test_one_tip_says_what_all_films_had_at_that_time(page: Any, forty: PublishedSite) -> None:
    visit(page, forty.at(PAIR))
    draw_all(page)
    canvas = page.locator("#compare-lines")
    canvas.scroll_into_view_if_needed()
    canvas.hover(position={"x": 300, "y": 150})
    page.wait_for_function("() => tmdbdash.charts['compare-lines'].tooltip.opacity > 0")
    tip = page.evaluate(
        """() => {
            const { title, body } = tmdbdash.charts["compare-lines"].tooltip;
            return [...title, ...body.flatMap(({ lines }) => lines)];
        }"""
    )
    assert len(tip) == 3
    assert "2026" in tip[0] or "2025" in tip[0]
    assert all(FORTY[n][:20] in text for n, text in zip((LISTED, UNLISTED), tip[1:], strict=True))


def test_films_that_are_unknown_or_have_no_history_are_named(
    page: Any, forty: PublishedSite
) -> None:
    visit(page, forty.at("compare.html?ids=999999,20"))
    assert page.get_by_text("Film 999999 is not tracked.").is_visible()
    assert picks(page) == [FORTY[20]]


def test_what_is_compared_and_typed_outlives_news(
    publish: Publish, site: Preview, open_page: OpenPage
) -> None:
    def put(risen: float) -> None:
        films = tracked.titles(40)
        rows = tracked.rows(films, risen=risen)
        publish(rows, films=tracked.files(films, rows, risen=risen))

    put(0)
    page, _ = open_page("about:blank")
    visit(page, f"{site.url}compare.html?ids=3,30&measure=index")
    lines(page)
    page.evaluate("window.kept = tmdbdash.charts['compare-lines']")
    search = page.get_by_role("combobox", name="Add a film")
    search.fill("rain")
    page.get_by_role("option").first.wait_for()
    put(10)
    page.wait_for_function(
        "(text) => document.querySelector('[data-part=facts] td').textContent === text",
        arg=f"{tracked.popularity_of(3) + 10:.1f}",
    )
    assert page.evaluate("kept === tmdbdash.charts['compare-lines']")
    assert search.input_value() == "rain"
    assert search.evaluate("(field) => field === document.activeElement")
    assert page.get_by_label("Indexed to 100").is_checked()
    assert picks(page) == [tracked.title_of(n) for n in (3, 30)]
    publish(sample.rows(past=Past(), forecasts=()))
    page.wait_for_function("() => document.querySelectorAll('.picks li').length < 2")
