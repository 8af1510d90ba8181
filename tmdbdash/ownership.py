"""Owners of a home's files: those that differ, and giving what root makes to the home's owner.

On a system without user ids (Windows) nobody differs and nothing is given away.
"""

from __future__ import annotations

import contextlib
import logging
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

ROOT = 0
MOST_FILES = 2_000
"""Files of `state/` whose owner is compared; `doctor` must not take minutes."""


def name_of(uid: int) -> str:
    """A user as "alice (uid 1000)", or "uid 1000" where the system knows no name."""
    with contextlib.suppress(ImportError, KeyError):
        import pwd

        return f"{pwd.getpwuid(uid).pw_name} (uid {uid})"
    return f"uid {uid}"


def own_uid() -> int | None:
    """The user that this process acts as, ``None`` on a system without user ids."""
    return os.geteuid() if hasattr(os, "geteuid") else None


def other_owner(path: Path) -> int | None:
    """The uid that ``path`` belongs to, where that is not this process's user; else ``None``."""
    uid = own_uid()
    with contextlib.suppress(OSError):
        owner = path.stat().st_uid
        return None if uid is None or owner == uid else owner
    return None


def owner_note(path: Path) -> str:
    """A clause that names the differing owner of ``path``, else empty.

    For a path that does not exist, or cannot be reached, the nearest folder that can is named.
    """
    for candidate in (path, *path.parents):
        if not os.path.lexists(candidate):
            continue
        owner = other_owner(candidate)
        if owner is None:
            return ""
        me = name_of(own_uid() or ROOT)
        return f" ({candidate} belongs to {name_of(owner)}, and this is {me})"
    return ""


def nearest_folder(path: Path) -> Path:
    """``path`` or the nearest folder above it that exists and can be seen."""
    return next((p for p in (path, *path.parents) if p.is_dir()), Path(path.anchor))


@dataclass(frozen=True, slots=True)
class ForeignFiles:
    """Files of a home that are not its owner's: the first one, its owner, and how many."""

    first: Path
    uid: int
    count: int


def find_foreign_files(home: Path, folder: Path) -> ForeignFiles | None:
    """The files at and below ``folder`` that another than the owner of ``home`` owns, or ``None``.

    Of the first `MOST_FILES` files; folders that this user may not list are left out.
    """
    if own_uid() is None:
        return None
    owner = home.stat().st_uid
    found: list[tuple[Path, int]] = []
    for number, path in enumerate(_below(folder)):
        if number >= MOST_FILES:
            break
        with contextlib.suppress(OSError):
            uid = path.lstat().st_uid
            if uid != owner:
                found.append((path, uid))
    return ForeignFiles(*found[0], len(found)) if found else None


def _below(folder: Path) -> Iterator[Path]:
    yield folder
    for parent, folders, files in os.walk(folder):
        for name in sorted(folders) + sorted(files):
            yield Path(parent, name)


@contextlib.contextmanager
def kept_for_owner(home: Path, made: Sequence[Path]) -> Iterator[None]:
    """Give files that root makes within the block in another user's home to that user.

    Without this, a job that root ran once would leave files that the owner's own jobs may not open
    any more. Only root's own files and folders at and below ``made``, inside the home, change
    hands; no link is followed and no file with a second name is touched, since the owner can make
    either. Where the file system has no owners this has no effect.
    """
    try:
        yield
    finally:
        give_to_owner(home, made)


def give_to_owner(home: Path, made: Sequence[Path]) -> None:
    """Give root's files at and below ``made`` to the home's owner, as `kept_for_owner` does."""
    owner = other_owner(home) if own_uid() == ROOT else None
    if owner is None:
        return
    group = home.stat().st_gid
    given = sum(_give(path, owner, group) for path in made if _is_inside(path, home))
    if given:
        log.info("%d files that root made now belong to %s", given, name_of(owner))


def _is_inside(path: Path, home: Path) -> bool:
    with contextlib.suppress(OSError, RuntimeError):
        # With the links resolved: the owner could point one at a folder of the system.
        return path.resolve() != home and path.resolve().is_relative_to(home.resolve())
    return False


def _give(top: Path, uid: int, gid: int) -> int:
    top = top.resolve()
    given = 0
    with contextlib.suppress(OSError):  # not made, or gone meanwhile
        if not top.is_dir():
            return _give_entry(str(top), None, uid, gid)
        for _, folders, files, descriptor in os.fwalk(top):
            for name in folders + files:
                given += _give_entry(name, descriptor, uid, gid)
        given += _give_entry(str(top), None, uid, gid)
    return given


def _give_entry(name: str, folder: int | None, uid: int, gid: int) -> int:
    # Not opened: to close a database file would drop the locks that SQLite holds on it.
    with contextlib.suppress(OSError):
        found = os.stat(name, dir_fd=folder, follow_symlinks=False)
        kind = found.st_mode
        if found.st_uid == ROOT and (
            stat.S_ISDIR(kind) or (stat.S_ISREG(kind) and found.st_nlink == 1)
        ):
            os.chown(name, uid, gid, dir_fd=folder, follow_symlinks=False)
            return 1
    return 0
