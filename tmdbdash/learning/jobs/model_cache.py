"""The models of a training on whatever machine they are asked for: from its disk, or brought there.

The database has the files of every training that is kept; those on disk are a copy, which spares a
run every two minutes from fetching them. Where that copy is missing or cannot be used, as on
another host, in a new container or after damage, it is made anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tmdbdash.errors import NotReadyError
from tmdbdash.learning.artifacts.model_folders import KEEP, place_files, prune_models

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
            place_files(Path(folder), trained_at, files)
            return read(Path(folder))
    place_files(settings.models_dir, trained_at, files)
    prune_models(settings.models_dir, keep=KEEP, current=trained_at)
    return read(settings.models_dir)
