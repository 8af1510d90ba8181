"""Which machine trains: of all on one database only one, once a period.

The others wait while it trains, so that their next predictions are of its models.
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
    from pathlib import Path

    from tmdbdash.learning.evaluation.training_report import TrainingReport
    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store

log = logging.getLogger(__name__)

RUNNING = "training"
TRAINED = "trained"
LEAST_SECONDS = 120
"""The shortest claim on the training."""
MARGIN = 3
"""A claim lasts so many times as long as the last training took, or the budget is."""
RETRY_SECONDS = 1.0


@dataclass
class TrainingClaim:
    """Whether this machine is to train: unless ``other`` names another home.

    That home trains now where ``is_training``, else it has trained in this period. ``last`` is the
    newest stored training. The caller sets ``trained`` once it has trained.
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
    always: bool = False,
    patience: float = LONGEST.total_seconds(),
) -> Iterator[TrainingClaim]:
    """Claim the training while the block runs, unless another machine has trained this period.

    A machine may repeat its own training, and ``always`` one of another machine. A machine that
    trains is waited for, for ``patience`` seconds at most; the claim of one that died expires.
    Raises `DatabaseError`.
    """
    own = home_name(settings)
    latest = now + timedelta(minutes=settings.train_minutes)  # its clock may be ahead
    last = store.fetch_last_training(latest)
    longest = MARGIN * max(budget, (last.seconds or 0.0) if last else 0.0)
    until = time.monotonic() + patience
    waits_for = ""
    while not (claim := store.claims.take(RUNNING, own, max(LEAST_SECONDS, longest))).is_of(own):
        if time.monotonic() >= until:
            yield TrainingClaim(claim.owner, True, last)
            return
        if claim.owner != waits_for:
            waits_for = claim.owner
            log.info("%s is training: waiting for it", waits_for)
        time.sleep(min(RETRY_SECONDS, patience))
    try:
        last = store.fetch_last_training(latest)
        trained = store.claims.fetch(TRAINED)
        is_recent = last is not None and not is_due(last.trained_at, settings.train_minutes, now)
        is_others = trained is not None and not trained.is_of(own)
        turn = TrainingClaim(last=last)
        if trained and is_others and is_recent and not always:
            turn.other = trained.owner
        yield turn
        if turn.trained:
            store.claims.take(TRAINED, own, 0)
    finally:
        try:
            store.claims.release(RUNNING, own)
        except DatabaseError as error:  # the training is stored, and the claim will expire
            log.warning("the turn to train was not given back: %s", error)


def report_of_other_machine(
    turn: TrainingClaim, store: Store, models_dir: Path
) -> TrainingReport | None:
    """The report of the training of another machine; ``None`` where this one is to train.

    That is so too where the other's models cannot be loaded here. Raises `NotReadyError` while
    another machine makes the first training of all.
    """
    if not turn.other:
        return None
    from tmdbdash.learning.jobs.models_in_force import load_predictor
    from tmdbdash.learning.jobs.nothing_new import skipped_report

    if turn.last is None:
        raise NotReadyError(f"there is no model yet, and {turn.other} is training: try again")
    if turn.is_training:
        return skipped_report(store, turn.last, f"{turn.other} is training for all")
    try:
        load_predictor(store, models_dir, turn.last)
    except NotReadyError as error:
        log.warning("what %s trained cannot be used here: %s", turn.other, error)
        return None
    return skipped_report(store, turn.last, f"{turn.other} has trained for all of this period")
