"""Compares this machine's clock with TMDB's, which is in every answer.

Rows are stored as of this machine's time. Under a clock that is behind they would be dated before
older rows, and under the right time those would count as the newest.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from tmdbdash.errors import TmdbError
from tmdbdash.freshness import age_text
from tmdbdash.utc import minute

log = logging.getLogger(__name__)

MOST_SKEW = timedelta(hours=1)


class WrongClockError(TmdbError):
    """This machine's clock is behind TMDB's, so that nothing can be stored as of its time."""


def check_clock(now: datetime, server_time: datetime) -> None:
    """Compare this machine's time with TMDB's, both read at one moment.

    Raises `WrongClockError` where the clock is behind by more than an hour. Where it is as far
    ahead there is only a warning, since the answer may be an old one from a cache on the way.
    """
    if abs(now - server_time) <= MOST_SKEW:
        return
    apart = age_text(abs(now - server_time).total_seconds())
    clock, theirs = minute(now), minute(server_time)
    if now < server_time:
        raise WrongClockError(
            f"this machine's clock says {clock}, which is {apart} behind TMDB's ({theirs}): "
            "nothing is stored under a wrong time; set the clock (`timedatectl set-ntp true`)"
        )
    log.warning(
        "this machine's clock says %s, %s ahead of what TMDB's answer says (%s): "
        "set the clock, unless a cache on the way gives old answers",
        clock,
        apart,
        theirs,
    )
