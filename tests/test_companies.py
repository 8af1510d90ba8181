"""Companies with commas in their names stay whole."""

import csv
import gzip
import json

import pytest

from tests.parts.require import real_data
from tmdbdash.importing.datasets.companies import companies


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        (
            "Legend Pictures, Sync, Metro-Goldwyn-Mayer, Inc.",
            ("Legend Pictures", "Sync", "Metro-Goldwyn-Mayer, Inc."),
        ),
        (
            "Warner Bros. Pictures, Inc., Legendary",
            ("Warner Bros. Pictures, Inc.", "Legendary"),
        ),
        ("Animation Works Co., Ltd., Toho", ("Animation Works Co., Ltd.", "Toho")),
        ("Animation Works, Co., Ltd.", ("Animation Works, Co., Ltd.",)),
        ("One, LLC, Two, L.L.C., Three, LTD", ("One, LLC", "Two, L.L.C.", "Three, LTD")),
        ("Uno, S.A. de C.V., Due, S.p.A.", ("Uno, S.A. de C.V.", "Due, S.p.A.")),
        ("Tre, S.L., Um, Ltda., Quay, Pty Ltd", ("Tre, S.L.", "Um, Ltda.", "Quay, Pty Ltd")),
        ("Eins, GmbH & Co. KG, Zwei, A.G.", ("Eins, GmbH & Co. KG", "Zwei, A.G.")),
        ("Quiet Company, The, Network, The (QN)", ("Quiet Company, The", "Network, The (QN)")),
        ("Incubator, Coral, Saturn", ("Incubator", "Coral", "Saturn")),
        ("One, Inc.|Two, Three and Four", ("One, Inc.", "Two, Three and Four")),
        ("One; Two, Three", ("One", "Two, Three")),
        ("Smith &amp; Sons; Jones", ("Smith & Sons", "Jones")),
        ("Birch / Barker Films, Elm/Fir", ("Birch / Barker Films", "Elm/Fir")),
        ('"One, Two Pictures", "Three"', ("One, Two Pictures", "Three")),
        ("['One, Two', \"L'Europa\"]", ("One, Two", "L'Europa")),
        ("['One, Two' 'Three']", ("One, Two", "Three")),
        ('{"One, Two",Three}', ("One, Two", "Three")),
        ("[{'name': 'One, Two', 'id': 4}, {'name': 'Three', 'id': 5}]", ("One, Two", "Three")),
        ([{"name": "One, Two"}, {"id": 3}, "Three  Four"], ("One, Two", "Three Four")),
        ("Ltd.", ("Ltd.",)),
        ("Same, Same", ("Same",)),
    ],
)
def test_names_stay_whole(raw: object, names: tuple[str, ...]) -> None:
    assert companies(raw) == names


@pytest.mark.parametrize("raw", [None, "", "[]", "nan", [], {}, [None, ""], 5])
def test_no_names_are_none(raw: object) -> None:
    assert companies(raw) is None


def test_a_hundred_names_are_enough() -> None:
    assert len(companies(",".join(f"Company {n}" for n in range(150))) or ()) == 100


def test_real_companies_are_told_apart_by_their_legal_forms() -> None:
    with gzip.open(real_data("tmdb_5000_movies.csv.gz"), "rt", newline="") as file:
        cells = [row["production_companies"] for row in csv.DictReader(file)]
    films = [tuple(dict.fromkeys(c["name"].strip() for c in json.loads(cell))) for cell in cells]
    assert [companies(cell) or () for cell in cells] == films
    torn = [film for film in films if (companies(", ".join(film)) or ()) != film]
    assert len(torn) <= 4, torn
