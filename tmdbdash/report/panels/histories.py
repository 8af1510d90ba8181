"""Popularity over time of the leading films: a day, a week, a month, and all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.query.past import RANGES, Past
from tmdbdash.report.query.thinning import Value, thinned
from tmdbdash.report.values import finite, label_of, rounded, title_of

SPARK_POINTS, RANGE_POINTS = 30, 120
"""Points of a line in a table's cell, and of a line in the chart."""
ForecastPoint = tuple[int, float | None, float | None, float | None]
"""A time in seconds since 1970, the forecast of it, and its lowest and highest likely value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmHistory:
    """One leading film's popularity over each range of time, and its forecasts."""

    tmdb_id: int
    title: str
    label: str
    ranges: Mapping[str, Sequence[Value]]
    forecast: Sequence[ForecastPoint]


def film_histories(rows: Rows) -> tuple[FilmHistory, ...]:
    """The leading films that have any history, in their order."""
    found = []
    for _, movie in rows.leading:
        ranges = _ranges(rows, movie.tmdb_id)
        if not any(ranges.values()):
            continue
        title = title_of(movie.title, movie.original_title, movie.tmdb_id)
        found.append(
            FilmHistory(
                tmdb_id=movie.tmdb_id,
                title=title,
                label=label_of(title),
                ranges=ranges,
                forecast=_forecast(rows, movie.tmdb_id),
            )
        )
    return tuple(found)


def week_values(rows: Rows, tmdb_id: int) -> list[Value]:
    """A leading film's popularity of the last seven days, from the value at their start."""
    points = _up_to_the_list(rows, tmdb_id, rows.past.week.get(tmdb_id, ()))
    return _from_its_start(rows.past, tmdb_id, "7d", points)


def _ranges(rows: Rows, tmdb_id: int) -> dict[str, list[Value]]:
    week = week_values(rows, tmdb_id)
    as_of = rows.past.as_of
    end = int(as_of.timestamp()) if as_of else week[-1][0] if week else 0
    day = RANGES["24h"].total_seconds()
    ranges = {
        "24h": [point for point in week if point[0] > end - day],
        "7d": week,
        "30d": _up_to_the_list(rows, tmdb_id, rows.past.month.get(tmdb_id, ())),
        "all": _up_to_the_list(rows, tmdb_id, rows.past.whole.get(tmdb_id, ())),
    }
    return {
        name: thinned(_from_its_start(rows.past, tmdb_id, name, points), RANGE_POINTS)
        for name, points in ranges.items()
    }


def _from_its_start(past: Past, tmdb_id: int, name: str, points: list[Value]) -> list[Value]:
    """The points after the value at the start of the range, from which a change is counted."""
    point = past.ago.get(name, {}).get(tmdb_id)
    value = finite(point.popularity) if point else None
    if value is None or past.as_of is None:
        return points
    at = int((past.as_of - RANGES[name]).timestamp())
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


def _forecast(rows: Rows, tmdb_id: int) -> tuple[ForecastPoint, ...]:
    return tuple(
        (
            int((made.origin_at + timedelta(days=made.days)).timestamp()),
            rounded(made.popularity, 3),
            rounded(made.low, 3),
            rounded(made.high, 3),
        )
        for made in rows.forecasts
        if made.tmdb_id == tmdb_id
    )


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
