"""All films in a real Chromium: found, filtered, sorted, paged, compared, saved."""

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.chromium import OpenPage, watched_page, watching
from tests.parts.hostile import FORMULAS
from tests.parts.page import visit, wait_for_query
from tests.parts.published import FORTY, MODULES, PublishedSite
from tests.parts.publishing import Publish
from tmdbdash.serve import Preview
from tmdbdash.terminal.spreadsheet import write_predictions_csv

pytestmark = pytest.mark.xdist_group("chromium")

ACCENTED = ("Amélie Poulain", "AMELIE II", "Übermut", "Ação!", "ﬁn de siècle", "Straße")


@pytest.fixture(scope="module")
def reading(forty: PublishedSite, chromium: Any) -> Iterator[Any]:
    with watched_page(chromium) as (page, _):
        yield page


@pytest.fixture
def films(reading: Any, forty: PublishedSite) -> Iterator[Any]:
    """The page of all films, as it is when somebody opens it."""
    with watching(reading):
        visit(reading, forty.at("films.html?page=1"))
        yield reading


def titles(page: Any) -> list[str]:
    found: list[str] = page.locator("#films tbody td.film").all_text_contents()
    return found


def count(page: Any) -> str:
    text: str = page.locator("#films [data-part=count]").text_content()
    return text


def test_the_first_films_are_there_at_once_and_all_come_when_they_are_wanted(
    publish: Publish, site: Preview, open_page: OpenPage
) -> None:
    page, watch = open_page("about:blank")
    visit(page, f"{site.url}films.html")
    assert count(page) == "24 films"
    assert page.locator("#films tbody tr:visible").count() == 24
    page.locator("#films tbody input").nth(1).press("Space")
    page.locator("#films tbody input").nth(1).blur()
    second = titles(page)[1]
    films = [sample.film(n) for n in range(2, 25)]
    publish(sample.rows(films), datetime.now(UTC) + timedelta(minutes=1))
    page.wait_for_function(
        "(text) => document.querySelector('#films td.film').textContent === text", arg=second
    )
    assert page.locator("#films tbody input:checked").count() == 1
    assert page.locator("#films tbody input").first.is_checked()
    assert count(page) == "23 films"
    assert not any("/assets/films." in url for url in watch.requests)
    page.locator("#films th[data-key=title] button").press("Enter")
    page.wait_for_function("() => document.querySelector('table[data-live]')")
    assert titles(page) == sorted(titles(page))
    assert page.locator("#films tbody input:checked").count() == 1


def test_the_list_comes_first_and_each_row_says_of_when_it_is(films: Any) -> None:
    assert count(films) == "24 of 40 films match"
    assert titles(films) == [FORTY[n] for n in range(1, 25)]
    row = films.locator("#films tbody tr").nth(19).locator("td").all_text_contents()
    assert row == [
        "", "20", FORTY[20], "Sep 21, 2010", "Drama", "42.9", "Jan 31, 2026", "51.4", "6.0", "6.4",
        "140",
    ]  # fmt: skip
    films.locator("[name=scope]").select_option("all")
    assert count(films) == "40 films"
    assert len(titles(films)) == 25
    assert titles(films)[:24] == [FORTY[n] for n in range(1, 25)]
    wait_for_query(films, {"scope": "all"})
    films.reload()
    films.wait_for_function("() => document.querySelector('table[data-live]')")
    assert count(films) == "40 films"


def test_words_genre_and_years_join_and_the_address_keeps_them(films: Any) -> None:
    wanted = [
        n for n in range(1, 41)
        if "Comedy" in tracked.genres_of(n)
        and (day := tracked.release_of(n)) is not None and 2000 <= day.year <= 2010
    ]  # fmt: skip
    films.locator("[name=scope]").select_option("all")
    genre = films.get_by_label("Genre")
    assert genre.locator("option").all_text_contents() == ["All", *tracked.GENRES]
    genre.select_option("Comedy")
    films.get_by_label("From year").fill("2000")
    films.get_by_label("To year").fill("2010")
    assert titles(films) == [FORTY[n] for n in wanted] != []
    query = {"genre": "Comedy", "from": "2000", "to": "2010", "scope": "all"}
    wait_for_query(films, query)
    films.reload()
    films.wait_for_function("() => document.querySelector('table[data-live]')")
    assert titles(films) == [FORTY[n] for n in wanted]
    search = films.get_by_label("Title", exact=True)
    search.fill("no such film")
    assert count(films) == "0 of 40 films match"
    assert films.get_by_text("No matches").is_visible()
    films.get_by_role("button", name="Clear").press("Enter")
    assert count(films) == "24 of 40 films match"
    assert films.evaluate("document.activeElement.name") == "q"
    wait_for_query(films, {})


def test_every_column_sorts_both_ways_by_keys_alone(films: Any) -> None:
    films.locator("[name=scope]").select_option("all")
    films.get_by_label("Per page").select_option("100")
    sorted_by = films.evaluate(
        """() => {
            const all = (selector) => [...document.querySelectorAll(`#films ${selector}`)];
            return all("th[data-key]").map((head, place) => [0, 1].map(() => {
                head.firstElementChild.click();
                const cells = all("tbody tr").map((row) => row.cells[place + 1].textContent);
                return [head.ariaSort, all("th[aria-sort]").length, cells];
            }));
        }"""
    )
    assert len(sorted_by) == 10
    for place, ways in enumerate(sorted_by):
        assert {way for way, _, _ in ways} == {"ascending", "descending"}
        for direction, marked, cells in ways:
            assert marked == 1
            known = [cell for cell in cells if cell != "–"]
            assert cells == known + ["–"] * (len(cells) - len(known))
            values: list[Any] = []
            if place in {0, 4, 6, 7, 8, 9}:
                values = [float(cell.replace(",", "")) for cell in known]
            if place in {2, 5}:
                values = [
                    datetime.strptime(cell, "%b %d, %Y").replace(tzinfo=UTC) for cell in known
                ]
            assert values == sorted(values, reverse=direction == "descending")
    wait_for_query(films, {"size": "100", "sort": "vote_count", "scope": "all"})

    films.get_by_label("Per page").select_option("25")
    films.locator("#films th[data-key=title] button").press("Enter")
    assert films.locator("th[data-key=title]").get_attribute("aria-sort") == "ascending"
    back, on = (films.get_by_role("button", name=name) for name in ("Previous", "Next"))
    on.press("Enter")
    assert films.get_by_text("Page 2 of 2").is_visible()
    assert len(titles(films)) == 15
    assert on.get_attribute("aria-disabled") == "true"
    wait_for_query(films, {"sort": "title", "scope": "all", "page": "2"})
    back.press("Space")
    assert films.get_by_text("Page 1 of 2").is_visible()


def test_ticked_films_are_compared_six_at_most(films: Any, forty: PublishedSite) -> None:
    boxes = films.locator("#films tbody input")
    link = films.locator("#films [data-part=compare]")
    assert not link.is_visible()
    for place in range(6):
        boxes.nth(place).press("Space")
    assert boxes.nth(6).is_disabled()
    assert films.get_by_label(f"Compare {FORTY[12]}").count() == 1
    films.locator("#films th[data-key=popularity] button").press("Enter")
    assert films.locator("#films tbody input:checked").count() == 6
    assert link.text_content() == "Compare 6 films"
    link.press("Enter")
    films.wait_for_url("**/compare.html?ids=1,2,3,4,5,6")
    films.wait_for_function("() => document.querySelectorAll('.picks li').length === 6")


def test_the_number_of_matches_is_announced_when_the_reader_pauses(films: Any) -> None:
    films.evaluate(
        """() => {
            window.said = [];
            const status = document.getElementById("status");
            new MutationObserver(() => said.push(status.textContent))
                .observe(status, { childList: true, characterData: true });
        }"""
    )
    films.get_by_label("Title", exact=True).press_sequentially("night", delay=20)
    films.wait_for_function("() => window.said.length")
    assert films.evaluate("said") == [count(films)]


def test_news_change_rows_where_the_reader_is_and_films_are_asked_for_again(
    publish: Publish, site: Preview, open_page: OpenPage
) -> None:
    def put(number: int, risen: float, named: tuple[str, ...] = ()) -> None:
        every = tracked.titles(number, named)
        rows = tracked.rows(every, risen=risen)
        publish(rows, films=tracked.files(every, rows, risen=risen))

    put(60, 0)
    page, watch = open_page("about:blank")
    watch.expect("ERR_FAILED")
    page.route("**/assets/films.*", lambda route: route.abort())
    page.goto(f"{site.url}films.html?q=i&page=2&sort=title&scope=all")
    page.get_by_text("The films could not be loaded.").wait_for()
    page.unroute("**/assets/films.*")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_function("() => document.querySelector('table[data-live]')")
    assert not page.get_by_role("button", name="Try again").is_visible()
    before, shown = count(page), titles(page)
    page.locator("#films tbody a").first.focus()
    put(61, 5, ("Iii first of all",))
    page.wait_for_function(
        "(text) => document.querySelector('#films [data-part=count]').textContent !== text",
        arg=before,
    )
    assert page.get_by_text("Page 2 of").is_visible()
    assert page.get_by_label("Title", exact=True).input_value() == "i"
    assert titles(page) != shown
    assert page.evaluate("document.activeElement.textContent") == shown[0]
    wait_for_query(page, {"q": "i", "page": "2", "sort": "title", "scope": "all"})


# Files


def save(page: Any, kind: str) -> str:
    with page.expect_download() as waiting:
        page.locator(f"#films [data-part={kind}]").press("Enter")
    assert waiting.value.suggested_filename == f"films.{kind}"
    return Path(waiting.value.path()).read_bytes().decode()


def test_files_have_what_is_filtered(films: Any) -> None:
    films.locator("[name=scope]").select_option("all")
    films.get_by_label("To year").fill("2010")
    films.locator("th[data-key=vote_count] button").press("Enter")
    wanted = [
        n for n in range(40, 0, -1)
        if (day := tracked.release_of(n)) is not None and day.year <= 2010
    ]  # fmt: skip
    text = save(films, "csv")
    assert text.startswith("\ufefftmdb_id,")
    rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
    assert [int(row["tmdb_id"]) for row in rows] == wanted
    for row in rows:
        number = int(row["tmdb_id"])
        assert row["title"] == defused(FORTY[number])
        assert float(row["popularity"]) == tracked.popularity_of(number)
    found = json.loads(save(films, "json"))["films"]
    assert [film["title"] for film in found] == [FORTY[n] for n in wanted]
    assert found[0]["release_date"] == str(tracked.release_of(wanted[0]))


def defused(title: str) -> str:
    """What the CSV that `tmdbdash predict` writes says of a title."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "titles.csv"
        write_predictions_csv(path, [{"title": title}])
        (row,) = csv.DictReader(io.StringIO(path.read_bytes().decode(), newline=""))
    return row["title"]


SAVED = f"""async (titles) => {{
    const {{ csvText }} = await import(`${{location.origin}}/{MODULES}/films/downloads.js`);
    return csvText(["title"], titles.map((title) => ({{ title }})));
}}"""
FOUND = f"""async (titles) => {{
    const at = `${{location.origin}}/{MODULES}`;
    const texts = [...document.scripts].find(({{ src }}) => src.includes("/texts-"));
    const {{ load, shared }} = await import(`${{at}}/loading.js`);
    shared.passed["texts-en"] ??= await load(texts.src);
    const {{ filmTable }} = await import(`${{at}}/films/table.js`);
    const none = titles.map(() => null);
    const columns = {{
        tmdb_id: titles.map((_, place) => place + 1), title: titles,
        release_date: none, as_of: none,
        genres: titles.map(() => []), popularity: titles.map((_, place) => -place), rank: none,
    }};
    const films = filmTable({{ columns, genre_names: [] }});
    return (words) => films.select({{ q: words }});
}}"""
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
def test_any_title_is_found_and_saved_as_the_program_saves_it(
    reading: Any, forty: PublishedSite, given_titles: list[str]
) -> None:
    if "films.html" not in reading.url:
        visit(reading, forty.at("films.html"))
    saved = reading.evaluate(SAVED, [*given_titles, *FORMULAS])
    rows = [row[0] if row else "" for row in csv.reader(io.StringIO(saved[1:], newline=""))][1:]
    assert rows == [defused(title) for title in (*given_titles, *FORMULAS)]
    find = reading.evaluate_handle(FOUND, given_titles)
    found = find.evaluate("(find, titles) => titles.map(find)", given_titles)
    assert all(place in places for place, places in enumerate(found))


def test_case_and_accents_do_not_matter_and_ten_thousand_films_are_quick(
    films: Any,
) -> None:
    find = films.evaluate_handle(FOUND, list(ACCENTED))
    for words, places in (
        ("amelie", [0, 1]), ("poulain AMÉLIE", [0]), ("ubermut", [2]), ("acao", [3]),
        ("fin de siecle", [4]), ("straße", [5]),
    ):  # fmt: skip
        assert find.evaluate("(find, words) => find(words)", words) == places
    many = films.evaluate_handle(FOUND, [f"{sample.TITLES[n % 12]} {n}" for n in range(10_000)])
    took = many.evaluate(
        """(find) => {
            const took = ["n", "ni", "nig", "night", "t", "to", "a b"].map((words) => {
                const began = performance.now();
                find(words);
                return performance.now() - began;
            });
            return took.sort((a, b) => a - b)[took.length >> 1];
        }"""
    )
    assert took < 100
