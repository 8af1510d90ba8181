"""File systems that refuse locks: the error message, and a trial."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from tmdbdash.errors import UsageError
from tmdbdash.ownership import nearest_folder, owner_note
from tmdbdash.system_errors import message_of

_TAKEN = {errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES}
"""Errors where another process holds the lock."""

_LIMITS = {errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.ESTALE}
"""Errors that no right to write would prevent."""


def refusal(path: Path, error: OSError) -> UsageError:
    """The error for a lock file at ``path`` that cannot be made, opened or locked."""
    reason = error.strerror or str(error)
    if error.filename is None:  # the call that locks knows a descriptor and no name
        return UsageError(
            f"the file system of {path.parent} refuses locks ({reason}), and without them two jobs "
            "would write at once: move the home to a local disk, or have its locks switched on "
            "(for NFS the services rpcbind and rpc.statd, or the mount option local_lock=flock "
            "where one machine alone uses it)"
        )
    where = Path(os.fsdecode(error.filename))
    if where.is_symlink():
        remedy = "remove it" if where == path else "let it lead to a folder that is there"
        return UsageError(
            f"the lock {path} cannot be opened: {where} is a link, which leads nowhere or may not "
            f"be followed: {remedy}"
        )
    if error.errno in _LIMITS:
        return UsageError(f"the lock {path} cannot be opened: {message_of(error)}")
    if error.errno == errno.EROFS:
        return UsageError(
            f"the lock {path} cannot be opened: {where} is on a read-only file system, and jobs "
            "need a home that they may write to"
        )
    return UsageError(
        f"the lock {path} cannot be opened: {where}: {reason}{owner_note(where)}; let this user "
        "write there, or run the jobs as the owner of the home"
    )


def try_locks(folder: Path) -> str:
    """A sentence that names the folder of locks, after a trial. Raises `UsageError`.

    Makes and changes nothing: an existing lock file is locked for an instant, preferably one that
    jobs wait for. Where there is none, the nearest folder is, which this user must be able to write
    to.
    """
    for path in (folder, *(folder.glob("*.lock") if folder.is_dir() else ())):
        if path.is_symlink() and not path.is_dir():
            link = OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
            raise refusal(folder / "ingest.lock" if path == folder else path, link)
    try:
        found = _lock_file(folder)
        if found is not None:
            _try(found, os.O_RDWR)
            return f"can be held in {folder}"
        nearest = nearest_folder(folder)
        _try(nearest, os.O_RDONLY)
    except OSError as error:
        raise refusal(folder / "ingest.lock", error) from None
    if not os.access(nearest, os.W_OK | os.X_OK):
        read_only = hasattr(os, "statvfs") and os.statvfs(nearest).f_flag & os.ST_RDONLY
        code = errno.EROFS if read_only else errno.EACCES
        raise refusal(folder / "ingest.lock", OSError(code, os.strerror(code), str(nearest)))
    if nearest == folder:
        return f"can be held in {folder}"
    return f"can be held; the first job makes {folder}"


def _lock_file(folder: Path) -> Path | None:
    names = {path.name: path for path in folder.glob("*.lock")} if folder.is_dir() else {}
    # Jobs wait for the schema's lock; a job whose own lock is held does not start.
    return names.get("schema.lock") or names.get("doctor.lock") or next(iter(names.values()), None)


def _try(path: Path, flags: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows, which locks any file that can be opened
        return
    with _opened(path, flags) as descriptor:
        kind = fcntl.LOCK_EX if path.name == "schema.lock" else fcntl.LOCK_SH
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise


@contextlib.contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    # As a job opens it: not through a link, and without waiting at a pipe.
    flags |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
    descriptor = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0))
    try:
        yield descriptor
    finally:
        os.close(descriptor)  # which releases the lock as well
