"""Refuses a ``state/`` or an ``.env`` that somebody else may change.

Who may write to `state/` can change the data, put a link where a job writes, or hold its locks;
who may write to `.env` can send the key anywhere. Trusted are the user that this process
acts as, root, and, where root acts, the owner of the home (see `ownership`). A group counts only
where others are in it, and modes only on a file system that keeps them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path

from tmdbdash.errors import UsageError
from tmdbdash.files import kind_of
from tmdbdash.ownership import ROOT, name_of, own_uid


def refuse_open_state(state: Path) -> None:
    """Raise `UsageError` where others may write to the folder; one that is not there is fine."""
    found = _stat(state)
    if found is None:
        return
    if not stat.S_ISDIR(found.st_mode):
        raise UsageError(
            f"{state} is {kind_of(found.st_mode)}, and has to be a folder: move it away"
        )
    who = _others_who_write(state, found)
    if who is not None:
        raise UsageError(
            f"{who} may write to {state}, and so change the data and what jobs write: chmod 700 "
            f"{state}, and see that nothing in it is another's"
        )


def refuse_state_of_another(state: Path, home: Path) -> None:
    """Raise `UsageError` where the folder belongs to somebody whom a job must not trust."""
    found = _stat(state)
    if found is None or _is_trusted(found.st_uid, home):
        return
    me = own_uid() or ROOT
    raise UsageError(
        f"{state} belongs to {name_of(found.st_uid)}, who may change the data and what jobs write, "
        f"and this is {name_of(me)}: run the jobs as that user, or give the folder to this one "
        f"(chown -R {me} {state})"
    )


def refuse_unsafe_env(file: Path, home: Path) -> None:
    """Raise `UsageError` for an ``.env`` that is no file, or that others may write to.

    One that is not there is fine; a link counts as what it leads to.
    """
    found = _stat(file)
    if found is None:
        return
    if not stat.S_ISREG(found.st_mode):
        raise UsageError(
            f"{file} is {kind_of(found.st_mode)}, and has to be a file with settings: remove it"
        )
    if not _is_trusted(found.st_uid, home) and found.st_uid != home.stat().st_uid:
        raise UsageError(
            f"{file} belongs to {name_of(found.st_uid)}, who may change every setting, and this is "
            f"{name_of(own_uid() or ROOT)}: chown it, or write it anew"
        )
    who = _others_who_write(file, found)
    if who is not None:
        raise UsageError(
            f"{who} may write to {file}, and so change every setting: chmod 600 {file}"
        )


def _stat(path: Path) -> os.stat_result | None:
    """The status of a file, links followed; ``None`` where there is none."""
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        if path.is_symlink():
            raise UsageError(f"{path} is a link that leads nowhere: remove or correct it") from None
        return None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise UsageError(f"{path} is a link that leads in a circle: remove it") from None
        raise


def _is_trusted(uid: int, home: Path) -> bool:
    me = own_uid()
    # In the home of somebody else root works for its owner.
    return me is None or uid in (me, ROOT) or (me == ROOT and uid == home.stat().st_uid)


def _others_who_write(path: Path, found: os.stat_result) -> str | None:
    """Who else may write, by the mode; ``None`` where nobody may or modes mean nothing."""
    who = None
    if found.st_mode & stat.S_IWOTH:
        who = "everybody"
    elif found.st_mode & stat.S_IWGRP:
        who = _others_in(found.st_gid, found.st_uid)
    if who is None or not _keeps_modes(path if stat.S_ISDIR(found.st_mode) else path.parent):
        return None
    return who


def _others_in(gid: int, owner: int) -> str | None:
    """The group, where somebody is in it who is neither root, nor this user, nor the owner."""
    if gid == ROOT:  # root's own, which containers give to any user they run as
        return None
    with contextlib.suppress(ImportError, KeyError):
        import grp
        import pwd

        group = grp.getgrgid(gid)
        users = pwd.getpwall()
        inside = {
            user.pw_uid for user in users if user.pw_gid == gid or user.pw_name in group.gr_mem
        }
        if inside - {ROOT, own_uid(), owner}:
            return f"the group {group.gr_name}"
    return None


def _keeps_modes(folder: Path) -> bool:
    """Whether a file made there gets the mode that it was made with.

    On a disk of Windows, in a shared folder of another system, everything seems to be everybody's.
    """
    name = folder / f".tmdbdash.{secrets.token_hex(4)}.tmp"
    before = folder.stat()
    try:
        descriptor = os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError:
        return True  # not known: taken to keep them
    try:
        return not os.fstat(descriptor).st_mode & 0o022
    finally:
        os.close(descriptor)
        with contextlib.suppress(OSError):
            name.unlink()
            os.utime(folder, ns=(before.st_atime_ns, before.st_mtime_ns))
