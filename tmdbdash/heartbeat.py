"""Heartbeat pings to a monitor such as Healthchecks: a job started, succeeded, failed.

The URL is a secret: it appears in no message. A ping that fails is a warning and never
changes how a job ends.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from tmdbdash.errors import UsageError

if TYPE_CHECKING:
    from tmdbdash.network import Route

log = logging.getLogger(__name__)

TIMEOUT = (3.05, 5.0)
"""Seconds for the connection, and for each wait for bytes."""
DEADLINE = 8.0
"""Seconds for the whole of a ping: a monitor may send a byte now and then, or have no address."""
SUFFIX = {"start": "/start", "success": "", "failure": "/fail"}


def ping(url: SecretStr | None, event: str) -> None:
    """Report ``event`` ("start", "success" or "failure") to the monitor at ``url``, if any."""
    if url is None:
        return
    from tmdbdash.bounded import OverdueError, within
    from tmdbdash.network import causes_of, certificate_fault, proxy_fault, route_to

    route = None
    try:
        route = route_to(url.get_secret_value())
        post = partial(_post, _address(url.get_secret_value(), event), route)
        status = within(DEADLINE, post, name="heartbeat")
        if status >= 400:
            log.warning("the heartbeat's monitor answered %d to %s", status, event)
    except Exception as error:  # noqa: BLE001  no fault of the monitor may become the job's
        causes = causes_of(error)
        blocked = None if route is None else proxy_fault(causes, route)
        reason = blocked[0] if blocked is not None else certificate_fault(causes)
        if isinstance(error, UsageError):
            reason = str(error)
        elif isinstance(error, OverdueError):
            reason = f"no answer within {DEADLINE:.3g} s"
        log.warning(
            "the heartbeat of %s could not be sent to its monitor: %s",
            event,
            reason or type(error).__name__,
        )


def _post(address: str, route: Route) -> int:
    """The status of the monitor's answer, whose body is not read."""
    import requests

    with requests.Session() as session:
        session.trust_env = False  # proxies and certificates come from `route_to` alone
        with session.post(
            address,
            proxies={} if route.proxy is None else {"http": route.proxy, "https": route.proxy},
            verify=route.ca_file or True,
            timeout=TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as answer:
            return answer.status_code


def _address(url: str, event: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + SUFFIX[event]))
