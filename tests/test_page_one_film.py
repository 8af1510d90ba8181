"""One film opened on the page, in a real Chromium."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.parts import tracked_rows as tracked
from tests.parts.browsed import QUICK, Site, is_open, wait_for_facts
from tests.parts.chromium import OpenPage
from tests.parts.page import wait_for_query
from tests.parts.published import page_of_films
from tmdbdash.serve import serving

pytestmark = pytest.mark.xdist_group("chromium")

FORTY = tracked.titles(40)


@pytest.fixture(scope="module")
def standing(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with page_of_films(chromium, tmp_path_factory, FORTY) as page:
        yield page


def open_title(page: Any) -> str:
    text: str = page.locator("#film-title").text_content()
    return text


def test_a_title_opens_its_film_in_place(shown: Any) -> None:
    link = shown.locator("#top-table td.film a").nth(3)
    assert link.get_attribute("href") == "https://www.themoviedb.org/movie/4"
    link.focus()
    shown.keyboard.press("Enter")
    wait_for_facts(shown)
    assert open_title(shown) == tracked.title_of(4)
    wait_for_query(shown, {"film": "4"})
    dialog = shown.get_by_role("dialog", name=tracked.title_of(4))
    assert dialog.is_visible()
    assert shown.evaluate("document.activeElement.id") == "film-title"
    facts = dict(
        zip(
            shown.locator("#film dt").all_text_contents(),
            shown.locator("#film dd").all_text_contents(),
            strict=True,
        )
    )
    assert facts["Release"] == "May 5, 1994"
    assert facts["Genres"] == "Drama"
    assert facts["List rank"] == "4"
    assert facts["Language"] == "Portuguese"
    assert facts["Runtime"] == "94 minutes"
    assert facts["Cluster"] == "Recent, popular"
    tmdb = dialog.get_by_role("link", name="TMDB page")
    assert tmdb.get_attribute("href") == "https://www.themoviedb.org/movie/4"
    assert shown.get_by_text("Expected: 216.0 (80% interval 144.0 to 306.0).").is_visible()
    assert "Actual: 180.0, inside the interval." in dialog.text_content()
    assert "they are not causes of success" in dialog.text_content()
    moves = shown.locator("#film .moves").first.locator("li")
    assert moves.first.text_content() == "votes+12.3"
    assert moves.nth(1).text_content() == "genres-5.0"
    assert shown.locator("#film .moves-down").count() == 2
    assert shown.locator("#film .forecasts li").count() == 3
    assert "Feb 7, 2026: 93.0 (80% interval 76.0 to 117.0; " in dialog.text_content()
    assert shown.locator("#film .interval-range").first.evaluate(
        "(range) => range.getBoundingClientRect().width > 20"
    )
    drawn = shown.evaluate("tmdbdash.charts['film-history'].data.datasets[0].data.length")
    dialog.get_by_text("Show data").click()
    rows = shown.locator("#film [data-part=points] tbody tr")
    assert rows.count() == drawn
    assert rows.first.locator("td").all_text_contents() == [
        "Jan 31, 2026, 14:02 UTC",
        "180.0",
        "4",
        "6.1",
        "28",
    ]
    shown.locator("#film-rank").scroll_into_view_if_needed()
    shown.wait_for_function("tmdbdash.charts['film-rank']")
    ranks = shown.evaluate(
        "tmdbdash.charts['film-rank'].data.datasets[0].data.map(({ y }) => y).reverse()"
    )
    told = [row.locator("td").nth(2).text_content() for row in rows.all()]
    assert ["–" if rank is None else str(rank) for rank in ranks] == told
    upside = "tmdbdash.charts['film-rank'].scales.y"
    assert shown.evaluate(f"{upside}.getPixelForValue(1) < {upside}.getPixelForValue(4)")
    shown.keyboard.press("Escape")
    assert not is_open(shown)
    wait_for_query(shown, {})
    assert link.evaluate("(link) => link === document.activeElement")


def test_a_film_without_drivers_says_so(shown: Any) -> None:
    shown.evaluate("tmdbdash.openFilm(6)")
    wait_for_facts(shown)
    assert shown.get_by_text("No drivers stored for this film.").is_visible()
    shown.evaluate("tmdbdash.openFilm(7)")
    shown.get_by_text("No expected values for this film yet.").wait_for()
    assert not shown.locator("#film-moves-title").is_visible()


def test_a_film_in_the_address_is_open_after_a_reload(disk_site: Site, open_page: OpenPage) -> None:
    page, _ = open_page(disk_site.at("film=8"))
    wait_for_facts(page)
    page.reload()
    wait_for_facts(page)
    assert open_title(page) == tracked.title_of(8)
    page.get_by_role("button", name="Close").click()
    wait_for_query(page, {})
    page.reload()
    assert not is_open(page)


def test_near_films_open_in_the_same_place(disk_site: Site, open_page: OpenPage) -> None:
    page, _ = open_page(disk_site.at("film=8"))
    wait_for_facts(page)
    near = page.locator("#film .near a")
    assert near.all_text_contents() == [tracked.title_of(n) for n in range(1, 6)]
    near.nth(2).click()
    page.wait_for_function(
        "() => document.querySelector('#film [data-part=overview]').textContent.includes(' 3.')"
    )
    assert open_title(page) == tracked.title_of(3)
    wait_for_query(page, {"film": "3"})
    assert page.evaluate("document.activeElement.id") == "film-title"
    assert page.evaluate("Object.keys(tmdbdash.charts).includes('film-history')")
    page.locator("#film").evaluate("(dialog) => dialog.click()")
    assert not is_open(page)


def test_a_film_that_is_not_tracked_says_so(http_site: Site, open_page: OpenPage) -> None:
    page, _ = open_page(http_site.at("film=999999"))
    page.get_by_text("This film is not tracked").wait_for()
    assert open_title(page) == "Film 999999"
    assert (
        page.get_by_role("link", name="TMDB page").get_attribute("href")
        == "https://www.themoviedb.org/movie/999999"
    )


def test_an_open_film_is_shown_anew_when_data_come(http_site: Site, open_page: OpenPage) -> None:
    site = http_site
    site.publish(tracked.titles(40), poll=QUICK)
    page, _ = open_page(site.at("film=4"))
    wait_for_facts(page)
    page.evaluate("window.chart = tmdbdash.charts['film-history']")
    page.locator("#film").evaluate("(dialog) => { dialog.scrollTop = 120; }")
    site.publish(tracked.titles(40, ["", "", "", "Renamed meanwhile"]), risen=30, poll=QUICK)
    page.wait_for_function(
        "() => document.getElementById('film-title').textContent === 'Renamed meanwhile'"
    )
    assert "Popularity210.0" in page.locator("#film [data-part=facts]").text_content()
    assert is_open(page)
    assert page.evaluate("chart === tmdbdash.charts['film-history']")
    assert page.evaluate("chart.data.datasets[0].data.at(-1).y") == pytest.approx(210)
    assert page.locator("#film").evaluate("(dialog) => dialog.scrollTop") == 120
    wait_for_query(page, {"film": "4"})


def test_details_that_do_not_come_are_asked_for_with_the_next_data(
    http_site: Site, open_page: OpenPage
) -> None:
    site = http_site
    site.publish(tracked.titles(40), poll=QUICK)
    page, watch = open_page("about:blank")
    watch.expect("ERR_FAILED")
    page.route("**/assets/shard-*", lambda route: route.abort())
    page.goto(site.at("film=4"))
    page.get_by_text("The film's details could not be loaded.").wait_for()
    page.unroute("**/assets/shard-*")
    site.publish(tracked.titles(40), risen=1, poll=QUICK)
    wait_for_facts(page)


def test_details_that_are_gone_make_the_page_ask_at_once(
    http_site: Site, open_page: OpenPage
) -> None:
    site = http_site
    page, watch = open_page(site.at())
    watch.expect("404", "MIME type")
    old = set(site.out.glob("assets/shard-*"))
    site.publish(tracked.titles(40), risen=30)
    for path in old:
        path.unlink(missing_ok=True)
    page.evaluate("tmdbdash.openFilm(4)")
    wait_for_facts(page)
    assert "Popularity210.0" in page.locator("#film [data-part=facts]").text_content()
    assert sum(url.endswith("/data.json") for url in watch.requests) == 1


def test_the_way_back_closes_a_film_and_the_way_forward_opens_it(
    http_site: Site, open_page: OpenPage
) -> None:
    page, _ = open_page(http_site.at("range=24h"), fresh=True)
    page.evaluate("window.stayed = true")
    steps = page.evaluate("history.length")
    page.locator("#top-table td.film a").nth(3).click()
    wait_for_facts(page)
    page.locator("#film .near a").first.click()
    page.wait_for_function("() => location.search.includes('film=1')")
    assert page.evaluate("history.length") == steps + 1
    page.go_back()
    page.wait_for_function("() => !document.getElementById('film').open")
    wait_for_query(page, {"range": "24h"})
    page.go_forward()
    wait_for_facts(page)
    assert open_title(page) == tracked.title_of(1)
    page.keyboard.press("Escape")
    page.wait_for_function("() => !location.search.includes('film')")
    page.evaluate("tmdbdash.openFilm(2)")
    page.evaluate("document.getElementById('film').close(); tmdbdash.openFilm(3)")
    page.evaluate(
        """() => {
            const dialog = document.getElementById("film");
            dialog.addEventListener("close", () => tmdbdash.openFilm(5), { once: true });
            setTimeout(() => dialog.close(), 100);
        }"""
    )
    page.wait_for_function("() => location.search.includes('film=5')", timeout=5000)
    wait_for_facts(page)
    assert open_title(page) == tracked.title_of(5)
    page.get_by_role("button", name="Close").click()
    wait_for_query(page, {"range": "24h"})
    assert not is_open(page)
    assert page.evaluate("history.length") == steps + 1
    assert page.evaluate("window.stayed")


def test_a_shown_film_says_nothing_of_loading_in_another_language(shown: Any) -> None:
    shown.evaluate("tmdbdash.openFilm(4)")
    wait_for_facts(shown)
    status = shown.locator("#film [data-part=status]")
    shown.evaluate("tmdbdash.setLanguage('pt-BR')")
    shown.locator("#film-predictions-title", has_text="Esperado × real").wait_for()
    assert status.text_content() == ""


def test_a_click_with_a_modifier_is_left_to_the_browser(shown: Any) -> None:
    prevented = shown.evaluate(
        """() => {
            const link = document.querySelector("#top-table td.film a");
            let prevented = null;
            addEventListener("click", (event) => {
                prevented = event.defaultPrevented;
                event.preventDefault();
            });
            const options = { bubbles: true, cancelable: true, ctrlKey: true };
            link.dispatchEvent(new MouseEvent("click", options));
            return prevented;
        }"""
    )
    assert prevented is False
    assert not is_open(shown)


def test_posters_only_where_they_are_asked_for(http_site: Site, open_page: OpenPage) -> None:
    page, _ = open_page(http_site.at("film=4"))
    wait_for_facts(page)
    poster = page.locator("#film .film-poster")
    assert not poster.is_visible()
    http_site.publish(tracked.titles(40), posters=True)
    with serving(http_site.out) as server:
        shown, watch = open_page("about:blank")
        asked: list[str] = []

        def answer(route: Any) -> None:
            asked.append(route.request.url)
            route.fulfill(body=b"")

        shown.route("https://image.tmdb.org/**", answer)
        shown.goto(f"{server.url}?film=4")
        wait_for_facts(shown)
        image = shown.locator("#film .film-poster")
        assert image.get_attribute("src") == "https://image.tmdb.org/t/p/w342/poster4.jpg"
        assert image.get_attribute("alt") == f"Poster of “{tracked.title_of(4)}”"
        image.scroll_into_view_if_needed()
        assert asked
        watch.foreign.clear()


def test_an_open_page_follows_when_posters_are_turned_on(
    http_site: Site, open_page: OpenPage
) -> None:
    """It loads itself anew, under the policy that lets them in: nothing is refused."""
    http_site.publish(tracked.titles(40), poll=QUICK)
    page, watch = open_page("about:blank")
    page.route("https://image.tmdb.org/**", lambda route: route.fulfill(body=b""))
    page.goto(http_site.at("film=4"))
    wait_for_facts(page)
    page.evaluate("window.before = true")
    http_site.publish(tracked.titles(40), poll=QUICK, posters=True)
    page.wait_for_function("() => !window.before && window.tmdbdash")
    page.locator("#film .film-poster[src]").wait_for(state="attached")
    policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content")
    assert "img-src 'self' data: https://image.tmdb.org;" in policy
    watch.foreign.clear()
