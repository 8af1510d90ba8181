"""The probability that a film is in the top quarter of popularity among the tracked films.

One classifier a fold; every figure and every film's probability is out of fold. They are not
recalibrated: predicted and observed shares differ by .02 on average on two real files.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, confusion_matrix, roc_auc_score, roc_curve
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from tmdbdash.learning.data.arrays import SEED, Flags, Floats, Indices, Ints
from tmdbdash.learning.models.cross_fitting import FOLDS
from tmdbdash.learning.models.fit import varying_features
from tmdbdash.records import HitStudy
from tmdbdash.records.studies import Confusion, ReliabilityBin, RocPoint

QUARTER = 0.75
THRESHOLD = 0.5
"""The probability at or above which a film is predicted to be a hit."""
BINS = 10
ROC_POINTS = 50
MAX_TRAINING_FILMS = 20_000
"""Films to learn from, at most; the others are only predicted."""
PREDICTED_AT_ONCE = 50_000
"""Others that are predicted at once, so that their features are not copied all together."""
LEAST_KNOWN = 20
"""Films that must have a feature for it to be used."""


@dataclass(frozen=True)
class FilmHits:
    """The study of hits, and each film's ``probability`` of being one, of shape (films,)."""

    study: HitStudy
    probability: Floats


def study_hits(
    features: pd.DataFrame, popularity: Floats, *, vote_features: tuple[str, ...] = ()
) -> FilmHits:
    """Learn which films are in the top quarter, and measure it.

    ``features`` has shape (films, features), without popularity and all that follows from it;
    ``popularity`` (films,), NaN where not known. Films learned from get their out-of-fold
    probability, all others the mean of the folds' models. Raises `ValueError` where fewer than two
    films a fold are hits, or are not.
    """
    known = np.flatnonzero(~np.isnan(popularity))
    if len(known) < 4 * 2 * FOLDS:
        raise ValueError(f"{len(known)} films with a popularity are too few to learn hits from")
    threshold = float(np.quantile(popularity[known], QUARTER))
    if len(known) > MAX_TRAINING_FILMS:
        known = np.sort(np.random.default_rng(SEED).permutation(known)[:MAX_TRAINING_FILMS])
    is_hit: Flags = popularity[known] >= threshold
    if min(is_hit.sum(), (~is_hit).sum()) < 2 * FOLDS:
        raise ValueError("popularity varies too little to separate hits from others")
    learned = features.iloc[known]
    # What hardly any film has may be missing from a whole fold, which trees cannot be grown on.
    names = [
        name for name in varying_features(learned) if learned[name].notna().sum() >= LEAST_KNOWN
    ]
    probability = _probabilities(_boosted_classifier(), features, names, known, is_hit)
    own = probability[known]
    without_votes = [name for name in names if name not in vote_features]
    auc_without_votes = None
    if len(without_votes) < len(names):
        without_votes_probability = _probabilities(
            _logistic(), learned, without_votes, np.arange(len(known)), is_hit
        )
        auc_without_votes = float(roc_auc_score(is_hit, without_votes_probability))
    share = float(is_hit.mean())
    negatives, positives = confusion_matrix(is_hit, own >= THRESHOLD).tolist()
    study = HitStudy(
        films=len(known),
        hits=int(is_hit.sum()),
        popularity_threshold=threshold,
        probability_threshold=THRESHOLD,
        auc=float(roc_auc_score(is_hit, own)),
        auc_without_votes=auc_without_votes,
        brier_score=float(brier_score_loss(is_hit, own)),
        reference_brier_score=share * (1 - share),
        calibration_error=calibration_error(is_hit, own),
        confusion=Confusion(
            true_positives=positives[1],
            false_positives=negatives[1],
            false_negatives=positives[0],
            true_negatives=negatives[0],
        ),
        roc=thin_roc(is_hit, own),
        reliability=reliability_curve(is_hit, own),
    )
    return FilmHits(study, probability)


def thin_roc(is_hit: Flags, probability: Floats) -> tuple[RocPoint, ...]:
    """The ROC curve as about `ROC_POINTS` points, evenly along it, from (0, 0) to (1, 1)."""
    false, true, _ = roc_curve(is_hit, probability)
    along = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(false)) + np.abs(np.diff(true)))])
    wanted = np.searchsorted(along, np.linspace(0, along[-1], ROC_POINTS))
    indices = np.unique(np.concatenate([[0], wanted, [len(false) - 1]]).clip(0, len(false) - 1))
    return tuple(RocPoint(round(float(false[i]), 4), round(float(true[i]), 4)) for i in indices)


def calibration_error(is_hit: Flags, probability: Floats) -> float:
    """The expected calibration error over the bins of the reliability curve."""
    gaps = np.bincount(_bins(probability), weights=probability - is_hit)
    return float(np.abs(gaps).sum()) / len(probability)


def reliability_curve(is_hit: Flags, probability: Floats) -> tuple[ReliabilityBin, ...]:
    """Predicted probability and fraction of positives in ten bins; empty bins are left out."""
    numbers = _bins(probability)
    return tuple(
        ReliabilityBin(
            lower=number / BINS,
            upper=(number + 1) / BINS,
            films=int(here.sum()),
            predicted_probability=float(probability[here].mean()),
            fraction_of_positives=float(is_hit[here].mean()),
        )
        for number in range(BINS)
        if (here := numbers == number).any()
    )


def _bins(probability: Floats) -> Ints:
    return np.minimum((probability * BINS).astype(np.int64), BINS - 1)


def _probabilities(
    estimator: HistGradientBoostingClassifier | Pipeline,
    features: pd.DataFrame,
    names: list[str],
    known: Indices,
    is_hit: Flags,
) -> Floats:
    """Out of fold for the ``known`` films, the mean of the folds' models for others; (films,)."""
    others = np.setdiff1d(np.arange(len(features)), known)
    probability = np.zeros(len(features))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    learned = features.iloc[known][names]
    models = []
    for train, test in folds.split(learned, is_hit):
        models.append(clone(estimator).fit(learned.iloc[train], is_hit[train]))
        probability[known[test]] = models[-1].predict_proba(learned.iloc[test])[:, 1]
    for start in range(0, len(others), PREDICTED_AT_ONCE):
        part = others[start : start + PREDICTED_AT_ONCE]
        rest = features.iloc[part][names]
        probability[part] = np.mean([m.predict_proba(rest)[:, 1] for m in models], axis=0)
    return probability


def _boosted_classifier() -> HistGradientBoostingClassifier:
    """Few small trees: as good as more or larger ones, and better calibrated on few films."""
    return HistGradientBoostingClassifier(
        learning_rate=0.1, max_iter=50, max_leaf_nodes=8, max_features=0.4,
        early_stopping=False, random_state=SEED,
    )  # fmt: skip


def _logistic() -> Pipeline:
    return Pipeline(
        [
            ("impute", SimpleImputer(strategy="median", keep_empty_features=True)),
            ("scale", StandardScaler()),
            ("model", LogisticRegression(C=0.1, max_iter=500)),
        ]
    )
