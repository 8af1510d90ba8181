"""``render`` with many films: a history ten times as long beside a short one, on both engines.

``python -m benchmarks.render [FILMS SNAPSHOTS]``: by default 10,000 films and 1,000, each with
100,000 and with 1,000,000 snapshots.

Where ``TMDBDASH_BEFORE`` is the folder of a checkout of another version, instead of that both
versions render the same 40 films and the same 10,000 in turn: into an empty folder, and over their
own site.
"""

from __future__ import annotations

import math
import os
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from benchmarks.engines import homes
from benchmarks.measure import PROGRAM, ROOT, in_turn, publish, python, table
from tmdbdash.records import (
    FilmChange,
    ListEntry,
    Movie,
    Prediction,
    Run,
    Snapshot,
    TickWrite,
    TrainingRun,
)
from tmdbdash.storage import Store, open_store

SIZES = ((10_000, 1_000_000), (1_000, 1_000_000))
"""Films and snapshots: some weeks of very many films, and most of a year of many."""
SHORTER = 10
EVERY = timedelta(hours=6)
"""The longest time between a film's snapshots."""
AT_ONCE = 20_000
WORDS = ("night", "train", "porto", "rain", "glass", "mountain", "paper", "tiger", "salt", "orbit")
GENRES = ("Action", "Comedy", "Drama", "Horror", "Romance", "Thriller")


def fill(store: Store, films: int, ticks: int, end: datetime) -> None:
    """Films that are all listed, with so many ticks of history, predicted by one training."""
    chance = random.Random(7)
    movies = [_movie(number, chance, end) for number in range(1, films + 1)]
    _save(store, (FilmChange(kind="new", movie=movie) for movie in movies), end)
    for movie_part in (movies[n : n + 200] for n in range(0, films, 200)):
        _save(store, _history(movie_part, ticks, end), end)
    store.save_tick(
        TickWrite(
            observed_at=end,
            changes=(),
            listing=tuple(
                ListEntry(
                    rank=movie.tmdb_id // 7,
                    tmdb_id=movie.tmdb_id,
                    popularity=movie.popularity,
                    vote_count=movie.vote_count,
                    vote_average=movie.vote_average,
                )
                for movie in movies
            ),
            run=Run(job="ingest", started_at=end, finished_at=end, outcome="ok", requests=500),
        )
    )
    store.save_training(
        TrainingRun(
            trained_at=end, films=films, rows=films, seconds=1.0, fingerprint="f",
            champions=dict.fromkeys(("popularity", "vote_average", "popularity/early"), "boosting"),
        ),
        [_prediction(movie, end) for movie in movies],
    )  # fmt: skip


def _movie(number: int, chance: random.Random, end: datetime) -> Movie:
    return Movie(
        tmdb_id=7 * number,
        title=" ".join(chance.sample(WORDS, 3)).title() + f" {number}",
        overview=" ".join(chance.choices(WORDS, k=50)),
        language=chance.choice(("en", "pt", "fr", "ja")),
        release_date=date(1980, 1, 1) + timedelta(days=chance.randrange(16_000)),
        genres=tuple(chance.sample(GENRES, 2)),
        popularity=3000 / (number + 3),
        vote_count=chance.randrange(20_000),
        vote_average=chance.uniform(3, 9),
        runtime=chance.randrange(80, 180),
        production_companies=("One Company", "Another Company"),
        imdb_id=f"tt{number:07d}",
        poster_path=f"/poster{number}.jpg",
        rank=number,
        observed_at=end,
        snapshot_at=end,
    )


def _history(movies: list[Movie], ticks: int, end: datetime) -> Iterator[FilmChange]:
    for movie in movies:
        for tick in range(ticks):
            at = end - tick * EVERY
            value = (movie.popularity or 0) * (1 + 0.2 * math.sin(tick / 5 + movie.tmdb_id))
            yield FilmChange(
                kind="changed",
                snapshot=Snapshot(
                    tmdb_id=movie.tmdb_id, snapshot_ts=at, popularity=value,
                    vote_count=movie.vote_count, vote_average=movie.vote_average, rank=movie.rank,
                ),
            )  # fmt: skip


def _prediction(movie: Movie, end: datetime) -> Prediction:
    value = movie.popularity or 0.0
    return Prediction(
        pred_ts=end, tmdb_id=movie.tmdb_id, model_name="champion",
        predicted_popularity=1.2 * value, predicted_popularity_low=0.7 * value,
        predicted_popularity_high=1.8 * value, predicted_vote_average=6.5,
        predicted_vote_average_low=5.5, predicted_vote_average_high=7.5, actual_popularity=value,
        actual_vote_average=movie.vote_average, mode="released", prediction_source="out_of_fold",
    )  # fmt: skip


def _save(store: Store, changes: Iterator[FilmChange], at: datetime) -> None:
    part: list[FilmChange] = []
    for change in changes:
        part.append(change)
        if len(part) == AT_ONCE:
            store.save_tick(TickWrite(observed_at=at, changes=tuple(part)))
            part.clear()
    store.save_tick(TickWrite(observed_at=at, changes=tuple(part)))


def measure(films: int, snapshots: int, end: datetime) -> list[list[str]]:
    """A row for each engine and length of history."""
    rows = []
    lengths = {"short": max(1, snapshots // SHORTER // films), "long": max(1, snapshots // films)}
    with homes() as short, homes() as long:
        for engine in short:
            commands = {}
            for name, (env, settings) in (("short", short[engine]), ("long", long[engine])):
                with open_store(settings) as store:
                    fill(store, films, lengths[name], end)
                setting = [f"{key}={value}" for key, value in env.items()]
                commands[name] = ["/usr/bin/env", *setting, str(PROGRAM), "-q", "render"]
            measured = in_turn(commands, runs=3)
            base = measured["short"]
            rows += [
                [
                    engine,
                    f"{films:,}",
                    f"{films * lengths[name]:,}",
                    f"{(lengths[name] - 1) * EVERY.total_seconds() / 86_400:.0f} days",
                    str(sample),
                    f"{sample.median / base.median:.2f}",
                    f"{sample.peak_mb:.0f} MB",
                ]
                for name, sample in measured.items()
            ]
    return rows


BEFORE = "TMDBDASH_BEFORE"
RUNS = 5
COMPARED = ((40, 4_000), (10_000, 100_000))
"""Films and snapshots that two versions render."""
RENDER = """
import shutil, sys
from tmdbdash.__main__ import main
if {afresh}:
    shutil.rmtree({out!r}, ignore_errors=True)
sys.argv = ["tmdbdash", "-q", "render", "--out", {out!r}]
main()
"""


def compare(before: str, end: datetime) -> list[list[str]]:
    """A row for each version, number of films, and kind of folder that it renders into; SQLite."""
    rows = []
    for films, snapshots in COMPARED:
        with homes() as made, tempfile.TemporaryDirectory() as folder:
            env, settings = made["SQLite"]
            with open_store(settings) as store:
                fill(store, films, snapshots // films, end)
            for afresh in (True, False):
                commands = {}
                for version, root in (("before", before), ("now", str(ROOT))):
                    setting = [f"{key}={value}" for key, value in env.items()]
                    code = RENDER.format(out=f"{folder}/{version}", afresh=afresh)
                    setting += [f"PYTHONPATH={root}", "PYTHONSAFEPATH=1"]  # not this folder
                    commands[version] = ["/usr/bin/env", *setting, *python(code)]
                measured = in_turn(commands, runs=RUNS)
                base = measured["before"].median
                rows += [
                    [
                        f"{films:,}",
                        "empty" if afresh else "its own site",
                        version,
                        str(sample),
                        f"{sample.median / base:.2f}",
                        f"{sample.peak_mb:.0f} MB",
                    ]
                    for version, sample in measured.items()
                ]
    return rows


def publish_comparison(before: str, end: datetime) -> None:
    """Measure this version beside another one, and publish."""
    publish(
        "render",
        "Render beside the version before",
        table(
            ["films", "folder", "version", "render", "ratio", "peak memory"], compare(before, end)
        )
        + "\n\nBoth render the same database (SQLite, all films listed and predicted), in turn. "
        "Aims: a ratio of at most 1 for 40 films, and of 1.3 for 10,000, although there are more "
        "pages, in two languages.",
        part="render-before",
    )


def main() -> None:
    """Measure and publish."""
    end = datetime.now(UTC).replace(microsecond=0)
    if before := os.environ.get(BEFORE):
        publish_comparison(before, end)
        return
    given = [int(argument) for argument in sys.argv[1:3]] if __name__ == "__main__" else []
    sizes = [(given[0], given[1])] if given else SIZES
    rows = [row for films, snapshots in sizes for row in measure(films, snapshots, end)]
    publish(
        "render",
        "Render with many films",
        table(["engine", "films", "snapshots", "history", "render", "ratio", "peak memory"], rows)
        + "\n\nA snapshot of each film every 6 hours, all films listed and predicted; every run "
        "writes the page, the table of all films and their details. The ratio is to a tenth of "
        "the history. Of a film 48 points at most are shown, which some weeks fill: up to there "
        "a longer history has more to show, and from there on the aim is a ratio of 1.",
    )


if __name__ == "__main__":
    main()
