"""Heartbeat pings to a monitor such as Healthchecks: a job started, succeeded, failed.

The URL is a secret: it appears in no message. A ping that fails is a warning and never hides or
changes what the job itself has to say.
"""

from __future__ import annotations

import logging
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

log = logging.getLogger(__name__)

TIMEOUT = (3.05, 5.0)
SUFFIX = {"start": "/start", "success": "", "failure": "/fail"}


def ping(url: SecretStr | None, event: str) -> None:
    """Tell the monitor of ``event`` ("start", "success" or "failure"); no URL, no ping."""
    if url is None:
        return
    import requests

    try:
        # Nobody reads the monitor's answer, so nobody waits for its end.
        with requests.post(
            _address(url.get_secret_value(), event),
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as answer:
            if answer.status_code >= 400:
                log.warning("the heartbeat's monitor answered %d to %s", answer.status_code, event)
    except Exception as error:  # noqa: BLE001  no fault of the monitor may become the job's
        log.warning(
            "the heartbeat's monitor could not be told of %s: %s", event, type(error).__name__
        )


def _address(url: str, event: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + SUFFIX[event]))
