"""The folders of model files under ``state/models/``, one a training.

A folder gets its name when it is complete, and is not changed afterwards. The current one is that
of the last training in the database, whose row is committed, with a copy of the files, after the
folder was written. So a run that is killed at any point leaves the former models current.
"""

from __future__ import annotations

import contextlib
import errno
import re
import shutil
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from tmdbdash.files import PRIVATE, write_atomic
from tmdbdash.learning.artifacts.manifest import unusable

_NEW = ".new-"
_OLD = ".old-"
ABANDONED_SECONDS = 3600
"""Age from which an unfinished folder counts as left by a killed run."""
KEEP = 20
"""The number of trainings whose models are kept, as in the database."""
_OUR_NAME = re.compile(r"[a-z][a-z0-9_.]{0,149}")


def write_files(folder: Path, trained_at: datetime, files: Mapping[str, bytes]) -> Path:
    """Write the files of one training to a folder of their own under ``folder``; return that.

    They appear at once, by renaming the folder. Raises `NotReadyError` for a file name that this
    program does not use, `OSError` where they cannot be written.
    """
    if foreign := [name for name in files if not _OUR_NAME.fullmatch(name)]:
        unusable(f"the models of the last training have a file of an odd name, {foreign[0]!r}")
    folder.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=_NEW, dir=folder))
    try:
        for name, content in files.items():
            write_atomic(new / name, content, mode=PRIVATE)
        final = models_folder(folder, trained_at)
        with contextlib.suppress(FileNotFoundError):
            final.replace(folder / f"{_OLD}{new.name}")
        try:
            new.replace(final)
        except OSError as error:
            # Another process has just written the same files; it may be replacing them itself.
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) and not final.is_dir():
                raise
            shutil.rmtree(new, ignore_errors=True)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    finally:
        shutil.rmtree(folder / f"{_OLD}{new.name}", ignore_errors=True)
    return final


def read_files(folder: Path, trained_at: datetime) -> dict[str, bytes]:
    """The files of one training by name, as for `write_files`. Raises `OSError`."""
    return {path.name: path.read_bytes() for path in models_folder(folder, trained_at).iterdir()}


def prune_models(folder: Path, *, keep: int, current: datetime) -> None:
    """Remove all but the newest ``keep`` trainings' folders, and those that killed runs left.

    The folder of the training at ``current`` is kept: after a clock was set back it need not be
    among the newest.
    """
    kept = models_folder(folder, current).name
    limit = time.time() - ABANDONED_SECONDS
    trainings, abandoned = [], []
    for path in folder.iterdir():
        if path.name[:1].isdigit():
            trainings.append(path)
        elif path.name.startswith((_NEW, _OLD)):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < limit:
                    abandoned.append(path)
    trainings.sort(key=lambda path: path.name)
    for path in trainings[: max(len(trainings) - keep, 0)] + abandoned:
        if path.name != kept:
            shutil.rmtree(path, ignore_errors=True)


def models_folder(folder: Path, trained_at: datetime) -> Path:
    """The folder of one training; names sort by time."""
    return folder / trained_at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
