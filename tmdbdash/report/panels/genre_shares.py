"""The genres of the list over the last month."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows

GENRES_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class GenreShare:
    """A genre's share of the listed films on each of ``days``; a film may have several genres."""

    genre: str
    first: float
    last: float
    change: float
    days: tuple[datetime, ...]
    shares: tuple[float, ...]


def genre_shares(rows: Rows) -> tuple[GenreShare, ...]:
    """The genres of most films over all days, the largest share of the latest list first."""
    days = [day for day in rows.days if day.films]
    if len(days) < 2:
        return ()
    totals = Counter[str]()
    for day in days:
        totals.update(day.genres)
    found = []
    for genre, _ in totals.most_common(GENRES_SHOWN):
        shares = tuple(round(day.genres.get(genre, 0) / day.films, 4) for day in days)
        found.append(
            GenreShare(
                genre=genre,
                first=shares[0],
                last=shares[-1],
                change=shares[-1] - shares[0],
                days=tuple(day.at for day in days),
                shares=shares,
            )
        )
    return tuple(sorted(found, key=lambda share: (-share.last, share.genre)))


GENRES = Panel(
    id="genres",
    rows=genre_shares,
    block="genres",
    columns=(
        Column(key="genre", kind="term", term="genre"),
        Column(key="first", kind="share"),
        Column(key="last", kind="share"),
    ),
)
