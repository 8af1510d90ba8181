"""Temporary files of input that can be read only once."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from tmdbdash.importing.datasets.problems import DatasetError

STANDARD_INPUT = "-"


class Spool:
    """A temporary file, shared by all who read the same source; deleted after the last of them."""

    def __init__(self, source: str, path: Path) -> None:
        self.path = path
        self._source = source
        self._users = 0
        self._delete = weakref.finalize(self, path.unlink, missing_ok=True)

    def take(self) -> Spool:
        """The same spool, for one more user."""
        self._users += 1
        return self

    def release(self) -> None:
        """End one use; the last one deletes the file."""
        self._users -= 1
        if self._users <= 0:
            _SPOOLS.pop(self._source, None)
            self._delete()


_SPOOLS: dict[str, Spool] = {}


def spool(path: Path) -> Spool | None:
    """Standard input or a pipe, read to its end; ``None``: the path can be read again and again.

    Raises `DatasetError` where it cannot be read or kept.
    """
    source = str(path)
    if source != STANDARD_INPUT and not _is_pipe(path):
        return None
    if source not in _SPOOLS:
        _SPOOLS[source] = Spool(source, _kept(path))
    return _SPOOLS[source].take()


def _is_pipe(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return path.is_fifo()
    return False


@contextlib.contextmanager
def _source(path: Path) -> Iterator[BinaryIO]:
    if str(path) != STANDARD_INPUT:
        with path.open("rb") as file:
            yield file
        return
    stdin = getattr(sys.stdin, "buffer", None)
    if stdin is None or stdin.closed:
        raise DatasetError("is closed: nothing can be read from it")
    yield stdin


def _kept(path: Path) -> Path:
    kept: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(prefix="tmdbdash-")
        kept = Path(name)
        with os.fdopen(descriptor, "wb") as file, _source(path) as source:
            shutil.copyfileobj(source, file, 1024 * 1024)
        return kept
    except OSError as error:
        if kept is not None:
            kept.unlink(missing_ok=True)
        where = tempfile.gettempdir() if kept is None else kept.parent
        raise DatasetError(
            f"cannot be read and kept in {where} ({error.strerror or error}); TMPDIR names another "
            "folder for it"
        ) from None
    except BaseException:
        if kept is not None:
            kept.unlink(missing_ok=True)
        raise
