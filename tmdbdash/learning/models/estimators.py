"""Two estimators: a ridge that does not extrapolate, boosted trees that are small on disk."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor

from tmdbdash.learning.data.arrays import Floats, Ints

ALPHAS = tuple(float(alpha) for alpha in np.logspace(-2, 4, 10))


class BoundedRidge(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Ridge with the alpha of the least leave-one-out error, clipped to the range of its target.

    A linear model extrapolates wildly for a film unlike all others. The leave-one-out errors come
    from the eigenvectors of the features' Gram matrix: with a hundred features this is five times
    as fast as scikit-learn's RidgeCV and chooses the same alpha.
    """

    def __init__(self, alphas: Sequence[float] = ALPHAS) -> None:
        self.alphas = alphas

    def fit(
        self, features: Floats, actual: Floats, sample_weight: Floats | None = None
    ) -> BoundedRidge:
        """Fit to ``features`` (rows, features) and ``actual`` (rows,)."""
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
        """The predictions, clipped to the range of the training target; shape (films,)."""
        predicted: Floats = np.clip(features @ self.coef_ + self.intercept_, self.low_, self.high_)
        return predicted


class CompactBoosting(HistGradientBoostingRegressor):  # type: ignore[misc]  # scikit-learn has no types
    """Boosted trees that accept features without values, and are stored as one array of nodes.

    The private names of scikit-learn are needed for the array. Compressed by skops without it, 500
    trees take twice the bytes and 25 times as long to load (0.5 s instead of 0.02 s), and their
    nodes would be used unchecked.
    """

    def fit(
        self, features: pd.DataFrame, actual: Floats, sample_weight: Floats | None = None
    ) -> Self:
        """Fit the trees; a feature without any value counts as 0, and is never split on.

        scikit-learn 1.9 fails on such a column, and a rare feature may be missing in a whole fold.
        """
        empty = features.columns[features.isna().all()]
        if len(empty):
            features = features.assign(**dict.fromkeys(empty, 0.0))
        super().fit(features, actual, sample_weight)
        return self

    def __getstate__(self) -> dict[str, Any]:
        """The state with the nodes of all trees in one array, without bitsets of categories."""
        state = dict(super().__getstate__())
        trees = [tree for (tree,) in state.pop("_predictors", [])]
        if trees:
            state["packed_nodes"] = np.concatenate([tree.nodes for tree in trees])
            state["packed_sizes"] = np.array([len(tree.nodes) for tree in trees])
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore the trees from their array.

        Raises `ValueError` for nodes that are no trees over these features: scikit-learn does not
        check them, so that a forged file would read foreign memory or never end.
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


def _check_trees(nodes: npt.NDArray[np.void], sizes: Ints, features: int) -> None:
    """Raise `ValueError` unless these are trees of numeric splits, one after the other.

    Children have to follow their parent within its tree, so that every path ends in a leaf.
    """
    if nodes.dtype != PREDICTOR_RECORD_DTYPE or nodes.ndim != 1:
        raise ValueError("nodes of another kind")
    if sizes.dtype != np.int64 or sizes.ndim != 1 or sizes.min(initial=1) < 1:
        raise ValueError("sizes of trees that are no counts")
    if sizes.max(initial=0) > len(nodes) or sizes.sum() != len(nodes):
        raise ValueError("trees of other sizes than there are nodes")
    ends = np.repeat(np.cumsum(sizes), sizes)
    begins = ends - np.repeat(sizes, sizes)
    numbers = np.arange(len(nodes))
    splits = nodes["is_leaf"] == 0
    for side in ("left", "right"):
        child = begins + nodes[side].astype(np.int64)
        if np.any(splits & ((child <= numbers) | (child >= ends))):
            raise ValueError("trees whose nodes lead elsewhere")
    used = nodes["feature_idx"][splits]
    if np.any((used < 0) | (used >= features)) or nodes["is_categorical"].any():
        raise ValueError("trees that split on other features")
    if not np.isfinite(nodes["value"]).all():
        raise ValueError("trees with answers that are no numbers")
