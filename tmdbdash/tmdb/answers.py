"""TMDB's JSON to plain records: pure, and safe for any JSON value.

Missing and impossible values (a blank date, a runtime of 0, a rating without votes) are ``None``,
which never overwrites a known value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tmdbdash.records import FilmFacts
from tmdbdash.tmdb import cleaning
from tmdbdash.tmdb.appended import appended_facts
from tmdbdash.tmdb.genres import genre_names

LARGEST_PAGE = 500
"""TMDB serves no more pages of a list, though ``total_pages`` may be larger."""
MOST_NAMES = 100
"""Of companies, countries and languages of one film."""


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list: its usable films in TMDB's order, and the answer as it came.

    Adult films, entries without an id and entries about other things are left out of ``films``;
    a film may occur twice. ``total_pages`` is TMDB's figure, ``None`` where it has none.
    ``body`` is untrusted. ``adult`` and ``refused`` are the entries left out, the latter by reason.
    """

    page: int
    total_pages: int | None
    films: tuple[FilmFacts, ...]
    body: Mapping[str, object]
    adult: int = 0
    refused: tuple[str, ...] = ()


def parse_list(body: object) -> ListPage:
    """The page of a list answer; raises `ValueError` where it is no list answer.

    A page on which every film has neither popularity nor votes is one whose metrics TMDB left
    out (seen in August 2026), not twenty films that lost them: there they are ``None``.
    """
    if not isinstance(body, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004  # one kind of error for all garbage
    results = body.get("results")
    if not isinstance(results, list):
        raise ValueError("no list of results")  # noqa: TRY004
    read = [(entry, parse_film(entry)) for entry in results]
    films = tuple(film for _, film in read if film is not None)
    left_out = [entry for entry, film in read if film is None]
    adult = [entry for entry in left_out if _is_adult(entry)]
    if len(films) > 1 and not any(film.popularity or film.vote_count for film in films):
        films = tuple(
            replace(film, popularity=None, vote_count=None, vote_average=None) for film in films
        )
    return ListPage(
        page=cleaning.whole(body.get("page"), least=1) or 1,
        total_pages=cleaning.whole(body.get("total_pages")),
        films=films,
        body=body,
        adult=len(adult),
        refused=tuple(other_thing(e) or "no usable id" for e in left_out if not _is_adult(e)),
    )


def _is_adult(entry: object) -> bool:
    return isinstance(entry, dict) and entry.get("adult") in (True, "true", "True")


def other_thing(entry: object) -> str | None:
    """A reason where an entry is no film; TV shows and persons have ids of their own.

    Entries of a mixed list ("trending") have a ``media_type``, others keys that films lack.
    """
    if not isinstance(entry, dict):
        return "no film: no object"
    media = entry.get("media_type")
    if isinstance(media, str) and media.strip().casefold() not in ("", "movie"):
        return f"no film: {cleaning.line(media, 40)}"
    if entry.get("title") or entry.get("original_title"):
        return None
    marks = {"first_air_date": "a TV show", "known_for_department": "a person"}
    marks |= {"known_for": "a person", "original_name": "a TV show", "name": "without a title"}
    return next((f"no film: {what}" for mark, what in marks.items() if entry.get(mark)), None)


def parse_film(entry: object) -> FilmFacts | None:
    """The film of one entry of a list, or of one answer of details.

    ``None`` for an adult film, for an entry without a usable id, and for one about another thing.
    """
    if not isinstance(entry, dict) or _is_adult(entry) or other_thing(entry) is not None:
        return None
    tmdb_id = cleaning.whole(entry.get("id"), least=1)
    if tmdb_id is None:
        return None
    votes = cleaning.whole(entry.get("vote_count"))
    rating = cleaning.real(entry.get("vote_average"), most=10.0)
    collection = entry.get("belongs_to_collection")
    return FilmFacts(
        tmdb_id=tmdb_id,
        title=cleaning.line(entry.get("title")),
        original_title=cleaning.line(entry.get("original_title")),
        overview=cleaning.text(entry.get("overview")),
        language=cleaning.language(entry.get("original_language")),
        release_date=cleaning.day(entry.get("release_date")),
        popularity=cleaning.real(entry.get("popularity")),
        vote_count=votes,
        # Nobody can give less than half a star, so 0 is TMDB's way of writing "no votes"; where it
        # counts votes all the same (one film of the TMDB 5000 file), it is taken as it is.
        vote_average=rating if votes or (rating and votes is None) else None,
        genres=_genres(entry),
        poster_path=cleaning.image_path(entry.get("poster_path")),
        backdrop_path=cleaning.image_path(entry.get("backdrop_path")),
        imdb_id=cleaning.imdb_id(entry.get("imdb_id")),
        runtime=cleaning.whole(entry.get("runtime"), least=1, most=100_000),
        status=cleaning.line(entry.get("status"), 40),
        budget=cleaning.whole(entry.get("budget"), least=1, most=cleaning.LARGEST_MONEY),
        revenue=cleaning.whole(entry.get("revenue"), least=1, most=cleaning.LARGEST_MONEY),
        tagline=cleaning.line(entry.get("tagline"), 500),
        homepage=cleaning.link(entry.get("homepage")),
        collection=(
            cleaning.line(collection.get("name")) if isinstance(collection, dict) else None
        ),
        production_companies=_names(entry, "production_companies", "name", cleaning.line),
        production_countries=_names(entry, "production_countries", "iso_3166_1", cleaning.country),
        spoken_languages=_names(entry, "spoken_languages", "iso_639_1", cleaning.language),
        **appended_facts(entry),
    )


def _genres(entry: Mapping[str, object]) -> tuple[str, ...] | None:
    """English genre names by id; ``None`` where there are none, so that known ones stay.

    Lists carry ``genre_ids``, details ``genres``, whose names are in the language of the request.
    """
    genres = entry.get("genre_ids")
    if not isinstance(genres, list):
        genres = entry.get("genres")
    if not isinstance(genres, list):
        return None
    ids = (cleaning.whole(g.get("id") if isinstance(g, dict) else g) for g in genres)
    return genre_names(number for number in ids if number is not None) or None


def _names(
    entry: Mapping[str, object], key: str, field: str, clean: Callable[[object], str | None]
) -> tuple[str, ...] | None:
    """One field of each object in a list, each value once; ``None`` where there is no list."""
    items = entry.get(key)
    if not isinstance(items, list):
        return None
    values = (clean(item.get(field)) for item in items[:MOST_NAMES] if isinstance(item, dict))
    return tuple(dict.fromkeys(value for value in values if value is not None))
