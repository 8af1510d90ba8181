"""Addresses and titles of any kind in a real Chromium: shown and saved as text."""

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.parts import tracked_rows as tracked
from tests.parts.browsed import Site, count, drawn_lines, is_open, listed_titles, wait_for_count
from tests.parts.chromium import OpenPage
from tests.parts.hostile import FORMULAS, TITLES
from tests.parts.published import page_of_films
from tmdbdash.terminal.plaintext import one_line
from tmdbdash.terminal.spreadsheet import write_predictions_csv

pytestmark = pytest.mark.xdist_group("chromium")

HOSTILE = (*TITLES, *FORMULAS)
FORTY = tracked.titles(40)


@pytest.fixture(scope="module")
def standing(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with page_of_films(chromium, tmp_path_factory, FORTY) as page:
        yield page


def save(page: Any, kind: str) -> str:
    with page.expect_download() as waiting:
        page.locator(f"#films [data-part={kind}]").click()
    assert waiting.value.suggested_filename == f"films.{kind}"
    return Path(waiting.value.path()).read_bytes().decode()


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
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "titles.csv"
        write_predictions_csv(path, [{"title": title}])
        (row,) = csv.DictReader(io.StringIO(path.read_bytes().decode(), newline=""))
    return row["title"]


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
