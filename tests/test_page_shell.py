"""The frame round the figures in a real Chromium: badges, theme, choices, cells, kiosk, upkeep."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts.chromium import OpenPage, take_screenshot
from tests.parts.home import Home
from tests.parts.page import draw_all
from tests.parts.publishing import Publish, publisher
from tmdbdash.freshness import freshness
from tmdbdash.report.panels import PANELS
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site.render import INDEX
from tmdbdash.serve import Preview

pytestmark = pytest.mark.xdist_group("chromium")

HOUR = 3_600_000


@pytest.fixture
def publish(home: Home, out: Path) -> Publish:
    """Write a page of these rows; unless told otherwise it asks for news once an hour."""
    return publisher(home, out, at=sample.NOW, every=HOUR)


def at_time(open_page: OpenPage, address: str, now: datetime, **options: Any) -> Any:
    """The page as someone sees it whose clock says ``now``."""
    page, _ = open_page("about:blank", timed=True, **options)
    page.clock.install(time=now - timedelta(minutes=1))
    page.goto(address)
    page.clock.pause_at(now)
    return page


def column(page: Any, table: str, place: int) -> list[str]:
    texts: list[str] = page.locator(f"#{table}-table tbody td:nth-child({place})").all_inner_texts()
    return texts


COUNT_ANNOUNCEMENTS = """
window.announced = [];
new MutationObserver(() => announced.push(document.getElementById("status").textContent))
    .observe(document.getElementById("status"), { childList: true, characterData: true });
"""


def test_badges_follow_the_clock_and_each_change_is_announced_once(
    site: Preview, open_page: OpenPage
) -> None:
    page = at_time(open_page, site.url, sample.OBSERVED + timedelta(seconds=38))
    badge, age = page.locator("#badge-ingest"), page.locator("#age-ingest")
    assert badge.text_content() == "ingest fresh"
    assert age.inner_text() == "data of 14:02 UTC, 38s ago, next due 14:04"
    assert page.locator("#age-train").inner_text() == (
        "models of 13:45 UTC, 17m ago, next due 14:17"
    )
    page.evaluate(COUNT_ANNOUNCEMENTS)
    page.clock.run_for(timedelta(minutes=4).seconds * 1000)
    assert badge.get_attribute("data-state") == "late"
    assert age.inner_text() == "data of 14:02 UTC, 4m ago, was due 14:04"
    assert not page.locator("#stale").is_visible()
    page.clock.run_for(timedelta(minutes=6).seconds * 1000)
    assert badge.text_content() == "ingest stale"
    assert page.locator("#badge-train").text_content() == "training fresh"
    assert page.locator("#stale").inner_text() == (
        "The data are stale: nothing newer than Jan 31, 2026, 14:02 UTC has arrived."
    )
    assert page.evaluate("announced") == ["ingest: late", "ingest: stale"]
    take_screenshot(page, "page-stale", full_page=False)


def test_what_never_ran_and_what_failed_last_is_named(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    later = sample.OBSERVED + timedelta(minutes=1)
    failed = sample.run("ingest", outcome="failed", started_at=later, finished_at=later)
    publish(sample.rows(succeeded={}, failed={"ingest": failed}))
    page = at_time(open_page, (out / INDEX).as_uri(), sample.NOW)
    assert page.locator("#badge-train").text_content() == "training not yet"
    failure = page.locator("#failed").inner_text()
    assert failure == "Last “Ingest” run, Jan 31, 2026, 14:03 UTC: failed."
    assert not page.locator("#stale").is_visible()


def test_old_data_say_their_year_and_age(out: Path, open_page: OpenPage, publish: Publish) -> None:
    publish(sample.rows(succeeded={}))
    page = at_time(open_page, (out / INDEX).as_uri(), sample.NOW + timedelta(days=800))
    assert page.locator("#badge-ingest").text_content() == "ingest stale"
    assert page.locator("#age-ingest").inner_text() == (
        "data of Jan 31, 2026, 14:02 UTC, 800d ago, was due Jan 31, 2026, 14:04 UTC"
    )
    assert page.locator("#stale").is_visible()
    draw_all(page)
    ticks = page.evaluate(
        "tmdbdash.charts['history-lines'].scales.x.ticks.map(({ label }) => label)"
    )
    assert ticks
    assert all(label.endswith(", 2026") for label in ticks)
    now, _ = open_page("about:blank", fresh=True)
    now.clock.install(time=sample.NOW)
    now.goto((out / INDEX).as_uri())
    draw_all(now)
    ticks = now.evaluate(
        "tmdbdash.charts['history-lines'].scales.x.ticks.map(({ label }) => label)"
    )
    assert "Jan 29" in ticks


def test_the_browser_judges_freshness_as_we_do(shown: Any) -> None:
    ages = (-3600, -301, -299, -1, 0, 1, 240, 241, 599, 600, 601, 86_400)
    for age in (*ages, None):
        last = None if age is None else sample.NOW - timedelta(seconds=age)
        ours = freshness(last, 2, sample.NOW)
        theirs = shown.evaluate(
            "([last, now]) => tmdbdash.freshness(last, 2, now)",
            [last and last.timestamp() * 1000, sample.NOW.timestamp() * 1000],
        )
        assert theirs["state"] == ours.state
        assert theirs["age"] == (None if ours.age is None else ours.age * 1000)
        assert theirs["due"] == (ours.next_due and ours.next_due.timestamp() * 1000)


def test_a_chosen_theme_goes_before_the_systems_and_is_remembered(
    site: Preview, open_page: OpenPage
) -> None:
    page, _ = open_page(site.url, color_scheme="light")
    ground = "getComputedStyle(document.body).backgroundColor"
    bar = "tmdbdash.charts['top-popularity'].getDatasetMeta(0).data[0].options.backgroundColor"
    draw_all(page)
    light = page.evaluate(ground), page.evaluate(bar)
    page.get_by_label("auto").press("ArrowRight")
    assert page.get_by_label("light", exact=True).is_checked()
    page.get_by_label("light", exact=True).press("ArrowRight")
    dark = page.evaluate(ground), page.evaluate(bar)
    assert dark[0] != light[0]
    assert dark[1] != light[1]
    page.reload()
    draw_all(page)
    assert (page.evaluate(ground), page.evaluate(bar)) == dark
    assert page.get_by_label("dark", exact=True).is_checked()
    page.get_by_label("dark", exact=True).press("ArrowRight")
    assert (page.evaluate(ground), page.evaluate(bar)) == light
    assert page.evaluate("localStorage.getItem('tmdbdash.theme')") is None


def test_choices_filter_and_outlast_news_and_reloads(
    site: Preview, open_page: OpenPage, publish: Publish
) -> None:
    publish(sample.rows(), poll=300)
    page, _ = open_page(site.url)
    tasks = page.locator("#models .choice")
    assert set(column(page, "models", 2)) == {"Median", "Mean", "Linear regression", "Boosting"}
    before = column(page, "models", 4)
    tasks.get_by_label("Rating", exact=True).check()
    after = column(page, "models", 4)
    assert after != before
    assert "models.task=vote_average" in page.url
    publish(sample.rows(films=77), sample.NOW + timedelta(seconds=9), poll=300)
    page.locator("#tracked", has_text="77").wait_for()
    assert column(page, "models", 4) == after
    page.reload()
    assert tasks.get_by_label("Rating", exact=True).is_checked()
    assert column(page, "models", 4) == after
    tasks.get_by_label("Popularity", exact=True).check()
    page.wait_for_function("() => !location.search.includes('models')")
    assert column(page, "models", 4) == before


def test_choices_that_no_row_answers_are_not_offered(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    only = sample.evaluation(tasks=[sample.task("vote_average", "released")])
    publish(sample.rows(evaluation=only))
    page, _ = open_page((out / INDEX).as_uri())
    assert page.locator("#models .switch label:visible").all_inner_texts() == ["Rating"]
    assert len(column(page, "models", 2)) == 4


def test_sparklines_and_steps_in_rank_are_drawn_and_worded(shown: Any) -> None:
    cells = shown.locator("#top-table td.spark")
    assert cells.first.locator("svg path.spark-line").count() == 1
    assert cells.first.inner_text().startswith("from ")
    known = shown.locator("#top-table td.change[data-way]").first
    assert known.get_attribute("data-way") == "up"
    assert known.locator("[aria-hidden]").inner_text() == "▲ 2"
    assert known.locator(".unseen").inner_text() == "up 2 places"
    fresh = shown.locator("#top-table td.change[data-way=new]").first
    assert fresh.text_content() == "NEWnew"


def test_points_open_the_film_that_they_stand_for(shown: Any) -> None:
    shown.evaluate("tmdbdash.openFilm = (id) => { window.opened = id; }")
    frame = shown.locator("#scatter-popularity")
    frame.scroll_into_view_if_needed()
    shown.wait_for_function(
        """() => {
            /* The chart follows the room that its frame has, some frames later. */
            const chart = tmdbdash.charts["scatter-popularity"];
            const { clientWidth, clientHeight } = chart ? chart.canvas.parentElement : {};
            return chart && Math.abs(chart.width - clientWidth) <= 1
                && Math.abs(chart.height - clientHeight) <= 1;
        }"""
    )
    point = shown.evaluate(
        """() => {
            const chart = tmdbdash.charts["scatter-popularity"];
            const { x, y } = chart.getDatasetMeta(0).data[0];
            return { x, y, id: chart.data.datasets[0].data[0].record.tmdb_id };
        }"""
    )
    frame.click(position={"x": point["x"], "y": point["y"]})
    shown.wait_for_function("(id) => window.opened === id", arg=point["id"], timeout=5000)


def test_the_scatter_has_one_range_and_powers_of_ten_where_it_can(shown: Any) -> None:
    scales = shown.evaluate(
        """() => ["scatter-popularity", "scatter-rating"].map((id) => {
            const { x, y } = tmdbdash.charts[id].scales;
            return [x.type, y.type, x.min === y.min && x.max === y.max];
        })"""
    )
    assert scales == [["logarithmic", "logarithmic", True], ["linear", "linear", True]]


def test_long_tables_come_when_they_are_unfolded(shown: Any) -> None:
    assert shown.locator("#scatter-table tbody tr").count() == 0
    shown.locator("#scatter-figures summary").click()
    shown.locator("#scatter-table tbody tr").first.wait_for()
    assert shown.locator("#scatter-table tbody tr").count() == 48


def test_news_from_disk_leave_choices_folds_and_place(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(sample.rows(), poll=HOUR)
    page, _ = open_page("about:blank", timed=True, viewport={"width": 1000, "height": 600})
    page.goto((out / INDEX).as_uri())
    page.locator("#predictions-figures summary").click()
    page.locator("#models").get_by_label("Rating", exact=True).check()
    page.locator("#models").evaluate("(panel) => panel.scrollIntoView()")
    place = page.evaluate("scrollY")
    publish(sample.rows(films=4321), sample.NOW + timedelta(seconds=9), poll=HOUR)
    page.clock.fast_forward(HOUR)
    page.locator("#tracked", has_text="4,321").wait_for()
    assert page.locator("#predictions-table").is_visible()
    assert not page.locator("#forecasts-table").is_visible()
    assert page.locator("#models").get_by_label("Rating", exact=True).is_checked()
    assert abs(page.evaluate("scrollY") - place) < 50


def test_a_kiosk_shows_one_panel_at_a_time(site: Preview, open_page: OpenPage) -> None:
    size = {"width": 1920, "height": 1080}
    page, _ = open_page("about:blank", timed=True, viewport=size)
    page.goto(f"{site.url}?kiosk=1")

    def shown() -> list[str]:
        ids: list[str] = page.locator(".panel:visible").evaluate_all(
            "(all) => all.map((p) => p.id)"
        )
        return ids

    assert shown() == ["top"]
    assert page.locator(".controls:visible, .contents:visible, .panel-head p:visible").count() == 0
    assert page.get_by_role("heading", level=2).all_inner_texts() == ["Popularity"]
    assert page.locator(".attribution").is_visible()
    assert page.evaluate("document.documentElement.scrollHeight") == 1080
    box = page.locator("#top-table").bounding_box()
    assert box["y"] + box["height"] <= 1080
    take_screenshot(page, "page-kiosk", full_page=False)
    walls = [panel.id for panel in PANELS if panel.in_kiosk]
    assert walls[:3] == ["top", "movers", "history"]
    seen = shown()
    for _ in walls[1:]:
        page.clock.run_for(16_000)
        seen += shown()
        for table in page.locator(".panel .table-frame:visible").all():
            assert table.evaluate("(frame) => frame.scrollHeight <= frame.clientHeight"), seen
    assert seen == [wall for wall in walls if wall in seen]
    assert set(walls) - set(seen) <= {"movers"}
    page.keyboard.press("ArrowRight")
    assert shown() == ["top"]
    page.emulate_media(reduced_motion="reduce")
    page.clock.run_for(60_000)
    assert shown() == ["top"]
    page.keyboard.press("ArrowLeft")
    assert shown() == seen[-1:]


def test_a_kiosk_from_disk_goes_round_while_news_come(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(sample.rows(), poll=30_000)
    page, _ = open_page("about:blank", timed=True, viewport={"width": 1920, "height": 1080})
    page.goto(f"{(out / INDEX).as_uri()}?kiosk=1")
    publish(sample.rows(films=99), sample.NOW + timedelta(seconds=9), poll=30_000)
    seen = []
    for _ in range(4):
        page.clock.run_for(16_000)
        seen.append(page.locator(".panel:visible").get_attribute("id"))
    page.locator("#tracked", has_text="99").wait_for()
    assert len(set(seen)) == 4


def test_the_simulated_mark_stays_in_sight(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(sample.rows(simulated=True))
    page, _ = open_page((out / INDEX).as_uri())
    page.evaluate("scrollTo(0, 3000)")
    page.wait_for_function("() => scrollY > 1000")
    assert page.locator("#simulated").bounding_box()["y"] == 0
    head = page.locator(".masthead-inner").bounding_box()
    assert head["y"] + head["height"] < 120
    page.set_viewport_size({"width": 768, "height": 600})
    assert page.locator(".masthead-inner").bounding_box()["y"] < 0
    assert page.locator("#simulated strong").bounding_box()["y"] == 0
    page.emulate_media(media="print")
    assert page.locator("#simulated").is_visible()
    assert page.locator("#forecasts-table").is_visible()
    assert not page.locator(".controls").is_visible()


def test_contents_fold_away_on_a_phone_and_tell_the_place(
    site: Preview, open_page: OpenPage
) -> None:
    page, _ = open_page(site.url, viewport={"width": 360, "height": 800})
    contents = page.get_by_role("navigation", name="Contents")
    link = contents.get_by_role("link", name="Interval coverage")
    assert not link.is_visible()
    contents.get_by_text("Contents").click()
    link.click()
    assert not link.is_visible()
    page.wait_for_function("() => document.querySelector('[aria-current]')?.hash === '#coverage'")
    assert page.locator("#coverage").bounding_box()["y"] >= 0


def test_the_empty_page_says_what_to_run_and_how_it_stands(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(Rows(), datetime.now(UTC))
    page, _ = open_page((out / INDEX).as_uri())
    assert page.locator("#badge-ingest").text_content() == "ingest no data yet"
    assert page.locator("#age-ingest").inner_text() == "no list read yet"
    assert not page.locator("#stale").is_visible()
    assert page.get_by_text("tmdbdash demo").is_visible()
    assert page.locator("main .panel").bounding_box()["width"] > 600


def test_a_film_that_rose_is_followed_in_place(
    site: Preview, open_page: OpenPage, publish: Publish
) -> None:
    publish(sample.rows(), poll=300)
    page, _ = open_page(site.url)
    page.evaluate("window.cell = document.querySelector('#top-table td.spark svg')")
    films = [sample.film(number) for number in range(1, 25)]
    films[0] = replace(films[0], popularity=5000.0)
    publish(sample.rows(films, films=99), sample.NOW + timedelta(seconds=9), poll=300)
    page.locator("#tracked", has_text="99").wait_for()
    assert page.evaluate("cell.isConnected")
    assert "5,000" in page.locator("#top-table td.spark").first.inner_text()
