"""The films nearest to a film: stored by a training, found where none are stored, and as rows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

import numpy as np

from tmdbdash.learning.data.arrays import Indices
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.insights.neighbours import nearest_films
from tmdbdash.records import NearFilm

if TYPE_CHECKING:
    from tmdbdash.storage import Store

NEIGHBOURS_OF_ALL = 10_000
"""Films up to which all get their nearest ones: half a second at 5,000, and growing by the square.
Of more films those that are shown or listed get them; `predict --explain` finds any other's.
"""


def _with_neighbours(store: Store, films: FilmTable, shown: Indices) -> Indices:
    """The indices of the films whose nearest ones are stored."""
    if len(films) <= NEIGHBOURS_OF_ALL:
        return np.arange(len(films))
    listing = store.fetch_listing()
    listed = [] if listing is None else [entry.tmdb_id for entry in listing.entries]
    return np.union1d(shown, np.flatnonzero(np.isin(films.ids, listed)))


def save_neighbours(store: Store, films: FilmTable, shown: Indices, now: datetime) -> None:
    """Find and store the films nearest to each of those that get them stored."""
    features = films.features("wide")
    ids, indices = films.ids, _with_neighbours(store, films, shown)
    near = nearest_films(features, ids, features.iloc[indices], wanted_ids=ids[indices])
    store.save_neighbours(
        now,
        [
            NearFilm(
                tmdb_id=int(ids[index]),
                place=neighbour.place,
                other_id=neighbour.tmdb_id,
                distance=neighbour.distance,
                made_at=now,
            )
            for index, neighbours in zip(indices, near, strict=True)
            for neighbour in neighbours
        ],
    )


def films_near(store: Store, films: FilmTable, index: int) -> tuple[NearFilmRow, ...]:
    """The films nearest to the one at this index, found now where the last studies stored none."""
    own = films.ids[[index]]
    stored = store.fetch_neighbours(own.tolist()).get(int(own[0]), ())
    pairs = [(near.other_id, near.distance) for near in stored]
    if not pairs:
        features = films.features("wide")
        (found,) = nearest_films(features, films.ids, features.iloc[[index]], wanted_ids=own)
        pairs = [(near.tmdb_id, near.distance) for near in found]
    return near_film_rows(films, pairs)


class NearFilmRow(TypedDict):
    """A film near another with its actual numbers, as plain JSON values."""

    tmdb_id: int
    title: str
    release_date: str | None
    popularity: float | None
    vote_count: int
    vote_average: float | None
    distance: float


def near_film_rows(films: FilmTable, near: Iterable[tuple[int, float]]) -> tuple[NearFilmRow, ...]:
    """The rows of films near another, (id, distance), in the order given.

    A film that is not in the table is left out.
    """
    rows: list[NearFilmRow] = []
    for tmdb_id, distance in near:
        index = int(np.searchsorted(films.ids, tmdb_id))
        if index == len(films) or films.ids[index] != tmdb_id:
            continue
        released = films.columns["release_date"][index]
        popularity, rating = (
            float(films.targets[target][index]) for target in ("popularity", "vote_average")
        )
        rows.append(
            {
                "tmdb_id": tmdb_id,
                "title": films.columns["title"][index],
                "release_date": None if released is None else released.isoformat(),
                "popularity": popularity if math.isfinite(popularity) else None,
                "vote_count": int(films.votes[index]),
                "vote_average": rating if math.isfinite(rating) else None,
                "distance": round(distance, 4),
            }
        )
    return tuple(rows)
