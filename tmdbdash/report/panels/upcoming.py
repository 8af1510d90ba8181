"""Films of the list that are still to be released."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import finite

MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class UpcomingFilm:
    """A listed film with a release after the time of the list."""

    tmdb_id: int
    title: str
    release_date: date
    popularity: float | None


def upcoming_films(rows: Rows) -> tuple[UpcomingFilm, ...]:
    """The next `MOST` releases of the latest list, the earliest first."""
    if rows.listing is None:
        return ()
    today = rows.listing.observed_at.date()
    found = []
    for entry in rows.listing.entries:
        film = rows.tracked.get(entry.tmdb_id)
        if film is not None and film.release_date is not None and film.release_date > today:
            found.append(
                UpcomingFilm(
                    tmdb_id=film.tmdb_id,
                    title=film.shown_title,
                    release_date=film.release_date,
                    popularity=finite(entry.popularity),
                )
            )
    found.sort(key=lambda film: (film.release_date, film.tmdb_id))
    return tuple(found[:MOST])


UPCOMING = Panel(
    id="upcoming",
    rows=upcoming_films,
    optional=True,
    columns=(
        Column(key="release_date", kind="date"),
        Column(key="title", kind="film"),
        Column(key="popularity", digits=1),
    ),
)
