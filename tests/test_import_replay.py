"""Replaying recorded lists, over both engines."""

import gzip
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.require import real_data
from tests.parts.ticks import NOW, STEP, bring_in, dump, run_tick
from tmdbdash.ingest.film_metrics import metrics_of
from tmdbdash.storage import Store, open_store

AT = datetime(2025, 11, 5, tzinfo=UTC)


def recorded(at: datetime, ids: Sequence[int], page: int = 1, total: int = 1) -> str:
    results = [
        {"id": n, "title": f"Film {n}", "popularity": 1.0 + n, "vote_count": 5, "vote_average": 6.0}
        for n in ids
    ]
    body = {"page": page, "total_pages": total, "results": results}
    return json.dumps({"observed_at": at.isoformat(), "body": body}) + "\n"


def test_recorded_lists_are_replayed_at_their_times(store: Store, tmp_path: Path) -> None:
    path = real_data("popular_pages_daily.jsonl.gz")
    report = bring_in(store, path, folder=tmp_path).files[0]
    assert (report.format, report.rows, report.new) == ("recorded", 138, 171)
    assert report.observed_from == "its lines"
    assert report.new + report.changed + report.unchanged == 2760
    with gzip.open(path, "rt") as file:
        lines = [json.loads(line) for line in file]
    last = lines[-1]
    listing = store.fetch_listing()
    assert listing is not None
    assert listing.observed_at == datetime.fromisoformat(last["observed_at"])
    assert [e.tmdb_id for e in listing.entries] == [f["id"] for f in last["body"]["results"]]
    film = lines[0]["body"]["results"][0]
    first = store.fetch_snapshots([film["id"]])[0]
    assert first.snapshot_ts == datetime.fromisoformat(lines[0]["observed_at"])
    assert metrics_of(first) == (film["popularity"], film["vote_count"], film["vote_average"])
    assert (first.rank, first.imported) == (1, True)
    top = store.fetch_movies([listing.entries[0].tmdb_id])[listing.entries[0].tmdb_id]
    assert (top.rank, top.snapshot_at) == (1, listing.observed_at)


def test_a_replay_equals_the_ticks_that_were_recorded(
    store: Store, tmdb: SimulatedTmdb, tmp_path: Path, home: Home
) -> None:
    record = tmp_path / "answers.jsonl"
    for number in range(8):
        run_tick(store, tmdb, NOW + number * STEP, record=record)
        tmdb.advance(60 if number % 3 else 2)
    movies, snapshots, listing = dump(store)
    after = NOW + timedelta(hours=1)
    report = bring_in(store, record, folder=tmp_path, now=after)
    assert (report.new, report.changed, report.files[0].snapshots) == (0, 0, 0)
    # What was brought in is the user's own history from now on, and nothing else is different.
    assert dump(store)[1:] == (snapshots, listing)

    other = Home(tmp_path / "other", {})
    other.path.mkdir()
    with open_store(other.settings(database_url=None)) as replayed:
        bring_in(replayed, record, folder=tmp_path, now=after)
        told = dump(replayed)
    assert told[2] == listing
    assert [(s.tmdb_id, s.snapshot_ts, s.rank, *metrics_of(s)) for s in told[1]] == [
        (s.tmdb_id, s.snapshot_ts, s.rank, *metrics_of(s)) for s in snapshots
    ]
    assert [(m.tmdb_id, m.title, m.rank, *metrics_of(m)) for m in told[0]] == [
        (m.tmdb_id, m.title, m.rank, *metrics_of(m)) for m in movies
    ]


def test_history_fits_in_behind_what_is_known(
    store: Store, tmdb: SimulatedTmdb, tmp_path: Path
) -> None:
    record = tmp_path / "old.jsonl"
    ticks = [NOW + number * timedelta(hours=7) for number in range(4)]
    other = Home(tmp_path / "other", {})
    other.path.mkdir()
    with open_store(other.settings(database_url=None)) as elsewhere:
        for at in ticks:
            run_tick(elsewhere, tmdb, at, record=record, pages=1)
            tmdb.advance(420)
    run_tick(store, tmdb, NOW + timedelta(days=3))
    movies, snapshots, listing = dump(store)
    report = bring_in(store, record, folder=tmp_path, now=NOW + timedelta(days=4))
    after = dump(store)
    assert after[2] == listing
    known = {movie.tmdb_id: movie for movie in movies}
    for movie in after[0]:
        if movie.tmdb_id in known:
            before = known[movie.tmdb_id]
            assert (movie.rank, movie.snapshot_at, *metrics_of(movie)) == (
                before.rank, before.snapshot_at, *metrics_of(before),
            )  # fmt: skip
    replayed = {s.tmdb_id for s in after[1] if s.imported}
    assert {movie.tmdb_id for movie in after[0] if movie.imported} == replayed
    assert report.files[0].snapshots == 80
    assert len(after[1]) == len(snapshots) + 80


def test_an_incomplete_recorded_list_is_no_latest_list(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "record"
    path.write_text(
        recorded(AT, range(1, 21), 1, 3)
        + recorded(AT, range(20, 40), 2, 3)
        + recorded(AT + STEP, range(1, 21), 2, 3)
    )
    report = bring_in(store, path, folder=tmp_path).files[0]
    assert (report.rows, report.new, report.duplicates) == (3, 39, 1)
    listing = store.fetch_listing()
    assert listing is not None
    assert (listing.observed_at, len(listing.entries)) == (AT, 39)
    assert store.fetch_movies([20])[20].rank == 20
    assert store.fetch_movies([1])[1].rank == 1


def test_a_list_of_few_films_does_not_replace_one_of_many(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "record"
    path.write_text(
        recorded(AT, [1, 2, 3])
        + recorded(AT + STEP, range(1, 21))
        + recorded(AT + 2 * STEP, [4, 5, 6])
    )
    for _ in range(2):
        assert not bring_in(store, path, folder=tmp_path).failed
        listing = store.fetch_listing()
        assert listing is not None
        assert (listing.observed_at, len(listing.entries)) == (AT + STEP, 20)


def test_an_older_list_does_not_replace_a_newer_one(store: Store, tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_text(recorded(AT, range(1, 21)))
    old.write_text(recorded(AT - STEP, range(2, 22)))
    bring_in(store, new, old, folder=tmp_path)
    listing = store.fetch_listing()
    assert listing is not None
    assert listing.observed_at == AT
    assert listing.entries[0].tmdb_id == 1


def test_repeats_in_a_replay_are_stored_once_in_six_hours(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "record"
    times = [AT + timedelta(minutes=6 * n) for n in range(134)]
    path.write_text("".join(recorded(at, range(1, 21)) for at in times))
    report = bring_in(store, path, folder=tmp_path).files[0]
    assert report.snapshots == 20 * 3
    assert [s.snapshot_ts - AT for s in store.fetch_snapshots([1])] == [
        timedelta(hours=6 * n) for n in range(3)
    ]
    movie = store.fetch_movies([1])[1]
    assert (movie.observed_at, movie.snapshot_at) == (times[-1], AT + timedelta(hours=12))
    assert bring_in(store, path, folder=tmp_path).files[0].snapshots == 0


def test_lines_in_no_order_of_time_are_imported_twice_without_a_change(
    store: Store, tmp_path: Path
) -> None:
    path = tmp_path / "record"
    hours = (5, 1, 9, 3, 2, 14, 7)
    path.write_text(
        "".join(recorded(AT + timedelta(hours=h), range(h // 4, 15 + h // 4)) for h in hours)
    )
    bring_in(store, path, folder=tmp_path)
    before = dump(store)
    bring_in(store, path, folder=tmp_path, now=NOW + STEP)
    assert dump(store) == before


def test_a_list_from_the_future_is_rejected(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "record"
    path.write_text(recorded(NOW + timedelta(days=1), [1]) + recorded(AT, [2]))
    report = bring_in(store, path, folder=tmp_path).files[0]
    assert (report.new, report.rejected) == (1, 1)
