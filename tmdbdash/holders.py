"""Who holds a lock of this home, and since when.

The lock itself is the kernel's and dies with its holder. What is said here lies beside it, and is
read only by those who did not get the lock.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tmdbdash.files import write_atomic


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds a lock, the job that it does, and since when."""

    job: str
    pid: int
    since: datetime

    def held(self, now: datetime) -> timedelta:
        """For how long, by a clock that may have been set meanwhile: never less than nothing."""
        return max(now - self.since, timedelta())

    def __str__(self) -> str:
        return f"`{self.job}` (process {self.pid}, since {self.since:%Y-%m-%d %H:%M} UTC)"


@contextlib.contextmanager
def noted(folder: Path, lock: str, holder: Holder) -> Iterator[None]:
    """Let others read who holds the lock while the block runs.

    A holder that was killed leaves its note behind; the next one replaces it.
    """
    note = _note(folder, lock)
    said = {"job": holder.job, "pid": holder.pid, "since": holder.since.timestamp()}
    with contextlib.suppress(OSError):  # a full disk: the job itself says so, where it matters
        write_atomic(note, json.dumps(said).encode())
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            note.unlink()


def read_holder(folder: Path, lock: str) -> Holder | None:
    """Who holds a lock, as far as it is said in a form that we know."""
    try:
        said = json.loads(_note(folder, lock).read_bytes())
        return Holder(
            str(said["job"])[:20], int(said["pid"]), datetime.fromtimestamp(said["since"], UTC)
        )
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return None


def this_process(job: str, since: datetime) -> Holder:
    """This process as the holder of a lock."""
    return Holder(job, os.getpid(), since)


def _note(folder: Path, lock: str) -> Path:
    return folder / f"{lock}.holder"
