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

from tmdbdash.errors import DatabaseError, NotReadyError
from tmdbdash.freshness import is_due
from tmdbdash.home_id import home_name
from tmdbdash.records import TrainingRun
from tmdbdash.storage.claims import LONGEST

if TYPE_CHECKING:
    from tmdbdash.learning.jobs.train import TrainingReport
    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store

log = logging.getLogger(__name__)

RUNNING = "training"
TRAINED = "trained"
LEAST_SECONDS = 120
MARGIN = 3
"""A training is given so many times what the last one took, or may begin fits for."""
RECHECK_SECONDS = 1.0


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
    latest = now + timedelta(minutes=settings.train_minutes)  # by a clock that is somewhat ahead
    last = store.fetch_last_training(latest)
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
        time.sleep(min(RECHECK_SECONDS, patience))
    try:
        last = store.fetch_last_training(latest)
        by = store.claims.fetch(TRAINED)
        recent = last is not None and not is_due(last.trained_at, settings.train_minutes, now)
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


def left_to(turn: Turn, store: Store, settings: Settings) -> TrainingReport | None:
    """The report of a training that another machine makes or has made, ``None`` to train here.

    Of one whose models this machine cannot use, nothing is left to it. Raises `NotReadyError` where
    the first training of all is under way elsewhere.
    """
    from tmdbdash.learning.jobs.models_in_force import load_predictor
    from tmdbdash.learning.jobs.train import skipped_report

    if not turn.other:
        return None
    if turn.last is None:
        raise NotReadyError(f"there is no model yet, and {turn.other} is training: try again")
    if turn.is_training:
        return skipped_report(store, turn.last, f"{turn.other} is training for all")
    try:
        load_predictor(store, settings, turn.last)
    except NotReadyError as error:
        log.warning("what %s trained cannot be used here: %s", turn.other, error)
        return None
    return skipped_report(store, turn.last, f"{turn.other} has trained for all of this period")
