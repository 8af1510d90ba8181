"""Trainings in less time, for tests that are not about how well models learn."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest import mock

import pandas as pd
import pytest
from sklearn.ensemble._hist_gradient_boosting.gradient_boosting import BaseHistGradientBoosting

from tests.parts.changed import FEW_MODELS, install
from tmdbdash.learning.forecasting import forecaster
from tmdbdash.learning.forecasting.change_models import (
    ChangeModel,
    ModelSettings,
    fit_change_model,
)
from tmdbdash.learning.models.registry import REGISTRY


@contextmanager
def boosted_by_few(trees: int = 6) -> Iterator[None]:
    """Within the block no model has more trees, and a forecast is made by one boosting."""
    usual = BaseHistGradientBoosting.fit

    def fit(model: Any, *data: Any, **options: Any) -> Any:
        model.max_iter = min(model.max_iter, trees)
        return usual(model, *data, **options)

    def fit_small(pairs: pd.DataFrame, settings: ModelSettings, seeds: int) -> ChangeModel:
        few = replace(settings, randomised_trees=min(settings.randomised_trees, trees))
        return fit_change_model(pairs, few, min(seeds, 1))

    with (
        mock.patch.object(BaseHistGradientBoosting, "fit", fit),
        mock.patch.object(forecaster, "fit_change_model", fit_small),
    ):
        yield


@pytest.fixture
def few_trees() -> Iterator[None]:
    with boosted_by_few():
        yield


@pytest.fixture
def few_models(few_trees: None) -> Iterator[None]:
    """In this process too the baselines and the ridge are all models there are."""
    with mock.patch.dict(REGISTRY):
        install(FEW_MODELS)
        yield
