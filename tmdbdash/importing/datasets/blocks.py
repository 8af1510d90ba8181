"""Blocks of records, which every format is read into, and broken records.

Blocks have columns, because cells repeat: each distinct text of a block is read once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, Protocol, TypeVar

from tmdbdash.importing.datasets.problems import DatasetError

BLOCK = 1000
"""Records that are read together."""

Item = TypeVar("Item")


class Broken(NamedTuple):
    """A line, or several, that are no record: the line's number, the reason, and the text."""

    line: int
    reason: str
    raw: str


@dataclass(slots=True)
class Block:
    """Some records of a file.

    ``columns`` are as many as the source has names so far, each as long as ``lines``: the physical
    lines, from 1, on which the records begin. ``raws`` are the records' texts.
    """

    lines: Sequence[int]
    columns: Sequence[Sequence[object]]
    raws: Sequence[str]
    broken: list[Broken] = field(default_factory=list)


class Source(Protocol):
    """A file of records with named columns, to be read as often as needed.

    ``names`` may grow while JSON is read for the first time. ``texts``: every cell is a text,
    as in CSV. ``header`` comes before rows of this file in a reject file: the line of names of a
    CSV, nothing for JSON.
    """

    texts: bool
    header: str

    @property
    def names(self) -> Sequence[str]:
        """The columns' names, as in the file."""

    def blocks(self) -> Iterator[Block]:
        """All records; raises `DatasetError` where the file is torn, after all before that."""


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of ``size``; where reading fails, after those before."""
    iterator = iter(items)
    while True:
        batch: list[Item] = []
        try:
            batch.extend(islice(iterator, size))
        except DatasetError:
            if batch:
                yield batch
            raise
        if not batch:
            return
        yield batch
