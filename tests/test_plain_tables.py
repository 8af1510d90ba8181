"""The page of plain tables: what scripts fill in elsewhere, for readers without them."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.accessibility import unreadable, violations
from tests.parts.chromium import OpenPage, take_screenshot
from tests.parts.home import Home
from tests.parts.hostile import TITLES
from tests.parts.rendered import Elements
from tests.test_page_checks import OUTSIDE, SEEN, WIDTHS, page_files
from tmdbdash.report.films.table_films import film_table
from tmdbdash.report.i18n.catalogue import LOCALES, load_catalogue
from tmdbdash.report.panels import PANELS
from tmdbdash.report.panels.histories import FilmHistory
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site.folder import write_all
from tmdbdash.report.site.plain_tables import MOST_LINES, film_lines, history_lines
from tmdbdash.report.site.render import INDEX, TABLES

FILMS = tracked.titles(30, TITLES)
FILLED = {panel.id for panel in PANELS if panel.lazy_table or panel.block}


def history(**changes: Any) -> FilmHistory:
    facts: dict[str, Any] = {
        "tmdb_id": 7,
        "title": "Rain",
        "label": "Rain",
        "ranges": {"24h": [(9, 5.0)], "7d": [(1, 4.0), (5, 9.5), (8, 2.0), (9, 5.0)]},
        "forecast": [(10, 6.0, 5.0, 7.0), (12, 8.0, 4.0, 11.0)],
    }
    return FilmHistory(**facts | changes)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a page of the films."""
    home = Home(tmp_path_factory.mktemp("filled"))
    return page_files(home, tracked.rows(FILMS), FILMS, locale="en")


def section(page: str, panel: str) -> str:
    return page.split(f'id="{panel}" aria-labelledby')[1].split("</section>", maxsplit=1)[0]


def test_the_most_popular_films_stand_for_all() -> None:
    table = film_table(tracked.rows(tracked.titles(MOST_LINES + 20)))
    lines = film_lines(table, str.upper)
    assert len(lines) == MOST_LINES
    most = sorted((film.popularity or 0 for film in table), reverse=True)[:MOST_LINES]
    assert [line.popularity for line in lines] == most
    first = lines[0]
    film = next(film for film in table if film.tmdb_id == first.tmdb_id)
    assert first == film._replace(genres=film.genres.upper().replace(",", ", "))


def test_a_film_without_popularity_is_left_to_the_dashboard() -> None:
    films = film_table(tracked.rows(tracked.titles(3)))
    table = (films[0]._replace(genres=""), films[1]._replace(popularity=None), films[2])
    lines = film_lines(table, str)
    assert [line.tmdb_id for line in lines] == [1, 3]
    assert lines[0].genres == "–"


def test_a_week_is_told_by_its_ends_its_extremes_and_the_farthest_forecast() -> None:
    (line,) = history_lines([history(), history(ranges={"7d": [], "all": [(1, 2.0)]})])
    assert (line.first, line.lowest, line.highest, line.last, line.change) == (4, 2, 9.5, 5, 1)
    assert (line.ahead, line.ahead_low, line.ahead_high) == (8, 4, 11)
    (alone,) = history_lines([history(forecast=())])
    assert (alone.ahead, alone.ahead_low, alone.ahead_high) == (None, None, None)


@pytest.mark.parametrize("locale", LOCALES)
def test_each_part_that_scripts_fill_names_its_plain_table(
    home: Home, filled: dict[str, bytes], locale: str
) -> None:
    files = filled
    if locale != "en":
        files = page_files(home, tracked.rows(FILMS), FILMS, locale=locale)
    page, tables = files[INDEX].decode(), files[TABLES].decode()
    say = load_catalogue(locale).text
    assert {"history", "films", "scatter", "errors", "roc", "film_map"} == FILLED
    for panel in PANELS:
        named = re.findall(r'<a href="tables.html#(\w+)"', section(page, panel.id))
        assert named == [panel.id] * (panel.id in FILLED)
    for panel_id in FILLED:
        shown = section(tables, panel_id)
        assert say(f"panel.{panel_id}.title") in shown
        assert shown.count("<tr>") > 5
        assert "<td" in shown
    assert tables.count('id="films-table"') == 1
    assert section(tables, "films").count("<tr>") == 1 + len(FILMS)


def test_the_tables_need_no_script_and_name_their_source(home: Home) -> None:
    files = page_files(home, tracked.rows(FILMS, simulated=True), FILMS)
    tables = Elements(files[TABLES])
    scripts = [re.sub(r"\.[0-9a-f]{12}", "", str(tag["src"])) for tag in tables.all("script")]
    assert scripts == ["assets/early.js"]
    for name, attributes in tables.tags:
        assert not [key for key in attributes if key.startswith("on")], name
    assert len(tables.all("img")) == 1
    assert not tables.all("b")
    said = " ".join(" ".join(tables.text).split())
    for title in TITLES[:3]:
        assert " ".join(title.split()) in said
    assert "Simulated data" in said
    assert load_catalogue("en").text("footer.attribution") in said
    assert "Data of Jan 31, 2026, 14:02 UTC" in said


def test_with_nothing_to_show_each_table_says_so(home: Home) -> None:
    page = page_files(home, Rows())[TABLES].decode()
    say = load_catalogue("en").text
    for panel_id in FILLED:
        assert say(f"panel.{panel_id}.empty") in section(page, panel_id)
    assert "<td" not in page


@pytest.mark.xdist_group("chromium")
def test_a_reader_without_scripts_finds_every_table(
    filled: dict[str, bytes], tmp_path: Path, open_page: OpenPage
) -> None:
    write_all(tmp_path, filled, sample.NOW)
    page, _ = open_page((tmp_path / INDEX).as_uri(), java_script_enabled=False)
    assert not page.locator("#films table").is_visible()
    for panel_id in FILLED:
        link = page.locator(f"#{panel_id}").get_by_role("link", name="Plain table")
        assert link.is_visible()
        assert link.get_attribute("href") == f"{TABLES}#{panel_id}"
    link.click()
    assert page.url.endswith(f"{TABLES}#{panel_id}")
    for panel_id in FILLED:
        assert page.locator(f"#{panel_id}-table td").first.is_visible()
    page.get_by_role("link", name="Full dashboard").click()
    page.locator("#top-table").wait_for()


@pytest.mark.xdist_group("chromium")
def test_the_tables_shut_nobody_out_and_fit_any_width(
    filled: dict[str, bytes], tmp_path: Path, open_page: OpenPage
) -> None:
    write_all(tmp_path, filled, sample.NOW)
    page, _ = open_page((tmp_path / TABLES).as_uri())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OUTSIDE) == [], width
        assert page.get_by_role("link", name="Full dashboard").is_visible()
        if width in SEEN:
            take_screenshot(page, f"tables-{width}")
    assert violations(page) == []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        assert unreadable(page, "body") == []
