"""Errors of the operating system as sentences: which file, why, and what to do.

Distinguishes faults of the machine (a disk, a network folder, rights, room, limits) from bugs of
ours, for every command, job and check.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from tmdbdash.errors import PartlyReplacedError, Terminated, TmdbdashError, UsageError
from tmdbdash.ownership import owner_note

_OURS = {errno.EBADF, errno.ECHILD, errno.EDOM, errno.EFAULT, errno.ENOTSOCK, errno.ERANGE}
"""Errors of a program that makes a wrong call. All others may come from a file system, a network or
a limit, whose errors no list could have complete."""

_ADVICE = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "make room there"),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE), "raise the limit of open files (`ulimit -n`)"),
    **dict.fromkeys(
        (errno.ESTALE, errno.ENOTCONN, errno.ETIMEDOUT, errno.EHOSTDOWN),
        "the folder's network or device went away: mount it again",
    ),
    errno.EIO: "see whether the disk is failing",
    errno.ENOLCK: "the file system has no locks: use a local disk",
    errno.EROFS: "it is mounted for reading only",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ELOOP: "it is a link where none may be, or links lead in a circle: remove it",
    errno.EBUSY: "another program keeps it busy: try again",
    errno.EFBIG: "the file system or a limit (`ulimit -f`) takes no file of this size",
    errno.ENOMEM: "free some memory",
}
_THREADS = "can't start new thread"


def foreseen(error: BaseException) -> TmdbdashError | Terminated | None:
    """The error as one of ours, itself where it is one; ``None`` for a bug of ours.

    A stop is found also where it is the cause of another error: while a class is being made,
    Python before 3.12 raises `RuntimeError` from it.
    """
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, Terminated):
            return cause
        cause = cause.__cause__
    if isinstance(error, TmdbdashError):
        return error
    if isinstance(error, MemoryError):
        return UsageError("there is not enough memory: free some, or give tmdbdash more")
    if isinstance(error, RuntimeError) and str(error) == _THREADS:
        return UsageError("no more threads are allowed: raise the limit (`ulimit -u`)")
    if isinstance(error, OSError) and _is_the_systems(error):
        return UsageError(message_of(error))
    return None


def message_of(error: OSError) -> str:
    """The file, the reason, the file's owner where rights are missing, and what to do."""
    # Names of files of a library's calls: bytes, or a descriptor where there is no name.
    names = [n for n in (error.filename, error.filename2) if isinstance(n, str | bytes) and n]
    if len(names) > 1 and os.fsdecode(names[0]).endswith(".tmp"):
        names.reverse()  # a rename failed, whose first name nobody knows
    file = os.fsdecode(names[0]) if names else ""
    where = file or "a file whose name is not known (-v shows where)"
    message = f"{where}: {error.strerror or error}"
    if file and error.errno in (errno.EACCES, errno.EPERM):
        message += owner_note(Path(file))
    advice = _ADVICE.get(error.errno or 0)
    return f"{message}: {advice}" if advice else message


def _is_the_systems(error: OSError) -> bool:
    # Libraries derive errors of their own from OSError, with numbers of their own (ssl), or none.
    plain = type(error).__module__ == "builtins" or isinstance(error, PartlyReplacedError)
    return plain and error.errno is not None and error.errno > 0 and error.errno not in _OURS
