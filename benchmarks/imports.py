"""``import`` of 100,000 films beside a bare ``executemany`` of the rows that it leaves."""

from __future__ import annotations

import csv
import json
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.engines import homes
from benchmarks.measure import PROGRAM, publish, run_once, table
from tmdbdash.settings import Settings
from tmdbdash.storage import open_store
from tmdbdash.storage.schema import movie_snapshots, movies
from tmdbdash.tmdb.genres import GENRES

FILMS = 100_000
FEW = 10_000
AIM = 3.0


def write_csv(path: Path, films: int) -> None:
    """A file in the manner of TMDB 5000: JSON in its cells, texts of some hundred characters."""
    chance = random.Random(7)
    names = sorted(GENRES.values())
    words = [f"word{n}" for n in range(500)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["budget", "genres", "homepage", "id", "original_language", "original_title",
             "overview", "popularity", "production_companies", "release_date", "revenue",
             "runtime", "status", "tagline", "title", "vote_average", "vote_count"]
        )  # fmt: skip
        for number in range(1, films + 1):
            genres = json.dumps([{"id": 1, "name": g} for g in chance.sample(names, 3)])
            companies = json.dumps([{"id": n, "name": f"Company {n}"} for n in range(3)])
            day = f"{chance.randint(1960, 2025)}-{chance.randint(1, 12):02d}-15"
            writer.writerow(
                [chance.randint(0, 10**8), genres, "", number, "en", f"Film {number}",
                 " ".join(chance.choices(words, k=50)), round(chance.expovariate(0.1), 4),
                 companies, day, 0, chance.randint(60, 200), "Released", "A tagline",
                 f"Film {number}", round(chance.uniform(3, 9), 1), chance.randint(1, 9000)]
            )  # fmt: skip


def bare(settings: Settings) -> float:
    """Seconds that the driver's ``executemany`` takes for the stored rows, in empty tables."""
    took = 0.0
    with open_store(settings) as store, store._database.engine.connect() as connection:
        for kept in (movies, movie_snapshots):
            rows: Sequence[Any] = [
                tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {kept.name}")
            ]
            connection.exec_driver_sql(f"DELETE FROM {kept.name}")
            connection.commit()
            mark = "?" if connection.dialect.name == "sqlite" else "%s"
            marks = ", ".join([mark] * len(kept.columns))
            started = time.perf_counter()
            raw = connection.connection.cursor()
            for start in range(0, len(rows), 1000):
                raw.executemany(
                    f"INSERT INTO {kept.name} VALUES ({marks})", rows[start : start + 1000]
                )
            connection.connection.commit()
            took += time.perf_counter() - started
    return took


def main() -> None:
    """Measure and publish."""
    rows = []
    with homes() as engines, tempfile.TemporaryDirectory() as folder:
        many, few = Path(folder, "many.csv"), Path(folder, "few.csv")
        write_csv(many, FILMS)
        write_csv(few, FEW)
        for engine, (env, settings) in engines.items():
            with open_store(settings):
                pass  # the schema's creation is no part of it
            _, small = run_once([str(PROGRAM), "-q", "import", str(few)], env)
            bare(settings)
            seconds, peak = run_once([str(PROGRAM), "-q", "import", str(many)], env)
            floor = bare(settings)
            rows.append(
                [
                    engine,
                    f"{FILMS / seconds:,.0f}",
                    f"{FILMS / floor:,.0f}",
                    f"1 / {seconds / floor:.2f}",
                    f"{small:.0f} MB",
                    f"{peak:.0f} MB",
                ]
            )
    publish(
        "imports",
        "Import",
        table(
            ["engine", "import, films/s", "bare, films/s", "ratio",
             f"memory at {FEW:,}", f"memory at {FILMS:,}"],
            rows,
        )
        + f"\n\nA CSV of {FILMS:,} films, each a row of `movies` and one of `movie_snapshots`; the "
        "import is the whole process: reading, parsing, checking, deciding, writing. Bare is the "
        f"driver's `executemany` of the same rows. Aim: at least 1 / {AIM:g}, memory flat.",
    )  # fmt: skip


if __name__ == "__main__":
    main()
