"""Heartbeat pings to a monitor such as Healthchecks: a job started, succeeded, failed.

The URL is a secret: it appears in no message. A ping that fails is a warning and never hides or
changes what the job itself has to say.
"""

from __future__ import annotations

import logging

from pydantic import SecretStr

log = logging.getLogger(__name__)

TIMEOUT = (3.05, 5.0)
SUFFIX = {"start": "/start", "success": "", "failure": "/fail"}


def ping(url: SecretStr | None, event: str) -> None:
    """Tell the monitor of ``event`` ("start", "success" or "failure"); no URL, no ping."""
    if url is None:
        return
    import requests

    target = url.get_secret_value().rstrip("/") + SUFFIX[event]
    try:
        answer = requests.post(target, timeout=TIMEOUT, allow_redirects=False)
        if answer.status_code >= 400:
            log.warning("the heartbeat's monitor answered %d to %s", answer.status_code, event)
    except requests.RequestException as error:
        log.warning(
            "the heartbeat's monitor could not be told of %s: %s", event, type(error).__name__
        )
