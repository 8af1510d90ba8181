"""The last training's models on whatever machine they are asked for: from its disk or the database.

The database has the files of every training that is kept; those on disk are a copy, which spares a
run every two minutes from fetching them. Where that copy is missing or cannot be used, as on
another host, in a new container or after damage, it is made anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tmdbdash.errors import NotReadyError
from tmdbdash.learning.artifacts.model_folders import KEEP, prune_models, write_files
from tmdbdash.learning.artifacts.model_store import load_models, stored_names
from tmdbdash.learning.artifacts.predictor import Predictor, champions_of
from tmdbdash.learning.data.tasks import TASKS, Task
from tmdbdash.records import EVALUATION, SHOWN, TrainingRun, latest_believable

if TYPE_CHECKING:
    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store

T = TypeVar("T")

LARGEST_TRAINING = 512 * 2**20
"""Bytes of all files of one training; those of a million films take some fifty million."""


def read_models(
    store: Store, settings: Settings, trained_at: datetime, read: Callable[[Path], T]
) -> T:
    """What ``read`` returns for the folder under which the models of a training lie.

    It is called again, after the files were fetched, where it raises `NotReadyError`. A store that
    only reads leaves no trace: then they are only there meanwhile. Raises `NotReadyError` where
    the database has no usable files either, `OSError` where they cannot be written.
    """
    try:
        return read(settings.models_dir)
    except NotReadyError:
        files = store.fetch_model_files(trained_at, LARGEST_TRAINING)
        if not files:
            raise
    if store.only_reads:
        with tempfile.TemporaryDirectory(prefix="tmdbdash-models-") as folder:
            write_files(Path(folder), trained_at, files)
            return read(Path(folder))
    write_files(settings.models_dir, trained_at, files)
    prune_models(settings.models_dir, keep=KEEP, current=trained_at)
    return read(settings.models_dir)


def load_predictor(
    store: Store, settings: Settings, training: TrainingRun, names: Collection[str] = (SHOWN,)
) -> Predictor:
    """The models in force; of all stored only the champions (`SHOWN`) and those named.

    Raises `NotReadyError` where they are missing, damaged, or unsafe to load.
    """
    champions = champions_of(training)
    if len(champions) < len(TASKS):
        raise NotReadyError(
            "the last training was made by an older version of this program: run `tmdbdash train`"
        )

    def wanted(name: str, task: Task) -> bool:
        return name in names or (SHOWN in names and champions.get(task) == name)

    trained_at = training.trained_at
    stored = read_models(
        store, settings, trained_at, lambda folder: load_models(folder, trained_at, wanted)
    )
    return Predictor(training.trained_at, champions, stored)


def model_names(store: Store, settings: Settings, training: TrainingRun) -> list[str]:
    """The names of the models of a training. Raises `NotReadyError` as `load_predictor`."""
    trained_at = training.trained_at
    return read_models(store, settings, trained_at, lambda folder: stored_names(folder, trained_at))


def load_champions(store: Store, settings: Settings, now: datetime) -> Predictor:
    """The champions of the last training as of ``now``. Raises `NotReadyError` without any."""
    training = store.fetch_last_training(latest_believable(now))
    if training is None:
        raise NotReadyError("there is no model yet: run `tmdbdash train` first")
    return load_predictor(store, settings, training, (SHOWN,))


def stored_study(store: Store, trained_at: datetime) -> Mapping[str, Any]:
    """The stored `evaluation_study` of the training of that time; empty where it left none."""
    found = store.fetch_study(EVALUATION, until=trained_at)
    study: Mapping[str, Any] = found[1] if found is not None and found[0] == trained_at else {}
    return study
