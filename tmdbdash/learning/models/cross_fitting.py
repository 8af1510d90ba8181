"""Cross-fitting: one model a fold gives out-of-fold predictions and the final model at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.model_selection import KFold
from sklearn.utils.validation import check_is_fitted

from tmdbdash.learning.data.arrays import SEED, Floats, Ints

Folds = Ints
"""The fold of each film, from 0; `UNSEEN` for a film outside the training set. Shape (films,)."""

FOLDS = 5
UNSEEN = -1
SHARES = tuple(float(share) for share in np.round(np.arange(0.0, 1.01, 0.05), 2))
"""The shares that a blend's first part may have."""
LOSS_TOLERANCE = 0.0025
"""Relative excess over the least loss that a smaller share may have."""


class Regressor(Protocol):
    """What is used of scikit-learn's regressors and pipelines."""

    def fit(self, features: pd.DataFrame, actual: Floats, **weights: Floats) -> Self:
        """Fit to ``features`` (rows, features) and ``actual`` (rows,)."""

    def predict(self, features: pd.DataFrame) -> Floats:
        """The predictions, of shape (films,)."""


def fold_numbers(rows: int, folds: int = FOLDS) -> Folds:
    """The fold of each row, shuffled, as films may come sorted by popularity; shape (rows,).

    The same for every model that is compared. Raises `ValueError` for fewer rows than folds.
    """
    numbers = np.empty(rows, dtype=np.int64)
    splits = KFold(folds, shuffle=True, random_state=SEED).split(np.zeros((rows, 1)))
    for number, (_, held_out) in enumerate(splits):
        numbers[held_out] = number
    return numbers


def fit_copy(
    estimator: Regressor, features: pd.DataFrame, actual: Floats, weights: Floats | None
) -> Regressor:
    """A fitted copy of an estimator; weights go to the last step of a pipeline."""
    member: Regressor = clone(estimator)
    if weights is None:
        return member.fit(features, actual)
    prefix = f"{member.steps[-1][0]}__" if hasattr(member, "steps") else ""
    return member.fit(features, actual, **{f"{prefix}sample_weight": weights})


class FoldEnsemble(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Copies of ``estimator``, each fitted without one fold; their mean predicts new films.

    After ``fit``, ``out_of_fold_`` (rows,) has the prediction of each training row by the one
    member that was fitted without it; it is not stored. Preprocessing is part of the estimator, so
    it is fitted inside each fold too.

    On new rows the mean of the members errs 1 to 2 % less than one member does, so figures and
    intervals from ``out_of_fold_`` are slightly cautious.
    """

    def __init__(self, estimator: Regressor | None = None) -> None:
        self.estimator = estimator

    def fit(
        self,
        features: pd.DataFrame | Callable[[int], pd.DataFrame],
        actual: Floats,
        weights: Floats | None,
        fold: Folds,
    ) -> FoldEnsemble:
        """Fit one copy a fold.

        ``features`` has shape (rows, features), or gives such a frame for the fold that the copy is
        fitted without; ``actual``, ``weights`` and ``fold`` (rows,). Raises `TypeError` without an
        estimator.
        """
        if self.estimator is None:
            raise TypeError("an ensemble without an estimator cannot be fitted")
        members, out_of_fold = [], np.empty(len(actual))
        for number in range(int(fold.max()) + 1):
            train, test = fold != number, fold == number
            frame = features(number) if callable(features) else features
            member = fit_copy(
                self.estimator,
                frame[train],
                actual[train],
                None if weights is None else weights[train],
            )
            out_of_fold[test] = member.predict(frame[test])
            members.append(member)
        self.members_ = members
        self.out_of_fold_ = out_of_fold
        self.feature_names_in_ = np.asarray([str(name) for name in frame.columns])
        self.n_features_in_ = frame.shape[1]
        return self

    def predict(self, features: pd.DataFrame, fold: Folds | None = None) -> Floats:
        """The members' mean, or the member fitted without ``fold`` where a film has one.

        So no training film is predicted by a model that was fitted to it. Shape (films,).
        """
        check_is_fitted(self, "members_")
        fold = np.full(len(features), UNSEEN) if fold is None else fold
        predicted = np.zeros(len(features))
        for number, member in enumerate(self.members_):
            rows = np.flatnonzero((fold == UNSEEN) | (fold == number))
            if len(rows):
                share = np.where(fold[rows] == UNSEEN, 1.0 / len(self.members_), 1.0)
                predicted[rows] += share * member.predict(features.iloc[rows])
        return predicted

    def __getstate__(self) -> dict[str, Any]:
        """The state to store: without the predictions of the training rows."""
        state = dict(super().__getstate__())
        state.pop("out_of_fold_", None)
        return state


class Blend:
    """The weighted mean of two fold ensembles that were fitted on the same folds.

    ``share``, the first one's weight, is the smallest of `SHARES` whose weighted loss over the
    out-of-fold predictions is within `LOSS_TOLERANCE` of the least: the curve is flat there, and
    the second ensemble, of trees, is the safer one for films newer than all others. As the share is
    one number from all rows, each row has a small influence on its own out-of-fold prediction.
    """

    def __init__(
        self, first: FoldEnsemble | Blend, second: FoldEnsemble | Blend, share: float
    ) -> None:
        self.first = first
        self.second = second
        self.share = share
        self.feature_names_in_: npt.NDArray[np.str_] = second.feature_names_in_

    @classmethod
    def combine(
        cls,
        first: FoldEnsemble | Blend,
        second: FoldEnsemble | Blend,
        actual: Floats,
        weights: Floats | None,
        *,
        squared: bool,
    ) -> Blend:
        """The blend with the best share by absolute or ``squared`` loss on the learned scale."""
        losses = []
        for share in SHARES:
            error = np.abs(
                actual - (share * first.out_of_fold_ + (1 - share) * second.out_of_fold_)
            )
            losses.append(np.average(np.square(error) if squared else error, weights=weights))
        best = int(np.argmax(np.array(losses) <= (1 + LOSS_TOLERANCE) * min(losses)))
        return cls(first, second, SHARES[best])

    @property
    def out_of_fold_(self) -> Floats:
        """The blend of both ensembles' out-of-fold predictions; shape (rows,)."""
        return self.mix(self.first.out_of_fold_, self.second.out_of_fold_)

    def mix(self, first: Floats, second: Floats) -> Floats:
        """The weighted mean of both ensembles' predictions."""
        return self.share * first + (1 - self.share) * second

    def predict(self, features: pd.DataFrame, fold: Folds | None = None) -> Floats:
        """As `FoldEnsemble.predict`; shape (films,)."""
        return self.mix(self.first.predict(features, fold), self.second.predict(features, fold))
