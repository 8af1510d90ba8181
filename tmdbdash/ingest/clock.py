"""This machine's clock beside TMDB's, which every answer carries.

Rows are stored as of this machine's time. Under a clock that is behind they would come to lie
before what is known, and the right time after them would take them for the newest.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from tmdbdash.errors import TmdbError
from tmdbdash.freshness import age_text

log = logging.getLogger(__name__)

MOST_APART = timedelta(hours=1)


class WrongClockError(TmdbError):
    """This machine's clock is behind TMDB's: nothing can be stored as of a time that is past."""


def check_clock(now: datetime, server_time: datetime) -> None:
    """Compare this machine's time with TMDB's, both of one moment.

    Raises `WrongClockError` for a clock that is behind by more than an hour. One that is as far
    ahead is only warned of: what seems so may be an old answer out of a cache on the way.
    """
    if abs(now - server_time) <= MOST_APART:
        return
    apart = age_text(abs(now - server_time).total_seconds())
    clock, theirs = _minute(now), _minute(server_time)
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


def _minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
