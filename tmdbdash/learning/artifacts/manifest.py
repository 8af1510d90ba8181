"""The manifest beside stored models, read and checked."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypedDict

from tmdbdash.errors import NotReadyError
from tmdbdash.records.tasks import TASKS, Task

if TYPE_CHECKING:
    from tmdbdash.learning.models.conformal_intervals import IntervalsJson

MANIFEST = "manifest.json"
LAYOUT = 5
"""The version of folder and manifest; another one is refused."""


class Entry(TypedDict):
    """One model of the manifest; a blend has no ``sha256``, and only a blend has a ``share``."""

    model: str
    target: str
    mode: str
    features: list[str]
    sha256: str | None
    share: float | None
    intervals: IntervalsJson
    metrics: dict[str, float]


class TrainingOptions(TypedDict, total=False):
    """What a training was asked for: its budget in seconds, and the models named if any.

    ``left_out`` is whether the budget left no time for some model.
    """

    budget: float | None
    left_out: bool
    named: list[str]


class Manifest(TypedDict):
    """The manifest; ``seen`` is the checksum of the fold index, ``records`` those by target."""

    layout: int
    trained_at: str
    program: str
    scikit_learn: str
    seen: str
    records: dict[str, str]
    notes: TrainingOptions
    models: list[Entry]


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


def read_manifest(final: Path) -> Manifest:
    """The manifest in a training's folder, its types and numbers checked.

    Raises `NotReadyError` where it is missing, damaged, or written by another version.
    """
    if not final.is_dir():
        unusable(f"the models of the last training are not in {final}")
    path = final / MANIFEST
    try:
        manifest = json.loads(path.read_bytes(), parse_constant=_refuse_constant)
        layout = manifest["layout"]
        complete = (
            isinstance(manifest["scikit_learn"], str)
            and isinstance(manifest.get("seen"), str)
            and isinstance(manifest.get("records"), dict)
            and all(isinstance(checksum, str) for checksum in manifest["records"].values())
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
    checked: Manifest = manifest
    return checked


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)  # NaN and infinities, which Python reads but are no JSON


def task_of(final: Path, entry: Entry) -> Task:
    """The task of an entry of the manifest. Raises `NotReadyError` for an unknown one."""
    task = Task(entry["target"], entry["mode"])
    if task not in TASKS:
        unusable(f"{final / MANIFEST} names a task {task.key!r} that there is not")
    return task


def unusable(problem: str) -> NoReturn:
    """Raise `NotReadyError` with the problem and its remedy."""
    raise NotReadyError(f"{problem}: run `tmdbdash train`, which stores the models anew")
