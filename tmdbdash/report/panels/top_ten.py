"""The ten most popular films."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tmdbdash.records import ListEntry, Movie
from tmdbdash.report.panels.histories import SPARK_POINTS, week_values
from tmdbdash.report.panels.parts import Chart, Column, Panel, Series
from tmdbdash.report.query.page_queries import Rows, popularity_order
from tmdbdash.report.query.thinning import Value, thinned
from tmdbdash.report.values import finite, label_of, title_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TopFilm:
    """One of the most popular films; ``rank`` is its position in TMDB's list, where it had one.

    ``place`` is its position by popularity among the listed films, ``rank_change`` the number of
    places gained by that order in 24 hours; ``is_new`` is true where the film was not listed then,
    false where that is unknown. ``spark`` is its popularity of seven days.
    """

    place: int
    rank: int | None
    tmdb_id: int
    title: str
    label: str
    popularity: float | None
    vote_count: int | None
    vote_average: float | None
    release_date: date | None
    rank_change: int | None
    is_new: bool
    spark: tuple[Value, ...]


def top_films(rows: Rows) -> tuple[TopFilm, ...]:
    """The ten most popular of the latest complete list; where there is none, of all films."""
    before = _places_of_yesterday(rows)
    return tuple(
        _top_film(rows, place, seen, movie, before)
        for place, (seen, movie) in enumerate(rows.leading, start=1)
    )


def _places_of_yesterday(rows: Rows) -> dict[int, int]:
    """The places by popularity of the films that were listed 24 hours ago; empty where unknown.

    Imported histories have values of days of which no list is known.
    """
    if rows.listing is None:
        return {}
    listed = [
        (popularity_order(point), tmdb_id)
        for tmdb_id, point in rows.past.ago.get("24h", {}).items()
        if point.rank is not None
    ]
    return {tmdb_id: place for place, (_, tmdb_id) in enumerate(sorted(listed), start=1)}


def _top_film(
    rows: Rows, place: int, seen: Movie | ListEntry, movie: Movie, before: Mapping[int, int]
) -> TopFilm:
    title = title_of(movie.title, movie.original_title, movie.tmdb_id)
    place_before = before.get(movie.tmdb_id)
    return TopFilm(
        place=place,
        rank=seen.rank,
        tmdb_id=movie.tmdb_id,
        title=title,
        label=label_of(title),
        popularity=finite(seen.popularity),
        vote_count=seen.vote_count,
        vote_average=finite(seen.vote_average),
        release_date=movie.release_date,
        rank_change=None if place_before is None else place_before - place,
        is_new=bool(before) and place_before is None,
        spark=tuple(thinned(week_values(rows, movie.tmdb_id), SPARK_POINTS)),
    )


TOP = Panel(
    id="top",
    in_kiosk=True,
    rows=top_films,
    charts=(Chart(id="top-popularity", kind="bars", series=(Series(key="popularity"),)),),
    columns=(
        Column(key="place"),
        Column(key="rank_change", kind="change"),
        Column(key="title", kind="film"),
        Column(key="popularity", digits=1),
        Column(key="spark", kind="spark", digits=1),
        Column(key="vote_average", digits=1),
        Column(key="vote_count", minor=True),
        Column(key="release_date", kind="date", minor=True),
        Column(key="rank", minor=True),
    ),
)
