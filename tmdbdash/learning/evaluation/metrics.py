"""How good a model is: figures of its out-of-fold predictions, coverage of its intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.linear_features import Floats
from tmdbdash.learning.data.tasks import EARLY, from_learned, to_learned
from tmdbdash.learning.models.conformal_intervals import COVERAGE, fit_intervals
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.training_set import TrainingSet, category_edges
from tmdbdash.records.evaluation import Coverage, Thirds

LEAST_FOR_R2 = 50
"""Films below which an R2 says nothing and is withheld."""
LEAST_FOR_COVERAGE = 20
LEAST_EARLY = 20
"""Films without votes or before release below which the early models have no figures for them."""
YOUNG_DAYS = 180.0
VOTE_FLOORS = (10, 50)

Flags = npt.NDArray[np.bool_]


def measured(model: FittedModel, rows: TrainingSet, films: FilmTable) -> FittedModel:
    """The model with its ``metrics``: of out-of-fold predictions, by time, and of its intervals.

    Names are "oof_mae" and the like, "temporal_mae", "coverage", "coverage_low" (a third of the
    predictions), "coverage_young", "temporal_coverage", "width" (mean, in the target's unit),
    "median_width", "seconds", "rows". A figure that cannot be measured is not there.

    Early models are measured on all films, as if these had no votes, and from `LEAST_EARLY` films
    on also on those that they speak for: "early_mae" and the like, "early_coverage", "early_films".
    """
    votes = films.votes[rows.places]
    metrics = {
        f"oof_{name}": value
        for name, value in figures(rows.task.target, rows.actual, model.expected, votes).items()
    }
    early: Flags = films.mode[rows.places] == EARLY
    if rows.task.mode != EARLY or early.sum() < LEAST_EARLY:
        early = np.zeros(len(rows), dtype=bool)
    if early.any():
        found = figures(rows.task.target, rows.actual[early], model.expected[early], votes[early])
        metrics |= {f"early_{name}": value for name, value in found.items()}
        metrics["early_films"] = float(early.sum())
    metrics |= _coverage(model, rows, films.age[rows.places], early)
    if model.later is not None and rows.newest is not None:
        new = rows.newest
        found = figures(rows.task.target, rows.actual[new], model.later[new], votes[new])
        metrics |= {f"temporal_{name}": value for name, value in found.items()}
        metrics |= _temporal_coverage(model, rows, model.later, new)
    metrics |= {"seconds": model.seconds, "rows": float(len(rows))}
    known = {name: float(value) for name, value in metrics.items() if np.isfinite(value)}
    return replace(model, metrics={**model.metrics, **known})


def figures(target: str, actual: Floats, expected: Floats, votes: Floats) -> dict[str, float]:
    """MAE, RMSE, R2 and Spearman's correlation; of popularity also the MAE of log1p.

    Of ratings also MAE and R2 over films with at least 10 and 50 votes. All arrays have shape
    (films,), in the target's unit. Correlation and R2 only from `LEAST_FOR_R2` films.
    """
    found = _plain(actual, expected)
    if target == "popularity":
        error = to_learned(target, actual) - to_learned(target, expected)
        found["log_mae"] = float(np.mean(np.abs(error)))
        return found
    for floor in VOTE_FLOORS:
        enough = votes >= floor
        if enough.any():
            plain = _plain(actual[enough], expected[enough])
            found |= {f"{name}_{floor}_votes": plain[name] for name in ("mae", "r2") & plain.keys()}
    return found


def says_r2(actual: Floats) -> bool:
    """Whether an R2 says anything of these: `LEAST_FOR_R2` of them, and not all the same."""
    return len(actual) >= LEAST_FOR_R2 and bool(np.ptp(actual) > 0)


def losses(rows: TrainingSet, model: FittedModel) -> Floats:
    """What champions are compared by: each film's weighted absolute error on the learned scale.

    The weights have mean 1; shape (rows,).
    """
    error = np.abs(rows.learned - to_learned(rows.task.target, model.expected))
    return np.asarray(error * rows.weights / rows.weights.mean(), dtype=np.float64)


def cross_conformal_bounds(model: FittedModel, rows: TrainingSet) -> tuple[Floats, Floats]:
    """Each film's interval on the learned scale, from residuals of the other folds' films alone.

    So the film itself has neither been learned from nor has it calibrated its interval.
    """
    learned = to_learned(rows.task.target, model.expected)
    residuals = rows.learned - learned
    low, high = np.empty(len(rows)), np.empty(len(rows))
    edges = category_edges(rows.task)
    for number in range(int(rows.fold.max()) + 1):
        held = rows.fold == number
        intervals = fit_intervals(residuals[~held], learned[~held], rows.measure[~held], edges)
        low[held], high[held] = intervals.ends(learned[held], rows.measure[held])
    return np.minimum(low, learned), np.maximum(high, learned)


def coverage_of(metrics: Mapping[str, float]) -> Coverage:
    """The coverage of a model's intervals, from its metrics."""
    return Coverage(
        nominal=COVERAGE,
        overall=metrics.get("coverage"),
        thirds=Thirds(*(metrics.get(f"coverage_{third}") for third in Thirds._fields)),
        young=metrics.get("coverage_young"),
        young_films=int(metrics.get("young_films", 0)),
        temporal=metrics.get("temporal_coverage"),
        width=metrics.get("width"),
        median_width=metrics.get("median_width"),
    )


def _plain(actual: Floats, expected: Floats) -> dict[str, float]:
    error = expected - actual
    found = {"mae": float(np.mean(np.abs(error))), "rmse": float(np.sqrt(np.mean(error**2)))}
    if len(actual) < LEAST_FOR_R2:
        return found
    if says_r2(actual):
        found["r2"] = 1 - float(np.sum(error**2) / np.sum((actual - actual.mean()) ** 2))
    first, second = (pd.Series(values).rank() for values in (actual, expected))
    if min(first.std(), second.std()) > 0:
        found["spearman"] = float(first.corr(second))
    return found


def _coverage(model: FittedModel, rows: TrainingSet, age: Floats, early: Flags) -> dict[str, float]:
    if len(rows) < LEAST_FOR_COVERAGE:
        return {}
    low, high = cross_conformal_bounds(model, rows)
    inside = (rows.learned >= low) & (rows.learned <= high)
    width = from_learned(rows.task.target, high) - from_learned(rows.task.target, low)
    found = {
        "coverage": float(inside.mean()),
        "width": float(width.mean()),
        "median_width": float(np.median(width)),
    }
    third = np.searchsorted(np.quantile(model.expected, [1 / 3, 2 / 3]), model.expected)
    for number, name in enumerate(("low", "middle", "high")):
        if (third == number).any():
            found[f"coverage_{name}"] = float(inside[third == number].mean())
    young: Flags = age < YOUNG_DAYS
    found["young_films"] = float(young.sum())
    if young.any():
        found["coverage_young"] = float(inside[young].mean())
    if early.any():
        found["early_coverage"] = float(inside[early].mean())
    return found


def _temporal_coverage(
    model: FittedModel, rows: TrainingSet, later: Floats, new: Flags
) -> dict[str, float]:
    """Coverage for the newest fifth, of intervals from the older films' residuals alone.

    Those residuals are out of fold, so of members that learned from some of the newest films too,
    and a blend's share was chosen on all films: what is measured is a little on the good side.
    """
    target, old = rows.task.target, ~new
    learned = to_learned(target, model.expected)
    intervals = fit_intervals(
        rows.learned[old] - learned[old], learned[old], rows.measure[old], category_edges(rows.task)
    )
    low, high = intervals.ends(to_learned(target, later[new]), rows.measure[new])
    inside = (rows.learned[new] >= low) & (rows.learned[new] <= high)
    return {"temporal_coverage": float(inside.mean())}
