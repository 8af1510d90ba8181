"""A folder of stored models, made once and copied."""

import functools
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.parts.few_trees import boosted_by_few
from tests.parts.films import movie
from tmdbdash.learning.artifacts.fold_index import FoldIndex
from tmdbdash.learning.artifacts.manifest import MANIFEST
from tmdbdash.learning.artifacts.model_store import load_models, save_models
from tmdbdash.learning.data.film_table import FilmTable, columns_of, read_films
from tmdbdash.learning.evaluation.metrics import with_metrics
from tmdbdash.learning.models.fit import fit_all
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.registry import REGISTRY
from tmdbdash.records.tasks import TASKS

NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)
MODEL = "linear_regression.popularity.skops"
NAMES = ("median", "linear_regression", "ridge", "boosting", "smooth_ridge", "blend")
RELEASED_TASKS = TASKS[:2]


def some_films(count: int = 320) -> FilmTable:
    return read_films(columns_of([movie(i) for i in range(1, count + 1)]))


@functools.cache
def fitted() -> tuple[tuple[FittedModel, ...], FoldIndex]:
    """The baselines and the blend with its parts, for released films."""
    films = some_films()
    with boosted_by_few(30):
        done = fit_all(films, [REGISTRY[name] for name in NAMES], lambda: True, RELEASED_TASKS)
    models = (
        with_metrics(model, done.rows[task], films)
        for task in RELEASED_TASKS
        for model in done.models[task].values()
    )
    return tuple(models), FoldIndex.of(films, done.rows)


def one_fitted() -> tuple[list[FittedModel], FoldIndex]:
    """The model of the file `MODEL` alone: as good as all where only the storing matters."""
    models, seen = fitted()
    return [m for m in models if (m.spec.name, m.task) == (NAMES[1], TASKS[0])], seen


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_models(tmp_path_factory.mktemp("made") / "models", NOON, *fitted())


@pytest.fixture
def stored(template: Path, tmp_path: Path) -> Path:
    """A folder of its own as it was saved, so that not every test has to save anew."""
    shutil.copytree(template.parent, tmp_path / "models")
    return tmp_path / "models" / template.name


def load(stored: Path) -> tuple[FittedModel, ...]:
    return load_models(stored.parent, NOON).models


def change_manifest(stored: Path, change: Callable[[Any], object]) -> None:
    manifest = json.loads((stored / MANIFEST).read_text())
    change(manifest)
    (stored / MANIFEST).write_text(json.dumps(manifest))
