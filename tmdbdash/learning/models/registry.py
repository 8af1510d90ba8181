"""The registry of models; a new model is a new entry of ``_ENTRIES``.

An entry builds an unfitted scikit-learn pipeline for a task; preprocessing is part of it, so that
it is fitted inside a fold too. The settings were chosen by cross-validation on the training parts
of two files (docs/ML_INSIGHTS.md) and are the same for every database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from tmdbdash.errors import UsageError
from tmdbdash.learning.data.arrays import SEED, Floats
from tmdbdash.learning.data.linear_features import LINEAR
from tmdbdash.learning.data.tasks import POPULARITY, Target
from tmdbdash.learning.data.track_records import TRACK_FEATURES
from tmdbdash.learning.data.wide_features import NOBODY_VOTED, NOT_EARLY, WIDE
from tmdbdash.learning.models.cross_fitting import Regressor
from tmdbdash.learning.models.estimators import BoundedRidge, CompactBoosting
from tmdbdash.learning.models.ridge_features import RidgeFeatures
from tmdbdash.records.tasks import EARLY, RELEASED, Task

MIN_ROWS = 30
"""Films below which no model reliably beats the median."""
LANDMARKS = 300
LANDMARKS_OF_MANY_ROWS = 100
MANY_ROWS = 20_000
FEW_ROWS = 1_000
KERNEL_WIDTH = 0.2
"""Gamma of the Gaussian kernel, times the number of features."""

SPLINE_FEATURES = {
    "popularity": (
        "log_votes", "log_votes_per_year", "log_age", "release_year", "runtime", "log_budget",
    ),
    "vote_average": ("log_votes", "log_votes_per_year", "runtime", "log_budget"),
}  # fmt: skip
"""Continuous features that get a spline in ``smooth_ridge``, where they are among its features.

For the rating none of time: the first voters inflate the newest films' ratings, and a spline would
extend that to all later films.
"""

Factory = Callable[[Task, Sequence[str], int], Regressor]
"""Makes an unfitted pipeline for a task, feature names, and the rows that one copy is fitted to."""


@dataclass(frozen=True)
class ModelSpec:
    """One model of the registry.

    ``feature_set`` is "wide" or "linear"; ``allowed`` are the only features of it that the model
    may read, all where ``None``. A model with ``parts`` blends those two models and has no
    ``factory``. Baselines learn the target itself, not the learned scale, from unweighted films and
    all features; they are always fitted. Below ``min_rows`` films the model is not fitted.
    ``trusted_types`` are the types that its stored file may contain besides those that skops
    considers harmless.
    """

    name: str
    feature_set: str
    factory: Factory | None = None
    parts: tuple[str, str] | None = None
    is_baseline: bool = False
    min_rows: int = MIN_ROWS
    trusted_types: tuple[str, ...] = ()
    allowed: tuple[str, ...] | None = None

    def build(self, task: Task, names: Sequence[str], rows: int) -> Regressor:
        """An unfitted pipeline. Raises `TypeError` for a model with parts."""
        if self.factory is None:
            raise TypeError(f"{self.name} is a blend and has no pipeline")
        return self.factory(task, names, rows)

    def to_unit(self, target: Target, predicted: Floats) -> Floats:
        """An estimator's predictions in the target's unit; those of baselines are in it already."""
        return np.asarray(predicted) if self.is_baseline else target.to_unit(predicted)


def feature_names(spec: ModelSpec, task: Task) -> tuple[str, ...]:
    """The features that a model may read for a task: none of votes in the early mode.

    Track records are for the early mode, where they gain most; of released films a model reads them
    only where it names what it may read.
    """
    names = LINEAR if spec.feature_set == "linear" else (*WIDE, *TRACK_FEATURES)
    names = tuple(name for name in names if spec.allowed is None or name in spec.allowed)
    hidden = {*NOT_EARLY, "vote_count"} if task.mode == EARLY else {NOBODY_VOTED}
    if task.mode == RELEASED and spec.allowed is None:
        hidden |= {*TRACK_FEATURES}
    return tuple(name for name in names if name not in hidden)


def _constant(strategy: str) -> Factory:
    """The factory of a baseline that predicts the "median" or "mean" for every film."""
    return lambda *_: Pipeline([("model", DummyRegressor(strategy=strategy))])


def linear_regression(_task: Task, _names: Sequence[str], _rows: int) -> Pipeline:
    """The replaced system's model, unchanged."""
    return Pipeline([("scale", StandardScaler()), ("model", LinearRegression())])


def _ridge(_task: Task, _names: Sequence[str], _rows: int) -> Pipeline:
    return Pipeline([("prepare", RidgeFeatures()), ("model", BoundedRidge())])


def _smooth_ridge(task: Task, names: Sequence[str], rows: int) -> Pipeline:
    """Ridge on the wide features, splines of continuous ones, and kernel features.

    Its errors differ from those of trees, so the blend of both is better than either.
    """
    landmarks = LANDMARKS_OF_MANY_ROWS if rows > MANY_ROWS else max(1, min(LANDMARKS, rows // 2))
    features = RidgeFeatures(
        SPLINE_FEATURES[task.target], landmarks=landmarks, gamma=KERNEL_WIDTH / len(names)
    )
    return Pipeline([("prepare", features), ("model", BoundedRidge())])


def _boosted_trees(task: Task, _names: Sequence[str], rows: int) -> CompactBoosting:
    """Boosted trees: absolute error for popularity, squared for ratings.

    No early stopping, which would set a tenth of each fold's rows aside. For few films fewer and
    smaller trees: the same result in a fraction of the time.
    """
    popularity = task.target == POPULARITY.name
    settings: dict[str, str | float] = {
        "loss": "absolute_error" if popularity else "squared_error",
        "learning_rate": 0.03 if popularity else 0.04,
        "max_iter": 500 if popularity else 300,
        "max_leaf_nodes": 15 if popularity else 24,
        "min_samples_leaf": 20 if popularity else 15,
    }
    if task.mode == EARLY:  # without votes there is less to learn
        settings |= {"learning_rate": 0.08, "max_iter": 200}
    if rows < FEW_ROWS:
        settings |= {"learning_rate": 0.08, "max_iter": 120, "max_leaf_nodes": 10}
    return CompactBoosting(max_features=0.4, early_stopping=False, random_state=SEED, **settings)


_ENSEMBLE = "tmdbdash.learning.models.cross_fitting.FoldEnsemble"
_BOOSTING = (_ENSEMBLE, "tmdbdash.learning.models.estimators.CompactBoosting")
_RIDGE = (
    _ENSEMBLE,
    "tmdbdash.learning.models.ridge_features.RidgeFeatures",
    "tmdbdash.learning.models.estimators.BoundedRidge",
)


def _baseline(name: str, factory: Factory) -> ModelSpec:
    return ModelSpec(
        name, "linear", factory, is_baseline=True, min_rows=0, trusted_types=(_ENSEMBLE,)
    )


_ENTRIES = (
    _baseline("median", _constant("median")),
    _baseline("mean", _constant("mean")),
    _baseline("linear_regression", linear_regression),
    ModelSpec("ridge", "wide", _ridge, trusted_types=_RIDGE),
    ModelSpec("boosting", "wide", _boosted_trees, min_rows=300, trusted_types=_BOOSTING),
    ModelSpec("smooth_ridge", "wide", _smooth_ridge, trusted_types=_RIDGE),
    ModelSpec("blend", "wide", parts=("smooth_ridge", "boosting"), min_rows=300),
)

REGISTRY = {spec.name: spec for spec in _ENTRIES}


def with_parts(name: str) -> tuple[str, ...]:
    """A model and its parts; empty for a name that is not in the registry."""
    return (name, *(REGISTRY[name].parts or ())) if name in REGISTRY else ()


def choose_models(names: Sequence[str] = ()) -> tuple[ModelSpec, ...]:
    """The models to fit, in registry order: all, or those named, with their parts and baselines.

    Raises `UsageError` for an unknown name.
    """
    unknown = sorted(set(names) - REGISTRY.keys())
    if unknown:
        raise UsageError(
            f"unknown model {', '.join(unknown)}: the known models are {', '.join(REGISTRY)}"
        )
    wanted = {part for name in names or REGISTRY for part in with_parts(name)}
    return tuple(s for name, s in REGISTRY.items() if name in wanted or s.is_baseline)
