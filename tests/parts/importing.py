"""Invented files that tests import."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.parts.ticks import bring_in
from tmdbdash.importing.import_report import COUNTS, FileReport
from tmdbdash.records import Movie
from tmdbdash.storage import Store

HEADER = "id,title,popularity,vote_count,vote_average,release_date\n"
AT = datetime(2025, 11, 5, tzinfo=UTC)


@pytest.fixture
def put(store: Store, tmp_path: Path) -> "Put":
    return Put(store, tmp_path)


class Put:
    """Writes a file and imports it."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder

    def __call__(
        self, content: str | bytes, name: str = "films.csv", **options: object
    ) -> FileReport:
        path = self.write(content, name)
        report = bring_in(self.store, path, folder=self.folder, **options).files[0]
        if report.format != "recorded":
            assert sum(getattr(report, count) for count in COUNTS) == report.rows
        return report

    def write(self, content: str | bytes, name: str = "films.csv") -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def film(self, number: int) -> Movie:
        return self.store.fetch_movies([number])[number]


ONE, TWO, THREE = (json.dumps({"id": n, "title": f"F {n}", "popularity": n}) for n in (1, 2, 3))
