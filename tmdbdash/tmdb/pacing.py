"""Keeps all threads together below a number of requests a second."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator

PACING_HEADROOM = 0.96
"""The part of the limit that requests are spaced for, so that the window seldom makes them wait."""
MARGIN = 0.01
"""Seconds by which the shortest time in transit may vary."""
REMEMBERED = 100
"""Answers whose shortest time estimates the time in transit."""


class _Turn:
    __slots__ = ("ended", "given")

    def __init__(self, given: float) -> None:
        self.given = given
        self.ended = math.inf


class Pacer:
    """At most ``rate`` requests in any second as the *server* counts them, over all threads.

    Libraries of this kind (pyrate-limiter, limits) count requests when they are sent, and allow
    bursts at the edge of a window; a delayed request and a fast one can then arrive within the same
    second. Here requests are evenly spaced, and each one counts for a whole second from the latest
    time at which it may have arrived.

    That time is bounded: of two requests, the one that took longer from turn to answer was delayed
    before its arrival (connecting, a busy machine) by no more than the difference. So a request
    counts as late by its time beyond the fastest of the last `REMEMBERED` ones, whose time is taken
    as the least possible, to within `MARGIN` (0 before the first answer); one without an answer may
    still be in transit. Where all answers take about as long, whether 0.02 s or 0.3 s, this costs
    nothing beyond even spacing; where some take 0.2 s longer than others, five sixths of the limit
    are reached. A rate below 1 means one request in ``1 / rate`` seconds.
    """

    def __init__(
        self,
        rate: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._window = max(1.0, 1.0 / rate)
        self._interval = self._window / (max(1, math.floor(rate)) * PACING_HEADROOM)
        self._most = max(1, math.floor(rate))
        self._turns: list[_Turn] = []
        self._took: deque[float] = deque(maxlen=REMEMBERED)
        self._next = -math.inf
        self._paused_until = -math.inf
        self._queue = threading.Lock()
        self._clock = clock
        self._sleep = sleep

    @contextlib.contextmanager
    def turn(self, deadline: float) -> Iterator[None]:
        """Wait for the next turn; the block sends one request and returns when it was answered.

        ``deadline`` is a time of the monotonic clock. Raises `TimeoutError`, as early as that can
        be known, where no turn comes before it.
        """
        turn = self._take(deadline)
        try:
            yield
        finally:
            turn.ended = self._clock()
            self._took.append(turn.ended - turn.given)

    def pause(self, seconds: float) -> None:
        """Give no turn for this long, as the server asked."""
        self._paused_until = max(self._paused_until, self._clock() + seconds)

    def _take(self, deadline: float) -> _Turn:
        if not self._queue.acquire(timeout=max(0.0, deadline - self._clock())):
            raise TimeoutError("no turn before the deadline")
        try:
            while (wait := self._ready() - (now := self._clock())) > 0:
                if now + wait >= deadline:
                    raise TimeoutError("no turn before the deadline")
                self._sleep(wait)
            if now >= deadline:
                raise TimeoutError("no turn before the deadline")
            # A thread that woke late may make up for one interval, so that the mean is kept.
            self._next = max(self._next + self._interval, now)
            self._turns.append(turn := _Turn(now))
            return turn
        finally:
            self._queue.release()

    def _ready(self) -> float:
        """The time of the next turn, by the answers so far."""
        even = max(self._next, self._paused_until)
        now = self._clock()
        fastest = min(self._took.copy(), default=0.0)
        counts_until = {
            turn: max(turn.given, min(turn.ended, now) - fastest) + self._window + MARGIN
            for turn in self._turns
        }
        # An unanswered request counts on, at least until the time computed here.
        self._turns = [t for t, until in counts_until.items() if t.ended > now or until > now]
        if len(self._turns) < self._most:
            return even
        return max(even, now + MARGIN, min(counts_until[turn] for turn in self._turns))
