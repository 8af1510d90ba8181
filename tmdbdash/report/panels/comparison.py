"""The leading films beside each other, as the page without scripts compares them."""

from __future__ import annotations

from dataclasses import dataclass

from tmdbdash.records import TOP_FILMS
from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import finite, title_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedLeader:
    """A leading film's popularity in the latest list, and a day, a week and 30 days before."""

    tmdb_id: int
    title: str
    popularity: float | None
    day_before: float | None
    week_before: float | None
    month_before: float | None


def compared_leaders(rows: Rows) -> tuple[ComparedLeader, ...]:
    """The ten leading films, in their order."""

    def before(window: str, tmdb_id: int) -> float | None:
        point = rows.past.ago.get(window, {}).get(tmdb_id)
        return finite(point.popularity) if point else None

    return tuple(
        ComparedLeader(
            tmdb_id=movie.tmdb_id,
            title=title_of(movie.title, movie.original_title, movie.tmdb_id),
            popularity=finite(seen.popularity),
            day_before=before("24h", movie.tmdb_id),
            week_before=before("7d", movie.tmdb_id),
            month_before=before("30d", movie.tmdb_id),
        )
        for seen, movie in rows.leading[:TOP_FILMS]
    )


COMPARISON = Panel(
    id="comparison",
    rows=compared_leaders,
    block="comparison",
    columns=(
        Column(key="title", kind="film"),
        Column(key="popularity", digits=1),
        Column(key="day_before", digits=1),
        Column(key="week_before", digits=1),
        Column(key="month_before", digits=1),
    ),
)
