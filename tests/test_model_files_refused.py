"""Stored models that must be refused, with a way out."""

import functools
import hashlib
import io
import json
import math
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from tests.parts.stored_models import (
    MODEL,
    NOON,
    RELEASED_TASKS,
    change_manifest,
    load,
    one_fitted,
    some_films,
)
from tmdbdash.errors import NotReadyError
from tmdbdash.learning.artifacts import file_checks, model_store
from tmdbdash.learning.artifacts.manifest import MANIFEST
from tmdbdash.learning.artifacts.model_store import load_models, save_models
from tmdbdash.learning.data.linear_features import LINEAR
from tmdbdash.learning.models.cross_fitting import FoldEnsemble
from tmdbdash.learning.models.registry import REGISTRY
from tmdbdash.records.tasks import Task


def put(stored: Path, estimator: Any, name: str = MODEL) -> None:
    """Another object in a model's place, with a checksum that fits."""
    content = skops.io.dumps(estimator)
    (stored / name).write_bytes(content)

    def correct(manifest: Any) -> None:
        linear_entry(manifest, name)["sha256"] = hashlib.sha256(content).hexdigest()

    change_manifest(stored, correct)


def linear_entry(manifest: Any, name: str = MODEL) -> Any:
    """The manifest's entry of the model whose file has that name."""
    return next(e for e in manifest["models"] if f"{e['model']}.{e['target']}.skops" == name)


def refused(stored: Path) -> str:
    with pytest.raises(NotReadyError) as caught:
        load(stored)
    sentence = str(caught.value)
    assert "tmdbdash train" in sentence
    assert NotReadyError.exit_code == 5
    save_models(stored.parent, NOON, *one_fitted())
    assert len(load(stored)) == 1  # the next training heals it
    return sentence


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
    torn = (stored / MODEL).read_bytes()[:2_000]
    (stored / MODEL).write_bytes(torn)
    checksum = hashlib.sha256(torn).hexdigest()
    change_manifest(stored, lambda m: linear_entry(m).update(sha256=checksum))
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
        lambda m: m.update(layout=1),
        lambda m: m.update(seen=None),
        lambda m: m.pop("notes"),
        lambda m: m["models"][0].update(mode="late"),
        lambda m: m["models"][0]["intervals"].pop("offsets"),
        lambda m: m["models"][0]["intervals"]["level_edges"].append([1.0]),
        lambda m: m["models"].pop(-2),  # a part of the last blend
        lambda m: m["models"][-1].update(share=None),
        lambda m: m.update(models=[]),
        lambda m: m.update(models=None),
        lambda m: m.update(models=[1]),
        lambda m: m.update(scikit_learn=None),
        lambda m: m["models"][0].update(features=None),
        lambda m: m["models"][0].update(metrics=[]),
        lambda m: m["models"][1].pop("sha256"),
        lambda m: m["models"][0].update(features=[["runtime"]]),
        lambda m: m["models"][0]["metrics"].update(oof_mae="much"),
        lambda m: m["models"][0]["metrics"].update(oof_mae=math.nan),
        lambda m: m["models"][-1].update(share=-50.0),
        lambda m: m["models"][-1].update(share=math.inf),
        lambda m: m["models"][0]["intervals"].update(edges=[1.0]),
        lambda m: offsets(m)[0].__setitem__(0, math.nan),
        lambda m: offsets(m)[0].__setitem__(2, math.inf),
        lambda m: offsets(m)[0].reverse(),
    ],
)
def test_a_manifest_of_another_kind_is_refused(
    stored: Path, change: Callable[[Any], object]
) -> None:
    change_manifest(stored, change)
    assert "manifest.json" in refused(stored)


def offsets(manifest: Any) -> Any:
    """Low end, high end and rows of the levels of one bin of the first model."""
    return manifest["models"][0]["intervals"]["offsets"][0]


def test_numbers_beyond_all_numbers_are_refused(stored: Path) -> None:
    text = (stored / MANIFEST).read_text()
    (stored / MANIFEST).write_text(text.replace('"oof_mae": ', '"oof_mae": 1e999, "was": ', 1))
    assert "manifest.json" in refused(stored)


@pytest.mark.parametrize(("field", "value"), [("left", 2_000_000_000), ("left", 0)])
def test_forged_trees_are_refused(stored: Path, field: str, value: int) -> None:
    """With a checksum that fits: as scikit-learn walks them they would crash it, or never end."""
    path = stored / "boosting.popularity.skops"
    spec = REGISTRY["boosting"]
    ensemble = skops.io.loads(path.read_bytes(), trusted=list(spec.trusted_types))
    for member in ensemble.members_:
        for (tree,) in member._predictors:
            tree.nodes[field][tree.nodes["is_leaf"] == 0] = value
    put(stored, ensemble, path.name)
    assert "lead elsewhere" in refused(stored)


def test_a_file_that_would_unpack_to_more_than_any_model_is_not_opened(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert file_checks.LARGEST_FILE == 256 * 2**20
    monkeypatch.setattr(model_store, "LARGEST_FILE", 16 * 2**20)
    content = io.BytesIO((stored / MODEL).read_bytes())
    with ZipFile(content, "a", ZIP_DEFLATED) as archive, archive.open("big.npy", "w") as member:
        for _ in range(20):
            member.write(bytes(2**20))
    (stored / MODEL).write_bytes(content.getvalue())
    change_manifest(
        stored,
        lambda m: linear_entry(m).update(sha256=hashlib.sha256(content.getvalue()).hexdigest()),
    )
    assert "would unpack to 20 MB" in refused(stored)


def test_a_model_that_cannot_be_asked_is_refused(stored: Path) -> None:
    spec = REGISTRY["linear_regression"]
    for change in ({"coef_": np.ones(3)}, {"intercept_": math.nan}):
        ensemble = skops.io.loads((stored / MODEL).read_bytes(), trusted=list(spec.trusted_types))
        vars(ensemble.members_[0].steps[-1][1]).update(change)
        put(stored, ensemble)
        assert "not a model that is safe to load" in refused(stored)


def test_damage_anywhere_in_a_file_ends_in_a_sentence(stored: Path) -> None:
    """Checksums adjusted: what skops then stumbles over is of many kinds."""

    def wanted(name: str, task: Task) -> bool:
        return (name, task) == ("linear_regression", RELEASED_TASKS[0])

    manifest = json.loads((stored / MANIFEST).read_text())
    good, chance = (stored / MODEL).read_bytes(), np.random.default_rng(3)
    said = []
    for _ in range(60):
        content = bytearray(good)
        for place in chance.integers(len(good), size=3):
            content[place] = chance.integers(256)
        (stored / MODEL).write_bytes(content)
        entry = linear_entry(manifest)
        entry["sha256"] = hashlib.sha256(content).hexdigest()
        (stored / MANIFEST).write_text(json.dumps(manifest))
        try:
            load_models(stored.parent, NOON, wanted)
        except NotReadyError as error:
            said.append(str(error))
    assert len(said) > 30
    assert all(MODEL in sentence for sentence in said)


def test_a_missing_manifest_is_refused(stored: Path) -> None:
    (stored / MANIFEST).unlink()
    assert "manifest.json cannot be read" in refused(stored)


def test_another_scikit_learn_is_refused(stored: Path) -> None:
    change_manifest(stored, lambda m: m.update(scikit_learn="1.2.0"))
    assert "scikit-learn 1.2.0" in refused(stored)


def test_other_features_are_refused(stored: Path) -> None:
    change_manifest(stored, lambda m: linear_entry(m)["features"].reverse())
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
    plain = Pipeline([("model", LinearRegression())])
    films = some_films(40)
    fold = np.arange(40) % 5
    ensemble = FoldEnsemble(plain).fit(films.features("linear"), films.votes, None, fold)
    for other in ({"a": 1}, StandardScaler(), plain, FoldEnsemble(), ensemble):
        put(stored, other)
        assert "something else" in refused(stored)


def test_a_model_fitted_on_other_features_is_refused(stored: Path) -> None:
    films = some_films(40)
    features = films.features("linear").rename(columns={"runtime": "budget"})
    task = RELEASED_TASKS[0]
    pipeline = REGISTRY["linear_regression"].build(task, LINEAR, 32)
    put(stored, FoldEnsemble(pipeline).fit(features, films.votes, None, np.arange(40) % 5))
    assert "other features" in refused(stored)


def test_features_that_are_not_computed_are_refused(stored: Path) -> None:
    change_manifest(stored, lambda m: linear_entry(m)["features"].append("shoe_size"))
    assert "other features" in refused(stored)


def test_a_table_of_films_that_is_none_is_refused(stored: Path) -> None:
    (stored / "seen.npy").write_bytes(b"")
    assert "checksum" in refused(stored)
    for content in (b"", pickle.dumps([1]), seen_bytes(np.zeros((3, 2), dtype=np.int64))):
        (stored / "seen.npy").write_bytes(content)
        checksum = hashlib.sha256(content).hexdigest()
        change_manifest(stored, functools.partial(dict.update, seen=checksum))
        assert "seen.npy" in refused(stored)


def seen_bytes(table: Any) -> bytes:
    file = io.BytesIO()
    np.save(file, table)
    return file.getvalue()
