"""What every engine promises of lists, snapshots and pruning."""

from datetime import timedelta

import pytest

from tests.parts.stored_rows import HOUR, NOON, film, listing, prediction, run, snapshot, tick
from tmdbdash.storage import Store

DAY = timedelta(days=1)


def test_a_complete_list_replaces_the_last_one_and_shrinks(store: Store) -> None:
    store.save_tick(tick(listing=listing(5, 3, 9)))
    store.save_tick(tick(at=NOON + HOUR, listing=listing(9, 5, popularity=1.0)))
    found = store.fetch_listing()
    assert found is not None
    assert found.observed_at == NOON + HOUR
    assert found.entries == listing(9, 5, popularity=1.0)


def test_an_older_an_absent_and_an_empty_list_change_nothing(store: Store) -> None:
    store.save_tick(tick(listing=listing(5, 3)))
    store.save_tick(tick(at=NOON - HOUR, listing=listing(7, 8, 9)))
    store.save_tick(tick(at=NOON + HOUR))
    store.save_tick(tick(at=NOON + HOUR, listing=()))
    found = store.fetch_listing()
    assert found is not None
    assert (found.observed_at, found.entries) == (NOON, listing(5, 3))


def test_the_same_list_again_is_stored_as_of_now(store: Store) -> None:
    store.save_tick(tick(listing=listing(5)))
    store.save_tick(tick(listing=listing(6)))
    found = store.fetch_listing()
    assert found is not None
    assert found.entries == listing(6)


def test_snapshots_by_film_and_time(store: Store) -> None:
    stored = [snapshot(i, NOON + n * HOUR, rank=n) for i in (1, 2) for n in range(4)]
    store.save_tick(tick(snapshots=reversed(stored)))
    assert store.fetch_snapshots([2, 1, 7]) == stored
    found = store.fetch_snapshots([1], since=NOON + HOUR, until=NOON + 2 * HOUR)
    assert [s.rank for s in found] == [1, 2]


def test_a_snapshot_of_the_same_moment_is_replaced(store: Store) -> None:
    store.save_tick(tick(snapshots=[snapshot(1), snapshot(1, NOON + timedelta(microseconds=1))]))
    store.save_tick(tick(snapshots=[snapshot(1, popularity=None, imported=True)]))
    found = store.fetch_snapshots([1])
    assert [(s.popularity, s.imported) for s in found] == [(None, True), (1.5, False)]


def test_the_newest_snapshot_at_or_before_a_time(store: Store) -> None:
    films = [film(i) for i in (1, 2, 3, 4)]
    taken = [snapshot(i, NOON + n * HOUR, rank=n) for i in (1, 2) for n in range(5)]
    store.save_tick(tick(*films, snapshots=[*taken, snapshot(3, NOON + 9 * HOUR)]))
    found = store.fetch_snapshots_before([1, 2, 3, 4], NOON + 2 * HOUR)
    assert found == {
        1: snapshot(1, NOON + 2 * HOUR, rank=2),
        2: snapshot(2, NOON + 2 * HOUR, rank=2),
    }
    just_before = NOON + 2 * HOUR - timedelta(microseconds=1)
    assert store.fetch_snapshots_before([2], just_before)[2].rank == 1


def test_pruning_drops_what_ingest_stored_and_nothing_imported(store: Store) -> None:
    old, limit = NOON - 2 * HOUR, NOON - HOUR
    store.save_tick(
        tick(
            film(1, observed_at=old),
            film(2, observed_at=NOON),
            film(3, observed_at=old, imported=True),
            film(4, observed_at=old),
            film(5, observed_at=None),
            snapshots=[
                snapshot(1, old),
                snapshot(2, old),
                snapshot(2, limit),
                snapshot(3, old, imported=True),
                snapshot(3, old + timedelta(minutes=1)),
                snapshot(4, old, imported=True),
            ],
            run=run(old),
        )
    )
    store.save_run(run(limit))
    store.save_predictions([prediction(1), prediction(2)])
    store.save_run(run(NOON))
    assert store.prune(limit)

    assert sorted(store.fetch_movies(range(9))) == [2, 3, 4, 5]
    kept = [(s.tmdb_id, s.snapshot_ts) for s in store.fetch_snapshots(range(9))]
    assert kept == [(2, limit), (3, old), (4, old)]
    assert [r.started_at for r in store.fetch_runs("ingest", 9)] == [NOON, limit]
    assert [p.prediction.tmdb_id for p in store.fetch_predictions(NOON, "linear_regression")] == [2]


def test_pruning_goes_on_where_its_time_was_over(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """In small parts, one at the least; and it says when much goes at once."""
    old = NOON - 4 * DAY
    films = range(1, 1001)
    for number in range(5):
        at = old + number * HOUR
        store.save_tick(
            tick(
                *(film(n, observed_at=NOON if n == 1 else at) for n in films),
                snapshots=[snapshot(n, at) for n in films],
            )
        )
    store.save_tick(tick(snapshots=[snapshot(1, NOON)]))
    assert not store.prune(NOON - DAY, seconds=0)
    assert "5,000 of 5,001 snapshots" in caplog.text
    left = len(store.fetch_snapshots(films))
    assert 0 < left < 5001
    assert store.count_movies() == 1000, "none goes while it has a snapshot"
    while not store.prune(NOON - DAY, seconds=0):
        pass
    assert [(s.tmdb_id, s.snapshot_ts) for s in store.fetch_snapshots(films)] == [(1, NOON)]
    assert list(store.fetch_movies(films)) == [1]
    caplog.clear()
    assert store.prune(NOON - DAY)
    assert caplog.text == ""
