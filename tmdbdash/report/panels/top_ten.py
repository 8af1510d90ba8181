"""The ten most popular films."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tmdbdash.records import ListEntry, Movie
from tmdbdash.report.panels.histories import SPARK_POINTS, recent_values
from tmdbdash.report.panels.parts import Chart, Column, Panel, Series
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.query.thinning import Value, thinned
from tmdbdash.report.values import finite, label_of, title_of


@dataclass(frozen=True, slots=True, kw_only=True)
class TopFilm:
    """One of the most popular films; ``rank`` is its position in TMDB's list, where it had one.

    ``rank_change`` is the number of places gained there in 24 hours; ``is_new`` is true where the
    film was not listed then, false where that is unknown. ``spark`` is its popularity of seven
    days.
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
    return tuple(
        _top_film(rows, place, seen, movie)
        for place, (seen, movie) in enumerate(rows.leading, start=1)
    )


def _top_film(rows: Rows, place: int, seen: Movie | ListEntry, movie: Movie) -> TopFilm:
    title = title_of(movie.title, movie.original_title, movie.tmdb_id)
    yesterday = rows.past.ago.get("24h", {})
    before = yesterday.get(movie.tmdb_id)
    rank_before = before.rank if before else None
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
        rank_change=None
        if rank_before is None or seen.rank is None or rows.listing is None
        else rank_before - seen.rank,
        # Imported histories have values of days of which no list is known.
        is_new=rank_before is None
        and rows.listing is not None
        and any(point.rank is not None for point in yesterday.values()),
        spark=tuple(thinned(recent_values(rows, movie.tmdb_id), SPARK_POINTS)),
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
