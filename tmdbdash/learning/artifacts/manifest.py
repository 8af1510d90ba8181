"""What the manifest beside stored models says, and all that has to be right about it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from tmdbdash.errors import NotReadyError
from tmdbdash.learning.data.tasks import TASKS, Task

MANIFEST = "manifest.json"
LAYOUT = 3
"""Number of the layout of folder and manifest; another number is not read."""

_ENTRY_KINDS = {
    "model": str,
    "target": str,
    "mode": str,
    "features": list,
    "sha256": str | None,
    "share": float | None,
    "intervals": dict,
    "metrics": dict,
}


def read_manifest(final: Path) -> dict[str, Any]:
    """The manifest in a training's folder, its kinds and numbers checked.

    Raises `NotReadyError` where it is missing, damaged, or written by another version.
    """
    if not final.is_dir():
        unusable(f"the models of the last training are not in {final}")
    path = final / MANIFEST
    try:
        manifest = json.loads(path.read_bytes(), parse_constant=_no_number)
        layout = manifest["layout"]
        complete = (
            isinstance(manifest["scikit_learn"], str)
            and isinstance(manifest.get("seen"), str)
            and isinstance(manifest.get("notes"), dict)
            and all(
                isinstance(entry[name], kind)
                for entry in manifest["models"]
                for name, kind in _ENTRY_KINDS.items()
            )
            and all(
                all(isinstance(name, str) for name in entry["features"])
                and all(math.isfinite(value) for value in entry["metrics"].values())
                for entry in manifest["models"]
            )
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        unusable(f"{path} cannot be read ({type(error).__name__})")
    if layout != LAYOUT or not complete or not manifest["models"]:
        unusable(f"{path} is damaged or was written by another version of this program")
    found: dict[str, Any] = manifest
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and the infinities, which Python reads and never stores here


def task_of(final: Path, entry: Mapping[str, Any]) -> Task:
    """The task of an entry of the manifest. Raises `NotReadyError` for one that there is not."""
    task = Task(entry["target"], entry["mode"])
    if task not in TASKS:
        unusable(f"{final / MANIFEST} speaks of a task {task.key!r} that there is not")
    return task


def unusable(problem: str) -> NoReturn:
    """Raise `NotReadyError` with what is wrong and the way out."""
    raise NotReadyError(f"{problem}: run `tmdbdash train`, which stores the models anew")
