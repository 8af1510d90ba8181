"""TMDB's answers as JSON, as errors by status, and their header fields.

Texts of an answer are untrusted: they are cleaned, cut and redacted before they become part of a
message.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from tmdbdash import redaction
from tmdbdash.errors import TmdbError
from tmdbdash.tmdb import cleaning
from tmdbdash.tmdb.transport import Answer

TRIES = 5
GARBAGE_TRIES = 3
LONGEST_RETRY_AFTER = 3600.0
"""Seconds; a longer ``Retry-After`` is an error, for TMDB's limit is counted by the second."""


class TmdbRefused(TmdbError):  # noqa: N818  # named for the event
    """TMDB does not accept the key (401, 403): no other request would fare better."""


class TmdbUnavailable(TmdbError):  # noqa: N818  # named for the event
    """No sound answer came, after all tries.

    ``retry_after`` is the server's wish in seconds, ``tries`` how often to ask in all.
    """

    def __init__(
        self, message: str, *, retry_after: float | None = None, tries: int = TRIES
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.tries = tries


class TmdbDeadline(TmdbError):  # noqa: N818  # named for the event
    """The time for the whole tick is over, or would be before the next try."""


def error_of(answer: Answer, host: str, path: str) -> TmdbError:
    """The error for a status other than 200; its message has no address."""
    status = answer.status
    message = f"{host} answered {path} with {status}{_status_message(answer.body)}"
    if status in (401, 403):
        return TmdbRefused(
            f"{message}; check TMDB_API_KEY against https://www.themoviedb.org/settings/api"
        )
    if status == 407:
        return TmdbError(
            f"the proxy answered {path} with 407: it asks for a user and a password; write them "
            "into its address, http://user:password@host:port"
        )
    if status in (408, 425, 429) or status >= 500:
        return TmdbUnavailable(message, retry_after=retry_after(answer.headers))
    if 300 <= status < 400:
        return TmdbError(
            f"{message}, a redirect; the key is not sent on elsewhere: correct TMDB_BASE_URL"
        )
    if status == 404:
        return TmdbError(f"{message}; check TMDB_BASE_URL")
    if status < 300:
        return TmdbUnavailable(f"{message}, which is no answer", tries=GARBAGE_TRIES)
    return TmdbError(message)


def decode(body: bytes) -> object:
    """The JSON value in a body; numbers that no database takes become null."""
    return json.loads(body, parse_float=_finite, parse_constant=lambda _: None)


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def garbage_kind(error: Exception) -> str:
    """The fault of a garbage answer, without any of its text."""
    if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError, RecursionError)):
        return "no valid JSON"
    return str(error)


def _status_message(body: bytes) -> str:
    """TMDB's own explanation, as ``: text``, cleaned and cut; nothing where there is none."""
    try:
        value = decode(body)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(value, dict):
        return ""
    message = value.get("status_message")
    errors = value.get("errors")
    if message is None and isinstance(errors, list) and errors:
        message = errors[0]
    cleaned = cleaning.line(message, 200)
    return "" if cleaned is None else f": {redaction.redact(cleaned).rstrip('.')}"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The server's ``Retry-After`` in seconds; ``None`` where it is missing or makes no sense.

    A date is counted from the answer's own ``Date``, so that a wrong clock here does not matter.
    """
    text = str(headers.get("Retry-After", "")).strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        seconds = float(text)
    elif (until := moment(text)) is not None:
        now = moment(headers.get("Date")) or datetime.now(UTC)
        seconds = (until - now).total_seconds()
    else:
        return None
    return seconds if 0 < seconds <= LONGEST_RETRY_AFTER else None


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """The server's time in UTC: the answer's date plus its age in a cache; ``None`` without one."""
    date = moment(headers.get("Date"))
    age = str(headers.get("Age", "")).strip()
    if date is None or not re.fullmatch(r"[0-9]{1,9}", age):
        return date
    try:
        return date + timedelta(seconds=int(age))
    except OverflowError:
        return date


def moment(text: str | None) -> datetime | None:
    """The UTC time of an HTTP date, or ``None``."""
    try:
        parsed = parsedate_to_datetime(text or "")
        return parsed.replace(tzinfo=parsed.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
