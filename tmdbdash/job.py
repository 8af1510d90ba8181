"""One frame around every job: lock, heartbeat, run row, and what its end means.

This module reads the clock; everything below it is given the time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tmdbdash.errors import DatabaseError, LockedError, Terminated, TmdbdashError
from tmdbdash.files import hold_lock
from tmdbdash.heartbeat import ping
from tmdbdash.ownership import kept_for_owner
from tmdbdash.records import Run
from tmdbdash.redaction import redact
from tmdbdash.settings import Settings

if TYPE_CHECKING:
    from tmdbdash.storage import Store

log = logging.getLogger(__name__)
Result = TypeVar("Result")
Clock = Callable[[], datetime]

BEATING_JOBS = ("ingest", "run")
"""Jobs that report start and success. A failure is reported by any job: were `render`'s success
reported too, it would hide the failure of the `ingest` before it on the same cron line."""


def utc_now() -> datetime:
    """The wall clock in UTC."""
    return datetime.now(UTC)


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

    def finish(self, outcome: str = "ok", *, stored: bool = False, **fields: Any) -> Run:
        """The run row of this job as of now; ``stored`` where the body stores it, with its data."""
        self.stored = stored
        message = fields.pop("message", None)
        self.run = Run(
            job=self.name,
            started_at=self.started_at,
            finished_at=self.clock(),
            outcome=outcome,
            message=None if message is None else redact(str(message)),
            **fields,
        )
        return self.run


def run_job(
    name: str,
    settings: Settings,
    body: Callable[[Job], Result],
    *,
    fail_if_locked: bool = False,
    beats: bool = True,
    leaves_row: bool = True,
    lock: str | None = None,
    patience: float = 0,
    made: Path | None = None,
    clock: Clock = utc_now,
) -> Result | None:
    """Run ``body`` as the only ``name`` job of this home; ``None`` where another one is running.

    ``lock`` is the lock to hold, where it is not the job's own name; ``patience`` are the seconds
    that it is waited for. Where it ``leaves_row``, the run row is written whatever happens: by
    the body in its own transaction (it says so to `Job.finish`), else here. What root makes in
    another user's home, in `state/` and in ``made`` (by default `out/`), is given to that user.
    Raises `LockedError` where another run holds the lock and ``fail_if_locked``, `UsageError`
    where locks are refused, and whatever the body raises.
    """
    from tmdbdash.storage import open_store

    lock = lock or name
    with (
        kept_for_owner(settings.home, [settings.state_dir, made or settings.out_dir]),
        hold_lock(settings.state_dir / "locks", lock, timeout=patience) as obtained,
    ):
        if not obtained:
            sentence = f"another {lock} is running in {settings.home}"
            if fail_if_locked:
                raise LockedError(f"{sentence}; try again when it has ended")
            log.info("%s; nothing to do", sentence)
            return None
        url = settings.ping_url if beats else None
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
    foreseen = isinstance(error, TmdbdashError | Terminated)
    code = error.exit_code if isinstance(error, TmdbdashError | Terminated) else 1
    told = str(error) if foreseen else type(error).__name__
    if not job.leaves_row:
        return
    try:
        job.store.save_run(job.finish("failed", exit_code=code, message=told))
    except DatabaseError as second:
        log.warning("the failed run could not be recorded: %s", second)
