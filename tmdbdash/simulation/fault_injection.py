"""What can go wrong between a client and TMDB, to be laid on the simulation's addresses."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "status",
    "drop",
    "truncate",
    "garbage",
    "not_a_dict",
    "slow",
    "drip",
    "drip_head",
    "flood",
    "empty",
    "zeroed",
    "redirect",
]
"""
* ``status``: answers with ``status`` in TMDB's form, and with a ``Retry-After`` where it is given
* ``drop``: closes the connection without a word; ``truncate``: after half of the body
* ``garbage``: a web page with status 200; ``not_a_dict``: JSON, but an array
* ``slow``: waits ``seconds`` first; ``drip``, ``drip_head``: a byte of the body, or a header line,
  every ``seconds``; ``flood``: a body without end
* ``empty``: a list without films; ``zeroed``: a list without metrics
* ``redirect``: to ``location``
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, on addresses that begin with ``prefix``."""

    prefix: str
    kind: Kind
    times: int | None = None
    page: int | None = None
    status: int = 503
    retry_after: str | None = None
    seconds: float = 1.0
    location: str = "http://127.0.0.1:9/"


class Faults:
    """Faults in force; the first one that fits a request and is not used up happens to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left: list[tuple[Fault, int | None]] = []

    def add(
        self,
        prefix: str,
        kind: Kind,
        *,
        times: int | None = None,
        page: int | None = None,
        status: int = 503,
        retry_after: str | None = None,
        seconds: float = 1.0,
        location: str = "http://127.0.0.1:9/",
    ) -> None:
        """Lay a fault on addresses below the base URL, such as ``/movie/popular`` or ``/``.

        It happens ``times`` times, or for ever; ``page`` limits it to one page of a list. The rest
        belongs to single kinds. Raises `ValueError` for a kind that does not exist.
        """
        if kind not in get_args(Kind):
            raise ValueError(f"there is no fault {kind!r}; there are {', '.join(get_args(Kind))}")
        fault = Fault(prefix, kind, times, page, status, retry_after, seconds, location)
        with self._lock:
            self._left.append((fault, times))

    def clear(self) -> None:
        """Let everything go well again."""
        with self._lock:
            self._left.clear()

    def take(self, path: str, page: str | None) -> Fault | None:
        """The fault that happens to this request, counted as used."""
        with self._lock:
            for place, (fault, left) in enumerate(self._left):
                fits = path.startswith(fault.prefix) and fault.page in (None, _number(page))
                if fits and left != 0:
                    self._left[place] = (fault, None if left is None else left - 1)
                    return fault
        return None


def _number(page: str | None) -> int | None:
    return int(page) if page is not None and page.isdecimal() and len(page) < 9 else None
