"""What grows has an end, by age and by number, and goes a little at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, event, select
from sqlalchemy.engine import Engine

from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.ticks import NOW, STEP, run_tick
from tmdbdash.importing.rejects import MOST_FILES, drop_old_reject_files
from tmdbdash.ingest.ticking import RECORD_DAYS
from tmdbdash.records import Prediction, Run, TrainingRun
from tmdbdash.storage import Store, dropping, pruning
from tmdbdash.storage.schema import metadata, model_files, model_predictions

DAY = timedelta(days=1)
PREDICTION = Prediction(
    pred_ts=NOW,
    model_name="champion",
    tmdb_id=1,
    predicted_popularity=1.0,
    predicted_vote_average=5.0,
)


def run_at(at: datetime, job: str = "ingest") -> Run:
    return Run(job=job, started_at=at, finished_at=at, outcome="ok")


def times(store: Store, job: str) -> list[datetime]:
    return [run.started_at for run in store.fetch_runs(job, 99)]


def distinct(store: Store, column: Column[Any]) -> set[Any]:
    query = select(column).distinct()
    return store.database.read(lambda c: set(c.scalars(query)))


@contextmanager
def deleted_rows() -> Iterator[list[int]]:
    """How many rows each DELETE meanwhile took."""
    seen: list[int] = []

    def note(_c: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("DELETE"):
            seen.append(cursor.rowcount)

    event.listen(Engine, "after_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "after_cursor_execute", note)


def test_runs_of_each_job_end_by_number(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MOST_RUNS", 3)
    for number in range(6):
        store.save_run(run_at(NOW - number * DAY))
    store.save_run(run_at(NOW - 300 * DAY, "import"))
    assert store.prune(None)
    assert times(store, "ingest") == [NOW, NOW - DAY, NOW - 2 * DAY]
    assert times(store, "import") == [NOW - 300 * DAY]


def test_where_history_stays_for_ever_runs_do_not(store: Store, tmdb: SimulatedTmdb) -> None:
    """TMDBDASH_RETENTION_DAYS=0 is of history."""
    tmdb.clock = lambda: NOW
    very_old = NOW - (RECORD_DAYS + 1) * DAY
    store.save_run(run_at(very_old, "render"))
    store.save_run(run_at(NOW - (RECORD_DAYS - 1) * DAY, "render"))
    run_tick(store, tmdb, NOW, retention_days=0)
    assert times(store, "render") == [NOW - (RECORD_DAYS - 1) * DAY]


def test_old_trainings_go_whole_and_a_little_at_a_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dropping, "ROWS_AT_ONCE", 40)

    def train(at: datetime) -> None:
        made = [
            replace(PREDICTION, pred_ts=at, model_name=name, tmdb_id=film)
            for name in ("champion", "linear_regression")
            for film in range(1, 101)
        ]
        run = TrainingRun(
            trained_at=at, films=100, rows=100, seconds=1.0, fingerprint="x", champions={},
            metrics={("ridge", "popularity", "holdout_mae"): 1.0},
        )  # fmt: skip
        store.save_training(run, made, 2, model_files={"a.skops": b"x" * 450_000, "b": b""})

    for number in range(3):
        train(NOW + number * STEP)
    with deleted_rows() as seen:
        train(NOW + 3 * STEP)
    assert max(seen) <= 40
    assert sum(seen) >= 200
    kept = {NOW + 2 * STEP, NOW + 3 * STEP}
    for table in metadata.sorted_tables:
        for column in (c for c in table.columns if c.name in ("trained_at", "pred_ts")):
            assert distinct(store, column) <= kept, table.name
    assert distinct(store, model_files.c.trained_at) == kept
    assert distinct(store, model_predictions.c.pred_ts) == kept
    assert store.fetch_model_files(NOW + 3 * STEP, 10**6) == {"a.skops": b"x" * 450_000, "b": b""}
    assert store.fetch_model_files(NOW + 3 * STEP, 1000) is None


def test_reject_files_end_by_age_and_by_number(tmp_path: Path) -> None:
    now = datetime.now(UTC)

    def put(name: str, days: float) -> Path:
        path = tmp_path / name
        path.write_text("{}")
        at = (now - days * DAY).timestamp()
        os.utime(path, (at, at))
        return path

    old = put("old.csv.rejects.jsonl", 181)
    mended = put("mended.csv.rejects.jsonl", 0.1)
    theirs = put("notes.txt", 999)
    killed = put(".a.csv.rejects.jsonl.tmp", 2)
    running = put(".b.csv.rejects.jsonl.tmp", 0.2)
    many = [put(f"{i}.csv.rejects.jsonl", 1 + i / 100) for i in range(MOST_FILES)]
    own = [put(f"own-{i}.csv.rejects.jsonl", 0) for i in range(MOST_FILES + 5)]
    drop_old_reject_files(tmp_path, own)
    assert not old.exists()
    assert not killed.exists()
    assert not many[-1].exists()
    assert all(path.exists() for path in (mended, theirs, running, *many[:-1], *own))
    drop_old_reject_files(tmp_path / "none", [])
