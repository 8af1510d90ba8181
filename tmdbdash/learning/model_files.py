"""Fitted models on disk: one folder a training, in a form that is safe to load.

    models/<time of training>/<model>.<target>.skops
    models/<time of training>/manifest.json

A folder appears under its name only when it is complete, and is never changed afterwards. Which
folder is current is not said on disk: it is the one of the last training in the database, whose
row is committed after the folder was written. So there is one point at which a training happens,
and a run killed anywhere leaves the former models in force.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn
from zipfile import BadZipFile

import sklearn
import skops.io

from tmdbdash import __version__
from tmdbdash.errors import NotReadyError
from tmdbdash.files import PRIVATE, write_atomic
from tmdbdash.learning.evaluate import FittedModel
from tmdbdash.learning.models import REGISTRY

MANIFEST = "manifest.json"
LAYOUT = 1
"""Number of the layout of folder and manifest; another number is not read."""

_BEGUN = ".new-"
_UNLOADABLE = (TypeError, ValueError, KeyError, AttributeError, ImportError, BadZipFile, OSError)
"""What skops raises for content that it refuses (untrusted types: a TypeError) or cannot read."""


def save_models(folder: Path, trained_at: datetime, models: Iterable[FittedModel]) -> Path:
    """Store the models of one training under ``folder`` and return their own folder.

    All of it appears at once: it is written under another name and then renamed. Raises `OSError`
    where it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    begun = Path(tempfile.mkdtemp(prefix=_BEGUN, dir=folder))
    try:
        entries = []
        for model in models:
            content = skops.io.dumps(model.estimator)
            write_atomic(begun / _file_name(model.spec.name, model.target), content, mode=PRIVATE)
            entries.append(_entry(model, content))
        manifest = {
            "layout": LAYOUT,
            "trained_at": trained_at.isoformat(),
            "program": __version__,
            "scikit_learn": sklearn.__version__,
            "models": entries,
        }
        text = json.dumps(manifest, indent=2, allow_nan=False) + "\n"
        write_atomic(begun / MANIFEST, text.encode(), mode=PRIVATE)
        final = models_folder(folder, trained_at)
        if final.exists():
            shutil.rmtree(final)
        begun.replace(final)
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    return final


def load_models(folder: Path, trained_at: datetime) -> list[FittedModel]:
    """The models of one training, in the order in which they were stored.

    Raises `NotReadyError`, with what is wrong and the way out, where the folder is missing, was
    written by another scikit-learn or for other features, is damaged, or holds anything but the
    types that its models are made of.
    """
    final = models_folder(folder, trained_at)
    manifest = _read_manifest(final)
    if manifest["scikit_learn"] != sklearn.__version__:
        _unusable(
            f"the models in {final} were stored by scikit-learn {manifest['scikit_learn']}, "
            f"and this is {sklearn.__version__}"
        )
    return [_load(final, entry) for entry in manifest["models"]]


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


def _file_name(model: str, target: str) -> str:
    return f"{model}.{target}.skops"


def _entry(model: FittedModel, content: bytes) -> dict[str, Any]:
    return {
        "model": model.spec.name,
        "target": model.target,
        "features": list(model.spec.features.names),
        "sha256": hashlib.sha256(content).hexdigest(),
        "metrics": dict(model.metrics),
    }


def _read_manifest(final: Path) -> dict[str, Any]:
    if not final.is_dir():
        _unusable(f"the models of the last training are not in {final}")
    path = final / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
        layout = manifest["layout"]
        complete = isinstance(manifest["scikit_learn"], str) and all(
            isinstance(entry["model"], str)
            and isinstance(entry["target"], str)
            and isinstance(entry["sha256"], str)
            and isinstance(entry["features"], list)
            and isinstance(entry["metrics"], dict)
            for entry in manifest["models"]
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        _unusable(f"{path} cannot be read ({type(error).__name__})")
    if layout != LAYOUT or not complete or not manifest["models"]:
        _unusable(f"{path} is damaged or was written by another version of this program")
    found: dict[str, Any] = manifest
    return found


def _load(final: Path, entry: dict[str, Any]) -> FittedModel:
    name, target = entry["model"], entry["target"]
    spec = REGISTRY.get(name)
    if spec is None:
        _unusable(f"{final / MANIFEST} speaks of a model {name!r} that this program does not know")
    if entry["features"] != list(spec.features.names):
        _unusable(f"the model {name} in {final} was fitted on other features than are computed now")
    path = final / _file_name(name, target)
    try:
        content = path.read_bytes()
    except OSError as error:
        _unusable(f"{path} cannot be read ({error.strerror})")
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        _unusable(f"{path} is damaged: its checksum is not the one that was stored")
    try:
        estimator = skops.io.loads(content, trusted=list(spec.trusted_types))
    except _UNLOADABLE as error:
        _unusable(f"{path} is not a model that is safe to load ({error})")
    _check_shape(estimator, spec.make(target), entry["features"], path)
    return FittedModel(spec, target, estimator, entry["metrics"])


def _check_shape(estimator: Any, expected: Any, features: Sequence[str], path: Path) -> None:
    """Refuse what loads but is not this model, fitted on these features."""
    parts = [type(part) for _, part in getattr(estimator, "steps", ())]
    if type(estimator) is not type(expected) or parts != [type(p) for _, p in expected.steps]:
        _unusable(f"{path} holds something else than its model")
    if list(getattr(estimator, "feature_names_in_", ())) != list(features):
        _unusable(f"the model in {path} was fitted on other features than are computed now")


def _unusable(problem: str) -> NoReturn:
    raise NotReadyError(f"{problem}: run `tmdbdash train`, which stores the models anew")
