"""The site of forty films that the tests of a process read, over http and from disk."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.home import Home
from tests.parts.hostile import TITLES
from tests.parts.rendered import render
from tmdbdash.report.installed import templates_folder
from tmdbdash.report.panels import PAGES
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.site.folder import write_all
from tmdbdash.serve import serving

HOUR = 3_600_000
NAMED = (*TITLES, "__proto__", "$& {title} $1")
"""The titles of the first films; those of the others are plain."""
FORTY = tracked.titles(40, NAMED)
LISTED, UNLISTED = 20, 30
"""A film of the list, and one that is tracked but not on it."""
ADDRESSES = (
    *(page.path for page in PAGES if page.id != "film"),
    f"film/{LISTED}.html",
    f"film.html?id={UNLISTED}",
)
FOLDERS = {"en": "", "pt-BR": "pt-BR/"}
MODULES = "modules"
"""The folder of the scripts as modules, beside the site: what pages do not export, they do."""


@dataclass(frozen=True)
class PublishedSite:
    """A site in a folder that is served; it asks for news once an hour."""

    out: Path
    url: str

    def at(self, path: str = "", *, disk: bool = False) -> str:
        if not disk:
            return self.url + path
        name, _, query = (path or "index.html").partition("?")
        return (self.out / name).as_uri() + (f"?{query}" if query else "")


@pytest.fixture(scope="session")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublishedSite]:
    """The site of forty films as of the sample's time, twelve of them with hostile titles."""
    folder = tmp_path_factory.mktemp("forty")
    settings = Home(folder).settings(poll_interval_ms=HOUR, locale="en", posters="off")
    rows = tracked.rows(FORTY)
    files = render(build_dashboard(rows, settings, sample.NOW), tracked.files(FORTY, rows))
    write_all(folder / "out", files, sample.NOW)
    shutil.copytree(templates_folder() / "js", folder / "out" / MODULES)
    with serving(folder / "out") as server:
        yield PublishedSite(folder / "out", server.url)
