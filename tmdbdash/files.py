"""Files written all at once, and locks between processes."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tmdbdash.errors import PartlyReplacedError

PUBLIC = 0o644
PRIVATE = 0o600
READING = 0o444
_NO_WAIT: int = getattr(os, "O_NONBLOCK", 0)


REFUSED = {
    errno.EACCES,
    errno.EINVAL,
    errno.ENOSYS,
    errno.ENOTSUP,
    errno.EOPNOTSUPP,
    errno.EPERM,
}
"""Errors of a file system without modes or flushing (SMB, exFAT, FUSE), or that denies us them."""


def write_atomic(path: Path, content: bytes, *, mode: int = PUBLIC) -> bool:
    """Put ``content`` at ``path`` so that a reader sees the old bytes or the new, never a part.

    Returns whether anything was written: a file that already has these bytes is left alone, so
    its time of change is that of its content. Where the file system refuses to set ``mode`` the
    file is written all the same. Raises `OSError`, with the name of the file, and
    leaves the old file where the new one cannot be completed.
    """
    if _has_content(path, content):
        set_mode(path, mode, READING)
        return False
    temporary = _stage(path, content, mode)
    try:
        _put_in_place(temporary, path)
    except BaseException:
        _remove(temporary)
        raise
    return True


def renew(path: Path) -> None:
    """Replace ``path`` by a copy of itself, which is this user's and has the present time.

    For files whose time cannot be set. Raises `OSError` and leaves the file as it was.
    """
    mode = PUBLIC if path.stat().st_mode & 0o044 else PRIVATE
    temporary = _stage(path, path.read_bytes(), mode)
    try:
        _put_in_place(temporary, path)
    except BaseException:
        _remove(temporary)
        raise


def write_together(files: Mapping[Path, bytes]) -> list[Path]:
    """Replace all files in their order, or, where one cannot be, leave all as they were.

    Returns the paths that were written, as `write_atomic`. All are complete on the disk before the
    first one is replaced, and the former ones are kept until the last one is. Raises `OSError`
    with the name of the file, `PartlyReplacedError` where the former ones could not be put back.
    """
    staged: dict[Path, Path] = {}
    former: dict[Path, Path | None] = {}
    placed: list[Path] = []
    try:
        for path, content in files.items():
            if _has_content(path, content):
                set_mode(path, PUBLIC, READING)
                continue
            if path.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))  # noqa: TRY301
            staged[path] = _stage(path, content, PUBLIC)
        for path in staged:
            former[path] = _backup(path)
        for path, temporary in staged.items():
            _put_in_place(temporary, path)
            placed.append(path)
    except BaseException as error:
        _put_back(placed, former, error)
        raise
    finally:
        for left in (*staged.values(), *former.values()):
            _remove(left)
    return placed


def read_regular(path: Path) -> bytes:
    """The bytes of a file, or of the file that a link leads to; never waits at a pipe or a device.

    Raises `OSError`, with the name of the file, where it cannot be read or is no regular file.
    """
    try:
        # A pipe that nobody writes to would be waited for by `open` itself.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | _NO_WAIT)) as file:
            mode = os.fstat(file.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise OSError(errno.EINVAL, f"it is {kind_of(mode)}, not a file")  # noqa: TRY301
            return file.read()
    except OSError as error:
        raise _named(error, path) from error


def kind_of(mode: int) -> str:
    """The words for the type of file that a mode of `os.stat` has."""
    kinds = {
        stat.S_IFREG: "a file",
        stat.S_IFDIR: "a folder",
        stat.S_IFIFO: "a pipe",
        stat.S_IFSOCK: "a socket",
    }
    return kinds.get(stat.S_IFMT(mode), "a device")


def set_mode(path: Path, mode: int, bits: int) -> None:
    """Set the mode of a file or folder where one of ``bits`` differs, but never through a link.

    Where that is refused (another user's, a file system without modes) it stays as it is.
    """
    with contextlib.suppress(OSError):
        # By descriptor: another file may take the name between the two calls.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | _NO_WAIT)
        try:
            if (os.fstat(descriptor).st_mode ^ mode) & bits:
                os.fchmod(descriptor, mode)
        finally:
            os.close(descriptor)


def _has_content(path: Path, content: bytes) -> bool:
    with contextlib.suppress(OSError):
        return path.stat().st_size == len(content) and read_regular(path) == content
    return False


def _beside(path: Path, ending: str) -> Path:
    """A name that nobody uses, in the same folder, hidden from web servers."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}{ending}")


def _stage(path: Path, content: bytes, mode: int) -> Path:
    """A temporary file beside ``path`` with all of the content, flushed to the disk.

    It is made with ``mode``, so that a mode cannot be missing where none can be set afterwards.
    """
    temporary = _beside(path, ".tmp")
    try:
        with open(temporary, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(content)
            file.flush()
            try:
                os.fsync(file.fileno())
            except OSError as error:
                if error.errno not in REFUSED:
                    raise
            with contextlib.suppress(OSError):  # the umask may have taken some of it
                if (os.fstat(file.fileno()).st_mode ^ mode) & READING:
                    os.fchmod(file.fileno(), mode)
    except OSError as error:
        _remove(temporary)
        raise _named(error, path) from error
    except BaseException:
        _remove(temporary)
        raise
    return temporary


def _put_in_place(temporary: Path, path: Path) -> None:
    try:
        temporary.replace(path)
    except OSError as error:
        raise _named(error, path) from error


def _named(error: OSError, path: Path) -> OSError:
    """The error with the name that the user knows, not that of a temporary file."""
    number = error.errno or errno.EIO
    return OSError(number, error.strerror or str(error), str(path))


def _backup(path: Path) -> Path | None:
    """Another name for what is at ``path`` now; ``None`` where nothing is.

    The name leads nowhere where another user's file can be neither linked nor read: it can be
    replaced, and not put back.
    """
    kept = _beside(path, ".old.tmp")
    try:
        os.link(path, kept, follow_symlinks=False)
    except OSError:  # nothing there, no links on this file system, or not to another user's file
        try:
            shutil.copyfile(path, kept)
        except FileNotFoundError:
            return None
        except PermissionError:
            return kept
        except OSError as error:
            _remove(kept)
            raise _named(error, path) from error
    return kept


def _put_back(
    placed: Sequence[Path], former: Mapping[Path, Path | None], error: BaseException
) -> None:
    """Undo replacements; raises `PartlyReplacedError` after undoing as many as possible."""
    lost: OSError | None = None
    for path in reversed(placed):
        kept = former[path]
        try:
            if kept is None:
                path.unlink()
            else:
                kept.replace(path)
        except OSError as second:  # also where what was there could not be kept
            lost = PartlyReplacedError(second.errno, second.strerror, str(path))
    if lost is not None:
        raise lost from error


def _remove(path: Path | None) -> None:
    if path is not None:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def hold_lock(folder: Path, name: str, *, timeout: float = 0) -> Iterator[bool]:
    """Hold the lock ``name`` of a home while the block runs; yields whether it was obtained.

    The kernel's own lock: it dies with its holder, so none is ever left behind. ``timeout`` is in
    seconds; 0 does not wait, -1 waits for ever. Raises `UsageError` where the file cannot be opened
    or the file system refuses locks: a file in place of a lock would outlive its holder.
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
        from tmdbdash.lock_refusals import refusal

        raise refusal(path, error) from None
    try:
        yield True
    finally:
        with contextlib.suppress(OSError):  # the kernel releases it when the process ends
            lock.release()
