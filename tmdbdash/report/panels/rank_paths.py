"""The places of the ten leading films over the last month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tmdbdash.records import TOP_FILMS
from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import title_of

PLACES = 10
"""The last place that is drawn: below it a line ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankPath:
    """A leading film's place on each day, ``None`` where it was not among the first `PLACES`.

    ``days`` are the times of those places, the same for all films; ``first`` is the
    place on the first day, ``best`` the best one of all.
    """

    tmdb_id: int
    title: str
    place: int
    first: int | None
    best: int
    days_listed: int
    days: tuple[datetime, ...]
    places: tuple[int | None, ...]


def rank_paths(rows: Rows) -> tuple[RankPath, ...]:
    """The ten leading films with their places by popularity; none without two days of lists."""
    days = [day for day in rows.days if day.leaders]
    if len(days) < 2:
        return ()
    places = [{film: place for place, film in enumerate(day.leaders, start=1)} for day in days]
    found = []
    for place, (_, movie) in enumerate(rows.leading[:TOP_FILMS], start=1):
        own = [one.get(movie.tmdb_id) for one in places]
        known = [at for at in own if at is not None]
        if not known:
            continue
        found.append(
            RankPath(
                tmdb_id=movie.tmdb_id,
                title=title_of(movie.title, movie.original_title, movie.tmdb_id),
                place=place,
                first=own[0],
                best=min(known),
                days_listed=len(known),
                days=tuple(day.at for day in days),
                places=tuple(at if at is not None and at <= PLACES else None for at in own),
            )
        )
    return tuple(found)


RANKS = Panel(
    id="ranks",
    rows=rank_paths,
    block="ranks",
    in_kiosk=True,
    columns=(
        Column(key="place"),
        Column(key="title", kind="film"),
        Column(key="first"),
        Column(key="best"),
        Column(key="days_listed"),
    ),
)
