"""Which instants are looked at, and how many points become few: for any time and history."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tmdbdash.records import CLOCKS_DIFFER
from tmdbdash.report.query.spans import (
    HOUR,
    MOST_SPANS,
    film_spans,
    midnights,
    moment_span,
)
from tmdbdash.report.query.thinning import KEPT, thinned

NOW = datetime(2026, 11, 22, 14, 3, 5, tzinfo=UTC)
moments = st.datetimes(
    datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)  # noqa: DTZ001 # Hypothesis adds the zone
)  # fmt: skip
ages = st.one_of(
    st.timedeltas(timedelta(), timedelta(days=40)),
    st.timedeltas(timedelta(), timedelta(days=20_000)),
)


@given(moments, ages)
def test_a_films_spans_cover_its_history_once(now: datetime, age: timedelta) -> None:
    first = now - age
    spans = film_spans(now, first)
    assert 1 <= len(spans) <= MOST_SPANS
    assert spans[0][1] == now + CLOCKS_DIFFER
    assert spans[-1][0] < first
    for newer, older in itertools.pairwise(spans):
        assert older[0] < older[1] == newer[0]


@given(moments, ages)
def test_the_spans_stay_until_there_is_a_new_hour(now: datetime, age: timedelta) -> None:
    """What is shown of a film must not change with every render."""
    later = now + timedelta(minutes=30)
    ends = [moment + CLOCKS_DIFFER - timedelta(microseconds=1) for moment in (now, later)]
    if len({(end.date(), end.hour // 3) for end in ends}) == 1:
        first = now - age
        newest, *rest = film_spans(now, first)
        newest_later, *rest_later = film_spans(later, first)
        assert rest == rest_later
        assert newest[0] == newest_later[0]


def test_recent_spans_are_short_and_old_ones_long() -> None:
    spans = film_spans(NOW, NOW - timedelta(days=1500))
    lengths = [until - since for since, until in spans]
    assert len(spans) == MOST_SPANS
    assert lengths[1] == 3 * HOUR
    assert lengths[12] == 12 * HOUR
    assert lengths[24] == 24 * HOUR
    assert lengths[-1] > lengths[-10] > 48 * HOUR
    for since, _ in spans[:-1]:
        assert since.minute == since.second == 0


def test_no_history_and_one_of_the_future_have_no_spans() -> None:
    assert film_spans(NOW, None) == []
    assert film_spans(NOW, NOW + timedelta(days=1)) == []
    assert film_spans(NOW, NOW + timedelta(minutes=1))


def test_a_film_is_followed_while_its_last_snapshot_is_near() -> None:
    since, until = moment_span(NOW, 2)
    assert until == NOW
    assert timedelta(hours=6) < until - since < timedelta(hours=6.5)
    since, until = moment_span(NOW, 1440)
    assert until - since > timedelta(days=2)


def test_midnights_are_in_utc_and_the_last_is_todays() -> None:
    nights = midnights(NOW, 15)
    assert len(nights) == 15
    assert nights[-1] == datetime(2026, 11, 22, tzinfo=UTC)
    assert nights[0] == datetime(2026, 11, 8, tzinfo=UTC)
    assert midnights(nights[-1], 1) == [nights[-1]]


points = st.lists(
    st.tuples(st.integers(0, 10**7), st.floats(0, 1e4, allow_nan=False)),
    unique_by=lambda point: point[0],
    max_size=400,
).map(sorted)


@given(points, st.integers(KEPT, 130))
def test_thinned_points_are_some_of_them_in_order(
    given_points: list[tuple[int, float]], limit: int
) -> None:
    kept = thinned(given_points, limit)
    assert len(kept) <= max(limit, KEPT)
    assert kept == sorted(set(kept))
    assert set(kept) <= set(given_points)
    if len(given_points) <= limit:
        assert kept == given_points
        return
    assert (kept[0], kept[-1]) == (given_points[0], given_points[-1])
    values = [value for _, value in given_points]
    assert {min(values), max(values)} <= {value for _, value in kept}


@given(points)
def test_no_peak_within_a_part_of_time_is_lost(given_points: list[tuple[int, float]]) -> None:
    limit = 120
    kept = thinned(given_points, limit)
    if len(given_points) <= limit:
        return
    start, width = given_points[0][0], given_points[-1][0] - given_points[0][0] + 1
    parts: dict[int, list[float]] = {}
    for at, value in given_points:
        parts.setdefault((at - start) * (limit // KEPT) // width, []).append(value)
    for part, values in parts.items():
        own = [v for at, v in kept if (at - start) * (limit // KEPT) // width == part]
        assert (min(own), max(own)) == (min(values), max(values))
