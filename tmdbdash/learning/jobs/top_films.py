"""The films at the top of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tmdbdash.records import TOP_FILMS

if TYPE_CHECKING:
    from tmdbdash.storage import Store


def top_films(store: Store) -> list[int]:
    """The ids of the most popular films of the latest list, or of all where there is no list."""
    listing = store.fetch_listing()
    if listing is None:
        return [movie.tmdb_id for movie in store.fetch_most_popular(TOP_FILMS)]
    known = [entry for entry in listing.entries if entry.popularity is not None]
    ordered = sorted(known, key=lambda entry: (-(entry.popularity or 0.0), entry.rank))
    return [entry.tmdb_id for entry in ordered[:TOP_FILMS]]
