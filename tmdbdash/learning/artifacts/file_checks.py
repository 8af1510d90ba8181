"""The files of a training on the disk, checked without loading pandas or scikit-learn."""

from __future__ import annotations

import hashlib
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from tmdbdash import __version__
from tmdbdash.errors import NotReadyError
from tmdbdash.learning.artifacts.manifest import (
    TrainingOptions,
    read_manifest,
    task_of,
    unusable,
)
from tmdbdash.learning.artifacts.model_folders import models_folder
from tmdbdash.records.tasks import Task

SEEN = "seen.npy"
LARGEST_FILE = 256 * 2**20
"""Bytes of a stored model, packed or unpacked; one of a million films has some ten million."""


def read_training_options(folder: Path, trained_at: datetime) -> TrainingOptions | None:
    """The options of a training; ``None`` if its files are damaged or of another version."""
    final = models_folder(folder, trained_at)
    try:
        manifest = read_manifest(final)
        if (manifest["scikit_learn"], manifest.get("program")) != (
            version("scikit-learn"),
            __version__,
        ):
            return None
        checked_content(final / SEEN, manifest["seen"])
        for target, checksum in manifest["records"].items():
            checked_content(final / records_name(target), checksum)
        for entry in manifest["models"]:
            if entry["sha256"] is not None:
                checked_content(
                    final / file_name(entry["model"], task_of(final, entry)), entry["sha256"]
                )
    except NotReadyError:
        return None
    return manifest["notes"]


def file_name(model: str, task: Task) -> str:
    """The name of a model's file."""
    return f"{model}.{task.key.replace('/', '.')}.skops"


def records_name(target: str) -> str:
    """The name of the file with the track records for a target."""
    return f"records.{target}.npz"


def sha256(content: bytes) -> str:
    """The checksum of a file's content."""
    return hashlib.sha256(content).hexdigest()


def checked_content(path: Path, checksum: str) -> bytes:
    """The content of a file. Raises `NotReadyError` unless it has this checksum."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            unusable(f"{path} is larger than any file of models ({LARGEST_FILE // 2**20} MB)")
        content = path.read_bytes()
    except OSError as error:
        unusable(f"{path} cannot be read ({error.strerror})")
    if sha256(content) != checksum:
        unusable(f"{path} is damaged: its checksum is not the one that was stored")
    return content
