"""Ratings on TMDB's scale from 0 to 10, from other scales and notations."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tmdbdash.importing.datasets.cell_texts import LONGEST, plain
from tmdbdash.importing.datasets.numbers import Mark, NumberStyle, judge_numbers

BEST = 10.0
LEAST_OF_HUNDRED = 20
"""A scale to 100 has a rating above it: a single 11 is a mistake."""
SHARE_ABOVE_TEN = 0.8
"""Of the distinct ratings above 0 on a scale to 100. A few cells above ten do not make one."""

_OF = re.compile(r"(.+?)\s*(?:/|out of|of|von|sur|sobre|su|de)\s*(4|5|6|10|20|100)(?:[.,]0+)?")
_PERCENT = re.compile(r"%\s*(.+)|(.+?)\s*(?:%|percent|per cent)")


@dataclass(frozen=True, slots=True)
class RatingStyle:
    """A column's notation of ratings; ``to_hundred``: bare numbers are on a scale from 0 to 100."""

    numbers: NumberStyle = field(default_factory=NumberStyle)
    to_hundred: bool = False

    @property
    def words(self) -> str:
        """The style in words for people, or ""."""
        scale = "on a scale to 100" if self.to_hundred else ""
        return ", ".join(words for words in (scale, self.numbers.words) if words)

    def rating(self, raw: object) -> float | None:
        """A rating from 0 to 10; ``None`` for anything else."""
        best = 100.0 if self.to_hundred else BEST
        number = self.numbers.real(raw, most=best)
        if number is not None:
            return round(number / 10, 4) if self.to_hundred else number
        if not isinstance(raw, str) or len(raw) > LONGEST:
            return None
        share = _share(raw)
        if share is None:
            return None
        number = self.numbers.real(share[0], most=share[1])
        return None if number is None else round(number * BEST / share[1], 4)


def judge_ratings(values: Iterable[object], *, decimal: Mark | None = None) -> RatingStyle:
    """A column's notation of ratings, by a sample of its cells.

    A scale to 100 is known by nearly all numbers being above 10, and none above 100. Numbers up to
    5 may be of a scale to 5 or to 10: they are not scaled, unless each has ``/5``.
    ``decimal`` is the mark of other columns, as in `judge_numbers`.
    """
    sample = list(values)
    bare = [raw for raw in sample if not isinstance(raw, str) or _share(raw[:LONGEST]) is None]
    shares = (_share(raw[:LONGEST]) for raw in sample if isinstance(raw, str))
    numbers = judge_numbers([*bare, *(share[0] for share in shares if share)], decimal=decimal)
    read = [n for raw in bare if (n := numbers.real(raw)) is not None and n > 0]
    above_ten = sum(BEST < n <= 100 for n in read)
    hundred = max(read, default=0) > LEAST_OF_HUNDRED
    return RatingStyle(numbers, hundred and above_ten >= SHARE_ABOVE_TEN * len(read))


@functools.lru_cache(maxsize=8192)
def _share(raw: str) -> tuple[str, float] | None:
    """The number and the best rating of a text such as ``7.8/10`` or ``78%``."""
    text = plain(raw)
    if found := _OF.fullmatch(text):
        return found[1], float(found[2])
    if found := _PERCENT.fullmatch(text):
        return found[1] or found[2], 100.0
    return None
