"""A model's figures: errors out of fold and on the holdout, coverage of its intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split

from tmdbdash.learning.data.arrays import Flags, Floats
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.tasks import POPULARITY
from tmdbdash.learning.models.conformal_intervals import fit_intervals
from tmdbdash.learning.models.cross_fitting import Regressor
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.training_set import TrainingSet, category_edges
from tmdbdash.records.evaluation import MIN_FOR_R2
from tmdbdash.records.tasks import EARLY

MIN_FOR_COVERAGE = 20
MIN_EARLY = 20
"""Films without votes or before release below which early models have no figures for them."""
YOUNG_DAYS = 180.0
HOLDOUT_SHARE = 0.25
HOLDOUT_SEED = 42
"""Those of the replaced system's own split."""
VOTE_FLOORS = (10, 50)


def with_metrics(model: FittedModel, rows: TrainingSet, films: FilmTable) -> FittedModel:
    """The model with its ``metrics`` added: out of fold, temporal, and of its intervals.

    They are `figures` as "oof_..." and "temporal_...", "coverage" also as "_low", "_middle",
    "_high" (thirds of the predictions) and "_young", "temporal_coverage", "width" (mean, in the
    target's unit), "median_width", "seconds" and "rows". One that cannot be measured is left out.

    Early models are measured on all films with votes hidden, and from `MIN_EARLY` early films on
    also on these: "early_mae" and the like, "early_coverage", "early_films".
    """
    votes = films.votes[rows.indices]
    early: Flags = films.mode[rows.indices] == EARLY
    if rows.task.mode != EARLY or early.sum() < MIN_EARLY:
        early = np.zeros(len(rows), dtype=bool)

    def errors(prefix: str, predicted: Floats, mask: Flags | slice) -> dict[str, float]:
        found = figures(rows.task.target, rows.actual[mask], predicted[mask], votes[mask])
        return {f"{prefix}_{name}": value for name, value in found.items()}

    metrics = errors("oof", model.oof_predictions, slice(None))
    if early.any():
        metrics |= errors("early", model.oof_predictions, early)
        metrics["early_films"] = float(early.sum())
    metrics |= _coverage(model, rows, films.age[rows.indices], early)
    if model.temporal_predictions is not None and rows.newest is not None:
        metrics |= errors("temporal", model.temporal_predictions, rows.newest)
        metrics |= _temporal_coverage(model, rows, model.temporal_predictions, rows.newest)
    metrics |= {"seconds": model.seconds, "rows": float(len(rows))}
    finite = {name: float(value) for name, value in metrics.items() if np.isfinite(value)}
    return replace(model, metrics={**model.metrics, **finite})


def figures(target: str, actual: Floats, predicted: Floats, votes: Floats) -> dict[str, float]:
    """MAE, RMSE, R2 and Spearman's correlation; of popularity also the MAE of log1p.

    Of ratings also MAE and R2 over films with at least 10 and 50 votes. All arrays have shape
    (films,), in the target's unit. Correlation and R2 only from `MIN_FOR_R2` films.
    """
    found = _errors(actual, predicted)
    if target == POPULARITY.name:
        error = POPULARITY.transform(actual) - POPULARITY.transform(predicted)
        found["log_mae"] = float(np.mean(np.abs(error)))
        return found
    for floor in VOTE_FLOORS:
        enough = votes >= floor
        if enough.any():
            own = _errors(actual[enough], predicted[enough])
            found |= {f"{name}_{floor}_votes": own[name] for name in ("mae", "r2") & own.keys()}
    return found


def is_r2_meaningful(actual: Floats) -> bool:
    """Whether there are at least `MIN_FOR_R2` values, and not all equal."""
    return len(actual) >= MIN_FOR_R2 and bool(np.ptp(actual) > 0)


def holdout_figures(
    estimator: Regressor, features: pd.DataFrame, actual: Floats
) -> dict[str, float]:
    """The figures on a quarter of the rows of ``estimator`` fitted to the others.

    ``features`` has shape (rows, features), ``actual`` (rows,), both in order of tmdb_id, on which
    the split depends. Returns "holdout_mae" in the target's unit, "holdout_rows_train",
    "holdout_rows_test" and, where `is_r2_meaningful`, "holdout_r2".
    """
    x_train, x_test, y_train, y_test = train_test_split(
        features, actual, test_size=HOLDOUT_SHARE, random_state=HOLDOUT_SEED
    )
    predicted = estimator.fit(x_train, y_train).predict(x_test)
    found = {
        "holdout_mae": float(mean_absolute_error(y_test, predicted)),
        "holdout_rows_train": float(len(y_train)),
        "holdout_rows_test": float(len(y_test)),
    }
    if is_r2_meaningful(y_test):
        found["holdout_r2"] = float(r2_score(y_test, predicted))
    return found


def losses(rows: TrainingSet, model: FittedModel) -> Floats:
    """The losses that models are compared by: each film's weighted absolute error; (rows,).

    On the learned scale, with weights of mean 1.
    """
    error: Floats = np.abs(rows.learned - model.target.transform(model.oof_predictions))
    return error * rows.weights / float(rows.weights.mean())


def cross_conformal_bounds(model: FittedModel, rows: TrainingSet) -> tuple[Floats, Floats]:
    """Each film's bounds on the learned scale, from the residuals of the other folds alone.

    So neither the model nor the interval of a film was fitted to it; arrays of shape (rows,).
    """
    learned = model.target.transform(model.oof_predictions)
    residuals = rows.learned - learned
    low, high = np.empty(len(rows)), np.empty(len(rows))
    edges, values = category_edges(rows.task), rows.category_values
    for number in range(int(rows.fold.max()) + 1):
        test, others = rows.fold == number, rows.fold != number
        intervals = fit_intervals(residuals[others], learned[others], values[others], edges)
        low[test], high[test] = intervals.bounds(learned[test], values[test])
    return np.minimum(low, learned), np.maximum(high, learned)


def _errors(actual: Floats, predicted: Floats) -> dict[str, float]:
    error = predicted - actual
    found = {"mae": float(np.mean(np.abs(error))), "rmse": float(np.sqrt(np.mean(error**2)))}
    if len(actual) < MIN_FOR_R2:
        return found
    if is_r2_meaningful(actual):
        found["r2"] = 1 - float(np.sum(error**2) / np.sum((actual - actual.mean()) ** 2))
    first, second = (pd.Series(values).rank() for values in (actual, predicted))
    if min(first.std(), second.std()) > 0:
        found["spearman"] = float(first.corr(second))
    return found


def _coverage(model: FittedModel, rows: TrainingSet, age: Floats, early: Flags) -> dict[str, float]:
    if len(rows) < MIN_FOR_COVERAGE:
        return {}
    low, high = cross_conformal_bounds(model, rows)
    inside = (rows.learned >= low) & (rows.learned <= high)
    width = model.target.to_unit(high) - model.target.to_unit(low)
    found = {
        "coverage": float(inside.mean()),
        "width": float(width.mean()),
        "median_width": float(np.median(width)),
    }
    predicted = model.oof_predictions
    third = np.searchsorted(np.quantile(predicted, [1 / 3, 2 / 3]), predicted)
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
    model: FittedModel, rows: TrainingSet, predicted: Floats, newest: Flags
) -> dict[str, float]:
    """Coverage for the newest fifth, of intervals from the older films' residuals alone.

    Slightly optimistic: those residuals are out of fold, so of members fitted to some of the newest
    films too, and a blend's share was chosen on all films.
    """
    older = ~newest
    learned = model.target.transform(model.oof_predictions)[older]
    values = rows.category_values
    intervals = fit_intervals(
        rows.learned[older] - learned, learned, values[older], category_edges(rows.task)
    )
    low, high = intervals.bounds(model.target.transform(predicted[newest]), values[newest])
    inside = (rows.learned[newest] >= low) & (rows.learned[newest] <= high)
    return {"temporal_coverage": float(inside.mean())}
