"""One model a fold: out-of-fold predictions, residuals and the final model from the same fits."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.model_selection import KFold
from sklearn.utils.validation import check_is_fitted

from tmdbdash.learning.data.linear_features import Floats

Folds = npt.NDArray[np.int64]
"""The fold of each film, from 0; -1 for a film that was not learned from. Shape (films,)."""

FOLDS = 5
FOLD_SEED = 42
UNSEEN = -1
SHARES = tuple(float(share) for share in np.round(np.arange(0.0, 1.01, 0.05), 2))
"""What a blend may give its first part: chosen from these, so never outside 0 to 1."""
LOSS_TOLERANCE = 0.0025
"""What a smaller share may cost, relative to the least loss."""


def fold_numbers(rows: int, folds: int = FOLDS, seed: int = FOLD_SEED) -> Folds:
    """The fold of each row, shuffled; shape (rows,). The same for every model that is compared.

    Shuffled because films may come sorted: unshuffled folds of a list sorted by popularity measure
    something else. Raises `ValueError` for fewer rows than folds.
    """
    numbers = np.empty(rows, dtype=np.int64)
    splits = KFold(folds, shuffle=True, random_state=seed).split(np.zeros((rows, 1)))
    for number, (_, held_out) in enumerate(splits):
        numbers[held_out] = number
    return numbers


def fit_estimator(
    estimator: Any, features: pd.DataFrame, actual: Floats, weights: Floats | None
) -> Any:
    """Fit a fresh copy; weights go to the last step of a pipeline."""
    member = clone(estimator)
    if weights is None:
        return member.fit(features, actual)
    prefix = f"{member.steps[-1][0]}__" if hasattr(member, "steps") else ""
    return member.fit(features, actual, **{f"{prefix}sample_weight": weights})


class FoldEnsemble(RegressorMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Copies of ``estimator``, each fitted without one fold; their mean predicts new films.

    After ``fit``, ``out_of_fold_`` (rows,) holds for each training row the prediction of the one
    member that has not seen it; it is not stored with the model. Preprocessing is part of the
    estimator and so is fitted inside each fold.

    The mean of the members errs a little less (1 to 2 %) than one member on rows new to all of
    them, so figures and intervals from ``out_of_fold_`` lean to the cautious side.
    """

    def __init__(self, estimator: Any = None) -> None:
        self.estimator = estimator

    def fit(
        self, features: pd.DataFrame, actual: Floats, weights: Floats | None, fold: Folds
    ) -> FoldEnsemble:
        """Fit one copy a fold.

        ``features`` has shape (rows, features); ``actual``, ``weights`` and ``fold`` (rows,).
        """
        members, out_of_fold = [], np.empty(len(actual))
        for number in range(int(fold.max()) + 1):
            seen = fold != number
            own = None if weights is None else weights[seen]
            member = fit_estimator(self.estimator, features[seen], actual[seen], own)
            out_of_fold[~seen] = member.predict(features[~seen])
            members.append(member)
        self.members_ = members
        self.out_of_fold_ = out_of_fold
        self.feature_names_in_ = np.asarray([str(name) for name in features.columns])
        self.n_features_in_ = features.shape[1]
        return self

    def predict(self, features: pd.DataFrame, fold: Folds | None = None) -> Floats:
        """The members' mean; where a film's ``fold`` is given, the member that has not seen it.

        So a film that was learned from is never judged by what has seen it. Shape (films,).
        """
        check_is_fitted(self, "members_")
        films = len(features)
        fold = np.full(films, UNSEEN) if fold is None else fold
        expected = np.zeros(films)
        for number, member in enumerate(self.members_):
            asked = np.flatnonzero((fold == UNSEEN) | (fold == number))
            if len(asked):
                share = np.where(fold[asked] == UNSEEN, 1.0 / len(self.members_), 1.0)
                expected[asked] += share * member.predict(features.iloc[asked])
        return expected

    def __getstate__(self) -> dict[str, Any]:
        """What is stored: without the predictions for the training rows."""
        state = dict(super().__getstate__())
        state.pop("out_of_fold_", None)
        return state


class Blend:
    """``share`` of one fold ensemble and the rest of another, both fitted on the same folds.

    Nothing is fitted again. The share is the smallest of `SHARES` whose weighted loss over the
    out-of-fold predictions is within `LOSS_TOLERANCE` of the least: the curve is flat there, and
    the second part, trees, is the safer one for films newer than all known. The share is one number
    from all rows, so ``out_of_fold_`` remains a fair measure, though not a strict one: each row,
    and the newest fifth too, has had a small influence on the share that it is judged with.
    """

    def __init__(self, first: FoldEnsemble, second: FoldEnsemble, share: float) -> None:
        self.first = first
        self.second = second
        self.share = share
        self.feature_names_in_ = second.feature_names_in_

    @classmethod
    def combine(
        cls,
        first: FoldEnsemble,
        second: FoldEnsemble,
        actual: Floats,
        weights: Floats | None,
        *,
        squared: bool,
    ) -> Blend:
        """Choose the share by absolute or ``squared`` loss on the learned scale."""
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
        """The blend of both parts' out-of-fold predictions; shape (rows,)."""
        own: Floats = self.mix(self.first.out_of_fold_, self.second.out_of_fold_)
        return own

    def mix(self, first: Floats, second: Floats) -> Floats:
        """The weighted mean of both parts' predictions."""
        return self.share * first + (1 - self.share) * second

    def predict(self, features: pd.DataFrame, fold: Folds | None = None) -> Floats:
        """As `FoldEnsemble.predict`; shape (films,)."""
        return self.mix(self.first.predict(features, fold), self.second.predict(features, fold))
