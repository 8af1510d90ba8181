"""The page of one film in a real Chromium: its figures, its history, what models make of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.chromium import OpenPage, watched_page, watching
from tests.parts.page import draw_all, settle, visit
from tests.parts.published import FORTY, UNLISTED, PublishedSite
from tests.parts.publishing import Publish
from tmdbdash.report.films.film_files import FilmFiles, film_files
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.serve import Preview

pytestmark = pytest.mark.xdist_group("chromium")

FILMS = tracked.titles(40)


@pytest.fixture(scope="module")
def reading(chromium: Any) -> Iterator[Any]:
    with watched_page(chromium) as (page, _):
        yield page


@pytest.fixture
def page(reading: Any) -> Iterator[Any]:
    with watching(reading):
        yield reading


def part(page: Any, name: str) -> Any:
    return page.locator(f"[data-part={name}]")


def test_a_film_has_its_figures_history_drivers_and_neighbours(
    page: Any, forty: PublishedSite
) -> None:
    visit(page, forty.at("film/20.html"))
    settle(page)
    assert page.title() == f"{FORTY[20]} · Film popularity · tmdbdash"
    assert page.locator("h1").text_content() == FORTY[20]
    assert part(page, "line").text_content() == "2010 · Drama · as of Jan 31, 2026"
    figures = part(page, "figures").inner_text().split("\n")
    assert figures[:2] == ["Popularity", "42.9"]
    assert "20" in figures
    facts = dict(
        zip(
            part(page, "facts").locator("dt").all_text_contents(),
            part(page, "facts").locator("dd").all_text_contents(),
            strict=True,
        )
    )
    assert facts["Release"] == "Sep 21, 2010"
    assert facts["Runtime"] == "110 minutes"
    assert facts["Language"] == "Portuguese"
    expected = part(page, "predictions").inner_text()
    assert "Expected: 51.4 (80% interval 34.3 to 72.9)." in expected
    assert "Actual: 42.9, inside the interval." in expected
    for target in (0, 1):
        marks = part(page, "predictions").locator(".interval").nth(target)
        assert marks.locator(".interval-mark").count() == 2
        ticks = [float(text) for text in marks.locator(".interval-tick").all_text_contents()]
        assert ticks == sorted(set(ticks))
        assert ticks[0] == 0
    assert "they are not causes of success" in part(page, "drivers").inner_text()
    assert part(page, "moves").locator("li").count() >= 4
    assert part(page, "near").locator("a").all_text_contents() == [FORTY[n] for n in range(1, 6)]
    tmdb = page.get_by_role("link", name="TMDB page")
    assert tmdb.get_attribute("href") == "https://www.themoviedb.org/movie/20"
    part(page, "compare").press("Enter")
    page.wait_for_url("**/compare.html?ids=20")
    visit(page, forty.at("film/20.html"))
    part(page, "after").press("Enter")
    page.wait_for_url("**/film/21.html")
    assert page.locator("h1").text_content() == FORTY[21]
    part(page, "before").press("Enter")
    page.wait_for_url("**/film/20.html")


CHARTED = """(id) => {
    const { data, scales } = tmdbdash.charts[id];
    const meta = tmdbdash.charts[id].getDatasetMeta(0);
    return {
        ticks: scales.x.ticks.map(({ label }) => String(label)),
        from: [scales.x.min, scales.x.max, scales.y.left, scales.y.right],
        low: scales.y.min,
        upside: scales.y.getPixelForValue(1) < scales.y.getPixelForValue(4),
        stepped: Boolean(data.datasets[0].stepped),
        values: data.datasets[0].data.map(({ y }) => y),
        ahead: data.datasets[1].data.map(({ x, y }) => [x, y]),
        breaks: meta.data.map((point) => Boolean(point.stop)),
        smooth: data.datasets.some((set) => set.tension || set.cubicInterpolationMode),
        dots: data.datasets.slice(2).map((set) => [set.pointRadius, set.pointHoverRadius]),
    };
}"""


def site_of(rows: Rows, details: Any) -> FilmFiles:
    return film_files(rows, lambda _: [details])


def test_lines_break_where_nothing_was_seen_ranks_are_steps_and_forecasts_lie_ahead(
    publish: Publish, site: Preview, open_page: OpenPage
) -> None:
    """A forecast of a list five days old: of its three days two are over."""
    old = sample.OBSERVED - timedelta(days=5)
    rows = tracked.rows(FILMS)
    made = tuple(replace(one, origin_at=old) for one in rows.forecasts)
    rows = replace(rows, forecasts=made)
    details = tracked.details(FILMS, {n: tracked.popularity_of(n) for n in FILMS})
    points = list(details.points[4])
    del points[8:12]  # of a point each second day: ten days without
    details = replace(details, points={**details.points, 4: points})
    publish(rows, films=site_of(rows, details))
    page, _ = open_page("about:blank", timed=True)
    page.clock.set_fixed_time(sample.NOW)
    visit(page, f"{site.url}film/4.html")
    draw_all(page)
    popularity, rank = (page.evaluate(CHARTED, f"film-{name}") for name in ("history", "rank"))
    assert popularity["breaks"] == rank["breaks"] == [at == 8 for at in range(len(points))]
    assert popularity["from"] == rank["from"]
    assert popularity["low"] == 0
    assert rank["upside"]
    assert (popularity["stepped"], rank["stepped"]) == (False, True)
    assert not popularity["smooth"]
    assert popularity["dots"] == [[0, 0], [0, 0]]
    due = (old + timedelta(days=7)).timestamp() * 1000
    assert [at for at, _ in popularity["ahead"]][-1] == due
    assert len(popularity["ahead"]) == 2, "and the point that it goes on from"
    sentence = part(page, "forecasts").locator("li").all_text_contents()
    assert sentence == ["Feb 2, 2026: 93.0 (80% interval 76.0 to 117.0; Model)"]
    for width in (400, 800, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        settle(page)
        ticks = page.evaluate(CHARTED, "film-history")["ticks"]
        assert len(ticks) == len(set(ticks)) > 1, width
    page.locator("#film-points summary").press("Enter")
    shown = part(page, "points").locator("tr")
    assert shown.count() == len(points)
    told = shown.locator("td:nth-child(3)").all_text_contents()
    assert ["–" if one is None else str(one) for one in rank["values"]][::-1] == told


def test_a_film_off_the_list_says_so_and_what_is_unknown_is_left_out(
    page: Any, forty: PublishedSite
) -> None:
    visit(page, forty.at(f"film.html?id={UNLISTED}", disk=True))
    assert page.locator("h1").text_content() == FORTY[UNLISTED]
    assert FORTY[UNLISTED] in page.title() or page.title()
    assert "not listed" in part(page, "figures").inner_text()
    assert not part(page, "steps").is_visible()
    assert not part(page, "drivers").is_visible()
    visit(page, forty.at("film.html?id=7"))
    assert not part(page, "expected").is_visible()
    assert part(page, "poster").is_hidden()
    visit(page, forty.at("film.html?id=999999"))
    assert page.locator("h1").text_content() == "Film 999999"
    assert page.get_by_text("This film is not tracked").is_visible()
    assert not part(page, "body").is_visible()


def test_the_coverage_is_that_of_films_like_it(
    publish: Publish, site: Preview, open_page: OpenPage
) -> None:
    rows = tracked.rows(FILMS)
    newer = rows.expected[38]._replace(prediction_source="unseen")
    rows = replace(rows, expected={**rows.expected, 38: newer})
    publish(rows, films=tracked.files(FILMS, rows))
    assert rows.evaluation is not None
    coverage = rows.evaluation.tasks[0].coverage
    assert coverage is not None
    page, _ = open_page("about:blank")
    for number, share, is_newer in (
        (36, coverage.overall, False),
        (38, coverage.temporal, True),
    ):
        visit(page, f"{site.url}film.html?id={number}")
        told = part(page, "predictions").locator(".expectation").first.inner_text()
        assert f"{share:.0%} of" in told
        assert ("newer than those in training" in told) is is_newer
        told = part(page, "predictions").locator(".expectation").nth(1).inner_text()
        assert ("So far, 78% of the intervals of new films" in told) is is_newer


def test_a_film_is_renewed_by_news_and_what_did_not_come_is_asked_for_again(
    publish: Publish, site: Preview, open_page: OpenPage
) -> None:
    def put(risen: float, *named: str) -> None:
        films = tracked.titles(40, named)
        rows = tracked.rows(films, risen=risen)
        publish(rows, films=tracked.files(films, rows, risen=risen))

    put(0)
    page, watch = open_page("about:blank")
    watch.expect("ERR_FAILED")
    page.route("**/assets/shard-*", lambda route: route.abort())
    page.goto(f"{site.url}film/4.html")
    page.get_by_text("The film's details could not be loaded.").wait_for()
    page.unroute("**/assets/shard-*")
    put(1)
    part(page, "body").wait_for(state="visible")
    draw_all(page)
    page.evaluate("window.chart = tmdbdash.charts['film-history']; scrollTo(0, 200)")
    page.locator("#film-points summary").press("Enter")
    put(30, "", "", "", "Renamed meanwhile")
    page.wait_for_function("() => document.querySelector('h1').textContent === 'Renamed meanwhile'")
    assert "210.0" in part(page, "figures").inner_text()
    assert page.title().startswith("Renamed meanwhile")
    assert page.evaluate("chart === tmdbdash.charts['film-history']")
    assert page.evaluate("chart.data.datasets[0].data.at(-1).y") == pytest.approx(210)
    assert page.locator("#film-points").evaluate("(fold) => fold.open")
    assert page.evaluate("scrollY") > 100
