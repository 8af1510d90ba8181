"""Data sets whose numbers or ratings are not TMDB's, and how their columns are used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tmdbdash.importing.datasets.vocabulary import FIELDS, squashed


@dataclass(frozen=True, slots=True)
class KnownSet:
    """How the rows of a well-known set are used.

    ``fills``: its values only fill gaps, since they are not TMDB's. ``unknown`` is for films that
    are not in the store: "new", "rejected" or "skipped". ``unused`` are columns (squashed names)
    that mean something else than their names; ``titled``: each row needs a title; ``meant`` are
    columns (squashed) that mean a field in this set alone.
    """

    name: str
    fills: bool = True
    unknown: str = "skipped"
    unused: frozenset[str] = frozenset()
    titled: bool = False
    meant: tuple[tuple[str, str], ...] = ()
    note: str = ""


ORDINARY = KnownSet("", fills=False, unknown="new", titled=True)
NO_METRICS = KnownSet(
    "no metrics",
    unknown="new",
    titled=True,
    note="it says nothing of popularity, votes or rating: of known films only gaps are filled",
)
OURS = KnownSet("snapshots", fills=False, unknown="new")
ID_EXPORT = KnownSet("id_export", fills=False, unknown="new")
BY_TITLE = KnownSet(
    "by title",
    unknown="rejected",
    note="it has no ids: films are found by title and year, and only gaps of them are filled",
)
OF_IMDB = KnownSet(
    "of IMDb",
    unknown="rejected",
    note="it has IMDb's ids and nothing that is surely TMDB's: of known films only gaps are filled",
)
PEOPLE = KnownSet(
    "people",
    note="it gives the people of films: of known films, those who are not known",
)
LETTERBOXD_LIST = frozenset({"position", "name", "year", "url", "description"})
"""The columns (squashed) of a list among Letterboxd's exports."""
TMDBS_OWN = frozenset({"popularity", "votecount", "voteaverage"})
"""TMDB's names of metrics (squashed)."""
BY_IMDB = KnownSet("by imdb_id", fills=False, unknown="rejected")
MOVIELENS = KnownSet(
    "MovieLens",
    unknown="new",
    unused=frozenset({"movieid"}).union(
        *(map(squashed, FIELDS[field]) for field in ("popularity", "vote_count", "vote_average"))
    ),
    titled=True,
    note="MovieLens's ratings are not TMDB's: only what the films are is used",
)

USERS_RATINGS = "holds the ratings or tags of single users, not films: nothing of it can be used"
NEEDS_LINKS = (
    "is MovieLens's list of films, whose movieId is not TMDB's number: "
    "put MovieLens's links.csv beside it"
)


def recognise(names: Iterable[str]) -> KnownSet | None:
    """The well-known set that these columns are of, ``None`` for any other file."""
    names = list(names)
    plain = {squashed(name) for name in names}
    if "letterboxduri" in plain:
        return KnownSet(
            "Letterboxd",
            unknown="rejected",
            unused=frozenset({"rating", "date", "rewatch", "tags", "watcheddate", "review"}),
            meant=(("name", "title"),),
            note="your own ratings and dates stay with you: films are only looked for",
        )
    if plain >= LETTERBOXD_LIST:
        return KnownSet(
            "Letterboxd",
            unknown="rejected",
            unused=frozenset({"description"}),
            meant=(("name", "title"),),
            note="a list of Letterboxd: films are only looked for",
        )
    if {"const", "yourrating"} <= plain:
        return KnownSet(
            "IMDb",
            unknown="rejected",
            unused=frozenset({"yourrating", "daterated"}),
            note="IMDb's votes and ratings only fill gaps of films known here",
        )
    if "tconst" in plain:
        return KnownSet("IMDb", note="IMDb's votes and ratings only fill gaps of films known here")
    if is_of_people(names):
        return PEOPLE
    if {"movieid", "imdbid", "tmdbid"} <= plain and "title" not in plain:
        return KnownSet("MovieLens links", unused=frozenset({"movieid"}))
    if {"tmdbid", "snapshotts"} <= plain:
        return OURS
    if (
        plain <= {"adult", "id", "originaltitle", "popularity", "video"}
        and "originaltitle" in plain
    ):
        return ID_EXPORT
    return None


def is_of_people(names: Iterable[str]) -> bool:
    """Whether a table has ids and people of films, and neither titles nor metrics."""
    plain = {squashed(name) for name in names}

    def has(*fields: str) -> bool:
        return not plain.isdisjoint(squashed(name) for field in fields for name in FIELDS[field])

    others = ("title", "original_title", "popularity", "vote_count", "vote_average")
    return has("tmdb_id") and has("directors", "cast") and not has(*others)


def is_of_users(names: Iterable[str]) -> bool:
    """Whether records are ratings or tags that single users gave."""
    plain = {squashed(name) for name in names}
    return "userid" in plain and bool({"movieid", "rating", "tag", "filmid", "itemid"} & plain)


def is_movielens(names: Iterable[str]) -> bool:
    """Whether records are MovieLens's films, known by MovieLens's own numbers."""
    return {squashed(name) for name in names} == {"movieid", "title", "genres"}


def is_movielens_with_links(names: Iterable[str]) -> bool:
    """Whether records are MovieLens's films already joined with its links.

    Not where they have a metric of TMDB's name: then they are more than that.
    """
    plain = {squashed(name) for name in names}
    return {"movieid", "tmdbid", "title"} <= plain and not plain & TMDBS_OWN
