"""Figures of the page that have to agree with one another, and with what was measured."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tmdbdash.report.films.table_films import film_table
from tmdbdash.report.site.plain_tables import film_lines

from tests.parts import sample_rows as sample
from tests.parts import tracked_rows as tracked
from tests.parts.home import Home
from tests.parts.popular import lines_of, walking_columns, write_lines
from tests.parts.published import standing_page
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.storage import open_store

GONE, UNSEEN = 40, 38


def rows() -> Rows:
    """Forty films: one left the list long ago at its height, one came after the training."""
    found = tracked.rows(tracked.titles(40))
    gone = found.tracked[GONE]._replace(
        popularity=9999.0, observed_at=sample.OBSERVED - timedelta(days=201)
    )
    newer = found.expected[UNSEEN]._replace(prediction_source="unseen")
    films = {**found.tracked, GONE: gone}
    return tracked.rows(
        tracked.titles(40), tracked=films, expected={**found.expected, UNSEEN: newer}
    )


@pytest.fixture(scope="module")
def standing(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    found = rows()
    with standing_page(
        chromium,
        tmp_path_factory.mktemp("truth"),
        found,
        tracked.files(tracked.titles(40), found),
    ) as page:
        yield page


@pytest.mark.xdist_group("chromium")
def test_the_films_of_the_list_come_first_and_all_say_of_when_they_are(standing: Any) -> None:
    section = standing.locator("#films")
    section.scroll_into_view_if_needed()
    section.locator("tbody tr").first.wait_for()
    head = section.locator("thead th").evaluate_all("(all) => all.map((one) => one.dataset.key)")
    cells = section.locator("tbody tr").evaluate_all(
        "(all) => all.map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    assert [row[head.index("rank")] for row in cells[:24]] == [str(n) for n in range(1, 25)]
    title, as_of = (cells[24][head.index(key)] for key in ("title", "as_of"))
    assert title == tracked.title_of(GONE)
    assert as_of == "Jul 14, 2025"
    assert cells[0][head.index("as_of")] == "Jan 31, 2026"


def test_without_scripts_the_order_is_the_same() -> None:
    lines = film_lines(film_table(rows()), str)
    assert [line.rank for line in lines[:24]] == list(range(1, 25))
    assert lines[24].tmdb_id == GONE


@pytest.mark.xdist_group("chromium")
def test_what_is_old_is_nowhere_called_now(standing: Any) -> None:
    """The data of the page are months old by the reader's clock."""
    standing.locator("#badge-ingest[data-state=stale]").wait_for()
    words = standing.locator("h2, h3, th, figcaption, nav a, .contents-chapter").all_inner_texts()
    assert len(words) > 50
    assert not {"now", "today", "current"} & {
        word for text in words for word in text.lower().split()
    }


@pytest.mark.xdist_group("chromium")
def test_a_film_states_the_coverage_that_was_measured_for_its_like(standing: Any) -> None:
    evaluation = rows().evaluation
    assert evaluation is not None
    coverage = evaluation.tasks[0].coverage
    assert coverage is not None
    for tmdb_id, share, newer in ((36, coverage.overall, False), (UNSEEN, coverage.temporal, True)):
        standing.evaluate("(id) => tmdbdash.openFilm(id)", tmdb_id)
        told = standing.locator("#film [data-part=predictions] .expectation").first
        told.wait_for()
        assert ("newer than those in training" in told.inner_text()) is newer
        assert f"{share:.0%} of" in told.inner_text()
        standing.locator("#film [data-part=close]").click()


def test_an_import_changes_no_more_films_than_it_saw(home: Home, tmp_path: Path) -> None:
    lines = list(lines_of(walking_columns(days=4)))
    file = write_lines(tmp_path / "lists.jsonl", lines)
    assert home.run("import", str(file)).returncode == 0
    with open_store(home.settings()) as store:
        [run] = store.fetch_runs("import", 1)
    found = [run.films_new, run.films_changed, run.films_unchanged]
    assert run.films_seen == sum(count or 0 for count in found)
    status = json.loads(home.run("status", "--json").stdout)["jobs"]["import"]["last_run"]
    assert status["films_changed"] <= status["films_seen"]
