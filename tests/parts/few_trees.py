"""Boosting of a few trees, for tests that are not about how well it learns."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from sklearn.ensemble._hist_gradient_boosting.gradient_boosting import BaseHistGradientBoosting

from tmdbdash.learning.forecasting import forecaster


@contextmanager
def boosted_by_few(trees: int = 6) -> Iterator[None]:
    """Within the block no model has more trees, and a forecast is that of one model, not three."""
    usual = BaseHistGradientBoosting.fit

    def fit(model: Any, *data: Any, **options: Any) -> Any:
        model.max_iter = min(model.max_iter, trees)
        return usual(model, *data, **options)

    with (
        mock.patch.object(BaseHistGradientBoosting, "fit", fit),
        mock.patch.object(forecaster, "SEEDS", 1),
    ):
        yield


@pytest.fixture
def few_trees() -> Iterator[None]:
    with boosted_by_few():
        yield
