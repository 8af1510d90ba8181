"""Runs a job: under its lock, with heartbeat and run row, and errors to exit codes."""

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
    TmdbdashError,
    UsageError,
)
from tmdbdash.files import hold_lock
from tmdbdash.heartbeat import ping
from tmdbdash.holders import noted_holder, read_holder, this_process
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
"""Cadences that a job may take. It should end within one; after this many it hangs, or cannot keep
up, and the data grow old."""
RECHECK_SECONDS = 0.5
FIRST_YEAR, LAST_YEAR = 1980, 2107
PINGING_JOBS = ("ingest", "run")
"""Jobs that report start and success. A failure is reported by any job: were `render`'s success
reported too, it would hide the failure of the `ingest` before it on the same cron line."""


def refuse_impossible_clock() -> None:
    """Raise `UsageError` for a year that ZIP files, which models are stored in, cannot have.

    Those are the years outside 1980 to 2107: the ZIP library would fail after all the fitting.
    """
    now = utc_now()
    if not FIRST_YEAR < now.year < LAST_YEAR:  # a year apart, for any time zone
        raise UsageError(
            f"this machine's clock says {minute(now)}, and no model can be stored as of "
            "such a time: set the clock (`timedatectl set-ntp true`)"
        )


@dataclass(frozen=True, slots=True)
class JobOptions:
    """How a job is run.

    ``fail_if_locked``: a lock that another run holds is an error. ``pings``: the monitor is pinged.
    ``stores_run``: a row is stored in ``runs``. ``clock`` returns the time.
    """

    fail_if_locked: bool = False
    pings: bool = True
    stores_run: bool = True
    clock: Clock = utc_now


DEFAULT = JobOptions()


@dataclass
class Job:
    """A running job: its settings, the open database, and its start time."""

    name: str
    settings: Settings
    store: Store
    started_at: datetime
    clock: Clock
    stores_run: bool = True
    run: Run | None = field(default=None, init=False)
    stored: bool = field(default=False, init=False)

    def finish(
        self,
        outcome: str = "ok",
        *,
        exit_code: int = 0,
        source: str | None = None,
        films_seen: int | None = None,
        message: str | None = None,
    ) -> Run:
        """Make the run row of this job as of now, which is stored when the body has returned."""
        self.run = Run(
            job=self.name,
            started_at=self.started_at,
            finished_at=self.clock(),
            outcome=outcome,
            exit_code=exit_code,
            source=source,
            films_seen=films_seen,
            message=None if message is None else redact(message),
        )
        return self.run

    def stores(self, run: Run) -> None:
        """Note that the body stores the run row itself, in the transaction of its data."""
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
    output: Path | None = None,
) -> Result | None:
    """Run ``body`` as the only ``name`` job of this home; ``None`` where another one is running.

    ``lock`` is the lock's name, by default the job's; ``patience`` are the seconds to wait for it;
    ``longest`` are those that the job may take, ``None`` where that depends on its input. The run
    row is stored however the job ends: by the body in its own transaction (which calls
    `Job.stores`), else here. What root makes in another user's home, in `state/` and in ``output``
    (by default `out/`), is given to that user.

    Raises `LockedError` where another run holds the lock and that is an error, `StuckError` where
    it has held it for longer than it may and there is no ``patience``, `UsageError` where locks are
    refused or others may write to `state/`, and all that the body raises.
    """
    from tmdbdash.storage import open_store

    lock, clock, stores_run = lock or name, options.clock, options.stores_run
    refuse_open_state(settings.state_dir)
    refuse_state_of_another(settings.state_dir, settings.home)
    with (
        kept_for_owner(settings.home, [settings.state_dir, output or settings.out_dir]),
        hold_lock(settings.locks_dir, lock, timeout=patience) as obtained,
        contextlib.ExitStack() as stack,
    ):
        url = settings.ping_url if options.pings else None
        if not obtained:
            stuck = None if patience else _stuck_holder(lock, settings)
            if stuck is not None:
                if stores_run:
                    _record_missed("ingest" if lock == "run" else name, settings, clock, stuck)
                ping(url, "failure")
                raise stuck
            sentence = f"another {lock} is running in {settings.home}"
            if options.fail_if_locked:
                raise LockedError(f"{sentence}; try again when it has ended")
            log.info("%s; nothing to do", sentence)
            return None
        stack.enter_context(noted_holder(settings.locks_dir, lock, this_process(name, longest)))
        if name in PINGING_JOBS:
            ping(url, "start")
        try:
            with open_store(settings) as store:
                job = Job(name, settings, store, clock(), clock, stores_run)
                result = _recorded(job, body)
        except BaseException:
            ping(url, "failure")
            raise
        failed = job.run is not None and job.run.exit_code != 0
        if failed or name in PINGING_JOBS:
            ping(url, "failure" if failed else "success")
        return result


def _stuck_holder(lock: str, settings: Settings) -> StuckError | None:
    """The error for a holder that has had the lock for too long; ``None`` for any other."""
    holder = read_holder(settings.locks_dir, lock)
    if holder is None or not holder.is_overdue:
        return None
    time.sleep(RECHECK_SECONDS)
    if read_holder(settings.locks_dir, lock) != holder:
        return None  # it had ended, and its file was about to be replaced
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
    if job.stores_run and not job.stored:
        job.store.save_run(job.run or job.finish())
    return result


def _record_failure(job: Job, error: BaseException) -> None:
    known = foreseen(error)
    code = 1 if known is None else known.exit_code
    message = type(error).__name__ if known is None else str(known)
    if not job.stores_run:
        return
    try:
        if job.stored and _is_stored(job):
            return  # what the body did is in the database, with its row
        job.store.save_run(job.finish("failed", exit_code=code, message=message))
    except DatabaseError as second:
        log.warning("the failed run could not be recorded: %s", second)


def _is_stored(job: Job) -> bool:
    """Whether the database has this run's row, which the body stores."""
    begun = job.started_at.replace(microsecond=0)
    found = job.store.fetch_runs(job.name, 5)
    return any(run.started_at.replace(microsecond=0) == begun for run in found)
