"""The registry of models: adding one is adding one entry to ``_ENTRIES``.

An entry names the features the model reads and builds an unfitted scikit-learn pipeline for a
task; preprocessing and model travel together, so that whatever is fitted is fitted inside a fold.
The settings are the same for every file, deliberately plain, and were chosen by cross-validation
on the training parts of two files (docs/ML_INSIGHTS.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from tmdbdash.errors import UsageError
from tmdbdash.learning.data.linear_features import LINEAR
from tmdbdash.learning.data.tasks import EARLY, Task
from tmdbdash.learning.data.wide_features import NOBODY_VOTED, NOT_EARLY, WIDE
from tmdbdash.learning.models.estimators import BoundedRidge, CompactBoosting
from tmdbdash.learning.models.ridge_features import RidgeFeatures

TOO_LITTLE = 30
"""Films below which nothing beats the median reliably."""
KERNELS = 300
KERNELS_OF_MANY = 100
MANY = 20_000
FEW = 1_000
KERNEL_WIDTH = 0.2
"""Of the kernels over standardised features, divided by their number."""

SPLINED = {
    "popularity": (
        "log_votes", "log_votes_per_year", "log_age", "release_year", "runtime", "log_budget",
    ),
    "vote_average": ("log_votes", "log_votes_per_year", "runtime", "log_budget"),
}  # fmt: skip
"""Continuous features that get a smooth curve in ``smooth_ridge``; absent ones are left out.

None over time for the rating: the newest films' ratings are inflated by their first voters, and a
curve carries that on to all that come later.
"""

Make = Callable[[Task, Sequence[str], int], Any]


@dataclass(frozen=True)
class ModelSpec:
    """One model of the registry.

    ``make`` takes a task, the features there are and the number of rows that one copy will learn
    from, and returns an unfitted pipeline. ``features`` is the set it reads, "wide" or "linear".
    A model with ``parts`` blends those two models' fits instead. ``is_baseline`` models learn the
    target itself, from all films alike and from all their features: the baselines; they cost
    nothing and are always fitted. ``min_rows`` is the least a model needs to be worth fitting.
    ``trusted_types`` are the types that its stored file may hold besides those that skops knows
    to be harmless. ``reads`` are the only features it may read of its set; all where ``None``.
    """

    name: str
    features: str
    make: Make | None = None
    parts: tuple[str, str] | None = None
    is_baseline: bool = False
    min_rows: int = TOO_LITTLE
    trusted_types: tuple[str, ...] = ()
    reads: tuple[str, ...] | None = None

    def build(self, task: Task, names: Sequence[str], rows: int) -> Any:
        """An unfitted pipeline. Raises `TypeError` for a model that is made of others' fits."""
        if self.make is None:
            raise TypeError(f"{self.name} has parts and nothing of its own to fit")
        return self.make(task, names, rows)


def feature_names(spec: ModelSpec, task: Task) -> tuple[str, ...]:
    """The features that a model may see for a task: in the early mode none of votes."""
    names = LINEAR.names if spec.features == LINEAR.name else WIDE
    names = tuple(name for name in names if spec.reads is None or name in spec.reads)
    hidden = {*NOT_EARLY, "vote_count"} if task.mode == EARLY else {NOBODY_VOTED}
    return tuple(name for name in names if name not in hidden)


def _median(_task: Task, _names: Sequence[str], _rows: int) -> Pipeline:
    return Pipeline([("model", DummyRegressor(strategy="median"))])


def _mean(_task: Task, _names: Sequence[str], _rows: int) -> Pipeline:
    return Pipeline([("model", DummyRegressor(strategy="mean"))])


def linear_regression(_task: Task, _names: Sequence[str], _rows: int) -> Pipeline:
    """The replaced system's model, as it was."""
    return Pipeline([("scale", StandardScaler()), ("model", LinearRegression())])


def _ridge(_task: Task, _names: Sequence[str], _rows: int) -> Pipeline:
    return Pipeline([("prepare", RidgeFeatures()), ("model", BoundedRidge())])


def _smooth_ridge(task: Task, names: Sequence[str], rows: int) -> Pipeline:
    """Ridge on the wide features, a cubic spline of each continuous one, and kernels.

    It errs differently from trees, so the blend of both is better than either.
    """
    kernels = KERNELS_OF_MANY if rows > MANY else max(1, min(KERNELS, rows // 2))
    basis = RidgeFeatures(SPLINED[task.target], kernels=kernels, gamma=KERNEL_WIDTH / len(names))
    return Pipeline([("prepare", basis), ("model", BoundedRidge())])


def _boosting(task: Task, _names: Sequence[str], rows: int) -> CompactBoosting:
    """Boosted trees: absolute error for popularity, squared for ratings.

    No early stopping: it would hold back a tenth of each fold's rows. Of few films fewer and
    smaller trees: the same result for a fraction of the time.
    """
    popularity = task.target == "popularity"
    settings: dict[str, Any] = {
        "loss": "absolute_error" if popularity else "squared_error",
        "learning_rate": 0.03 if popularity else 0.04,
        "max_iter": 500 if popularity else 300,
        "max_leaf_nodes": 15 if popularity else 24,
        "min_samples_leaf": 20 if popularity else 15,
    }
    if task.mode == EARLY:  # less to learn without votes, and never by a hair
        settings |= {"learning_rate": 0.08, "max_iter": 200}
    if rows < FEW:
        settings |= {"learning_rate": 0.08, "max_iter": 120, "max_leaf_nodes": 10}
    return CompactBoosting(max_features=0.4, early_stopping=False, random_state=42, **settings)


_ENSEMBLE = "tmdbdash.learning.models.cross_fitting.FoldEnsemble"
_BOOSTING = (_ENSEMBLE, "tmdbdash.learning.models.estimators.CompactBoosting")
_RIDGE = (
    _ENSEMBLE,
    "tmdbdash.learning.models.ridge_features.RidgeFeatures",
    "tmdbdash.learning.models.estimators.BoundedRidge",
)
_ENTRIES = (
    ModelSpec(
        "median", "linear", _median, is_baseline=True, min_rows=0, trusted_types=(_ENSEMBLE,)
    ),
    ModelSpec("mean", "linear", _mean, is_baseline=True, min_rows=0, trusted_types=(_ENSEMBLE,)),
    ModelSpec(
        "linear_regression",
        "linear",
        linear_regression,
        is_baseline=True,
        min_rows=0,
        trusted_types=(_ENSEMBLE,),
    ),
    ModelSpec("ridge", "wide", _ridge, trusted_types=_RIDGE),
    ModelSpec("boosting", "wide", _boosting, min_rows=300, trusted_types=_BOOSTING),
    ModelSpec("smooth_ridge", "wide", _smooth_ridge, trusted_types=_RIDGE),
    ModelSpec("blend", "wide", parts=("smooth_ridge", "boosting"), min_rows=300),
)

REGISTRY = {spec.name: spec for spec in _ENTRIES}


def with_parts(name: str) -> tuple[str, ...]:
    """A model and what it is made of; nothing where the registry does not know it (any more)."""
    return (name, *(REGISTRY[name].parts or ())) if name in REGISTRY else ()


def choose_models(names: Sequence[str] = ()) -> tuple[ModelSpec, ...]:
    """The models to fit, in registry order: all, or those named with what they are made of.

    The baselines are always among them. Raises `UsageError` that names the known models where
    one is unknown.
    """
    unknown = sorted(set(names) - REGISTRY.keys())
    if unknown:
        raise UsageError(
            f"unknown model {', '.join(unknown)}: the known models are {', '.join(REGISTRY)}"
        )
    wanted = {part for name in names or REGISTRY for part in with_parts(name)}
    return tuple(s for name, s in REGISTRY.items() if name in wanted or s.is_baseline)
