"""Genres are found by their names, whatever stands between them and in whatever language."""

import csv
import gzip
import json
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.parts.require import real_data
from tmdbdash.importing.datasets.genre_table import BY_WORDS, FOREIGN, NAMES, spellings
from tmdbdash.importing.datasets.genre_words import GenreReading, read_genres
from tmdbdash.importing.datasets.phrases import unaccented
from tmdbdash.tmdb.genres import GENRES

IDS = {name: number for number, name in GENRES.items()} | {FOREIGN: 10769}
SEPARATORS = (
    *(", ", ",", ";", "; ", "|", " | ", "/", " / ", "-", " - ", " ", "_", ".", "\n", "\t"),
    *(" • ", "•", " · ", "‧", " – ", "—", "&", " & ", " &amp; ", " and ", " + ", "<br>", "   "),
)


@pytest.mark.parametrize(
    "raw",
    [
        "Action, Science Fiction",
        "Action-Science Fiction",
        "Action Science Fiction",
        "Science Fiction Action",
        "action;SCIENCE  FICTION",
        "Action / Science Fiction",
        "Action • Science Fiction",
        "Action‧Science-Fiction",
        "Action & Sci-Fi",
        "Action &amp; SciFi",
        "Action and Sci Fi",
        "Action\nScience Fiction",
        "Action\tScience_Fiction",
        "Action ScienceFiction",
        "ActionScienceFiction",
        '"Action, Science Fiction"',
        "['Action', 'Science Fiction']",
        "['Action' 'Science Fiction']",
        "['Action'\n 'Science Fiction']",
        "['Action', 'Science Fiction', nan]",
        "array(['Action', 'Science Fiction'], dtype=object)",
        "('Action', 'Science Fiction')",
        "{'Action', 'Science Fiction'}",
        '{Action,"Science Fiction"}',
        "[Action, Science Fiction]",
        '["Action", "Science Fiction"]',
        '"[\\"Action\\", \\"Science Fiction\\"]"',
        "28,878",
        "28|878",
        "28 878",
        "28.0, 878.0",
        "[28, 878]",
        "[28 878]",
        "[28. 878.]",
        "{28,878}",
        "['28', '878']",
        '[{"id": 28, "name": "Action"}, {"id": 878, "name": "Science Fiction"}]',
        "[{'id': 28, 'name': 'Action'}, {'id': 878, 'name': 'Science Fiction'}]",
        "[{'id': 28, 'name': 'Action'}\n {'id': 878, 'name': 'Science Fiction'}]",
        '[{""id"": 28, ""name"": ""Action""}, {""id"": 878, ""name"": ""Science Fiction""}]',
        '[{\\"id\\": 28, \\"name\\": \\"Action\\"}, {\\"id\\": 878, \\"name\\": \\"x\\"}]',
        "[{id=28, name=Action}, {id=878, name=Science Fiction}]",
        ["Action", "Science Fiction"],
        ["Action, Science Fiction"],
        [28, 878],
        [28.0, "878"],
        [{"id": 28, "name": "Acción"}, {"id": "878", "name": "SF"}],
        [{"name": "Action"}, {"id": None, "name": "Science Fiction"}],
        {"genres": [{"id": 28}, {"id": 878}]},
        {"Action": True, "Drama": False, "Science Fiction": True},
        {"0": "Action", "1": "Science Fiction"},
    ],
)
def test_two_genres_are_found_in_every_notation(raw: object) -> None:
    reading = read_genres(raw)
    assert set(reading.names) == {"Action", "Science Fiction"}
    assert reading.unknown == ()


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("Ação, Drama, Ficção científica", ("Action", "Drama", "Science Fiction")),
        ("Acao|Comedia|Faroeste|Cinema TV", ("Action", "Comedy", "Western", "TV Movie")),
        ("Acción, Bélica, Película de TV", ("Action", "War", "TV Movie")),
        ("Comédie, Drame, Téléfilm", ("Comedy", "Drama", "TV Movie")),
        ("Komödie Krimi Liebesfilm", ("Comedy", "Crime", "Romance")),
        ("KOMOEDIE, KRIEGSFILM", ("Comedy", "War")),
        ("Azione - Fantascienza - televisione film", ("Action", "Science Fiction", "TV Movie")),
        ("Ac\u0327a\u0303o e Terror", ("Action", "Horror")),
        ("Action & Adventure", ("Action", "Adventure")),
        ("Sci-Fi & Fantasy", ("Science Fiction", "Fantasy")),
        ("War & Politics, Guerra e Política", ("War",)),
        ([10759, 10765, 10768], ("Action", "Adventure", "Science Fiction", "Fantasy", "War")),
        ("Foreign|Documentaries", ("Foreign", "Documentary")),
        ([{"id": 10769, "name": "Etranger"}], ("Foreign",)),
        (28, ("Action",)),
        ({"id": 18, "name": "Дра́ма"}, ("Drama",)),
    ],
)
def test_other_languages_and_genres_of_shows_are_understood(
    raw: object, names: tuple[str, ...]
) -> None:
    assert read_genres(raw) == GenreReading(names, ())


@pytest.mark.parametrize(
    ("raw", "names", "unknown"),
    [
        ("Warsaw, Actionable, Dramaturgy", (), ("Warsaw", "Actionable", "Dramaturgy")),
        ("Biography,Film-Noir,Drama", ("Drama",), ("Biography", "Film-Noir")),
        ("Action-Biography-Drama", ("Action", "Drama"), ("Biography",)),
        ("Musical|Music", ("Music",), ("Musical",)),
        ("['Action', \"Children's\"]", ("Action",), ("Children's",)),
        ("Politics", (), ("Politics",)),
        ("and", (), ("and",)),
        ("???, Drama", ("Drama",), ("???",)),
        ([28, 99999], ("Action",), ("99999",)),
        ([10762, True], (), ("10762", "True")),
        ("2016-12-18", (), ("2016-12-18",)),
        ("12.5", (), ("12.5",)),
        ("War of the Worlds", (), ("War of the Worlds",)),
        (
            "A man goes to war in the west, a family drama",
            (),
            ("A man goes to war in the west", "a family drama"),
        ),
        ("动作, Drama", ("Drama",), ("动作",)),
        ({"id": 5, "name": "Action"}, ("Action",), ()),
    ],
)
def test_what_is_no_name_of_a_genre_is_handed_back(
    raw: object, names: tuple[str, ...], unknown: tuple[str, ...]
) -> None:
    assert read_genres(raw) == GenreReading(names, unknown)


@pytest.mark.parametrize(
    "raw", [None, "", "  ", "nan", float("nan"), "[]", "{}", [], {}, "\\N", "(no genres listed)"]
)
def test_nothing_said_is_nothing_read(raw: object) -> None:
    assert read_genres(raw) == GenreReading((), ())


def test_no_word_means_two_genres() -> None:
    meanings: dict[str, set[str]] = {}
    for names in NAMES.values():
        for genre, called in names.items():
            for name in called:
                for spelling in spellings(name):
                    meanings.setdefault(spelling, set()).add(genre)
    assert {word: genres for word, genres in meanings.items() if len(genres) > 1} == {}
    assert meanings.keys() == BY_WORDS.keys()


@pytest.mark.parametrize("language", NAMES)
def test_each_language_names_all_genres(language: str) -> None:
    assert NAMES[language].keys() == set(IDS)


@st.composite
def films(draw: st.DrawFn) -> tuple[set[str], object]:
    """Genres, and one of the ways in which somebody may have written them."""
    genres = draw(st.lists(st.sampled_from(sorted(IDS)), unique=True, min_size=1, max_size=8))
    language = draw(st.sampled_from(sorted(NAMES)))
    cases: list[Callable[[str], str]] = [str, str.upper, str.lower, str.title, unaccented]
    case = draw(st.sampled_from(cases))
    names = [case(draw(st.sampled_from(NAMES[language][genre]))) for genre in genres]
    ids = [IDS[genre] for genre in genres]
    objects = [{"id": number, "name": name} for number, name in zip(ids, names, strict=True)]
    quoted = [json.dumps(name, ensure_ascii=False) for name in names]
    written: list[object] = [
        *(separator.join(names) for separator in SEPARATORS),
        *(separator.join(map(str, ids)) for separator in (",", "|", ";", " ", "-")),
        *(str(names), str(tuple(names)) if len(names) > 1 else str(names), str(ids), str(objects)),
        *(json.dumps(names), json.dumps(objects), json.dumps(json.dumps(objects))),
        "[" + " ".join(quoted) + "]",
        "{" + ",".join(quoted) + "}",
        "[" + ", ".join(names) + "]",
        *(names, ids, objects, {"genres": names}, dict.fromkeys(names, True)),
    ]
    return set(genres), draw(st.sampled_from(written))


@settings(max_examples=100, deadline=None)
@given(films())
@example(({"Science Fiction", "Action"}, "Sci-Fi-Action"))
def test_any_genres_in_any_writing_come_back(film: tuple[set[str], object]) -> None:
    genres, raw = film
    reading = read_genres(raw)
    assert set(reading.names) == genres
    assert reading.unknown == ()


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["id", "name", "x"]), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_no_value_breaks_the_reading(raw: object) -> None:
    assert set(read_genres(raw).names) <= set(IDS)


@pytest.fixture(scope="module")
def real_genres() -> list[tuple[str, ...]]:
    """What films of the real file have, each once."""
    with gzip.open(real_data("tmdb_5000_movies.csv.gz"), "rt", newline="") as file:
        cells = [row["genres"] for row in csv.DictReader(file)]
    assert len(cells) > 4000
    found = [tuple(g["name"] for g in json.loads(cell)) for cell in dict.fromkeys(cells)]
    assert len(found) > 1000
    return found


@pytest.mark.parametrize("separator", SEPARATORS)
def test_real_films_keep_their_genres_with_any_separator(
    real_genres: list[tuple[str, ...]], separator: str
) -> None:
    films = real_genres
    lost = [film for film in films if read_genres(separator.join(film)) != (film, ())]
    assert lost == []
