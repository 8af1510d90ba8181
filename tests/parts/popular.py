"""The real daily lists, and invented ones of the same form, as columns or as lines to import."""

import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.parts.require import real_data

FIRST = datetime(2025, 9, 16, 10, tzinfo=UTC)


def real_lines(first: int, last: int) -> list[str]:
    """The lines from ``first`` to before ``last`` of 138 daily lists of 20 films."""
    with gzip.open(real_data("popular_pages_daily.jsonl.gz"), "rt") as file:
        return file.read().splitlines()[first:last]


def write_lines(path: Path, lines: Sequence[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def observed(line: str) -> datetime:
    moment: str = json.loads(line)["observed_at"]
    return datetime.fromisoformat(moment)


def walking_columns(*, days: int = 60, films: int = 20, seed: int = 0) -> dict[str, list[Any]]:
    """Daily snapshots of films whose log popularity walks at random: nothing to be learned."""
    steps = np.random.default_rng(seed).normal(0.0, 0.1, (films, days))
    return columns_of(4.0 + np.cumsum(steps, axis=1))


def swinging_columns(*, days: int = 60, films: int = 20, seed: int = 0) -> dict[str, list[Any]]:
    """Daily snapshots of films that go up for a week and down for the next: much to be learned."""
    chance = np.random.default_rng(seed)
    slopes = chance.choice([-0.15, 0.15], (films, 1))
    turns = np.where((np.arange(days) // 7) % 2 == 0, 1.0, -1.0)
    steps = slopes * turns + chance.normal(0.0, 0.01, (films, days))
    return columns_of(4.0 + np.cumsum(steps, axis=1))


def columns_of(levels: npt.NDArray[np.float64]) -> dict[str, list[Any]]:
    """Logs of 1 + popularity of shape (films, days), as the store hands out snapshots."""
    films, days = levels.shape
    at = [FIRST + timedelta(days=day, minutes=day * 37 % 90) for day in range(days)]
    return {
        "tmdb_id": [film for film in range(1, films + 1) for _ in at],
        "snapshot_ts": at * films,
        "popularity": np.expm1(np.maximum(levels, 0.0)).ravel().tolist(),
        "vote_count": [100 * film for film in range(1, films + 1) for _ in at],
        "rank": [film for film in range(1, films + 1) for _ in at],
    }


def lines_of(columns: dict[str, list[Any]]) -> Iterator[str]:
    """The same as recorded answers of TMDB's popular list, one a time of observation."""
    by_time: dict[datetime, list[dict[str, Any]]] = {}
    for film, at, popularity, votes, _ in zip(*columns.values(), strict=True):
        by_time.setdefault(at, []).append(
            {
                "id": film,
                "title": f"Film {film}",
                "release_date": f"2025-0{1 + film % 9}-01",
                "popularity": popularity,
                "vote_count": votes,
                "vote_average": 6.5,
                "genre_ids": [18],
                "original_language": "en",
            }
        )
    for at, results in sorted(by_time.items()):
        body = {"page": 1, "total_pages": 1, "results": results}
        yield json.dumps({"observed_at": at.isoformat(), "body": body})
