import contextlib
import heapq
import itertools
import random
import threading
import time
from bisect import bisect_left

import pytest

from tmdbdash.tmdb.pacing import Pacer


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def most_in_a_second(times: list[float]) -> int:
    ordered = sorted(times)
    return max(bisect_left(ordered, start + 1) - n for n, start in enumerate(ordered))


@pytest.mark.parametrize(
    ("rate", "latency"), [(1, 0.0), (3, 0.1), (20, 0.02), (40, 0.02), (7.5, 0)]
)
def test_the_rate_is_kept_and_nearly_reached(rate: float, latency: float) -> None:
    clock = Clock()
    pacer = Pacer(rate, clock=clock, sleep=clock.sleep)
    sent = []
    while clock.now < 160:
        with pacer.turn(1e9):
            sent.append(clock.now)
            clock.now += min(latency, 0.9 / rate)
    assert most_in_a_second(sent) <= rate
    if latency <= 0.02 and rate == int(rate):
        assert len(sent) >= 0.9 * rate * 60


def test_below_one_a_second() -> None:
    clock = Clock()
    pacer = Pacer(0.5, clock=clock, sleep=clock.sleep)
    sent = []
    for _ in range(5):
        with pacer.turn(1e9):
            sent.append(clock.now)
    assert all(later - sooner >= 2.0 for sooner, later in itertools.pairwise(sent))


def test_a_request_that_may_still_be_on_its_way_counts() -> None:
    """Two let go a second apart can arrive together, unless the answer of the first has come."""
    clock = Clock()
    pacer = Pacer(2, clock=clock, sleep=clock.sleep)
    slow = pacer.turn(1e9)
    slow.__enter__()
    for expected in (100.0, 101.0, 102.0):
        with pacer.turn(1e9):
            assert clock.now >= expected
    slow.__exit__(None, None, None)
    answered = clock.now
    sent = []
    for _ in range(3):
        with pacer.turn(1e9):
            sent.append(clock.now)
    assert sent[1] >= answered + 1.0


class World(Clock):
    """Time that passes by sleeping, while answers come in."""

    def __init__(self) -> None:
        super().__init__()
        self._coming: list[tuple[float, int, contextlib.AbstractContextManager[None]]] = []

    def answer(self, at: float, turn: contextlib.AbstractContextManager[None]) -> None:
        heapq.heappush(self._coming, (at, id(turn), turn))

    def sleep(self, seconds: float) -> None:
        until = self.now + seconds
        while self._coming and self._coming[0][0] <= until:
            self.now, _, turn = heapq.heappop(self._coming)
            turn.__exit__(None, None, None)
        self.now = until


@pytest.mark.parametrize("takes", [0.02, 0.1, 0.2, 0.3])
@pytest.mark.parametrize("delayed", [0.0, 0.05])
def test_answers_that_take_their_time_cost_little(takes: float, delayed: float) -> None:
    """Connecting delays the first requests, and a share of all is delayed on the way."""
    chance = random.Random(1)
    world = World()
    pacer = Pacer(40, clock=world, sleep=world.sleep)
    arrived: list[float] = []
    while world.now < 130:
        turn = pacer.turn(1e9)
        turn.__enter__()
        way = 0.01 + chance.uniform(0, 0.005) + (0.2 if len(arrived) < 16 else 0.0)
        if chance.random() < delayed:
            way += chance.uniform(0, 0.4)
        arrived.append(world.now + way)
        world.answer(arrived[-1] + takes, turn)
    assert most_in_a_second(arrived) <= 40
    assert len(arrived) >= 0.9 * 40 * 30


def test_it_does_not_sleep_past_the_deadline() -> None:
    clock = Clock()
    pacer = Pacer(1, clock=clock, sleep=clock.sleep)
    with pacer.turn(100.5):
        pass
    with pytest.raises(TimeoutError), pacer.turn(100.5):
        pass
    assert clock.now == 100.0


def test_everybody_waits_while_it_is_held() -> None:
    clock = Clock()
    pacer = Pacer(40, clock=clock, sleep=clock.sleep)
    pacer.pause(7)
    pacer.pause(2)
    with pacer.turn(1e9):
        assert clock.now == pytest.approx(107)
    pacer.pause(7)
    with pytest.raises(TimeoutError), pacer.turn(clock.now + 5):
        pass


def test_threads_share_one_rate() -> None:
    pacer = Pacer(50)
    sent: list[float] = []

    def work() -> None:
        for _ in range(10):
            with pacer.turn(time.monotonic() + 20):
                sent.append(time.monotonic())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == 80
    assert most_in_a_second(sent) <= 50
