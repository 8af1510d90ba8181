"""Figures, champions and importances: rules that decide what people are shown."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor

from tmdbdash.learning.data.arrays import Floats
from tmdbdash.learning.data.film_table import FilmTable, columns_of, read_films
from tmdbdash.learning.evaluation.champion import choose_champion, has_coverage, is_better
from tmdbdash.learning.evaluation.importance import measure_importances
from tmdbdash.learning.evaluation.metrics import figures, with_metrics
from tmdbdash.learning.models.conformal_intervals import fit_intervals
from tmdbdash.learning.models.cross_fitting import FoldEnsemble
from tmdbdash.learning.models.fit import FitResults, fit_all
from tmdbdash.learning.models.fitted_model import FittedModel
from tmdbdash.learning.models.registry import REGISTRY
from tmdbdash.learning.models.training_set import TrainingSet, newest_rows, training_set
from tmdbdash.records import Movie
from tmdbdash.records.evaluation import ChampionReason
from tmdbdash.records.tasks import TASKS, Task

NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)
POPULARITY, RATING, EARLY_POPULARITY, _ = TASKS


def voted(tmdb_id: int) -> Movie:
    """A film whose popularity is its votes and some chance, whose rating is its runtime's."""
    chance = np.random.default_rng(tmdb_id)
    votes, runtime = int(10 ** chance.uniform(0, 4)), int(chance.integers(60, 200))
    return Movie(
        tmdb_id=tmdb_id,
        title=f"Film {tmdb_id}",
        vote_count=votes,
        popularity=float(np.sqrt(votes) * np.exp(chance.normal() / 5)),
        vote_average=float(np.clip(2 + runtime / 30 + chance.normal() / 4, 0.5, 10)),
        runtime=runtime,
        genres=("Drama",) if chance.integers(2) else ("Comedy",),
        language="en",
        release_date=date(int(chance.integers(1980, 2025)), 1 + tmdb_id % 12, 1),
        observed_at=NOON,
    )


FILMS = read_films(columns_of([voted(i) for i in range(1, 401)]))


def made_up(rows: TrainingSet, films: FilmTable, **expected: Floats) -> dict[str, FittedModel]:
    """Models with these out-of-fold predictions, measured."""
    median = np.full(len(rows), np.median(rows.actual))
    models = {}
    for name, values in {"median": median, **expected}.items():
        intervals = fit_intervals(np.zeros(len(rows)), values, rows.category_values, ())
        model = FittedModel(
            REGISTRY["median"], rows.task, FoldEnsemble(), intervals, oof_predictions=values
        )
        models[name] = with_metrics(model, rows, films)
    return models


def choice(models: Mapping[str, FittedModel], former: str | None, rows: TrainingSet) -> Any:
    return choose_champion(rows, models, former)


def test_a_challenger_must_be_better_beyond_two_standard_errors() -> None:
    rows = training_set(FILMS, RATING)
    noise = np.random.default_rng(1).normal(size=len(rows))
    models = made_up(
        rows,
        FILMS,
        good=rows.actual + noise * 0.30,
        hair=rows.actual + noise * 0.299,
        better=rows.actual + noise * 0.2,
    )
    del models["better"]
    # Paired, a hair on every film is beyond chance; in noise of its own it is not.
    other = rows.actual + np.random.default_rng(2).normal(size=len(rows)) * 0.299
    models |= {"luck": made_up(rows, FILMS, luck=other)["luck"]}
    assert choice(models, "good", rows).name == "hair"
    del models["hair"]
    kept = choice(models, "good", rows)
    assert (kept.name, kept.note) == ("good", None)
    assert kept.why == ChampionReason(code="kept")
    models |= {"better": made_up(rows, FILMS, better=rows.actual + noise * 0.2)["better"]}
    replaced = choice(models, "good", rows)
    assert replaced.name == "better"
    assert (replaced.why.code, replaced.why.former) == ("better", "good")
    assert replaced.why.gain is not None
    assert 0.3 < replaced.why.gain < 0.4
    assert choice(models, None, rows).name == "better"
    gone = choice(models, "gone", rows)
    assert (gone.name, gone.why) == (
        "better",
        ChampionReason(code="not_fitted", former="gone"),
    )


def test_no_model_that_loses_to_the_median_is_champion() -> None:
    rows = training_set(FILMS, POPULARITY)
    models = made_up(rows, FILMS, bad=rows.actual[::-1].copy())
    found = choice(models, "bad", rows)
    assert (found.name, found.why) == (
        "median",
        ChampionReason(code="loses_to_median", former="bad"),
    )
    assert choice(models, None, rows).name == "median"


def test_a_challenger_whose_intervals_do_not_hold_is_barred() -> None:
    rows = training_set(FILMS, POPULARITY)
    models = made_up(rows, FILMS, good=rows.actual * 1.2, vain=rows.actual * 1.01)
    for name, coverage in (("good", 0.81), ("vain", 0.7)):
        model = models[name]
        models[name] = FittedModel(
            model.spec,
            model.task,
            model.estimator,
            model.intervals,
            {"coverage": coverage},
            oof_predictions=model.oof_predictions,
        )
    assert choice(models, "good", rows).name == "good"
    assert not has_coverage(models["vain"], 400)
    assert has_coverage(models["vain"], 40)  # among so few films that is chance
    assert choice(models, "vain", rows).why == ChampionReason(code="low_coverage", former="vain")


def test_below_thirty_films_the_median_is_champion() -> None:
    few = read_films(columns_of([voted(i) for i in range(1, 30)]))
    rows = training_set(few, POPULARITY)
    found = choice(made_up(rows, few, perfect=rows.actual), "perfect", rows)
    assert (found.name, found.note) == ("median", "too_little_data")


def test_nothing_is_better_than_its_equal() -> None:
    losses = np.random.default_rng(3).random(50)
    assert not is_better(losses, losses)
    assert is_better(losses * 0.5, losses)
    assert not is_better(losses[:1] * 0.5, losses[:1])


def test_figures_by_hand() -> None:
    actual = np.linspace(1, 9, 60)
    votes = np.repeat([5.0, 20.0, 100.0], 20)
    found = figures("vote_average", actual, actual + 0.5, votes)
    assert found["mae"] == found["rmse"] == pytest.approx(0.5)
    assert found["r2"] == pytest.approx(1 - 60 * 0.25 / np.sum((actual - 5) ** 2))
    assert found["spearman"] == pytest.approx(1)
    assert found["mae_10_votes"] == found["mae_50_votes"] == pytest.approx(0.5)
    assert "r2_10_votes" not in found  # 40 films are too few for it
    popular = figures("popularity", actual, np.zeros(60), votes)
    assert popular["log_mae"] == pytest.approx(np.log1p(actual).mean())
    assert "spearman" not in popular  # all predictions are one
    assert "r2" not in figures("popularity", actual[:49], actual[:49], votes[:49])
    alike = np.full(60, 0.1)  # its mean is not quite 0.1
    assert "r2" not in figures("popularity", alike, actual, votes)
    assert "r2" not in figures("popularity", alike, alike, votes)


def test_the_newest_fifth_is_judged_by_what_saw_only_older_films() -> None:
    released = FILMS.released
    newest = newest_rows(released)
    assert newest is not None
    assert newest.sum() == 80
    assert released[newest].min() >= released[~newest].max()
    assert newest_rows(released[:49]) is None
    rows = training_set(FILMS, POPULARITY)
    done = fit_all(FILMS, [REGISTRY["median"]], lambda: True, [POPULARITY])
    model = done.models[POPULARITY]["median"]
    assert model.temporal_predictions is not None
    assert set(model.temporal_predictions[newest]) == {np.median(rows.actual[~newest])}
    assert np.isnan(model.temporal_predictions[~newest]).all()


class NeverOld(DummyRegressor):  # type: ignore[misc]  # scikit-learn has no types
    """A model that cannot be fitted without a film of 2024."""

    def fit(self, features: Any, actual: Any, sample_weight: Any = None) -> Any:
        if features["release_year"].max() < 2024:
            raise ArithmeticError("only old films")
        return super().fit(features, actual, sample_weight)


def test_a_copy_that_fails_costs_only_the_figures_of_the_newest_films() -> None:
    spec = replace(REGISTRY["mean"], factory=lambda *_: NeverOld())
    done = fit_all(FILMS, [spec], lambda: True, [POPULARITY])
    assert not done.failed
    model = done.models[POPULARITY]["mean"]
    assert model.temporal_predictions is None
    found = with_metrics(model, done.rows[POPULARITY], FILMS).metrics
    assert found["oof_mae"] > 0
    assert not any(name.startswith("temporal") for name in found)


@pytest.mark.usefixtures("few_trees")
def test_boosting_bears_what_is_known_of_the_newest_films_alone() -> None:
    movies = [replace(voted(i), budget=None) for i in range(1, 331)]
    movies += [
        replace(voted(i), budget=i * 1000, release_date=date(2025, 3, 1)) for i in (400, 401)
    ]
    films = read_films(columns_of(movies))
    done = fit_all(films, [REGISTRY["boosting"]], lambda: True, [POPULARITY, RATING])
    assert not done.failed
    assert all(
        models["boosting"].temporal_predictions is not None for models in done.models.values()
    )


def unvoted(tmdb_id: int) -> Movie:
    """A film that nobody has voted for and hardly anybody looks at."""
    chance = np.random.default_rng(tmdb_id)
    popularity = float(0.2 * np.exp(chance.normal() / 5))
    return replace(voted(tmdb_id), vote_count=0, vote_average=None, popularity=popularity)


def early_figures(early: int) -> Mapping[str, float]:
    """Of the ridge model for films without votes, of which there are so many beside 400 others."""
    movies = [voted(i) for i in range(1, 401)] + [unvoted(i) for i in range(500, 500 + early)]
    films = read_films(columns_of(movies))
    done = fit_all(films, [REGISTRY["ridge"]], lambda: True, [EARLY_POPULARITY])
    rows = done.rows[EARLY_POPULARITY]
    model = with_metrics(done.models[EARLY_POPULARITY]["ridge"], rows, films)
    without = films.votes[rows.indices] == 0
    error = np.abs(np.log1p(rows.actual) - np.log1p(model.oof_predictions))[without]
    if "early_films" in model.metrics:
        assert model.metrics["early_log_mae"] == pytest.approx(error.mean())
    return model.metrics


def test_early_models_are_measured_on_the_films_that_they_speak_for() -> None:
    """And know them from the others, whose votes are merely hidden from them."""
    found = early_figures(60)
    assert found["rows"] == 460
    assert found["early_films"] == 60
    # All are near .2, but among the others the same features mean a popularity of about 10.
    assert found["early_log_mae"] < 0.25
    assert found["oof_log_mae"] > 0.6
    assert 0.65 < found["early_coverage"] < 0.95
    assert not any(name.startswith("early") for name in early_figures(19))


@pytest.fixture(scope="module")
def learned() -> dict[Task, FitResults]:
    found: dict[Task, FitResults] = {}
    for task, names in (
        (POPULARITY, ("median", "ridge", "boosting", "smooth_ridge", "blend")),
        (RATING, ("ridge", "boosting", "smooth_ridge", "blend")),
        (EARLY_POPULARITY, ("boosting",)),
    ):
        specs = [REGISTRY[name] for name in names]
        found[task] = fit_all(FILMS, specs, lambda: True, [task])
    return found


def test_models_learn_what_there_is_to_learn(learned: dict[Task, FitResults]) -> None:
    popular = {
        name: with_metrics(model, learned[POPULARITY].rows[POPULARITY], FILMS).metrics
        for name, model in learned[POPULARITY].models[POPULARITY].items()
    }
    # The chance in it is a fifth on the log scale, so .16 is the least there can be.
    for name in ("boosting", "smooth_ridge", "blend"):
        assert 0.15 < popular[name]["oof_log_mae"] < 0.22
        assert 0.74 < popular[name]["coverage"] < 0.86
    assert popular["median"]["oof_log_mae"] > 0.8
    hidden = with_metrics(
        learned[EARLY_POPULARITY].models[EARLY_POPULARITY]["boosting"],
        learned[EARLY_POPULARITY].rows[EARLY_POPULARITY],
        FILMS,
    )
    assert hidden.metrics["oof_log_mae"] > 0.8  # without votes nothing can be known of it


def test_importances_name_what_matters_and_nothing_else(learned: dict[Task, FitResults]) -> None:
    for task, group in ((POPULARITY, "votes"), (RATING, "runtime")):
        for name in ("ridge", "boosting", "blend"):
            found = {
                i.feature_group: i
                for i in measure_importances(
                    learned[task].models[task][name], FILMS, learned[task].rows[task], NOON
                )
            }
            rest = [i.importance for other, i in found.items() if other != group]
            assert found[group].importance > 0.3
            assert max(rest) < 0.1
            assert 0 < (found[group].spread or 0) < found[group].importance
