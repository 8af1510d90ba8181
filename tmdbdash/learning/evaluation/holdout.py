"""The linear baseline's figures as the replaced system measured them: on a quarter held out."""

from __future__ import annotations

from typing import Any

import pandas as pd
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split

from tmdbdash.learning.data.linear_features import Floats
from tmdbdash.learning.evaluation.metrics import says_r2

TEST_SHARE = 0.25
SPLIT_SEED = 42


def holdout_figures(estimator: Any, features: pd.DataFrame, actual: Floats) -> dict[str, float]:
    """Fit ``estimator`` on three quarters of the rows and measure it on the rest.

    ``features`` has shape (rows, features), ``actual`` (rows,); both in order of tmdb_id, because
    the split depends on the order. Gives "holdout_mae" (in the target's unit),
    "holdout_rows_train", "holdout_rows_test" and, where the tested films are enough and not all
    alike, "holdout_r2".
    """
    x_train, x_test, y_train, y_test = train_test_split(
        features, actual, test_size=TEST_SHARE, random_state=SPLIT_SEED
    )
    expected = estimator.fit(x_train, y_train).predict(x_test)
    found = {
        "holdout_mae": float(mean_absolute_error(y_test, expected)),
        "holdout_rows_train": float(len(y_train)),
        "holdout_rows_test": float(len(y_test)),
    }
    if says_r2(y_test):
        found["holdout_r2"] = float(r2_score(y_test, expected))
    return found
