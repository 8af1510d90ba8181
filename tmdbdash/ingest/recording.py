"""Recorded list answers: one JSON line per answer, `{"observed_at": ..., "body": ...}`.

``ingest --record`` appends them, ``import`` replays them.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from tmdbdash.errors import UsageError
from tmdbdash.utc import iso


def check_record(path: Path) -> None:
    """Raise `UsageError` where answers cannot be appended to ``path``."""
    try:
        with path.open("a+b", buffering=0) as file:
            file.seek(0, os.SEEK_END)  # a pipe has no end to append to
    except OSError as error:
        raise _unwritable(path, error) from None


def append_answers(
    path: Path, observed_at: datetime, bodies: Sequence[Mapping[str, object]]
) -> None:
    """Append the list answers of one tick, all or none of them.

    One write, flushed to the disk; where it fails half-way, what it wrote is taken back. A line
    that a crash left unfinished is ended first, so that it does not spoil the next. Raises
    `UsageError` where the file cannot be written.
    """
    if not bodies:
        return
    time = iso(observed_at)
    lines = b"".join(
        json.dumps(
            {"observed_at": time, "body": body}, ensure_ascii=False, separators=(",", ":")
        ).encode("utf-8", "replace")
        + b"\n"
        for body in bodies
    )
    try:
        with path.open("a+b", buffering=0) as file:
            end = file.seek(0, os.SEEK_END)
            if end and os.pread(file.fileno(), 1, end - 1) != b"\n":
                lines = b"\n" + lines
            try:
                if file.write(lines) != len(lines):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301
                os.fsync(file.fileno())
            except OSError:
                file.truncate(end)
                raise
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(f"--record {path}: cannot be written ({error.strerror or error})")
