"""Many requests at once, bounded in number, which end early where others would fail too."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from tmdbdash.errors import TmdbError

Answer = TypeVar("Answer")

GIVE_UP_AFTER = 5
"""Failures in a row after which no more requests are made in this tick."""


@dataclass(slots=True)
class FanOut(Generic[Answer]):
    """The outcome of many requests: answers and failures by key, and the keys ``left``, not asked.

    ``deadline`` is the error that stopped it, where the time was up.
    """

    results: dict[int, Answer] = field(default_factory=dict)
    failures: dict[int, TmdbError] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)
    deadline: TmdbError | None = None


def fan_out(
    fetch: Callable[[int], Answer],
    keys: Iterable[int],
    *,
    workers: int = 1,
    abort: Callable[[], None] | None = None,
) -> FanOut[Answer]:
    """Call ``fetch`` for each key, in order and ``workers`` at a time.

    ``abort`` makes the requests under way end at once; it is called where an interrupt or a
    refusal makes their answers useless.

    After a `TmdbDeadline`, that key and those not begun are ``left``; after `GIVE_UP_AFTER`
    failures in a row, those not begun. Raises `TmdbRefused` with the first request that does: the
    others would be refused too.
    """
    from tmdbdash.tmdb.client import TmdbDeadline, TmdbRefused

    wanted = list(keys)
    outcome: FanOut[Answer] = FanOut()
    stop = threading.Event()
    lock = threading.Lock()
    failed_in_a_row = 0

    def work(key: int) -> None:
        nonlocal failed_in_a_row
        if stop.is_set():
            return
        try:
            answer = fetch(key)
        except TmdbDeadline as error:
            stop.set()
            outcome.deadline = error
        except TmdbRefused:
            stop.set()
            raise
        except TmdbError as error:
            with lock:
                outcome.failures[key] = error
                failed_in_a_row += 1
                if failed_in_a_row >= GIVE_UP_AFTER:
                    stop.set()
        else:
            with lock:
                outcome.results[key] = answer
                failed_in_a_row = 0

    if len(wanted) == 1:
        work(wanted[0])
    elif wanted:
        _run_all(work, wanted, min(workers, len(wanted)), stop, abort)
    outcome.left = [k for k in wanted if k not in outcome.results and k not in outcome.failures]
    return outcome


def _run_all(
    work: Callable[[int], None],
    keys: list[int],
    workers: int,
    stop: threading.Event,
    abort: Callable[[], None] | None,
) -> None:
    executor = ThreadPoolExecutor(workers, thread_name_prefix="tmdb")
    futures: list[Future[None]] = [executor.submit(work, key) for key in keys]
    try:
        for future in futures:
            future.result()
    except BaseException:
        if abort is not None:
            abort()
        raise
    finally:
        stop.set()
        executor.shutdown(wait=True, cancel_futures=True)
