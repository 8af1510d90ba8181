"""The most popular films."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tmdbdash.records import TOP_FILMS, Forecast, ListEntry, Movie
from tmdbdash.report.panels.parts import Chart, Column, Interval, Panel, Series
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.query.past import RANGES, Past
from tmdbdash.report.query.thinning import Value, thinned
from tmdbdash.report.values import finite, label_of, rounded, title_of

SPARK_POINTS = 30
"""Points of a line in a table's cell."""
AHEAD = 7
"""Days that the forecast of the table is for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopFilm:
    """One of the most popular films; ``rank`` is its position in TMDB's list, where it had one.

    ``place`` is its position by popularity among the listed films, ``rank_change`` the number of
    places gained by that order in 24 hours; ``is_new`` is true where the film was not listed then,
    false where that is unknown. ``spark`` is its popularity of seven days, ``change`` the quotient
    of its value and that of seven days before, ``forecast`` that of `AHEAD` days.
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
    change: float | None
    forecast: Interval | None


def top_films(rows: Rows) -> tuple[TopFilm, ...]:
    """The most popular of the latest complete list; where there is none, of all films."""
    before = rows.places_before("24h")
    ahead = {
        made.tmdb_id: made
        for made in rows.forecasts
        if made.days == AHEAD and (rows.now is None or _target(made) > rows.now)
    }
    return tuple(
        _top_film(rows, place, seen, movie, before, ahead.get(movie.tmdb_id))
        for place, (seen, movie) in enumerate(rows.leading, start=1)
    )


def week_values(rows: Rows, tmdb_id: int) -> list[Value]:
    """A leading film's popularity of the last seven days, from the value at their start."""
    points = _up_to_the_list(rows, tmdb_id, rows.past.week.get(tmdb_id, ()))
    return _from_its_start(rows.past, tmdb_id, points)


def _from_its_start(past: Past, tmdb_id: int, points: list[Value]) -> list[Value]:
    """The points after the value at the start of the week, from which a change is counted."""
    point = past.ago.get("7d", {}).get(tmdb_id)
    value = finite(point.popularity) if point else None
    if value is None or past.as_of is None:
        return points
    at = int((past.as_of - RANGES["7d"]).timestamp())
    if points and points[0][0] <= at:
        return points
    return [(at, round(value, 3)), *points]


def _up_to_the_list(rows: Rows, tmdb_id: int, points: Sequence[Value]) -> list[Value]:
    """The points, and the value of the latest list: unchanged values are not stored again."""
    known = [(at, round(value, 3)) for at, value in points if finite(value) is not None]
    if rows.listing is None:
        return known
    at = int(rows.listing.observed_at.timestamp())
    entry = next((e for e in rows.listing.entries if e.tmdb_id == tmdb_id), None)
    value = finite(entry.popularity) if entry else None
    if value is not None and known and known[-1][0] < at:
        known.append((at, round(value, 3)))
    return known


def _top_film(
    rows: Rows,
    place: int,
    seen: Movie | ListEntry,
    movie: Movie,
    before: Mapping[int, int],
    ahead: Forecast | None,
) -> TopFilm:
    title = title_of(movie.title, movie.original_title, movie.tmdb_id)
    place_before = before.get(movie.tmdb_id)
    week = week_values(rows, movie.tmdb_id)
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
        spark=tuple(thinned(week, SPARK_POINTS)),
        change=_change(rows, movie.tmdb_id, finite(seen.popularity)),
        forecast=_interval(ahead) if ahead else None,
    )


def _change(rows: Rows, tmdb_id: int, popularity: float | None) -> float | None:
    """The quotient of the popularity and that of seven days before, where that is known."""
    point = rows.past.ago.get("7d", {}).get(tmdb_id)
    before = finite(point.popularity) if point else None
    return round(popularity / before, 4) if before and popularity is not None else None


def _target(made: Forecast) -> datetime:
    return made.origin_at + timedelta(days=made.days)


def _interval(made: Forecast) -> Interval:
    return Interval(rounded(made.popularity, 3), rounded(made.low, 3), rounded(made.high, 3))


TOP = Panel(
    id="top",
    in_kiosk=True,
    rows=top_films,
    charts=(
        Chart(id="top-popularity", kind="bars", series=(Series(key="popularity"),), most=TOP_FILMS),
    ),
    columns=(
        Column(key="place"),
        Column(key="rank_change", kind="change"),
        Column(key="title", kind="film", posters=True),
        Column(key="popularity", kind="bar", digits=1),
        Column(key="spark", kind="spark", digits=1),
        Column(key="change", kind="growth"),
        Column(key="forecast", kind="range", digits=0, minor=True),
        Column(key="vote_average", digits=1, minor=True),
        Column(key="release_date", kind="date", minor=True),
    ),
)
