"""The TMDB client: its requests, retries and answers.

One client serves one tick: it has one deadline, one rate for all threads, and one set of
connections. Everything it raises is a `TmdbError` whose text has neither key nor address.
"""

from __future__ import annotations

import logging
import math
import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import NoReturn, TypeVar
from urllib.parse import urlsplit

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from tmdbdash import __version__, redaction
from tmdbdash.errors import TmdbError, UsageError
from tmdbdash.network import route_to
from tmdbdash.records import FilmFacts
from tmdbdash.settings import KEY_FORMS, V3_KEY, V4_TOKEN, Settings
from tmdbdash.tmdb import cleaning
from tmdbdash.tmdb.answers import LARGEST_PAGE, ListPage, parse_film, parse_list
from tmdbdash.tmdb.appended import BLOCKS
from tmdbdash.tmdb.pacing import Pacer
from tmdbdash.tmdb.queries import ListQuery
from tmdbdash.tmdb.statuses import (
    GARBAGE_TRIES,
    TmdbDeadline,
    TmdbRefused,
    TmdbUnavailable,
    decode,
    error_of,
    garbage_kind,
    server_time,
)
from tmdbdash.tmdb.transport import READ_TIMEOUT, Answer, KeyAuth, TransferError, Transport

__all__ = ["ListQuery", "TmdbClient", "TmdbDeadline", "TmdbRefused", "TmdbUnavailable"]

log = logging.getLogger(__name__)
Result = TypeVar("Result")

WORKERS = 16
LONGEST_BACKOFF = 8.0


class TmdbClient:
    """A client for one tick, to be used as a context manager and by any number of threads.

    ``budget`` is the time in seconds, from now, that everything together may take. ``backoff`` is
    the first pause after a failure, doubled each time. ``requests_made`` counts every request
    sent, repeated ones too. Raises `UsageError` for a key of neither form, for an address that is
    none, and for a proxy or certificates of the environment that cannot be used.
    """

    def __init__(
        self,
        *,
        base_url: str,
        api_key: str,
        budget: float,
        language: str = "en-US",
        region: str | None = None,
        max_rps: float = 20.0,
        workers: int = WORKERS,
        backoff: float = 0.5,
        read_timeout: float = READ_TIMEOUT,
    ) -> None:
        bearer = V4_TOKEN.fullmatch(api_key) is not None
        if not bearer and not V3_KEY.fullmatch(api_key):
            raise UsageError(f"{KEY_FORMS}; the value that is set has neither form")
        redaction.protect(api_key)
        self.requests_made = 0
        self.server_time: datetime | None = None
        """TMDB's time in UTC, by its last answer."""
        self.server_time_read_at: datetime | None = None
        """This machine's time when that answer had come."""
        self.workers = workers
        self._base_url = base_url.rstrip("/")
        self._host = host_of(self._base_url, "TMDB_BASE_URL")
        self._route = route_to(self._base_url)
        self._language = language
        self._region = region
        self._backoff = backoff
        self._deadline = time.monotonic() + budget
        self._pacer = Pacer(max_rps, sleep=self._sleep)
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._transport = Transport(
            KeyAuth(api_key, bearer=bearer),
            agent=f"tmdbdash/{__version__}",
            workers=workers,
            deadline=self._deadline,
            read_timeout=read_timeout,
            route=self._route,
        )

    @classmethod
    def from_settings(cls, settings: Settings, *, budget: float) -> TmdbClient:
        """A client by the settings; raises `UsageError` without a usable key."""
        return cls(
            base_url=settings.tmdb_base_url,
            api_key=settings.api_key(),
            budget=budget,
            language=settings.tmdb_language,
            region=settings.tmdb_region,
            max_rps=settings.tmdb_max_rps,
        )

    def __enter__(self) -> TmdbClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; safe to call twice."""
        self._transport.close()

    def abort(self) -> None:
        """End the requests and waits of all threads, which raise `TmdbDeadline`."""
        self._deadline = -math.inf
        self._stopped.set()
        self._transport.abort()

    @property
    def seconds_left(self) -> float:
        """Seconds of the budget that are left; not below 0."""
        return max(0.0, self._deadline - time.monotonic())

    def fetch_list(self, query: ListQuery, page: int) -> ListPage:
        """One page, from 1, of a list; raises `UsageError` for a page that TMDB does not have."""
        if not 1 <= page <= LARGEST_PAGE:
            raise UsageError(f"TMDB's lists have the pages 1 to {LARGEST_PAGE}, not {page}")
        params = {**query.params(), "language": self._language, "page": str(page)}
        if self._region is not None:
            params["region"] = self._region
        path = "/movie/popular" if query.source == "popular" else "/discover/movie"

        def read(answer: Answer) -> ListPage:
            return replace(parse_list(decode(answer.body)), page=page)

        return self._ask(path, params, read)

    def fetch_details(self, tmdb_id: int) -> FilmFacts | None:
        """TMDB's details of one film, with its people, keywords and certifications.

        ``None`` where TMDB does not have the film (any more).
        """

        def read(answer: Answer) -> FilmFacts | None:
            if answer.status == 404:
                return None
            entry = decode(answer.body)
            if not isinstance(entry, dict) or cleaning.whole(entry.get("id")) != tmdb_id:
                raise ValueError("not the film that was asked for")
            return parse_film(entry)

        params = {"language": self._language, "append_to_response": BLOCKS}
        return self._ask(f"/movie/{tmdb_id:d}", params, read, absent=True)

    def check(self) -> datetime | None:
        """Check by one cheap request that TMDB is reachable and accepts the key.

        Returns TMDB's time in UTC, where the answer has one.
        """

        def read(answer: Answer) -> datetime | None:
            if not isinstance(decode(answer.body), dict):
                raise ValueError("not a JSON object")  # noqa: TRY004  # garbage, not a wrong type
            return server_time(answer.headers)

        return self._ask("/configuration", {}, read)

    def _ask(
        self,
        path: str,
        params: dict[str, str],
        read: Callable[[Answer], Result],
        *,
        absent: bool = False,
    ) -> Result:
        """The value of the first answer that ``read`` accepts; retried while tries and time last.

        ``absent``: 404 is an answer like any other. ``read`` raises `ValueError` for garbage.
        """

        def once() -> Result:
            answer = self._send(path, params)
            if not (answer.status == 200 or (absent and answer.status == 404)):
                raise self._failed(answer, path)
            garbage = None
            try:
                return read(answer)
            except (ValueError, RecursionError) as error:
                garbage = f"{self._host} answered {path} with garbage ({garbage_kind(error)})"
            raise TmdbUnavailable(garbage, tries=GARBAGE_TRIES)

        return Retrying(
            retry=retry_if_exception_type(TmdbUnavailable),
            stop=lambda state: state.attempt_number >= _failure(state).tries,
            wait=self._pause,
            sleep=self._sleep,
            before_sleep=self._before_retry,
            retry_error_callback=_give_up,
        )(once)

    def _send(self, path: str, params: dict[str, str]) -> Answer:
        """One request in its turn; raises a `TmdbError` for a failure."""
        problem: TmdbError
        try:
            with self._pacer.turn(self._deadline):
                with self._lock:
                    self.requests_made += 1
                started = time.monotonic()
                answer = self._transport.get(self._base_url + path, params)
                took = (time.monotonic() - started) * 1000
                log.debug("GET %s: %d in %.0f ms", path, answer.status, took)
                if (at := server_time(answer.headers)) is not None:
                    self.server_time, self.server_time_read_at = at, datetime.now(UTC)
                return answer
        except TimeoutError:
            problem = self._too_late(path)
        except TransferError as error:
            log.debug("GET %s: %s", path, error)
            if error.late:
                problem = self._too_late(path)
            elif error.passing:
                problem = TmdbUnavailable(
                    f"{self._host} did not answer {path}{self._route.through}: {error}"
                )
            else:
                problem = TmdbError(
                    f"{self._host} cannot be asked for {path}{self._route.through}: {error}"
                )
        raise problem

    def _sleep(self, seconds: float) -> None:
        """Sleep; raises `TmdbDeadline` where the client is aborted meanwhile."""
        if self._stopped.wait(seconds):
            raise TmdbDeadline("the run was stopped")

    def _too_late(self, path: str) -> TmdbDeadline:
        return TmdbDeadline(f"the time for this run was over before {self._host} answered {path}")

    def _failed(self, answer: Answer, path: str) -> TmdbError:
        """The error for a status; where the server asks to wait, every thread does."""
        error = error_of(answer, self._host, path)
        wish = error.retry_after if isinstance(error, TmdbUnavailable) else None
        if answer.status == 429 and wish is not None and wish < self.seconds_left:
            self._pacer.pause(wish)
        return error

    def _pause(self, state: RetryCallState) -> float:
        """Seconds until the next try: the server's wish, else doubled each time, with jitter."""
        wish = _failure(state).retry_after
        if wish is not None:
            return wish
        longest: float = min(LONGEST_BACKOFF, self._backoff * 2 ** (state.attempt_number - 1))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311  # jitter, not cryptography

    def _before_retry(self, state: RetryCallState) -> None:
        """Log the retry; raises `TmdbDeadline` where the pause would outlast the tick."""
        failure, pause = _failure(state), state.upcoming_sleep
        if pause >= self.seconds_left:
            raise TmdbDeadline(
                f"{failure}; asking again in {pause:.0f} s would be too late for this run"
            )
        log.warning(
            "%s; try %d of %d in %.1f s", failure, state.attempt_number + 1, failure.tries, pause
        )


def host_of(address: str, setting: str) -> str:
    """The name of the server, for messages; raises `UsageError` for an address that is none."""
    problem = UsageError(f"{setting} is not the address of a server")
    try:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts.hostname
    except ValueError:
        raise problem from None
    raise problem


def _failure(state: RetryCallState) -> TmdbUnavailable:
    error = state.outcome.exception() if state.outcome is not None else None
    if not isinstance(error, TmdbUnavailable):
        raise TypeError("only an unavailable TMDB is asked again")
    return error


def _give_up(state: RetryCallState) -> NoReturn:
    raise TmdbUnavailable(f"{_failure(state)} (tried {state.attempt_number} times)")
