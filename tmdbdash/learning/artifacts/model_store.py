"""Fitted models as files that are safe to load.

    <model>.<task>.skops
    records.<target>.npz   track records, where models read any
    seen.npy               the fold index: training films and their folds
    manifest.json          figures, intervals, features, checksums

A blend has no file of its own, but a share in the manifest; its parts have files.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import numpy as np
import pandas as pd
import sklearn
import skops.io

from tmdbdash import __version__
from tmdbdash.errors import NotReadyError
from tmdbdash.learning.artifacts.file_checks import (
    LARGEST_FILE,
    SEEN,
    checked_content,
    file_name,
    records_name,
    sha256,
)
from tmdbdash.learning.artifacts.fold_index import FoldIndex
from tmdbdash.learning.artifacts.manifest import (
    LAYOUT,
    MANIFEST,
    Entry,
    Manifest,
    TrainingOptions,
    read_manifest,
    task_of,
    unusable,
)
from tmdbdash.learning.artifacts.model_folders import models_folder, write_files
from tmdbdash.learning.data.track_records import TRACK_FEATURES, TrackRecords
from tmdbdash.learning.models.conformal_intervals import MondrianIntervals
from tmdbdash.learning.models.cross_fitting import Blend, FoldEnsemble, Regressor
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.registry import REGISTRY, ModelSpec, feature_names
from tmdbdash.records.tasks import Task


@dataclass(frozen=True)
class StoredModels:
    """The models loaded from a folder, and the fold index of their training films."""

    models: tuple[FittedModel, ...]
    seen: FoldIndex

    def model(self, name: str, task: Task) -> FittedModel | None:
        """The model of that name for a task; ``None`` where it was not loaded."""
        return next((m for m in self.models if (m.spec.name, m.task) == (name, task)), None)


def save_models(
    folder: Path,
    trained_at: datetime,
    models: Sequence[FittedModel],
    seen: FoldIndex,
    *,
    options: TrainingOptions | None = None,
) -> Path:
    """Write the models of one training to a folder of their own under ``folder``; return that.

    The parts of a blend have to be among them. Raises `OSError` where the files
    cannot be written.
    """
    files: dict[str, bytes] = {}
    records: dict[str, str] = {}
    entries: list[Entry] = []
    for model in models:
        content = None
        if model.spec.parts is None:
            content = skops.io.dumps(model.estimator, compression=ZIP_DEFLATED)
            files[file_name(model.spec.name, model.task)] = content
        entries.append(_entry(model, content))
        target = model.task.target
        if model.records is not None and target not in records:  # all models of a target have these
            files[records_name(target)] = model.records.dumps()
            records[target] = sha256(files[records_name(target)])
    files[SEEN] = seen.dumps()
    manifest: Manifest = {
        "layout": LAYOUT,
        "trained_at": trained_at.isoformat(),
        "program": __version__,
        "scikit_learn": sklearn.__version__,
        "seen": sha256(files[SEEN]),
        "records": records,
        "notes": options or {},
        "models": entries,
    }
    files[MANIFEST] = (json.dumps(manifest, indent=1, allow_nan=False) + "\n").encode()
    return write_files(folder, trained_at, files)


def load_models(
    folder: Path, trained_at: datetime, wanted: Callable[[str, Task], bool] | None = None
) -> StoredModels:
    """The models of one training in the order stored, or those whose name and task are ``wanted``.

    Raises `NotReadyError`, with the problem and its remedy, where the folder is missing, was
    written by another scikit-learn or for other features, is damaged, or contains types that its
    models do not consist of.
    """
    final = models_folder(folder, trained_at)
    manifest = read_manifest(final)
    if manifest["scikit_learn"] != sklearn.__version__:
        unusable(
            f"the models in {final} were stored by scikit-learn {manifest['scikit_learn']}, "
            f"and this is {sklearn.__version__}"
        )
    try:
        seen = FoldIndex.loads(checked_content(final / SEEN, manifest["seen"]))
    except ValueError as error:
        unusable(f"{final / SEEN} is not what it should be ({error})")
    entries = {(e["model"], task_of(final, e)): e for e in manifest["models"]}
    chosen = [key for key in entries if wanted is None or wanted(*key)]
    records = _load_records(final, manifest, [entries[key] for key in chosen])
    models = [_load(final, entries[key], entries, records) for key in chosen]
    return StoredModels(tuple(models), seen)


def stored_names(folder: Path, trained_at: datetime) -> list[str]:
    """The names of the models of one training. Raises `NotReadyError` as `load_models`."""
    manifest = read_manifest(models_folder(folder, trained_at))
    return list(dict.fromkeys(entry["model"] for entry in manifest["models"]))


def _entry(model: FittedModel, content: bytes | None) -> Entry:
    return {
        "model": model.spec.name,
        "target": model.task.target,
        "mode": model.task.mode,
        "features": model.features,
        "sha256": None if content is None else sha256(content),
        "share": model.estimator.share if isinstance(model.estimator, Blend) else None,
        "intervals": model.intervals.as_json(),
        "metrics": dict(model.metrics),
    }


def _load_records(
    final: Path, manifest: Manifest, entries: Sequence[Entry]
) -> dict[str, TrackRecords]:
    """The track records that these models read, by target."""
    wanted = {e["target"] for e in entries if not {*TRACK_FEATURES}.isdisjoint(e["features"])}
    records = {}
    for target in sorted(wanted):
        path = final / records_name(target)
        content = checked_content(path, manifest["records"].get(target, ""))
        try:
            _refuse_bomb(content)
            records[target] = TrackRecords.loads(content)
        except (ValueError, BadZipFile) as error:
            unusable(f"{path} is not what it should be ({error})")
    return records


def _load(
    final: Path,
    entry: Entry,
    entries: Mapping[tuple[str, Task], Entry],
    records: Mapping[str, TrackRecords],
) -> FittedModel:
    name, task = entry["model"], task_of(final, entry)
    spec = REGISTRY.get(name)
    if spec is None:
        unusable(f"{final / MANIFEST} names a model {name!r} that this program does not know")
    if not set(entry["features"]) <= set(feature_names(spec, task)):
        unusable(f"the model {name} in {final} was fitted on other features than are computed now")
    try:
        intervals = MondrianIntervals.from_json(entry["intervals"])
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        unusable(f"{final / MANIFEST} has damaged intervals ({type(error).__name__})")
    estimator: FoldEnsemble | Blend
    if spec.parts is None:
        estimator = _load_ensemble(final, spec, task, entry)
    else:
        parts = [entries[part, task] for part in spec.parts if (part, task) in entries]
        if entry["share"] is None or len(parts) < len(spec.parts):
            unusable(f"{final / MANIFEST} lacks a part of the model {name}")
        if not 0 <= entry["share"] <= 1:
            unusable(f"{final / MANIFEST} gives a share of {entry['share']} in the model {name}")
        first, second = (
            _load_ensemble(final, REGISTRY[part["model"]], task, part) for part in parts
        )
        estimator = Blend(first, second, entry["share"])
    reads_records = not {*TRACK_FEATURES}.isdisjoint(entry["features"])
    return FittedModel(
        spec,
        task,
        estimator,
        intervals,
        entry["metrics"],
        records=records[task.target] if reads_records else None,
    )


def _load_ensemble(final: Path, spec: ModelSpec, task: Task, entry: Entry) -> FoldEnsemble:
    path = final / file_name(spec.name, task)
    content = checked_content(path, entry["sha256"] or "")
    try:
        _refuse_bomb(content)
        estimator: object = skops.io.loads(content, trusted=list(spec.trusted_types))
        ensemble = _checked_ensemble(estimator, spec, task, entry["features"], path)
        answer = ensemble.predict(pd.DataFrame(0.0, index=[0], columns=entry["features"]))
        if not np.isfinite(answer).all():
            raise ValueError("it answers with no numbers")  # noqa: TRY301
    except NotReadyError:
        raise
    except Exception as error:  # noqa: BLE001  a forged file can break skops and sklearn anywhere
        reason = str(error) or type(error).__name__
        unusable(f"{path} is not a model that is safe to load ({reason})")
    return ensemble


def _refuse_bomb(content: bytes) -> None:
    """Raise `ValueError` where the archive would unpack to more than `LARGEST_FILE`."""
    with ZipFile(io.BytesIO(content)) as archive:
        size = sum(member.file_size for member in archive.infolist())
    if size > LARGEST_FILE:
        raise ValueError(f"it would unpack to {size // 2**20:,} MB")


def _checked_ensemble(
    estimator: object, spec: ModelSpec, task: Task, features: Sequence[str], path: Path
) -> FoldEnsemble:
    """The loaded estimator. Raises `NotReadyError` unless it is this model on these features."""
    types = _types(spec.build(task, features, len(features)))
    members: list[Regressor] = getattr(estimator, "members_", [])
    if (
        type(estimator) is not FoldEnsemble
        or not members
        or any(_types(member) != types for member in members)
    ):
        unusable(f"{path} has something else than its model")
    names = [list(getattr(member, "feature_names_in_", features)) for member in members]
    if any(own != list(features) for own in [list(estimator.feature_names_in_), *names]):
        unusable(f"the model in {path} was fitted on other features than are computed now")
    return estimator


def _types(estimator: Regressor) -> list[type]:
    return [type(estimator), *(type(step) for _, step in getattr(estimator, "steps", ()))]
