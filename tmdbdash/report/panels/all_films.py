"""The table of all tracked films, and those of it that a page has from the start. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date

from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.query.tracked_films import Expectation, TrackedFilm
from tmdbdash.report.values import json_value, rounded

FILMS_SHOWN = 100
"""Films of the page itself, which readers without scripts see; scripts have all."""
NO_EXPECTATION = Expectation(None, None, None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFilm:
    """A line of the table; ``genres`` are names joined by commas.

    ``rank`` is the place by popularity in the latest list, ``as_of`` the day on which TMDB gave the
    figures.

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


FIELDS = tuple(field.name for field in fields(TableFilm))


def film_table(rows: Rows) -> tuple[TableFilm, ...]:
    """The tracked films in order of tmdb_id, with numbers as exact as the page can show them."""
    places = rows.places
    return tuple(_line(rows, film, places.get(film.tmdb_id)) for film in rows.tracked.values())


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
        popularity=rounded(film.popularity),
        vote_count=film.vote_count,
        vote_average=rounded(film.vote_average),
        rank=rank,
        as_of=film.observed_at.date() if film.observed_at else None,
        predicted_popularity=rounded(popularity.predicted),
        predicted_popularity_low=rounded(popularity.low),
        predicted_popularity_high=rounded(popularity.high),
        predicted_vote_average=rounded(rating.predicted),
    )


def table_json(films: Sequence[TableFilm]) -> dict[str, object]:
    """The films as ``columns``, each a list, with ``genres`` as positions in ``genre_names``."""
    split = [film.genres.split(",") if film.genres else [] for film in films]
    names = sorted({name for genres in split for name in genres})
    positions = {name: position for position, name in enumerate(names)}
    columns = {name: [getattr(film, name) for film in films] for name in FIELDS}
    for name in ("release_date", "as_of"):
        columns[name] = [json_value(day) for day in columns[name]]
    columns["genres"] = [[positions[name] for name in genres] for genres in split]
    return {"columns": columns, "genre_names": names}


def first_films(rows: Rows) -> tuple[TableFilm, ...]:
    """The first films of the latest list; where there is none, the most popular ones."""
    places = rows.places
    if places:
        first = heapq.nsmallest(FILMS_SHOWN, places, key=places.__getitem__)
    else:
        order = ((-(film.popularity or 0.0), film.tmdb_id) for film in rows.tracked.values())
        first = [tmdb_id for _, tmdb_id in heapq.nsmallest(FILMS_SHOWN, order)]
    return tuple(
        _line(rows, rows.tracked[film], places.get(film)) for film in first if film in rows.tracked
    )


FILMS = Panel(
    id="films",
    rows=first_films,
    block="films",
    columns=(
        Column(key="rank"),
        Column(key="title", kind="film"),
        Column(key="release_date", kind="date", minor=True),
        Column(key="genres", kind="genres", minor=True),
        Column(key="popularity", digits=1),
        Column(key="as_of", kind="date", minor=True),
        Column(key="predicted_popularity", digits=1, minor=True),
        Column(key="vote_average", digits=1),
        Column(key="predicted_vote_average", digits=1, minor=True),
        Column(key="vote_count", minor=True),
    ),
)
