"""Where the files of fitted models lie: one folder a training, under ``state/models/``.

A folder appears under its name only when it is complete, and is never changed afterwards. Which
folder is current is not said on disk: it is the one of the last training in the database, whose
row is committed after the folder was written, with a copy of its files. So there is one point at
which a training happens, and a run killed anywhere leaves the former models in force.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tmdbdash.files import PRIVATE, write_atomic
from tmdbdash.learning.artifacts.manifest import unusable

_BEGUN = ".new-"
_ASIDE = ".old-"
ABANDONED_SECONDS = 3600
"""After which what was begun counts as left behind by a run that was killed."""
KEEP = 20
"""Trainings whose models stay, as in the database."""
_OUR_NAME = re.compile(r"[a-z][a-z0-9_.]{0,149}")


def place_files(folder: Path, trained_at: datetime, files: Mapping[str, bytes]) -> Path:
    """Put the files of one training under ``folder`` and return their own folder.

    All of them appear at once: they are written under another name, and that is then changed.
    Raises `NotReadyError` for a name that no file of ours has, `OSError` where they cannot be
    written.
    """
    if strange := [name for name in files if not _OUR_NAME.fullmatch(name)]:
        unusable(f"the models of the last training have a file of an odd name, {strange[0]!r}")
    folder.mkdir(parents=True, exist_ok=True)
    begun = Path(tempfile.mkdtemp(prefix=_BEGUN, dir=folder))
    try:
        for name, content in files.items():
            write_atomic(begun / name, content, mode=PRIVATE)
        final = models_folder(folder, trained_at)
        with contextlib.suppress(FileNotFoundError):
            final.replace(folder / f"{_ASIDE}{begun.name}")
        try:
            begun.replace(final)
        except OSError:
            if not final.is_dir():
                raise
            # Another process has just put the same files there.
            shutil.rmtree(begun, ignore_errors=True)
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(folder / f"{_ASIDE}{begun.name}", ignore_errors=True)
    return final


def read_files(folder: Path, trained_at: datetime) -> dict[str, bytes]:
    """The files of one training by name, as `place_files` takes them. Raises `OSError`."""
    return {path.name: path.read_bytes() for path in models_folder(folder, trained_at).iterdir()}


def prune_models(folder: Path, *, keep: int, current: datetime) -> None:
    """Remove all but the newest ``keep`` trainings' folders, and what a killed run left behind.

    The folder of the training at ``current`` stays whatever its age: after a clock was set back
    it need not be the newest.
    """
    kept = models_folder(folder, current).name
    long_ago = time.time() - ABANDONED_SECONDS
    trainings, abandoned = [], []
    for path in folder.iterdir():
        if path.name[:1].isdigit():
            trainings.append(path)
        elif path.name.startswith((_BEGUN, _ASIDE)):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < long_ago:
                    abandoned.append(path)
    trainings.sort(key=lambda path: path.name)
    for path in trainings[: max(len(trainings) - keep, 0)] + abandoned:
        if path.name != kept:
            shutil.rmtree(path, ignore_errors=True)


def models_folder(folder: Path, trained_at: datetime) -> Path:
    """The folder of one training; names sort by time."""
    return folder / trained_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
