"""When the films of each genre are released, and how popular they are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import finite

LEAST_FILMS = 3
"""Films below which a month says nothing of its genre."""
GENRES_SHOWN = 12
LEVELS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class GenreMonths:
    """A genre's films by release month, January first: how many, and their median popularity.

    ``popularity`` is ``None`` for months of fewer than `LEAST_FILMS` films; ``levels`` are its
    steps of colour from 1 to `LEVELS`, of equally many months each, 0 where there is none.
    """

    genre: str
    films: int
    counts: tuple[int, ...]
    popularity: tuple[float | None, ...]
    levels: tuple[int, ...]


def genre_months(rows: Rows) -> tuple[GenreMonths, ...]:
    """The genres of most tracked films, the largest first."""
    values: dict[str, list[list[float]]] = defaultdict(lambda: [[] for _ in range(12)])
    for film in rows.tracked.values():
        popularity = finite(film.popularity)
        if film.release_date is None or popularity is None or not film.genres:
            continue
        for genre in film.genres.split(","):
            values[genre][film.release_date.month - 1].append(popularity)
    sizes = {genre: sum(map(len, months)) for genre, months in values.items()}
    shown = sorted(sizes, key=lambda genre: (-sizes[genre], genre))[:GENRES_SHOWN]
    medians = {
        genre: [median(m) if len(m) >= LEAST_FILMS else None for m in values[genre]]
        for genre in shown
    }
    known = sorted(value for row in medians.values() for value in row if value is not None)
    return tuple(
        GenreMonths(
            genre=genre,
            films=sizes[genre],
            counts=tuple(map(len, values[genre])),
            popularity=tuple(medians[genre]),
            levels=tuple(_level(value, known) for value in medians[genre]),
        )
        for genre in shown
        if any(value is not None for value in medians[genre])
    )


def _level(value: float | None, known: list[float]) -> int:
    if value is None:
        return 0
    below = sum(other < value for other in known)
    return 1 + min(LEVELS - 1, LEVELS * below // len(known))


MONTHS = Panel(
    id="months",
    rows=genre_months,
    block="months",
    columns=(Column(key="genre", kind="term", term="genre"),),
)
