"""Pages as files, and what they hold."""

from html.parser import HTMLParser
from typing import Any

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.site.render import render

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


def files_of(home: Home, rows: Rows | None = None, **changes: Any) -> dict[str, bytes]:
    settings = home.settings(**changes)
    return render(build_dashboard(rows or sample.rows(), settings, sample.NOW))


class Elements(HTMLParser):
    """Every start tag of a page with its attributes, and the text of its tables."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]
