"""The parts of the models, each against what it is meant to be."""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LinearRegression, RidgeCV
from sklearn.preprocessing import SplineTransformer

from tmdbdash.learning.data.arrays import Floats
from tmdbdash.learning.data.tasks import POPULARITY, RATING, film_weights
from tmdbdash.learning.models.conformal_intervals import (
    AGE_EDGES,
    MondrianIntervals,
    categories_of,
    fit_intervals,
    residual_offsets,
)
from tmdbdash.learning.models.cross_fitting import Blend, FoldEnsemble, fold_numbers
from tmdbdash.learning.models.estimators import ALPHAS, BoundedRidge, CompactBoosting
from tmdbdash.learning.models.ridge_features import RidgeFeatures, spline_features, spline_knots

RNG = np.random.default_rng(5)
FRAME = pd.DataFrame(
    {"a": RNG.normal(size=400), "b": RNG.exponential(size=400), "flat": np.ones(400)}
)
TARGET = FRAME["a"].to_numpy() * 2 + np.log1p(FRAME["b"].to_numpy()) + RNG.normal(size=400) / 9


def test_splines_are_those_of_scikit_learn() -> None:
    values = FRAME["b"].to_numpy()
    theirs = SplineTransformer(8, knots="quantile", extrapolation="constant")
    expected = theirs.fit_transform(values[:, None])
    np.testing.assert_allclose(spline_features(values, spline_knots(values)), expected, atol=1e-12)
    beyond = np.array([-5.0, 99.0])
    np.testing.assert_allclose(
        spline_features(beyond, spline_knots(values)), theirs.transform(beyond[:, None]), atol=1e-12
    )


def test_kernels_keep_likeness_as_the_nystroem_method_does() -> None:
    basis = RidgeFeatures(landmarks=400, gamma=0.1).fit(FRAME[["a", "b"]])
    made = basis.transform(FRAME[["a", "b"]])
    straight, mapped = made[:, :2], made[:, 2:]
    theirs = Nystroem(gamma=0.1, n_components=400).fit_transform(straight)
    np.testing.assert_allclose(mapped @ mapped.T, theirs @ theirs.T, atol=1e-6)


def test_a_basis_bears_missing_flat_and_extreme_values() -> None:
    frame = FRAME.assign(gone=np.nan, rare=np.where(np.arange(400) == 3, 5.0, np.nan))
    basis = RidgeFeatures(["b", "gone", "absent"], landmarks=50).fit(frame)
    wild = pd.DataFrame({name: [np.nan, 1e12, -1e12] for name in frame})
    made = basis.transform(wild)
    assert np.isfinite(made).all()
    assert np.abs(made[:, : frame.shape[1]]).max() <= 4
    assert basis.spline_columns_.tolist() == [1]


@pytest.mark.parametrize("weighted", [False, True])
def test_the_ridge_is_that_of_scikit_learn_inside_its_range(weighted: bool) -> None:
    features = np.hstack([FRAME.to_numpy(), FRAME.to_numpy()[:, :1] * 3])
    weights = np.linspace(0.1, 1, 400) if weighted else None
    ours = BoundedRidge().fit(features, TARGET, weights)
    theirs = RidgeCV(alphas=ALPHAS).fit(features, TARGET, weights)
    assert math.isclose(ours.alpha_, theirs.alpha_)
    expected = np.clip(theirs.predict(features), TARGET.min(), TARGET.max())
    np.testing.assert_allclose(ours.predict(features), expected, atol=1e-9)
    assert ours.predict(features * 1e9).max() <= TARGET.max()


def test_boosted_trees_come_back_from_their_one_array() -> None:
    settings = {"max_iter": 30, "random_state": 1}
    frame = FRAME.assign(b=FRAME["b"].where(FRAME["b"] < 2))
    ours = CompactBoosting(**settings).fit(frame, TARGET)
    theirs = HistGradientBoostingRegressor(**settings).fit(frame, TARGET)
    np.testing.assert_array_equal(ours.predict(frame), theirs.predict(frame))
    again = CompactBoosting.__new__(CompactBoosting)
    again.__setstate__(ours.__getstate__())
    np.testing.assert_array_equal(again.predict(frame), theirs.predict(frame))
    assert CompactBoosting(**settings).__getstate__()["max_iter"] == 30


def test_boosted_trees_bear_features_that_no_film_of_a_fold_has() -> None:
    frame = FRAME.assign(gone=np.nan, rare=np.where(np.arange(400) == 3, 5.0, np.nan))
    made = FoldEnsemble(CompactBoosting(max_iter=10)).fit(frame, TARGET, None, fold_numbers(400))
    assert np.isfinite(made.out_of_fold_).all()
    known = frame.assign(gone=7.0)
    np.testing.assert_array_equal(made.predict(known), made.predict(frame))
    assert frame["gone"].isna().all()  # the caller's own frame is left alone


def _forged(change: Callable[[Any, Any], Any]) -> dict[str, Any]:
    state = CompactBoosting(max_iter=3, random_state=1).fit(FRAME, TARGET).__getstate__()
    nodes, sizes = state["packed_nodes"], state["packed_sizes"]
    return state | (change(nodes, sizes) or {})


def _put(nodes: Any, field: str, value: float, *, leaves: bool = False) -> None:
    nodes[field][(nodes["is_leaf"] == 1) == leaves] = value


@pytest.mark.parametrize(
    "change",
    [
        lambda nodes, _: _put(nodes, "left", 2_000_000_000),
        lambda nodes, _: _put(nodes, "right", 2_000_000_000),
        lambda nodes, _: _put(nodes, "left", 0),
        lambda nodes, sizes: nodes["right"].__setitem__(0, sizes[0]),
        lambda nodes, _: _put(nodes, "feature_idx", 1_000_000_000),
        lambda nodes, _: _put(nodes, "feature_idx", 3),
        lambda nodes, _: _put(nodes, "feature_idx", -1),
        lambda nodes, _: _put(nodes, "is_categorical", 1),
        lambda nodes, _: _put(nodes, "value", math.nan, leaves=True),
        lambda nodes, sizes: {"packed_nodes": nodes[:-1]},
        lambda nodes, sizes: {"packed_nodes": nodes["value"]},
        lambda nodes, sizes: {"packed_sizes": sizes * 0},
        lambda nodes, sizes: {"packed_sizes": sizes * [1, 1, -1]},
        lambda nodes, sizes: {"packed_sizes": sizes.astype(float)},
        lambda nodes, sizes: {"packed_sizes": np.array([2**62, 2**62, 2**63 - 1])},
        lambda nodes, sizes: {"_predictors": []},
    ],
)
def test_nodes_that_are_no_trees_are_refused(change: Callable[[Any, Any], Any]) -> None:
    """They would be walked without looking: a crash of the whole program, or no end."""
    with pytest.raises(ValueError, match=r"trees|nodes"):
        CompactBoosting.__new__(CompactBoosting).__setstate__(_forged(change))


def test_folds_are_shuffled_fixed_and_even() -> None:
    folds = fold_numbers(103)
    assert sorted(np.bincount(folds)) == [20, 20, 21, 21, 21]
    np.testing.assert_array_equal(folds, fold_numbers(103))
    assert (np.diff(folds) != 0).sum() > 60  # not in blocks
    with pytest.raises(ValueError, match="n_splits=5"):
        fold_numbers(4)


def ensemble(target: Floats = TARGET) -> FoldEnsemble:
    return FoldEnsemble(LinearRegression()).fit(FRAME, target, None, fold_numbers(400))


def test_out_of_fold_is_what_the_member_says_that_has_not_seen_the_film() -> None:
    made, fold = ensemble(), fold_numbers(400)
    for number in range(5):
        held = fold == number
        alone = LinearRegression().fit(FRAME[~held], TARGET[~held]).predict(FRAME[held])
        np.testing.assert_allclose(made.out_of_fold_[held], alone)
    np.testing.assert_allclose(made.predict(FRAME, fold), made.out_of_fold_)
    mean = np.mean([member.predict(FRAME) for member in made.members_], axis=0)
    np.testing.assert_allclose(made.predict(FRAME), mean)
    mixed = np.where(np.arange(400) % 2, fold, -1)
    np.testing.assert_allclose(
        made.predict(FRAME, mixed), np.where(mixed < 0, mean, made.out_of_fold_)
    )
    assert "out_of_fold_" not in made.__getstate__()


def test_a_blend_takes_what_the_first_part_is_worth() -> None:
    good, noise = ensemble(), ensemble(RNG.normal(size=400))
    for first, second, share in ((good, noise, 1.0), (noise, good, 0.0), (good, good, 0.0)):
        blend = Blend.combine(first, second, TARGET, None, squared=True)
        assert abs(blend.share - share) <= 0.05
    np.testing.assert_allclose(
        blend.predict(FRAME, fold_numbers(400)), blend.out_of_fold_, atol=1e-12
    )


def test_scales_and_weights() -> None:
    values = np.array([0.0, 0.5, 875.0])
    np.testing.assert_allclose(POPULARITY.to_unit(POPULARITY.transform(values)), values)
    assert POPULARITY.to_unit(np.array([-3.0])) == 0
    assert RATING.to_unit(np.array([-3.0, 11.0])).tolist() == [0, 10]
    assert film_weights("popularity", values).tolist() == [1, 1, 1]
    weights = film_weights("vote_average", np.array([1.0, 30.0, 1e6]))
    assert weights == pytest.approx([1 / 31 + 0.1, 0.6, 1.1], rel=1e-3)


def test_offsets_leave_a_tenth_on_either_side_on_average() -> None:
    """With the finite-sample correction, also where residuals are few."""
    inside = []
    for _ in range(400):
        sample, new = RNG.normal(size=19), RNG.normal(size=50)
        offsets = residual_offsets(sample)
        inside.append(np.mean((new >= offsets.low) & (new <= offsets.high)))
    assert abs(np.mean(inside) - 0.8) < 0.02
    with pytest.raises(ValueError, match="no residuals"):
        residual_offsets(np.array([]))


def test_bins_and_what_is_missing() -> None:
    ages = np.array([-5.0, 29.9, 30.0, 5_000.0, np.nan])
    assert categories_of(ages, AGE_EDGES).tolist() == [0, 0, 1, 4, 4]
    assert categories_of(ages, ()).tolist() == [0] * 5


def test_young_films_get_the_wide_intervals_that_they_need() -> None:
    age = RNG.uniform(0, 4_000, size=6_000)
    spread = np.where(age < 30, 2.0, 0.2)
    residuals = RNG.normal(size=6_000) * spread
    predicted = RNG.normal(size=6_000)
    made = fit_intervals(residuals, predicted, age, AGE_EDGES)
    for young in (True, False):
        here = (age < 30) == young
        low, high = made.bounds(predicted[here], age[here])
        actual = predicted[here] + residuals[here]
        assert abs(np.mean((actual >= low) & (actual <= high)) - 0.8) < 0.06
        assert ((high - low).mean() > 3) == young


def test_a_bin_of_few_residuals_joins_its_wider_neighbour() -> None:
    measure = np.concatenate([np.full(100, 10.0), np.full(5, 100.0), np.full(100, 1_000.0)])
    residuals = np.concatenate([np.linspace(-1, 1, 100), np.zeros(5), np.linspace(-9, 9, 100)])
    made = fit_intervals(residuals, np.zeros(205), measure, (30.0, 180.0))
    assert made.offsets[1] == made.offsets[2]
    assert made.offsets[0][0].width < 3 < made.offsets[1][0].width


def test_equal_predictions_make_one_level() -> None:
    made = fit_intervals(RNG.normal(size=500), np.zeros(500), np.zeros(500), ())
    assert [len(levels) for levels in made.offsets] == [1]


def test_intervals_come_back_from_json() -> None:
    made = fit_intervals(
        RNG.normal(size=900), RNG.normal(size=900), RNG.uniform(0, 900, size=900), AGE_EDGES
    )
    assert MondrianIntervals.from_json(json.loads(json.dumps(made.as_json()))) == made
    torn = replace(made, bin_edges=made.bin_edges[1:])
    with pytest.raises(ValueError, match="fit together"):
        MondrianIntervals.from_json(torn.as_json())
    with pytest.raises(ValueError, match="ascend"):
        MondrianIntervals.from_json(made.as_json() | {"edges": list(AGE_EDGES[::-1])})
