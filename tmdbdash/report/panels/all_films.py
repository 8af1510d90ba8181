"""The table of all films, whose rows the browser fills in from a file of their own."""

from __future__ import annotations

from dataclasses import dataclass

from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedFilms:
    """The number of films in the table, which are in a file of their own."""

    count: int


def tracked_films(rows: Rows) -> tuple[TrackedFilms, ...]:
    """One record, or none where there are no films."""
    count = len(rows.tracked)
    return (TrackedFilms(count=count),) if count else ()


FILMS = Panel(
    id="films",
    rows=tracked_films,
    block="films",
    columns=(
        Column(key="rank", minor=True),
        Column(key="title", kind="film"),
        Column(key="release_date", kind="date", minor=True),
        Column(key="genres", kind="text", minor=True),
        Column(key="popularity", digits=1),
        Column(key="as_of", kind="date"),
        Column(key="predicted_popularity", digits=1, minor=True),
        Column(key="vote_average", digits=1),
        Column(key="predicted_vote_average", digits=1, minor=True),
        Column(key="vote_count", minor=True),
    ),
)
