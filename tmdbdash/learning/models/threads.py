"""How many threads a fit may take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

ONE_THREAD = 20_000
"""Films up to which one thread does it all: more of them mostly wait for each other, and on a busy
machine of two cores take twice as long or worse.
"""


@contextmanager
def threads_for(films: int) -> Iterator[None]:
    """Meanwhile OpenMP and BLAS use as many threads as so many films are worth."""
    with threadpool_limits(1 if films <= ONE_THREAD else None):
        yield
