"""Atomic, world-readable files, and locks that die with their holder."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tmdbdash.files import PRIVATE, hold_lock, write_atomic


def test_a_file_is_readable_by_the_web_server_whatever_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o077)
    try:
        assert write_atomic(tmp_path / "page.html", b"<p>")
        assert write_atomic(tmp_path / "model", b"m", mode=PRIVATE)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o644
    assert stat.S_IMODE((tmp_path / "model").stat().st_mode) == 0o600


def test_the_same_bytes_are_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    assert write_atomic(path, b"one")
    before = path.stat()
    assert not write_atomic(path, b"one")
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino
    assert write_atomic(path, b"two")
    assert path.read_bytes() == b"two"


def test_a_failed_write_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "index.html"
    write_atomic(path, b"old")

    def full_disk(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


HOLDER = """
import sys, time
from pathlib import Path
from tmdbdash.files import hold_lock
with hold_lock(Path(sys.argv[1]), "ingest") as held:
    print(held, flush=True)
    time.sleep(60)
"""


def test_a_lock_excludes_other_processes_and_dies_with_its_holder(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "True"
        with hold_lock(tmp_path, "ingest") as obtained:
            assert not obtained
        with hold_lock(tmp_path, "train") as obtained:
            assert obtained
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with hold_lock(tmp_path, "ingest") as obtained:
        assert obtained
