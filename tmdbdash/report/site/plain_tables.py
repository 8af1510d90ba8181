"""Rows of the tables that the page's scripts fill in, for a page that does without scripts. Pure.

The films and the history are worked out in the browser, where the reader chooses among them; here
the most popular films stand for all, and a week for all times.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tmdbdash.report.panels.histories import FilmHistory

MOST_LINES = 500
"""Films of a page that has to be read without search."""
RANGE = "7d"


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmLine:
    """A tracked film, its genres in the page's language; ``rank`` is its place in the list."""

    tmdb_id: int
    title: str
    release_date: date | None
    genres: str | None
    popularity: float | None
    predicted_popularity: float | None
    vote_average: float | None
    predicted_vote_average: float | None
    vote_count: int | None
    rank: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """What a film's popularity did in `RANGE`, and the farthest forecast of it."""

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


def film_lines(table: Mapping[str, Any], genre: Callable[[str], str]) -> tuple[FilmLine, ...]:
    """The most popular films of a `film_table.film_table`; ``genre`` words a genre's name."""
    columns, names = table["columns"], table["genre_names"]
    popularity = columns["popularity"]
    known = [place for place, value in enumerate(popularity) if value is not None]
    known.sort(key=lambda place: (-popularity[place], place))
    return tuple(_film_line(columns, place, names, genre) for place in known[:MOST_LINES])


def _film_line(
    columns: Mapping[str, Sequence[Any]],
    place: int,
    names: Sequence[str],
    genre: Callable[[str], str],
) -> FilmLine:
    released = columns["release_date"][place]
    same = (
        "tmdb_id", "title", "popularity", "predicted_popularity", "vote_average",
        "predicted_vote_average", "vote_count", "rank",
    )  # fmt: skip
    return FilmLine(
        release_date=date.fromisoformat(released) if released else None,
        genres=", ".join(genre(names[n]) for n in columns["genres"][place]) or None,
        **{name: columns[name][place] for name in same},
    )


def history_lines(histories: Sequence[FilmHistory]) -> tuple[HistoryLine, ...]:
    """The leading films' last seven days, those left out of which nothing is known."""
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
