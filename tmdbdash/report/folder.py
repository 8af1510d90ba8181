"""The published folder: what page is in it, and putting a new one there."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tmdbdash.errors import UsageError
from tmdbdash.files import write_atomic
from tmdbdash.report.assets import ASSET_NAME

FOLDER_MODE = 0o755
ORPHAN_SECONDS = 3600
KEPT_SECONDS = 3600
"""How long an asset stays at least after the last page that named it."""
KEPT_POLLS = 10
"""And how many times an open page asks for the new one meanwhile."""
KEPT_BYTES = 256_000_000
"""What assets of former pages may take up; of more, those named longest ago go at once."""


@dataclass(frozen=True, slots=True)
class Published:
    """What a folder shows now: no page at all, an empty one, simulated or real films.

    ``posters`` says whether it shows images of TMDB's.
    """

    page: bool
    films: bool
    simulated: bool
    posters: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """Paths in the folder that were written, that already held the right bytes, and removed."""

    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


def look_at(out_dir: Path) -> Published:
    """What page the folder holds. One that we cannot read counts as someone's real page."""
    page = (out_dir / "index.html").exists()
    try:
        data = json.loads((out_dir / "data.json").read_bytes())
        return Published(
            page,
            films=not data["empty"],
            simulated=data["simulated"] is True,
            posters=data.get("posters") is True,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Published(page, films=page, simulated=False)


def write_all(
    out_dir: Path, files: Mapping[str, bytes], now: datetime, *, poll_seconds: float = 0
) -> Written:
    """Write the files in their order, then remove assets of ours that no page has named for long.

    Someone who has an older page open, or is given one by a host that keeps it for some minutes,
    still finds all that it loads: what the page before this one named stays for `KEPT_SECONDS`,
    and for `KEPT_POLLS` times the ``poll_seconds`` in which open pages learn of a new one, as far
    as `KEPT_BYTES` suffice. Each file is complete or as it was. Raises `UsageError` where the
    folder cannot be written.
    """
    named = _named_in(out_dir)
    keep = max(KEPT_SECONDS, KEPT_POLLS * poll_seconds)
    try:
        _make_folders(out_dir, files)
        changed = [path for path, content in files.items() if write_atomic(out_dir / path, content)]
        for name in sorted(named - files.keys()):
            _mark(out_dir / name, now)
        removed = _remove_old(out_dir, files, now, keep)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            f"cannot write the page into {out_dir}: {reason}; the page that was there still stands"
        ) from error
    kept = tuple(path for path in files if path not in changed)
    return Written(tuple(changed), kept, tuple(removed))


def _make_folders(out_dir: Path, files: Mapping[str, bytes]) -> None:
    """Make what is missing, readable to a web server whatever the umask says."""
    missing = [folder for folder in (out_dir, *out_dir.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir()
        folder.chmod(FOLDER_MODE)
    for path in sorted({str(Path(name).parent) for name in files} - {"."}):
        folder = out_dir / path
        folder.mkdir(exist_ok=True)
        folder.chmod(FOLDER_MODE)


def _named_in(out_dir: Path) -> set[str]:
    """The assets that the page in the folder names: itself, or to load them when asked."""
    named = set()
    for name in ("index.html", "data.json"):
        with contextlib.suppress(OSError):
            text = (out_dir / name).read_text(encoding="utf-8", errors="replace")
            named |= {f"assets/{found[0]}" for found in ASSET_NAME.finditer(text)}
    return named


def _mark(path: Path, now: datetime) -> None:
    """Note in an asset's time that it was named until now."""
    with contextlib.suppress(FileNotFoundError):
        os.utime(path, (now.timestamp(),) * 2)


def _remove_old(out_dir: Path, files: Mapping[str, bytes], now: datetime, keep: float) -> list[str]:
    """Remove assets of former pages after ``keep`` seconds, and a killed writer's after an hour."""
    removed = []
    former = [
        (now.timestamp() - path.stat().st_mtime, path)
        for path in (out_dir / "assets").iterdir()
        if ASSET_NAME.fullmatch(path.name) and f"assets/{path.name}" not in files
    ]
    kept_bytes = 0
    for age, path in sorted(former):
        kept_bytes += path.stat().st_size
        if age > keep or kept_bytes > KEPT_BYTES:
            path.unlink(missing_ok=True)
            removed.append(f"assets/{path.name}")
        elif age < -keep:
            _mark(path, now)  # left under a clock that was ahead: counted from here
    for name in files:
        written = out_dir / name
        for path in written.parent.glob(f".{written.name}.*.tmp"):
            if now.timestamp() - path.stat().st_mtime > ORPHAN_SECONDS:
                path.unlink(missing_ok=True)
    return removed
