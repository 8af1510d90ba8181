"""Popularity over time of the leading films: a day, a week, a month, and all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows, leading_films
from tmdbdash.report.query.thinning import Value, thinned
from tmdbdash.report.values import finite, label_of, title_of

SPARK_POINTS = 30

RANGE_POINTS = 120

DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmHistory:
    """One leading film's popularity: pairs of unix seconds and value for each range of time.

    ``forecast`` holds (time, value, low, high) of what is expected.
    """

    tmdb_id: int
    title: str
    label: str
    ranges: Mapping[str, Sequence[Value]]
    forecast: Sequence[tuple[int, float | None, float | None, float | None]]


def film_histories(rows: Rows) -> tuple[FilmHistory, ...]:
    """The leading films that have any history, in their order."""
    found = []
    movies = {movie.tmdb_id: movie for movie in rows.most_popular} | dict(rows.movies)
    for film in leading_films(rows.listing, rows.movies, rows.most_popular):
        ranges = _ranges(rows, film.tmdb_id)
        if not any(ranges.values()):
            continue
        movie = movies[film.tmdb_id]
        title = title_of(movie.title, movie.original_title, movie.tmdb_id)
        found.append(
            FilmHistory(
                tmdb_id=film.tmdb_id,
                title=title,
                label=label_of(title),
                ranges=ranges,
                forecast=_forecast(rows, film.tmdb_id),
            )
        )
    return tuple(found)


def recent_values(rows: Rows, tmdb_id: int) -> list[Value]:
    """A leading film's popularity of the last seven days."""
    return _up_to_the_list(rows, tmdb_id, rows.past.week.get(tmdb_id, ()))


def _ranges(rows: Rows, tmdb_id: int) -> dict[str, list[Value]]:
    week = recent_values(rows, tmdb_id)
    as_of = rows.past.as_of
    end = int(as_of.timestamp()) if as_of else week[-1][0] if week else 0
    ranges = {
        "24h": [point for point in week if point[0] > end - DAY_SECONDS],
        "7d": week,
        "30d": _up_to_the_list(rows, tmdb_id, rows.past.month.get(tmdb_id, ())),
        "all": _up_to_the_list(rows, tmdb_id, rows.past.whole.get(tmdb_id, ())),
    }
    return {
        name: thinned(_carried(rows, tmdb_id, name, points), RANGE_POINTS)
        for name, points in ranges.items()
    }


def _carried(rows: Rows, tmdb_id: int, name: str, points: list[Value]) -> list[Value]:
    """The points after what held as their range began: "change" is counted from there."""
    at, value = rows.past.began.get(name, {}).get(tmdb_id, (0, None))
    known = finite(value)
    if known is None or (points and points[0][0] <= at):
        return points
    return [(at, round(known, 3)), *points]


def _up_to_the_list(rows: Rows, tmdb_id: int, points: Sequence[Value]) -> list[Value]:
    """The points, and what the latest list said: where nothing changed it left no snapshot."""
    known = [(at, round(value, 3)) for at, value in points if finite(value) is not None]
    if rows.listing is None:
        return known
    at = int(rows.listing.observed_at.timestamp())
    entry = next((e for e in rows.listing.entries if e.tmdb_id == tmdb_id), None)
    value = finite(entry.popularity) if entry else None
    if value is not None and known and known[-1][0] < at:
        known.append((at, round(value, 3)))
    return known


def _forecast(
    rows: Rows, tmdb_id: int
) -> tuple[tuple[int, float | None, float | None, float | None], ...]:
    return tuple(
        (
            int((made.origin_at + timedelta(days=made.days)).timestamp()),
            _rounded(made.popularity),
            _rounded(made.low),
            _rounded(made.high),
        )
        for made in rows.forecasts
        if made.tmdb_id == tmdb_id
    )


def _rounded(value: float) -> float | None:
    known = finite(value)
    return None if known is None else round(known, 3)


HISTORY = Panel(
    id="history",
    in_kiosk=True,
    rows=film_histories,
    block="history",
    columns=(
        Column(key="letter", kind="text"),
        Column(key="title", kind="film"),
        Column(key="first", digits=1, minor=True),
        Column(key="lowest", digits=1, minor=True),
        Column(key="highest", digits=1, minor=True),
        Column(key="last", digits=1),
        Column(key="change", kind="signed", digits=1),
        Column(key="ahead", digits=1, minor=True),
        Column(key="ahead_low", digits=1, minor=True),
        Column(key="ahead_high", digits=1, minor=True),
    ),
)
