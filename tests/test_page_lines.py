"""Films over time in a real Chromium: which are drawn, and how."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.browsed import QUICK, Site, drawn_lines, wait_for_count, wait_for_facts
from tests.parts.chromium import OpenPage
from tests.parts.home import Home
from tests.parts.page import draw_all, wait_for_query
from tests.parts.published import page_of_films
from tmdbdash.report.films.film_files import film_files
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.site.folder import write_all
from tmdbdash.report.site.render import render

pytestmark = pytest.mark.xdist_group("chromium")

FORTY = tracked.titles(40)


@pytest.fixture(scope="module")
def standing(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with page_of_films(chromium, tmp_path_factory, FORTY) as page:
        yield page


CHARTED = """(id) => {
    const { data, scales } = tmdbdash.charts[id];
    const meta = tmdbdash.charts[id].getDatasetMeta(0);
    return {
        ticks: scales.x.ticks.map(({ label }) => String(label)),
        from: [scales.x.min, scales.x.max, scales.y.left, scales.y.right],
        low: scales.y.min,
        stepped: data.datasets[0].stepped,
        breaks: meta.data.map((point) => Boolean(point.stop)),
        smooth: data.datasets.some((set) => set.tension || set.cubicInterpolationMode),
        dots: data.datasets.map((set) => [set.pointRadius, set.pointHoverRadius])
            .filter((_, at) => at % 4 > 1),
    };
}"""


def test_lines_break_where_nothing_was_seen_and_ranks_are_steps(
    http_site: Site, open_page: OpenPage
) -> None:
    films = tracked.titles(40)
    rows = tracked.rows(films)
    made = tracked.details(films)
    points = list(made.points[4])
    del points[8:12]  # of a point each second day: ten days without
    made = replace(made, points={**made.points, 4: points})
    board = build_dashboard(rows, http_site.home.settings(), sample.NOW)
    files = film_files(rows, [made], posters=False)
    write_all(http_site.out, render(board, files), sample.NOW)
    page, _ = open_page(http_site.at("film=4"))
    wait_for_facts(page)
    popularity, rank = (page.evaluate(CHARTED, f"film-{name}") for name in ("history", "rank"))
    assert popularity["breaks"] == rank["breaks"] == [at == 8 for at in range(len(points))]
    assert popularity["from"] == rank["from"]
    assert popularity["low"] == 0
    assert rank["stepped"]
    assert not popularity["stepped"]
    assert not popularity["smooth"]
    assert popularity["dots"] == [[0, 0], [0, 0]]


def test_no_tick_is_said_twice(shown: Any) -> None:
    draw_all(shown)
    for range_ in ("24h", "7d", "30d", "all"):
        shown.locator(f"#history [name=range][value='{range_}']").check()
        for width in (400, 800, 1280):
            shown.set_viewport_size({"width": width, "height": 900})
            shown.wait_for_timeout(100)
            ticks = shown.evaluate(CHARTED, "history-lines")["ticks"]
            assert len(ticks) == len(set(ticks)) > 1, (range_, width)
    shown.locator("#history [name=range][value='7d']").check()


def test_forecasts_stand_where_they_belong_in_time(http_site: Site, open_page: OpenPage) -> None:
    """Made from a list five days old, two of them are over, and the third is for two days on."""
    films = tracked.titles(40)
    old = sample.OBSERVED - timedelta(days=5)
    made = [replace(one, origin_at=old) for one in tracked.rows(films).forecasts]
    http_site.publish(films, forecasts=tuple(made))
    page, _ = open_page(http_site.at("film=4&picked=4,30"))
    wait_for_facts(page)
    told = page.locator("#film .forecasts p").all_text_contents()
    assert told == ["Feb 2, 2026: 93.0 (80% interval 76.0 to 117.0; Model)"]
    due = (old + timedelta(days=7)).timestamp() * 1000
    ahead = "(chart) => tmdbdash.charts[chart].data.datasets[1].data.map(({ x }) => x)"
    seen = tracked.OBSERVED * 1000
    assert page.evaluate(ahead, "film-history") == [seen, due]
    assert page.evaluate(ahead, "history-lines") == [seen, due]
    page.wait_for_function("() => tmdbdash.charts['history-lines'].data.datasets.length === 8")
    other = ahead.replace("[1].data", "[5].data")
    assert page.evaluate(other, "history-lines")[1:] in ([], [due])
    page.evaluate("tmdbdash.setLanguage('pt-BR')")
    page.get_by_text("2 de fev. de 2026: 93,0").wait_for()


def test_what_is_being_written_outlives_news_from_disk(home: Home, open_page: OpenPage) -> None:
    site = Site(home, "disk")
    site.publish(tracked.titles(40), poll=QUICK)
    page, _ = open_page(site.at("page=1"))
    wait_for_count(page, "40 films")
    page.get_by_label("Add a film").fill("rain")
    site.publish(tracked.titles(41), poll=QUICK)
    wait_for_count(page, "41 films")
    assert page.get_by_label("Add a film").input_value() == "rain"


def pressed(page: Any) -> list[str]:
    found: list[str] = page.locator("#history .pick[aria-pressed=true]").all_text_contents()
    return found


def figures(page: Any) -> list[list[str]]:
    found: list[list[str]] = page.locator("#history [data-part=figures] tbody tr").evaluate_all(
        "(rows) => rows.map((row) => Array.from(row.cells, (cell) => cell.textContent))"
    )
    return found


def test_the_leading_films_are_drawn_over_a_week(http_site: Site, open_page: OpenPage) -> None:
    page, watch = open_page(http_site.at())
    lines = drawn_lines(page)
    assert [line["label"] for line in lines] == [
        f"{letter} {tracked.title_of(n)}" for n, letter in enumerate("ABCDEF", start=1)
    ]
    assert len({line["colour"] for line in lines}) == len({line["shape"] for line in lines}) == 6
    assert all(line["dash"] and line["ahead"] == 4 for line in lines)
    assert lines[0]["band"] == [76, 117]
    assert pressed(page) == [f"{c}{tracked.title_of(n)}" for n, c in enumerate("ABCDEF", 1)]
    assert page.locator("#history .pick").count() == 10
    row = figures(page)[0]
    assert row[:2] == ["A", tracked.title_of(1)]
    assert row[2:7] == ["360.0", "360.0", "450.0", "450.0", "+90.0"]
    assert row[7:] == ["93.0", "76.0", "117.0"]
    assert not any("shard-" in url for url in watch.requests)
    wait_for_query(page, {})


def test_ranges_and_films_are_the_readers_choice(disk_site: Site, open_page: OpenPage) -> None:
    page, _ = open_page(disk_site.at())
    page.locator("#history").get_by_role("radio", name="24 hours").check()
    assert drawn_lines(page)[0]["ahead"] == 2
    page.locator("#history").get_by_role("radio", name="30 days").check()
    wait_for_query(page, {"range": "30d"})
    seventh = page.locator("#history .pick").nth(6)
    assert page.get_by_text("six maximum").is_visible()
    assert seventh.get_attribute("aria-disabled") == "true"
    seventh.click(force=True)
    assert len(pressed(page)) == 6
    page.locator("#history .pick").nth(1).click()
    assert len(drawn_lines(page)) == 5
    assert not page.get_by_text("six maximum").is_visible()
    seventh.click()
    assert seventh.text_content() == f"B{tracked.title_of(7)}"
    wait_for_query(page, {"range": "30d", "picked": "1,7,3,4,5,6"})
    page.reload()
    assert [line["label"][0] for line in drawn_lines(page)] == list("ABCDEF")
    assert drawn_lines(page)[1]["label"] == f"B {tracked.title_of(7)}"
    assert page.locator("#history input[value='30d']").is_checked()


def test_other_films_are_found_and_drawn(disk_site: Site, open_page: OpenPage) -> None:
    page, watch = open_page(disk_site.at("picked=2"))
    search = page.get_by_label("Add a film")
    search.fill("30")
    offer = page.locator("#history [role=option]")
    offer.first.wait_for()
    assert offer.all_text_contents() == [f"{tracked.title_of(30)} (2020)"]
    search.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_function("() => tmdbdash.charts['history-lines']?.data.datasets.length === 8")
    assert page.locator("#history [role=option]").count() == 0
    assert search.evaluate("(search) => search === document.activeElement")
    wait_for_query(page, {"picked": "2,30"})
    line = drawn_lines(page)[1]
    assert line["label"] == f"B {tracked.title_of(30)}"
    assert line["last"] == tracked.popularity_of(30)
    assert sum("shard-" in url for url in watch.requests) == 1
    page.reload()
    draw_all(page)
    page.wait_for_function("() => tmdbdash.charts['history-lines']?.data.datasets.length === 8")
    assert figures(page)[1][1] == tracked.title_of(30)
    page.locator("#history summary", has_text="All points").click()
    points = page.locator("#history [data-part=points] tbody tr")
    shown = sum(line["points"] + max(0, line["ahead"] - 1) for line in drawn_lines(page))
    assert points.count() == shown


def test_choices_outlive_new_data(http_site: Site, open_page: OpenPage) -> None:
    site = http_site
    site.publish(tracked.titles(40), poll=QUICK)
    page, _ = open_page(site.at("range=all&picked=3,30"))
    draw_all(page)
    page.wait_for_function("() => tmdbdash.charts['history-lines']?.data.datasets.length === 8")
    draw_all(page)
    page.evaluate(
        "window.kept = [tmdbdash.charts['history-lines'],"
        " ...document.querySelectorAll('#history .pick')]"
    )
    page.locator("#history .pick").nth(2).focus()
    site.publish(tracked.titles(40), risen=10, poll=QUICK)
    page.wait_for_function(
        """(value) => tmdbdash.charts["history-lines"].data.datasets
            .filter((_, at) => at % 4 === 0)
            .every((set, place) => Math.abs(set.data.at(-1).y - value[place]) < 0.01)""",
        arg=[tracked.popularity_of(3) + 10, tracked.popularity_of(30) + 10],
    )
    assert pressed(page) == [f"A{tracked.title_of(3)}", f"B{tracked.title_of(30)}"]
    assert page.evaluate("kept[0] === tmdbdash.charts['history-lines']")
    assert page.evaluate("kept.slice(1).every((button) => button.isConnected)")
    assert page.evaluate("document.activeElement === kept[3]")
    wait_for_query(page, {"range": "all", "picked": "3,30"})


def test_films_may_all_be_taken_away(disk_site: Site, open_page: OpenPage) -> None:
    page, _ = open_page(disk_site.at("picked=1"))
    page.locator("#history .pick").first.click()
    assert drawn_lines(page) == []
    wait_for_query(page, {"picked": ""})
    page.reload()
    assert pressed(page) == []


def test_a_picked_film_that_is_not_tracked_is_left_out(
    http_site: Site, open_page: OpenPage
) -> None:
    page, _ = open_page(http_site.at("picked=999999,2"))
    page.get_by_text("Film 999999 is not tracked").wait_for()
    assert [line["label"] for line in drawn_lines(page)] == [f"B {tracked.title_of(2)}"]


def test_without_history_the_panel_says_so(http_site: Site, open_page: OpenPage) -> None:
    from tmdbdash.report.query.past import Past

    http_site.publish(tracked.titles(40), past=Past(), forecasts=())
    page, _ = open_page(http_site.at())
    assert page.locator("#history .empty-note", has_text="No history yet").is_visible()
    assert not page.locator("#history canvas").is_visible()
