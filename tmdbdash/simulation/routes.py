"""The simulation's answers: pure, from a world and a query to JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from tmdbdash.simulation import words
from tmdbdash.simulation.artists import Artist
from tmdbdash.simulation.invented_films import Film
from tmdbdash.simulation.world import World
from tmdbdash.tmdb.genres import GENRES

PAGE = 20
CLAIMED_PAGES, CLAIMED_RESULTS = 57_000, 1_139_981
"""TMDB's figures for its popular list, of which it serves 500 pages."""

JsonObject = dict[str, object]
Reply = tuple[int, JsonObject]
Query = Mapping[str, str]

BAD_PAGE = "Invalid page: Pages start at 1 and max at 500. They are expected to be an integer."


def error(status: int, code: int, message: str) -> Reply:
    """An error answer in TMDB's form."""
    return status, {"success": False, "status_code": code, "status_message": message}


def no_such_thing() -> Reply:
    """The answer to an address or a film that does not exist."""
    return error(404, 34, "The resource you requested could not be found.")


def bad_key() -> Reply:
    """The answer to a missing or wrong key."""
    return error(401, 7, "Invalid API key: You must be granted a valid key.")


def reply(world: World, path: str, query: Query) -> Reply:
    """Status and JSON value for one address below ``/3``, key already checked."""
    if path == "/movie/popular":
        return _page(world, query, world.popular(), CLAIMED_PAGES, CLAIMED_RESULTS)
    if path == "/discover/movie":
        return _discover(world, query)
    if path == "/configuration":
        return 200, _configuration()
    if found := re.fullmatch(r"/movie/([0-9]{1,10})", path):
        film = world.film(int(found[1]))
        return no_such_thing() if film is None else (200, _details(film, query, world.today))
    return no_such_thing()


def _discover(world: World, query: Query) -> Reply:
    try:
        films = world.discover(
            genres=_wanted_genres(query.get("with_genres", "")),
            earliest=_day(query, "primary_release_date.gte"),
            latest=_day(query, "primary_release_date.lte"),
            min_votes=_number(query, "vote_count.gte"),
        )
    except ValueError as problem:
        return 422, {"errors": [str(problem)]}
    return _page(world, query, films, max(1, -(-len(films) // PAGE)), len(films))


def _wanted_genres(text: str) -> set[int]:
    if not re.fullmatch(r"([0-9]{1,9}(,[0-9]{1,9})*)?", text):
        raise ValueError("with_genres must be a list of genre ids")
    return {int(number) for number in text.split(",") if number}


def _day(query: Query, name: str) -> date | None:
    text = query.get(name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ValueError(f"{name} must be a date") from None


def _number(query: Query, name: str) -> int:
    text = query.get(name, "0")
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError(f"{name} must be a number")
    return int(text)


def _page(world: World, query: Query, films: list[Film], pages: int, results: int) -> Reply:
    number = query.get("page", "1")
    if not re.fullmatch(r"[0-9]{1,3}", number) or not 1 <= int(number) <= 500:
        return error(400, 22, BAD_PAGE)
    page = int(number)
    first = (page - 1) * PAGE - world.slip(page)
    shown = films[first : first + PAGE] if first < len(films) else []
    return 200, {
        "page": page,
        "results": [_entry(film, query) for film in shown],
        "total_pages": pages,
        "total_results": results,
    }


def _common(film: Film, query: Query) -> JsonObject:
    """The keys that lists and details have in common."""
    portuguese = _is_portuguese(query)
    is_original = query.get("language", "en").startswith(film.language)
    title = film.title_pt if portuguese else film.original_title if is_original else film.title
    return {
        "adult": film.adult,
        "backdrop_path": film.backdrop,
        "id": film.tmdb_id,
        "original_language": film.language,
        "original_title": film.original_title,
        "overview": film.overview[portuguese],
        "popularity": film.popularity,
        "poster_path": film.poster,
        "release_date": film.release.isoformat() if film.release else "",
        "softcore": False,
        "title": title,
        "video": False,
        "vote_average": film.rating,
        "vote_count": film.votes,
    }


def _entry(film: Film, query: Query) -> JsonObject:
    entry = {**_common(film, query), "genre_ids": list(film.genres)}
    return {key: value for key, value in entry.items() if key not in film.absent}


def _details(film: Film, query: Query, today: date) -> JsonObject:
    portuguese = _is_portuguese(query)
    _, _, english, own = words.LANGUAGES[film.language]
    collection = film.collection and {
        "id": 9_000_000 + film.collection.number,
        "name": film.collection.name,
        "poster_path": None,
        "backdrop_path": None,
    }
    earned = film.budget * (0.4 + film.popularity / 40) if film.released(today) else 0
    return {
        **_common(film, query),
        "belongs_to_collection": collection,
        "budget": film.budget,
        "genres": _genres(film.genres, query),
        "homepage": f"https://{film.place.lower()}.example/" if film.fame > 1 else "",
        "imdb_id": film.imdb_id,
        "origin_country": list(film.countries[:1]),
        "production_companies": [
            {"id": 900_000 + len(name), "logo_path": None, "name": name, "origin_country": ""}
            for name in film.companies
        ],
        "production_countries": [
            {"iso_3166_1": code, "name": words.COUNTRIES[code]} for code in film.countries
        ],
        "revenue": int(earned),
        "runtime": film.runtime,
        "spoken_languages": [{"english_name": english, "iso_639_1": film.language, "name": own}],
        "status": "Released" if film.released(today) else "Post Production",
        "tagline": film.tagline[portuguese],
        **_appended(film, query),
    }


def _appended(film: Film, query: Query) -> JsonObject:
    """The blocks that the query asks for beside the details."""
    asked = query.get("append_to_response", "").split(",")
    return {name: block(film) for name, block in _BLOCKS.items() if name in asked}


def _credits(film: Film) -> JsonObject:
    crew = [("Director", "Directing", film.directors), ("Writer", "Writing", film.writers)]
    return {
        "cast": [
            {**_artist(actor), "character": "", "order": order}
            for order, actor in enumerate(film.cast)
        ],
        "crew": [
            {**_artist(own), "department": department, "job": job}
            for job, department, people in crew
            for own in people
        ],
    }


def _artist(artist: Artist) -> JsonObject:
    return {"id": artist.number, "name": artist.name, "adult": False, "profile_path": None}


def _keywords(film: Film) -> JsonObject:
    numbers = {name: 700_000 + n for n, name in enumerate(words.KEYWORDS)}
    return {"keywords": [{"id": numbers[name], "name": name} for name in film.keywords]}


def _release_dates(film: Film) -> JsonObject:
    if film.release is None:
        return {"results": []}
    certification = "R" if 27 in film.genres else "PG" if 10751 in film.genres else "PG-13"
    release = {
        "certification": certification,
        "iso_639_1": "",
        "note": "",
        "release_date": f"{film.release.isoformat()}T00:00:00.000Z",
        "type": 3,
    }
    return {"results": [{"iso_3166_1": "US", "release_dates": [release]}]}


_BLOCKS: dict[str, Callable[[Film], JsonObject]] = {
    "credits": _credits,
    "keywords": _keywords,
    "release_dates": _release_dates,
}


def _is_portuguese(query: Query) -> bool:
    return query.get("language", "").startswith("pt")


def _genres(ids: Iterable[int], query: Query) -> list[JsonObject]:
    names = words.PORTUGUESE_GENRES if _is_portuguese(query) else GENRES
    return [{"id": number, "name": names[number]} for number in ids]


def _configuration() -> JsonObject:
    sizes = ["w92", "w154", "w185", "w342", "w500", "w780", "original"]
    return {
        "images": {
            "base_url": "http://image.tmdb.org/t/p/",
            "secure_base_url": "https://image.tmdb.org/t/p/",
            "backdrop_sizes": ["w300", "w780", "w1280", "original"],
            "poster_sizes": sizes,
        },
        "change_keys": ["genres", "overview", "release_date", "title"],
    }
