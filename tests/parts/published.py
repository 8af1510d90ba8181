"""A page that the tests of a module look at one after the other, loaded once."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.chromium import VIEWPORT, watched_page, watching
from tests.parts.home import Home
from tests.parts.page import draw_all
from tmdbdash.report.films.film_files import NO_FILMS, FilmFiles
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site.folder import write_all
from tmdbdash.report.site.render import render
from tmdbdash.serve import serving

HOUR = 3_600_000


@contextmanager
def standing_page(
    browser: Any, folder: Path, rows: Rows, films: FilmFiles = NO_FILMS
) -> Iterator[Any]:
    """A page of these rows over http with its charts drawn; it asks for news once an hour."""
    settings = Home(folder).settings(poll_interval_ms=HOUR, locale="en", posters="off")
    files = render(build_dashboard(rows, settings, sample.NOW), films)
    write_all(folder / "out", files, sample.NOW)
    with serving(folder / "out") as server, watched_page(browser) as (page, _):
        page.goto(server.url)
        draw_all(page)
        yield page


@contextmanager
def looked_at(page: Any) -> Iterator[Any]:
    """The standing page for one test: watched, and put back as it was when the test ends."""
    try:
        with watching(page):
            yield page
    finally:
        page.set_viewport_size(VIEWPORT)
        page.emulate_media(media="screen", color_scheme="light", forced_colors="none")
        if page.locator("#film").evaluate("(dialog) => dialog.open"):
            page.keyboard.press("Escape")
            page.wait_for_function("() => !location.search.includes('film')")
        page.evaluate("tmdbdash.setLanguage('en'); scrollTo(0, 0)")
        page.wait_for_function("() => document.documentElement.lang === 'en'")


@pytest.fixture(scope="module")
def standing(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The page of the sample; a module with another one has a fixture of this name."""
    with standing_page(chromium, tmp_path_factory.mktemp("standing"), sample.rows()) as page:
        yield page


@contextmanager
def page_of_films(
    browser: Any, tmp_path_factory: pytest.TempPathFactory, titles: Mapping[int, str]
) -> Iterator[Any]:
    """The standing page of these films, with the files of all of them."""
    rows, folder = tracked.rows(titles), tmp_path_factory.mktemp("standing")
    with standing_page(browser, folder, rows, tracked.files(titles, rows)) as page:
        yield page


@pytest.fixture
def shown(standing: Any) -> Iterator[Any]:
    """The standing page, for tests that change no more of it than is put back."""
    with looked_at(standing) as page:
        yield page
