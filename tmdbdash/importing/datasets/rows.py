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


class Row(NamedTuple):
    """One film of a file; or, where ``facts`` is ``None``, the reason why it cannot be used.

    ``line`` is the physical line, from 1, on which the record begins; ``text`` the beginning of an
    unusable row. ``observed_at`` is set where the row itself says when it was observed.
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


class UnusableError(ValueError):
    """A value that a row needs cannot be read; the message is the reason for the reject file."""
