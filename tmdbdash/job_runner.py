"""One frame around every job: lock, heartbeat, run row, and what its end means.

This module reads the clock; everything below it is given the time.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tmdbdash.errors import (
    DatabaseError,
    LockedError,
    StuckError,
    Terminated,
    TmdbdashError,
    UsageError,
)
from tmdbdash.files import hold_lock
from tmdbdash.heartbeat import ping
from tmdbdash.holders import noted, read_holder, this_process
from tmdbdash.ownership import kept_for_owner
from tmdbdash.records import Run
from tmdbdash.redaction import redact
from tmdbdash.settings import Settings
from tmdbdash.system_errors import foreseen
from tmdbdash.trust import refuse_open_state, refuse_state_of_another
from tmdbdash.utc import minute, utc_now

if TYPE_CHECKING:
    from tmdbdash.storage import Store

log = logging.getLogger(__name__)
Result = TypeVar("Result")
Clock = Callable[[], datetime]

STUCK_AFTER = 3
"""Cadences that a job may take. Each is to end within one; whoever takes longer hangs or can no
longer keep up, and the data grow old behind it."""
LOOK_AGAIN = 0.5
FIRST_YEAR, LAST_YEAR = 1980, 2107
BEATING_JOBS = ("ingest", "run")
"""Jobs that report start and success. A failure is reported by any job: were `render`'s success
reported too, it would hide the failure of the `ingest` before it on the same cron line."""


def refuse_impossible_clock() -> None:
    """Raise `UsageError` under a time that archives cannot note, in which models are stored.

    ZIP counts years from 1980 to 2107, and its library would fail after all the fitting. No machine
    that has its time right is outside.
    """
    now = utc_now()
    if not FIRST_YEAR < now.year < LAST_YEAR:  # with a year to spare for zones of local time
        raise UsageError(
            f"this machine's clock says {minute(now)}, and no model can be stored as of "
            "such a time: set the clock (`timedatectl set-ntp true`)"
        )


@dataclass(frozen=True, slots=True)
class JobOptions:
    """How a job is run.

    Whether a held lock is an error, whether it pings, whether it leaves a row in ``runs``, and
    whose clock it reads.
    """

    fail_if_locked: bool = False
    beats: bool = True
    leaves_row: bool = True
    clock: Clock = utc_now


DEFAULT = JobOptions()


@dataclass
class Job:
    """What a running job has at hand: settings, the open database, and its own start time."""

    name: str
    settings: Settings
    store: Store
    started_at: datetime
    clock: Clock
    leaves_row: bool = True
    run: Run | None = field(default=None, init=False)
    stored: bool = field(default=False, init=False)

    def finish(
        self,
        outcome: str = "ok",
        *,
        exit_code: int = 0,
        source: str | None = None,
        films_seen: int | None = None,
        films_new: int | None = None,
        films_changed: int | None = None,
        films_unchanged: int | None = None,
        message: str | None = None,
    ) -> Run:
        """The run row of this job as of now, which is stored when the body has returned."""
        self.run = Run(
            job=self.name,
            started_at=self.started_at,
            finished_at=self.clock(),
            outcome=outcome,
            exit_code=exit_code,
            source=source,
            films_seen=films_seen,
            films_new=films_new,
            films_changed=films_changed,
            films_unchanged=films_unchanged,
            message=None if message is None else redact(message),
        )
        return self.run

    def stores(self, run: Run) -> None:
        """Take note of the run row that the body is about to store together with its data."""
        self.run, self.stored = run, True


def run_job(
    name: str,
    settings: Settings,
    body: Callable[[Job], Result],
    options: JobOptions = DEFAULT,
    *,
    lock: str | None = None,
    patience: float = 0,
    longest: float | None = None,
    made: Path | None = None,
) -> Result | None:
    """Run ``body`` as the only ``name`` job of this home; ``None`` where another one is running.

    ``lock`` is the lock to hold, where it is not the job's own name; ``patience`` are the seconds
    that it is waited for; ``longest`` are those that the job may take, ``None`` where that depends
    on what it is given. Where it ``leaves_row``, the run row is written whatever happens: by
    the body in its own transaction (it says so to `Job.stores`), else here. What root makes in
    another user's home, in `state/` and in ``made`` (by default `out/`), is given to that user.
    Raises `LockedError` where another run holds the lock and that is an error, `StuckError` where
    it has held it for longer than it may and there is no ``patience``, `UsageError` where locks are
    refused or `state/` is another's to write to, and whatever the body raises.
    """
    from tmdbdash.storage import open_store

    lock, clock, leaves_row = lock or name, options.clock, options.leaves_row
    refuse_open_state(settings.state_dir)
    refuse_state_of_another(settings.state_dir, settings.home)
    with (
        kept_for_owner(settings.home, [settings.state_dir, made or settings.out_dir]),
        hold_lock(_locks(settings), lock, timeout=patience) as obtained,
        contextlib.ExitStack() as stack,
    ):
        url = settings.ping_url if options.beats else None
        if not obtained:
            stuck = None if patience else _stuck_holder(lock, settings)
            if stuck is not None:
                if leaves_row:
                    _record_missed("ingest" if lock == "run" else name, settings, clock, stuck)
                ping(url, "failure")
                raise stuck
            sentence = f"another {lock} is running in {settings.home}"
            if options.fail_if_locked:
                raise LockedError(f"{sentence}; try again when it has ended")
            log.info("%s; nothing to do", sentence)
            return None
        stack.enter_context(noted(_locks(settings), lock, this_process(name, longest)))
        if name in BEATING_JOBS:
            ping(url, "start")
        try:
            with open_store(settings) as store:
                job = Job(name, settings, store, clock(), clock, leaves_row)
                result = _recorded(job, body)
        except BaseException:
            ping(url, "failure")
            raise
        failed = job.run is not None and job.run.exit_code != 0
        if failed or name in BEATING_JOBS:
            ping(url, "failure" if failed else "success")
        return result


def _locks(settings: Settings) -> Path:
    return settings.state_dir / "locks"


def _stuck_holder(lock: str, settings: Settings) -> StuckError | None:
    """The error that a holder amounts to which has had the lock for too long."""
    holder = read_holder(_locks(settings), lock)
    if holder is None or not holder.is_overdue:
        return None
    time.sleep(LOOK_AGAIN)
    if read_holder(_locks(settings), lock) != holder:
        return None  # it had ended, and what it noted was about to be replaced
    end = f"end it (`kill {holder.pid}`)" if holder.is_alive else "see where it runs, and end it"
    return StuckError(
        f"{lock} is held by {holder}, for longer than {STUCK_AFTER} cadences: it seems to hang; "
        f"{end}, and the next {lock} goes on"
    )


def _record_missed(job: str, settings: Settings, clock: Clock, error: StuckError) -> None:
    """Leave a row of the run that could not begin, for the page and `status` to show."""
    from tmdbdash.storage import open_store

    try:
        with open_store(settings) as store:
            missed = Job(job, settings, store, clock(), clock)
            run = missed.finish("failed", exit_code=error.exit_code, message=str(error))
            store.save_run(run)
    except TmdbdashError as second:
        log.warning("that this run could not begin is not recorded: %s", second)


def _recorded(job: Job, body: Callable[[Job], Result]) -> Result:
    try:
        result = body(job)
    except BaseException as error:
        _record_failure(job, error)
        raise
    if job.leaves_row and not job.stored:
        job.store.save_run(job.run or job.finish())
    return result


def _record_failure(job: Job, error: BaseException) -> None:
    known = error if isinstance(error, Terminated) else foreseen(error)
    code = 1 if known is None else known.exit_code
    told = type(error).__name__ if known is None else str(known)
    if not job.leaves_row:
        return
    try:
        if job.stored and _is_stored(job):
            return  # what the body did is in the database, with its row
        job.store.save_run(job.finish("failed", exit_code=code, message=told))
    except DatabaseError as second:
        log.warning("the failed run could not be recorded: %s", second)


def _is_stored(job: Job) -> bool:
    """Whether the body's own row of this run got into the database."""
    begun = job.started_at.replace(microsecond=0)
    found = job.store.fetch_runs(job.name, 5)
    return any(run.started_at.replace(microsecond=0) == begun for run in found)
