"""Under-rated is what gets less than expected: every list that says so, in both languages."""

import csv
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tests.parts.markup import parsed
from tmdbdash.commands.options import Sort
from tmdbdash.learning.artifacts.film_predictions import SORTS
from tmdbdash.records import SIDES, FilmChange, Side, TickWrite, margin, rated, residual
from tmdbdash.report import publish
from tmdbdash.report.i18n.catalogue import LOCALES, load_catalogue
from tmdbdash.report.panels import PANELS
from tmdbdash.storage import open_store

WORDS = {
    "en": {"under-rated": "Under-rated", "over-rated": "Over-rated"},
    "pt-BR": {"under-rated": "Sub-avaliado", "over-rated": "Super-avaliado"},
}
TITLES = {
    "popularity": {
        "under-rated": ["Half of it", "Nine of ten"],
        "over-rated": ["Three times it", "A little more"],
    },
    "vote_average": {
        "under-rated": ["Three times it", "A little more"],
        "over-rated": ["Half of it", "Nine of ten"],
    },
}
"""The answer that is known: what people watch less they like better, the farthest first."""
FACTS = {  # title: popularity, rating; 100 and 6.0 are expected of each
    "Half of it": (50.0, 8.5),
    "Nine of ten": (90.0, 6.5),
    "As expected": (100.0, 6.0),
    "A little more": (110.0, 5.5),
    "Three times it": (300.0, 3.0),
}


@pytest.fixture
def known(home: Home) -> Home:
    """A home with a made-up training that expects the same of five films."""
    films = [
        sample.film(n, title=title, popularity=popularity, vote_average=rating, vote_count=500)
        for n, (title, (popularity, rating)) in enumerate(FACTS.items(), start=1)
    ]
    expected = {
        "predicted_popularity": 100.0,
        "predicted_popularity_low": 80.0,
        "predicted_popularity_high": 120.0,
        "predicted_vote_average": 6.0,
        "predicted_vote_average_low": 5.0,
        "predicted_vote_average_high": 7.0,
    }
    with open_store(home.settings()) as store:
        changes = tuple(FilmChange(kind="new", movie=film) for film in films)
        store.save_tick(
            TickWrite(
                observed_at=sample.OBSERVED,
                changes=changes,
                listing=sample.listing(films).entries,
            )
        )
        store.save_training(sample.training(), [sample.prediction(f, **expected) for f in films])
    return home


def published(home: Home) -> Path:
    settings = home.settings()
    with open_store(settings) as store:
        publish(store, settings, now=sample.NOW, out_dir=home.path / "out")
    return home.path / "out"


@given(expected=st.floats(-1e6, 1e6), actual=st.floats(-1e6, 1e6))
def test_a_film_is_under_rated_where_more_is_expected_than_it_gets(
    expected: float, actual: float
) -> None:
    side = "under-rated" if expected > actual else "over-rated" if expected < actual else None
    assert rated(expected=expected, actual=actual) == side
    assert residual(expected=expected, actual=actual) == actual - expected
    under, over = (margin(one, expected=expected, actual=actual) for one in SIDES)
    assert under == -over == expected - actual


def test_what_is_missing_is_on_no_side() -> None:
    for expected, actual in ((None, 1.0), (1.0, None), (None, None)):
        assert rated(expected=expected, actual=actual) is None
        assert residual(expected=expected, actual=actual) is None


def test_page_and_program_name_the_same_sides() -> None:
    assert get_args(Side) == SIDES
    assert tuple(sort.value for sort in Sort) == SORTS
    (choice,) = (c for panel in PANELS for c in panel.choices if "rated" in "".join(c.values))
    assert choice.values == SIDES
    for locale, words in WORDS.items():
        texts = load_catalogue(locale)
        assert {side: texts.term("side", side) for side in SIDES} == words


NAMED = re.compile(r"(?i)(under|over)-? ?rate|su(b|per)-?.{0,9}avaliad")
REVERSED = re.compile(r"(?i)under-?rates|over-?rates|su(b|per)estima|sub-?valori")


def test_no_other_list_names_the_sides_and_none_by_the_old_words() -> None:
    named = {
        *("panel.outliers.title", "panel.scatter.words.1"),
        *("glossary.under_rated.name", "glossary.under_rated.means"),
        *(f"term.side.{side}" for side in SIDES),
    }
    for locale in LOCALES:
        texts = load_catalogue(locale).texts
        assert {key for key, text in texts.items() if NAMED.search(str(text))} == named
        assert not [key for key, text in texts.items() if REVERSED.search(str(text))]


def test_the_glossary_says_which_is_which() -> None:
    """Less than such films have comes after the one name, and more after the other."""
    less_then_more = {
        "en": r"Under-rated: .*less.*Over-rated: .*more",
        "pt-BR": r"Sub-avaliado: .*menos.*Super-avaliado: .*mais",
    }
    for locale, order in less_then_more.items():
        assert re.search(order, load_catalogue(locale).text("glossary.under_rated.means"))
    insights = (Path(__file__).parents[1] / "docs" / "ML_INSIGHTS.md").read_text("utf-8")
    assert "(expected above actual, a residual below 0) is **under-rated**" in insights


def test_the_page_has_the_known_answer_in_both_languages(known: Home) -> None:
    out = published(known)
    for locale, words in WORDS.items():
        path = out / ("surprises.html" if locale == "en" else f"{locale}/surprises.html")
        rows = parsed(path.read_bytes()).by_id("outliers-table").one("tbody").all("tr")
        found: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            target, side = row["data-codes"].split()
            found.setdefault((target, side), []).append(row.one("a").text)
            assert words[side] in [cell.text for cell in row.all("td")]
        assert found == {
            (target, side): titles
            for target, sides in TITLES.items()
            for side, titles in sides.items()
        }


def rows_of(home: Home, sort: str, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = home.json("predict", "--sort", sort, *more)["predictions"]
    return found


def test_predict_lists_them_in_tables_json_and_csv(home: Home) -> None:
    """One film has no popularity: it is on neither side."""
    path = home.path / "films.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "title", "release_date", "popularity", "vote_count", "vote_average"))
        writer.writerows(
            (n, f"Film {n}", "2019-07-12", "" if n == 13 else 7**n % 1009 * 1.5, 100 + n, 6 + n / 9)
            for n in range(1, 25)
        )
    for command in (["import", str(path)], ["train", "--model", "median"]):
        done = home.run("-q", *command)
        assert done.returncode == 0, done.stderr
    everything = {row["tmdb_id"]: row for row in rows_of(home, "predicted", "--limit", "0")}
    assert len(everything) == 24
    seen = set()
    for side, sign in (("under-rated", -1), ("over-rated", 1)):
        answer = home.json("predict", "--sort", side, "--limit", "0", "--csv", "p.csv")
        rows = answer["predictions"]
        off = [sign * (row["actual_popularity"] - row["predicted_popularity"]) for row in rows]
        assert off == sorted(off, reverse=True)
        assert min(off) > 0
        assert (answer["sort"], answer["listed"], answer["films"]) == (side, len(rows), 24)
        seen |= {row["tmdb_id"] for row in rows}
        with (home.path / "p.csv").open(newline="", encoding="utf-8") as file:
            written = list(csv.DictReader(file))
        assert [int(row["tmdb_id"]) for row in written] == [row["tmdb_id"] for row in rows]
        assert [float(row["residual_popularity"]) for row in written] == [
            row["residual_popularity"] for row in rows
        ]
        assert rows_of(home, side, "--limit", "3") == rows[:3]
        shown = home.run("predict", "--sort", side, "--limit", "3", env={"COLUMNS": "80"}).stdout
        assert max(map(len, shown.splitlines())) <= 80
        assert "residual" in shown
        for row in rows[:3]:
            assert f"{row['residual_popularity']:+.2f}" in shown
        assert f"{len(rows)} of 24 films are {side} by popularity" in " ".join(shown.split())
    assert 13 not in seen
    assert len(seen) == 23

    by_residual = rows_of(home, "residual", "--limit", "0")
    sizes = [abs(row["residual_popularity"]) for row in by_residual[:-1]]
    assert sizes == sorted(sizes, reverse=True)
    assert (by_residual[-1]["tmdb_id"], by_residual[-1]["residual_popularity"]) == (13, None)
    shown = home.run("predict", "--sort", "residual", env={"COLUMNS": "80"}).stdout
    assert f"{by_residual[0]['residual_popularity']:+.2f}" in shown
    assert "residual" not in home.run("predict", env={"COLUMNS": "80"}).stdout
