"""Films that entered after a training: their first prediction, its outcome, and live accuracy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from tmdbdash.records.evaluation import NOMINAL_COVERAGE, Evaluation, Figures
from tmdbdash.records.tasks import RELEASED, TARGET_NAMES

NEWEST = 200
"""Outcomes of each target that live accuracy is of, the newest."""
LEAST = 100
"""Outcomes below which intervals stay as they are."""
TOLERATED = (0.7, 0.9)
"""The coverage that is left as it is; the nominal one is 0.8."""
WIDENING_BOUNDS = (1 / 3, 3.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePrediction:
    """A film's first prediction, by models that were trained before it entered, and its outcome.

    ``actual_*`` are the values with which the film was first predicted, ``None`` where unknown.
    ``pred_ts`` is the time of the training. ``*_widening`` is the factor by which the interval's
    two sides had been multiplied.
    """

    tmdb_id: int
    made_at: datetime
    pred_ts: datetime
    mode: str | None = None
    predicted_popularity: float | None = None
    predicted_popularity_low: float | None = None
    predicted_popularity_high: float | None = None
    actual_popularity: float | None = None
    popularity_widening: float | None = None
    predicted_vote_average: float | None = None
    predicted_vote_average_low: float | None = None
    predicted_vote_average_high: float | None = None
    actual_vote_average: float | None = None
    vote_average_widening: float | None = None


LIVE_FIGURES = tuple(field.name for field in fields(LivePrediction))[4:]
"""The fields of `LivePrediction` that are numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveAccuracy:
    """How good the first predictions of one target were, beside the cross-validated figures.

    ``error`` is the MAE, of popularity that of log(1 + popularity); ``coverage`` the share of
    outcomes within the intervals as they were shown, ``bare_coverage`` within them unwidened.
    ``oof_coverage`` is that of the champions of the modes that these films had. ``widening`` is by
    what the two sides of the intervals of unseen films are multiplied now.
    """

    target: str
    films: int
    error: float
    oof_error: float | None
    coverage: float | None
    oof_coverage: float | None
    bare_coverage: float | None
    widening: float


def live_accuracy(
    made: Sequence[LivePrediction], evaluation: Evaluation | None = None
) -> tuple[LiveAccuracy, ...]:
    """The live accuracy of each target with an outcome, from the newest of ``made``."""
    found = []
    ordered = sorted(made, key=_newest_first)
    for target in TARGET_NAMES:
        known = ((row.mode, _judged(row, target)) for row in ordered)
        judged = [(mode, one) for mode, one in known if one is not None][:NEWEST]
        if not judged:
            continue
        errors = [error for _, (error, _, _) in judged]
        scores = [(score, widening) for _, (_, score, widening) in judged if score is not None]
        modes = [mode or RELEASED for mode, (_, score, _) in judged if score is not None]
        bare = [score * widening for score, widening in scores]
        found.append(
            LiveAccuracy(
                target=target,
                films=len(errors),
                error=sum(errors) / len(errors),
                oof_error=_oof_error(evaluation, target),
                coverage=_inside([score for score, _ in scores]),
                oof_coverage=_oof_coverage(evaluation, target, modes),
                bare_coverage=_inside(bare),
                widening=_widening(bare),
            )
        )
    return tuple(found)


def widenings(made: Sequence[LivePrediction]) -> Mapping[str, float]:
    """By target what intervals of unseen films are multiplied by, where that is not 1."""
    return {own.target: own.widening for own in live_accuracy(made) if own.widening != 1.0}


def _newest_first(row: LivePrediction) -> tuple[float, int]:
    """A sort key; films of one import come mixed, since low ids are old films."""
    return -row.made_at.timestamp(), mixed(row.tmdb_id)


def mixed(tmdb_id: int) -> int:
    """A sort key that puts films in an order which has nothing to do with their age."""
    return tmdb_id * 2654435761 % 2**32


def _judged(row: LivePrediction, target: str) -> tuple[float, float | None, float] | None:
    """Error, distance in units of the interval's side, widening; ``None`` without an outcome.

    The distance is at most 1 within the interval, ``None`` without an interval.
    """
    scale = math.log1p if target == "popularity" else float
    names = f"predicted_{target}", f"predicted_{target}_low", f"predicted_{target}_high"
    numbers = [getattr(row, name) for name in (*names, f"actual_{target}")]
    predicted, low, high, actual = (None if n is None else scale(max(n, 0.0)) for n in numbers)
    if predicted is None or actual is None:
        return None
    distance = actual - predicted
    widening: float = getattr(row, f"{target}_widening") or 1.0
    bound = high if distance > 0 else low
    if bound is None:
        return abs(distance), None, widening
    side = abs(bound - predicted)
    score = abs(distance) / side if side > 0 else (math.inf if distance else 0.0)
    return abs(distance), score, widening


def _inside(scores: Sequence[float]) -> float | None:
    """The share of outcomes within their intervals, but for the rounding of stored bounds."""
    return sum(score <= 1 + 1e-6 for score in scores) / len(scores) if scores else None


def _widening(bare: Sequence[float]) -> float:
    """The factor with which the nominal share would have been inside; 1 where that is not needed.

    The quantile of split conformal prediction, with its finite-sample correction.
    """
    share = _inside(bare)
    if len(bare) < LEAST or share is None or TOLERATED[0] <= share <= TOLERATED[1]:
        return 1.0
    place = math.ceil(NOMINAL_COVERAGE * (len(bare) + 1)) - 1
    least, most = WIDENING_BOUNDS
    return min(max(sorted(bare)[place], least), most)


def _oof_error(evaluation: Evaluation | None, target: str) -> float | None:
    """The cross-validated error of what is shown."""
    shown = evaluation.shown.get(target) if evaluation else None
    figures = shown.figures if shown else Figures()
    return figures.log_mae if target == "popularity" else figures.mae


def _oof_coverage(evaluation: Evaluation | None, target: str, modes: Sequence[str]) -> float | None:
    """The mean cross-validated coverage of the champions of films of these modes, where known."""
    tasks = evaluation.tasks if evaluation else ()
    by_mode = {
        task.mode: task.coverage.overall
        for task in tasks
        if task.target == target and task.coverage and task.coverage.overall is not None
    }
    known = [by_mode[mode] for mode in modes if mode in by_mode]
    return sum(known) / len(known) if known else None
