"""Rendering where the file system refuses a call: the page is written, or the old one stays."""

import errno
import os
import re
import resource
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tests.parts.old_pages import SECOND, assert_whole, contents, refuse, refused_mode
from tmdbdash.errors import UsageError
from tmdbdash.report.site.folder import write_all

SHIM = """
import errno, os

def refused(name):
    def call(*arguments, **others):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), arguments[0])
    return call

for name in {names!r}:
    setattr(os, name, refused(name))
"""


@pytest.fixture
def before(out: Path, old_files: dict[str, bytes]) -> dict[str, bytes]:
    """The old page, published: what the folder holds."""
    write_all(out, old_files, sample.NOW)
    return contents(out)


def test_the_installed_program_renders_again_and_again_where_calls_are_refused(
    home: Home, out: Path, tmp_path: Path
) -> None:
    films = home.path / "films.csv"
    every = ("chmod", "fchmod", "utime", "link", "fsync")
    for popularity, names in (("9.5", ("link",)), ("8.5", every)):
        shim = tmp_path / f"shim-{popularity}"
        shim.mkdir()
        home.env["PYTHONPATH"] = str(shim)
        (shim / "sitecustomize.py").write_text(SHIM.format(names=names))
        films.write_text(f"id,title,popularity\n7,A Film,{popularity}\n")
        done = home.run("import", str(films), "--observed-at", "2026-01-31")
        assert done.returncode == 0, done.stderr
        done = home.run("-q", "render")
        assert (done.returncode, done.stderr) == (0, "")
        assert_whole(out)
        assert popularity in (out / "data.json").read_text()
    assert stat.S_IMODE((out / "index.html").stat().st_mode) & 0o444 == 0o444


@pytest.mark.parametrize("umask", [0o022, 0o077])
def test_a_refused_mode_is_said_only_where_others_cannot_read_the_page(
    out: Path,
    old_files: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    umask: int,
) -> None:
    monkeypatch.setattr(os, "fchmod", refused_mode)
    before = os.umask(umask)
    try:
        write_all(out, old_files, sample.NOW)
    finally:
        os.umask(before)
    assert_whole(out)
    assert ("read by its owner alone" in caplog.text) == (umask == 0o077)


def test_where_times_cannot_be_set_former_assets_stay_as_long_as_elsewhere(
    out: Path,
    old_files: dict[str, bytes],
    new_files: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    former = "assets/films.ba9876543210.js"
    index = old_files.pop("index.html") + f"<!-- {former} -->".encode()
    write_all(out, {**old_files, former: b"former", "index.html": index}, sample.NOW)
    os.utime(out / former, (0, 0))
    monkeypatch.setattr(os, "utime", _refused_utime)
    write_all(out, new_files, sample.NOW)
    assert (out / former).read_bytes() == b"former"
    assert (out / former).stat().st_mtime > 1e9


def _refused_utime(path: Path, *_: object, **__: object) -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(path))


LASTING = (
    "index.html",
    "data.json",
    "pt-BR/films.html",
    "feed.xml",
    "api/summary.json",
    "vercel.json",
)


@pytest.mark.parametrize(
    ("name", "code"),
    list(zip(LASTING, [errno.EPERM, errno.EACCES, errno.EBUSY, errno.EIO] * 2, strict=False)),
)
def test_a_file_that_cannot_be_replaced_is_named_and_the_old_page_kept(
    out: Path,
    before: dict[str, bytes],
    old_files: dict[str, bytes],
    new_files: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    code: int,
) -> None:
    old_files[name] += b" "
    new_files[name] += b" "
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", refuse(os.replace, of=lambda p: p == out / name, code=code))
        with pytest.raises(UsageError) as refused:
            write_all(out, new_files, sample.NOW + SECOND)
    said = str(refused.value)
    assert str(out / name) in said
    assert os.strerror(code) in said
    assert "the page that was there is unchanged" in said
    assert contents(out) == before
    assert_whole(out)
    write_all(out, new_files, sample.NOW + SECOND)
    assert (out / "index.html").read_bytes() == new_files["index.html"]


def test_without_links_the_old_page_is_put_back_from_copies(
    out: Path,
    before: dict[str, bytes],
    new_files: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "link", refuse(os.link, of=lambda _: True, code=errno.ENOTSUP))
    monkeypatch.setattr(os, "replace", refuse(os.replace, of=lambda p: p == out / "index.html"))
    with pytest.raises(UsageError, match="is unchanged"):
        write_all(out, new_files, sample.NOW)
    assert contents(out) == before


def test_an_old_page_that_cannot_be_put_back_is_not_called_whole(
    out: Path,
    old_files: dict[str, bytes],
    new_files: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_all(out, old_files, sample.NOW)
    broken: list[Path] = []

    def disk_lost(source: Path, target: Path, real: Any = os.replace) -> None:
        if broken or Path(target) == out / "index.html":
            broken.append(Path(target))
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(source))
        real(source, target)

    monkeypatch.setattr(os, "replace", disk_lost)
    with pytest.raises(UsageError) as refused:
        write_all(out, new_files, sample.NOW)
    assert "is unchanged" not in str(refused.value)
    assert "partly new and partly old" in str(refused.value)


def test_a_first_page_that_fails_leaves_no_file(
    out: Path, old_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "replace", refuse(os.replace, of=lambda p: p == out / "index.html"))
    with pytest.raises(UsageError, match="no page was there") as refused:
        write_all(out, old_files, sample.NOW)
    assert "is unchanged" not in str(refused.value)
    assert contents(out) == {}


@pytest.mark.parametrize("kind", ["a folder", "a link to nothing", "a pipe", "an empty file"])
def test_an_index_that_cannot_be_opened_counts_as_no_page(
    out: Path, old_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    index = out / "index.html"
    out.mkdir()
    if kind == "a folder":
        index.mkdir()
    elif kind == "a pipe":
        os.mkfifo(index)
    elif kind == "an empty file":
        index.touch()
    else:
        index.symlink_to("nothing")
    monkeypatch.setattr(os, "replace", refuse(os.replace, of=lambda p: p == out / "data.json"))
    with pytest.raises(UsageError, match="no page was there, and none is") as refused:
        write_all(out, old_files, sample.NOW)
    assert "is unchanged" not in str(refused.value)


def test_a_page_that_cannot_be_looked_at_is_not_mentioned(
    out: Path,
    before: dict[str, bytes],
    new_files: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failing = refuse(os.stat, of=lambda p: p == out / "index.html", code=errno.ESTALE)
    monkeypatch.setattr(os, "stat", failing)
    with pytest.raises(UsageError, match="Stale file handle") as refused:
        write_all(out, new_files, sample.NOW + SECOND)
    assert "page was there" not in str(refused.value)
    assert "page that was there" not in str(refused.value)


@pytest.mark.parametrize("name", ["api", "assets", "data.json", "index.html"])
def test_what_is_in_the_way_is_named(
    out: Path, old_files: dict[str, bytes], new_files: dict[str, bytes], name: str
) -> None:
    write_all(out, old_files, sample.NOW)
    place = out / name
    if place.is_dir():
        shutil.rmtree(place)
        place.write_text("a file")
    else:
        place.unlink()
        (place / "inside").mkdir(parents=True)
    before = contents(out)
    with pytest.raises(UsageError, match=re.escape(str(place))):
        write_all(out, new_files, sample.NOW)
    assert contents(out) == before


def test_a_full_disk_leaves_the_old_page_and_nothing_more_on_it(
    out: Path, before: dict[str, bytes], new_files: dict[str, bytes]
) -> None:
    """A limit on the size of files stands in for the disk: writing fails in the middle."""
    new_files["data.json"] += b" " * 3_000_000
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, limits[1]))
    try:
        with pytest.raises(UsageError) as refused:
            write_all(out, new_files, sample.NOW)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert str(out / "data.json") in str(refused.value)
    assert "is unchanged" in str(refused.value)
    assert contents(out) == before


def test_a_read_only_file_in_the_folder_is_replaced(
    out: Path, old_files: dict[str, bytes], new_files: dict[str, bytes]
) -> None:
    write_all(out, old_files, sample.NOW)
    for path in out.rglob("*"):
        if path.is_file():
            path.chmod(0o444)
    write_all(out, new_files, sample.NOW)
    assert (out / "index.html").read_bytes() == new_files["index.html"]
    assert_whole(out)


def test_what_cannot_be_removed_stays_and_the_page_is_written(
    out: Path, old_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all(out, old_files, sample.NOW)
    left = out / "assets" / "app.0123456789ab.js"
    left.write_text("old")
    os.utime(left, (0, 0))
    monkeypatch.setattr(os, "unlink", refuse(os.unlink, of=lambda p: p == left))
    assert write_all(out, old_files, sample.NOW).removed == ()
    assert_whole(out)
