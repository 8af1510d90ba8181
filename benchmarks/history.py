"""``render`` with 40 films: a year of stored ticks beside a day of them, on both engines."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from benchmarks.engines import homes
from benchmarks.measure import PROGRAM, in_turn, publish, table
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

FILMS = 40
EVERY = timedelta(minutes=10)
"""Between changes of a film's popularity; real ones are far less frequent."""
TRAININGS = 20


def fill(store: Store, start: datetime, end: datetime) -> int:
    """Ticks of 40 films whose popularity always changes; returns the number of snapshots."""
    changes: list[FilmChange] = []
    count = 0
    for moment in _moments(start, end):
        for film in range(1, FILMS + 1):
            value = 100 + film + 10 * math.sin(moment.timestamp() / 1e4 + film)
            snapshot = Snapshot(
                tmdb_id=film, snapshot_ts=moment, popularity=value, vote_count=100 * film,
                vote_average=7.0, rank=film,
            )  # fmt: skip
            changes.append(FilmChange(kind="changed", snapshot=snapshot))
        count += FILMS
        run = Run(job="ingest", started_at=moment, finished_at=moment, outcome="ok", requests=2)
        if len(changes) >= 20_000 or moment + EVERY >= end:
            store.save_tick(TickWrite(observed_at=moment, changes=tuple(changes), run=run))
            changes.clear()
        else:
            store.save_run(run)
    movies = [
        Movie(
            tmdb_id=film, title=f"Film {film}", popularity=100.0 + film, vote_count=100 * film,
            vote_average=7.0, rank=film, observed_at=end, snapshot_at=end,
        )
        for film in range(1, FILMS + 1)
    ]  # fmt: skip
    listing = tuple(
        ListEntry(
            rank=m.tmdb_id, tmdb_id=m.tmdb_id, popularity=m.popularity, vote_count=m.vote_count,
            vote_average=m.vote_average,
        )
        for m in movies
    )  # fmt: skip
    store.save_tick(
        TickWrite(
            observed_at=end,
            changes=tuple(FilmChange(kind="changed", movie=m) for m in movies),
            listing=listing,
            run=Run(job="ingest", started_at=end, finished_at=end, outcome="ok", requests=2),
        )
    )
    for number in range(TRAININGS):
        trained = end - number * timedelta(minutes=15)
        store.save_training(
            TrainingRun(
                trained_at=trained, films=FILMS, rows=FILMS, seconds=1.0, fingerprint="f",
                champions={"popularity": "linear_regression", "vote_average": "linear_regression"},
                metrics={("linear_regression", "popularity", "holdout_mae"): 5.0},
            ),
            [
                Prediction(
                    pred_ts=trained, tmdb_id=film, model_name="linear_regression",
                    predicted_popularity=100.0, predicted_vote_average=7.0,
                )
                for film in range(1, FILMS + 1)
            ],
        )  # fmt: skip
    return count


def _moments(start: datetime, end: datetime) -> Iterator[datetime]:
    while start < end:
        yield start
        start += EVERY


def main() -> None:
    """Measure and publish."""
    rows = []
    end = datetime.now(UTC).replace(microsecond=0)
    with homes() as short, homes() as long:
        for engine in short:
            counts = {}
            commands = {}
            for name, days, (env, settings) in (
                ("a day", 1, short[engine]),
                ("a year", 365, long[engine]),
            ):
                with open_store(settings) as store:
                    counts[name] = fill(store, end - timedelta(days=days), end)
                setting = [f"{key}={value}" for key, value in env.items()]
                commands[name] = ["/usr/bin/env", *setting, str(PROGRAM), "-q", "render"]
            measured = in_turn(commands, runs=9)
            base = measured["a day"]
            rows += [
                [engine, name, f"{counts[name]:,}", str(s), f"{s.median / base.median:.2f}"]
                for name, s in measured.items()
            ]
    publish(
        "history",
        "Render and the length of history",
        table(["engine", "history", "snapshots", "render", "ratio"], rows)
        + "\n\n40 films, a snapshot each every 10 minutes. Aim: a ratio of 1.",
    )


if __name__ == "__main__":
    main()
