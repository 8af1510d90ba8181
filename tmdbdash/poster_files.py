"""The stored posters: a folder with one checked picture for each of TMDB's poster paths.

A picture is named as TMDB's path is, with the ending of its real type. Beside the pictures lies
`RECORD`, of posters that could not be had.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tmdbdash.files import PRIVATE, read_regular, write_atomic
from tmdbdash.utc import iso

POSTER_PATH = re.compile(r"/[A-Za-z0-9_-]{1,100}\.(jpg|png)")
"""What TMDB's poster paths look like; nothing else becomes part of an address or a file's name."""
LARGEST_POSTER = 200_000
"""Bytes; one of the size that is asked for has 5,000 to 30,000."""
TYPES = (".jpg", ".png", ".webp")
RETRY_AFTER = PRUNE_EVERY = timedelta(days=1)
RECORD = "attempts.json"


def image_type(content: bytes) -> str | None:
    """The ending for a JPEG, PNG or WebP file, by its first bytes; ``None`` for anything else."""
    if re.match(rb"\xff\xd8\xff[\xc0-\xfe].{16}", content, re.DOTALL):
        return ".jpg"
    if re.match(rb"\x89PNG\r\n\x1a\n\0\0\0\rIHDR.{17}", content, re.DOTALL):
        return ".png"
    if re.match(rb"RIFF.{4}WEBPVP8[ LX].{14}", content, re.DOTALL):
        return ".webp"
    return None


def poster_file(folder: Path, poster_path: str | None) -> Path | None:
    """The stored picture for a poster path, whose suffix is that of its type; ``None`` without."""
    if not POSTER_PATH.fullmatch(poster_path or ""):
        return None
    for ending in TYPES:
        file = folder / f"{Path(str(poster_path)).stem}{ending}"
        if file.is_file() and not file.is_symlink():
            return file
    return None


def save_poster(folder: Path, poster_path: str, content: bytes) -> Path:
    """Store a picture; returns its file.

    Raises `ValueError` where the path is not one of TMDB's, or where the content is too large or
    no JPEG, PNG or WebP; `OSError` where it cannot be written.
    """
    ending = image_type(content)
    if not POSTER_PATH.fullmatch(poster_path) or len(content) > LARGEST_POSTER:
        raise ValueError("not the path or the size of a poster")
    if ending is None:
        raise ValueError("no JPEG, PNG or WebP")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{Path(poster_path).stem}{ending}"
    write_atomic(file, content, mode=PRIVATE)
    return file


def stored_posters(folder: Path) -> dict[str, Path]:
    """The files of the stored pictures, by TMDB's paths without their endings."""
    files = folder.iterdir() if folder.is_dir() else ()
    return {f"/{file.stem}": file for file in files if file.suffix in TYPES}


def prune(folder: Path, keep: Collection[str]) -> int:
    """Delete all pictures but those for the poster paths to ``keep``; returns how many.

    What a killed process was writing goes too, so no other may be writing here.
    """
    kept = {path.rpartition(".")[0] for path in keep}
    dropped = [file for path, file in stored_posters(folder).items() if path not in kept]
    for file in (*dropped, *folder.glob(".*.tmp")):
        file.unlink(missing_ok=True)
    return len(dropped)


@dataclass
class Attempts:
    """The poster paths that could not be had within the last day, and the time of pruning."""

    failed: dict[str, datetime] = field(default_factory=dict)
    pruned_at: datetime | None = None

    @classmethod
    def read(cls, folder: Path, now: datetime) -> Attempts:
        """The record of a folder as of ``now``: what is a day old, or of the future, is over."""
        attempts = cls()
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
            values = json.loads(read_regular(folder / RECORD))
            times = {path: datetime.fromisoformat(at) for path, at in values["failed"].items()}
            attempts.failed = {p: at for p, at in times.items() if _is_recent(at, now, RETRY_AFTER)}
            pruned_at = datetime.fromisoformat(values["pruned_at"])
            attempts.pruned_at = pruned_at if _is_recent(pruned_at, now, PRUNE_EVERY) else None
        return attempts

    def save(self, folder: Path) -> None:
        """Write the record; raises `OSError`."""
        values = {
            "failed": {path: iso(at) for path, at in sorted(self.failed.items())},
            "pruned_at": None if self.pruned_at is None else iso(self.pruned_at),
        }
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomic(folder / RECORD, json.dumps(values, indent=1).encode(), mode=PRIVATE)


def _is_recent(at: datetime, now: datetime, span: timedelta) -> bool:
    return now - span < at <= now
