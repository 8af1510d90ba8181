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
from tmdbdash.tmdb.client import TmdbDeadline, host_of
from tmdbdash.tmdb.pacing import Pacer
from tmdbdash.tmdb.transport import READ_TIMEOUT, TransferError, Transport

log = logging.getLogger(__name__)

SIZE = "w185"
"""185 pixels wide: sharp in a table at two or three pixels to the point, enough for a film's own
page, and 10 kB a poster; w154 saves 3 kB of these, w342 has 30 kB."""
TRIES = 2
PAUSE = 0.5
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
        problem = ""
        for attempt in range(1, TRIES + 1):
            try:
                with self._pacer.turn(self._deadline):
                    answer = self._transport.get(f"{self._image_url}{SIZE}{poster_path}", {})
            except TransferError as error:
                if error.late:
                    break
                problem = f"{self._host} did not answer{self._route.through}: {error}"
                if not error.passing:
                    raise TmdbError(problem) from None
            except TimeoutError:
                break
            else:
                if answer.status == 200:
                    return answer.body
                problem = f"{self._host} answered with {answer.status}"
                if answer.status < 500 and answer.status not in (408, 425, 429):
                    raise TmdbError(problem)
            if attempt < TRIES:
                log.debug("%s; asking again", problem)
                time.sleep(min(PAUSE, max(0.0, self._deadline - time.monotonic())))
        else:
            raise TmdbError(problem)
        raise TmdbDeadline(f"the time for posters was over before {self._host} answered")
