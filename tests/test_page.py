"""The published page in a real Chromium, over http and from disk."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts.chromium import OpenPage, take_screenshot
from tests.parts.home import Home
from tests.parts.hostile import TITLES as HOSTILE
from tests.parts.page import HIDE, draw_all, settle, table, wait_for_language
from tmdbdash.report.i18n.catalogue import LOCALES
from tmdbdash.report.i18n.wording import (
    date_text,
    growth_text,
    number_text,
    share_text,
    signed_text,
    time_text,
)
from tmdbdash.report.panels import PANELS
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site.folder import write_all
from tmdbdash.report.site.render import DATA, INDEX, render
from tmdbdash.serve import Preview, serving

pytestmark = pytest.mark.xdist_group("chromium")

QUICK, SELDOM = 120, 60_000
CHARTS = tuple(chart.id for panel in PANELS for chart in panel.charts)
TABLES = tuple(panel.id for panel in PANELS if panel.columns and not panel.block)
CHOSEN = {panel.id for panel in PANELS if panel.choices}


@pytest.fixture
def out(home: Home) -> Path:
    return home.path / "out"


Publish = Callable[..., dict[str, bytes]]


@pytest.fixture
def publish(home: Home, out: Path) -> Publish:
    """Write a page of these rows, as of now, with a poll interval that tests can wait for."""

    def write(rows: Rows, now: datetime | None = None, poll: int = QUICK) -> dict[str, bytes]:
        now = now or datetime.now(UTC)
        settings = home.settings(poll_interval_ms=poll)
        files = render(build_dashboard(rows, settings, now))
        write_all(out, files, now)
        return files

    return write


@pytest.fixture
def site(publish: Publish, out: Path) -> Iterator[Preview]:
    publish(sample.rows())
    with serving(out) as server:
        yield server


def chart_data(page: Any, chart: str) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        """(id) => ({
            labels: tmdbdash.charts[id].data.labels,
            values: tmdbdash.charts[id].data.datasets.map((set) => set.data),
        })""",
        chart,
    )
    return found


def drawn(page: Any, chart: str) -> bool:
    """Whether a canvas shows more than its background."""
    return bool(
        page.evaluate(
            """(id) => {
                const canvas = document.getElementById(id);
                const pixels = canvas.getContext("2d")
                    .getImageData(0, 0, canvas.width, canvas.height).data;
                let painted = 0;
                for (let at = 3; at < pixels.length; at += 4) painted += pixels[at] > 0;
                return painted > 1000;
            }""",
            chart,
        )
    )


@pytest.mark.parametrize(("way", "scheme"), [("http", "light"), ("disk", "dark")])
def test_everything_is_shown(
    site: Preview, out: Path, open_page: OpenPage, publish: Publish, way: str, scheme: str
) -> None:
    publish(sample.rows(), poll=SELDOM)
    address = site.url if way == "http" else (out / INDEX).as_uri()
    page, watch = open_page(address, color_scheme=scheme)
    assert len(table(page, "top")) == 10
    assert len(table(page, "predictions")) == 20
    assert len(table(page, "models")) == 4
    assert len(table(page, "outliers")) == len(table(page, "rating_outliers")) == 2
    assert len(table(page, "forecasts")) == 10
    assert len(table(page, "groups")) == 2
    assert [row[0] for row in table(page, "runs")] == ["Ingest", "Training"]
    draw_all(page)
    for chart in CHARTS:
        assert drawn(page, chart)
    data = json.loads((out / DATA).read_bytes())
    bars = chart_data(page, "top-popularity")
    assert bars["labels"] == [film["label"] for film in data["panels"]["top"]]
    assert bars["values"] == [[film["popularity"] for film in data["panels"]["top"]]]
    lines = chart_data(page, "predicted-rating")
    assert lines["values"] == [
        [film[key] for film in data["panels"]["predictions"]]
        for key in ("predicted_vote_average", "actual_vote_average")
    ]
    importances = chart_data(page, "importance-popularity")
    assert importances["labels"] == ["Votes", "Genres", "Dates and age", "Texts"]
    assert importances["values"][1] == [None, 0.1, pytest.approx(0.0667, abs=1e-4), 0.05]
    points = chart_data(page, "map-of-films")["values"]
    assert [len(group) for group in points] == [12, 12]
    assert points[0][0]["y"] == pytest.approx(-0.29)
    assert [len(curve) for curve in chart_data(page, "hit-roc")["values"]] == [3, 2]
    assert (
        page.locator("#age-ingest").text_content().startswith("data of Jan 31, 2026, 14:02 UTC, ")
    )
    assert "Checks for new data" in page.locator("#news").text_content()
    assert page.locator("#status").text_content() == ""
    assert not watch.foreign
    if scheme == "dark":
        take_screenshot(page, "page-dark")


def test_the_browser_words_values_as_we_do(shown: Any) -> None:
    chance = random.Random(3)
    numbers = [chance.uniform(-10, 10) ** chance.randint(1, 8) for _ in range(300)]
    numbers += [0, -0.0, 0.5, 1.5, 2.5, 0.125, 1.005, 999.95, 1e6, 123456789, -0.04, 8.35, 1e21]
    shares = [chance.random() for _ in range(200)] + [0, 1, 0.285, 0.575, 0.29, 0.1 + 0.2]
    moments = [sample.NOW + timedelta(days=31 * n, hours=n, minutes=7 * n) for n in range(24)]
    for locale in LOCALES:
        shown.evaluate("(locale) => tmdbdash.setLanguage(locale)", locale)
        wait_for_language(shown, locale)

        def worded(kind: str, given: list[Any], digits: int = 0) -> list[str]:
            found: list[str] = shown.evaluate(
                "([kind, all, digits]) => all.map((n) => tmdbdash.format.value(kind, n, digits))",
                [kind, given, digits],
            )
            return found

        for digits in (0, 1, 2, 3):
            for kind, word in (("number", number_text), ("signed", signed_text)):
                assert worded(kind, numbers, digits) == [word(n, digits, locale) for n in numbers]
            ratios = [abs(n) for n in numbers]
            assert worded("growth", ratios, digits) == [
                growth_text(ratio, digits, locale) for ratio in ratios
            ]
        for digits in (0, 1):
            assert worded("share", shares, digits) == [
                share_text(share, digits, locale) for share in shares
            ]
        assert worded("date", [m.date().isoformat() for m in moments]) == [
            date_text(m, locale) for m in moments
        ]
        assert worded("time", [m.isoformat() for m in moments]) == [
            time_text(m, locale) for m in moments
        ]
        assert worded("number", [None], 1) == [number_text(None)]


def test_without_scripts_the_same_tables_are_readable(shown: Any, open_page: OpenPage) -> None:
    bare, _ = open_page(shown.url, java_script_enabled=False)
    for panel in TABLES:
        rows = table(bare, panel)
        assert table(shown, panel) == rows[: len(table(shown, panel))]
        if panel not in CHOSEN:
            assert len(table(shown, panel)) == len(rows)
    assert bare.get_by_role("cell", name="Night Train to Porto").first.is_visible()
    assert not bare.locator("#top-popularity").is_visible()
    assert "Data of Jan 31, 2026, 14:02 UTC" in bare.locator("#age-ingest").text_content()
    take_screenshot(bare, "page-without-scripts")


def test_hostile_titles_are_text_everywhere(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    films = [sample.film(n, title=title) for n, title in enumerate(HOSTILE, start=1)]
    publish(sample.rows(films), poll=SELDOM)
    page, _ = open_page((out / INDEX).as_uri())
    draw_all(page)
    assert [row[2] for row in table(page, "top")] == list(HOSTILE)
    for panel in ("predictions", "moved", "outliers", "forecasts"):
        titles = [row[0] for row in table(page, panel)]
        assert titles == list(HOSTILE[: len(titles)])
        assert titles
    assert "<img src=x" in table(page, "groups")[1][5]
    labels = [point["record"]["title"] for point in chart_data(page, "map-of-films")["values"][0]]
    assert "<img src=x onerror='window.br…" in labels
    for place in (0, 3, 6):
        page.evaluate(
            """(place) => {
                const chart = tmdbdash.charts["top-popularity"];
                const element = { datasetIndex: 0, index: place };
                chart.tooltip.setActiveElements([element], { x: 0, y: 0 });
                chart.update();
            }""",
            place,
        )
        title = page.evaluate("tmdbdash.charts['top-popularity'].tooltip.title.join(' ')")
        assert title.replace("…", "")[:40] in " ".join(HOSTILE[place].split())
    assert page.evaluate("window.broken") is None
    assert page.locator("#top-table img, #top-table script").count() == 0


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
    asked = sum(url.endswith("/data.json") for url in watch.requests)
    for _ in range(count * 160):
        page.wait_for_timeout(25)
        if sum(url.endswith("/data.json") for url in watch.requests) >= asked + count:
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


def test_contents_lead_to_each_panel(shown: Any) -> None:
    contents = shown.get_by_role("navigation", name="Contents")
    assert contents.get_by_role("link").count() == len(PANELS)
    contents.get_by_role("link", name="Clusters").click()
    shown.wait_for_function(
        "() => Math.abs(document.querySelector('#groups').getBoundingClientRect().top) < 700"
    )


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
    assert sum("/data.js?" in url for url in watch.requests) > 0
    assert not any(url.endswith("data.json") for url in watch.requests)
    assert page.locator("script[src*='data.js']").count() == 0


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


def test_columns_that_say_nothing_are_not_shown(site: Preview, open_page: OpenPage) -> None:
    """With scripts and without, by the same rule: no value, or minor and the same in all rows."""
    shown, _ = open_page(site.url)
    bare, _ = open_page(site.url, java_script_enabled=False)
    for panel in ("predictions", "forecasts", "moved", "runs", "coverage"):
        hidden = [
            page.locator(f"#{panel}-table th").evaluate_all(
                "(heads) => heads.filter((head) => head.hidden).map((head) => head.dataset.key)"
            )
            for page in (shown, bare)
        ]
        assert hidden[0] == hidden[1], panel
        for page in (shown, bare):
            heads = page.locator(f"#{panel}-table th:not([hidden])").count()
            assert (
                page.locator(f"#{panel}-table tbody tr").first.locator("td:not([hidden])").count()
                == heads
            )
        if panel == "predictions":
            assert "mode" in hidden[0]
            assert "predicted_popularity" not in hidden[0]


def test_an_empty_page_turns_into_a_full_one(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(Rows())
    with serving(out) as site:
        page, _ = open_page(site.url)
        assert page.get_by_text("tmdbdash ingest").is_visible()
        take_screenshot(page, "page-empty")
        publish(sample.rows(), datetime.now(UTC) + timedelta(seconds=2))
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


def test_simulated_data_are_announced(out: Path, open_page: OpenPage, publish: Publish) -> None:
    publish(sample.rows(simulated=True), poll=SELDOM)
    page, _ = open_page((out / INDEX).as_uri())
    assert page.locator("#simulated").is_visible()
    assert page.title().startswith("Simulated data")


def test_a_change_of_theme_recolours_the_charts(shown: Any) -> None:
    bar = "tmdbdash.charts['top-popularity'].getDatasetMeta(0).data[0].options.backgroundColor"
    draw_all(shown)
    before = shown.evaluate(bar)
    shown.emulate_media(color_scheme="dark")
    shown.wait_for_function(f"(before) => {bar} !== before", arg=before)


def test_each_chart_has_a_name_and_each_table_a_caption(shown: Any) -> None:
    assert shown.get_by_role("img").count() == len(CHARTS) + len(["history-lines"])
    for chart in shown.get_by_role("img").all():
        label = chart.get_attribute("aria-label")
        assert "figures." in label or label.startswith(("Curve", "Scatter"))
    tables = shown.locator("table").count()
    assert shown.locator("table > caption").count() == tables >= len(TABLES)
    assert shown.get_by_role("heading", level=1).count() == 1
    assert shown.get_by_role("banner").get_by_role("status").count() == 1
