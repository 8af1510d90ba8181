"""All films in a real Chromium: found, filtered, sorted, paged."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.parts import tracked_rows as tracked
from tests.parts.browsed import (
    QUICK,
    Site,
    count,
    listed,
    listed_titles,
    served,
    wait_for_count,
    wait_for_facts,
)
from tests.parts.chromium import OpenPage
from tests.parts.home import Home
from tests.parts.page import wait_for_query

pytestmark = pytest.mark.xdist_group("chromium")

ACCENTED = ("Amélie Poulain", "AMELIE II", "Übermut", "Ação!", "ﬁn de siècle", "Straße")


@pytest.fixture(params=["http", "disk"])
def site(request: pytest.FixtureRequest, home: Home) -> Iterator[Site]:
    yield from served(home, request.param)


def test_the_films_are_loaded_when_they_come_near(site: Site, open_page: OpenPage) -> None:
    page, watch = open_page(site.at())
    page.locator("#badge-ingest[data-state]").wait_for()
    assert not any("assets/films." in url for url in watch.requests)
    page.locator("#films").scroll_into_view_if_needed()
    wait_for_count(page, "40 films")
    assert sum("assets/films." in url for url in watch.requests) == 1
    assert len(listed(page)) == 25
    assert listed(page)[0] == [
        "1",
        tracked.title_of(1),
        "Feb 2, 1991",
        "Action",
        "450.0",
        "Jan 31, 2026",
        "–",
        "4.1",
        "–",
        "7",
    ]
    wait_for_query(page, {})
    assert page.locator("script[src*='films.']").count() == 0


def test_titles_are_found_without_case_and_accents(http_site: Site, open_page: OpenPage) -> None:
    http_site.publish(tracked.titles(40, ACCENTED))
    page, _ = open_page(http_site.at("q=amelie"))
    wait_for_count(page, "2 of 40 films match")
    search = page.get_by_label("Title", exact=True)
    assert search.input_value() == "amelie"
    for words, found in (
        ("poulain AMÉLIE", ["Amélie Poulain"]),
        ("ubermut", ["Übermut"]),
        ("acao", ["Ação!"]),
        ("fin de siecle", ["ﬁn de siècle"]),
        ("straße", ["Straße"]),
    ):
        search.fill(words)
        assert listed_titles(page) == found
        wait_for_query(page, {"q": words})
    search.fill("nothing of the kind")
    assert count(page) == "0 of 40 films match"
    assert page.get_by_text("No matches").is_visible()
    page.get_by_role("button", name="Clear").click()
    assert count(page) == "40 films"
    assert page.evaluate("document.activeElement.name") == "q"
    wait_for_query(page, {})


def test_filters_join(disk_site: Site, open_page: OpenPage) -> None:
    page, _ = open_page(disk_site.at("page=1"))
    wait_for_count(page, "40 films")
    genre = page.get_by_label("Genre")
    assert genre.locator("option").all_text_contents() == ["All", *tracked.GENRES]
    genre.select_option("Comedy")
    page.get_by_label("From year").fill("2000")
    page.get_by_label("To year").fill("2010")
    wanted = [
        n
        for n in range(1, 41)
        if "Comedy" in tracked.genres_of(n)
        and (day := tracked.release_of(n)) is not None
        and 2000 <= day.year <= 2010
    ]
    assert wanted
    assert listed_titles(page) == [tracked.title_of(n) for n in wanted]
    wait_for_query(page, {"genre": "Comedy", "from": "2000", "to": "2010"})
    page.reload()
    wait_for_count(page, f"{len(wanted)} of 40 films match")
    assert page.get_by_label("Genre").input_value() == "Comedy"
    assert page.get_by_label("From year").input_value() == "2000"


def test_every_column_sorts_both_ways(http_site: Site, open_page: OpenPage) -> None:
    page, _ = open_page(http_site.at("size=100"))
    wait_for_count(page, "40 films")
    sorted_by = page.evaluate(
        """() => {
            const all = (selector) => [...document.querySelectorAll(`#films ${selector}`)];
            return all("th").map((head, place) => [0, 1].map(() => {
                head.firstElementChild.click();
                const cells = all("tbody tr").map((row) => row.cells[place].textContent);
                return [head.ariaSort, all("th[aria-sort]").length, cells];
            }));
        }"""
    )
    assert len(sorted_by) == 10
    for place, ways in enumerate(sorted_by):
        seen = set()
        for direction, marked, cells in ways:
            seen.add(direction)
            assert marked == 1
            known = [cell for cell in cells if cell != "–"]
            assert cells == known + ["–"] * (len(cells) - len(known))
            if place in {0, 4, 6, 7, 8, 9}:
                values = [float(cell.replace(",", "")) for cell in known]
                assert values == sorted(values, reverse=direction == "descending")
            if place in {2, 5}:
                days = [datetime.strptime(cell, "%b %d, %Y").replace(tzinfo=UTC) for cell in known]
                assert days == sorted(days, reverse=direction == "descending")
        assert seen == {"ascending", "descending"}
    wait_for_query(page, {"size": "100", "sort": "vote_count"})
    first = listed(page)[0]
    page.reload()
    wait_for_count(page, "40 films")
    assert listed(page)[0] == first


def test_paging(disk_site: Site, open_page: OpenPage) -> None:
    disk_site.publish(tracked.titles(130))
    page, _ = open_page(disk_site.at("page=3&size=50&sort=title"))
    wait_for_count(page, "130 films")
    assert len(listed(page)) == 30
    back, on = (page.get_by_role("button", name=name) for name in ("Previous", "Next"))
    assert on.get_attribute("aria-disabled") == "true"
    on.click(force=True)
    assert page.get_by_text("Page 3 of 3").is_visible()
    back.click()
    back.click()
    assert page.get_by_text("Page 1 of 3").is_visible()
    wait_for_query(page, {"size": "50", "sort": "title"})
    page.get_by_label("Per page").select_option("100")
    assert len(listed(page)) == 100
    on.click()
    assert len(listed(page)) == 30
    page.get_by_label("Title", exact=True).fill("night")
    assert page.locator("#films [data-part=place]").text_content().startswith("Page 1 of")
    assert all("night" in title.lower() for title in listed_titles(page))


def test_new_films_are_shown_where_the_reader_is(http_site: Site, open_page: OpenPage) -> None:
    site = http_site
    site.publish(tracked.titles(60), poll=QUICK)
    page, _ = open_page(site.at("q=i&page=2&sort=title"))
    page.wait_for_function("() => document.querySelector('#films').classList.contains('loaded')")
    before = count(page)
    titles = listed_titles(page)
    page.evaluate("window.row = document.querySelector('#films tbody tr')")
    page.locator("#films tbody a").first.focus()
    site.publish(tracked.titles(61, ["Iii first of all"]), risen=5, poll=QUICK)
    page.wait_for_function(
        "(before) => document.querySelector('#films [data-part=count]').textContent !== before",
        arg=before,
    )
    assert page.get_by_text("Page 2 of").is_visible()
    assert page.get_by_label("Title", exact=True).input_value() == "i"
    assert listed_titles(page) != titles
    assert page.evaluate("row.isConnected")
    assert page.evaluate("document.activeElement.textContent") == titles[0]
    wait_for_query(page, {"q": "i", "page": "2", "sort": "title"})


def test_films_that_do_not_come_are_asked_for_again(http_site: Site, open_page: OpenPage) -> None:
    page, watch = open_page("about:blank")
    watch.expect("ERR_FAILED")
    page.route("**/assets/films.*", lambda route: route.abort())
    page.goto(http_site.at("q=night"))
    page.get_by_text("The films could not be loaded.").wait_for()
    page.unroute("**/assets/films.*")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_function("() => document.querySelector('#films').classList.contains('loaded')")
    assert all("night" in title.lower() for title in listed_titles(page))
    assert not page.get_by_role("button", name="Try again").is_visible()


def test_without_scripts_a_sentence_says_so(disk_site: Site, open_page: OpenPage) -> None:
    page, _ = open_page(disk_site.at(), java_script_enabled=False)
    for panel in ("#films", "#history"):
        assert page.locator(panel).get_by_text("This part needs JavaScript.").is_visible()
    assert not page.locator("#films table").is_visible()
    assert not page.locator("#history canvas").is_visible()
    assert page.locator("#top-table td").first.is_visible()


def test_ten_thousand_films_stay_quick_and_small(http_site: Site, open_page: OpenPage) -> None:
    http_site.publish(tracked.titles(10_000), details=False)
    page, _ = open_page(http_site.at("size=25"))
    wait_for_count(page, "10,000 films")
    nodes = page.evaluate("document.querySelectorAll('*').length")
    page.locator("#films thead button").nth(1).click()
    assert len(listed(page)) == 25
    assert page.evaluate("document.querySelectorAll('*').length") == nodes
    assert page.evaluate("document.querySelectorAll('#films *').length") < 700
    took = page.evaluate(
        """async () => {
            const films = await tmdbdash.library.films();
            const took = [];
            for (const sort of ["-popularity", "title", "-release_date", "genres", "vote_count"]) {
                films.select({ sort });
                for (const q of ["n", "ni", "nig", "night"]) {
                    const began = performance.now();
                    films.select({ q, genre: "Drama", from: 1995, to: 2020, sort });
                    took.push(performance.now() - began);
                }
            }
            return took.sort((a, b) => a - b)[took.length >> 1];
        }"""
    )
    assert took < 30


def test_another_language_says_all_of_it(http_site: Site, open_page: OpenPage) -> None:
    page, _ = open_page(http_site.at("q=night&film=4"))
    wait_for_facts(page)
    page.evaluate("tmdbdash.setLanguage('pt-BR')")
    page.locator("#film-predictions-title", has_text="Esperado × real").wait_for()
    page.wait_for_function(
        "() => document.querySelector('#film [data-part=facts]').textContent.includes('Duração')"
    )
    assert "de 40 filmes" in count(page)
    assert "não são causas do sucesso" in page.locator("#film").text_content()
    page.keyboard.press("Escape")
    genres = page.locator("#films select[name=genre] option").all_text_contents()
    assert "Ficção científica" in genres
    assert page.locator("#films th button").nth(1).text_content() == "Filme"
    assert page.get_by_label("Adicionar um filme").is_visible()
