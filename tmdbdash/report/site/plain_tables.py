"""Rows of the tables that scripts fill on the page, for the page without scripts. Pure.

There a reader chooses films and ranges; here are the most popular films, and one week.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tmdbdash.report.films.table_films import TableFilm
from tmdbdash.report.i18n.wording import MISSING
from tmdbdash.report.panels.histories import FilmHistory

MOST_LINES = 500
"""Films in a table without a search."""
RANGE = "7d"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """A film's popularity over `RANGE`, and its forecast over the most days."""

    tmdb_id: int
    title: str
    first: float
    lowest: float
    highest: float
    last: float
    change: float
    ahead: float | None
    ahead_low: float | None
    ahead_high: float | None


def film_lines(films: Iterable[TableFilm], genre: Callable[[str], str]) -> list[TableFilm]:
    """The films of the list, then the most popular others, with genres as ``genre`` words them."""
    known = ((film.popularity, film) for film in films if film.popularity is not None)
    most = heapq.nsmallest(MOST_LINES, known, key=lambda line: (line[1].rank or math.inf, -line[0]))
    return [film._replace(genres=_texts(film.genres, genre)) for _, film in most]


def _texts(genres: str, genre: Callable[[str], str]) -> str:
    return ", ".join(map(genre, genres.split(","))) if genres else MISSING


def history_lines(histories: Sequence[FilmHistory]) -> tuple[HistoryLine, ...]:
    """The lines of the leading films that have a history of `RANGE`."""
    return tuple(_history_line(film) for film in histories if film.ranges.get(RANGE))


def _history_line(film: FilmHistory) -> HistoryLine:
    values = [value for _, value in film.ranges[RANGE]]
    _, ahead, low, high = film.forecast[-1] if film.forecast else (0, None, None, None)
    return HistoryLine(
        tmdb_id=film.tmdb_id,
        title=film.title,
        first=values[0],
        lowest=min(values),
        highest=max(values),
        last=values[-1],
        change=values[-1] - values[0],
        ahead=ahead,
        ahead_low=low,
        ahead_high=high,
    )
