"""Values at past instants on both engines: what is found, and that long histories cost no more."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tests.parts.plans import looked_at
from tmdbdash.records import FilmChange, Movie, Prediction, Snapshot, TickWrite, TrainingRun
from tmdbdash.storage import Store
from tmdbdash.storage.past_values import SPANS_AT_ONCE, Point, Span

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return NOON + hours * HOUR


def seconds(hours: float) -> int:
    return int(at(hours).timestamp())


def snapshot(film: int, hours: float, **changes: object) -> Snapshot:
    facts: dict[str, object] = {
        "tmdb_id": film,
        "snapshot_ts": at(hours),
        "popularity": 100.0 * film + hours,
        "vote_count": film,
        "vote_average": 7.5,
        "rank": film,
    }
    return Snapshot(**facts | changes)  # type: ignore[arg-type]  # facts of a test


def save(store: Store, snapshots: Iterable[Snapshot]) -> None:
    listed = list(snapshots)
    films = sorted({one.tmdb_id for one in listed})
    changes = [
        FilmChange(kind="new", movie=Movie(tmdb_id=film, title=f"Film {film}", popularity=1.0))
        for film in films
    ]
    changes += [FilmChange(kind="changed", snapshot=one) for one in listed]
    store.save_tick(TickWrite(observed_at=NOON, changes=tuple(changes)))


@pytest.mark.parametrize("films", [(3, 5, 8), range(1, 41)], ids=["few", "many"])
def test_the_newest_snapshot_of_each_span_is_found(store: Store, films: Sequence[int]) -> None:
    known = [snapshot(film, hour) for film in range(1, 60) for hour in range(film % 3, 30, 3)]
    save(store, known)
    spans = [(at(5), at(6)), (at(6), at(6.5)), (at(-9), at(-1)), (at(10), at(99))]
    found = store.fetch_points(films, spans)
    for film in films:
        expected = set()
        for since, until in spans:
            inside = [s for s in known if s.tmdb_id == film and since < s.snapshot_ts <= until]
            if inside:
                newest = max(inside, key=lambda s: s.snapshot_ts)
                expected.add((int(newest.snapshot_ts.timestamp()), newest.popularity))
        assert [(p.at, p.popularity) for p in found[film]] == sorted(expected)
    assert found.keys() == set(films)


def test_a_span_begins_after_its_first_time_and_holds_its_last(store: Store) -> None:
    save(store, [snapshot(1, 0), snapshot(1, 1)])
    points = store.fetch_points([1], [(at(0), at(1))])
    assert points == {1: [Point(seconds(1), 101.0, 1, 7.5, 1)]}
    assert store.fetch_points([1], [(at(-1), at(0))])[1][0].at == seconds(0)
    assert store.fetch_points([1], [(at(1), at(2))]) == {}


def test_what_is_missing_stays_missing_and_times_are_whole_seconds(store: Store) -> None:
    empty = snapshot(1, 0, popularity=None, vote_count=None, vote_average=None, rank=None)
    late = snapshot(1, 1, snapshot_ts=at(1) + timedelta(microseconds=400_000))
    save(store, [empty, late])
    first, second = store.fetch_points([1], [(at(-1), at(0)), (at(0), at(2))])[1]
    assert first == Point(seconds(0), None, None, None, None)
    assert second.at == seconds(1)
    assert store.fetch_popularities([1], at(-1), at(2)) == {1: [(seconds(1), 101.0)]}


def test_more_spans_than_one_statement_takes(store: Store) -> None:
    save(store, [snapshot(film, hour) for film in (1, 2) for hour in range(3 * SPANS_AT_ONCE)])
    spans: list[Span] = [(at(n - 1), at(n)) for n in range(2 * SPANS_AT_ONCE + 1)]
    found = store.fetch_points([2, 1], spans)
    assert [len(found[film]) for film in (1, 2)] == [len(spans)] * 2
    assert [p.at for p in found[1]] == [seconds(n) for n in range(len(spans))]


def test_films_that_are_not_stored_and_no_films_at_all(store: Store) -> None:
    save(store, [snapshot(1, 0), snapshot(999, 0)])
    span = (at(-1), at(1))
    assert store.fetch_points([], [span]) == {}
    assert store.fetch_points([1, 5], []) == {}
    assert store.fetch_points([1, 5], [span]).keys() == {1}


def test_strangers_in_a_range_are_left_out(store: Store) -> None:
    save(store, [snapshot(film, 0) for film in range(1, 11)])
    found = store.fetch_points(range(1, 11, 2), [(at(-1), at(1))])
    assert found.keys() == {1, 3, 5, 7, 9}


def test_popularities_come_by_time_within_the_bounds(store: Store) -> None:
    save(store, [snapshot(film, hour) for film in (1, 2, 3) for hour in range(10)])
    found = store.fetch_popularities([3, 1], at(4), at(6))
    assert found == {
        film: [(seconds(5), 100.0 * film + 5), (seconds(6), 100.0 * film + 6)] for film in (1, 3)
    }
    assert store.fetch_popularities([], at(0), at(9)) == {}


def test_the_first_snapshot_of_all(store: Store) -> None:
    assert store.fetch_first_snapshot() is None
    save(store, [snapshot(1, 3), snapshot(2, 1, imported=True), snapshot(3, 2)])
    assert store.fetch_first_snapshot() == at(1)


def test_columns_of_some_films_and_the_most_popular_ids(store: Store) -> None:
    movies = [Movie(tmdb_id=n, title=f"Film {n}", popularity=float(n % 5)) for n in range(1, 11)]
    changes = tuple(FilmChange(kind="new", movie=movie) for movie in movies)
    store.save_tick(TickWrite(observed_at=NOON, changes=changes))
    columns = store.fetch_movie_columns(["tmdb_id", "title"], [7, 2, 99])
    assert columns == {"tmdb_id": [2, 7], "title": ["Film 2", "Film 7"]}
    assert store.fetch_movie_columns(["tmdb_id"], []) == {"tmdb_id": []}
    assert store.fetch_most_popular_ids(3) == [4, 8, 9]
    assert store.fetch_most_popular_ids(99) == list(range(1, 11))


def test_predictions_come_as_columns(store: Store) -> None:
    made = [
        Prediction(
            pred_ts=NOON,
            tmdb_id=film,
            model_name=model,
            predicted_popularity=float(film),
            predicted_vote_average=None,
        )
        for film in (3, 1, 2)
        for model in ("champion", "other")
    ]
    run = TrainingRun(trained_at=NOON, films=3, rows=3, seconds=1.0, fingerprint="")
    store.save_training(run, made)
    names = ["tmdb_id", "predicted_popularity", "predicted_vote_average"]
    columns = store.fetch_prediction_columns(NOON, "champion", names, [3, 2, 9])
    assert columns == dict(zip(names, ([2, 3], [2.0, 3.0], [None, None]), strict=True))
    assert store.fetch_prediction_columns(at(1), "champion", names, [3]) == {n: [] for n in names}


FILMS = range(3, 93, 3)
SPANS = [(at(-30), at(-24)), (at(-9000), at(-25)), (at(-9000), at(1))]


def test_a_history_ten_times_as_long_costs_no_more(store: Store) -> None:
    """On SQLite seeks by the primary key, on MariaDB as many rows read as before."""
    read_before: int | None = None
    for hours in (range(26), range(26, 260)):
        save(store, [snapshot(film, -hour) for film in FILMS for hour in hours])
        with looked_at(store) as read:
            found = store.fetch_points(FILMS, SPANS)
            store.fetch_first_snapshot()
            cost = read()
        assert found.keys() == set(FILMS)
        if isinstance(cost, list):
            fine = ("SCAN spans", "SCAN CONSTANT ROW")
            assert [plan for plan in cost if not plan.startswith(fine)] == []
        else:
            assert cost <= 8 * len(FILMS) * len(SPANS) + 250
            assert read_before is None or cost <= 1.5 * read_before + 10
            read_before = cost


def test_the_last_days_of_few_films_are_all_that_is_read(store: Store) -> None:
    save(store, [snapshot(film, -hour) for film in FILMS for hour in range(100)])
    with looked_at(store) as read:
        found = store.fetch_popularities(FILMS[:10], at(-7.5), at(1))
        cost = read()
    assert [len(points) for points in found.values()] == [8] * 10
    assert cost == [] if isinstance(cost, list) else cost <= 8 * 10 + 30
