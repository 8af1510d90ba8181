"""Whose turn it is to train: of all machines on one database one, once a period.

The others wait while it trains, so that whoever predicts next has its models.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tmdbdash.errors import DatabaseError
from tmdbdash.home_id import home_name
from tmdbdash.records import TrainingRun
from tmdbdash.storage.claims import LONGEST

if TYPE_CHECKING:
    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store

log = logging.getLogger(__name__)

RUNNING = "training"
TRAINED = "trained"
LEAST_SECONDS = 120
MARGIN = 3
"""A training is given so many times what the last one took, or may begin fits for."""
PERIOD_SHARE = 0.9
"""The part of the cadence for which a machine has trained for all: the next run is always due."""
LOOK_AGAIN = 1.0


@dataclass
class Turn:
    """Whose turn it is: ours, unless ``other`` names another home that trains or has trained.

    ``last`` is the newest training that there is. Whoever trains sets ``trained``.
    """

    other: str = ""
    is_training: bool = False
    last: TrainingRun | None = None
    trained: bool = False


@contextmanager
def turn_to_train(
    store: Store,
    settings: Settings,
    now: datetime,
    budget: float,
    *,
    whatever: bool = False,
    patience: float = LONGEST.total_seconds(),
) -> Iterator[Turn]:
    """Hold the turn while the block runs, where it is ours.

    A machine may train anew what it trained itself, and ``whatever`` takes the turn at any time.
    One that trains is waited for, for ``patience`` seconds; had it died, for three times what a
    training takes. Raises `DatabaseError`.
    """
    own = home_name(settings)
    period = timedelta(minutes=settings.train_minutes * PERIOD_SHARE)
    # Also of a machine whose clock is somewhat ahead.
    last = store.fetch_last_training(now + period)
    longest = MARGIN * max(budget, (last.seconds or 0.0) if last else 0.0)
    until = time.monotonic() + patience
    waits_for = ""
    while not (standing := store.claims.take(RUNNING, own, max(LEAST_SECONDS, longest))).is_of(own):
        if time.monotonic() >= until:
            yield Turn(standing.owner, True, last)
            return
        if standing.owner != waits_for:
            waits_for = standing.owner
            log.info("%s is training: waiting for it", waits_for)
        time.sleep(min(LOOK_AGAIN, patience))
    try:
        last = store.fetch_last_training(now + period)
        by = store.claims.fetch(TRAINED)
        recent = last is not None and abs(now - last.trained_at) < period
        left = recent and by is not None and not by.is_of(own) and not whatever
        turn = Turn(by.owner if by and left else "", False, last)
        yield turn
        if turn.trained:
            store.claims.take(TRAINED, own, 0)
    finally:
        try:
            store.claims.release(RUNNING, own)
        except DatabaseError as error:  # what was stored is in force; the claim ends by itself
            log.warning("the turn to train was not given back: %s", error)
