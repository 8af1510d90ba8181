"""Rows and the time to the dashboard: which films, which figures, in which order."""

import json
import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tmdbdash.report.i18n.catalogue import load_catalogue
from tmdbdash.report.panels import NOW
from tmdbdash.report.panels import dashboard as board
from tmdbdash.report.panels.dashboard import Dashboard, build_dashboard
from tmdbdash.report.panels.film_clusters import film_clusters
from tmdbdash.report.panels.forecast_accuracy import forecast_scores
from tmdbdash.report.panels.hit_accuracy import hit_figures, hit_reliability, hit_roc
from tmdbdash.report.panels.importances import model_importances
from tmdbdash.report.panels.model_accuracy import interval_coverage, model_figures
from tmdbdash.report.panels.outliers import outliers
from tmdbdash.report.panels.predictions import predicted_films
from tmdbdash.report.panels.top_films import top_films
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import record_json


@pytest.fixture
def made(home: Home) -> Dashboard:
    return build_dashboard(sample.rows(), home.settings(), sample.NOW)


def test_the_top_twenty_are_the_lists_own_figures_by_popularity() -> None:
    films = [sample.film(n, popularity=float(n)) for n in range(1, 26)]
    rows = sample.rows(films, movies={f.tmdb_id: replace(f, popularity=0.5) for f in films})
    top = top_films(rows)
    assert [film.popularity for film in top] == [float(n) for n in range(25, 5, -1)]
    assert [film.place for film in top] == list(range(1, 21))
    assert top[0].rank == 25


def test_films_of_equal_popularity_keep_the_lists_order() -> None:
    films = [sample.film(n, popularity=5.0) for n in (9, 3, 7)]
    assert [film.tmdb_id for film in top_films(sample.rows(films))] == [9, 3, 7]


def test_a_film_without_popularity_comes_last() -> None:
    films = [sample.film(1, popularity=None), sample.film(2, popularity=0.0)]
    assert [film.tmdb_id for film in top_films(sample.rows(films))] == [2, 1]


def test_without_a_list_the_most_popular_of_all_films_are_shown(home: Home) -> None:
    films = tuple(sample.film(n, rank=None) for n in range(1, 4))
    rows = Rows(films=3, observed_at=sample.OBSERVED, most_popular=films)
    made = build_dashboard(rows, home.settings(), sample.NOW)
    assert [film.tmdb_id for film in top_films(rows)] == [1, 2, 3]
    assert made.observed_at == sample.OBSERVED
    assert not made.empty


def test_a_listed_film_that_is_not_stored_is_left_out() -> None:
    rows = sample.rows([sample.film(n) for n in (1, 2, 3)])
    rows = replace(rows, movies={n: rows.movies[n] for n in (1, 3)})
    assert [film.tmdb_id for film in top_films(rows)] == [1, 3]


def test_no_rows_make_an_empty_dashboard(home: Home) -> None:
    made = build_dashboard(Rows(), home.settings(), sample.NOW)
    assert made.empty
    assert {name for name, records in made.panels.items() if records} == {"terms", "files"}
    assert made.as_data()["panels"] == {panel.id: [] for panel in NOW.panels}


def test_films_without_training_have_no_predictions_and_no_figures(home: Home) -> None:
    made = build_dashboard(sample.rows(**sample.UNTRAINED), home.settings(), sample.NOW)
    shown = {name for name, records in made.panels.items() if records}
    assert shown == {
        *(panel.id for panel in NOW.panels),
        *("films", "comparison", "genres", "months", "runs", "terms", "files"),
    }
    assert len(made.panels["top"]) == 20
    assert made.trained_at is None


def test_each_part_is_there_without_the_others(home: Home) -> None:
    """Older data lack some of it, and a study that failed is not there."""
    full = build_dashboard(sample.rows(), home.settings(), sample.NOW)
    assert all(full.panels.values())
    for key, nothing in sample.UNTRAINED.items():
        rows = sample.rows(**{key: nothing})
        made = build_dashboard(rows, home.settings(), sample.NOW)
        json.dumps(made.as_data(), allow_nan=False)
        assert len(made.panels["top"]) == 20


def test_older_trainings_show_the_figures_that_they_have() -> None:
    metrics = {
        ("another", "popularity", "holdout_mae"): 1.0,
        ("zebra", "popularity", "holdout_mae"): 3.0,
        ("zebra", "popularity", "holdout_r2"): 0.5,
        ("linear_regression", "popularity", "holdout_mae"): 2.0,
        ("linear_regression", "vote_average", "holdout_mae"): 0.5,
        ("linear_regression", "something_else", "holdout_mae"): 9.0,
    }
    training = sample.older_training(metrics=metrics, champions={"popularity": "zebra"})
    rows = sample.rows(training=training, model="zebra", evaluation=None)
    figures = model_figures(rows)
    assert [(f.model_name, f.target, f.mae, f.r2) for f in figures] == [
        ("zebra", "popularity", 3.0, 0.5),
        ("another", "popularity", 1.0, None),
        ("linear_regression", "popularity", 2.0, None),
        ("linear_regression", "vote_average", 0.5, None),
    ]
    assert [f.standing for f in figures[:3]] == [("champion",), (), ("baseline",)]
    assert {(f.rows, f.trained_at) for f in figures} == {(380, sample.TRAINED)}
    few = sample.rows(training=replace(training, rows=49), model="zebra", evaluation=None)
    assert {f.r2 for f in model_figures(few)} == {None}
    assert interval_coverage(rows) == ()


def test_every_model_is_listed_by_target_and_mode_the_champion_first() -> None:
    figures = model_figures(sample.rows())
    assert len(figures) == 4 * 4
    assert [f.task for f in figures[::4]] == [
        "popularity",
        "vote_average",
        "popularity/early",
        "vote_average/early",
    ]
    assert [(f.model_name, f.standing) for f in figures[:4]] == [
        ("boosting", ("champion",)),
        ("median", ("baseline",)),
        ("linear_regression", ("baseline",)),
        ("mean", ("baseline",)),
    ]
    assert (figures[0].log_mae, figures[0].temporal_log_mae) == pytest.approx((0.2505, 0.334))
    assert figures[4].log_mae is None
    assert [f.standing for f in figures[-4:]][:2] == [("champion", "baseline"), ()]


def test_few_films_withhold_r2_and_say_so() -> None:
    task = sample.task("popularity", "released", films=20, note="too_little_data", coverage=None)
    rows = sample.rows(evaluation=sample.evaluation(tasks=[task]))
    figures = model_figures(rows)
    assert {f.r2 for f in figures} == {None}
    assert figures[0].standing == ("champion", "too_little_data")
    assert interval_coverage(rows) == ()


def test_each_champion_has_its_measured_coverage() -> None:
    coverage = {"stated": 0.8, "overall": 0.75, "thirds": [0.7, None, 0.8], "young": None}
    tasks = [
        sample.task("popularity", "released"),
        sample.task("vote_average", "early", coverage=coverage),
    ]
    full, part = interval_coverage(sample.rows(evaluation=sample.evaluation(tasks=tasks)))
    assert (full.stated, full.overall, full.temporal) == (0.8, 0.803, 0.598)
    assert (full.low_third, full.high_third, full.young, full.young_films) == (
        0.79,
        0.809,
        0.77,
        40,
    )
    assert (part.middle_third, part.young, part.young_films, part.width) == (None,) * 4
    assert (part.task, part.model_name) == ("vote_average/early", "median")


def test_importances_are_those_of_the_champions_by_group() -> None:
    stray = replace(sample.importances()[0], model_name="ridge", importance=9.0)
    groups = model_importances(sample.rows(importances=(*sample.importances(), stray)))
    assert [g.group for g in groups] == ["votes", "genres", "dates and age", "texts"]
    votes = groups[0]
    assert (votes.popularity, votes.popularity_spread, votes.popularity_early) == (0.2, 0.02, None)
    assert {g.rating_early for g in groups} == {None}  # the median is champion there


def test_predictions_say_mode_and_basis_as_stored() -> None:
    films = [sample.film(n) for n in (1, 2, 3)]
    rows = sample.rows(
        films,
        predictions=(
            sample.predicted(films[0]),
            sample.predicted(films[1], mode="early", prediction_source="unseen"),
            sample.predicted(films[2], mode=None, prediction_source=None),
        ),
    )
    told = [(p.mode, p.basis) for p in predicted_films(rows)]
    assert told == [("released", "out_of_fold"), ("early", "unseen"), (None, None)]


def test_each_target_says_its_own_basis() -> None:
    film = sample.film(1)
    popularity_alone = {"basis_popularity": "out_of_fold", "basis_vote_average": "unseen"}
    made = sample.predicted(film, **popularity_alone)
    (shown,) = predicted_films(sample.rows([film], predictions=(made,)))
    assert (shown.basis, shown.basis_popularity, shown.basis_vote_average) == (
        "out_of_fold",
        "out_of_fold",
        "unseen",
    )
    below = replace(made.prediction, actual_popularity=1.0, actual_vote_average=1.0)
    far = replace(made, prediction=below)
    rows = sample.rows([film], outliers={"popularity": (far,), "vote_average": (far,)})
    assert {one.target: one.basis for one in outliers(rows)} == {
        "popularity": "out_of_fold",
        "vote_average": "unseen",
    }


def test_forecast_scores_join_what_is_forecast_with_what_came() -> None:
    scores = forecast_scores(sample.rows())
    assert [(s.days, s.basis, s.scored) for s in scores] == [
        (1, "model", 40),
        (3, "model", 40),
        (7, "persistence", 0),
    ]
    assert scores[2].reason == {"key": "term.reason.few_pairs", "values": {"count": 14}}
    assert (scores[0].reason, scores[0].coverage, scores[2].coverage) == (None, 0.825, None)
    only = forecast_scores(sample.rows(forecast_bases=()))
    assert [(s.days, s.basis, s.scored_mae) for s in only] == [
        (1, None, 0.051),
        (3, None, 0.051),
    ]


def test_hits_have_figures_with_their_meaning() -> None:
    rows = sample.rows()
    english = load_catalogue("en")
    figures = {figure.figure: figure for figure in hit_figures(rows)}
    assert english.formatted(figures["found"].value) == "61"
    assert english.formatted(figures["found"].meaning).endswith(
        "a predicted probability of at least 50%"
    )
    assert english.formatted(figures["auc"].value) == "0.860"
    assert "auc_without_votes" not in figures
    chances = hit_reliability(rows)
    assert [(english.formatted(b.chance), b.stated, b.observed) for b in chances] == [
        ("0% to 10%", 0.06, 0.05),
        ("90% to 100%", 0.96, 0.98),
    ]
    curves = [point.curve for point in hit_roc(rows)]
    assert (curves.count("classifier"), curves.count("coin")) == (3, 2)


def test_groups_are_named_with_marks_and_examples_that_are_stored() -> None:
    films = [sample.film(n) for n in range(1, 5)]
    rows = sample.rows(films)
    first, second = film_clusters(rows)
    assert (first.name, first.films, first.share, first.stability) == (
        ("year_high", "popularity_high"),
        300,
        0.75,
        0.9693,
    )
    told = load_catalogue("en").formatted(first.marks)
    assert told == "year 2025 (all films: 2015), votes 155 (all films: 1,264)"
    assert second.examples == ((2, "A Short History of Rain"), (4, "Paper Tigers"))


def test_a_runs_message_is_not_published(home: Home) -> None:
    rows = sample.rows(runs=(sample.run("ingest", outcome="failed", message="no db.internal"),))
    made = build_dashboard(rows, home.settings(), sample.NOW)
    (run,) = made.panels["runs"]
    assert "db.internal" not in repr(run)
    assert record_json(run)["outcome"] == "failed"


def test_the_summary_has_the_contracts_keys(made: Dashboard) -> None:
    answer: dict[str, Any] = board.summary(made)
    top = answer["top"]
    assert len(top) == 10
    for film in top:
        assert {"tmdb_id", "title", "popularity", "vote_count", "vote_average"} <= film.keys()
        assert not [key for key in film if key.endswith("label")]


def test_predictions_have_the_contracts_keys_in_order(made: Dashboard) -> None:
    answer: dict[str, Any] = board.predictions(made)
    keys = {"tmdb_id", "title", "release_date", "model_name"}
    for target in ("popularity", "vote_average"):
        keys |= {f"{word}_{target}" for word in ("predicted", "actual", "mae")}
        keys |= {f"predicted_{target}_low", f"predicted_{target}_high"}
    assert len(answer["predictions"]) == 20
    assert all(keys <= film.keys() for film in answer["predictions"])
    popularity = [film["predicted_popularity"] for film in answer["predictions"]]
    assert popularity == sorted(popularity, reverse=True)
    assert answer["predictions"][0]["release_date"] == "2025-09-07"
    assert answer["model"] == "champion"
    assert {(f["mode"], f["basis"]) for f in answer["predictions"]} == {("released", "out_of_fold")}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_missing(home: Home, value: float) -> None:
    films = [sample.film(1, popularity=value, vote_average=value)]
    training = sample.training(metrics={("linear_regression", "popularity", "holdout_mae"): value})
    guess = sample.predicted(films[0], predicted_popularity=value)
    rows = sample.rows(films, training=training, predictions=(guess,), evaluation=None)
    made = build_dashboard(rows, home.settings(), sample.NOW)
    panels = {name: [record_json(r) for r in found] for name, found in made.panels.items()}
    json.dumps(panels, allow_nan=False)
    assert panels["top"][0]["popularity"] is None
    assert panels["models"][0]["mae"] is None
    assert panels["predictions"][0]["predicted_popularity"] is None


def test_the_same_rows_and_time_make_the_same_dashboard(home: Home) -> None:
    first, second = (
        build_dashboard(sample.rows(), home.settings(), sample.NOW).as_data() for _ in range(2)
    )
    assert first == second
    later = build_dashboard(sample.rows(), home.settings(), sample.NOW + timedelta(minutes=2))
    changed = {key for key, value in later.as_data().items() if value != first[key]}
    assert changed == {"generated_at"}


def test_simulated_rows_or_settings_mark_the_dashboard(home: Home) -> None:
    settings = home.settings()
    assert not build_dashboard(sample.rows(), settings, sample.NOW).simulated
    assert build_dashboard(sample.rows(simulated=True), settings, sample.NOW).simulated
    settings = home.settings(simulated=True)
    made = build_dashboard(sample.rows(), settings, sample.NOW)
    assert made.simulated
    assert board.summary(made)["simulated"] is True
    assert board.predictions(made)["simulated"] is True
