"""The chance of a film being in the top quarter of popularity among the tracked films.

A classifier a fold; every figure and every film's own chance is out-of-fold. It is calibrated as
it comes (stated and observed shares within .02 on average on two real files), which the
reliability curve shows rather than asserts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score, roc_curve
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from tmdbdash.learning.data.linear_features import Floats
from tmdbdash.learning.insights.cluster_traits import Whole
from tmdbdash.learning.models.fit import varying_features

QUARTER = 0.75
THRESHOLD = 0.5
"""The chance from which on a film is counted as called a hit, in the confusion matrix."""
FOLDS = 5
BINS = 10
ROC_POINTS = 50
LEARNED = 20_000
"""Films to learn from, at most; the others are only scored."""
AT_ONCE = 50_000
"""Others that are scored at once: their features need not all stand in memory twice."""
LEAST_KNOWN = 20
"""Films that must have a feature for it to be used."""
SEED = 42


@dataclass(frozen=True)
class HitStudy:
    """Each film's chance, and how good such chances have proved; ``chance`` has shape (films,).

    ``cut`` is the popularity from which on a film is in the top quarter. Figures are of the
    ``films`` with a known popularity that were learned from, all out-of-fold: ``hits`` of them
    are in the top quarter. ``confusion`` holds counts by "called" and "was"; ``roc`` and
    ``reliability`` are points to draw. ``auc_without_votes`` is a plain logistic model's that sees
    no votes: what can be told of a film before anybody voted.
    """

    chance: Floats
    cut: float
    films: int
    hits: int
    auc: float
    auc_without_votes: float | None
    brier: float
    brier_of_share: float
    calibration_error: float
    confusion: dict[str, int]
    roc: tuple[tuple[float, float], ...]
    reliability: tuple[dict[str, float], ...]

    def as_json(self) -> dict[str, Any]:
        """The study "hits": all but the films' own chances, as plain JSON values."""
        return {
            "films": self.films,
            "hits": self.hits,
            "cut": round(self.cut, 4),
            "threshold": THRESHOLD,
            "auc": round(self.auc, 4),
            "auc_without_votes": None
            if self.auc_without_votes is None
            else round(self.auc_without_votes, 4),
            "brier": round(self.brier, 4),
            "brier_of_share": round(self.brier_of_share, 4),
            "calibration_error": round(self.calibration_error, 4),
            "confusion": dict(self.confusion),
            "roc": [list(point) for point in self.roc],
            "reliability": [dict(bin_) for bin_ in self.reliability],
        }


def study_hits(
    features: pd.DataFrame, popularity: Floats, *, vote_features: tuple[str, ...] = ()
) -> HitStudy:
    """Learn who is in the top quarter, and measure it.

    ``features`` has shape (films, features), without popularity and all that follows from it;
    ``popularity`` (films,), NaN where not known. Films that were learned from get their
    out-of-fold chance, all others the mean of the folds' models. Raises `ValueError` where fewer
    than two films a fold are hits, or not.
    """
    known = np.flatnonzero(~np.isnan(popularity))
    if len(known) < 4 * 2 * FOLDS:
        raise ValueError(f"{len(known)} films with a popularity are too few to tell hits")
    cut = float(np.quantile(popularity[known], QUARTER))
    if len(known) > LEARNED:
        known = np.sort(np.random.default_rng(SEED).permutation(known)[:LEARNED])
    is_hit = popularity[known] >= cut
    if min(is_hit.sum(), (~is_hit).sum()) < 2 * FOLDS:
        raise ValueError("popularity varies too little to tell hits from others")
    learned = features.iloc[known]
    # What hardly any film has may be missing from a whole fold, which trees cannot be grown on.
    names = [
        name for name in varying_features(learned) if learned[name].notna().sum() >= LEAST_KNOWN
    ]
    chance = _chances(_boosting(), features, names, known, is_hit)
    own = chance[known]
    told = [name for name in names if name not in vote_features]
    without = None
    if len(told) < len(names):
        blind = _chances(_logistic(), learned, told, np.arange(len(known)), is_hit)
        without = float(roc_auc_score(is_hit, blind))
    called = own >= THRESHOLD
    share = float(is_hit.mean())
    bins = reliability_curve(is_hit, own)
    return HitStudy(
        chance=chance,
        cut=cut,
        films=len(known),
        hits=int(is_hit.sum()),
        auc=float(roc_auc_score(is_hit, own)),
        auc_without_votes=without,
        brier=float(brier_score_loss(is_hit, own)),
        brier_of_share=share * (1 - share),
        calibration_error=sum(
            b["films"] * abs(b["stated"] - b["observed"]) for b in bins
        ) / len(known),
        confusion={
            "called_and_was": int((called & is_hit).sum()),
            "called_but_was_not": int((called & ~is_hit).sum()),
            "missed": int((~called & is_hit).sum()),
            "neither": int((~called & ~is_hit).sum()),
        },
        roc=thin_roc(is_hit, own),
        reliability=bins,
    )  # fmt: skip


def thin_roc(is_hit: Any, chance: Floats) -> tuple[tuple[float, float], ...]:
    """The ROC curve as about `ROC_POINTS` points (false positive rate, true positive rate).

    Evenly along the curve, from (0, 0) to (1, 1).
    """
    false, true, _ = roc_curve(is_hit, chance)
    along = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(false)) + np.abs(np.diff(true)))])
    wanted = np.searchsorted(along, np.linspace(0, along[-1], ROC_POINTS))
    places = np.unique(np.concatenate([[0], wanted, [len(false) - 1]]).clip(0, len(false) - 1))
    return tuple((round(float(false[p]), 4), round(float(true[p]), 4)) for p in places)


def reliability_curve(is_hit: Any, chance: Floats) -> tuple[dict[str, float], ...]:
    """Stated against observed share in ten bins of the chance; empty bins are left out."""
    bins: Whole = np.minimum((chance * BINS).astype(np.int64), BINS - 1)
    return tuple(
        {
            "from": number / BINS,
            "to": (number + 1) / BINS,
            "films": int(here.sum()),
            "stated": round(float(chance[here].mean()), 4),
            "observed": round(float(np.asarray(is_hit)[here].mean()), 4),
        }
        for number in range(BINS)
        if (here := bins == number).any()
    )


def _chances(
    estimator: Any, features: pd.DataFrame, names: list[str], known: Whole, is_hit: Any
) -> Floats:
    """Out-of-fold chances of the ``known`` films, the folds' mean for all others; (films,)."""
    from sklearn.base import clone

    others = np.setdiff1d(np.arange(len(features)), known)
    chance = np.zeros(len(features))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    learned = features.iloc[known][names]
    models = []
    for seen, held_out in folds.split(learned, is_hit):
        models.append(clone(estimator).fit(learned.iloc[seen], is_hit[seen]))
        chance[known[held_out]] = models[-1].predict_proba(learned.iloc[held_out])[:, 1]
    for start in range(0, len(others), AT_ONCE):
        part = others[start : start + AT_ONCE]
        rest = features.iloc[part][names]
        chance[part] = np.mean([model.predict_proba(rest)[:, 1] for model in models], axis=0)
    return chance


def _boosting() -> HistGradientBoostingClassifier:
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
