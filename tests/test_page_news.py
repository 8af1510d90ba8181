"""A published page in a real Chromium that asks for news: what becomes of it."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts.chromium import OpenPage
from tests.parts.page import HIDE, draw_all, settle, table, visit
from tests.parts.published import MODULES, PublishedSite
from tests.parts.publishing import Publish, chart_data, drawn
from tmdbdash.report.i18n.catalogue import LOCALES, load_catalogue
from tmdbdash.report.i18n.wording import value_text
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site.render import INDEX
from tmdbdash.serve import Preview, serving

pytestmark = pytest.mark.xdist_group("chromium")

LATEST = "latest.json"
WARM = "window.kept = [...document.querySelectorAll('section, canvas, summary, tbody tr')]"
SAME = "kept.every((one) => one.isConnected)"
TOUCHED = """() => {
    window.touched = [];
    new MutationObserver((records) => {
        for (const { target } of records) {
            const named = target.nodeType === 3 ? target.parentElement : target;
            touched.push(named.closest("[id]")?.id || named.nodeName);
        }
    }).observe(document.body, {
        subtree: true, childList: true, characterData: true, attributes: true,
    });
}"""


def films_of(factor: float, *, first: int = 1) -> Rows:
    """The sample's films with other popularities, from one on."""
    films = [sample.film(n) for n in range(first, 25)]
    changed = [
        sample.film(film.tmdb_id, popularity=(film.popularity or 0) * factor) for film in films
    ]
    return sample.rows(changed)


def later(minutes: int) -> datetime:
    """A time after that of the page: what is older is not taken."""
    return datetime.now(UTC) + timedelta(minutes=minutes)


def wait_for_top(page: Any, text: str) -> None:
    page.wait_for_function(
        "(text) => document.querySelector('#top td.bar .figure').textContent === text", arg=text
    )


def asked(watch: Any) -> int:
    return sum("/latest.js" in url for url in watch.requests)


def wait_for_polls(page: Any, watch: Any, count: int) -> None:
    before = asked(watch)
    for _ in range(count * 160):
        page.wait_for_timeout(25)
        if asked(watch) >= before + count:
            page.wait_for_timeout(50)
            return
    pytest.fail(f"the page did not ask {count} times")


@pytest.mark.parametrize("disk", [False, True], ids=["http", "disk"])
def test_news_change_what_differs_and_leave_what_the_reader_set(
    site: Preview, out: Path, open_page: OpenPage, publish: Publish, *, disk: bool
) -> None:
    page, watch = open_page("about:blank")
    visit(page, (out / INDEX).as_uri() if disk else site.url)
    draw_all(page)
    page.locator("#top-more summary").press("Enter")
    page.locator("#ranks-figures summary").press("Enter")
    page.locator("#movers").get_by_label("7 days").check()
    film = page.locator("#top td.film a").nth(3)
    film.focus()
    held = film.text_content()
    page.evaluate("scrollTo(0, 400)")
    page.evaluate(WARM)
    page.evaluate(
        """() => {
            window.charts = Object.values(tmdbdash.charts);
            const { tooltip } = tmdbdash.charts["top-popularity"];
            tooltip.setActiveElements([{ datasetIndex: 0, index: 2 }], { x: 0, y: 0 });
        }"""
    )
    place = page.evaluate("scrollY")
    at = later(1)
    publish(films_of(2), at)
    wait_for_top(page, "980.0")
    assert page.evaluate(SAME)
    assert page.evaluate("charts.every((one) => one === tmdbdash.charts[one.canvas.id])")
    assert chart_data(page, "top-popularity")["values"][0][0] == 980
    tip = "tmdbdash.charts['top-popularity'].tooltip.getActiveElements().length"
    assert page.evaluate(tip) == 1
    assert page.locator("#top-more").evaluate("(fold) => fold.open")
    assert page.locator("#ranks-figures").evaluate("(fold) => fold.open")
    assert page.locator("#movers").get_by_label("7 days").is_checked()
    assert page.evaluate("document.activeElement.textContent") == held
    assert page.evaluate("scrollY") == place

    # Within the same second the first three leave: the fourth goes up.
    publish(films_of(2, first=4), at)
    page.wait_for_function(
        "(text) => document.querySelector('#top td.film a').textContent === text", arg=held
    )
    assert page.evaluate("document.activeElement.textContent") == held
    publish(films_of(2, first=5), later(3))
    page.wait_for_function(
        "(text) => document.querySelector('#top td.film a').textContent !== text", arg=held
    )
    assert page.evaluate("document.activeElement.closest('main') !== null")
    assert not any("data.json" in url for url in watch.requests)
    loaded = [url for url in watch.requests if "/assets/index-en" in url]
    assert len(loaded) == 3
    assert page.locator("script[src*='latest'], script[src*='index-en']").count() <= 1


def test_news_of_other_pages_or_of_a_time_alone_touch_nothing(
    site: Preview, open_page: OpenPage, publish: Publish
) -> None:
    page, watch = open_page("about:blank")
    visit(page, f"{site.url}about.html")
    settle(page)
    page.evaluate(TOUCHED)
    wait_for_polls(page, watch, 2)
    assert set(page.evaluate("touched")) <= {"state"}
    publish(films_of(2), later(3))
    page.wait_for_function("() => touched.includes('generated')")
    assert set(page.evaluate("touched")) <= {"state", "generated"}
    assert not any("/assets/about-en" in url for url in watch.requests)


def test_what_is_older_or_of_a_clock_ahead_holds_nothing_up(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(sample.rows(), later(60))
    with serving(out) as server:
        page, watch = open_page("about:blank")
        visit(page, server.url)
        publish(films_of(2))
        wait_for_top(page, "980.0")
        publish(films_of(4), later(-60))
        wait_for_polls(page, watch, 2)
        assert table(page, "top")[0][3].endswith("980.0")


def test_a_page_of_another_build_is_loaded_anew_once(
    site: Preview, out: Path, open_page: OpenPage, publish: Publish
) -> None:
    page, watch = open_page("about:blank")
    visit(page, f"{site.url}index.html?movers.window=7d")
    page.evaluate("window.before = true")
    publish(sample.rows(simulated=True), later(1))
    page.wait_for_function("() => !window.before && document.getElementById('simulated')")
    assert page.locator("#movers").get_by_label("7 days").is_checked()
    latest = json.loads((out / LATEST).read_bytes())
    latest |= {"build": "full-another", "generated_at": "2100-01-01T00:00:00Z"}
    page.route(f"**/{LATEST}", lambda route: route.fulfill(json=latest))
    before = sum(url == page.url for url in watch.requests)
    wait_for_polls(page, watch, 4)
    assert sum(url == page.url for url in watch.requests) == before + 1
    page.unroute_all(behavior="wait")


def test_an_empty_site_turns_into_a_full_one_and_a_training_adds_its_charts(
    out: Path, open_page: OpenPage, publish: Publish
) -> None:
    publish(Rows())
    with serving(out) as server:
        page, _ = open_page(server.url)
        assert page.get_by_text("tmdbdash ingest").is_visible()
        publish(sample.rows(**sample.UNTRAINED), later(1))
        page.locator("#top-table").wait_for()
        draw_all(page)
        assert drawn(page, "top-popularity")
        visit(page, f"{server.url}surprises.html")
        assert page.get_by_text("No trained models yet.").first.is_visible()
        assert page.locator("canvas").count() == 0
        publish(sample.rows(), later(2))
        page.locator("#predicted-rating").wait_for()
        draw_all(page)
        for canvas in page.locator("canvas:visible").all():
            assert drawn(page, canvas.get_attribute("id"))
        assert page.locator("#scatter-rating").is_hidden()
        assert not page.get_by_text("No trained models yet.").first.is_visible()


# Faults


def test_a_fault_is_named_announced_and_recovered_from(
    site: Preview, out: Path, open_page: OpenPage, publish: Publish
) -> None:
    page, watch = open_page("about:blank")
    visit(page, site.url)
    watch.expect("404", "500", "ERR_FAILED")
    news = page.locator("#news")
    assert "Checks for new data every" in news.inner_text()
    good = (out / LATEST).read_bytes()
    (out / LATEST).unlink()
    page.locator(".news.failing").wait_for()
    assert "the server answered 404" in news.inner_text()
    page.locator("#status", has_text="the server answered 404").wait_for(state="attached")
    assert len(table(page, "top")) == 20
    (out / LATEST).write_bytes(b"<html>not json</html>")
    page.locator("#news", has_text="the answer could not be read").wait_for()
    (out / LATEST).write_bytes(good)
    publish(films_of(2), later(1))
    wait_for_top(page, "980.0")
    page.locator("#status", has_text="Updates resumed.").wait_for(state="attached")
    assert page.locator(".news.failing").count() == 0


def test_from_disk_news_that_are_gone_are_named_too(
    site: Preview, out: Path, open_page: OpenPage, publish: Publish
) -> None:
    page, watch = open_page("about:blank")
    visit(page, (out / INDEX).as_uri())
    watch.expect("ERR_FILE_NOT_FOUND")
    (out / "latest.js").unlink()
    page.locator("#news", has_text="the answer could not be read").wait_for()
    assert len(table(page, "top")) == 20
    publish(films_of(2), later(1))
    wait_for_top(page, "980.0")
    assert page.locator(".news.failing").count() == 0


def test_faults_make_the_page_ask_less_often_and_requests_never_stack(
    site: Preview, open_page: OpenPage, publish: Publish
) -> None:
    page, watch = open_page("about:blank", timed=True)
    watch.expect("500", "ERR_FAILED")
    publish(sample.rows(), poll=1000)
    page.route(f"**/{LATEST}", lambda route: route.fulfill(status=500, body="no"))
    visit(page, site.url)
    for _ in range(40):
        page.clock.run_for(1000)
        page.wait_for_timeout(20)
    assert 4 <= asked(watch) <= 6
    page.unroute(f"**/{LATEST}")
    held: list[Any] = []
    page.route(f"**/{LATEST}", lambda route: held.append(route))  # noqa: PLW0108  playwright inspects it
    page.evaluate(HIDE, True)
    page.evaluate(HIDE, False)  # who comes back while requests fail need not wait
    for _ in range(10):
        page.clock.run_for(1000)
        page.wait_for_timeout(10)
    assert len(held) == 1
    held[0].abort()


def test_a_hidden_page_asks_nothing_and_catches_up_at_once(
    site: Preview, open_page: OpenPage, publish: Publish
) -> None:
    page, watch = open_page("about:blank", timed=True)
    publish(sample.rows(), poll=5000)
    visit(page, site.url)
    page.evaluate(HIDE, True)
    for _ in range(30):
        page.clock.run_for(1000)
    assert asked(watch) == 0
    with page.expect_request(f"**/{LATEST}"):
        page.evaluate(HIDE, False)
        page.clock.run_for(10)


# Values in words


WORDED = f"""async ([locale, kinds, texts]) => {{
    const at = `${{location.origin}}/{MODULES}`;
    const own = [...document.scripts].find(({{ src }}) => src.includes("/texts-"));
    const {{ load, shared }} = await import(`${{at}}/loading.js`);
    shared.passed[`texts-${{locale}}`] ??= await load(own.src);
    const {{ format }} = await import(`${{at}}/format.js`);
    const {{ say }} = await import(`${{at}}/texts.js`);
    return [
        kinds.map(([kind, value, digits]) => format(kind, value, digits)),
        texts.map(([key, values]) => say(key, values)),
    ];
}}"""


@pytest.mark.parametrize("locale", LOCALES)
def test_scripts_write_values_and_texts_as_the_program_does(
    forty: PublishedSite, open_page: OpenPage, locale: str
) -> None:
    chance = random.Random(3)
    numbers = [round(chance.uniform(-10, 10) ** chance.randint(1, 8), 3) for _ in range(200)]
    numbers += [0, -0.0, 0.5, 1.5, 2.5, 0.125, 1.005, 999.95, 1e6, 123456789, -0.04, 8.35]
    shares = [chance.random() for _ in range(100)] + [0, 1, 0.285, 0.575, 0.29, 0.1 + 0.2]
    moments = [sample.NOW + timedelta(days=31 * n, hours=n, minutes=7 * n) for n in range(24)]
    kinds: list[tuple[str, Any, int]] = [("number", None, 1)]
    kinds += [(k, n, d) for k in ("number", "signed") for n in numbers for d in (0, 1, 2, 3)]
    kinds += [("growth", abs(n), d) for n in numbers for d in (0, 1)]
    kinds += [("share", n, d) for n in shares for d in (0, 1)]
    kinds += [("date", m.date().isoformat(), 0) for m in moments]
    kinds += [("time", m.isoformat(), 0) for m in moments]
    texts: list[tuple[str, dict[str, Any]]] = [
        ("films.compare", {"count": n}) for n in (0, 1, 2, 1_000_000)
    ]
    texts += [("film.poster", {"title": "$& {title} <b>"})]
    texts += [("film.forecast", {"date": {"kind": "date", "value": "2026-05-09"},
                                 "popularity": {"kind": "number", "value": 1234.5, "digits": 1},
                                 "low": 1, "high": None, "basis": "x"})]  # fmt: skip
    page, _ = open_page("about:blank")
    visit(page, forty.at(f"{'' if locale == 'en' else 'pt-BR/'}about.html"))
    worded, said = page.evaluate(WORDED, [locale, kinds, texts])
    ours = [_ours(kind, value, digits, locale) for kind, value, digits in kinds]
    assert list(zip(kinds, worded, strict=True)) == list(zip(kinds, ours, strict=True))
    catalogue = load_catalogue(locale)
    assert said == [catalogue.formatted({"key": key, "values": values}) for key, values in texts]


def _ours(kind: str, value: Any, digits: int, locale: str) -> str:
    if kind in ("date", "time") and isinstance(value, str):
        return load_catalogue(locale).formatted({"kind": kind, "value": value})
    return value_text(kind, value, digits, locale)
