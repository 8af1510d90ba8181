"""Rendering into folders of other users, and onto a disk that is full."""

import contextlib
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tests.parts.old_pages import SECOND, assert_whole, contents, refuse, refused_mode
from tests.parts.require import missing
from tmdbdash import files
from tmdbdash.errors import UsageError
from tmdbdash.report.site.folder import write_all


@contextlib.contextmanager
def as_user(number: int) -> Iterator[None]:
    """Act as another user of the machine, as far as files are concerned."""
    os.setegid(number)
    os.seteuid(number)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


NOBODY, OTHER = 65534, 65533


@pytest.fixture
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that any user reaches; only root can act as several of them."""
    if os.geteuid() != 0:
        missing("only root can act as two users")
    folder = Path(os.path.realpath("/tmp")) / f"tmdbdash-shared-{os.getpid()}"
    folder.mkdir(mode=0o755)
    os.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


def test_a_user_renders_again_after_root_rendered_other_data(
    shared: Path, old_files: dict[str, bytes], new_files: dict[str, bytes]
) -> None:
    out = shared / "out"
    with as_user(NOBODY):
        write_all(out, old_files, sample.NOW)
    write_all(out, new_files, sample.NOW + SECOND)
    assert (out / "index.html").stat().st_uid == 0
    with as_user(NOBODY):
        write_all(out, old_files, sample.NOW + 2 * SECOND)
    assert (out / "index.html").read_bytes() == old_files["index.html"]
    assert (out / "assets" / "films.0123456789ab.js").exists()
    assert_whole(out)


def test_another_users_unreadable_file_is_replaced_and_never_just_removed(
    shared: Path,
    old_files: dict[str, bytes],
    new_files: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = shared / "out"
    with as_user(NOBODY):
        write_all(out, old_files, sample.NOW)
        (out / "health.json").unlink()
    (out / "health.json").write_text("root's")
    (out / "health.json").chmod(0o600)
    with as_user(NOBODY):
        with monkeypatch.context() as patch:
            patch.setattr(os, "link", refuse(os.link, of=lambda _: True))
            patch.setattr(os, "replace", refuse(os.replace, of=lambda p: p == out / "index.html"))
            with pytest.raises(UsageError, match="partly new and partly old"):
                write_all(out, new_files, sample.NOW)
        assert (out / "health.json").read_bytes() == new_files["health.json"]
        assert (out / "data.json").read_bytes() == old_files["data.json"]
        write_all(out, new_files, sample.NOW)
    assert_whole(out)


def test_another_users_page_in_a_sticky_folder_is_named_and_kept(
    shared: Path, old_files: dict[str, bytes], new_files: dict[str, bytes]
) -> None:
    out = shared / "out"
    with as_user(NOBODY):
        write_all(out, old_files, sample.NOW)
    before = contents(out)
    for folder in (out, out / "api", out / "assets"):
        folder.chmod(0o1777)
    with as_user(OTHER), pytest.raises(UsageError) as refused:
        write_all(out, new_files, sample.NOW)
    assert str(out) in str(refused.value)
    assert "is unchanged" in str(refused.value)
    assert contents(out) == before


def test_an_unwritable_folder_is_named_and_its_page_kept(
    shared: Path, old_files: dict[str, bytes], new_files: dict[str, bytes]
) -> None:
    out = shared / "out"
    write_all(out, old_files, sample.NOW)
    before = contents(out)
    with as_user(OTHER), pytest.raises(UsageError, match=r"Permission denied.*; .* is unchanged"):
        write_all(out, new_files, sample.NOW)
    assert contents(out) == before


def test_models_and_database_need_no_modes(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fchmod", refused_mode)
    path = tmp_path / "model.skops"
    assert files.write_atomic(path, b"model", mode=files.PRIVATE)
    assert not files.write_atomic(path, b"model", mode=files.PRIVATE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_disk_is_named(
    tmp_path: Path, old_files: dict[str, bytes], new_files: dict[str, bytes]
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("file systems cannot be mounted here; a limit on files stands in for it above")
    try:
        out = disk / "out"
        write_all(out, old_files, sample.NOW)
        before = contents(out)
        with contextlib.suppress(OSError):
            (disk / "ballast").write_bytes(b"x" * 6_000_000)
        with pytest.raises(UsageError, match=r"No space left on device: .*; .* is unchanged"):
            write_all(out, new_files, sample.NOW)
        assert contents(out) == before
    finally:
        subprocess.run(["umount", str(disk)], check=True)
