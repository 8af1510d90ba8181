"""Keeping below a number of requests a second, whoever sends them."""

from __future__ import annotations

import contextlib
import math
import threading
import time
from collections.abc import Callable, Iterator

EVENNESS = 0.96
"""Requests are spaced for this part of the limit, so that the window below seldom has to wait."""


class _Turn:
    __slots__ = ("ended",)

    def __init__(self) -> None:
        self.ended = math.inf


class Pacer:
    """At most ``rate`` requests in any second as the *server* counts them, over all threads.

    Libraries of this kind (pyrate-limiter, limits) count when a request is let go, and allow
    bursts at the edge of a window; a delayed request and a swift one can then meet in the same
    second at the far end. Here a request counts until a whole second after its answer came, for
    then it surely has arrived; and requests are evenly spaced besides. The price is that with
    answers that take 0.1 s at most 91 % of the limit are reached, with 0.02 s all that even
    spacing allows. A rate below 1 means one request in ``1 / rate`` seconds.
    """

    def __init__(
        self,
        rate: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._window = max(1.0, 1.0 / rate)
        self._interval = self._window / (max(1, math.floor(rate)) * EVENNESS)
        self._most = max(1, math.floor(rate))
        self._turns: list[_Turn] = []
        self._next = -math.inf
        self._held_until = -math.inf
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

    def hold(self, seconds: float) -> None:
        """Give no turn for this long: the server asked everybody to wait."""
        self._held_until = max(self._held_until, self._clock() + seconds)

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
            self._turns.append(turn := _Turn())
            return turn
        finally:
            self._queue.release()

    def _ready(self) -> float:
        """When the next turn can be given, as far as is known now."""
        even = max(self._next, self._held_until)
        now = self._clock()
        self._turns = [turn for turn in self._turns if turn.ended + self._window > now]
        if len(self._turns) < self._most:
            return even
        # What is not answered yet will count for a whole window from now at least.
        return max(even, min(now, *(turn.ended for turn in self._turns)) + self._window)
