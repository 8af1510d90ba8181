"""What moved a prediction: sums that are exact, for every kind of model."""

from functools import cache
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.parts.catalogue import catalogue, table
from tests.parts.few_trees import boosted_by_few
from tmdbdash.learning.data.film_table import FilmTable
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.evaluation.importance import features_by_group
from tmdbdash.learning.insights.shapley import explain_predictions, typical_film
from tmdbdash.learning.models.fit import fit_model
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.registry import REGISTRY
from tmdbdash.learning.models.training_set import TrainingSet, training_set
from tmdbdash.records.tasks import EARLY, RELEASED, Task


@cache
def films() -> FilmTable:
    return table(catalogue(160))


@cache
def fitted(name: str, target: str, mode: str = RELEASED) -> tuple[FittedModel, TrainingSet]:
    rows = training_set(films(), Task(target, mode))
    spec = REGISTRY[name]
    others = {part: fitted(part, target, mode)[0] for part in spec.parts or ()}
    with boosted_by_few(20):
        return fit_model(films(), spec, rows, others), rows


def explained(name: str, target: str, mode: str = RELEASED) -> tuple[Any, pd.DataFrame, Any]:
    model, rows = fitted(name, target, mode)
    inputs = model.inputs(films(), rows.indices)
    typical = typical_film(inputs)
    fold = np.full(8, -1)
    fold[:6] = rows.fold[:6]
    return explain_predictions(model, inputs.iloc[:8], typical, fold), inputs, typical


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", ["median", "linear_regression", "ridge", "boosting", "blend"])
def test_contributions_add_up_to_the_prediction_that_is_shown(name: str, target: str) -> None:
    found, inputs, typical = explained(name, target)
    model, rows = fitted(name, target)
    fold = np.concatenate([rows.fold[:6], [-1, -1]])
    assert [e.predicted for e in found] == pytest.approx(model.predict(inputs.iloc[:8], fold))
    for explanation, own in zip(found, fold, strict=True):
        usual = model.predict(pd.DataFrame([typical])[list(inputs.columns)], np.array([own]))
        assert explanation.typical == pytest.approx(usual[0])
        added = sum(value for _, value in explanation.contributions)
        assert explanation.typical + added == pytest.approx(explanation.predicted)
        sizes = [abs(value) for _, value in explanation.contributions]
        assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize("target", TARGETS)
def test_a_linear_models_contributions_are_its_coefficients(target: str) -> None:
    found, inputs, typical = explained("linear_regression", target)
    model, rows = fitted("linear_regression", target)
    ensemble: Any = model.estimator
    for place in range(6):
        member = ensemble.members_[rows.fold[place]]
        scale, line = member.steps[0][1], member.steps[1][1]
        slope = dict(zip(inputs.columns, line.coef_ / scale.scale_, strict=True))
        added = dict(found[place].contributions)
        for group, names in features_by_group(list(inputs.columns)).items():
            exact = sum(slope[n] * (inputs.iloc[place][n] - typical[n]) for n in names)
            assert added[group] == pytest.approx(exact, abs=1e-9)


def test_shares_of_a_model_of_trees_are_the_mean_over_all_orders() -> None:
    """Shapley's rule, spelt out: what a group adds when it comes, over every order of coming."""
    found, inputs, typical = explained("boosting", "popularity")
    model, _ = fitted("boosting", "popularity")
    groups = features_by_group(list(inputs.columns))
    film = inputs.iloc[[7]]

    def mixed(own: tuple[str, ...]) -> pd.DataFrame:
        made = pd.DataFrame([typical])[list(inputs.columns)]
        for group in own:
            made[groups[group]] = film[groups[group]].to_numpy()
        return made

    sets = [own for n in range(len(groups) + 1) for own in combinations(groups, n)]
    mixtures = pd.concat([mixed(own) for own in sets])
    predicted = model.predict(mixtures, np.full(len(sets), -1)).tolist()
    answers = dict(zip(map(frozenset, sets), predicted, strict=True))
    shares = dict.fromkeys(groups, 0.0)
    orders = list(permutations(groups))
    for order in orders:
        for place, group in enumerate(order):
            before = frozenset(order[:place])
            shares[group] += (answers[before | {group}] - answers[before]) / len(orders)
    assert dict(found[7].contributions) == pytest.approx(shares)


def test_early_models_are_explained_without_votes() -> None:
    """All that they may know of them is that nobody voted, and on this film somebody did."""
    found, _, _ = explained("boosting", "popularity", EARLY)
    assert dict(found[0].contributions).get("votes", 0) == 0
    with_votes, _, _ = explained("boosting", "popularity")
    assert dict(with_votes[0].contributions)["votes"] != 0


def test_a_film_that_is_typical_has_nothing_that_moves_it() -> None:
    model, rows = fitted("boosting", "popularity")
    inputs = model.inputs(films(), rows.indices)
    typical = typical_film(inputs)
    itself = pd.DataFrame([typical])[list(inputs.columns)]
    (found,) = explain_predictions(model, itself, typical)
    assert found.predicted == found.typical
    assert max(abs(value) for _, value in found.contributions) < 1e-9


def test_bounds_cut_what_is_explained() -> None:
    model, rows = fitted("linear_regression", "popularity")
    inputs = model.inputs(films(), rows.indices)
    free = explain_predictions(model, inputs, typical_film(inputs))
    cut = explain_predictions(model, inputs, typical_film(inputs), bounds=(3.0, 6.0))
    assert min(e.predicted for e in free) < 3
    assert {min(e.predicted for e in cut), max(e.predicted for e in cut)} == {3.0, 6.0}
    for explanation in cut:
        added = sum(value for _, value in explanation.contributions)
        assert explanation.typical + added == pytest.approx(explanation.predicted)


def test_the_typical_film_is_made_of_what_real_films_have() -> None:
    inputs = films().features("wide")
    typical = typical_film(inputs)
    for names in features_by_group(list(inputs.columns)).values():
        same = (inputs[names] == typical[names]) | (inputs[names].isna() & typical[names].isna())
        assert same.all(axis=1).any()
    assert typical["release_year"] > 1990  # a gap is not what most films have
    assert 85 < typical["runtime"] < 105
    genres = [str(name) for name in inputs if str(name).startswith("genre_")]
    assert typical["genre_count"] == typical[genres].sum() - typical["genre_count"]
    with pytest.raises(ValueError, match="none"):
        typical_film(inputs.iloc[:0])
