"""Figures of a page that have to agree with one another, and with what was measured."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.parts.chromium import OpenPage
from tests.parts.home import Home
from tests.parts.page import draw_all, visit
from tests.parts.popular import lines_of, walking_columns, write_lines
from tests.parts.published import ADDRESSES, FORTY, LISTED, PublishedSite
from tmdbdash.storage import open_store


def figure(text: str) -> float:
    (found,) = re.findall(r"-?[\d,]+\.\d+", text)[:1]
    return float(found.replace(",", ""))


@pytest.mark.xdist_group("chromium")
def test_what_scripts_fill_agrees_with_what_the_program_wrote(
    forty: PublishedSite, open_page: OpenPage
) -> None:
    """A film's popularity and expected value on its page, in the lists and in comparison."""
    page, _ = open_page("about:blank")
    visit(page, forty.at())
    row = page.locator("#top tbody tr").nth(LISTED - 1)
    assert row.locator("td.film").text_content() == FORTY[LISTED]
    bars = row.locator("td.bar").text_content()
    visit(page, forty.at(f"film/{LISTED}.html"))
    draw_all(page)
    found: list[Any] = [figure(bars)]
    figures = page.locator("[data-part=figures]").inner_text()
    found += [figure(figures)]
    found += [
        round(page.evaluate("tmdbdash.charts['film-history'].data.datasets[0].data.at(-1).y"), 1)
    ]
    found += [
        figure(page.locator("[data-part=predictions] p").first.text_content().split("Actual")[1])
    ]
    visit(page, forty.at(f"compare.html?ids={LISTED}"))
    facts = dict(
        page.locator("[data-part=facts] tr").evaluate_all(
            "(rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
        )
    )
    found += [figure(facts["Popularity"])]
    visit(page, forty.at("films.html"))
    cells = page.locator("#films tbody tr").nth(LISTED - 1).locator("td")
    found += [figure(cells.nth(5).text_content())]
    assert facts["Expected popularity"] == cells.nth(7).text_content()
    assert found == [42.9] * len(found)


@pytest.mark.xdist_group("chromium")
def test_what_is_old_is_nowhere_called_now(forty: PublishedSite, open_page: OpenPage) -> None:
    """The data of the site are months old by the reader's clock; a page's name may be Now."""
    page, _ = open_page("about:blank")
    for path in ADDRESSES:
        visit(page, forty.at(path))
        assert page.locator("#state").get_attribute("data-state") == "stale"
        words = page.locator("main :is(h1, h2, h3, th, figcaption)").all_inner_texts()
        assert not {"now", "today", "current"} & {
            word for text in words for word in text.lower().split()
        }, path


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
