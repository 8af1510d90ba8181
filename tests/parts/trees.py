"""A folder as it lies there, and looking at it as another user or through a read-only mount."""

import contextlib
import hashlib
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts.home import PROGRAM
from tests.parts.require import missing

STRANGER = 54_321
AS_STRANGER = ("setpriv", f"--reuid={STRANGER}", f"--regid={STRANGER}", "--clear-groups")

Tree = dict[str, tuple[int, int, int, int, str]]


def tree(folder: Path) -> Tree:
    """Mode, owner, group, time of change and content's hash of all in a folder, itself included."""
    found: Tree = {}
    for path in [folder, *sorted(folder.rglob("*"))]:
        seen = path.lstat()
        content = path.read_bytes() if stat.S_ISREG(seen.st_mode) else b""
        found[str(path.relative_to(folder))] = (
            seen.st_mode, seen.st_uid, seen.st_gid, seen.st_mtime_ns,
            hashlib.sha256(content).hexdigest(),
        )  # fmt: skip
    return found


def need_root() -> None:
    if os.geteuid() != 0:
        missing("only root can act as another user")


def need_stranger() -> None:
    """Skip where the program cannot be started as another user, as in a checkout below /root."""
    need_root()
    if shutil.which("setpriv") is None:
        missing("there is no setpriv here")
    done = subprocess.run(
        [*AS_STRANGER, str(PROGRAM), "--version"], capture_output=True, check=False
    )
    if done.returncode:
        # No machine can be given this: it lies in where the checkout is.
        pytest.skip("another user may not start the program: the checkout is in a closed folder")


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """An empty folder that every user can reach, which pytest's own are not."""
    with tempfile.TemporaryDirectory(prefix="tmdbdash-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextlib.contextmanager
def mounted_read_only(folder: Path) -> Iterator[None]:
    """The folder under a read-only mount of itself while the block runs."""
    need_root()
    for options in (["--bind"], ["-o", "remount,bind,ro"]):
        source = [str(folder)] if options == ["--bind"] else []
        done = subprocess.run(
            ["mount", *options, *source, str(folder)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            subprocess.run(["umount", str(folder)], capture_output=True, check=False)
            pytest.skip(f"this machine mounts nothing: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)
