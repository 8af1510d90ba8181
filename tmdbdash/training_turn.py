"""Whose turn it is to train: of all machines on one database one, once a period.

The others wait while it trains, so that whoever predicts next has its models.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tmdbdash.records import CLOCKS_DIFFER
from tmdbdash.storage.claims import owner_of

if TYPE_CHECKING:
    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store

log = logging.getLogger(__name__)

RUNNING = "training"
TRAINED = "trained"
LEAST_SECONDS = 120
PERIOD_SHARE = 0.9
"""The part of the cadence for which a machine has trained for all: the next run is always due."""
LOOK_AGAIN = 1.0


@contextmanager
def turn_to_train(
    store: Store, settings: Settings, now: datetime, budget: float, *, whatever: bool = False
) -> Iterator[str | None]:
    """Hold the turn while the block runs; yields who else has trained in this period, or ``None``.

    A machine may train anew what it trained itself, and ``whatever`` takes the turn at any time.
    One that died while it trained is waited for, three times its ``budget`` (seconds) or two
    minutes. Raises `DatabaseError`.
    """
    own = owner_of(settings.home)
    waits_for = ""
    while True:
        standing = store.claims.take(RUNNING, own, max(LEAST_SECONDS, 3 * budget))
        if standing.owner == own:
            break
        if standing.owner != waits_for:
            waits_for = standing.owner
            log.info("%s is training: waiting for it", waits_for)
        time.sleep(LOOK_AGAIN)
    try:
        period = timedelta(minutes=settings.train_minutes * PERIOD_SHARE)
        last = store.fetch_last_training(now + CLOCKS_DIFFER)
        by = store.claims.fetch(TRAINED)
        recent = last is not None and now - last.trained_at < period
        if recent and by is not None and by.owner != own and not whatever:
            yield by.owner
            return
        yield None
        store.claims.take(TRAINED, own, 0)
    finally:
        store.claims.release(RUNNING, own)
