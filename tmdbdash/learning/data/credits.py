"""Who and what films are credited to, as arrays: their companies, series, directors and cast."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain

import numpy as np
import pandas as pd

from tmdbdash.learning.data.arrays import Columns, Indices, Ints

CREDIT_COLUMNS = {
    "companies": "production_companies",
    "series": "collection",
    "director": "directors",
    "cast": "cast",
}
"""The kinds of credits, and the film column that each is read from."""
ACCENTS = frozenset(map(chr, range(0x300, 0x370)))
"""Of Latin, Greek and Cyrillic letters; the marks of other scripts make other letters."""


@dataclass(frozen=True)
class Credits:
    """The credits of one kind: ``names`` are the hashes of names, film after film.

    Those of film i are ``names[offsets[i]:offsets[i + 1]]``; ``offsets`` has shape (films + 1,).
    Two people, or companies, of one name count as one.
    """

    names: Ints
    offsets: Ints

    def of(self, films: Indices) -> tuple[Indices, Ints]:
        """The credits of some films: positions in ``films``, ascending, and hashes of names."""
        counts = self.offsets[films + 1] - self.offsets[films]
        position = np.repeat(np.arange(len(films)), counts)
        before = np.cumsum(counts) - counts
        at = np.arange(len(position)) + np.repeat(self.offsets[films] - before, counts)
        return position, self.names[at]


def read_credits(columns: Columns, kind: str) -> Credits:
    """The credits of one kind of the films in these columns."""
    lists = columns[CREDIT_COLUMNS[kind]]
    if kind == "series":
        lists = [(name,) if name else () for name in lists]
    counts = np.array([len(names) if names else 0 for names in lists], dtype=np.int64)
    flat = np.array([*chain.from_iterable(filter(None, lists)), ""], dtype=object)[:-1]
    codes, distinct = pd.factorize(flat)
    hashes = np.array([name_hash(name) for name in distinct], dtype=np.int64)
    credited = pd.DataFrame(
        {"film": np.repeat(np.arange(len(lists)), counts), "name": hashes[codes]}
    )
    credited = credited.drop_duplicates()
    counts = np.bincount(credited["film"], minlength=len(lists))
    return Credits(credited["name"].to_numpy(), np.concatenate([[0], np.cumsum(counts)]))


def name_hash(name: str) -> int:
    """A name as 64 bits, the same in every process, whatever its case, accents and spaces."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(letter for letter in letters if letter not in ACCENTS)
    plain = " ".join(letters.split()).encode("utf-8", "replace")
    return int.from_bytes(blake2b(plain, digest_size=8).digest(), "big", signed=True)


def hashes_of(names: Sequence[str]) -> Ints:
    """The hashes of names; shape (names,)."""
    return np.array([name_hash(name) for name in names], dtype=np.int64)
