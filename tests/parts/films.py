"""Invented films, each the same whenever it is asked for."""

from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from tmdbdash.records import Movie

NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)


def movie(tmdb_id: int, **changes: Any) -> Movie:
    rng = np.random.default_rng(tmdb_id)
    values: dict[str, Any] = {
        "title": f"Film {tmdb_id}",
        "runtime": int(rng.integers(60, 200)),
        "vote_count": int(rng.integers(1, 20_000)),
        "vote_average": round(float(rng.uniform(3, 9)), 1),
        "popularity": round(float(rng.uniform(1, 100)), 3),
        "release_date": date(int(rng.integers(1950, 2026)), int(rng.integers(1, 13)), 1),
        "genres": ("Drama", "Comedy") if rng.integers(2) else ("Action",),
        "language": "en" if rng.integers(2) else "pt",
        "observed_at": NOON,
    }
    return Movie(tmdb_id=tmdb_id, **(values | changes))
