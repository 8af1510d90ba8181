"""``train`` on 5,000, 45,000 and 1,000,000 films: seconds, peak memory, size on disk.

The films are drawn from the file of real films that ``benchmarks.models`` reads, each copy with
votes, popularity, runtime and day a little different, so that the models have real relations to
learn; where that file is missing, there is nothing to measure.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from benchmarks.engines import homes
from benchmarks.measure import PROGRAM, publish, python, run_once, table
from benchmarks.models import FOLDER, OLD, read
from tmdbdash.records import FilmChange, Movie, TickWrite
from tmdbdash.settings import Settings
from tmdbdash.storage import open_store

SIZES = {5_000: "60 s", 45_000: "5 min, 1 GB", 1_000_000: "5 min, 2 GB"}
BATCH = 20_000
NOW = datetime.now(UTC)

BASELINE = """
from sklearn.linear_model import LinearRegression
import numpy as np
chance = np.random.default_rng(7)
for _ in range(2):
    LinearRegression().fit(chance.normal(size=({films}, 14)), chance.normal(size={films}))
"""
"""The least that a training does: the imports, and the replaced system's two fits."""


def copies(films: list[Movie], count: int) -> Iterator[Movie]:
    """So many films like these; ``tmdb_id`` from 1."""
    chance = random.Random(7)
    for number in range(1, count + 1):
        film = films[number % len(films)]
        factor = chance.lognormvariate(0.0, 0.1)
        votes = film.vote_count or 0
        yield replace(
            film,
            tmdb_id=number,
            popularity=None if film.popularity is None else film.popularity * factor,
            vote_count=round(votes * chance.lognormvariate(0.0, 0.1)),
            runtime=None if film.runtime is None else film.runtime + chance.randint(-3, 3),
            release_date=film.release_date
            and film.release_date - timedelta(days=chance.randint(0, 60)),
        )


def fill(settings: Settings, films: list[Movie], count: int) -> None:
    """Store so many films."""
    with open_store(settings) as store:
        made = copies(films, count)
        while some := list(islice(made, BATCH)):
            changes = tuple(FilmChange(kind="new", movie=film) for film in some)
            store.save_tick(TickWrite(observed_at=films[0].observed_at or NOW, changes=changes))


def megabytes(folder: Path) -> float:
    """The size of the files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def main() -> None:
    """Measure and publish."""
    films = read(FOLDER / OLD)
    rows = []
    given = [int(argument) for argument in sys.argv[1:]] if __name__ == "__main__" else []
    for count, aim in SIZES.items():
        if given and count not in given:
            continue
        with homes() as made:
            env, settings = made["SQLite"]
            fill(settings, films, count)
            setting = [f"{key}={value}" for key, value in env.items()]
            base, _ = run_once(python(BASELINE.format(films=count)))
            command = ["/usr/bin/env", *setting, str(PROGRAM), "-q", "train"]
            seconds, peak = run_once([*command, "--budget", "240"])
            again, _ = run_once(command)
            size = megabytes(settings.models_dir)
            champion = json.dumps(_champions(settings))
            rows.append(
                [f"{count:,}", f"{seconds:.0f} s", f"{seconds / base:.0f}", f"{peak:,.0f} MB",
                 f"{again:.1f} s", f"{size:.1f} MB", champion, aim]
            )  # fmt: skip
    publish(
        "training",
        "Training",
        table(
            ["films", "train", "ratio", "peak memory", "again, unchanged", "models on disk",
             "champions", "aim"],
            rows,
        )
        + "\n\nThe whole process: reading, features, all models of both targets and modes in five "
        "folds (above 50,000 films: of a sample of 50,000, in two folds), intervals, "
        "importances, studies, a prediction of two models for every film, files. The ratio is to "
        "the imports and the two plain fits of `linear_regression` that nothing can do without.",
    )  # fmt: skip


def _champions(settings: Settings) -> dict[str, str]:
    with open_store(settings) as store:
        last = store.fetch_last_training()
        return {} if last is None else dict(last.champions)


if __name__ == "__main__":
    main()
