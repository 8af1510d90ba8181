"""Who holds a lock of this home, since when, and by when it ought to have ended.

The lock itself is the kernel's and dies with its holder. What is said here lies beside it, and is
read only by those who did not get the lock. Spans are of the clock that counts from the machine's
start, is the same for all processes, and stands while the machine sleeps.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tmdbdash.files import write_atomic
from tmdbdash.utc import minute


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that holds a lock, its job, and since when: a time, and seconds of that clock.

    ``longest`` is how many seconds the job may take; ``None`` for one that takes as long as it is
    given work.
    """

    job: str
    pid: int
    since: datetime
    began: float
    longest: float | None

    @property
    def is_overdue(self) -> bool:
        """Whether the job ought to have ended. One of before the machine's last start is none."""
        held = time.monotonic() - self.began
        return self.longest is not None and held > self.longest

    @property
    def is_alive(self) -> bool:
        """Whether this process can see that one; it cannot where that runs in a container."""
        try:
            os.kill(self.pid, 0)
        except PermissionError:
            return True
        except (OSError, OverflowError):
            return False
        return True

    def __str__(self) -> str:
        return f"`{self.job}` (process {self.pid}, since {minute(self.since)})"


@contextlib.contextmanager
def noted(folder: Path, lock: str, holder: Holder) -> Iterator[None]:
    """Let others read who holds the lock while the block runs.

    A holder that was killed leaves its note behind; the next one replaces or removes it, and what
    it had begun to write.
    """
    note = _note(folder, lock)
    with contextlib.suppress(OSError):
        for begun in list(folder.glob(f".{note.name}.*.tmp")):
            _remove(begun)
    said = {
        "job": holder.job,
        "pid": holder.pid,
        "since": holder.since.timestamp(),
        "began": holder.began,
        "longest": holder.longest,
    }
    try:
        write_atomic(note, json.dumps(said).encode())
    except OSError:  # a full disk: the job itself says so, where it matters
        _remove(note)
    try:
        yield
    finally:
        _remove(note)


def read_holder(folder: Path, lock: str) -> Holder | None:
    """Who holds a lock, as far as it is said in a form that we know."""
    try:
        said = json.loads(_note(folder, lock).read_bytes())
        since, longest = datetime.fromtimestamp(said["since"], UTC), said["longest"]
        return Holder(
            str(said["job"])[:20],
            int(said["pid"]),
            since,
            float(said["began"]),
            None if longest is None else float(longest),
        )
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return None


def this_process(job: str, longest: float | None) -> Holder:
    """This process as the holder of a lock from now on."""
    return Holder(job, os.getpid(), datetime.now(UTC), time.monotonic(), longest)


def _note(folder: Path, lock: str) -> Path:
    return folder / f"{lock}.holder"


def _remove(note: Path) -> None:
    with contextlib.suppress(OSError):
        note.unlink()
