"""The registry of models: adding one is adding one entry to ``_ENTRIES``.

An entry names the features the model reads and builds an unfitted scikit-learn pipeline for a
target; preprocessing and model travel together, so that whatever is fitted is fitted inside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from tmdbdash.errors import UsageError
from tmdbdash.learning.features import LINEAR, FeatureSet

TARGETS = ("popularity", "vote_average")
"""What is predicted, by column name. One model is fitted for each."""


@dataclass(frozen=True)
class ModelSpec:
    """One model of the registry.

    ``make`` takes a target of `TARGETS` and returns an unfitted pipeline. ``trusted_types`` are the
    types that its stored file may hold besides those that skops knows to be harmless.
    """

    name: str
    features: FeatureSet
    make: Callable[[str], Any]
    trusted_types: tuple[str, ...] = ()


def _linear_regression(target: str) -> Pipeline:  # noqa: ARG001  the same recipe for both targets
    return Pipeline([("scale", StandardScaler()), ("model", LinearRegression())])


_ENTRIES = (ModelSpec("linear_regression", LINEAR, _linear_regression),)

REGISTRY = {spec.name: spec for spec in _ENTRIES}


def choose_models(names: Sequence[str] = ()) -> tuple[ModelSpec, ...]:
    """The models of those names in registry order, all of them where no name is given.

    Raises `UsageError` that names the known models where one is unknown.
    """
    unknown = sorted(set(names) - REGISTRY.keys())
    if unknown:
        raise UsageError(
            f"unknown model {', '.join(unknown)}: the known models are {', '.join(REGISTRY)}"
        )
    return tuple(spec for name, spec in REGISTRY.items() if not names or name in names)
