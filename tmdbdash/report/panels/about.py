"""What the site is: its words, and its files for other programs."""

from __future__ import annotations

from dataclasses import dataclass

from tmdbdash.report.panels.parts import Panel
from tmdbdash.report.query.page_queries import Rows

WORDS = (
    "popularity", "rank", "expected", "under_rated", "interval", "forecast", "baseline", "champion",
    "cross_validated", "live", "coverage", "drivers",
)  # fmt: skip
PATHS = (
    "data.json", "latest.json", "health.json", "api/summary.json", "api/predictions.json",
    "feed.xml",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the site, explained by ``glossary.<code>.name`` and ``.means``."""

    code: str


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file for programs, described by the text ``file.<path>``."""

    path: str


def glossary(rows: Rows) -> tuple[Word, ...]:
    """The words that need an explanation, whatever the rows."""
    del rows
    return tuple(map(Word, WORDS))


def published_files(rows: Rows) -> tuple[PublishedFile, ...]:
    """The files for programs, whatever the rows."""
    del rows
    return tuple(map(PublishedFile, PATHS))


TERMS = Panel(id="terms", rows=glossary, block="terms")
FILES = Panel(id="files", rows=published_files, block="files")
