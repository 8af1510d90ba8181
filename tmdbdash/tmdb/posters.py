"""The client of TMDB's image host, which is asked for posters and never given the key."""

from __future__ import annotations

import logging
import time
from types import TracebackType
from typing import Self

from tmdbdash import __version__
from tmdbdash.errors import TmdbError
from tmdbdash.network import route_to
from tmdbdash.poster_files import LARGEST_POSTER, POSTER_PATH
from tmdbdash.tmdb.client import TmdbDeadline, TmdbUnavailable, host_of
from tmdbdash.tmdb.pacing import Pacer
from tmdbdash.tmdb.transport import READ_TIMEOUT, TransferError, Transport

log = logging.getLogger(__name__)

SIZE = "w185"
"""185 pixels wide: sharp in a table at two or three pixels to the point, enough for a film's own
page, and 10 kB a poster; w154 saves 3 kB of these, w342 has 30 kB."""
PAUSE = 0.5
"""Seconds until a request that failed in passing is made once more."""
WORKERS = 4


class PosterClient:
    """A client for the posters of one tick, to be used as a context manager and by any threads.

    ``budget`` is the time in seconds, from now, that everything together may take. Raises
    `UsageError` for an address that is none, and for a proxy or certificates of the environment
    that cannot be used.
    """

    def __init__(
        self,
        *,
        image_url: str,
        budget: float,
        max_rps: float = 20.0,
        read_timeout: float = READ_TIMEOUT,
    ) -> None:
        self._image_url = image_url
        self._host = host_of(image_url, "TMDB_IMAGE_URL")
        self._route = route_to(image_url)
        self._deadline = time.monotonic() + budget
        self._pacer = Pacer(max_rps)
        self._transport = Transport(
            None,
            agent=f"tmdbdash/{__version__}",
            workers=WORKERS,
            deadline=self._deadline,
            read_timeout=read_timeout,
            route=self._route,
            accept="image/jpeg, image/png, image/webp",
            largest_body=LARGEST_POSTER,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._transport.close()

    def abort(self) -> None:
        """End the requests of all threads, which raise `TmdbDeadline`."""
        self._transport.abort()

    def fetch(self, poster_path: str) -> bytes:
        """The content of a poster's file, at most `LARGEST_POSTER` bytes, of whatever type.

        Redirects are not followed. Raises `TmdbDeadline` where the time is over, and `TmdbError`
        where no such content came, or, before any request, where the path is not one of TMDB's.
        """
        if not POSTER_PATH.fullmatch(poster_path):
            raise TmdbError("not the path of a poster")
        try:
            return self._ask(poster_path)
        except TmdbUnavailable as error:
            log.debug("%s; asking again", error)
        time.sleep(PAUSE)
        return self._ask(poster_path)

    def _ask(self, poster_path: str) -> bytes:
        """One request in its turn; raises `TmdbUnavailable` where another may fare better."""
        late = TmdbDeadline(f"the time for posters was over before {self._host} answered")
        try:
            with self._pacer.turn(self._deadline):
                answer = self._transport.get(f"{self._image_url}{SIZE}{poster_path}", {})
        except TimeoutError:
            raise late from None
        except TransferError as error:
            if error.late:
                raise late from None
            problem = f"{self._host} did not answer{self._route.through}: {error}"
            raise (TmdbUnavailable if error.passing else TmdbError)(problem) from None
        if answer.status == 200:
            return answer.body
        passing = answer.status in (408, 425, 429) or answer.status >= 500
        problem = f"{self._host} answered with {answer.status}"
        raise (TmdbUnavailable if passing else TmdbError)(problem)
