"""Stored models: what comes back, and everything that must be refused with a way out."""

import hashlib
import json
import shutil
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from tmdbdash import files
from tmdbdash.errors import NotReadyError
from tmdbdash.learning.evaluate import FittedModel, fit_and_measure
from tmdbdash.learning.features import LINEAR
from tmdbdash.learning.model_files import (
    MANIFEST,
    load_models,
    models_folder,
    prune_models,
    save_models,
)
from tmdbdash.learning.models import REGISTRY, TARGETS

NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)
MODEL = "linear_regression.popularity.skops"


def some_features(names: tuple[str, ...] = LINEAR.names) -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(7).random((40, len(names))), columns=list(names))


def fitted() -> list[FittedModel]:
    features = some_features()
    actual = features.to_numpy().sum(axis=1)
    spec = REGISTRY["linear_regression"]
    return [fit_and_measure(spec, target, features, actual) for target in TARGETS]


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    return save_models(tmp_path / "models", NOON, fitted())


def load(stored: Path) -> list[FittedModel]:
    return load_models(stored.parent, NOON)


def put(stored: Path, estimator: Any) -> None:
    """Another object in a model's place, with a checksum that fits."""
    content = skops.io.dumps(estimator)
    (stored / MODEL).write_bytes(content)

    def correct(manifest: Any) -> None:
        manifest["models"][0]["sha256"] = hashlib.sha256(content).hexdigest()

    change_manifest(stored, correct)


def change_manifest(stored: Path, change: Callable[[Any], object]) -> None:
    manifest = json.loads((stored / MANIFEST).read_text())
    change(manifest)
    (stored / MANIFEST).write_text(json.dumps(manifest))


def refused(stored: Path) -> str:
    with pytest.raises(NotReadyError) as caught:
        load(stored)
    sentence = str(caught.value)
    assert "tmdbdash train" in sentence
    assert NotReadyError.exit_code == 5
    save_models(stored.parent, NOON, fitted())
    assert len(load(stored)) == 2  # the next training heals it
    return sentence


def test_models_come_back_as_they_were(tmp_path: Path) -> None:
    before = fitted()
    save_models(tmp_path, NOON, before)
    after = load_models(tmp_path, NOON)
    features = some_features()
    for old, new in zip(before, after, strict=True):
        assert (new.spec, new.target, new.metrics) == (old.spec, old.target, old.metrics)
        np.testing.assert_array_equal(new.predict(features), old.predict(features))


def test_beside_the_models_lies_what_they_were_made_with(stored: Path) -> None:
    import sklearn

    import tmdbdash

    manifest = json.loads((stored / MANIFEST).read_text())
    assert manifest["trained_at"] == "2025-11-20T12:00:00+00:00"
    assert manifest["program"] == tmdbdash.__version__
    assert manifest["scikit_learn"] == sklearn.__version__
    popularity, rating = manifest["models"]
    assert (popularity["target"], rating["target"]) == TARGETS
    assert popularity["model"] == "linear_regression"
    assert popularity["features"] == list(LINEAR.names)
    assert popularity["sha256"] == hashlib.sha256((stored / MODEL).read_bytes()).hexdigest()
    assert set(popularity["metrics"]) == {"mae", "r2", "rows_train", "rows_test"}


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
        patch.setattr("tmdbdash.learning.model_files.write_atomic", killed)
        with pytest.raises(KeyboardInterrupt):
            save_models(stored.parent, NOON + timedelta(minutes=15), fitted())
        with pytest.raises(KeyboardInterrupt):
            save_models(stored.parent, NOON, fitted())
    assert [path.name for path in stored.parent.iterdir()] == [stored.name]
    assert len(load(stored)) == 2


def test_missing_models_are_refused(stored: Path) -> None:
    shutil.rmtree(stored)
    assert "are not in" in refused(stored)


def test_a_missing_file_is_refused(stored: Path) -> None:
    (stored / MODEL).unlink()
    assert f"{MODEL} cannot be read" in refused(stored)


@pytest.mark.parametrize("size", [0, 1, 5_000, -1])
def test_a_torn_file_is_refused(stored: Path, size: int) -> None:
    (stored / MODEL).write_bytes((stored / MODEL).read_bytes()[:size])
    assert "checksum" in refused(stored)


def test_a_torn_file_with_a_fitting_checksum_is_refused(stored: Path) -> None:
    torn = (stored / MODEL).read_bytes()[:5_000]
    (stored / MODEL).write_bytes(torn)
    checksum = hashlib.sha256(torn).hexdigest()
    change_manifest(stored, lambda m: m["models"][0].update(sha256=checksum))
    assert "not a model that is safe to load" in refused(stored)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"layout": 1, "models": []}', b"{}"],
)
def test_a_torn_manifest_is_refused(stored: Path, content: bytes) -> None:
    (stored / MANIFEST).write_bytes(content)
    assert "manifest.json" in refused(stored)


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m.update(layout=2),
        lambda m: m.update(models=[]),
        lambda m: m.update(models=None),
        lambda m: m.update(models=[1]),
        lambda m: m.update(scikit_learn=None),
        lambda m: m["models"][0].update(features=None),
        lambda m: m["models"][0].update(metrics=[]),
        lambda m: m["models"][1].pop("sha256"),
    ],
)
def test_a_manifest_of_another_kind_is_refused(
    stored: Path, change: Callable[[Any], object]
) -> None:
    change_manifest(stored, change)
    assert "manifest.json" in refused(stored)


def test_a_missing_manifest_is_refused(stored: Path) -> None:
    (stored / MANIFEST).unlink()
    assert "manifest.json cannot be read" in refused(stored)


def test_another_scikit_learn_is_refused(stored: Path) -> None:
    change_manifest(stored, lambda m: m.update(scikit_learn="1.2.0"))
    assert "scikit-learn 1.2.0" in refused(stored)


def test_other_features_are_refused(stored: Path) -> None:
    change_manifest(stored, lambda m: m["models"][0]["features"].reverse())
    assert "other features" in refused(stored)


def test_a_model_that_left_the_registry_is_refused(stored: Path) -> None:
    change_manifest(stored, lambda m: m["models"][0].update(model="../../oracle"))
    assert "does not know" in refused(stored)


def test_untrusted_types_are_refused(stored: Path) -> None:
    put(
        stored,
        Pipeline([("scale", FunctionTransformer(shutil.rmtree)), ("model", LinearRegression())]),
    )
    assert "shutil.rmtree" in refused(stored)


def test_a_harmless_object_that_is_not_the_model_is_refused(stored: Path) -> None:
    for other in ({"a": 1}, StandardScaler(), Pipeline([("model", LinearRegression())])):
        put(stored, other)
        assert "something else" in refused(stored)


def test_a_model_fitted_on_other_features_is_refused(stored: Path) -> None:
    features = some_features(("budget", *LINEAR.names[1:]))
    estimator = REGISTRY["linear_regression"].make("popularity")
    put(stored, estimator.fit(features, features["budget"]))
    assert "other features" in refused(stored)


def test_pruning_keeps_the_newest_and_the_current(tmp_path: Path) -> None:
    moments = [NOON + timedelta(minutes=15 * i) for i in range(6)]
    for moment in moments:
        models_folder(tmp_path, moment).mkdir()
    (tmp_path / ".new-left-behind").mkdir()
    (tmp_path / "notes").mkdir()
    prune_models(tmp_path, keep=2, current=moments[1])
    expected = {models_folder(tmp_path, moment).name for moment in (moments[1], *moments[4:])}
    assert {path.name for path in tmp_path.iterdir()} == expected | {"notes"}
