"""Any way of writing films is read as the films that were written."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.parts.dialects import FILMS, SETTLING, Film, Manner, manners, written
from tmdbdash.importing.datasets import Hints, TextFile, open_dataset
from tmdbdash.records import FilmFacts

HINTS = Hints(date(2026, 11, 28))


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dialects") / "films"


def read(path: Path, content: bytes) -> list[FilmFacts]:
    path.write_bytes(content)
    with TextFile(path) as file:
        dataset = open_dataset(file, HINTS)
        return [row.facts for row in dataset.rows() if row.facts is not None]


def as_film(facts: FilmFacts) -> tuple[object, ...]:
    return (
        facts.tmdb_id, facts.title, facts.overview, facts.popularity, facts.vote_count,
        facts.vote_average, facts.release_date, set(facts.genres or ()), facts.language,
    )  # fmt: skip


def expected(film: Film) -> tuple[object, ...]:
    return (
        film.tmdb_id, film.title, film.overview, film.popularity, film.vote_count,
        film.vote_average, film.release_date, set(film.genres), film.language,
    )  # fmt: skip


@settings(max_examples=60)
@given(films=FILMS, manner=manners())
def test_films_written_in_any_dialect_are_read_back(
    path: Path, films: list[Film], manner: Manner
) -> None:
    films = [*films, SETTLING]
    assert [as_film(facts) for facts in read(path, written(films, manner))] == [
        expected(film) for film in films
    ]


@settings(max_examples=50)
@given(
    films=FILMS,
    manner=manners(framed="csv", encodings=["utf-8"]),
    place=st.floats(0, 1, exclude_max=True),
    byte=st.one_of(st.sampled_from(b"\"\n\r,;|\t\\'{}[]: \0\xff"), st.integers(0, 255)),
)
def test_a_damaged_byte_costs_no_more_than_its_record(
    path: Path, films: list[Film], manner: Manner, place: float, byte: int
) -> None:
    # Some sound films before and after, so that something can be lost.
    films = [SETTLING, *films, *(_sound(number) for number in range(2_000_002, 2_000_006))]
    content = bytearray(written(films, manner))
    starts = _starts(films, manner)
    at = starts[0] + int(place * (len(content) - starts[0]))
    content[at] = byte
    hit = {max(n for n, start in enumerate(starts) if start <= at)}
    if at + 1 in starts or at + 2 in starts:  # the end of a line belongs to both
        hit.add(min(max(hit) + 1, len(films) - 1))
    kept = {as_film(facts)[0]: as_film(facts) for facts in read(path, bytes(content))}
    for number, film in enumerate(films):
        if number not in hit:
            assert kept.get(film.tmdb_id) == expected(film)


def _sound(number: int) -> Film:
    return Film(
        tmdb_id=number, title=f"Sound {number}", overview="Two\nlines, and a \"quote\".",
        popularity=1.5, vote_count=5, vote_average=6.5, release_date=date(2001, 4, 25),
        genres=("Drama", "War"), language="en",
    )  # fmt: skip


def _starts(films: list[Film], manner: Manner) -> list[int]:
    """Where each film's record begins, in bytes."""
    header = len(written(films[:1], manner)) - _length(films[0], manner)
    starts = [header]
    for film in films[:-1]:
        starts.append(starts[-1] + _length(film, manner))
    return starts


def _length(film: Film, manner: Manner) -> int:
    return len(written([film, film], manner)) - len(written([film], manner))
