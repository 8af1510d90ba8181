"""Fitting and measuring: which rows a model learns from and which it is judged by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split

from tmdbdash.learning.features import Floats
from tmdbdash.learning.models import ModelSpec

TEST_SHARE = 0.25
SPLIT_SEED = 42


@dataclass(frozen=True)
class FittedModel:
    """A fitted pipeline for one target, with the figures that were measured of this very object.

    ``metrics`` has "mae" (in the target's unit) and "r2" on the test part, "rows_train" and
    "rows_test".
    """

    spec: ModelSpec
    target: str
    estimator: Any
    metrics: Mapping[str, float]

    def predict(self, features: pd.DataFrame) -> Floats:
        """The expected target of each film, raw as the model gives it; shape (films,)."""
        return np.asarray(self.estimator.predict(features), dtype=np.float64)


def fit_and_measure(
    spec: ModelSpec, target: str, features: pd.DataFrame, actual: Floats
) -> FittedModel:
    """Fit on three quarters of the rows and measure on the rest.

    ``features`` has shape (rows, features), ``actual`` (rows,); both in order of tmdb_id, because
    the split depends on the order. The model returned is the one that was measured: it is not
    fitted again on all rows, so that its figures are its own.
    """
    x_train, x_test, y_train, y_test = train_test_split(
        features, actual, test_size=TEST_SHARE, random_state=SPLIT_SEED
    )
    estimator = spec.make(target).fit(x_train, y_train)
    expected = estimator.predict(x_test)
    metrics = {
        "mae": float(mean_absolute_error(y_test, expected)),
        "r2": float(r2_score(y_test, expected)),
        "rows_train": float(len(y_train)),
        "rows_test": float(len(y_test)),
    }
    return FittedModel(spec, target, estimator, metrics)
