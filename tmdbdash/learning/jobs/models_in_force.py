"""The models of a training, read from the disk, or from the database where the disk has none.

The database has the files of every stored training. Those on disk are a copy, so that not every run
fetches them; where it is missing or damaged, as on another host, it is fetched again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tmdbdash.errors import NotReadyError
from tmdbdash.learning.artifacts.model_folders import KEEP, prune_models, write_files
from tmdbdash.learning.artifacts.model_store import load_models, stored_names
from tmdbdash.learning.artifacts.predictor import Predictor, champions_of
from tmdbdash.records import SHOWN, Evaluation, TrainingRun, latest_believable
from tmdbdash.records.live import widenings
from tmdbdash.records.tasks import TASKS, Task

if TYPE_CHECKING:
    from tmdbdash.storage import Store

T = TypeVar("T")

LARGEST_TRAINING = 512 * 2**20
"""Bytes of all files of one training; those of a million films take some fifty million."""


def read_models(
    store: Store, models_dir: Path, trained_at: datetime, read: Callable[[Path], T]
) -> T:
    """What ``read`` returns for the folder that has the models of a training.

    Where it raises `NotReadyError`, the files are fetched and it is called again; with a store that
    only reads they are fetched into a temporary folder. Raises `NotReadyError` where the database
    has no usable files either, `OSError` where they cannot be written.
    """
    try:
        return read(models_dir)
    except NotReadyError:
        files = store.fetch_model_files(trained_at, LARGEST_TRAINING)
        if not files:
            raise
    if store.only_reads:
        with tempfile.TemporaryDirectory(prefix="tmdbdash-models-") as folder:
            write_files(Path(folder), trained_at, files)
            return read(Path(folder))
    write_files(models_dir, trained_at, files)
    prune_models(models_dir, keep=KEEP, current=trained_at)
    return read(models_dir)


def load_predictor(
    store: Store, models_dir: Path, training: TrainingRun, names: Collection[str] = (SHOWN,)
) -> Predictor:
    """The models of a training: its champions where `SHOWN` is named, and the others named.

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
        store, models_dir, trained_at, lambda folder: load_models(folder, trained_at, wanted)
    )
    live = store.fetch_live_predictions()
    return Predictor(training.trained_at, champions, stored, widenings(live))


def model_names(store: Store, models_dir: Path, training: TrainingRun) -> list[str]:
    """The names of the models of a training. Raises `NotReadyError` as `load_predictor`."""
    trained_at = training.trained_at
    return read_models(
        store, models_dir, trained_at, lambda folder: stored_names(folder, trained_at)
    )


def load_champions(store: Store, models_dir: Path, now: datetime) -> Predictor:
    """The champions of the last training as of ``now``. Raises `NotReadyError` without any."""
    training = store.fetch_last_training(latest_believable(now))
    if training is None:
        raise NotReadyError("there is no model yet: run `tmdbdash train` first")
    return load_predictor(store, models_dir, training, (SHOWN,))


def task_notes(store: Store, trained_at: datetime) -> dict[str, str]:
    """The notes of the tasks of that training by task key, as "too_little_data"."""
    evaluation = store.fetch_study(Evaluation, made_at=trained_at)
    return evaluation.notes if evaluation else {}
