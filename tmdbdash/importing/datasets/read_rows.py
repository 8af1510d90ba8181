"""The rows that reading a data set yields, usable or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from tmdbdash.records import FilmFacts

if TYPE_CHECKING:
    from tmdbdash.tmdb.answers import ListPage

ADULT = "an adult film"
"""The reason of rows that are left out on purpose, and do not count as rejected."""
NO_FILM = "no film"
"""The beginning of the reason of rows about other things, whose ids films may have too."""


class Row(NamedTuple):
    """One film of a file; or, where ``facts`` is ``None``, the reason why it cannot be used.

    ``line`` is the physical line, from 1, on which the record begins; ``text`` its text.
    ``observed_at`` is set where the row has a time of observation. A ``tmdb_id`` of
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
