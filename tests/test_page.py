"""The published page in a real Chromium, over http and from disk: what it shows."""

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts.chromium import OpenPage, take_screenshot
from tests.parts.hostile import TITLES as HOSTILE
from tests.parts.page import draw_all, table, wait_for_language
from tests.parts.publishing import CHARTS, SELDOM, Publish, chart_data, drawn
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
from tmdbdash.report.site.render import DATA, INDEX
from tmdbdash.serve import Preview

pytestmark = pytest.mark.xdist_group("chromium")

TABLES = tuple(panel.id for panel in PANELS if panel.columns and not panel.block)
CHOSEN = {panel.id for panel in PANELS if panel.choices}


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


def test_contents_lead_to_each_panel(shown: Any) -> None:
    contents = shown.get_by_role("navigation", name="Contents")
    assert contents.get_by_role("link").count() == len(PANELS)
    contents.get_by_role("link", name="Clusters").click()
    shown.wait_for_function(
        "() => Math.abs(document.querySelector('#groups').getBoundingClientRect().top) < 700"
    )


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
