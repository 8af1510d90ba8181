"""The number of threads that a fit may use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

ONE_THREAD = 20_000
"""Films up to which one thread is faster: several mostly wait for each other, and take at least
twice as long on a busy machine of two cores.
"""


@contextmanager
def threads_for(films: int) -> Iterator[None]:
    """Limit OpenMP and BLAS to one thread for up to `ONE_THREAD` films."""
    with threadpool_limits(1 if films <= ONE_THREAD else None):
        yield
