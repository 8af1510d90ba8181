"""Where the files of fitted models lie: one folder a training, under ``state/models/``.

A folder appears under its name only when it is complete, and is never changed afterwards. Which
folder is current is not said on disk: it is the one of the last training in the database, whose
row is committed after the folder was written, with a copy of its files. So there is one point at
which a training happens, and a run killed anywhere leaves the former models in force.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tmdbdash.files import PRIVATE, write_atomic
from tmdbdash.learning.manifest import unusable

_BEGUN = ".new-"
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
        if final.exists():
            shutil.rmtree(final)
        begun.replace(final)
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise
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
    entries = [path for path in folder.iterdir() if path.is_dir()]
    trainings = sorted((p for p in entries if p.name[:1].isdigit()), key=lambda p: p.name)
    begun = [p for p in entries if p.name.startswith(_BEGUN)]
    for path in trainings[: max(len(trainings) - keep, 0)] + begun:
        if path.name != kept:
            shutil.rmtree(path, ignore_errors=True)


def models_folder(folder: Path, trained_at: datetime) -> Path:
    """The folder of one training; names sort by time."""
    return folder / trained_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
