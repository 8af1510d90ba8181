"""The film columns that learning reads; loads no library, so that a job may compare them first."""

from __future__ import annotations

FILM_COLUMNS = (
    "title", "original_title", "overview_length", "language", "release_date", "runtime", "genres",
    "budget", "status", "tagline", "homepage", "collection", "production_companies",
    "production_countries", "spoken_languages", "vote_count", "observed_at",
)  # fmt: skip
"""Those that features are made of."""

COLUMNS = ("tmdb_id", *FILM_COLUMNS, "directors", "cast", "popularity", "vote_average")
"""All film columns that learning reads."""
