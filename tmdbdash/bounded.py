"""One deadline for a whole call, including name resolution and every wait for bytes."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class OverdueError(TimeoutError):
    """A call was not done when its time was over."""


def within(seconds: float, call: Callable[[], T], *, name: str) -> T:
    """The result of ``call``; raises its exception, or `OverdueError` after ``seconds``.

    Timeouts of sockets bound each wait for bytes, and name resolution has none. So the call runs in
    a thread called ``name``, which goes on when the time is over: it must not hold a lock that
    others wait for. It does not keep the process alive.
    """
    outcome: queue.SimpleQueue[tuple[T, None] | tuple[None, BaseException]] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put((call(), None))
        except BaseException as error:  # noqa: BLE001  raised where it was asked for
            outcome.put((None, error))

    threading.Thread(target=run, name=name, daemon=True).start()
    try:
        result, error = outcome.get(timeout=max(0.0, min(seconds, threading.TIMEOUT_MAX)))
    except queue.Empty:
        raise OverdueError(f"not done within {seconds:.3g} s") from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # of call(), since nothing was raised
