"""The people and series of invented films, each with a talent of its own."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tmdbdash.simulation import words

FIRST_NUMBER = 90_000_000
"""Far above TMDB's ids of people."""
FILMS_EACH = 4
"""Films that a director, or an actor in a leading role, has on average."""
BUSY = 1.7
"""How unevenly films are shared among people: 1 would be evenly."""
CAST = 7


@dataclass(frozen=True, slots=True)
class Artist:
    """A person with a name that nobody has; ``talent`` is normally distributed around 0."""

    number: int
    name: str
    talent: float


@dataclass(frozen=True, slots=True)
class Series:
    """A series of films; ``talent`` is normally distributed around 0."""

    number: int
    name: str
    talent: float


class Artists:
    """All people of a world of ``films`` films."""

    def __init__(self, films: int, rng: Random) -> None:
        names: set[str] = set()
        self._directors = [_artist(n, rng, names) for n in range(max(4, films // FILMS_EACH))]
        first = len(self._directors)
        count = max(2 * CAST, films * CAST // FILMS_EACH // 2)
        self._actors = [_artist(first + n, rng, names) for n in range(count)]

    def team(
        self, rng: Random
    ) -> tuple[tuple[Artist, ...], tuple[Artist, ...], tuple[Artist, ...]]:
        """Directors, writers and cast of one film; a third of the directors write themselves."""
        director = _one_of(self._directors, rng)
        writer = director if rng.random() < 0.33 else _one_of(self._directors, rng)
        cast = dict.fromkeys(_one_of(self._actors, rng) for _ in range(rng.randint(3, CAST)))
        return (director,), (writer,), tuple(cast)


def _one_of(people: list[Artist], rng: Random) -> Artist:
    return people[int(len(people) * rng.random() ** BUSY)]


def _artist(number: int, rng: Random, taken: set[str]) -> Artist:
    """A person whose surname is a made-up place, so that nobody has the name."""
    name = ""
    while not name or name in taken:
        place = rng.choice(words.BEGINNINGS)[0] + rng.choice(words.ENDS)[0]
        second = rng.choice(words.FIRST_NAMES)[0]
        name = f"{rng.choice(words.FIRST_NAMES)} {second}. {place}"
    taken.add(name)
    return Artist(FIRST_NUMBER + number, name, rng.gauss(0, 1))
