"""A site that a test publishes anew while a browser has it open."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tests.parts.rendered import film_files_of, render
from tmdbdash.report.films.film_files import FilmFiles
from tmdbdash.report.panels import PANELS
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site.folder import write_all
from tmdbdash.serve import Preview, serving

QUICK, SELDOM = 120, 60_000
CHARTS = tuple(chart.id for panel in PANELS for chart in panel.charts)


@pytest.fixture
def out(home: Home) -> Path:
    return home.path / "out"


Publish = Callable[..., dict[str, bytes]]


def publisher(home: Home, out: Path, *, at: datetime | None = None, every: int) -> Publish:
    """Writes the site of given rows: as of ``at`` or now, and asking for news so often.

    With the files of all films, those of the rows if none are given.
    """

    def write(
        rows: Rows,
        now: datetime | None = None,
        poll: int = every,
        films: FilmFiles | None = None,
        **settings: Any,
    ) -> dict[str, bytes]:
        now = now or at or datetime.now(UTC)
        dashboard = build_dashboard(rows, home.settings(poll_interval_ms=poll, **settings), now)
        files = render(dashboard, film_files_of(rows) if films is None else films)
        write_all(out, files, now)
        return files

    return write


@pytest.fixture
def publish(home: Home, out: Path) -> Publish:
    """Write a page of these rows, as of now, with a poll interval that tests can wait for."""
    return publisher(home, out, every=QUICK)


@pytest.fixture
def site(publish: Publish, out: Path) -> Iterator[Preview]:
    publish(sample.rows())
    with serving(out) as server:
        yield server


def chart_data(page: Any, chart: str) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        """(id) => ({
            labels: tmdbdash.charts[id].data.labels,
            values: tmdbdash.charts[id].data.datasets.map((set) => set.data),
        })""",
        chart,
    )
    return found


def drawn(page: Any, chart: str) -> bool:
    """Whether a canvas shows more than its background."""
    return bool(
        page.evaluate(
            """(id) => {
                const canvas = document.getElementById(id);
                const pixels = canvas.getContext("2d")
                    .getImageData(0, 0, canvas.width, canvas.height).data;
                let painted = 0;
                for (let at = 3; at < pixels.length; at += 4) painted += pixels[at] > 0;
                return painted > 1000;
            }""",
            chart,
        )
    )
