"""A published page in a real Chromium that asks for news: what becomes of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts.chromium import OpenPage, take_screenshot
from tests.parts.hostile import TITLES as HOSTILE
from tests.parts.page import HIDE, draw_all, settle, table
from tests.parts.publishing import CHARTS, Publish, chart_data, drawn
from tmdbdash.report.i18n.wording import number_text
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site.render import DATA, INDEX
from tmdbdash.serve import Preview, serving

pytestmark = pytest.mark.xdist_group("chromium")


def test_hostile_titles_that_a_poll_brings_are_text(
    site: Preview, open_page: OpenPage, publish: Publish
) -> None:
    page, _ = open_page(site.url)
    films = [sample.film(n, title=title) for n, title in enumerate(HOSTILE, start=1)]
    publish(sample.rows(films))
    page.wait_for_function(
        "() => document.querySelectorAll('#predictions-table tbody tr').length === 10"
    )
    assert [row[2] for row in table(page, "top")] == list(HOSTILE)
    assert page.evaluate("window.broken") is None


KEEP = """
window.kept = {
    charts: Object.values(tmdbdash.charts),
    canvases: [...document.querySelectorAll("canvas")],
    rows: [...document.querySelectorAll("tbody tr")],
};
window.touched = [];
new MutationObserver((records) => {
    for (const record of records) touched.push(record.target.id || record.target.nodeName);
}).observe(document.body, {
    subtree: true, childList: true, characterData: true, attributes: true,
});
"""
SAME = """
kept.charts.every((chart, at) => chart === Object.values(tmdbdash.charts)[at])
    && kept.canvases.every((canvas) => canvas.isConnected)
    && kept.rows.every((row) => row.isConnected)
"""


def wait_for_polls(page: Any, watch: Any, count: int) -> None:
    def asked() -> int:
        return sum("/data.js" in url for url in watch.requests)  # data.js, or data.json over http

    before = asked()
    for _ in range(count * 160):
        page.wait_for_timeout(25)
        if asked() >= before + count:
            page.wait_for_timeout(50)
            return
    pytest.fail(f"the page did not ask {count} times")


def test_news_update_charts_and_tables_in_place(
    site: Preview, open_page: OpenPage, publish: Publish
) -> None:
    page, _ = open_page(site.url)
    draw_all(page)
    page.evaluate(KEEP)
    films = [sample.film(n, popularity=1000.0 + n, vote_count=300) for n in range(1, 25)]
    for _ in range(3):
        films = [replace(film, popularity=(film.popularity or 0) * 2) for film in films]
        publish(sample.rows(films, films=1234))
        expected = number_text(films[-1].popularity, 1)
        page.wait_for_function(
            "(text) => document.querySelector('#top-table td:nth-child(4)').textContent === text",
            arg=expected,
        )
    assert page.evaluate(SAME)
    assert chart_data(page, "top-popularity")["values"][0][0] == films[-1].popularity
    assert page.locator("#tracked").text_content() == "1,234 films tracked"
    assert table(page, "top")[0][2] == films[-1].title


def test_points_of_other_groups_take_the_place_of_the_old(
    site: Preview, open_page: OpenPage, publish: Publish
) -> None:
    page, _ = open_page(site.url)
    draw_all(page)
    page.evaluate(KEEP)
    only = [place for place in sample.rows().embeddings if place.group_no == 2][:5]
    publish(sample.rows(embeddings=tuple(only), films=77))
    page.get_by_text("77 films tracked").wait_for()
    assert [len(group) for group in chart_data(page, "map-of-films")["values"]] == [5]
    publish(sample.rows(films=78))
    page.get_by_text("78 films tracked").wait_for()
    assert [len(group) for group in chart_data(page, "map-of-films")["values"]] == [12, 12]
    assert page.evaluate(SAME)


def test_a_poll_without_news_touches_nothing(site: Preview, open_page: OpenPage) -> None:
    page, watch = open_page(site.url)
    settle(page)
    page.evaluate(KEEP)
    wait_for_polls(page, watch, 2)
    assert set(page.evaluate("touched")) <= {"age-ingest", "age-train"}


def test_a_new_time_alone_touches_neither_tables_nor_charts(
    site: Preview, open_page: OpenPage, publish: Publish
) -> None:
    page, _ = open_page(site.url)
    settle(page)
    page.evaluate(KEEP)
    page.evaluate(
        "() => { for (const chart of kept.charts) chart.update = () => touched.push(chart.id); }"
    )
    publish(sample.rows(), datetime.now(UTC) + timedelta(minutes=3))
    page.wait_for_function("() => touched.includes('generated')")
    assert set(page.evaluate("touched")) <= {"age-ingest", "age-train", "generated"}


def test_older_data_from_a_cache_are_ignored(
    site: Preview, open_page: OpenPage, publish: Publish
) -> None:
    page, watch = open_page(site.url)
    publish(sample.rows(films=77), datetime.now(UTC) - timedelta(hours=1))
    wait_for_polls(page, watch, 2)
    assert page.locator("#tracked").text_content() == "24 films tracked"


def test_data_of_a_clock_that_was_ahead_hold_nothing_up(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(sample.rows(), datetime.now(UTC) + timedelta(hours=1))
    with serving(out) as server:
        page, _ = open_page(server.url)
        publish(sample.rows(films=77))
        page.get_by_text("77 films tracked").wait_for()


NO_STORAGE = """
Object.defineProperty(window, "sessionStorage", { get() { throw new Error("closed"); } });
"""


def test_data_of_another_make_do_not_break_the_page(
    site: Preview, out: Path, open_page: OpenPage
) -> None:
    page, watch = open_page("about:blank", fresh=True)
    page.add_init_script(NO_STORAGE)
    data = json.loads((out / DATA).read_bytes())
    del data["panels"]["groups"], data["panels"]["history"]
    data |= {"films": 77, "build": "another", "generated_at": "2100-01-01T00:00:00Z"}
    page.route("**/data.json", lambda route: route.fulfill(json=data))
    page.goto(site.url)
    page.get_by_text("77 films tracked").wait_for()
    assert sum(url == page.url for url in watch.requests) == 2
    assert not page.locator("#trouble").is_visible()
    assert len(table(page, "groups")) == 2
    page.get_by_role("button", name="Português").click()
    page.get_by_text("77 filmes acompanhados").wait_for()


def test_data_that_cannot_be_shown_are_said_so(
    site: Preview, out: Path, open_page: OpenPage
) -> None:
    page, watch = open_page("about:blank")
    watch.expect("TypeError")
    data = json.loads((out / DATA).read_bytes()) | {"jobs": None}
    data["generated_at"] = "2100-01-01T00:00:00Z"
    page.route("**/data.json", lambda route: route.fulfill(json=data))
    page.goto(site.url)
    page.locator("#trouble", has_text="the new data could not be shown").wait_for()
    page.unroute("**/data.json")
    page.evaluate(HIDE, False)  # what the page tells of time, it tells of the data that it shows
    assert len(table(page, "top")) == 10


def test_a_fault_is_said_and_recovered_from(
    site: Preview, out: Path, open_page: OpenPage, publish: Publish
) -> None:
    page, watch = open_page(site.url)
    watch.expect("404", "500", "ERR_FAILED")
    good = (out / DATA).read_bytes()
    (out / DATA).unlink()
    page.locator("#trouble").wait_for()
    assert "the server answered 404" in page.locator("#trouble").text_content()
    assert "the server answered 404" in page.locator("#status").text_content()
    assert len(table(page, "top")) == 10
    take_screenshot(page, "page-failing", full_page=False)
    (out / DATA).write_bytes(b"<html>not json</html>")
    page.locator("#trouble", has_text="the answer could not be read").wait_for()
    (out / DATA).write_bytes(good)
    publish(sample.rows(films=321))
    # Said until there is something newer to say.
    page.locator("#status", has_text="Updates resumed.").wait_for(state="attached", timeout=20_000)
    page.locator("#trouble").wait_for(state="hidden")
    page.locator("#tracked", has_text="321 films tracked").wait_for()


def test_faults_make_the_page_ask_less_often(
    site: Preview, open_page: OpenPage, publish: Publish
) -> None:
    page, watch = open_page("about:blank", timed=True)
    watch.expect("500")
    publish(sample.rows(), poll=1000)
    page.route("**/data.json", lambda route: route.fulfill(status=500, body="no"))
    page.goto(site.url)
    asked = []
    for _ in range(40):
        page.clock.run_for(1000)
        page.wait_for_timeout(20)
        asked.append(sum(url.endswith("/data.json") for url in watch.requests))
    assert 4 <= asked[-1] <= 6


def test_requests_never_stack(site: Preview, open_page: OpenPage) -> None:
    page, watch = open_page(site.url)
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/data.json", hold)
    page.wait_for_timeout(700)
    assert len(held) == 1
    held[0].abort()
    watch.expect("ERR_FAILED")
    page.locator("#trouble", has_text="the server did not answer").wait_for()


def test_a_hidden_page_asks_nothing_and_catches_up_at_once(
    site: Preview, open_page: OpenPage, publish: Publish
) -> None:
    publish(sample.rows(), poll=500)
    page, watch = open_page(site.url)
    page.evaluate(HIDE, True)
    page.wait_for_timeout(100)
    before = len(watch.requests)
    page.wait_for_timeout(700)
    assert len(watch.requests) == before
    with page.expect_request("**/data.json", timeout=400):
        page.evaluate(HIDE, False)
    assert len(watch.requests) == before + 1


def test_from_disk_a_script_brings_the_news(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    """No reload takes away what the reader points at."""
    publish(sample.rows())
    page, watch = open_page((out / INDEX).as_uri())
    draw_all(page)
    page.evaluate(KEEP)
    page.evaluate(
        """() => {
            const { tooltip } = tmdbdash.charts["top-popularity"];
            tooltip.setActiveElements([{ datasetIndex: 0, index: 2 }], { x: 0, y: 0 });
        }"""
    )
    publish(sample.rows(films=4321), datetime.now(UTC) + timedelta(minutes=1))
    page.get_by_text("4,321 films tracked").wait_for()
    assert page.evaluate(SAME)
    tip = "tmdbdash.charts['top-popularity'].tooltip.getActiveElements().length"
    assert page.evaluate(tip) == 1
    wait_for_polls(page, watch, 3)
    assert not any(url.endswith("data.json") for url in watch.requests)
    assert page.locator("script[src*='data.js']").count() <= 1, "the one that is on its way"


def test_from_disk_a_page_whose_news_are_gone_says_so(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(sample.rows())
    page, watch = open_page((out / INDEX).as_uri())
    watch.expect("ERR_FILE_NOT_FOUND")
    (out / "data.js").unlink()
    page.locator("#trouble", has_text="the answer could not be read").wait_for()
    assert len(table(page, "top")) == 10
    publish(sample.rows(films=77), datetime.now(UTC) + timedelta(minutes=1))
    page.get_by_text("77 films tracked").wait_for()
    assert not page.locator("#trouble").is_visible()


def test_an_empty_page_turns_into_a_full_one(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(Rows())
    with serving(out) as site:
        page, _ = open_page(site.url)
        assert page.get_by_text("tmdbdash ingest").is_visible()
        take_screenshot(page, "page-empty")
        publish(sample.rows(), datetime.now(UTC) + timedelta(seconds=2))
        page.locator("#badge-ingest[data-state]").wait_for()
        page.locator("#top-table").wait_for()
        draw_all(page)
        assert drawn(page, "top-popularity")


def test_training_makes_the_predictions_appear(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(sample.rows(**sample.UNTRAINED))
    with serving(out) as site:
        page, _ = open_page(site.url)
        assert page.get_by_text("No trained models yet.").first.is_visible()
        assert not page.locator("#predicted-rating").is_visible()
        publish(sample.rows(), datetime.now(UTC) + timedelta(seconds=2))
        page.locator("#predicted-rating").wait_for()
        page.locator("#predicted-rating").scroll_into_view_if_needed()
        page.wait_for_function("() => tmdbdash.charts['predicted-rating']")
        draw_all(page)
        for chart in CHARTS:
            assert drawn(page, chart)
        assert not page.get_by_text("No trained models yet.").first.is_visible()
