"""Training against plain scikit-learn on real films."""

import csv
import gzip
import json
import math
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import KFold, train_test_split
from sklearn.preprocessing import StandardScaler

from tests.parts.films import NOON
from tests.parts.home import Home
from tests.parts.learned import Films, do_predict, do_train
from tests.parts.require import real_data
from tmdbdash.learning.data.film_columns import COLUMNS
from tmdbdash.learning.data.linear_features import linear_features
from tmdbdash.records import Movie


def tmdb_5000() -> list[dict[str, str]]:
    csv.field_size_limit(10_000_000)
    with gzip.open(real_data("tmdb_5000_movies.csv.gz"), "rt", encoding="utf-8", newline="") as f:
        return sorted(csv.DictReader(f), key=lambda row: int(row["id"]))


def plain_features(row: dict[str, str]) -> list[float]:
    names = [genre["name"] for genre in json.loads(row["genres"])]
    year, month = map(int, row["release_date"].split("-")[:2]) if row["release_date"] else (2020, 1)
    return [
        float(row["runtime"] or 0),
        float(row["vote_count"] or 0),
        year,
        month,
        month in (6, 7, 8),
        month in (11, 12),
        "Action" in names,
        "Adventure" in names,
        "Comedy" in names,
        "Drama" in names,
        "Science Fiction" in names,
        "Thriller" in names,
        len(names),
        row["original_language"] == "en",
    ]


def plain_figures(rows: list[dict[str, str]], target: str) -> tuple[float, float]:
    x = np.array([plain_features(row) for row in rows], dtype=float)
    y = np.array([float(row[target]) for row in rows])
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.25, random_state=42)
    scaler = StandardScaler().fit(x_train)
    model = LinearRegression().fit(scaler.transform(x_train), y_train)
    expected = model.predict(scaler.transform(x_test))
    return mean_absolute_error(y_test, expected), r2_score(y_test, expected)


def as_movie(row: dict[str, str]) -> Movie:
    votes = int(row["vote_count"])
    return Movie(
        tmdb_id=int(row["id"]),
        title=row["title"],
        language=row["original_language"],
        release_date=date.fromisoformat(row["release_date"]) if row["release_date"] else None,
        popularity=float(row["popularity"]),
        vote_count=votes,
        observed_at=NOON,
        vote_average=float(row["vote_average"]) if votes else None,
        runtime=int(float(row["runtime"])) if row["runtime"] else None,
        genres=tuple(genre["name"] for genre in json.loads(row["genres"])),
    )


def test_the_figures_are_those_of_plain_scikit_learn(empty: Films, home: Home) -> None:
    rows = tmdb_5000()
    empty.put(*map(as_movie, rows))
    report = do_train(empty, home, models=["linear_regression"])
    voted = [row for row in rows if int(row["vote_count"])]
    assert (report.films, report.rows, len(voted)) == (4803, 4741, 4741)
    references = {"popularity": (7.2935, 0.7153), "vote_average": (0.6106, 0.3222)}
    assert [figures.target for figures in report.figures] == list(references)
    for figures in report.figures:
        mae, r2 = plain_figures(voted, figures.target)
        assert abs(figures.mae - mae) < 1e-9
        assert figures.r2 is not None
        assert abs(figures.r2 - r2) < 1e-9
        assert (round(figures.mae, 4), round(figures.r2, 4)) == references[figures.target]
        assert (figures.rows_train, figures.rows_test) == (3555, 1186)


def test_predictions_of_known_films_are_out_of_fold(trained: Films, home: Home) -> None:
    """Each film is predicted by plain least squares on the films of the other folds."""
    columns = trained.store.fetch_movie_columns(COLUMNS)
    x = linear_features(columns).to_numpy()
    y = np.array(columns["popularity"])
    shown = trained.predictions("linear_regression")
    for seen, held in KFold(5, shuffle=True, random_state=42).split(x):
        scaler = StandardScaler().fit(x[seen])
        model = LinearRegression().fit(scaler.transform(x[seen]), y[seen])
        for place, expected in zip(held, model.predict(scaler.transform(x[held])), strict=True):
            made = shown[columns["tmdb_id"][place]]
            assert made.prediction_source == "out_of_fold"
            assert made.predicted_popularity is not None
            assert math.isclose(made.predicted_popularity, expected, rel_tol=1e-9)


def test_the_measured_errors_are_those_of_the_rows_shown(trained: Films, home: Home) -> None:
    run = trained.store.fetch_last_training()
    assert run is not None
    shown: Sequence[Any] = do_predict(trained, home, limit=0).predictions
    for target in ("popularity", "vote_average"):
        errors = [abs(row[f"predicted_{target}"] - row[f"actual_{target}"]) for row in shown]
        figure = run.metrics[run.champions[target], target, "oof_mae"]
        assert math.isclose(float(np.mean(errors)), figure, rel_tol=1e-9)
        assert {row[f"mae_{target}"] for row in shown} == {figure}
