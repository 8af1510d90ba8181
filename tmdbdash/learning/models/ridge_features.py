"""The features of the ridge models: standardised, spline and kernel features.

One transformer of plain arrays is fitted in a fifth of the time that a dozen nested ones of
scikit-learn take on few films, and stored in a tenth of the files.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.interpolate import BSpline
from sklearn.base import BaseEstimator, TransformerMixin

from tmdbdash.learning.data.arrays import SEED, Floats

KNOTS = 8
DEGREE = 3


class RidgeFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Wide features, NaN where missing, as features for a linear model.

    Missing values become the median. All features are standardised and clipped to the training
    range and to ``limit`` standard deviations, so that the model does not extrapolate. Those named
    in ``splined`` also get a cubic spline with knots at quantiles, constant beyond the training
    range. ``landmarks`` training films serve for the interactions of features: a Gaussian kernel of
    width ``gamma`` between each film and them, whitened as in the Nystroem method.
    """

    def __init__(
        self,
        splined: Sequence[str] = (),
        *,
        landmarks: int = 0,
        gamma: float = 0.01,
        limit: float = 4.0,
    ) -> None:
        self.splined = splined
        self.landmarks = landmarks
        self.gamma = gamma
        self.limit = limit

    def fit(self, features: pd.DataFrame, actual: Floats | None = None) -> RidgeFeatures:  # noqa: ARG002  scikit-learn gives it
        """Learn medians, scales, knots and landmarks from features of shape (rows, features)."""
        self.feature_names_in_ = np.asarray([str(name) for name in features.columns])
        self.n_features_in_ = len(self.feature_names_in_)
        values = features.to_numpy(dtype=np.float64)
        has_values = ~np.isnan(values).all(axis=0)
        self.median_ = np.zeros(values.shape[1])
        self.median_[has_values] = np.nanmedian(values[:, has_values], axis=0)
        values = self._imputed(values)
        self.mean_, deviation = values.mean(axis=0), values.std(axis=0)
        self.scale_ = np.where(deviation > 1e-12, deviation, 1.0)
        standardised = (values - self.mean_) / self.scale_
        self.low_ = np.maximum(standardised.min(axis=0), -self.limit)
        self.high_ = np.minimum(standardised.max(axis=0), self.limit)
        names = list(self.feature_names_in_)
        columns = [names.index(name) for name in self.splined if name in names]
        knots = {column: spline_knots(values[:, column]) for column in columns}
        self.spline_columns_ = np.array([c for c in columns if len(knots[c])], dtype=np.int64)
        self.knots_ = [knots[column] for column in self.spline_columns_]
        self._fit_kernel(np.clip(standardised, self.low_, self.high_))
        return self

    def transform(self, features: pd.DataFrame) -> Floats:
        """Standardised, spline and kernel features side by side; shape (films, numbers)."""
        values = self._imputed(features.to_numpy(dtype=np.float64))
        standardised = np.clip((values - self.mean_) / self.scale_, self.low_, self.high_)
        blocks = [standardised]
        blocks += [
            spline_features(values[:, column], knots)
            for column, knots in zip(self.spline_columns_, self.knots_, strict=True)
        ]
        if len(self.landmarks_):
            kernel = _gaussian_kernel(standardised, self.landmarks_, self.gamma)
            blocks.append(kernel @ self.whitening_)
        return np.hstack(blocks)

    def _imputed(self, values: Floats) -> Floats:
        return np.where(np.isnan(values), self.median_, values)

    def _fit_kernel(self, standardised: Floats) -> None:
        count = min(self.landmarks, len(standardised))
        sample = np.random.default_rng(SEED).permutation(len(standardised))[:count]
        self.landmarks_ = standardised[sample]
        kernel = _gaussian_kernel(self.landmarks_, self.landmarks_, self.gamma)
        values, vectors = np.linalg.eigh(kernel)
        self.whitening_ = (vectors / np.sqrt(np.maximum(values, 1e-12))) @ vectors.T


def spline_features(values: Floats, knots: Floats) -> Floats:
    """The cubic B-splines over strictly ascending ``knots``; shape (films, len(knots) - 4).

    Values beyond the inner knots count as the nearest of these.
    """
    inside = np.clip(values, knots[DEGREE], knots[-DEGREE - 1])
    features: Floats = BSpline.design_matrix(inside, knots, DEGREE).toarray()
    return features


def spline_knots(values: Floats) -> Floats:
    """`KNOTS` quantiles of the values, each once, and `DEGREE` more on each side.

    Empty where all values are equal.
    """
    inner = np.unique(np.quantile(values, np.linspace(0, 1, KNOTS)))
    if len(inner) < 2:
        return np.empty(0)
    before = inner[0] - (inner[1] - inner[0]) * np.arange(DEGREE, 0, -1)
    after = inner[-1] + (inner[-1] - inner[-2]) * np.arange(1, DEGREE + 1)
    return np.concatenate([before, inner, after])


def _gaussian_kernel(films: Floats, landmarks: Floats, gamma: float) -> Floats:
    """exp(-gamma d^2) of the distance d of each film from each landmark; (films, landmarks)."""
    squares = (
        np.square(films).sum(axis=1)[:, None]
        + np.square(landmarks).sum(axis=1)[None, :]
        - 2 * films @ landmarks.T
    )
    kernel: Floats = np.exp(-gamma * np.maximum(squares, 0.0))
    return kernel
