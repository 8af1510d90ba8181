"""Files written all at once, and locks between processes."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

PUBLIC = 0o644
PRIVATE = 0o600


def write_atomic(path: Path, content: bytes, *, mode: int = PUBLIC) -> bool:
    """Put ``content`` at ``path`` so that a reader sees the old bytes or the new, never a part.

    Returns whether anything was written: a file that already holds these bytes is left alone, so
    its time of change tells when its content last changed. ``mode`` is set before the rename,
    because a temporary file starts out unreadable to the web server. Raises `OSError` and leaves
    the old file where the new one cannot be completed.
    """
    with contextlib.suppress(OSError):
        if path.stat().st_size == len(content) and path.read_bytes() == content:
            path.chmod(mode)
            return False
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True


@contextlib.contextmanager
def hold_lock(folder: Path, name: str, *, timeout: float = 0) -> Iterator[bool]:
    """Hold the lock ``name`` of a home while the block runs; yields whether it was obtained.

    The kernel's own lock: it dies with its holder, so none is ever left behind. ``timeout`` is in
    seconds; 0 does not wait, -1 waits for ever. Raises `UsageError` where the file cannot be opened
    or the file system refuses locks: a file that only stands for a lock would outlive its holder.
    """
    from filelock import FileLock, Timeout

    path = folder / f"{name}.lock"
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # state/ is nobody else's
        folder.mkdir(exist_ok=True)
        lock = FileLock(path, timeout=timeout, fallback_to_soft=False)
        lock.acquire()
    except Timeout:
        yield False
        return
    except OSError as error:
        from tmdbdash.locks import refusal

        raise refusal(path, error) from None
    try:
        yield True
    finally:
        with contextlib.suppress(OSError):  # the kernel takes it back when the process ends
            lock.release()
