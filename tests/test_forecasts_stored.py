"""What both engines promise about forecasts: written, read, scored, thinned and dropped alike."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tmdbdash.records import (
    FilmChange,
    Forecast,
    ForecastBasis,
    Movie,
    Snapshot,
    TickWrite,
)
from tmdbdash.storage import Store

ORIGIN = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
MADE = ORIGIN + timedelta(minutes=1)
DAY = timedelta(days=1)
LONG_AGO = ORIGIN - 60 * DAY


def forecast(tmdb_id: int, days: int = 1, at: datetime = ORIGIN, **changes: Any) -> Forecast:
    facts: dict[str, Any] = {
        "made_at": MADE,
        "popularity": 11.5,
        "low": 9.25,
        "high": 13.0,
        "method": "model",
        "origin_popularity": 10.0,
    }
    return Forecast(origin_at=at, tmdb_id=tmdb_id, days=days, **facts | changes)


def basis(days: int = 1, at: datetime = ORIGIN, **changes: Any) -> ForecastBasis:
    facts: dict[str, Any] = {"made_at": MADE, "method": "model", "pairs": 300, "weight": 0.9}
    return ForecastBasis(origin_at=at, days=days, **facts | changes)


def save(store: Store, at: datetime, *films: int, keep: int = 240) -> None:
    made = [forecast(film, days, at) for film in films for days in (1, 3)]
    store.save_forecasts(made, [basis(1, at), basis(3, at)], keep=keep)


def test_nothing_is_there_before_the_first(store: Store) -> None:
    assert store.fetch_forecasts() == []
    assert store.fetch_forecasts(ORIGIN) == []
    assert store.fetch_due_forecasts(ORIGIN, (1, 3, 7)) == []
    assert store.fetch_forecast_bases() == []
    assert store.fetch_forecast_scores() == []
    store.save_forecasts([], [])
    store.save_forecast_scores([])
    assert store.fetch_observed_ids(LONG_AGO, ORIGIN, 10) == []
    columns = store.fetch_snapshot_columns([1], LONG_AGO, ORIGIN, DAY)
    assert columns == {n: [] for n in columns}


def test_what_is_saved_is_read(store: Store) -> None:
    told = basis(reason="naïve “reason” %s", method="persistence", held_out=9, held_out_mae=0.1)
    made = [forecast(2), forecast(1, 3), forecast(1)]
    store.save_forecasts(made, [told, basis(3)])
    assert store.fetch_forecasts() == [forecast(1), forecast(1, 3), forecast(2)]
    assert store.fetch_forecasts(ORIGIN) == store.fetch_forecasts()
    assert store.fetch_forecast_bases() == [told, basis(3)]
    assert store.fetch_forecast_bases(ORIGIN + DAY) == []


def test_one_origin_is_kept_of_six_hours_and_of_all_the_newest(store: Store) -> None:
    save(store, ORIGIN - 61 * DAY, 1)
    save(store, ORIGIN - 1 * DAY, 1)
    for hours in (-7, -1, 0, 3, 5):
        save(store, ORIGIN + timedelta(hours=hours), 1, 2, keep=4)
    kept = sorted({told.origin_at for told in store.fetch_forecast_bases()})
    assert kept == [ORIGIN - DAY, *(ORIGIN + timedelta(hours=h) for h in (-7, -1, 5))]
    for origin in (ORIGIN - 61 * DAY, ORIGIN):
        assert store.fetch_forecasts(origin) == []
    assert len(store.fetch_forecasts()) == 4


def test_an_origin_far_ahead_drops_no_other_and_can_be_left_aside(store: Store) -> None:
    ahead = ORIGIN + 400 * DAY
    save(store, ORIGIN - DAY, 1)
    for day in range(3):
        save(store, ahead + day * DAY, 3, keep=4)
    save(store, ORIGIN, 1, 2, keep=2)
    assert {f.origin_at for f in store.fetch_forecasts(until=ORIGIN)} == {ORIGIN}
    assert store.fetch_forecasts(until=ORIGIN - 2 * DAY) == []
    assert {f.tmdb_id for f in store.fetch_forecasts()} == {3}
    told = store.fetch_forecast_bases(ORIGIN - DAY, ORIGIN)
    assert {basis.origin_at for basis in told} == {ORIGIN - DAY, ORIGIN}


def test_what_was_given_up_too_early_is_due_again(store: Store) -> None:
    save(store, ORIGIN, 1, 2)
    late = ORIGIN + 400 * DAY
    came = replace(forecast(1), actual_popularity=10.0, scored_at=late)
    store.save_forecast_scores([came, replace(forecast(2), scored_at=late)])
    at = ORIGIN + DAY
    assert store.fetch_due_forecasts(at, (1,)) == []
    assert [f.tmdb_id for f in store.fetch_due_forecasts(at, (1,), at)] == [2]
    assert store.fetch_due_forecasts(at, (1,), late) == []


def test_forecasts_fall_due_and_are_scored_once(store: Store) -> None:
    save(store, ORIGIN, 1, 2)
    horizons = (1, 3, 7)
    assert store.fetch_due_forecasts(ORIGIN + DAY - timedelta(seconds=1), horizons) == []
    assert store.fetch_due_forecasts(ORIGIN + DAY, horizons) == [forecast(1), forecast(2)]
    assert len(store.fetch_due_forecasts(ORIGIN + 3 * DAY, horizons)) == 4
    assert len(store.fetch_due_forecasts(ORIGIN + 3 * DAY, (3,))) == 2
    first = replace(forecast(1), actual_popularity=10.0, scored_at=MADE + DAY)
    store.save_forecast_scores([first])
    assert store.fetch_due_forecasts(ORIGIN + DAY, horizons) == [forecast(2)]
    missed = replace(forecast(2), scored_at=MADE + DAY)
    store.save_forecast_scores([missed])
    assert store.fetch_due_forecasts(ORIGIN + DAY, horizons) == []
    assert store.fetch_forecasts()[0] == first
    (score,) = store.fetch_forecast_scores()
    assert (score.days, score.scored, score.by_model, score.coverage) == (1, 1, 1, 1.0)
    assert score.mae_persistence == 0.0
    assert score.mae == pytest.approx(0.1278333715)  # log(12.5 / 11)


def test_scores_are_sums_over_origins(store: Store) -> None:
    for day in range(3):
        at = ORIGIN + day * DAY
        store.save_forecasts(
            [forecast(film, 1, at) for film in (1, 2)],
            [basis(1, at, method="persistence" if day == 2 else "model")],
        )
        outcomes = {1: 20.0, 2: 12.0} if day else {1: 10.0}
        store.save_forecast_scores(
            [
                replace(forecast(film, 1, at), actual_popularity=value, scored_at=MADE)
                for film, value in outcomes.items()
            ]
        )
    (score,) = store.fetch_forecast_scores()
    assert (score.scored, score.by_model) == (5, 3)
    assert score.coverage == pytest.approx(3 / 5)
    assert score.mae == pytest.approx((0.12783337 + 2 * (0.51879379 + 0.03922071)) / 5)
    assert (score.first_origin_at, score.last_origin_at) == (ORIGIN, ORIGIN + 2 * DAY)


def test_pruning_takes_forecasts_made_long_ago_whatever_their_origin(store: Store) -> None:
    """Those of imported history stay with it; their number alone is limited."""
    for days, made_at in ((400, MADE), (2, MADE - 2 * DAY), (1, MADE - DAY), (0, MADE)):
        at = ORIGIN - days * DAY
        store.save_forecasts(
            [forecast(film, 1, at, made_at=made_at) for film in (1, 2)],
            [basis(1, at, made_at=made_at)],
        )
    limit = MADE - DAY
    assert store.prune(limit)
    kept = [ORIGIN - days * DAY for days in (400, 1, 0)]
    assert [told.origin_at for told in store.fetch_forecast_bases()] == kept
    assert [len(store.fetch_forecasts(at)) for at in kept] == [2, 2, 2]
    assert store.fetch_forecasts(ORIGIN - 2 * DAY) == []


def put_history(store: Store) -> dict[int, list[Snapshot]]:
    """Three films in lists, one seen twice elsewhere, hundreds once: at irregular times."""
    chance = random.Random(3)
    history: dict[int, list[Snapshot]] = {}
    for film, count in ((5, 40), (2, 60), (9, 25), (7, 2), *((n, 1) for n in range(100, 700))):
        at = [ORIGIN - timedelta(seconds=chance.uniform(0, 20 * 86_400)) for _ in range(count)]
        history[film] = [
            Snapshot(
                tmdb_id=film,
                snapshot_ts=moment,
                popularity=chance.uniform(1, 99),
                vote_count=None if film == 9 else chance.randint(1, 999),
                vote_average=None,
                rank=film if film < 7 or film == 9 else None,
            )
            for moment in sorted(set(at))
        ]
    changes = [
        FilmChange(kind="new", movie=Movie(tmdb_id=film, observed_at=ORIGIN)) for film in history
    ]
    changes += [FilmChange(kind="changed", snapshot=s) for own in history.values() for s in own]
    store.save_tick(TickWrite(observed_at=ORIGIN, changes=tuple(changes)))
    return history


def test_thinned_history_is_the_newest_of_each_part_of_time(store: Store) -> None:
    history = put_history(store)
    every, since = timedelta(hours=8), ORIGIN - 15 * DAY
    columns = store.fetch_snapshot_columns(sorted(history), since, ORIGIN, every)
    expected = []
    for film in sorted(history):
        parts: dict[int, Snapshot] = {}
        for snapshot in history[film]:
            if snapshot.snapshot_ts >= since:
                parts[int((ORIGIN - snapshot.snapshot_ts) // every)] = snapshot
        expected += sorted(parts.values(), key=lambda s: s.snapshot_ts)
    assert list(zip(*columns.values(), strict=True)) == [
        (s.tmdb_id, s.snapshot_ts, s.popularity, s.vote_count, s.rank) for s in expected
    ]
    assert list(columns) == ["tmdb_id", "snapshot_ts", "popularity", "vote_count", "rank"]


def test_films_with_a_history_are_found_those_of_lists_first(store: Store) -> None:
    put_history(store)
    assert store.fetch_observed_ids(LONG_AGO, ORIGIN, 10) == [2, 5, 9, 7]
    assert store.fetch_observed_ids(LONG_AGO, ORIGIN, 2) == [2, 5]
    assert store.fetch_observed_ids(LONG_AGO, LONG_AGO + DAY, 10) == []
