"""The language of the page in a real Chromium: switched, named in the address, and remembered."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.parts.chromium import OpenPage
from tests.parts.home import Home
from tests.parts.page import draw_all, wait_for_language
from tests.parts.texts import ENGLISH, PORTUGUESE, english_in, portuguese_rows
from tmdbdash.report.i18n.catalogue import LOCALES, load_catalogue
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.site.folder import write_all
from tmdbdash.report.site.render import INDEX, render
from tmdbdash.serve import Preview, serving

pytestmark = pytest.mark.xdist_group("chromium")

Publish = Callable[[str], None]


@pytest.fixture
def publish(home: Home, out: Path) -> Publish:
    """Write a page of the sample in a language."""

    def write(locale: str) -> None:
        settings = home.settings(locale=locale, poll_interval_ms=60_000)
        now = datetime.now(UTC)
        write_all(out, render(build_dashboard(portuguese_rows(), settings, now)), now)

    return write


@pytest.fixture
def site(publish: Publish, out: Path) -> Iterator[Preview]:
    publish("en")
    with serving(out) as server:
        yield server


SAID = """() => [...document.querySelectorAll("[data-text], [data-label], td, .chart figcaption")]
    .filter((element) => !element.closest("#masthead, .footer, [role=status]"))
    .map((element) => element.getAttribute("aria-label") || element.textContent)"""
DRAWN = """() => Object.values(tmdbdash.charts).map((chart) => ({
    labels: chart.data.labels || [],
    sets: chart.data.datasets.map((set) => set.label),
    axes: Object.values(chart.scales).map((scale) => scale.options.title.text),
    ticks: Object.values(chart.scales).map((scale) => scale.ticks.map((tick) => tick.label)),
}))"""


def test_the_switch_makes_the_page_what_it_would_have_been(
    site: Preview, open_page: OpenPage, publish: Publish
) -> None:
    address = site.url
    page, _ = open_page(address)
    draw_all(page)
    english, drawn = page.evaluate(SAID), page.evaluate(DRAWN)
    page.get_by_role("button", name="Português").click()
    wait_for_language(page, "pt-BR")
    assert page.get_by_role("button", name="Português").get_attribute("aria-pressed") == "true"
    assert page.get_by_role("button", name="English").get_attribute("aria-pressed") == "false"
    assert page.title() == PORTUGUESE.text("header.page")
    switched, redrawn = page.evaluate(SAID), page.evaluate(DRAWN)
    for text in [*switched, *(text for chart in redrawn for text in chart["sets"])]:
        assert not english_in(text or ""), text

    publish("pt-BR")
    page.evaluate("localStorage.clear()")
    page.reload()
    wait_for_language(page, "pt-BR")
    draw_all(page)
    assert page.evaluate(SAID) == switched
    assert page.evaluate(DRAWN) == redrawn
    page.get_by_role("button", name="English").click()
    wait_for_language(page, "en")
    assert page.evaluate(SAID) == english
    assert page.evaluate(DRAWN) == drawn
    page.reload()
    wait_for_language(page, "en")
    assert page.evaluate(SAID) == english


def test_the_address_names_a_language_and_a_choice_goes_over_it(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish("en")
    address = (out / INDEX).as_uri()
    page, _ = open_page(f"{address}?lang=pt-BR#models")
    wait_for_language(page, "pt-BR")
    page.get_by_role("button", name="English").click()
    wait_for_language(page, "en")
    page.wait_for_function("() => new URLSearchParams(location.search).get('lang') === 'en'")
    assert page.evaluate("location.hash") == "#models"
    page.reload()
    page.locator("#badge-ingest[data-state]").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"
    page.evaluate("localStorage.clear()")
    page.goto(f"{address}?lang=constructor")
    page.locator("#badge-ingest[data-state]").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_of_several_choices_the_last_one_holds(site: Preview, open_page: OpenPage) -> None:
    page, watch = open_page(site.url)
    page.evaluate("""async () => {
        const first = tmdbdash.setLanguage("pt-BR");
        const second = tmdbdash.setLanguage("en");
        const third = tmdbdash.setLanguage("pt-BR");
        await Promise.all([first, second, third, tmdbdash.setLanguage("en")]);
    }""")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.evaluate("tmdbdash.translate('header.title')") == ENGLISH.text("header.title")
    assert sum("locale-pt-BR" in url for url in watch.requests) == 1
    assert not any("locale-en" in url for url in watch.requests)
    assert page.locator("head script[src*='locale-pt-BR']").count() == 0


def test_a_language_that_does_not_come_is_said(site: Preview, open_page: OpenPage) -> None:
    page, watch = open_page(site.url)
    watch.expect("ERR_FAILED")
    page.route("**/locale-pt-BR*", lambda route: route.abort())
    page.get_by_role("button", name="Português").click()
    page.get_by_text(ENGLISH.text("message.no_language")).first.wait_for(state="attached")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.get_by_role("button", name="English").get_attribute("aria-pressed") == "true"
    page.unroute("**/locale-pt-BR*")
    page.get_by_role("button", name="Português").click()
    wait_for_language(page, "pt-BR")


def test_the_browser_says_what_we_say(site: Preview, open_page: OpenPage) -> None:
    page, _ = open_page(site.url)
    for locale in LOCALES:
        page.evaluate("(locale) => tmdbdash.setLanguage(locale)", locale)
        compare_with_ours(page, locale)


def compare_with_ours(page: Any, locale: str) -> None:
    catalogue = load_catalogue(locale)
    values: list[Any] = [None, "{a} <b>", 0, 1, 2.5, 1234567, ["a", 3, None]]
    values += [
        {"kind": kind, "value": value, "digits": digits}
        for kind in ("number", "share", "signed", "growth")
        for value in (None, 0, 0.5, -0.04, 1234.5678, -98765.4321)
        for digits in (0, 2)
    ]
    values += [{"kind": "date", "value": "2026-05-09"}, {"kind": "time", "value": None}]
    values += [
        {"kind": "time", "value": f"2026-{m:02}-0{m % 9 + 1}T0{m % 9}:07:00Z"} for m in (5, 12)
    ]
    values += [{"key": "header.films", "values": {"count": n}} for n in (0, 1, 1.5, 2, 1_000_000)]
    values += [{"key": "term.range", "values": {"from": values[8], "to": "$&"}}]
    assert page.evaluate("(all) => all.map(tmdbdash.formatValue)", values) == [
        catalogue.formatted(value) for value in values
    ]
    codes: list[Any] = ["boosting", "quantum_forest", None, ["median", "x_y"], []]
    assert page.evaluate("(all) => all.map((code) => tmdbdash.term('model', code))", codes) == [
        catalogue.term("model", code) for code in codes
    ]
    names = ["Western", "Noir"]
    assert page.evaluate("(all) => all.map(tmdbdash.genre)", names) == [
        catalogue.genre(name) for name in names
    ]
    moves = [("votes", 12.345), ("other", -0.04)]
    listed = page.evaluate("(moves) => tmdbdash.moves(moves, 1)", moves)
    assert listed == catalogue.contributions(moves, 1)


def test_a_text_that_is_missing_is_complained_of(site: Preview, open_page: OpenPage) -> None:
    page, watch = open_page(site.url)
    watch.expect("no text: no.such")
    assert page.evaluate("tmdbdash.translate('no.such')") == "no.such"
    assert "no text: no.such" in watch.console
