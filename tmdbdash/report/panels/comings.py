"""Films that entered the list within a week, and films that left it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tmdbdash.records import ListEntry
from tmdbdash.report.panels.key_figures import WINDOW, entered
from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows, popularity_order
from tmdbdash.report.query.tracked_films import TrackedFilm
from tmdbdash.report.values import finite

FILMS_A_LIST = 6
"""The most popular of each side; the others are counted by the key figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A film that "entered" the list or "left" it, with its popularity when last listed."""

    side: str
    tmdb_id: int
    title: str
    popularity: float | None
    release_date: date | None


def comings(rows: Rows) -> tuple[Coming, ...]:
    """The most popular films that entered within `WINDOW`, then those that left."""
    came = sorted(entered(rows), key=popularity_order)
    listed = {entry.tmdb_id for entry in rows.listing.entries} if rows.listing else set()
    gone = [
        rows.tracked[tmdb_id]
        for tmdb_id, point in rows.past.ago.get(WINDOW, {}).items()
        if listed and point.rank is not None and tmdb_id not in listed and tmdb_id in rows.tracked
    ]
    gone.sort(key=lambda film: (-(finite(film.popularity) or 0.0), film.tmdb_id))
    sides: dict[str, Sequence[ListEntry | TrackedFilm]] = {
        "entered": [entry for entry in came if entry.tmdb_id in rows.tracked],
        "left": gone,
    }
    return tuple(
        Coming(
            side=side,
            tmdb_id=film.tmdb_id,
            title=rows.tracked[film.tmdb_id].shown_title,
            popularity=finite(film.popularity),
            release_date=rows.tracked[film.tmdb_id].release_date,
        )
        for side, films in sides.items()
        for film in films[:FILMS_A_LIST]
    )


COMINGS = Panel(
    id="comings",
    rows=comings,
    half=True,
    optional=True,
    columns=(
        Column(key="side", kind="term", term="coming"),
        Column(key="title", kind="film"),
        Column(key="popularity", digits=1),
        Column(key="release_date", kind="date", minor=True),
    ),
)
