"""The parts of the page that browse, in a real Chromium: all films, one film, films over time."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.chromium import OpenPage
from tests.parts.home import Home
from tests.parts.hostile import FORMULAS, TITLES
from tests.parts.page import draw_all, wait_for_query
from tests.parts.published import standing_page
from tmdbdash.report.films.film_files import film_files
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.site.folder import write_all
from tmdbdash.report.site.render import INDEX, render
from tmdbdash.serve import serving
from tmdbdash.terminal.plaintext import one_line

pytestmark = pytest.mark.xdist_group("chromium")

QUICK, SELDOM = 120, 60_000
HOSTILE = (*TITLES, *FORMULAS)
FORTY = tracked.titles(40)
ACCENTED = ("Amélie Poulain", "AMELIE II", "Übermut", "Ação!", "ﬁn de siècle", "Straße")


class Site:
    """A published page of tracked films, over http or from disk."""

    def __init__(self, home: Home, way: str) -> None:
        self.home, self.way = home, way
        self.out = home.path / "out"
        self.base = ""

    def publish(
        self,
        films: Mapping[int, str],
        *,
        risen: float = 0,
        poll: int = SELDOM,
        posters: bool = False,
        details: bool = True,
        **changes: Any,
    ) -> None:
        settings = self.home.settings(poll_interval_ms=poll, posters=posters)
        rows = tracked.rows(films, risen=risen, **changes)
        now = datetime.now(UTC)
        files = (
            tracked.files(films, rows, risen=risen, posters=posters)
            if details
            else film_files(rows, (), posters=posters)
        )
        write_all(self.out, render(build_dashboard(rows, settings, now), files), now)

    def at(self, query: str = "") -> str:
        """The page's address with this query; where none is published yet, one of forty films."""
        if not (self.out / INDEX).exists():
            self.publish(tracked.titles(40))
        base = self.base or (self.out / INDEX).as_uri()
        return f"{base}?{query}" if query else base


@pytest.fixture(params=["http", "disk"])
def site(request: pytest.FixtureRequest, home: Home) -> Iterator[Site]:
    yield from served(home, request.param)


@pytest.fixture
def http_site(home: Home) -> Iterator[Site]:
    yield from served(home, "http")


@pytest.fixture
def disk_site(home: Home) -> Iterator[Site]:
    yield from served(home, "disk")


@pytest.fixture(scope="module")
def standing(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    rows, folder = tracked.rows(FORTY), tmp_path_factory.mktemp("standing")
    with standing_page(chromium, folder, rows, tracked.files(FORTY, rows)) as page:
        yield page


def served(home: Home, way: str) -> Iterator[Site]:
    site = Site(home, way)
    if way == "disk":
        yield site
        return
    site.publish(tracked.titles(40))
    with serving(site.out) as server:
        site.base = server.url
        yield site


def listed(page: Any) -> list[list[str]]:
    found: list[list[str]] = page.locator("#films tbody tr").evaluate_all(
        "(rows) => rows.map((row) => Array.from(row.cells, (cell) => cell.textContent))"
    )
    return found


def listed_titles(page: Any) -> list[str]:
    return [row[1] for row in listed(page)]


def count(page: Any) -> str:
    text: str = page.locator("#films [data-part=count]").text_content()
    return text


def wait_for_count(page: Any, text: str) -> None:
    page.wait_for_function(  # null: a page from disk is just being read anew
        "(text) => document.querySelector('#films [data-part=count]')?.textContent === text",
        arg=text,
    )


def save(page: Any, kind: str) -> str:
    with page.expect_download() as waiting:
        page.locator(f"#films [data-part={kind}]").click()
    assert waiting.value.suggested_filename == f"films.{kind}"
    return Path(waiting.value.path()).read_bytes().decode()


# The table of all films


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
    assert len(sorted_by) == 9
    for place, ways in enumerate(sorted_by):
        seen = set()
        for direction, marked, cells in ways:
            seen.add(direction)
            assert marked == 1
            known = [cell for cell in cells if cell != "–"]
            assert cells == known + ["–"] * (len(cells) - len(known))
            if place in {0, 4, 5, 6, 7, 8}:
                values = [float(cell.replace(",", "")) for cell in known]
                assert values == sorted(values, reverse=direction == "descending")
            if place == 2:
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


SENSELESS = (
    "q=%3Cimg+src%3Dx+onerror%3D%22window.broken%3D1%22%3E&film=99999999999999999999",
    "q=" + "a" * 5000 + "&picked=" + ",".join("1" * 9),
    "genre=%3Cb%3E&from=-1&to=99999&sort=constructor&page=0&size=7",
    "genre=__proto__&from=20x0&sort=-__proto__&page=1e9&size=Infinity",
    "page=99999&sort=--title&film=__proto__&picked=a,-1,__proto__,1e3&range=toString",
    "q=%E0%A4%A&%FF=%FF",
)


def test_addresses_that_make_no_sense_do_no_harm(http_site: Site, open_page: OpenPage) -> None:
    page, _ = open_page("about:blank")
    for asked in SENSELESS:
        page.goto(http_site.at(f"page=1&{asked}"))
        page.locator("#films.loaded").wait_for()
        assert page.evaluate("window.broken") is None
        assert page.locator("#films img").count() == 0
        assert not is_open(page)
        assert len(drawn_lines(page)) in {1, 6}
        if not asked.startswith("q="):
            assert count(page) == "40 films"


def test_downloads_hold_what_is_filtered(disk_site: Site, open_page: OpenPage) -> None:
    titles = tracked.titles(40, HOSTILE)
    disk_site.publish(titles)
    page, _ = open_page(disk_site.at("sort=-vote_count&to=2010"))
    wanted = [
        n
        for n in range(40, 0, -1)
        if (day := tracked.release_of(n)) is not None and day.year <= 2010
    ]
    wait_for_count(page, f"{len(wanted)} of 40 films match")
    text = save(page, "csv")
    assert text.count("\r\n") == len(wanted) + 1
    assert text.startswith("\ufefftmdb_id,")
    rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
    assert [int(row["tmdb_id"]) for row in rows] == wanted
    for row in rows:
        number = int(row["tmdb_id"])
        assert row["title"] == defused(titles[number])
        assert row["genres"] == tracked.genres_of(number).replace(",", ", ")
        assert float(row["popularity"]) == tracked.popularity_of(number)
        assert row["predicted_popularity"] == "" or number % 2 == 0
    films = json.loads(save(page, "json"))["films"]
    assert [film["title"] for film in films] == [titles[n] for n in wanted]
    assert films[0]["release_date"] == str(tracked.release_of(wanted[0]))
    page.get_by_label("Title", exact=True).fill("nothing of the kind")
    assert list(csv.DictReader(io.StringIO(save(page, "csv")))) == []
    assert json.loads(save(page, "json")) == {"films": []}


def defused(title: str) -> str:
    """What the CSV that `tmdbdash predict` writes says of a title."""
    from defusedcsv import csv as defusing

    from tmdbdash.terminal.spreadsheet import _cell

    text = io.StringIO(newline="")
    defusing.writer(text).writerow([_cell(title)])
    (row,) = csv.reader(io.StringIO(text.getvalue(), newline=""))
    return row[0]


ANY_TITLES = st.lists(
    # What Python does not know yet, a newer browser may.
    st.text(st.characters(exclude_categories=["Cs", "Cn"]), min_size=1, max_size=40),
    min_size=1,
    max_size=30,
)


@given(ANY_TITLES)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_title_is_text_and_is_saved_as_the_program_saves_it(
    shown: Any, given_titles: list[str]
) -> None:
    saved = shown.evaluate(
        "(titles) => tmdbdash.csv(['title'], titles.map((title) => ({ title })))", given_titles
    )
    rows = [row[0] if row else "" for row in csv.reader(io.StringIO(saved, newline=""))][1:]
    assert rows == [defused(title) for title in given_titles]
    found = shown.evaluate(
        """(titles) => {
            const value = {
                columns: {
                    tmdb_id: titles.map((_, at) => at + 1), title: titles,
                    release_date: titles.map(() => null), genres: titles.map(() => []),
                    popularity: titles.map((_, at) => -at), rank: titles.map(() => null),
                    vote_count: titles.map(() => null), vote_average: titles.map(() => null),
                    predicted_popularity: titles.map(() => null),
                    predicted_vote_average: titles.map(() => null),
                },
                genre_names: [],
            };
            const films = tmdbdash.filmTable(value);
            const table = tmdbdash.table(document.querySelector("#films table"));
            table.update(films.select({}).map(films.record));
            const found = titles.every((title, at) => films.select({ q: title }).includes(at));
            const cells = document.querySelectorAll("#films td.film");
            return [found, Array.from(cells, (cell) => cell.textContent)];
        }""",
        given_titles,
    )
    assert found == [True, given_titles]
    assert shown.locator("#films td.film a > *").count() == 0


def test_hostile_titles_are_text_in_all_that_browses(disk_site: Site, open_page: OpenPage) -> None:
    disk_site.publish(tracked.titles(40, HOSTILE))
    page, _ = open_page(disk_site.at("page=1&picked=1,2,5,6,7,8"))
    wait_for_count(page, "40 films")
    assert listed_titles(page)[: len(HOSTILE)] == list(HOSTILE)
    picked = page.locator("#history .pick-title").all_text_contents()
    assert picked == list(HOSTILE[:10])
    page.locator("#history summary", has_text="All points").click()
    page.get_by_label("Add a film").fill("window")
    page.locator("#history [role=option]").nth(1).wait_for()
    for number in range(1, 9):
        page.evaluate("(id) => tmdbdash.openFilm(id)", number)
        page.locator("#film [data-part=facts] div").first.wait_for()
        page.wait_for_function(
            "(title) => document.getElementById('film-title').textContent === title",
            arg=HOSTILE[number - 1],
        )
        assert one_line(HOSTILE[number - 1])[:20] in one_line(
            page.locator("#film [data-part=overview]").text_content()
        )
    assert page.evaluate("window.broken") is None
    assert page.locator("#films img, #history img, #film b, #film script").count() == 0
    assert page.locator("#film").evaluate("(d) => d.scrollWidth <= d.clientWidth")


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


# A film opened


def open_title(page: Any) -> str:
    text: str = page.locator("#film-title").text_content()
    return text


def is_open(page: Any) -> bool:
    return bool(page.locator("#film").evaluate("(dialog) => dialog.open"))


def wait_for_facts(page: Any) -> None:
    page.locator("#film [data-part=body]").wait_for(state="visible")
    draw_all(page)


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


def test_a_shown_film_says_nothing_of_loading_in_another_language(shown: Any) -> None:
    shown.evaluate("tmdbdash.openFilm(4)")
    wait_for_facts(shown)
    status = shown.locator("#film [data-part=status]")
    shown.evaluate("tmdbdash.setLanguage('pt-BR')")
    shown.locator("#film-predictions-title", has_text="Esperado × real").wait_for()
    assert status.text_content() == ""


def test_what_is_being_written_outlives_news_from_disk(home: Home, open_page: OpenPage) -> None:
    site = Site(home, "disk")
    site.publish(tracked.titles(40), poll=QUICK)
    page, _ = open_page(site.at("page=1"))
    wait_for_count(page, "40 films")
    page.get_by_label("Add a film").fill("rain")
    site.publish(tracked.titles(41), poll=QUICK)
    wait_for_count(page, "41 films")
    assert page.get_by_label("Add a film").input_value() == "rain"


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


# Popularity over time


def drawn_lines(page: Any) -> list[dict[str, Any]]:
    draw_all(page)
    found: list[dict[str, Any]] = page.evaluate(
        """() => {
            const sets = tmdbdash.charts["history-lines"].data.datasets;
            return sets.filter((_, at) => at % 4 === 0).map((set, place) => ({
                label: set.label,
                colour: set.borderColor(),
                shape: set.pointStyle,
                points: set.data.length,
                last: set.data.length ? set.data.at(-1).y : null,
                dash: sets[4 * place + 1].borderDash,
                ahead: sets[4 * place + 1].data.length,
                band: [sets[4 * place + 2], sets[4 * place + 3]].map((edge) =>
                    edge.data.length ? edge.data.at(-1).y : null),
            }));
        }"""
    )
    return found


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
    assert page.get_by_text("Six films at most").is_visible()
    assert seventh.get_attribute("aria-disabled") == "true"
    seventh.click(force=True)
    assert len(pressed(page)) == 6
    page.locator("#history .pick").nth(1).click()
    assert len(drawn_lines(page)) == 5
    assert not page.get_by_text("Six films at most").is_visible()
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
