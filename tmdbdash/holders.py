"""Who holds a lock of this home, since when, and by when it ought to have ended.

The lock itself is the kernel's and ends with its holder's process. A file beside it names the
holder, for those who did not get the lock. Durations are of the monotonic clock, which is the same
for all processes and does not count while the machine sleeps.
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
    """The process that holds a lock, its job, and since when, by both clocks.

    ``longest`` is how many seconds the job may take; ``None`` where that depends on its input.
    """

    job: str
    pid: int
    since: datetime
    began: float
    longest: float | None

    @property
    def is_overdue(self) -> bool:
        """Whether the job ought to have ended; never for one from before the last start."""
        held = time.monotonic() - self.began
        return self.longest is not None and held > self.longest

    @property
    def is_alive(self) -> bool:
        """Whether the process exists; a process of another container seems not to."""
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
def noted_holder(folder: Path, lock: str, holder: Holder) -> Iterator[None]:
    """Write the holder to a file beside the lock, which is removed after the block.

    A killed holder leaves its file, perhaps half-written; the next holder replaces or removes it.
    """
    note = _note(folder, lock)
    with contextlib.suppress(OSError):
        for begun in list(folder.glob(f".{note.name}.*.tmp")):
            _remove(begun)
    values = {
        "job": holder.job,
        "pid": holder.pid,
        "since": holder.since.timestamp(),
        "began": holder.began,
        "longest": holder.longest,
    }
    try:
        write_atomic(note, json.dumps(values).encode())
    except OSError:  # a full disk: the job reports it, where it matters
        _remove(note)
    try:
        yield
    finally:
        _remove(note)


def read_holder(folder: Path, lock: str) -> Holder | None:
    """Who holds a lock; ``None`` where no file says so in the form of `noted_holder`."""
    try:
        values = json.loads(_note(folder, lock).read_bytes())
        since, longest = datetime.fromtimestamp(values["since"], UTC), values["longest"]
        return Holder(
            str(values["job"])[:20],
            int(values["pid"]),
            since,
            float(values["began"]),
            None if longest is None else float(longest),
        )
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return None


def this_process(job: str, longest: float | None) -> Holder:
    """This process as a holder from now on."""
    return Holder(job, os.getpid(), datetime.now(UTC), time.monotonic(), longest)


def _note(folder: Path, lock: str) -> Path:
    return folder / f"{lock}.holder"


def _remove(note: Path) -> None:
    with contextlib.suppress(OSError):
        note.unlink()
