"""Popularity in 1, 3 and 7 days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tmdbdash.records import Forecast
from tmdbdash.records.forecasts import HORIZONS
from tmdbdash.report.panels.parts import Chart, Column, Panel, Series
from tmdbdash.report.panels.top_ten import top_films
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import finite


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmForecast:
    """One film's popularity at the origin, and its forecasts with 80 % intervals."""

    tmdb_id: int
    title: str
    label: str
    origin_at: datetime
    origin_popularity: float | None
    popularity_1: float | None
    low_1: float | None
    high_1: float | None
    popularity_3: float | None
    low_3: float | None
    high_3: float | None
    popularity_7: float | None
    low_7: float | None
    high_7: float | None


def film_forecasts(rows: Rows) -> tuple[FilmForecast, ...]:
    """The forecasts for those of the ten most popular films that have some."""
    by_film: dict[int, dict[int, Forecast]] = {}
    for forecast in rows.forecasts:
        by_film.setdefault(forecast.tmdb_id, {})[forecast.days] = forecast
    found = []
    for film in top_films(rows):
        made = by_film.get(film.tmdb_id)
        if made is None:
            continue
        first = made[min(made)]
        values: dict[str, float | None] = {}
        for days in HORIZONS:
            own = made.get(days)
            values[f"popularity_{days}"] = finite(own.popularity) if own else None
            values[f"low_{days}"] = finite(own.low) if own else None
            values[f"high_{days}"] = finite(own.high) if own else None
        found.append(
            FilmForecast(
                tmdb_id=film.tmdb_id,
                title=film.title,
                label=film.label,
                origin_at=first.origin_at,
                origin_popularity=finite(first.origin_popularity),
                **values,
            )
        )
    return tuple(found)


FORECASTS = Panel(
    id="forecasts",
    folded=True,
    in_kiosk=True,
    rows=film_forecasts,
    charts=(
        Chart(
            id="forecast-popularity",
            kind="bars",
            series=(Series(key="origin_popularity"), Series(key="popularity_7")),
        ),
    ),
    columns=(
        Column(key="title", kind="film"),
        Column(key="origin_popularity", digits=1),
        Column(key="popularity_1", digits=1),
        Column(key="low_1", digits=1, minor=True),
        Column(key="high_1", digits=1, minor=True),
        Column(key="popularity_3", digits=1),
        Column(key="low_3", digits=1, minor=True),
        Column(key="high_3", digits=1, minor=True),
        Column(key="popularity_7", digits=1),
        Column(key="low_7", digits=1, minor=True),
        Column(key="high_7", digits=1, minor=True),
        Column(key="origin_at", kind="time", minor=True),
    ),
)
