"""File systems that refuse: one call on one path of a run, made to fail with one error.

`install` is called in the process of a run (`tests.parts.warm`), from a description in its
environment: either to note every call on a path below a folder, or to refuse one of them. What
has an event for `sys.addaudithook` is refused there, wherever in Python or C it was called from.
SQLite's own calls are not seen.
"""

import builtins
import errno
import fcntl
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

VARIABLE = "TESTS_REFUSE"
EVENTS = {
    "open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.chmod", "os.chown", "os.utime",
    "os.link", "os.listdir", "os.scandir", "os.truncate",
}  # fmt: skip


def noting(folder: Path, file: Path) -> dict[str, str]:
    """The environment of a run whose calls below ``folder`` are noted in ``file``."""
    return {VARIABLE: json.dumps({"below": str(folder), "noted": str(file)})}


def refusing(call: str, path: str | None, code: int) -> dict[str, str]:
    """The environment of a run in which each such call on ``path``, or any, fails with ``code``."""
    return {VARIABLE: json.dumps({"call": call, "path": path, "code": code})}


def noted(file: Path) -> list[tuple[str, str]]:
    """Each call and its path, once, in the order in which they came."""
    lines = file.read_text().splitlines()
    return [tuple(json.loads(line)) for line in dict.fromkeys(lines)]


def install(described: str) -> None:
    """Note or refuse, from now to the end of this process."""
    what = json.loads(described)
    if "noted" in what:
        note = os.open(what["noted"], os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)

        def seen(call: str, path: str, *, named: bool = True) -> None:
            if path.startswith(what["below"]):
                os.write(note, (json.dumps([call, path]) + "\n").encode())

    else:

        def seen(call: str, path: str, *, named: bool = True) -> None:
            if call == what["call"] and what["path"] in (path, None):
                reason = os.strerror(what["code"])
                raise OSError(what["code"], reason, *([path] if named else []))

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in EVENTS and arguments and isinstance(arguments[0], str | bytes | os.PathLike):
            seen(event, str(Path(os.fsdecode(arguments[0])).absolute()))

    def by_path(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, *others: Any, **named: Any) -> Any:
            if isinstance(path, str | bytes | os.PathLike):
                seen(name, str(Path(os.fsdecode(path)).absolute()))
            return real(path, *others, **named)

        return call

    def by_descriptor(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(file: Any, *others: Any) -> Any:
            number = file if isinstance(file, int) else file.fileno()
            seen(name, _path_of(number), named=False)
            return real(file, *others)

        return call

    def opened(file: Any, *others: Any, **named: Any) -> Any:
        found = real_open(file, *others, **named)
        path = _path_of(found.fileno())
        return _Watched(found, path, seen) if path else found

    real_open = io.open
    os.stat = by_path("stat", os.stat)
    os.lstat = by_path("lstat", os.lstat)
    os.fsync = by_descriptor("fsync", os.fsync)
    fcntl.flock = by_descriptor("flock", fcntl.flock)
    io.open = builtins.open = opened
    sys.addaudithook(hook)


def _path_of(number: int) -> str:
    try:
        return str(Path(f"/proc/self/fd/{number}").readlink())
    except OSError:
        return ""


class _Watched:
    """An open file whose reading and writing is seen."""

    def __init__(self, file: Any, path: str, seen: Callable[..., None]) -> None:
        self._file, self._path, self._seen = file, path, seen

    def __getattr__(self, name: str) -> Any:
        if name in {"read", "read1", "readinto", "readline", "readlines"}:
            self._seen("read", self._path, named=False)
        if name in {"write", "writelines", "truncate", "flush"}:
            self._seen("write", self._path, named=False)
        return getattr(self._file, name)

    def __iter__(self) -> Any:
        self._seen("read", self._path, named=False)
        return iter(self._file)

    def __next__(self) -> Any:
        return next(self._file)

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.__exit__(*error)


ERRORS = (
    errno.ESTALE, errno.ENOLCK, errno.EMFILE, errno.ENFILE, errno.ENAMETOOLONG, errno.EBUSY,
    errno.EROFS, errno.EIO, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT, errno.ELOOP,
    errno.ENOTDIR, errno.EISDIR, errno.ENOENT, errno.ETXTBSY, errno.EAGAIN, errno.EINVAL,
    errno.EOVERFLOW, errno.ENOMEM, errno.ENXIO, errno.ENODEV, errno.EXDEV, errno.EMLINK,
    errno.ENOTEMPTY, errno.EEXIST, errno.ETIMEDOUT, errno.EHOSTDOWN, errno.EREMOTEIO,
    errno.EOPNOTSUPP, errno.ENOSYS, errno.ENOTCONN, errno.EDEADLK, errno.EFBIG, errno.EUCLEAN,
)  # fmt: skip
"""What systems, disks and networks behind them answer; none of it is a bug of ours."""
