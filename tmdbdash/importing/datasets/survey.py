"""A first reading of a whole file: samples of its columns, and what they show.

Single rows do not show how a column is written, whether its times are a history, or when the file
was made.
"""

from __future__ import annotations

import contextlib
import re
from collections import Counter
from collections.abc import Sequence

from tmdbdash.importing.datasets.blocks import Block, Source
from tmdbdash.importing.datasets.csv_header import field_of
from tmdbdash.importing.datasets.problems import DatasetError
from tmdbdash.importing.datasets.vocabulary import FIELDS, OFTEN_TIMES, squashed
from tmdbdash.importing.observation_date import FEW_VOTES

MOST_ODD = 20_000
"""Distinct values kept of a column that are not plain."""
MOST_PLAIN = 500
"""Distinct plain values kept: enough to see the scale of a column."""
MOST_DAYS = 200_000
NO_VOTES = frozenset({"", "0", "0.0", 0, None})
FEW = frozenset({*range(1, FEW_VOTES), *map(str, range(1, FEW_VOTES))})
MOST_BROKEN = 50
"""Broken records that are kept, to try another quoting."""
MOST_FILMS = 300_000
"""Films that are remembered to see whether their rows differ by a time."""
ENOUGH_REPEATS = 5_000

_PLAIN = r"-?[0-9]+(?:\.[0-9]+)?|[0-9]{4}-[0-9]{2}-[0-9]{2}|"
_ALL_PLAIN = re.compile(rf"(?:(?:{_PLAIN})\n)*")
_OFTEN_TIMES = [squashed(name) for name in OFTEN_TIMES]
FIGURES = frozenset(
    {"tmdb_id", "release_date", "release_year", "runtime", "budget", "revenue", "popularity",
     "vote_count", "vote_average", "observed_at"}
)  # fmt: skip
"""Fields of numbers and dates, of which all odd values are kept, not only some."""
_NOT_SAMPLED = frozenset({"overview", "tagline", "title", "original_title", "homepage"})


class Sample:
    """Distinct values of one column; with ``figures`` all that are not plain."""

    def __init__(self, *, figures: bool) -> None:
        self._figures = figures
        self._odd: dict[object, None] = {}
        self._plain: dict[object, None] = {}

    def add(self, column: Sequence[object]) -> None:
        """Add some cells."""
        full = len(self._plain) >= MOST_PLAIN
        if full and (not self._figures or _are_plain(column)):
            return
        try:
            distinct = set(column)
        except TypeError:  # lists and objects of JSON
            distinct = {cell for cell in column if isinstance(cell, str | int | float)}
        for cell in distinct - self._plain.keys():
            if not self._figures or _are_plain((cell,)):
                if len(self._plain) < MOST_PLAIN:
                    self._plain.setdefault(cell)
            elif len(self._odd) < MOST_ODD:
                self._odd.setdefault(cell)

    def values(self) -> list[object]:
        """All values kept."""
        return [*self._odd, *self._plain]


def _are_plain(cells: Sequence[object]) -> bool:
    """Whether all cells are plain numbers or days."""
    texts = [cell for cell in cells if isinstance(cell, str)]
    if len(texts) < len(cells) and not all(
        isinstance(cell, str | int | float) or cell is None for cell in cells
    ):
        return False
    return not texts or _ALL_PLAIN.fullmatch("\n".join(texts) + "\n") is not None


class Survey:
    """The survey of a whole file.

    ``rows`` are its sound records, ``broken`` the first that are not.

    ``releases`` counts the films with votes by their written release, and by whether the votes are
    few; ``samples`` are by the index of the column; ``times`` are the indexes of columns by which
    rows of one film differ.
    """

    def __init__(self, source: Source, mapping: dict[str, str]) -> None:
        self.rows = 0
        self.broken: list[str] = []
        self.samples: dict[int, Sample] = {}
        self.releases: Counter[tuple[object, bool]] = Counter()
        self.times: tuple[int, ...] = ()
        self._mapping = mapping
        self._repeats: dict[int, _Repeats] = {}
        self._first: dict[str, int] = {}
        try:
            for block in source.blocks():
                self._look(source.names, block)
        except DatasetError:
            pass  # the second reading raises it again
        self.times = tuple(at for at, found in self._repeats.items() if found.differ)
        self._repeats = {}

    def values(self, at: int) -> list[object]:
        """The sampled values of a column."""
        return self.samples[at].values() if at in self.samples else []

    def _look(self, names: Sequence[str], block: Block) -> None:
        self.rows += len(block.lines)
        if len(self.broken) < MOST_BROKEN:
            self.broken += [f"{found.raw}\n" for found in block.broken[:MOST_BROKEN]]
        for at, column in enumerate(block.columns):
            name = names[at]
            field = self._mapping.get(name) or field_of(name)
            if field is not None:
                self._first.setdefault(field, at)
                if field not in _NOT_SAMPLED:
                    self._sample(at, field).add(column)
            if field == "observed_at" or (field is None and squashed(name) in _OFTEN_TIMES):
                self._sample(at, "observed_at").add(column)
                self._repeats.setdefault(at, _Repeats())
        self._look_for_history(block)
        self._look_for_releases(block)

    def _sample(self, at: int, field: str) -> Sample:
        if at not in self.samples:
            self.samples[at] = Sample(figures=field in FIGURES)
        return self.samples[at]

    def _look_for_history(self, block: Block) -> None:
        key = self._id_at(block)
        if key is None:
            return
        for at, found in self._repeats.items():
            if at < len(block.columns):
                found.add(block.columns[key], block.columns[at])

    def _id_at(self, block: Block) -> int | None:
        for field in ("tmdb_id", "imdb_id", "title"):
            at = self._first.get(field)
            if at is not None and at < len(block.columns):
                return at
        return None

    def _look_for_releases(self, block: Block) -> None:
        released = self._first.get("release_date", self._first.get("release_year"))
        votes = self._first.get("vote_count")
        if released is None or votes is None or max(released, votes) >= len(block.columns):
            return
        if len(self.releases) >= MOST_DAYS:
            return
        days, counts = block.columns[released], block.columns[votes]
        with contextlib.suppress(TypeError):  # lists and objects of JSON are neither
            self.releases.update(
                (day, count in FEW)
                for day, count in zip(days, counts, strict=True)
                if day and count not in NO_VOTES
            )


class _Repeats:
    """Whether the rows of one film differ by a column."""

    def __init__(self) -> None:
        self._seen: dict[object, object] = {}
        self._same = self._different = 0

    def add(self, films: Sequence[object], times: Sequence[object]) -> None:
        if self._same + self._different > ENOUGH_REPEATS:
            return
        for film, time in zip(films, times, strict=True):
            if not isinstance(film, str | int | float) or not isinstance(time, str | int | float):
                continue
            if len(self._seen) < MOST_FILMS:
                before = self._seen.setdefault(film, time)
            else:
                before = self._seen.get(film, time)
            if before is not time:
                self._different += before != time
                self._same += before == time

    @property
    def differ(self) -> bool:
        """Whether most rows that come again have another time."""
        return self._different > self._same


def names_of(field: str) -> tuple[str, ...]:
    """The names of a field, squashed, the surest first."""
    return tuple(squashed(name) for name in FIELDS[field])
