"""TMDB's film genres: the fixed table of ids and English names.

They change about once a decade. Answers in another language have that language's names, while
stored names, which models learn from, are English.
"""

from __future__ import annotations

from collections.abc import Iterable

from tmdbdash.errors import UsageError

GENRES: dict[int, str] = {
    28: "Action",
    12: "Adventure",
    16: "Animation",
    35: "Comedy",
    80: "Crime",
    99: "Documentary",
    18: "Drama",
    10751: "Family",
    14: "Fantasy",
    36: "History",
    27: "Horror",
    10402: "Music",
    9648: "Mystery",
    10749: "Romance",
    878: "Science Fiction",
    10770: "TV Movie",
    53: "Thriller",
    10752: "War",
    37: "Western",
}

_IDS = {name.casefold(): number for number, name in GENRES.items()}


def genre_names(ids: Iterable[int]) -> tuple[str, ...]:
    """The English names of genre ids, in the order given, each once; unknown ids are left out."""
    return tuple(dict.fromkeys(GENRES[number] for number in ids if number in GENRES))


def genre_id(name: str) -> int:
    """The id of a genre by its English name, in any case.

    Raises `UsageError` that lists the names there are.
    """
    try:
        return _IDS[" ".join(name.split()).casefold()]
    except KeyError:
        known = ", ".join(sorted(GENRES.values()))
        raise UsageError(f"there is no genre {name!r}; the genres are: {known}") from None
