"""Invented films with the habits of real ones: votes make popularity, age and genre matter."""

from datetime import UTC, datetime, timedelta

import numpy as np

from tests.parts.require import real_data
from tmdbdash.importing.datasets import Hints, TextFile, open_dataset
from tmdbdash.learning.data.film_table import FilmTable, columns_of, read_films
from tmdbdash.records import FilmChange, Movie, TickWrite, as_dict
from tmdbdash.storage import Store

OBSERVED = datetime(2026, 3, 1, 12, tzinfo=UTC)
GENRES = ("Action", "Comedy", "Drama", "Horror", "Science Fiction")


def catalogue(films: int = 300, seed: int = 7) -> list[Movie]:
    """Films of ids 1, 2, ...; every tenth is announced for next year and has no votes."""
    chance = np.random.default_rng(seed)
    made = []
    for tmdb_id in range(1, films + 1):
        early = tmdb_id % 10 == 0
        size, quality = chance.normal(0, 1), chance.normal(0, 1)
        days = -int(chance.integers(1, 300)) if early else int(chance.exponential(3000)) + 1
        votes = 0 if early else int(np.exp(4.5 + 1.6 * size))
        genres = chance.choice(len(GENRES), size=int(chance.integers(0, 3)), replace=False)
        made.append(
            Movie(
                tmdb_id=tmdb_id,
                title=f"Film number {tmdb_id}",
                original_title=f"Film number {tmdb_id}",
                overview="o" * int(chance.integers(0, 300)),
                language=("en", "en", "fr", "ja")[int(chance.integers(0, 4))],
                release_date=None if tmdb_id % 37 == 0 else (OBSERVED - timedelta(days)).date(),
                popularity=float(np.exp(1.5 + 0.8 * size + 0.4 * chance.normal())),
                vote_count=votes,
                vote_average=None if votes == 0 else float(np.clip(6 + quality, 1, 10)),
                runtime=None if tmdb_id % 23 == 0 else int(95 + 12 * quality + chance.normal()),
                genres=tuple(GENRES[g] for g in genres),
                budget=int(chance.integers(0, 2)) * int(1e6 * np.exp(size)),
                status="Post Production" if early else "Released",
                observed_at=OBSERVED,
            )
        )
    return made


def table(films: list[Movie]) -> FilmTable:
    """The films as learning reads them."""
    return read_films(columns_of(films))


def put(store: Store, films: list[Movie]) -> None:
    """Store the films as one tick brings them."""
    changes = tuple(FilmChange(kind="new", movie=movie) for movie in films)
    store.save_tick(TickWrite(observed_at=OBSERVED, changes=changes))


def real_films(name: str, observed: datetime) -> list[Movie]:
    """The films of a real data set file, each once, as a first import would know them."""
    found = {}
    for row in open_dataset(TextFile(real_data(name)), Hints(observed.date())).rows():
        if row.facts is not None:
            said = {k: v for k, v in as_dict(row.facts).items() if v is not None}
            found[row.facts.tmdb_id] = Movie(**said, observed_at=observed)
    return [found[tmdb_id] for tmdb_id in sorted(found)]
