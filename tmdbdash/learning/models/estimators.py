"""Parts of the models that scikit-learn does not have: bounded, and small on disk."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor

from tmdbdash.learning.data.linear_features import Floats

ALPHAS = tuple(float(alpha) for alpha in np.logspace(-2, 4, 10))


class BoundedRidge(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Ridge, its strength by leave-one-out, that stays within what its training rows spanned.

    A linear model extrapolates wildly for a film unlike all others. Leaving out works on the
    eigenvectors of the features' products, whose cost grows with the rows but once: with some
    hundred features five times as fast as scikit-learn's RidgeCV, and the same strength.
    """

    def __init__(self, alphas: Sequence[float] = ALPHAS) -> None:
        self.alphas = alphas

    def fit(
        self, features: Floats, actual: Floats, sample_weight: Floats | None = None
    ) -> BoundedRidge:
        """Fit the ridge; remember the range of ``actual``."""
        weights = np.ones(len(actual)) if sample_weight is None else np.asarray(sample_weight)
        share = weights / weights.sum()
        centre, mean = share @ features, float(share @ actual)
        root = np.sqrt(weights)
        rows, rest = (features - centre) * root[:, None], (actual - mean) * root
        values, vectors = np.linalg.eigh(rows.T @ rows)
        values = np.maximum(values, 0.0)
        turned = rows @ vectors
        along, squares = turned.T @ rest, turned**2
        best = np.inf
        for alpha in self.alphas:
            own = along / (values + alpha)
            leverage = squares @ (1.0 / (values + alpha)) + share
            left_out = (rest - turned @ own) / np.maximum(1.0 - leverage, 1e-9)
            loss = float(np.mean(left_out**2))
            if loss < best:
                best, self.alpha_, self.coef_ = loss, float(alpha), vectors @ own
        self.intercept_ = mean - float(centre @ self.coef_)
        self.low_, self.high_ = float(np.min(actual)), float(np.max(actual))
        self.n_features_in_ = np.shape(features)[1]
        return self

    def predict(self, features: Floats) -> Floats:
        """The ridge's answer, cut to the range; shape (films,)."""
        answer = np.clip(features @ self.coef_ + self.intercept_, self.low_, self.high_)
        return np.asarray(answer, dtype=np.float64)


class CompactBoosting(HistGradientBoostingRegressor):  # type: ignore[misc]  # scikit-learn has no types
    """Boosted trees that bear features nobody has, and are stored as one array of nodes.

    As scikit-learn keeps them, each of some thousand trees becomes files of its own in the stored
    model: five times the size, and seconds to load.
    """

    def fit(
        self, features: pd.DataFrame, actual: Floats, sample_weight: Floats | None = None
    ) -> CompactBoosting:
        """Grow the trees. A feature that no film of these rows has is 0 in all of them.

        scikit-learn fails on a column without any value, and a rare feature may miss from a whole
        fold. As a constant it is never split on, so predictions do not look at it.
        """
        missing = features.columns[features.isna().all()]
        if len(missing):
            features = features.assign(**dict.fromkeys(missing, 0.0))
        super().fit(features, actual, sample_weight)
        return self

    def __getstate__(self) -> dict[str, Any]:
        """The state with the trees' nodes in one array; numeric features only, so no bitsets."""
        state = dict(super().__getstate__())
        trees = [tree for (tree,) in state.pop("_predictors", [])]
        if trees:
            state["packed_nodes"] = np.concatenate([tree.nodes for tree in trees])
            state["packed_sizes"] = np.array([len(tree.nodes) for tree in trees])
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """The trees out of their array.

        Raises `ValueError` for nodes that are no trees over these features: scikit-learn walks
        them without looking, so a forged file would read foreign memory or never end.
        """
        state = dict(state)
        nodes, sizes = state.pop("packed_nodes", None), state.pop("packed_sizes", None)
        if "_predictors" in state:
            raise ValueError("trees that are not in one array")
        super().__setstate__(state)
        if nodes is not None:
            _check_trees(nodes, sizes, int(self.n_features_in_))
            none = np.zeros((0, 8), dtype=np.uint32)
            self._predictors = [
                [TreePredictor(nodes[begin:end].copy(), none, none)]
                for begin, end in pairwise([0, *np.cumsum(sizes).tolist()])
            ]


def _check_trees(nodes: npt.NDArray[Any], sizes: npt.NDArray[Any], features: int) -> None:
    """Raise `ValueError` unless these are trees of numeric splits, one after the other.

    Children come after their parent and inside its tree, so that every walk ends in a leaf.
    """
    if nodes.dtype != PREDICTOR_RECORD_DTYPE or nodes.ndim != 1:
        raise ValueError("nodes of another kind")
    if sizes.dtype != np.int64 or sizes.ndim != 1 or sizes.min(initial=1) < 1:
        raise ValueError("sizes of trees that are no counts")
    if sizes.max(initial=0) > len(nodes) or sizes.sum() != len(nodes):
        raise ValueError("trees of other sizes than there are nodes")
    ends = np.repeat(np.cumsum(sizes), sizes)
    begins = ends - np.repeat(sizes, sizes)
    places = np.arange(len(nodes))
    splits = nodes["is_leaf"] == 0
    for side in ("left", "right"):
        child = begins + nodes[side].astype(np.int64)
        if np.any(splits & ((child <= places) | (child >= ends))):
            raise ValueError("trees whose nodes lead elsewhere")
    read = nodes["feature_idx"][splits]
    if np.any((read < 0) | (read >= features)) or nodes["is_categorical"].any():
        raise ValueError("trees that split on other features")
    if not np.isfinite(nodes["value"]).all():
        raise ValueError("trees with answers that are no numbers")
