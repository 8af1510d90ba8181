"""A site as files, and titles that must stay text in all of them."""

from typing import Any

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.home import Home
from tmdbdash.report.films.film_files import FilmFiles, film_files
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site.render import render_site

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "\" onmouseover='alert(1)' x=\"",
    "<!--<script>",
    "\u202e\u05ea\u05d9\u05e9\u05d0\u05e8\u05d1",
    "\u2028\u2029\x00\x1b[31m",
    "half a pair \ud83d",
    "👩‍👩‍👧‍👦🎬" * 10,
    "x" * 500,
)


def render(*given: Any, **named: Any) -> dict[str, bytes]:
    """Every file of a site, those of its films included, from what render_site takes."""
    site = render_site(*given, **named)
    return {**{page.path: page.content() for page in site.film_pages}, **site.files}


def files_of(home: Home, rows: Rows | None = None, **changes: Any) -> dict[str, bytes]:
    """The files of a site of these rows, those of its films included."""
    rows = rows or sample.rows()
    dashboard = build_dashboard(rows, home.settings(**changes), sample.NOW)
    return render(dashboard, film_files_of(rows))


def film_files_of(rows: Rows) -> FilmFiles:
    """The table and the details of the films of these rows."""
    details = tracked.details(
        {number: film.title for number, film in rows.tracked.items()},
        {number: film.popularity or 0.0 for number, film in rows.tracked.items()},
    )
    return film_files(rows, lambda _: [details])
