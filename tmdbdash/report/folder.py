"""The published folder: what page is in it, and putting a new one there."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tmdbdash.errors import UsageError
from tmdbdash.files import write_atomic
from tmdbdash.report.assets import ASSET_NAME

FOLDER_MODE = 0o755
ORPHAN_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Published:
    """What a folder shows now: no page at all, an empty one, simulated or real films.

    ``posters`` says whether it shows images of TMDB's, ``loaded`` the files that an open page may
    still ask for.
    """

    page: bool
    films: bool
    simulated: bool
    posters: bool = False
    loaded: frozenset[str] = field(default=frozenset(), compare=False)


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
            loaded=frozenset(_texts(data.get("files"))),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return Published(page, films=page, simulated=False)


def write_all(out_dir: Path, files: Mapping[str, bytes], now: datetime) -> Written:
    """Write the files in their order, then remove assets of ours that are no longer named.

    What the page before this one loads when asked stays until the next time: someone who has it
    open learns of the new one only with the next poll. Each file is complete or as it was. Raises
    `UsageError` where the folder cannot be written.
    """
    named = look_at(out_dir).loaded | files.keys()
    try:
        _make_folders(out_dir, files)
        changed = [path for path, content in files.items() if write_atomic(out_dir / path, content)]
        removed = _remove_old(out_dir, files, named, now)
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


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _remove_old(
    out_dir: Path, files: Mapping[str, bytes], named: Collection[str], now: datetime
) -> list[str]:
    """Remove former assets, and temporary files that a killed writer left an hour ago or more."""
    removed = []
    for path in sorted((out_dir / "assets").iterdir()):
        name = f"assets/{path.name}"
        if ASSET_NAME.fullmatch(path.name) and name not in named:
            path.unlink(missing_ok=True)
            removed.append(name)
    for name in files:
        written = out_dir / name
        for path in written.parent.glob(f".{written.name}.*.tmp"):
            if now.timestamp() - path.stat().st_mtime > ORPHAN_SECONDS:
                path.unlink(missing_ok=True)
    return removed
