"""Our conformal intervals beside those of crepes, which rounds to whole residuals outward."""

import numpy as np
import numpy.typing as npt
import pytest
from crepes import ConformalPredictiveSystem

from tmdbdash.learning.models.conformal_intervals import (
    MIN_RESIDUALS,
    categories_of,
    fit_intervals,
    residual_offsets,
)
from tmdbdash.records.evaluation import NOMINAL_COVERAGE

Floats = npt.NDArray[np.float64]


def crooked(count: int, seed: int) -> Floats:
    """Residuals that lean to one side and have long tails; shape (count,)."""
    drawn = np.random.default_rng(seed)
    return np.asarray(drawn.normal(size=count) ** 3 + drawn.exponential(size=count))


def rank(ordered: Floats, bound: float) -> float:
    """How many residuals lie below a bound, those at it counted by half."""
    near = 1e-9 * abs(bound)
    return float(np.sum(ordered < bound - near) + np.sum(ordered <= bound + near)) / 2


@pytest.mark.parametrize("count", [30, 99, 400, 1_003])
@pytest.mark.parametrize("seed", [1, 2])
def test_bounds_are_those_of_crepes_but_for_one_residual(count: int, seed: int) -> None:
    residuals = crooked(count, seed)
    reference = ConformalPredictiveSystem().fit(residuals=residuals)
    ((low, high),) = reference.predict_int(y_hat=np.zeros(1), confidence=NOMINAL_COVERAGE)
    own = residual_offsets(residuals)
    assert low - 1e-9 <= own.low < own.high <= high + 1e-9
    ordered = np.sort(residuals)
    for mine, theirs in ((own.low, low), (own.high, high)):
        assert abs(rank(ordered, mine) - rank(ordered, theirs)) <= 1


def test_categories_have_intervals_of_their_own_as_in_crepes() -> None:
    edges = (30.0, 180.0)
    variable = np.repeat([10.0, 90.0, 900.0], 200)
    residuals = crooked(600, 3) * np.repeat([3.0, 1.0, 0.2], 200)
    predicted = np.zeros(600)
    own = fit_intervals(residuals, predicted, variable, edges, max_bins=1)
    low, high = own.bounds(predicted, variable)
    reference = ConformalPredictiveSystem().fit(
        residuals=residuals, bins=categories_of(variable, edges)
    )
    theirs = reference.predict_int(
        y_hat=predicted, bins=categories_of(variable, edges), confidence=NOMINAL_COVERAGE
    )
    assert np.all((theirs[:, 0] <= low + 1e-9) & (high <= theirs[:, 1] + 1e-9))
    assert np.ptp(low) > 0
    for number in range(3):
        here = slice(200 * number, 200 * (number + 1))
        assert np.allclose(low[here], low[here][0])
        inside = (residuals[here] >= low[here]) & (residuals[here] <= high[here])
        assert abs(float(inside.mean()) - NOMINAL_COVERAGE) < 0.02


@pytest.mark.parametrize("count", [MIN_RESIDUALS, 200])
def test_new_residuals_lie_inside_as_often_as_stated(count: int) -> None:
    """On average over many draws; crepes, which rounds outward, is never below ours."""
    held: list[tuple[float, float]] = []
    for seed in range(200):
        residuals, new = crooked(count, seed), crooked(500, 10_000 + seed)
        own = residual_offsets(residuals)
        reference = ConformalPredictiveSystem().fit(residuals=residuals)
        ((low, high),) = reference.predict_int(y_hat=np.zeros(1), confidence=NOMINAL_COVERAGE)
        shares = [(new >= a) & (new <= b) for a, b in ((own.low, own.high), (low, high))]
        held.append((float(shares[0].mean()), float(shares[1].mean())))
    ours, theirs = np.mean(held, axis=0)
    assert abs(ours - NOMINAL_COVERAGE) < 0.015
    assert theirs >= ours
