"""The people, companies and collection of a described film, and their past among stored films."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import numpy as np

from tmdbdash.learning.data.credits import hashes_of
from tmdbdash.learning.data.film_table import FilmTable

UNSAID = {
    "companies": "companies",
    "series": "collection",
    "director": "director",
    "cast": "cast",
}
"""What a description may leave out, by the kind of credits that it is."""
OF_ONE = UNSAID | {"companies": "company"}
"""What a single name is."""


def past_notes(
    known: FilmTable, described: Mapping[str, Sequence[str]], release: date
) -> Iterator[str]:
    """A sentence on each name of a description: how many earlier films, and their popularity.

    ``described`` has the names by kind of credits.
    """
    earlier = known.released < np.datetime64(release)
    popularity = known.targets["popularity"]
    for kind, names in described.items():
        credited = known.credits(kind)
        if not len(credited.names):
            yield f"{', '.join(names)}: left out, as of no stored film the {UNSAID[kind]} is known."
            continue
        owner = np.repeat(np.arange(len(known)), np.diff(credited.offsets))
        by_hash = {wanted: name for name, wanted in zip(names, hashes_of(names), strict=True)}
        for wanted, name in by_hash.items():
            films = np.unique(owner[credited.names == wanted])
            films = films[earlier[films] & ~np.isnan(popularity[films])]
            if not len(films):
                yield f"{name} ({OF_ONE[kind]}): no earlier film is stored, so this says little."
                continue
            middle = float(np.median(popularity[films]))
            count = "1 earlier film" if len(films) == 1 else f"{len(films):,} earlier films"
            yield f"{name} ({OF_ONE[kind]}): {count}, popularity {middle:.1f} in the median."
