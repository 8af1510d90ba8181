"""The reject file: rows that could not be used, one JSON line each, beside the report."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from tmdbdash.errors import UsageError

LONGEST_TEXT = 300


class RejectFile:
    """Written while the block runs, put in place at its end; without rejects there is no file.

    A reject file of an earlier import of the same name is replaced or removed. Raises `UsageError`
    where it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._unfinished = path.with_name(f".{path.name}.tmp")
        self._file: IO[str] | None = None

    def add(self, line: int, reason: str, text: str) -> None:
        """Note one row: the line where it begins, the reason, and its beginning."""
        if len(text) > LONGEST_TEXT:
            text = text[: LONGEST_TEXT - 1] + "…"
        told = {"line": line, "reason": reason} | ({"row": text} if text else {})
        try:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self._unfinished.open("w", encoding="utf-8", errors="replace")
            self._file.write(json.dumps(told, ensure_ascii=False) + "\n")
        except OSError as error:
            raise self._unwritable(error) from None
        self.count += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if self._file is not None:
                self._file.close()
                self._unfinished.replace(self.path)
            else:
                with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                    self.path.unlink()
        except OSError as problem:
            raise self._unwritable(problem) from None

    def _unwritable(self, error: OSError) -> UsageError:
        return UsageError(
            f"the reject file {self.path} cannot be written ({error.strerror or error})"
        )
