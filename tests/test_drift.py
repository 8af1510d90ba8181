"""A change of TMDB's scale is noticed, said, and undone; ordinary weeks are none."""

import gzip
import json
import math
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.parts.require import real_data
from tmdbdash.learning.data.popularity_scale import (
    DAY,
    EraBegin,
    era_shift,
    find_eras,
    find_jumps,
    on_one_scale,
)
from tmdbdash.records import Columns
from tmdbdash.records.drift import MIXED, RESCALED, RESTARTED, Drift, ScaleShift

FACTOR = 1.7
START = datetime(2025, 10, 1, 9, tzinfo=UTC)
ERA = EraBegin(START, START - timedelta(days=400), is_enough=True)


def days_of(factors: Sequence[float], films: int = 20, noise: float = 0.1) -> Columns:
    """Films observed daily, their popularity at random about a level times the day's factor."""
    drawn = random.Random(7)
    columns: Columns = {"tmdb_id": [], "snapshot_ts": [], "popularity": []}
    for film in range(films):
        level = 20 * math.exp(drawn.gauss(0, 1))
        for day, factor in enumerate(factors):
            level *= math.exp(drawn.gauss(0, noise))
            columns["tmdb_id"].append(film)
            columns["snapshot_ts"].append(START + day * DAY + timedelta(minutes=film))
            columns["popularity"].append(level * factor)
    return columns


def jumps(columns: Columns) -> tuple[ScaleShift, ...]:
    return find_jumps(columns, max(columns["snapshot_ts"]))


@pytest.mark.parametrize("factor", [FACTOR, 1 / FACTOR, 30.0])
@pytest.mark.parametrize("since", [1, 5, 8])
def test_a_planted_jump_is_found_at_its_day_and_factor(factor: float, since: int) -> None:
    (shift,) = jumps(days_of([1.0] * since + [factor] * (10 - since)))
    assert shift.action == RESCALED
    assert shift.factor == pytest.approx(factor, rel=0.1)
    assert shift.films == 20
    assert shift.at == (START + since * DAY).isoformat().replace("+00:00", "Z")


def test_two_jumps_are_two_and_days_without_a_list_hide_none() -> None:
    factors = [1.0] * 5 + [FACTOR] * 5 + [FACTOR**2] * 5
    assert [round(math.log(s.factor or 1, FACTOR)) for s in jumps(days_of(factors))] == [1, 1]
    columns = days_of([1.0] * 5 + [FACTOR] * 5)
    kept = [n for n, at in enumerate(columns["snapshot_ts"]) if (at - START) // DAY != 5]
    without = {name: [values[n] for n in kept] for name, values in columns.items()}
    assert len(jumps(without)) == 1


def test_what_is_no_jump_of_the_scale() -> None:
    assert jumps(days_of([1.0] * 30, noise=0.15)) == ()
    assert jumps(days_of([1.2] * 5 + [1.0] * 5)) == ()  # a strong day
    assert jumps(days_of([1.0] * 5 + [FACTOR] + [1.0] * 5)) == ()  # a slip of one day
    assert jumps(days_of([1.0] * 5 + [FACTOR] * 2 + [1.0] * 5)) == ()  # of two
    assert jumps(days_of([1.0] * 9 + [FACTOR])) == ()  # a slip or not: the next day shows it
    assert jumps(days_of([1.0] * 5 + [FACTOR] * 5, films=9)) == ()  # too few to tell
    few = days_of([1.0] * 10)
    for n, (film, at) in enumerate(zip(few["tmdb_id"], few["snapshot_ts"], strict=True)):
        if film < 8 and at >= START + 5 * DAY:
            few["popularity"][n] *= 5
    assert jumps(few) == ()  # some films of the twenty rise, and not the scale


def test_a_slip_of_three_days_is_two_opposite_jumps() -> None:
    first, second = jumps(days_of([1.0] * 5 + [FACTOR] * 3 + [1.0] * 5))
    assert first.factor == pytest.approx(FACTOR, rel=0.1)
    assert (first.factor or 0) * (second.factor or 0) == pytest.approx(1.0, abs=0.1)


def part_of(columns: Columns, first: int, last: int, films: int = 20) -> Columns:
    """What was observed of the first films from one day to another."""
    kept = [
        n
        for n, (film, at) in enumerate(zip(columns["tmdb_id"], columns["snapshot_ts"], strict=True))
        if film < films and first <= (at - START) // DAY <= last
    ]
    return {name: [values[n] for n in kept] for name, values in columns.items()}


def test_a_known_jump_stays_until_the_days_around_it_refute_it() -> None:
    columns = days_of([1.0] * 5 + [FACTOR] * 5)
    known = jumps(columns)
    end = max(columns["snapshot_ts"])
    for first in range(3, 10):  # from day 5 on its older side is gone
        assert find_jumps(part_of(columns, first, 9), end, known) == known
    few = part_of(columns, 5, 9)
    rest = part_of(columns, 4, 4, films=12)  # measured on all films, it keeps that measure
    mixed = {name: [*values, *few[name]] for name, values in rest.items()}
    assert find_jumps(mixed, end, known) == known
    assert [shift.films for shift in find_jumps(mixed, end)] == [12]
    slip = days_of([1.0] * 5 + [FACTOR] * 2 + [1.0] * 2)
    seen = part_of(slip, 0, 6)
    taken = jumps(seen)
    assert len(taken) == 1  # on its second day
    assert find_jumps(slip, max(slip["snapshot_ts"]), taken) == ()


def test_a_factor_is_stored_as_it_was_found() -> None:
    found = [*jumps(days_of([1.0] * 5 + [1 / 30] * 5))]
    found += [s for s in [era_shift(ERA, [math.pi / 1000] * 20)] if s is not None]
    assert len(found) == 2
    drift = Drift(shifts=tuple(found))
    assert Drift.from_json(json.loads(json.dumps(drift.as_json()))) == drift
    assert found[1].factor == 0.003142


def daily_lists() -> Columns:
    path = real_data("popular_pages_daily.jsonl.gz")
    columns: Columns = {"tmdb_id": [], "snapshot_ts": [], "popularity": []}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            answer: dict[str, Any] = json.loads(line)
            for film in answer["body"]["results"]:
                columns["tmdb_id"].append(film["id"])
                columns["snapshot_ts"].append(datetime.fromisoformat(answer["observed_at"]))
                columns["popularity"].append(film["popularity"])
    return columns


def test_no_ordinary_week_of_the_daily_lists_raises_an_alarm() -> None:
    columns = daily_lists()
    assert jumps(columns) == ()
    begin, end = min(columns["snapshot_ts"]), max(columns["snapshot_ts"])
    for day in range((end - begin).days):  # also as seen on each of the days
        until = begin + day * DAY
        assert find_jumps(columns, until) == ()


def test_a_jump_planted_at_any_day_of_the_daily_lists_is_found() -> None:
    columns = daily_lists()
    begin, end = min(columns["snapshot_ts"]), max(columns["snapshot_ts"])
    found = 0
    planted = range(3, (end - begin).days - 3, 5)
    for day in planted:
        at = begin + day * DAY
        times = columns["snapshot_ts"]
        moved = [
            value * (FACTOR if time >= at else 1.0)
            for value, time in zip(columns["popularity"], times, strict=True)
        ]
        shifts = jumps({**columns, "popularity": moved})
        found += len(shifts) == 1 and abs(math.log((shifts[0].factor or 1) / FACTOR)) < 0.25
    assert found >= 0.9 * len(planted), f"{found} of {len(planted)}"


def test_eras_are_parted_by_a_year_without_observations() -> None:
    old = [START - timedelta(days=3000 + n) for n in range(500)]
    new = [START - timedelta(days=n % 9) for n in range(300)]
    assert find_eras([*old, *new]) == [(min(new), max(old), True)]
    assert find_eras([*old, *new[:299]]) == [(min(new[:299]), max(old), False)]
    later = START + timedelta(days=400)
    assert find_eras([later, *old, *new]) == [
        (later, START, False),
        (min(new), max(old), True),
    ]
    assert find_eras([START - timedelta(days=300 * n) for n in range(9)]) == []
    assert find_eras([]) == []


def test_films_of_both_eras_tell_whether_the_scale_is_another() -> None:
    assert era_shift(ERA, [1.3] * 10) is None
    assert era_shift(ERA, [1 / 1.3] * 10) is None
    for ratios, factor in (([1.5] * 10, 1.5), ([0.2] * 10, 0.2), ([1.0] * 9, None)):
        shift = era_shift(ERA, ratios)
        assert shift is not None
        assert (shift.factor, shift.action) == (factor, RESTARTED)


def test_values_are_put_on_the_newest_scale() -> None:
    drift = Drift(
        shifts=(
            ScaleShift(at="2017-01-01T00:00:00Z", action=RESTARTED),
            ScaleShift(at="2025-06-01T00:00:00Z", factor=2.0, action=RESCALED),
            ScaleShift(at="2025-09-01T00:00:00Z", factor=1.5, action=RESCALED),
            ScaleShift(at="2025-10-01T00:00:00Z", action=MIXED),
        )
    )
    times = [datetime(2016, 1, 1, tzinfo=UTC), datetime(2025, 5, 1, tzinfo=UTC)]
    times += [datetime(2025, 6, 1, tzinfo=UTC), datetime(2025, 9, 1, tzinfo=UTC)]
    columns: Columns = {
        "popularity": [1.0, 1.0, 1.0, 1.0, None, 1.0],
        "observed_at": [*times, times[1], None],
    }
    assert on_one_scale(columns, drift)["popularity"] == [None, 3.0, 1.5, 1.0, None, 1.0]
    assert Drift.from_json(json.loads(json.dumps(drift.as_json()))) == drift
