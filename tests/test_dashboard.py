"""Rows and the time to the dashboard: which films, which figures, in which order."""

import json
import math
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tmdbdash.report import dashboard as board
from tmdbdash.report import sections
from tmdbdash.report.dashboard import Dashboard, build_dashboard
from tmdbdash.report.rows import Rows
from tmdbdash.report.wording import date_text, number_text, time_text


@pytest.fixture
def made(home: Home) -> Dashboard:
    return build_dashboard(sample.rows(), home.settings(), sample.NOW)


def test_the_top_ten_are_the_lists_own_figures_by_popularity() -> None:
    films = [sample.film(n, popularity=float(n)) for n in range(1, 16)]
    rows = sample.rows(films, movies={f.tmdb_id: replace(f, popularity=0.5) for f in films})
    top = sections.top_films(rows)
    assert [film.popularity for film in top] == [float(n) for n in range(15, 5, -1)]
    assert [film.place for film in top] == list(range(1, 11))
    assert top[0].rank == 15


def test_films_of_equal_popularity_keep_the_lists_order() -> None:
    films = [sample.film(n, popularity=5.0) for n in (9, 3, 7)]
    assert [film.tmdb_id for film in sections.top_films(sample.rows(films))] == [9, 3, 7]


def test_a_film_without_popularity_comes_last() -> None:
    films = [sample.film(1, popularity=None), sample.film(2, popularity=0.0)]
    assert [film.tmdb_id for film in sections.top_films(sample.rows(films))] == [2, 1]


def test_without_a_list_the_most_popular_of_all_films_are_shown(home: Home) -> None:
    films = tuple(sample.film(n, rank=None) for n in range(1, 4))
    rows = Rows(films=3, most_popular=films)
    made = build_dashboard(rows, home.settings(), sample.NOW)
    assert [film.tmdb_id for film in made.panels["top"]] == [1, 2, 3]
    assert made.observed_at == sample.OBSERVED
    assert not made.empty


def test_a_listed_film_that_is_not_stored_is_left_out() -> None:
    rows = sample.rows([sample.film(n) for n in (1, 2, 3)])
    rows = replace(rows, movies={n: rows.movies[n] for n in (1, 3)})
    assert [film.tmdb_id for film in sections.top_films(rows)] == [1, 3]


def test_no_rows_make_an_empty_dashboard(home: Home) -> None:
    made = build_dashboard(Rows(), home.settings(), sample.NOW)
    assert made.empty
    assert made.as_data()["panels"] == {"top": [], "predictions": [], "models": [], "runs": []}


def test_films_without_training_have_no_predictions_and_no_figures(home: Home) -> None:
    rows = sample.rows(training=None, model=None, predictions=())
    made = build_dashboard(rows, home.settings(), sample.NOW)
    assert len(made.panels["top"]) == 10
    assert made.panels["predictions"] == ()
    assert made.panels["models"] == ()
    assert made.trained_at is None


def test_figures_name_the_shown_model_first_for_each_target() -> None:
    metrics = {
        ("another", "popularity", "mae"): 1.0,
        ("zebra", "popularity", "mae"): 3.0,
        ("zebra", "popularity", "r2"): 0.5,
        ("linear_regression", "popularity", "mae"): 2.0,
        ("linear_regression", "vote_average", "mae"): 0.5,
        ("linear_regression", "something_else", "mae"): 9.0,
    }
    training = sample.training(metrics=metrics, champions={"popularity": "zebra"})
    figures = sections.model_figures(sample.rows(training=training, model="zebra"))
    assert [(f.model_name, f.target, f.mae, f.r2) for f in figures] == [
        ("zebra", "popularity", 3.0, 0.5),
        ("another", "popularity", 1.0, None),
        ("linear_regression", "popularity", 2.0, None),
        ("linear_regression", "vote_average", 0.5, None),
    ]
    assert {(f.rows, f.trained_at) for f in figures} == {(38, sample.TRAINED)}


def test_a_runs_message_is_not_published(home: Home) -> None:
    rows = sample.rows(runs=(sample.run("ingest", outcome="failed", message="no db.internal"),))
    data = build_dashboard(rows, home.settings(), sample.NOW).as_data()
    assert "db.internal" not in json.dumps(data)
    assert data["panels"]["runs"][0]["outcome"] == "failed"


def test_the_summary_has_the_contracts_keys(made: Dashboard) -> None:
    top = board.summary(made)["top"]
    assert len(top) == 10
    for film in top:
        assert {"tmdb_id", "title", "popularity", "vote_count", "vote_average"} <= film.keys()
        assert "label" not in film


def test_predictions_have_the_contracts_keys_in_order(made: Dashboard) -> None:
    answer = board.predictions(made)
    keys = {"tmdb_id", "title", "release_date", "model_name"}
    for target in ("popularity", "vote_average"):
        keys |= {f"{word}_{target}" for word in ("predicted", "actual", "mae")}
        keys |= {f"predicted_{target}_low", f"predicted_{target}_high"}
    assert len(answer["predictions"]) == 20
    assert all(keys <= film.keys() for film in answer["predictions"])
    popularity = [film["predicted_popularity"] for film in answer["predictions"]]
    assert popularity == sorted(popularity, reverse=True)
    assert answer["predictions"][0]["release_date"] == "2025-09-07"
    assert answer["model"] == "linear_regression"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_missing(home: Home, value: float) -> None:
    films = [sample.film(1, popularity=value, vote_average=value)]
    training = sample.training(metrics={("linear_regression", "popularity", "mae"): value})
    guess = sample.predicted(films[0], predicted_popularity=value)
    rows = sample.rows(films, training=training, predictions=(guess,))
    data = build_dashboard(rows, home.settings(), sample.NOW).as_data()
    json.dumps(data, allow_nan=False)
    assert data["panels"]["top"][0]["popularity"] is None
    assert data["panels"]["models"][0]["mae"] is None
    assert data["panels"]["predictions"][0]["predicted_popularity"] is None


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


@given(st.text(max_size=600))
def test_any_title_makes_a_short_line_for_axes(title: str) -> None:
    label = sections.label_of(title)
    assert len(label) <= sections.LABEL_LENGTH
    assert label == " ".join(label.split())


def test_a_film_without_title_is_named_by_its_number() -> None:
    assert sections.title_of("  ", None, 7) == "Film 7"
    assert sections.title_of("", "Ran", 7) == "Ran"


def test_values_in_words() -> None:
    assert number_text(1234567.849, 1) == "1,234,567.8"
    assert number_text(1.005, 2) == "1.01"
    assert number_text(-0.04, 1) == "0.0"
    assert number_text(-1234.5) == "-1,235"
    assert number_text(1e22) == "10,000,000,000,000,000,000,000"
    assert number_text(None) == "–"
    assert date_text(sample.NOW.date()) == "Jan 31, 2026"
    assert time_text(sample.NOW) == "Jan 31, 14:03 UTC"
    assert date_text(None) == time_text(None) == "–"
