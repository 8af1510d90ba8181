"""The table of all tracked films, as the page loads it when someone searches for one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.query.tracked_films import Expectation, TrackedFilm
from tmdbdash.report.values import json_value, rounded

POPULARITY_DIGITS, RATING_DIGITS = 3, 2
"""Decimals that distinguish films."""
NO_EXPECTATION = Expectation(None, None, None, None)


class TableFilm(NamedTuple):
    """A line of the table; ``genres`` are names joined by commas, ``rank`` that in the list.

    ``as_of`` is the day on which TMDB gave the figures.

    The fields are the columns in the file, and what the columns of the panel refer to.
    """

    tmdb_id: int
    title: str
    release_date: date | None
    genres: str
    language: str | None
    popularity: float | None
    vote_count: int | None
    vote_average: float | None
    rank: int | None
    as_of: date | None
    predicted_popularity: float | None
    predicted_popularity_low: float | None
    predicted_popularity_high: float | None
    predicted_vote_average: float | None


def film_table(rows: Rows) -> tuple[TableFilm, ...]:
    """The tracked films in order of tmdb_id, with numbers as exact as the page can show them."""
    ranks = {e.tmdb_id: e.rank for e in rows.listing.entries} if rows.listing else {}
    return tuple(_line(rows, film, ranks.get(film.tmdb_id)) for film in rows.tracked.values())


def _line(rows: Rows, film: TrackedFilm, rank: int | None) -> TableFilm:
    made = rows.expected.get(film.tmdb_id)
    popularity, rating = NO_EXPECTATION, NO_EXPECTATION
    if made is not None:
        popularity, rating = made.of("popularity"), made.of("vote_average")
    return TableFilm(
        tmdb_id=film.tmdb_id,
        title=film.shown_title,
        release_date=film.release_date,
        genres=film.genres,
        language=film.language,
        popularity=rounded(film.popularity, POPULARITY_DIGITS),
        vote_count=film.vote_count,
        vote_average=rounded(film.vote_average, RATING_DIGITS),
        rank=rank,
        as_of=film.observed_at.date() if film.observed_at else None,
        predicted_popularity=rounded(popularity.predicted, POPULARITY_DIGITS),
        predicted_popularity_low=rounded(popularity.low, POPULARITY_DIGITS),
        predicted_popularity_high=rounded(popularity.high, POPULARITY_DIGITS),
        predicted_vote_average=rounded(rating.predicted, RATING_DIGITS),
    )


def table_json(films: Sequence[TableFilm]) -> dict[str, object]:
    """The films as ``columns``, each a list, with ``genres`` as positions in ``genre_names``."""
    split = [film.genres.split(",") if film.genres else [] for film in films]
    names = sorted({name for genres in split for name in genres})
    positions = {name: position for position, name in enumerate(names)}
    columns = {name: [getattr(film, name) for film in films] for name in TableFilm._fields}
    for name in ("release_date", "as_of"):
        columns[name] = [json_value(day) for day in columns[name]]
    columns["genres"] = [[positions[name] for name in genres] for genres in split]
    return {"columns": columns, "genre_names": names}
