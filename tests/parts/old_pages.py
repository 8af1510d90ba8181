"""A published page, and another one to write over it."""

import errno
import os
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tests.parts.rendered import files_of

SECOND = timedelta(seconds=1)


def contents(out: Path) -> dict[str, bytes]:
    """Everything in the folder, temporary files too."""
    return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def assert_whole(out: Path) -> None:
    """The page is there with everything that it names, and nothing is left half done."""
    page = (out / "index.html").read_text()
    named = re.findall(r"assets/[A-Za-z0-9.-]+", page + (out / "data.json").read_text())
    assert named
    assert all((out / name).is_file() for name in named)
    assert not list(out.rglob("*.tmp"))


@pytest.fixture(scope="module")
def pages_made() -> dict[str, dict[str, bytes]]:
    """Pages made so far, each once."""
    return {}


@pytest.fixture
def old_files(home: Home, pages_made: dict[str, dict[str, bytes]]) -> dict[str, bytes]:
    if "old" not in pages_made:
        pages_made["old"] = files_of(home)
    return dict(pages_made["old"])


@pytest.fixture
def new_files(home: Home, pages_made: dict[str, dict[str, bytes]]) -> dict[str, bytes]:
    """Another page, of which every lasting file and some assets differ."""
    if "new" not in pages_made:
        pages_made["new"] = files_of(home, sample.rows(simulated=True))
    files = {**pages_made["new"], "assets/films.0123456789ab.js": b"films"}
    return {**files, "index.html": files.pop("index.html")}


def refuse(call: Callable[..., Any], *, of: Callable[[Path], bool], code: int = errno.EPERM) -> Any:
    """The call, which the file system refuses where its last path is one of those."""

    def refusing(*paths: Any, **others: Any) -> Any:
        if of(next(Path(p) for p in reversed(paths) if isinstance(p, str | Path))):
            raise OSError(code, os.strerror(code), str(paths[0]))
        return call(*paths, **others)

    return refusing


def refused_mode(*_: object) -> None:
    raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
