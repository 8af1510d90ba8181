"""However long the history, a question about now touches few rows."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.parts.home import Home
from tests.parts.plans import looked_at
from tests.parts.prepared import Prepared
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
from tmdbdash.storage.schema import movie_snapshots

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SNAPSHOT = movie_snapshots.c.tmdb_id
FILMS = 200
HISTORY = 50
LISTED = range(1, 41)
LISTING = tuple(
    ListEntry(rank=i, tmdb_id=i, popularity=1.0, vote_count=1, vote_average=1.0) for i in LISTED
)


def at(hour: int) -> datetime:
    return NOON + timedelta(hours=hour)


@pytest.fixture
def full_store(engine_home: Home, prepared: Prepared) -> Iterator[Store]:
    with open_store(prepared.copy(with_history, engine_home).settings()) as store:
        yield store


def with_history(home: Home) -> None:
    """Hundreds of films with a long history, imported ones among them."""
    with open_store(home.settings()) as store:
        fill(store)


def fill(store: Store) -> None:
    for hour in range(HISTORY):
        changes = [
            FilmChange(
                kind="changed",
                movie=Movie(
                    tmdb_id=i, popularity=float(i), observed_at=at(hour), imported=i > FILMS // 2
                ),
                snapshot=Snapshot(
                    tmdb_id=i,
                    snapshot_ts=at(hour),
                    popularity=float(hour),
                    vote_count=i,
                    vote_average=None,
                    imported=i > FILMS // 2,
                ),
            )
            for i in range(1, FILMS + 1)
        ]
        run = Run(job="ingest", started_at=at(hour), finished_at=at(hour), outcome="ok")
        store.save_tick(
            TickWrite(observed_at=at(hour), changes=tuple(changes), listing=LISTING, run=run)
        )
    for hour in (1, 2, 3):
        training = TrainingRun(
            trained_at=at(hour), films=FILMS, rows=FILMS, seconds=1.0, fingerprint=""
        )
        store.save_training(training, predictions(at(hour)))


def predictions(when: datetime) -> list[Prediction]:
    return [
        Prediction(
            pred_ts=when,
            tmdb_id=i,
            model_name=model,
            predicted_popularity=float(i),
            predicted_vote_average=None,
        )
        for model in ("linear_regression", "other")
        for i in range(1, FILMS + 1)
    ]


QUESTIONS: dict[str, tuple[int, Callable[[Store], Any]]] = {
    "newest before": (40, lambda s: s.fetch_snapshots_before(LISTED, at(HISTORY // 2))),
    "few of the history": (80, lambda s: s.fetch_snapshots(LISTED, since=at(HISTORY - 2))),
    "films": (40, lambda s: s.fetch_movies(LISTED)),
    "last run": (1, lambda s: s.fetch_runs("ingest", 1)),
    "most popular": (10, lambda s: s.fetch_most_popular(10)),
    "predictions": (20, lambda s: s.fetch_predictions(at(2), "linear_regression", limit=20)),
}


def test_questions_use_indexes(full_store: Store) -> None:
    for name, (expected, ask) in QUESTIONS.items():
        with looked_at(full_store) as read:
            assert len(ask(full_store)) == expected
            found = read()
        if isinstance(found, list):
            # In the order of an index as far as wanted, or a part of the query by itself.
            fine = (" USING COVERING INDEX ", "SCAN anon_", "SCAN first")
            assert [plan for plan in found if not any(f in plan for f in fine)] == [], name
        else:
            assert found <= 9 * expected + 30, name  # films are in four tables


def test_an_index_knows_which_film_was_observed_last(full_store: Store) -> None:
    full_store.database.write(lambda c: c.exec_driver_sql("DELETE FROM latest_list"))
    with looked_at(full_store) as read:
        assert full_store.fetch_observed_at() is not None
        found = read()
    if isinstance(found, list):
        assert [plan for plan in found if "latest_list" not in plan] == []
    else:
        assert found <= 10


def test_a_steady_tick_touches_few_rows(full_store: Store) -> None:
    changes = tuple(
        FilmChange(kind="unchanged", movie=Movie(tmdb_id=i, observed_at=at(HISTORY)))
        for i in LISTED
    )
    run = Run(job="ingest", started_at=at(HISTORY), finished_at=at(HISTORY), outcome="ok")
    write = TickWrite(observed_at=at(HISTORY), changes=changes, listing=LISTING, run=run)
    with looked_at(full_store) as read:
        full_store.save_tick(write)
        assert full_store.prune(at(0))
        found = read()
    if isinstance(found, list):
        assert [plan for plan in found if "latest_list" not in plan] == []
    else:
        assert found <= 400
    assert full_store.count_movies() == FILMS


def test_pruning_reads_only_what_it_drops(full_store: Store) -> None:
    """Or it would lock all the rest, and other machines' ticks would wait."""
    dropped = 25 * FILMS // 2
    before = full_store.database.read(lambda c: c.scalar(select(func.count(SNAPSHOT))))
    with looked_at(full_store) as read:
        assert full_store.prune(at(25))
        full_store.save_training(
            TrainingRun(trained_at=at(9), films=1, rows=1, seconds=1.0, fingerprint=""), [], keep=1
        )
        found = read()
    after = full_store.database.read(lambda c: c.scalar(select(func.count(SNAPSHOT))))
    assert (before, after) == (HISTORY * FILMS, HISTORY * FILMS - dropped)
    if isinstance(found, list):
        fine = (" USING COVERING INDEX ", "latest_list")
        assert [plan for plan in found if not any(f in plan for f in fine)] == []
    else:
        assert found <= 4 * (dropped + 6 * FILMS)
