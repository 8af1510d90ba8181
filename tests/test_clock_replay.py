"""Clocks that jump, run backwards, stand in 1970: nothing true is lost, order stays.

A small form of `tests.campaigns.clocks`.
"""

from random import Random

from tests.parts.clock_replay import MOMENTS, ClockReplay
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.simulated import connect


def test_clocks_that_jump_lose_nothing_true(home: Home) -> None:
    """One home from 2026 to 2101, with false times at each moment that is odd in itself."""
    moments = sorted(MOMENTS.values())
    with SimulatedTmdb(films=12, seed=3, untidy=False, today=moments[0].date()) as tmdb:
        settings = connect(home, tmdb).settings(retention_days=30, tmdb_max_rps=1000)
        replay = ClockReplay(settings, tmdb, moments[0], Random(5))
        for moment in moments:
            replay.now = max(moment, replay.now)
            for _ in range(7):
                replay.step()
    assert replay.faults == []
    assert replay.ticks.keys() == {"true", "near", "behind", "ahead"}
