"""The reject file: the texts of unusable rows, to be corrected and imported again."""

from __future__ import annotations

import contextlib
import logging
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import IO, Self

from tmdbdash.errors import UsageError
from tmdbdash.importing.datasets.rejected import as_line

log = logging.getLogger(__name__)

LARGEST = 32 * 1024 * 1024
"""Characters that a reject file may have; beyond, rows are counted, but no longer kept."""

MOST_FILES = 100
MOST_DAYS = 180
DAY_SECONDS = 86_400


def drop_old_reject_files(folder: Path, own: Collection[Path]) -> None:
    """Remove all but the newest reject files, and those much older than the newest of all.

    The import's ``own`` files are never removed. The files' times are compared with each other, so
    that a clock that jumped ahead removes none. A killed import's unfinished files go a day later.
    """
    found = []
    for path in folder.glob("*.rejects.jsonl"):
        with contextlib.suppress(OSError):
            found.append((path.stat().st_mtime, path))
    found.sort(reverse=True)
    newest = found[0][0] if found else 0.0
    others = [(changed, path) for changed, path in found if path not in own]
    dropped = 0
    for index, (changed, path) in enumerate(others):
        if index >= MOST_FILES or newest - changed > MOST_DAYS * DAY_SECONDS:
            with contextlib.suppress(OSError):
                path.unlink()
                dropped += 1
    if dropped:
        log.info("%d old reject files were removed from %s", dropped, folder)
    for path in folder.glob(".*.rejects.jsonl.tmp"):
        with contextlib.suppress(OSError):
            if newest - path.stat().st_mtime > DAY_SECONDS:
                path.unlink()


class RejectFile:
    """Written within the block, complete at its end; without rejects there is no file.

    Each line is a JSON object: the row's line, the reason, the row's text, and on the first
    line the header that a CSV needs. `import` reads such a file again. ``path`` is ``None`` where
    rejects are only counted. ``count`` are all rejects, ``kept`` those in the file, and
    ``reasons`` how often each reason came. A reject file of an earlier import of the same name is
    replaced or removed. Raises `UsageError` where it cannot be written.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.count = 0
        self.kept = 0
        self.reasons: Counter[str] = Counter()
        self.header = ""
        self._size = 0
        self._file: IO[str] | None = None

    def add(self, line: int, reason: str, text: str) -> None:
        """Note one row: the line where it begins, the reason, and its text."""
        self.count += 1
        self.reasons[reason[:200]] += 1 if len(self.reasons) < 10_000 else 0
        if self.path is None:
            return
        written = as_line(line, reason, text, "" if self.kept else self.header)
        if self._size + len(written) > LARGEST:
            self._size = LARGEST  # so that no shorter row is written after it
            return
        try:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._unfinished(self.path).open("w", encoding="utf-8")
            self._file.write(written)
        except OSError as error:
            raise self._unwritable(error) from None
        self._size += len(written)
        self.kept += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.path is None:
            return
        try:
            if self._file is not None:
                self._file.close()
                self._unfinished(self.path).replace(self.path)
            else:
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                    self.path.unlink()
        except OSError as problem:
            raise self._unwritable(problem) from None

    @staticmethod
    def _unfinished(path: Path) -> Path:
        return path.with_name(f".{path.name}.tmp")

    def _unwritable(self, error: OSError) -> UsageError:
        return UsageError(
            f"the reject file {self.path} cannot be written ({error.strerror or error})"
        )
