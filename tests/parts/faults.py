"""Faults between a client and TMDB, for addresses of the simulation."""

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
    "content",
]
"""
* ``status``: answers with ``status`` in TMDB's form, and with a ``Retry-After`` where it is given
* ``drop``: closes the connection without an answer; ``truncate``: after half of the body
* ``garbage``: a web page with status 200; ``not_a_dict``: JSON, but an array
* ``slow``: waits ``seconds`` first; ``drip``, ``drip_head``: a byte of the body, or a header line,
  every ``seconds``; ``flood``: a body without end
* ``empty``: a list without films; ``zeroed``: a list without metrics
* ``redirect``: to ``location``
* ``content``: answers with these bytes
"""
HTML = b"<!DOCTYPE html><title>Gateway</title><h1>Please log in to this network</h1>"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of addresses that begin with ``prefix``."""

    prefix: str
    kind: Kind
    times: int | None = None
    page: int | None = None
    status: int = 503
    retry_after: str | None = None
    seconds: float = 1.0
    location: str = "http://127.0.0.1:9/"
    content: bytes = HTML


class Faults:
    """Faults in force; a request gets the first one that fits and is not used up."""

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
        content: bytes = HTML,
    ) -> None:
        """Add a fault for addresses below the base URL, such as ``/movie/popular`` or ``/``.

        Those of images begin with ``/t/p/``.

        It happens ``times`` times, or for ever; ``page`` limits it to one page of a list. Others
        are for single kinds. Raises `ValueError` for a kind that does not exist.
        """
        if kind not in get_args(Kind):
            raise ValueError(f"there is no fault {kind!r}; there are {', '.join(get_args(Kind))}")
        fault = Fault(prefix, kind, times, page, status, retry_after, seconds, location, content)
        with self._lock:
            self._left.append((fault, times))

    def clear(self) -> None:
        """Remove all faults."""
        with self._lock:
            self._left.clear()

    def take(self, path: str, page: str | None) -> Fault | None:
        """The fault for this request, counted as used."""
        with self._lock:
            for index, (fault, left) in enumerate(self._left):
                fits = path.startswith(fault.prefix) and fault.page in (None, _number(page))
                if fits and left != 0:
                    self._left[index] = (fault, None if left is None else left - 1)
                    return fault
        return None


def _number(page: str | None) -> int | None:
    return int(page) if page is not None and page.isdecimal() and len(page) < 9 else None
