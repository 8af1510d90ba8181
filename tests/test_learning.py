"""Training and scoring over a store in memory: figures, order of writing, reports."""

import csv
import gzip
import json
import math
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from tests.parts.home import Home
from tests.parts.require import real_data
from tmdbdash.errors import DatabaseError, NotReadyError, UsageError
from tmdbdash.learning import models as registry
from tmdbdash.learning import training
from tmdbdash.learning.features import LINEAR
from tmdbdash.learning.models import ModelSpec, choose_models
from tmdbdash.learning.scoring import PredictionReport, predict
from tmdbdash.learning.training import TrainingReport, train
from tmdbdash.records import Movie, PredictedFilm, Prediction, TrainingRun
from tmdbdash.storage import Store

NOON = datetime(2025, 11, 20, 12, tzinfo=UTC)
KEYS = {
    "tmdb_id",
    "title",
    "release_date",
    "predicted_popularity",
    "predicted_popularity_low",
    "predicted_popularity_high",
    "predicted_vote_average",
    "predicted_vote_average_low",
    "predicted_vote_average_high",
    "actual_popularity",
    "actual_vote_average",
    "mae_popularity",
    "mae_vote_average",
    "model_name",
}


class MemoryStore:
    """The part of a store that learning uses, so that its failures and order can be arranged."""

    def __init__(self, movies: Iterable[Movie]) -> None:
        self.movies = sorted(movies, key=lambda movie: movie.tmdb_id)
        self.trainings: list[TrainingRun] = []
        self.predictions: dict[tuple[datetime, str, int], Prediction] = {}
        self.fails = False

    def fetch_movie_columns(self, names: Sequence[str]) -> dict[str, list[Any]]:
        def value(movie: Movie, name: str) -> Any:
            return ",".join(movie.genres) if name == "genres" else getattr(movie, name)

        return {name: [value(movie, name) for movie in self.movies] for name in names}

    def save_training(
        self, run: TrainingRun, predictions: Iterable[Prediction], keep: int = 20
    ) -> None:
        if self.fails:
            raise DatabaseError("the database went away")
        list(predictions)  # a transaction that is retried reads them twice
        self.save_predictions(predictions)
        self.trainings = [*self.trainings, run][-keep:]

    def save_predictions(self, predictions: Iterable[Prediction]) -> None:
        for p in predictions:
            self.predictions[p.pred_ts, p.model_name, p.tmdb_id] = p

    def fetch_last_training(self, until: datetime | None = None) -> TrainingRun | None:
        found = [run for run in self.trainings if until is None or run.trained_at <= until]
        return found[-1] if found else None

    def fetch_predictions(self, pred_ts: datetime, model_name: str) -> list[PredictedFilm]:
        return [
            PredictedFilm(prediction=p, title="", release_date=None, vote_count=None)
            for p in self.predictions.values()
            if (p.pred_ts, p.model_name) == (pred_ts, model_name)
        ]


def as_store(store: MemoryStore) -> Store:
    return cast("Store", store)


def movie(tmdb_id: int, **changes: Any) -> Movie:
    rng = np.random.default_rng(tmdb_id)
    values: dict[str, Any] = {
        "title": f"Film {tmdb_id}",
        "runtime": int(rng.integers(60, 200)),
        "vote_count": int(rng.integers(1, 20_000)),
        "vote_average": round(float(rng.uniform(3, 9)), 1),
        "popularity": round(float(rng.uniform(1, 100)), 3),
        "release_date": date(int(rng.integers(1950, 2026)), int(rng.integers(1, 13)), 1),
        "genres": ("Drama", "Comedy") if rng.integers(2) else ("Action",),
        "language": "en" if rng.integers(2) else "pt",
    }
    return Movie(tmdb_id=tmdb_id, **(values | changes))


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(movie(i) for i in range(1, 61))


def do_train(
    store: MemoryStore, home: Home, now: datetime = NOON, **options: Any
) -> TrainingReport:
    return train(as_store(store), home.settings(), now=now, **options)


def do_predict(store: MemoryStore, home: Home, **options: Any) -> PredictionReport:
    return predict(as_store(store), home.settings(), now=NOON + timedelta(days=1), **options)


# The reference: plain scikit-learn, written here without any of the program's own code.


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
        vote_average=float(row["vote_average"]) if votes else None,
        runtime=int(float(row["runtime"])) if row["runtime"] else None,
        genres=tuple(genre["name"] for genre in json.loads(row["genres"])),
    )


def test_the_figures_are_those_of_plain_scikit_learn(home: Home) -> None:
    rows = tmdb_5000()
    report = do_train(MemoryStore(map(as_movie, rows)), home)
    voted = [row for row in rows if int(row["vote_count"])]
    assert (report.films, report.rows, len(voted)) == (4803, 4741, 4741)
    references = {"popularity": (7.2935, 0.7153), "vote_average": (0.6106, 0.3222)}
    assert [figures.target for figures in report.figures] == list(references)
    for figures in report.figures:
        mae, r2 = plain_figures(voted, figures.target)
        assert abs(figures.mae - mae) < 1e-9
        assert abs(figures.r2 - r2) < 1e-9
        assert (round(figures.mae, 4), round(figures.r2, 4)) == references[figures.target]
        assert (figures.rows_train, figures.rows_test) == (3555, 1186)


def test_the_stored_model_is_the_one_that_was_measured(store: MemoryStore, home: Home) -> None:
    report = do_train(store, home)
    shown = {row["tmdb_id"]: row for row in do_predict(store, home, limit=0).predictions}
    _, test_ids = train_test_split(range(1, 61), test_size=0.25, random_state=42)
    for figures in report.figures:
        t = figures.target
        errors = [abs(shown[i][f"predicted_{t}"] - shown[i][f"actual_{t}"]) for i in test_ids]
        assert math.isclose(sum(errors) / len(errors), figures.mae, rel_tol=1e-9)
        assert shown[1][f"mae_{t}"] == figures.mae


def test_a_training_is_recorded_with_all_its_figures(store: MemoryStore, home: Home) -> None:
    report = do_train(store, home)
    (run,) = store.trainings
    assert (run.trained_at, run.films, run.rows) == (NOON, 60, 60)
    assert run.champions == dict.fromkeys(("popularity", "vote_average"), "linear_regression")
    assert {
        (name, target): (run.metrics[name, target, "mae"], run.metrics[name, target, "r2"])
        for name, target, _ in run.metrics
    } == {(f.model, f.target): (f.mae, f.r2) for f in report.figures}
    assert run.metrics["linear_regression", "popularity", "rows_train"] == 45
    assert run.metrics["linear_regression", "popularity", "rows_test"] == 15
    assert len(run.fingerprint) == 64
    assert run.seconds >= 0


def test_every_film_is_predicted_also_those_that_cannot_be_trained_on(home: Home) -> None:
    odd = [
        movie(61, vote_count=0, vote_average=0.0),
        movie(62, vote_count=None, vote_average=None),
        movie(63, popularity=None),
        Movie(tmdb_id=64),
        movie(65, popularity=float("nan")),
    ]
    store = MemoryStore([*(movie(i) for i in range(1, 31)), *odd])
    report = do_train(store, home)
    assert (report.films, report.rows) == (35, 30)
    rows = {p.tmdb_id: p for p in store.predictions.values()}
    assert len(rows) == 35
    assert all(p.predicted_popularity is not None for p in rows.values())
    assert all(p.predicted_vote_average is not None for p in rows.values())
    assert rows[61].actual_vote_average is None
    assert rows[62].actual_vote_average is None
    assert rows[63].actual_popularity is None
    assert rows[65].actual_popularity is None


def test_a_model_without_intervals_gives_none(store: MemoryStore, home: Home) -> None:
    do_train(store, home)
    (row,) = do_predict(store, home, limit=1).predictions
    assert [row[key] for key in row if key.endswith(("_low", "_high"))] == [None] * 4


@pytest.mark.parametrize("usable", [0, 9])
def test_too_few_films_are_said_with_the_way_to_more(home: Home, usable: int) -> None:
    store = MemoryStore(
        [*(movie(i) for i in range(usable)), *(movie(100 + i, vote_count=0) for i in range(5))]
    )
    with pytest.raises(NotReadyError, match=rf"at least 10.* of the {usable + 5} .* {usable} have"):
        do_train(store, home)
    assert not store.trainings
    assert not home.settings().models_dir.exists()


def test_ten_films_are_enough(home: Home) -> None:
    assert do_train(MemoryStore(movie(i) for i in range(10)), home).rows == 10


def test_films_that_are_all_alike_can_be_learned_from(home: Home) -> None:
    alike: dict[str, Any] = {"runtime": 90, "vote_count": 5, "vote_average": 6.0, "popularity": 3.0}
    store = MemoryStore(Movie(tmdb_id=i, **alike) for i in range(12))
    do_train(store, home)
    (row,) = do_predict(store, home, limit=1).predictions
    assert math.isclose(row["predicted_popularity"], 3.0)
    json.dumps(do_predict(store, home).as_json(), allow_nan=False)


def test_the_fingerprint_follows_the_rows_learned_from(store: MemoryStore, home: Home) -> None:
    def fingerprint() -> str:
        return do_train(store, home).fingerprint

    first = fingerprint()
    assert fingerprint() == first
    store.movies.append(movie(61, vote_count=0))
    assert fingerprint() == first
    store.movies[0] = movie(1, popularity=1.25)
    assert fingerprint() != first


def test_an_unknown_model_is_refused_with_the_known_ones(store: MemoryStore, home: Home) -> None:
    with pytest.raises(UsageError, match=r"unknown model oracle: .*linear_regression"):
        do_train(store, home, models=["oracle", "linear_regression"])


def test_the_budget_leaves_out_models_but_never_the_first(
    store: MemoryStore, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    linear = registry.REGISTRY["linear_regression"]
    more = {name: ModelSpec(name, LINEAR, linear.make) for name in ("second", "third")}
    for name, spec in more.items():
        monkeypatch.setitem(registry.REGISTRY, name, spec)
    assert [spec.name for spec in choose_models(["third", "linear_regression"])] == [
        "linear_regression",
        "third",
    ]
    ticks = iter(range(100))
    report = do_train(store, home, budget=2, stopwatch=lambda: float(next(ticks)))
    assert [figures.model for figures in report.figures[::2]] == ["linear_regression", "second"]
    assert report.skipped == ("third",)
    assert do_predict(store, home).model == "linear_regression"
    assert do_predict(store, home, model="second").predictions[0]["model_name"] == "second"
    with pytest.raises(UsageError, match="third"):
        do_predict(store, home, model="third")
    report = do_train(store, home, budget=0)
    assert report.skipped == ("second", "third")


def test_nothing_is_read_or_written_while_fitting(
    store: MemoryStore, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []

    def noted(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            events.append(name)
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, call)

    noted(store, "fetch_movie_columns")
    noted(store, "save_training")
    for name in ("fit_and_measure", "save_models", "prune_models"):
        noted(training, name)
    do_train(store, home)
    assert events == [
        "fetch_movie_columns",
        "fit_and_measure",
        "fit_and_measure",
        "save_models",
        "save_training",
        "prune_models",
    ]


def test_a_failed_write_leaves_the_former_models_in_force(store: MemoryStore, home: Home) -> None:
    do_train(store, home)
    before = do_predict(store, home)
    store.fails = True
    store.movies[5:] = [movie(i, popularity=500.0 + i) for i in range(6, 61)]
    with pytest.raises(DatabaseError):
        do_train(store, home, now=NOON + timedelta(minutes=15))
    after = do_predict(store, home)
    assert after.trained_at == NOON
    expected = {row["tmdb_id"]: row["predicted_popularity"] for row in before.predictions}
    assert expected == {row["tmdb_id"]: row["predicted_popularity"] for row in after.predictions}


def test_models_on_disk_are_pruned_with_their_trainings(store: MemoryStore, home: Home) -> None:
    for i in range(23):
        do_train(store, home, now=NOON + timedelta(minutes=15 * i))
    folders = sorted(path.name for path in home.settings().models_dir.iterdir())
    assert len(folders) == 20
    assert folders[0] == "20251120T124500.000000Z"
    do_predict(store, home)


def test_no_model_yet_is_said(store: MemoryStore, home: Home) -> None:
    with pytest.raises(NotReadyError, match="run `tmdbdash train` first"):
        do_predict(store, home)


def test_lost_models_are_said_and_healed_by_training(store: MemoryStore, home: Home) -> None:
    do_train(store, home)
    (folder,) = home.settings().models_dir.iterdir()
    (folder / "linear_regression.popularity.skops").write_bytes(b"torn")
    with pytest.raises(NotReadyError, match="run `tmdbdash train`"):
        do_predict(store, home)
    do_train(store, home, now=NOON + timedelta(minutes=15))
    assert do_predict(store, home).films == 60


def test_new_and_changed_films_are_scored_and_only_they_are_written(
    store: MemoryStore, home: Home
) -> None:
    do_train(store, home)
    assert do_predict(store, home).written == 0
    store.movies.append(movie(61))
    store.movies[0] = movie(1, popularity=77.0)
    store.movies[1] = movie(2, vote_average=None, vote_count=0)
    report = do_predict(store, home)
    assert (report.films, report.written) == (61, 3)
    assert store.predictions[NOON, "linear_regression", 61].pred_ts == NOON
    assert store.predictions[NOON, "linear_regression", 1].actual_popularity == 77.0
    assert do_predict(store, home).written == 0


def test_an_empty_database_after_training_scores_nothing(store: MemoryStore, home: Home) -> None:
    do_train(store, home)
    store.movies.clear()
    report = do_predict(store, home)
    assert (report.films, report.written, report.predictions) == (0, 0, ())


def test_predictions_are_sorted_and_limited(store: MemoryStore, home: Home) -> None:
    store.movies[10] = movie(11, title="éclair", popularity=None)
    store.movies[11] = movie(12, title="ZZ")
    do_train(store, home)

    def rows(**options: Any) -> Sequence[dict[str, Any]]:
        return do_predict(store, home, **options).predictions

    everything = rows(limit=0)
    assert len(everything) == 60
    expected = [row["predicted_popularity"] for row in everything]
    assert expected == sorted(expected, reverse=True)
    assert rows(limit=7) == everything[:7]
    assert len(rows()) == 20

    def distance(row: dict[str, Any]) -> float:
        return abs(float(row["actual_popularity"] - row["predicted_popularity"]))

    by_residual = rows(sort="residual", limit=0)
    assert by_residual[-1]["tmdb_id"] == 11
    distances = [distance(row) for row in by_residual[:-1]]
    assert distances == sorted(distances, reverse=True)

    titles = [row["title"] for row in rows(sort="title", limit=0)]
    assert titles == sorted(titles, key=str.casefold)


@pytest.mark.parametrize("options", [{"sort": "popularity"}, {"limit": -1}, {"model": "oracle"}])
def test_options_that_do_not_exist_are_refused(
    store: MemoryStore, home: Home, options: dict[str, Any]
) -> None:
    do_train(store, home)
    with pytest.raises(UsageError):
        do_predict(store, home, **options)


def test_reports_are_plain_json(store: MemoryStore, home: Home) -> None:
    store.movies[0] = Movie(tmdb_id=1)
    trained = json.loads(json.dumps(do_train(store, home).as_json(), allow_nan=False))
    assert [(m["model"], m["target"]) for m in trained["models"]] == [
        ("linear_regression", "popularity"),
        ("linear_regression", "vote_average"),
    ]
    assert set(trained["models"][0]) == {"model", "target", "rows_train", "rows_test", "mae", "r2"}
    shown = json.loads(json.dumps(do_predict(store, home, limit=0).as_json(), allow_nan=False))
    assert shown["trained_at"] == trained["trained_at"] == "2025-11-20T12:00:00Z"
    assert shown["model"] == "linear_regression"
    assert all(set(row) == KEYS for row in shown["predictions"])
    first = next(row for row in shown["predictions"] if row["tmdb_id"] == 2)
    assert first["release_date"] == movie(2).release_date.isoformat()  # type: ignore[union-attr]  # it has one
    blank = next(row for row in shown["predictions"] if row["tmdb_id"] == 1)
    assert (blank["title"], blank["release_date"], blank["actual_popularity"]) == ("", None, None)


def test_idle_threads_sleep() -> None:
    import os

    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"


def test_models_do_not_lie_where_the_web_server_looks(store: MemoryStore, home: Home) -> None:
    do_train(store, home)
    made = {path.relative_to(home.path).parts[:2] for path in home.path.rglob("*")}
    assert made <= {("state",), ("state", "models")}
    assert Path(home.settings().models_dir).is_dir()
