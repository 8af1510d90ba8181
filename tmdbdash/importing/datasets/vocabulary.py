"""The column names of people's files, and the field that each means.

Names are compared without case, accents of style (camelCase, snake_case, spaces, hyphens) and
units in brackets: `squashed` makes ``Vote Count``, ``voteCount`` and ``vote_count`` one. The names
of a field are in order of preference; TMDB's own come first.
"""

from __future__ import annotations

import functools
import re
import unicodedata

FIELDS: dict[str, tuple[str, ...]] = {
    "tmdb_id": (
        "tmdb_id", "the_movie_db_id", "themoviedb_id", "tmdb_movie_id", "movie_tmdb_id", "id_tmdb",
        "tmdb", "tmdb_url", "tmdb_link", "movie_id", "film_id", "id_movie", "id_film", "id",
    ),
    "title": (
        "title", "movie_title", "film_title", "primary_title", "movie_name", "film_name", "titulo",
        "titre", "titel", "titolo", "movie", "film",
    ),
    "original_title": ("original_title", "original_movie_title", "title_original", "orig_title"),
    "overview": (
        "overview", "description", "plot", "synopsis", "plot_summary", "storyline", "summary",
        "sinopse", "sinopsis",
    ),
    "language": ("original_language", "language", "orig_lang", "original_lang", "lang"),
    "release_date": (
        "release_date", "released", "date_released", "released_on", "released_at", "release",
        "release_day", "premiere_date", "premiere", "theatrical_release_date", "date_published",
        "publish_date",
    ),
    "release_year": (
        "release_year", "year", "start_year", "year_released", "year_of_release", "title_year",
        "movie_year", "film_year", "ano", "annee", "jahr", "anno",
    ),
    "genres": (
        "genres", "genre_names", "genre", "genres_list", "genre_list", "movie_genres", "generos",
        "categories", "category", "listed_in",
    ),
    "genre_ids": ("genre_ids", "genres_ids", "genre_id", "id_genres"),
    "poster_path": ("poster_path", "poster", "poster_url", "poster_link"),
    "backdrop_path": ("backdrop_path", "backdrop", "backdrop_url"),
    "imdb_id": (
        "imdb_id", "imdb", "tconst", "const", "imdb_title_id", "imdb_movie_id", "movie_imdb_id",
        "id_imdb", "imdb_url", "imdb_link", "movie_imdb_link",
    ),
    "runtime": (
        "runtime", "runtime_minutes", "runtime_min", "runtime_mins", "run_time", "duration",
        "duration_min", "duration_minutes", "running_time", "length_minutes", "minutes",
    ),
    "status": ("status", "release_status"),
    "budget": ("budget", "budget_usd", "production_budget"),
    "revenue": (
        "revenue", "revenue_usd", "box_office", "worldwide_gross", "worldwide_box_office", "gross",
    ),
    "tagline": ("tagline", "tag_line", "slogan"),
    "homepage": ("homepage", "home_page", "website", "official_site"),
    "collection": ("belongs_to_collection", "collection", "collection_name", "franchise"),
    "production_companies": (
        "production_companies", "production_company", "production_companies_names", "companies",
        "studios", "studio",
    ),
    "production_countries": (
        "production_countries", "production_country", "countries", "country", "origin_country",
    ),
    "spoken_languages": ("spoken_languages", "spoken_language", "languages"),
    "directors": ("director", "directors", "director_name", "directed_by", "crew"),
    "cast": ("cast", "actors", "stars", "starring", "actor_names", "main_cast"),
    "popularity": ("popularity", "popularity_score"),
    "vote_count": (
        "vote_count", "votes", "num_votes", "votes_count", "number_of_votes", "no_of_votes",
        "vote_counts", "total_votes", "rating_count", "ratings_count", "num_ratings", "numvotes",
    ),
    "vote_average": (
        "vote_average", "vote_avg", "votes_average", "avg_vote", "avg_votes", "average_vote",
        "average_rating", "avg_rating", "rating_average", "mean_vote", "user_rating", "user_score",
        "rating", "ratings", "score",
    ),
    "adult": ("adult", "is_adult"),
    "observed_at": (
        "observed_at", "snapshot_ts", "snapshot_at", "snapshot_date", "snapshot_time",
        "observed_on", "fetched_at", "fetched_on", "fetch_date", "fetch_time", "date_fetched",
        "scraped_at", "scraped_on", "scrape_date", "date_scraped", "collected_at", "collected_on",
        "collection_date", "date_collected", "crawled_at", "crawl_date", "retrieved_at",
        "retrieved_on", "retrieval_date", "recorded_at", "captured_at", "extracted_at",
        "extraction_date", "pulled_at", "queried_at", "as_of", "as_of_date", "snapshot",
    ),
}  # fmt: skip
"""Each field and its names, the surest first."""

OFTEN_TIMES = (
    "date", "timestamp", "datetime", "date_time", "time", "day", "ts", "updated_at", "last_updated",
    "last_update", "update_date", "created_at", "inserted_at", "added_at", "date_added", "run_date",
    "logged_at", "week", "month",
)  # fmt: skip
"""Names of columns that are times of observation where rows of one film differ by them."""

MEDIA_TYPE = ("media_type", "mediatype", "title_type", "content_type")
PERHAPS_MEDIA_TYPE = ("type", "category_type", "kind")
"""Names of columns that may have the type of a thing, where a cell is such a word."""
OTHER_THAN_FILMS = {
    "first_air_date": "a TV show",
    "last_air_date": "a TV show",
    "number_of_seasons": "a TV show",
    "number_of_episodes": "a TV show",
    "episode_run_time": "a TV show",
    "episode_number": "a TV episode",
    "season_number": "a TV season",
    "known_for_department": "a person",
    "known_for": "a person",
    "place_of_birth": "a person",
    "birthday": "a person",
    "original_name": "a TV show",
    "name": "it has a name, but no title (--map name=title reads it as one)",
}
"""Columns of TMDB's records of other things, whose numbers films have too; the surest first."""

NEVER_OF_FILMS = frozenset(
    {"number_of_seasons", "number_of_episodes", "episode_number", "season_number"}
)
"""Columns in which a film never has a value."""
NEVER_WITHOUT_RELEASE = frozenset({"first_air_date", "last_air_date", "known_for_department"})
"""Columns in which a film has a value only in tables of films and other things."""

EXACT = frozenset(names[0] for names in FIELDS.values()) | {"snapshot_ts"}
"""TMDB's own names and ours, whose meaning is certain, with any cells."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_UNIT = re.compile(r"\s*[(\[](?:min|mins|minutes|usd|us\$|\$|en|english)[)\]]\s*$", re.IGNORECASE)
_PREFIX = re.compile(r"^(?:movie|film|tmdb)(?=.)")


@functools.lru_cache(maxsize=2048)
def squashed(name: str) -> str:
    """A column's name without case, marks, accents and unit; may be empty."""
    plain = unicodedata.normalize("NFKD", _UNIT.sub("", name.strip().strip("\"'`")))
    return "".join(c for c in plain.casefold() if c.isalnum())


def plain_name(name: str) -> str:
    """A column's name as one word in snake case, as TMDB would write it."""
    parts = _CAMEL.sub("_", name.strip().strip("\"'`")).casefold()
    return "_".join(re.findall(r"[^\W_]+", parts))


def without_prefix(squashed_name: str) -> str:
    """The name without "movie", "film" or "tmdb" before it."""
    return _PREFIX.sub("", squashed_name)
