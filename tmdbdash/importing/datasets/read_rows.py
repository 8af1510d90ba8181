"""What reading a data set yields: one row after the other, usable or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from tmdbdash.records import FilmFacts

if TYPE_CHECKING:
    from tmdbdash.tmdb.answers import ListPage

ADULT = "an adult film"
"""The reason of rows that are left out on purpose: they are counted, but not rejected."""
NO_FILM = "no film"
"""How the reason begins of a row about something else, which may share its number with a film."""


class Row(NamedTuple):
    """One film of a file; or, where ``facts`` is ``None``, the reason why it cannot be used.

    ``line`` is the physical line, from 1, on which the record begins; ``text`` the record as it
    stood. ``observed_at`` is set where the row itself says when it was observed. A ``tmdb_id`` of
    0 is to be found by ``imdb_id``, or by title and year.
    """

    line: int
    facts: FilmFacts | None
    reason: str = ""
    text: str = ""
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """One recorded list: the pages that were read at one time.

    ``line`` is its first page's, ``lines`` how many there are; of a page that is there twice the
    first counts.
    """

    line: int
    lines: int
    observed_at: datetime
    pages: tuple[ListPage, ...]
