"""``import`` of 100,000 films beside a bare ``executemany`` of the rows that it leaves."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.engines import homes
from benchmarks.measure import PROGRAM, publish, run_once, table
from tmdbdash.importing.file_import import BATCH
from tmdbdash.settings import Settings
from tmdbdash.storage import open_store
from tmdbdash.tmdb.genres import GENRES

FILMS = 100_000
FEW = 10_000
ROUNDS = 3
AIM = 3.0


def write_full(path: Path, films: int) -> None:
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
            writer.writerow(
                [chance.randint(0, 10**8), genres, "", number, "en", f"Film {number}",
                 " ".join(chance.choices(words, k=50)), round(chance.expovariate(0.1), 4),
                 companies, _day(chance), 0, chance.randint(60, 200), "Released", "A tagline",
                 f"Film {number}", round(chance.uniform(3, 9), 1), chance.randint(1, 9000)]
            )  # fmt: skip


def write_list(path: Path, films: int) -> None:
    """A file with the facts of TMDB's lists: genre ids, a short overview, no details."""
    chance = random.Random(7)
    words = [f"word{n}" for n in range(500)]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["id", "title", "genre_ids", "original_language", "overview", "popularity",
             "release_date", "vote_average", "vote_count"]
        )  # fmt: skip
        for number in range(1, films + 1):
            writer.writerow(
                [number, f"Film {number}", chance.sample(sorted(GENRES), 2), "en",
                 " ".join(chance.choices(words, k=20)), round(chance.expovariate(0.1), 4),
                 _day(chance), round(chance.uniform(3, 9), 1), chance.randint(1, 9000)]
            )  # fmt: skip


def _day(chance: random.Random) -> str:
    return f"{chance.randint(1960, 2025)}-{chance.randint(1, 12):02d}-15"


KINDS = {"full, JSON in cells": write_full, "as a list has it": write_list}


BARE = """
import sys, time
from tmdbdash.settings import load_settings
from tmdbdash.storage import open_store
from tmdbdash.storage.schema import movie_snapshots, movies
from pathlib import Path
from pydantic import SecretStr

def settings(home, url):
    found = load_settings(Path(home))
    return found.model_copy(update={"database_url": SecretStr(url)}) if url else found

source, fresh = settings(*sys.argv[1:3]), settings(*sys.argv[3:5])
took = 0.0
with open_store(source) as old, open_store(fresh) as new:
    for kept in (movies, movie_snapshots):
        with old.database.engine.connect() as connection:
            rows = [tuple(r) for r in connection.exec_driver_sql(f"SELECT * FROM {kept.name}")]
            mark = "?" if connection.dialect.name == "sqlite" else "%s"
        sql = f"INSERT INTO {kept.name} VALUES ({', '.join([mark] * len(kept.columns))})"
        with new.database.engine.connect() as connection:
            started = time.perf_counter()
            cursor = connection.connection.cursor()
            cursor.execute("BEGIN")  # SQLite would commit each row on its own otherwise
            for start in range(0, len(rows), 1000):
                cursor.executemany(sql, rows[start : start + 1000])
            connection.connection.commit()
            took += time.perf_counter() - started
print(took)
"""
"""Seconds that the driver's ``executemany`` takes for the stored rows, into an empty database.

A process of its own: its rows would count as memory of the processes started next.
"""


def bare(source: Settings, fresh: Settings) -> float:
    """Seconds for the rows of ``source``, put into ``fresh``."""
    arguments: list[str] = []
    for settings in (source, fresh):
        url = settings.database_url
        arguments += [str(settings.home), "" if url is None else url.get_secret_value()]
    done = subprocess.run(
        [sys.executable, "-c", BARE, *arguments], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


class Round(NamedTuple):
    """One import beside one bare writing, in seconds, and the peak memory of two imports in MB."""

    seconds: float
    floor: float
    small_peak: float
    peak: float

    @property
    def ratio(self) -> float:
        """How many times as long the import takes."""
        return self.seconds / self.floor


def measure(write: Callable[[Path, int], None]) -> dict[str, Round]:
    """One round of each engine for one kind of file."""
    rounds = {}
    with homes() as engines, homes() as empty, homes() as small, TemporaryDirectory() as folder:
        many, few = Path(folder, "many.csv"), Path(folder, "few.csv")
        write(many, FILMS)
        write(few, FEW)
        for engine, (env, settings) in engines.items():
            _, small_peak = run_once([str(PROGRAM), "-q", "import", str(few)], small[engine][0])
            with open_store(settings), open_store(empty[engine][1]):
                pass  # the schema's creation is no part of it
            seconds, peak = run_once([str(PROGRAM), "-q", "import", str(many)], env)
            floor = bare(settings, empty[engine][1])
            rounds[engine] = Round(seconds, floor, small_peak, peak)
    return rounds


def main() -> None:
    """Measure and publish."""
    rows = []
    for kind, write in KINDS.items():
        rounds = [measure(write) for _ in range(ROUNDS)]
        for engine in rounds[0]:
            ordered = sorted((each[engine] for each in rounds), key=attrgetter("ratio"))
            middle = ordered[ROUNDS // 2]
            rows.append(
                [
                    kind,
                    engine,
                    f"{FILMS / middle.seconds:,.0f}",
                    f"{FILMS / middle.floor:,.0f}",
                    f"1 / {middle.ratio:.2f} ({ordered[0].ratio:.2f} to {ordered[-1].ratio:.2f})",
                    f"{middle.small_peak:.0f} MB",
                    f"{middle.peak:.0f} MB",
                ]
            )
    publish(
        "imports",
        "Import",
        table(
            ["file", "engine", "import, films/s", "bare, films/s", "ratio",
             f"memory at {FEW:,}", f"memory at {FILMS:,}"],
            rows,
        )
        + f"\n\nA CSV of {FILMS:,} films, each a row of `movies` and one of `movie_snapshots`; the "
        "import is the whole process: reading, parsing, checking, deciding, writing, in a "
        f"transaction every {BATCH:,} films. Bare is the driver's `executemany` of the same rows, "
        f"all in one transaction. Of {ROUNDS} rounds the middle one, in brackets the smallest and "
        f"the largest ratio. Aim: at least 1 / {AIM:g}, memory flat.",
    )  # fmt: skip


if __name__ == "__main__":
    main()
