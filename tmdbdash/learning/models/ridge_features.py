"""What the ridge models see of a film: standardised features, smooth curves, and likenesses.

One transformer of plain arrays, rather than a dozen nested ones of scikit-learn: fitted in a
fifth of the time on few films, and stored in a tenth of the files.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin

from tmdbdash.learning.data.linear_features import Floats

KNOTS = 8
DEGREE = 3
SEED = 42


class RidgeFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Wide features, NaN where missing, as the numbers that a linear model can work with.

    Missing values become the median. All features are standardised and cut to what training
    spanned and to ``limit`` standard deviations, so that no outlier steers the model and it does
    not extrapolate, as trees do not. The features named ``curved`` also get a cubic spline with
    knots at quantiles, flat beyond the training range. ``kernels`` films of the training part
    serve as points of reference: each film's likeness to them (a Gaussian kernel of width
    ``gamma``, made orthogonal as in the Nystroem method) says what features do together.
    """

    def __init__(
        self,
        curved: Sequence[str] = (),
        *,
        kernels: int = 0,
        gamma: float = 0.01,
        limit: float = 4.0,
    ) -> None:
        self.curved = curved
        self.kernels = kernels
        self.gamma = gamma
        self.limit = limit

    def fit(self, features: pd.DataFrame, actual: Floats | None = None) -> RidgeFeatures:  # noqa: ARG002  scikit-learn gives it
        """Learn medians, scales, knots and points of reference; shape (rows, features)."""
        self.feature_names_in_ = np.asarray([str(name) for name in features.columns])
        self.n_features_in_ = len(self.feature_names_in_)
        values = features.to_numpy(dtype=np.float64)
        known = ~np.isnan(values).all(axis=0)
        self.median_ = np.zeros(values.shape[1])
        self.median_[known] = np.nanmedian(values[:, known], axis=0)
        values = self._filled(values)
        self.mean_, spread = values.mean(axis=0), values.std(axis=0)
        self.scale_ = np.where(spread > 1e-12, spread, 1.0)
        straight = (values - self.mean_) / self.scale_
        self.low_ = np.maximum(straight.min(axis=0), -self.limit)
        self.high_ = np.minimum(straight.max(axis=0), self.limit)
        found = {place: _knots(values[:, place]) for place in self._splined_columns()}
        self.splined_ = np.array([p for p, knots in found.items() if len(knots)], dtype=np.int64)
        self.knots_ = [knots for knots in found.values() if len(knots)]
        self._fit_kernels(np.clip(straight, self.low_, self.high_))
        return self

    def transform(self, features: pd.DataFrame) -> Floats:
        """The numbers, side by side; shape (films, numbers)."""
        values = self._filled(features.to_numpy(dtype=np.float64))
        straight = np.clip((values - self.mean_) / self.scale_, self.low_, self.high_)
        parts = [straight]
        parts += [
            spline_features(values[:, place], knots)
            for place, knots in zip(self.splined_, self.knots_, strict=True)
        ]
        if len(self.landmarks_):
            parts.append(_gaussian_kernel(straight, self.landmarks_, self.gamma) @ self.whitening_)
        return np.hstack(parts)

    def _filled(self, values: Floats) -> Floats:
        return np.where(np.isnan(values), self.median_, values)

    def _splined_columns(self) -> list[int]:
        names = list(self.feature_names_in_)
        return [names.index(name) for name in self.curved if name in names]

    def _fit_kernels(self, straight: Floats) -> None:
        count = min(self.kernels, len(straight))
        chosen = np.random.default_rng(SEED).permutation(len(straight))[:count]
        self.landmarks_ = straight[chosen]
        own = _gaussian_kernel(self.landmarks_, self.landmarks_, self.gamma)
        values, vectors = np.linalg.eigh(own)
        self.whitening_ = (vectors / np.sqrt(np.maximum(values, 1e-12))) @ vectors.T


def spline_features(values: Floats, knots: Floats) -> Floats:
    """The cubic B-splines over ``knots``, which ascend strictly; shape (films, len(knots) - 4).

    Beyond the knots a film counts as being at the nearest one.
    """
    first, last = knots[DEGREE], knots[-DEGREE - 1]
    x = np.clip(values, first, last)[:, None]
    basis = ((x >= knots[:-1]) & (x < knots[1:])).astype(np.float64)
    for degree in range(1, DEGREE + 1):
        rise = (x - knots[: -degree - 1]) / (knots[degree:-1] - knots[: -degree - 1])
        fall = (knots[degree + 1 :] - x) / (knots[degree + 1 :] - knots[1:-degree])
        basis = rise * basis[:, :-1] + fall * basis[:, 1:]
    return basis


def _knots(values: Floats) -> Floats:
    """Quantiles of the values, each once, with what splines need beyond the ends; maybe empty."""
    inner = np.unique(np.quantile(values, np.linspace(0, 1, KNOTS)))
    if len(inner) < 2:
        return np.empty(0)
    before = inner[0] - (inner[1] - inner[0]) * np.arange(DEGREE, 0, -1)
    after = inner[-1] + (inner[-1] - inner[-2]) * np.arange(1, DEGREE + 1)
    return np.concatenate([before, inner, after])


def _gaussian_kernel(films: Floats, points: Floats, gamma: float) -> Floats:
    """Gaussian kernel of the distance between each film and each point; (films, points)."""
    squares = (
        np.square(films).sum(axis=1)[:, None]
        + np.square(points).sum(axis=1)[None, :]
        - 2 * films @ points.T
    )
    found: npt.NDArray[np.float64] = np.exp(-gamma * np.maximum(squares, 0.0))
    return found
