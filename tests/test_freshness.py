"""Lateness, as a pure rule."""

from datetime import UTC, datetime, timedelta

import pytest

from tmdbdash.freshness import freshness, is_due

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "state"),
    [(0, "fresh"), (4, "fresh"), (4.01, "late"), (10, "late"), (10.01, "stale"), (-5, "fresh")],
)
def test_fresh_late_stale(minutes: float, state: str) -> None:
    judged = freshness(NOW - timedelta(minutes=minutes), 2, NOW)
    assert judged.state == state
    assert judged.age == max(minutes, 0) * 60


def test_a_time_far_ahead_proves_nothing() -> None:
    judged = freshness(NOW + timedelta(minutes=5, seconds=1), 2, NOW)
    assert (judged.state, judged.age, judged.next_due) == ("stale", None, NOW)


def test_the_next_run_is_due_a_cadence_after_the_last() -> None:
    assert freshness(NOW, 15, NOW).next_due == NOW + timedelta(minutes=15)
    assert freshness(None, 15, NOW).state == "never"


def test_training_is_due_by_its_cadence_with_some_seconds_in_hand() -> None:
    assert is_due(None, 15, NOW)
    assert is_due(NOW - timedelta(minutes=15), 15, NOW)
    assert is_due(NOW - timedelta(minutes=14, seconds=30), 15, NOW)
    assert not is_due(NOW - timedelta(minutes=13), 15, NOW)
