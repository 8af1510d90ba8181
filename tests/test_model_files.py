"""Stored models: what comes back, and what is kept."""

import hashlib
import json
import os
import stat
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta, timezone
from pathlib import Path

import numpy as np
import pytest

from tests.parts.stored_models import (
    MODEL,
    NAMES,
    NOON,
    RELEASED_TASKS,
    change_manifest,
    fitted,
    load,
    one_fitted,
    some_films,
)
from tmdbdash import files
from tmdbdash.learning.artifacts.file_checks import read_training_options
from tmdbdash.learning.artifacts.manifest import MANIFEST
from tmdbdash.learning.artifacts.model_folders import (
    models_folder,
    prune_models,
    read_files,
    write_files,
)
from tmdbdash.learning.artifacts.model_store import (
    load_models,
    save_models,
    stored_names,
)
from tmdbdash.learning.data.linear_features import LINEAR


def test_models_come_back_as_they_were(stored: Path) -> None:
    before, seen = fitted()
    stored_models = load_models(stored.parent, NOON)
    films = some_films(400)
    for old, new in zip(before, stored_models.models, strict=True):
        assert (new.spec, new.task, new.metrics) == (old.spec, old.task, old.metrics)
        assert new.intervals == old.intervals
        fold = stored_models.seen.fold_of(films.ids, new.task.target)
        np.testing.assert_array_equal(fold, seen.fold_of(films.ids, new.task.target))
        assert (fold[:320] >= 0).all()
        assert (fold[320:] == -1).all()
        np.testing.assert_array_equal(
            new.predict(new.inputs(films), fold), old.predict(old.inputs(films), fold)
        )
        np.testing.assert_array_equal(
            new.predict(new.inputs(films), fold)[:320], old.oof_predictions
        )


def test_only_what_is_wanted_is_loaded(stored: Path) -> None:
    (stored / "boosting.vote_average.skops").write_bytes(b"torn")
    wanted = load_models(stored.parent, NOON, lambda name, task: name == "ridge")
    assert [(m.spec.name, m.task) for m in wanted.models] == [
        ("ridge", task) for task in RELEASED_TASKS
    ]
    assert wanted.model("ridge", RELEASED_TASKS[0]) is wanted.models[0]
    assert wanted.model("blend", RELEASED_TASKS[0]) is None
    assert stored_names(stored.parent, NOON) == list(NAMES)


def test_beside_the_models_lies_what_they_were_made_with(stored: Path) -> None:
    import sklearn

    import tmdbdash

    manifest = json.loads((stored / MANIFEST).read_text())
    assert manifest["trained_at"] == "2025-11-20T12:00:00+00:00"
    assert manifest["program"] == tmdbdash.__version__
    assert manifest["scikit_learn"] == sklearn.__version__
    linear = next(e for e in manifest["models"] if e["model"] == "linear_regression")
    assert (linear["target"], linear["mode"]) == ("popularity", "released")
    assert linear["features"] == list(LINEAR)
    assert linear["sha256"] == hashlib.sha256((stored / MODEL).read_bytes()).hexdigest()
    assert linear["metrics"]["oof_mae"] > 0
    blend = next(e for e in manifest["models"] if e["model"] == "blend")
    assert (blend["sha256"], 0 <= blend["share"] <= 1) == (None, True)
    assert not list(stored.glob("blend*"))


def test_notes_are_read_back_while_everything_is_sound(stored: Path) -> None:
    save_models(stored.parent, NOON, *one_fitted(), options={"budget": 60})
    assert read_training_options(stored.parent, NOON) == {"budget": 60}
    change_manifest(stored, lambda m: m.update(program="0.0.1"))
    assert read_training_options(stored.parent, NOON) is None
    save_models(stored.parent, NOON, *one_fitted(), options={"budget": 60})
    (stored / MODEL).write_bytes(b"torn")
    assert read_training_options(stored.parent, NOON) is None
    assert read_training_options(stored.parent, NOON + timedelta(days=1)) is None


def test_trees_are_stored_in_few_files(stored: Path) -> None:
    """As scikit-learn keeps them it would be four files a tree, 600 trees."""
    with zipfile.ZipFile(stored / "boosting.popularity.skops") as held:
        assert len(held.namelist()) < 200


def test_models_are_private(stored: Path) -> None:
    assert {stat.S_IMODE(path.stat().st_mode) for path in stored.iterdir()} == {0o600}
    assert stat.S_IMODE(stored.stat().st_mode) == 0o700


def test_the_folder_is_named_by_the_moment_whatever_the_zone(tmp_path: Path) -> None:
    elsewhere = NOON.astimezone(timezone(timedelta(hours=-3)))
    assert models_folder(tmp_path, elsewhere) == models_folder(tmp_path, NOON)


def test_a_run_killed_while_writing_leaves_the_former_models(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(path: Path, content: bytes, *, mode: int = files.PUBLIC) -> bool:
        if path.name == MANIFEST:
            raise KeyboardInterrupt
        return files.write_atomic(path, content, mode=mode)

    with monkeypatch.context() as patch:
        patch.setattr("tmdbdash.learning.artifacts.model_folders.write_atomic", killed)
        with pytest.raises(KeyboardInterrupt):
            save_models(stored.parent, NOON + timedelta(minutes=15), *one_fitted())
        with pytest.raises(KeyboardInterrupt):
            save_models(stored.parent, NOON, *one_fitted())
    assert [path.name for path in stored.parent.iterdir()] == [stored.name]
    assert len(load(stored)) == 2 * len(NAMES)


def test_pruning_keeps_the_newest_and_the_current(tmp_path: Path) -> None:
    moments = [NOON + timedelta(minutes=15 * i) for i in range(6)]
    for moment in moments:
        models_folder(tmp_path, moment).mkdir()
    hours = {".new-left-behind": 2, ".old-left-behind": 2, ".new-being-written": 0, "notes": 9}
    for name, age in hours.items():
        (tmp_path / name).mkdir()
        at = time.time() - 3600 * age
        os.utime(tmp_path / name, (at, at))
    prune_models(tmp_path, keep=2, current=moments[1])
    expected = {models_folder(tmp_path, moment).name for moment in (moments[1], *moments[4:])}
    assert {path.name for path in tmp_path.iterdir()} == expected | {
        "notes",
        ".new-being-written",
    }


def test_two_processes_may_place_the_same_files_at_once(tmp_path: Path) -> None:
    files = {"a.skops": b"x" * 1000, MANIFEST: b"{}"}

    def place(_: int) -> None:
        write_files(tmp_path, NOON, files)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(place, range(80)))
    assert read_files(tmp_path, NOON) == files
    assert [path.name for path in tmp_path.iterdir()] == [models_folder(tmp_path, NOON).name]
