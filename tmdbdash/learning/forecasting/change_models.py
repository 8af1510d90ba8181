"""The model of one horizon: boosted and randomised trees, on the change of log popularity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor

from tmdbdash.learning.forecasting.features import FEATURES

Floats = npt.NDArray[np.float64]

CLIPPED_SHARE = 0.02
"""The share of changes at either end that randomised trees, which fit means, see no further out."""
TREE_ROWS = 4_000
"""Rows that one randomised tree is fitted on, at most: more cost time and gain nothing."""


@dataclass(frozen=True)
class ModelSettings:
    """What the model is made of; `python -m benchmarks.forecasts` compares several.

    ``boosting_seeds`` models of ``boosting_trees`` trees of ``leaves`` leaves, fitted at
    ``learning_rate``, with at least ``leaf_rows`` rows in each; and ``randomised_trees`` extremely
    randomised trees, whose mean counts for half of the forecast where there are any.
    """

    boosting_trees: int = 100
    learning_rate: float = 0.06
    leaves: int = 6
    leaf_rows: int = 25
    boosting_seeds: int = 2
    randomised_trees: int = 60


SETTINGS = ModelSettings()
"""Chosen on the lists of October and November 2025 alone."""


@dataclass(frozen=True)
class ChangeModel:
    """A fitted model; ``fill`` has each feature's median, for trees that know no missing values."""

    boosting: tuple[HistGradientBoostingRegressor, ...]
    randomised: ExtraTreesRegressor | None
    fill: Floats

    def predict(self, rows: pd.DataFrame) -> Floats:
        """The change of log(1 + popularity) of each row, of shape (rows,)."""
        x = rows[list(FEATURES)].to_numpy(dtype=np.float64)
        change: Floats = np.mean([model.predict(x) for model in self.boosting], axis=0)
        if self.randomised is not None:
            change = (change + self.randomised.predict(_filled(x, self.fill))) / 2.0
        return change


def fit_change_model(pairs: pd.DataFrame, settings: ModelSettings, seeds: int) -> ChangeModel:
    """A model fitted on all of these pairs, with so many boosting models."""
    x = pairs[list(FEATURES)].to_numpy(dtype=np.float64, copy=True)
    y = pairs["change"].to_numpy(dtype=np.float64)
    # A column without any value stops the fit (scikit-learn 1.9); a constant one is never used.
    x[:, np.isnan(x).all(axis=0)] = 0.0
    fill: Floats = np.nanmedian(x, axis=0)
    boosting = tuple(
        HistGradientBoostingRegressor(
            loss="absolute_error",
            learning_rate=settings.learning_rate,
            max_iter=settings.boosting_trees,
            max_leaf_nodes=settings.leaves,
            min_samples_leaf=settings.leaf_rows if len(y) >= 600 else 8,
            l2_regularization=1.0,
            max_features=0.4,
            early_stopping=False,
            random_state=seed,
        ).fit(x, y)
        for seed in range(seeds)
    )
    if not settings.randomised_trees:
        return ChangeModel(boosting, None, fill)
    low, high = np.quantile(y, [CLIPPED_SHARE, 1.0 - CLIPPED_SHARE])
    randomised = ExtraTreesRegressor(
        settings.randomised_trees,
        min_samples_leaf=5,
        max_features=0.4,
        bootstrap=len(y) > TREE_ROWS,
        max_samples=TREE_ROWS if len(y) > TREE_ROWS else None,
        random_state=0,
    ).fit(_filled(x, fill), y.clip(low, high))
    return ChangeModel(boosting, randomised, fill)


def _filled(x: Floats, fill: Floats) -> Floats:
    filled: Floats = np.where(np.isnan(x), fill, x)
    return filled
