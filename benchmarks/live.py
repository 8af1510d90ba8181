"""New films, predicted before they are learned from: live beside cross-validated figures.

``python -m benchmarks.live`` replays films as they appear, from ``../shared/data`` or the folder
that TMDBDASH_BENCH_DATA names: those of a list of November 2025 that TMDB numbered last, or a tenth
at random, in batches after a training of the others; and the real daily lists, day by day, with a
training a week.
"""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from benchmarks.measure import publish, table
from benchmarks.models import FOLDER, NEW, WORDS, read
from tmdbdash.ingest.deciding import decide
from tmdbdash.learning.jobs.predict import predict
from tmdbdash.learning.jobs.train import MIN_FILMS, train
from tmdbdash.records import Evaluation, FilmChange, Movie, Observation, TickWrite
from tmdbdash.records.live import live_accuracy
from tmdbdash.settings import load_settings
from tmdbdash.storage import Store, open_store
from tmdbdash.tmdb.answers import parse_film

DAILY = "popular_pages_daily.jsonl.gz"
HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
MODELS = ("boosting",)
"""Beside the baselines, so that a replay takes minutes."""
BATCH = 20
"""Films that appear at once, as on a page of a list."""
HEADINGS = ["data", "measure", "new films", "live error", "cross-validated error",
            "live coverage", "without correction", "cross-validated coverage",
            "factor at the end"]  # fmt: skip


@dataclass(frozen=True)
class Step:
    """Films as of a time, and whether a training comes before they are known."""

    at: datetime
    movies: Sequence[Movie]
    is_trained_before: bool


def in_batches(movies: Sequence[Movie], order: Sequence[int]) -> Iterator[Step]:
    """All but the last tenth of the ``order`` at once, then these an hour and a batch at a time."""
    first = len(order) * 9 // 10
    at = max(m.observed_at for m in movies if m.observed_at is not None)
    yield Step(at, [movies[n] for n in order[:first]], is_trained_before=False)
    for begin in range(first, len(order), BATCH):
        at += HOUR
        new = [replace(movies[n], observed_at=at) for n in order[begin : begin + BATCH]]
        yield Step(at, new, is_trained_before=begin == first)


def day_by_day(path: Path) -> Iterator[Step]:
    """The films of each daily list as they were on that day; a training a week."""
    known: dict[int, Movie] = {}
    trained: datetime | None = None
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        answers = sorted(map(json.loads, lines), key=lambda answer: str(answer["observed_at"]))
    for answer in answers:
        at = datetime.fromisoformat(answer["observed_at"])
        is_due = len(known) >= 2 * MIN_FILMS and (trained is None or at - trained >= WEEK)
        trained = at if is_due else trained
        found = filter(None, map(parse_film, answer["body"]["results"]))
        today = []
        for rank, facts in enumerate(found, start=1):
            seen = Observation(facts=facts, at=at, rank=rank)
            change = decide(known.get(facts.tmdb_id), seen, now=at)
            if change.movie is not None:
                known[facts.tmdb_id] = change.movie
                today.append(change.movie)
        yield Step(at, today, is_trained_before=is_due)


def replayed(name: str, steps: Iterator[Step]) -> list[list[str]]:
    """The rows of one protocol: each target's live figures after the last step."""
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(Path(folder))
        with open_store(settings) as store:
            is_trained = False
            for step in steps:
                if step.is_trained_before:
                    now = step.at - HOUR / 2
                    train(store, settings.models_dir, now=now, models=MODELS, studies=False)
                    is_trained = True
                changes = tuple(FilmChange(kind="changed", movie=movie) for movie in step.movies)
                store.save_tick(TickWrite(observed_at=step.at, changes=changes))
                if is_trained:
                    predict(store, settings.models_dir, now=step.at, limit=1)
            return rows_of(name, store)


def rows_of(name: str, store: Store) -> list[list[str]]:
    """The rows of the live accuracy that a store has."""
    found = live_accuracy(store.fetch_live_predictions(), store.fetch_study(Evaluation))

    def text(value: float | None, form: str) -> str:
        return "–" if value is None else form.format(value)

    return [
        [
            name,
            WORDS[own.target],
            f"{own.films:,}",
            f"{own.error:.3f}",
            text(own.oof_error, "{:.3f}"),
            text(own.coverage, "{:.1%}"),
            text(own.bare_coverage, "{:.1%}"),
            text(own.oof_coverage, "{:.1%}"),
            f"{own.widening:.2f}",
        ]
        for own in found
    ]


def main() -> None:
    """Replay, measure and publish."""
    movies = read(FOLDER / NEW)
    by_number = sorted(range(len(movies)), key=lambda n: movies[n].tmdb_id)
    by_lot = [int(n) for n in np.random.default_rng(7).permutation(len(movies))]
    protocols: dict[str, Callable[[], Iterator[Step]]] = {
        "November 2025, newest tenth by number": lambda: in_batches(movies, by_number),
        "November 2025, a tenth at random": lambda: in_batches(movies, by_lot),
        "daily lists, day by day": lambda: day_by_day(FOLDER / DAILY),
    }
    rows = [row for name, steps in protocols.items() for row in replayed(name, steps())]
    text = table(HEADINGS, rows) + (
        "\n\nOf the newest 200 films that had an outcome when they were first predicted, by models "
        "trained before they appeared. Errors are of log(1 + popularity) and of the rating in "
        "points. Coverage is that of the intervals as they were shown, and of the same intervals "
        "without the correction by live coverage; the nominal one is 80 %."
    )
    publish("live", "New films as they come", text)


if __name__ == "__main__":
    main()
