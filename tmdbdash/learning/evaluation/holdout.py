"""The linear baseline's figures on the holdout of the replaced system, a quarter of the films."""

from __future__ import annotations

import pandas as pd
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split

from tmdbdash.learning.data.arrays import Floats
from tmdbdash.learning.evaluation.metrics import is_r2_meaningful
from tmdbdash.learning.models.cross_fitting import Regressor

TEST_SHARE = 0.25
SPLIT_SEED = 42


def holdout_figures(
    estimator: Regressor, features: pd.DataFrame, actual: Floats
) -> dict[str, float]:
    """The figures on a quarter of the rows of ``estimator`` fitted to the others.

    ``features`` has shape (rows, features), ``actual`` (rows,), both in order of tmdb_id, on which
    the split depends. Returns "holdout_mae" in the target's unit, "holdout_rows_train",
    "holdout_rows_test" and, where `is_r2_meaningful`, "holdout_r2".
    """
    x_train, x_test, y_train, y_test = train_test_split(
        features, actual, test_size=TEST_SHARE, random_state=SPLIT_SEED
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
