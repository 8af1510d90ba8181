"""Training and scoring: figures, what is left out, order of writing, reports."""

import csv
import dataclasses
import gzip
import json
import math
import shutil
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import SecretStr
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import KFold, train_test_split
from sklearn.preprocessing import StandardScaler
from sqlalchemy import delete, select, update

from tests.parts.films import NOON, movie
from tests.parts.home import Home
from tests.parts.prepared import Prepared, with_tables
from tests.parts.require import real_data
from tests.parts.trained import of_sixty_films
from tmdbdash import rounds
from tmdbdash.errors import DatabaseError, NotReadyError, UsageError
from tmdbdash.job_runner import DEFAULT
from tmdbdash.learning.artifacts import model_folders as models_on_disk
from tmdbdash.learning.artifacts.model_folders import read_files
from tmdbdash.learning.data.film_table import COLUMNS, read_films
from tmdbdash.learning.data.linear_features import linear_features
from tmdbdash.learning.evaluation.report import TrainingReport
from tmdbdash.learning.jobs import models_in_force as models_at_hand
from tmdbdash.learning.jobs import train as training
from tmdbdash.learning.jobs.models_in_force import load_predictor, model_names
from tmdbdash.learning.jobs.predict import PredictionReport, predict
from tmdbdash.learning.jobs.train import train
from tmdbdash.learning.models import registry
from tmdbdash.records import SHOWN, Evaluation, FilmChange, Movie, Prediction, TickWrite
from tmdbdash.storage import Store, open_empty_store, open_store, open_store_read_only
from tmdbdash.storage.schema import model_files

LATER = NOON + timedelta(minutes=15)
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
    "residual_popularity",
    "residual_vote_average",
    "mae_vote_average",
    "model_name",
    "mode",
    "basis",
}


class Films:
    """A real store, and the films put into it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def put(self, *movies: Movie) -> None:
        changes = tuple(FilmChange(kind="new", movie=movie) for movie in movies)
        self.store.save_tick(TickWrite(observed_at=NOON, changes=changes))

    def predictions(self, name: str = SHOWN) -> dict[int, Prediction]:
        last = self.store.fetch_last_training()
        assert last is not None
        found = self.store.fetch_predictions(last.trained_at, name)
        return {film.prediction.tmdb_id: film.prediction for film in found}


@pytest.fixture
def empty(home: Home, prepared: Prepared) -> Iterator[Films]:
    with open_store(prepared.copy(with_tables, home).settings()) as store:
        yield Films(store)


@pytest.fixture
def films(empty: Films) -> Films:
    empty.put(*(movie(i) for i in range(1, 61)))
    return empty


@pytest.fixture
def trained(home: Home, prepared: Prepared) -> Iterator[Films]:
    """The same films, and all models of them, trained at noon."""
    with open_store(prepared.copy(of_sixty_films, home).settings()) as store:
        yield Films(store)


def do_train(films: Films, home: Home, now: datetime = NOON, **options: Any) -> TrainingReport:
    """Train without the studies of groups and hits, which have tests of their own."""
    return train(films.store, home.settings().models_dir, now=now, studies=False, **options)


def evaluation(report: TrainingReport) -> Evaluation:
    assert report.evaluation is not None
    return report.evaluation


def do_predict(films: Films, home: Home, **options: Any) -> PredictionReport:
    return predict(films.store, home.settings().models_dir, now=NOON + timedelta(days=1), **options)


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


def test_a_training_is_recorded_with_all_its_figures(films: Films, home: Home) -> None:
    report = do_train(films, home)
    run = films.store.fetch_last_training()
    assert run is not None
    assert (run.trained_at, run.films, run.rows, run.shown) == (NOON, 60, 60, "champion")
    tasks = {"popularity", "vote_average", "popularity/early", "vote_average/early"}
    assert set(run.champions) == {target for _, target, _ in run.metrics} == tasks
    assert {
        (name, target): (
            run.metrics[name, target, "holdout_mae"],
            run.metrics.get((name, target, "holdout_r2")),
        )
        for name, target, metric in run.metrics
        if metric == "holdout_rows_test"
    } == {(f.model, f.target): (f.mae, f.r2) for f in report.figures}
    assert run.metrics["linear_regression", "popularity", "holdout_rows_train"] == 45
    assert run.metrics["linear_regression", "popularity", "holdout_rows_test"] == 15
    assert {figures.as_json()["r2"] for figures in report.figures} == {None}  # of 15 films
    for name in ("median", "mean", "linear_regression", "ridge", "smooth_ridge"):
        assert run.metrics[name, "popularity", "oof_log_mae"] > 0
        assert run.metrics[name, "vote_average/early", "oof_rmse"] > 0
        assert 0.6 < run.metrics[name, "popularity", "coverage"] < 1
    assert len(run.fingerprint) == 64
    assert run.seconds >= 0
    assert films.store.fetch_study(Evaluation, made_at=NOON) == report.evaluation is not None
    groups = {i.feature_group for i in films.store.fetch_importances(NOON)}
    assert groups <= {"votes", "genres", "dates and age", "language", "runtime", "production",
                      "texts"}  # fmt: skip


def test_every_film_is_predicted_also_those_that_cannot_be_trained_on(
    empty: Films, home: Home
) -> None:
    empty.put(
        *(movie(i) for i in range(1, 31)),
        movie(61, vote_count=0, vote_average=0.0),
        movie(62, vote_count=None, vote_average=None),
        movie(63, popularity=None),
        Movie(tmdb_id=64),
        movie(65, popularity=float("nan"), release_date=date(2031, 1, 1)),
    )
    report = do_train(empty, home)
    assert (report.films, report.rows) == (35, 30)
    rows = empty.predictions()
    assert len(rows) == len(empty.predictions("linear_regression")) == 35
    for target, top in (("popularity", math.inf), ("vote_average", 10)):
        for row in rows.values():
            low, value, high = (
                getattr(row, f"predicted_{target}{end}") for end in ("_low", "", "_high")
            )
            assert 0 <= low <= value <= high <= top
    modes = {i: (rows[i].mode, rows[i].prediction_source) for i in (1, 61, 62, 63, 64, 65)}
    assert modes == {
        1: ("released", "out_of_fold"),
        61: ("early", "out_of_fold"),
        62: ("early", "out_of_fold"),
        63: ("released", "out_of_fold"),
        64: ("early", "unseen"),
        65: ("early", "out_of_fold"),
    }
    assert rows[61].actual_vote_average is None
    assert rows[63].actual_popularity is None
    assert rows[65].actual_popularity is None


def test_an_early_film_is_predicted_the_same_whatever_its_votes(trained: Films, home: Home) -> None:
    """Before release there may be votes, but the model that speaks sees none."""
    for number, votes in ((100, 0), (101, 3), (102, 9_000)):
        trained.put(
            dataclasses.replace(
                movie(5), tmdb_id=number, vote_count=votes, release_date=date(2026, 6, 1)
            )
        )
    rows = {r["tmdb_id"]: r for r in do_predict(trained, home, limit=0).predictions}
    same = [[v for k, v in rows[i].items() if k.startswith("predicted_")] for i in (100, 101, 102)]
    assert same[0] == same[1] == same[2]
    assert {rows[i]["mode"] for i in (100, 101, 102)} == {"early"}
    assert {rows[i]["basis"] for i in (100, 101, 102)} == {"unseen"}


@pytest.mark.parametrize("usable", [0, 9])
def test_too_few_films_are_said_with_the_way_to_more(empty: Films, home: Home, usable: int) -> None:
    empty.put(*(movie(i) for i in range(1, usable + 1)))
    empty.put(*(movie(100 + i, vote_count=0, vote_average=None) for i in range(5)))
    with pytest.raises(NotReadyError, match=rf"at least 10.* of the {usable + 5} .* {usable} have"):
        do_train(empty, home)
    assert empty.store.fetch_last_training() is None
    assert not home.settings().models_dir.exists()


@pytest.mark.parametrize("count", [10, 29])
def test_few_films_give_medians_with_empirical_quantiles_and_say_so(
    empty: Films, home: Home, count: int
) -> None:
    empty.put(*(movie(i) for i in range(1, count + 1)))
    report = do_train(empty, home)
    assert report.rows == count
    assert set(report.champions.values()) == {"median"}
    assert report.evaluation is not None
    assert report.evaluation.too_little_data
    assert {task.note for task in report.evaluation.tasks} == {"too_little_data"}
    assert {m.oof.r2 for t in report.evaluation.tasks for m in t.models} == {None}
    empty.put(movie(500))
    rows: Sequence[Any] = do_predict(empty, home, limit=0).predictions
    row = next(r for r in rows if r["tmdb_id"] == 500)
    known = [movie(i).popularity or 0 for i in range(1, count + 1)]
    assert abs(row["predicted_popularity"] - np.median(known)) < 15
    inside = np.mean(
        [row["predicted_popularity_low"] <= p <= row["predicted_popularity_high"] for p in known]
    )
    assert 0.7 <= inside <= 1


def test_films_that_are_all_alike_can_be_learned_from(empty: Films, home: Home) -> None:
    alike: dict[str, Any] = {"runtime": 90, "vote_count": 5, "vote_average": 6.0, "popularity": 3.0}
    empty.put(*(Movie(tmdb_id=i, observed_at=NOON, **alike) for i in range(1, 41)))
    do_train(empty, home)
    (row,) = do_predict(empty, home, limit=1).predictions
    assert row["predicted_popularity"] == pytest.approx(3.0, rel=1e-9)
    json.dumps(do_predict(empty, home).as_json(), allow_nan=False)


def test_the_fingerprint_follows_the_rows_learned_from(trained: Films) -> None:
    def fingerprint() -> str:
        return training.fingerprint(read_films(trained.store.fetch_movie_columns(COLUMNS)))

    run = trained.store.fetch_last_training()
    assert run is not None
    assert fingerprint() == run.fingerprint
    trained.put(movie(61, popularity=None, vote_count=0, vote_average=None))  # nothing to learn
    assert fingerprint() == run.fingerprint
    trained.put(movie(1, popularity=1.25))
    assert fingerprint() != run.fingerprint


def test_an_unknown_model_is_refused_with_the_known_ones(films: Films, home: Home) -> None:
    with pytest.raises(UsageError, match=r"unknown model oracle: .*linear_regression"):
        do_train(films, home, models=["oracle", "linear_regression"])


def test_the_budget_leaves_out_models_but_never_the_baselines(
    films: Films, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    ticks = iter(range(100))
    # Begun at 0; each fit of a model that costs something first looks at the time.
    report = do_train(films, home, budget=4, stopwatch=lambda: float(next(ticks)))
    fitted = {
        f"{task.target}/{task.mode}": [model.model for model in task.models]
        for task in evaluation(report).tasks
    }
    baselines = ["median", "mean", "linear_regression"]
    assert fitted["popularity/released"] == [*baselines, "ridge"]
    assert fitted["vote_average/early"] == baselines
    assert report.skipped[0] == "ridge (vote_average/early)"
    assert "the budget of 4 s left no time for ridge (vote_average/early)" in caplog.text
    assert do_predict(films, home, model="ridge").predictions[0]["model_name"] == "ridge"
    with pytest.raises(UsageError, match="smooth_ridge"):
        do_predict(films, home, model="smooth_ridge")
    # What was left out for want of time is made up for as soon as there is more of it.
    assert do_train(films, home, now=LATER, budget=2).outcome == "skipped"
    more = do_train(films, home, now=LATER, budget=60)
    assert (more.outcome, more.skipped) == ("ok", ())


def test_a_model_that_fails_leaves_the_others(
    films: Films, home: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> Any:
        raise ArithmeticError("it broke")

    spec = dataclasses.replace(registry.REGISTRY["ridge"], factory=broken)
    monkeypatch.setitem(registry.REGISTRY, "ridge", spec)
    report = do_train(films, home)
    assert [failure.task for failure in evaluation(report).failed] == list(report.champions)
    assert "the model ridge failed for popularity: ArithmeticError('it broke')" in caplog.text
    for task in evaluation(report).tasks:
        assert [m.model for m in task.models][-1] == "smooth_ridge"
    assert do_predict(films, home).films == 60


def test_unchanged_films_are_not_learned_from_again(trained: Films, home: Home) -> None:
    hurry = {"budget": 0}  # enough for the baselines
    (run,) = trained.store.fetch_trainings(9)
    first = TrainingReport.of(run, trained.store.fetch_study(Evaluation, made_at=run.trained_at))
    again = do_train(trained, home, LATER, **hurry)
    assert (first.outcome, again.outcome) == ("ok", "skipped")
    assert again.message == "nothing has changed since the last training"
    assert dataclasses.replace(again, outcome="ok", message=None) == first
    assert len(trained.store.fetch_trainings(9)) == 1
    assert do_train(trained, home, LATER, force=True, **hurry).outcome == "ok"
    assert do_train(trained, home, LATER, **hurry).outcome == "skipped"
    assert do_train(trained, home, LATER, models=["mean"], **hurry).outcome == "ok"
    # Models chosen by hand are no reason to leave it at that.
    assert do_train(trained, home, LATER + timedelta(hours=1), **hurry).outcome == "ok"
    trained.put(movie(3, vote_count=77))
    assert do_train(trained, home, LATER + timedelta(hours=2), **hurry).outcome == "ok"


def test_the_former_champion_stays_among_equals(films: Films, home: Home) -> None:
    """The films are random: whatever looks best, no challenger is better beyond chance."""
    films.put(*(movie(i) for i in range(61, 68)))
    first = do_train(films, home, models=["mean"])
    assert set(first.champions.values()) == {"median"}
    films.put(movie(68))  # with this one the mean has the least loss, by a hair
    report = do_train(films, home, now=LATER)
    assert report.champions == first.champions
    for task in evaluation(report).tasks:
        assert task.why == {"code": "kept"}


def test_a_narrow_training_does_not_unseat_the_champion(empty: Films, home: Home) -> None:
    """Whatever is asked for and however little time there is: it gives way to its better only."""
    empty.put(*(movie(i, popularity=i / 2, vote_count=i * i) for i in range(1, 61)))
    first = do_train(empty, home)
    able = {"ridge", "smooth_ridge"}
    assert first.champions["popularity"] in able
    named = do_train(empty, home, now=LATER, models=["linear_regression"])
    assert named.champions == first.champions
    empty.put(movie(1, popularity=1.25, vote_count=1))
    hurried = do_train(empty, home, now=LATER + timedelta(hours=1), budget=0)
    assert hurried.champions == first.champions
    assert {task.why["code"] for task in evaluation(hurried).tasks} == {"kept"}
    assert hurried.skipped  # the challengers had no time
    assert not any(name.startswith(first.champions["popularity"] + " (popularity)")
                   for name in hurried.skipped)  # fmt: skip


def test_nothing_is_read_or_written_while_fitting(
    films: Films, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []

    def noted(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            events.append(name)
            return original(*args, **kwargs)

        monkeypatch.setattr(owner, name, call)

    noted(films.store, "fetch_movie_columns")
    noted(films.store, "save_training")
    for name in ("fit_all", "save_models", "prune_models"):
        noted(training, name)
    do_train(films, home, budget=0)
    assert events[:5] == [
        "fetch_movie_columns",
        "fit_all",
        "save_models",
        "save_training",
        "prune_models",
    ]


def test_a_failed_write_leaves_the_former_models_in_force(
    trained: Films, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = do_predict(trained, home)

    def fails(*_: Any, **__: Any) -> None:
        raise DatabaseError("the database went away")

    trained.put(*(movie(i, popularity=500.0 + i) for i in range(6, 61)))
    with monkeypatch.context() as patch:
        patch.setattr(trained.store, "save_training", fails)
        with pytest.raises(DatabaseError):
            do_train(trained, home, now=LATER, budget=0)
    after = do_predict(trained, home)
    assert after.trained_at == NOON
    expected = {row["tmdb_id"]: row["predicted_popularity"] for row in before.predictions}
    assert expected == {row["tmdb_id"]: row["predicted_popularity"] for row in after.predictions}


def test_models_on_disk_are_pruned_with_their_trainings(
    trained: Films, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert models_on_disk.KEEP == 20
    monkeypatch.setattr(training, "KEEP", 2)
    for minute in (15, 30):
        do_train(trained, home, now=NOON + timedelta(minutes=minute), models=["mean"])
    folders = sorted(path.name for path in home.settings().models_dir.iterdir())
    assert folders == ["20251120T121500.000000Z", "20251120T123000.000000Z"]
    assert len(trained.store.fetch_trainings(9)) == 2
    times = trained.store._database.read(lambda c: set(c.scalars(select(model_files.c.trained_at))))
    assert times == {NOON + timedelta(minutes=minute) for minute in (15, 30)}
    do_predict(trained, home)


def test_no_model_yet_is_said(films: Films, home: Home) -> None:
    with pytest.raises(NotReadyError, match="run `tmdbdash train` first"):
        do_predict(films, home)


def test_lost_models_are_said_and_healed_by_training(trained: Films, home: Home) -> None:
    (folder,) = home.settings().models_dir.iterdir()
    (folder / "linear_regression.popularity.skops").write_bytes(b"torn")
    assert do_predict(trained, home).films == 60  # the database has them, too
    (folder / "linear_regression.popularity.skops").write_bytes(b"torn")
    lose_model_files(trained)
    with pytest.raises(NotReadyError, match="run `tmdbdash train`"):
        do_predict(trained, home)
    assert do_train(trained, home, LATER, budget=0).outcome == "ok"  # though no film has changed
    assert do_predict(trained, home).films == 60


def lose_model_files(films: Films) -> None:
    """Of the database; it never had those of programs before this one."""
    films.store._database.write(lambda c: c.execute(delete(model_files)))


def test_another_machine_predicts_with_the_same_models(
    trained: Films, home: Home, tmp_path: Path
) -> None:
    before = do_predict(trained, home)
    other = Home(tmp_path / "other")
    other.path.mkdir()
    after = do_predict(trained, other)
    assert (after.trained_at, after.written) == (NOON, 0)
    assert after.predictions == before.predictions
    (here,), (there,) = (h.settings().models_dir.iterdir() for h in (home, other))
    assert read_files(here.parent, NOON) == read_files(there.parent, NOON)
    assert do_train(trained, other, now=LATER).outcome == "skipped"


def test_a_machine_that_never_trains_keeps_no_more_models_than_one_that_does(
    trained: Films, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models_at_hand, "KEEP", 1)
    other = Home(tmp_path / "other")
    other.path.mkdir()
    do_predict(trained, other)
    (first,) = other.settings().models_dir.iterdir()
    do_train(trained, home, now=LATER, models=["mean"])
    do_predict(trained, other)
    (second,) = other.settings().models_dir.iterdir()
    assert first < second


def test_models_that_lie_on_disk_alone_are_stored_by_the_next_training(
    trained: Films, home: Home
) -> None:
    lose_model_files(trained)  # as programs of before left it
    assert do_train(trained, home, now=LATER).outcome == "skipped"
    stored = trained.store.fetch_model_files(NOON, 2**30)
    assert stored == read_files(home.settings().models_dir, NOON)


def test_who_only_looks_leaves_no_models_behind(trained: Films, home: Home, tmp_path: Path) -> None:
    training = trained.store.fetch_last_training()
    assert training is not None
    other = Home(tmp_path / "other")
    other.path.mkdir()
    settings = other.settings(database_url=SecretStr(f"sqlite:///{home.settings().database_file}"))
    with open_store_read_only(settings) or open_empty_store() as looking:
        assert model_names(looking, settings.models_dir, training)
        assert load_predictor(looking, settings.models_dir, training).trained_at == NOON
    assert list(other.path.iterdir()) == []


def test_forged_names_of_files_lead_nowhere(trained: Films, home: Home) -> None:
    shutil.rmtree(home.settings().models_dir)
    trained.store._database.write(
        lambda c: c.execute(
            update(model_files).where(model_files.c.name == "seen.npy").values(name="../../x.npy")
        )
    )
    with pytest.raises(NotReadyError, match=r"odd name, '../../x.npy': run `tmdbdash train`"):
        do_predict(trained, home)
    assert not list(home.path.rglob("x.npy"))


def damage_intervals(home: Home) -> None:
    """Make the newest manifest say of all models what no training would."""
    path = max(home.settings().models_dir.iterdir()) / "manifest.json"
    manifest = json.loads(path.read_bytes())
    for entry in manifest["models"]:
        entry["intervals"]["edges"] = [1.0]
    path.write_text(json.dumps(manifest))


def test_a_damaged_manifest_is_healed_by_training(trained: Films, home: Home) -> None:
    damage_intervals(home)
    lose_model_files(trained)
    with pytest.raises(NotReadyError, match=r"damaged intervals.*run `tmdbdash train`"):
        do_predict(trained, home)
    assert do_train(trained, home, LATER, budget=0).outcome == "ok"  # though no film has changed
    assert do_train(trained, home, LATER, budget=0).outcome == "skipped"
    assert do_predict(trained, home).films == 60


def test_a_round_heals_models_that_cannot_be_used(trained: Films, home: Home) -> None:
    damage_intervals(home)
    lose_model_files(trained)
    healed = rounds.predict_or_heal(home.settings(), DEFAULT)
    assert healed is not None
    assert (healed.films, healed.trained_at > NOON) == (60, True)
    again = rounds.predict_or_heal(home.settings(), DEFAULT)
    assert again is not None
    assert again.trained_at == healed.trained_at


def test_the_coverage_told_is_that_of_the_model_asked_for(trained: Films, home: Home) -> None:
    run = trained.store.fetch_last_training()
    assert run is not None
    for model in ("linear_regression", "ridge", None):
        told = do_predict(trained, home, model=model).coverage
        assert {task: own.overall for task, own in told.items()} == {
            task: run.metrics[model or champion, task, "coverage"]
            for task, champion in run.champions.items()
            if model != "linear_regression" or not task.endswith("early")
        }


def test_new_and_changed_films_are_scored_and_only_they_are_written(
    trained: Films, home: Home
) -> None:
    assert do_predict(trained, home).written == 0
    trained.put(movie(61))
    trained.put(movie(1, popularity=77.0))
    trained.put(movie(2, vote_average=None, vote_count=0))
    report = do_predict(trained, home)
    assert (report.films, report.written) == (61, 6)  # of the champion and of the baseline
    assert trained.predictions("linear_regression")[61].prediction_source == "unseen"
    assert trained.predictions()[61].pred_ts == NOON
    assert trained.predictions()[1].actual_popularity == 77.0
    assert (trained.predictions()[2].mode, trained.predictions()[2].prediction_source) == (
        "early",
        "out_of_fold",
    )
    assert do_predict(trained, home).written == 0


def test_an_empty_database_after_training_scores_nothing(trained: Films, home: Home) -> None:
    trained.store._database.write(lambda c: c.exec_driver_sql("DELETE FROM movies"))
    report = do_predict(trained, home)
    assert (report.films, report.written, report.predictions) == (0, 0, ())


def test_predictions_are_sorted_and_limited(trained: Films, home: Home) -> None:
    trained.put(movie(11, title="éclair", popularity=None), movie(12, title="ZZ"))

    def rows(**options: Any) -> Sequence[Any]:
        return do_predict(trained, home, **options).predictions

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

    assert all(row["residual_popularity"] is not None for row in by_residual[:-1])
    assert by_residual[-1]["residual_popularity"] is None
    report: Any
    for side, sign in (("under-rated", -1), ("over-rated", 1)):
        report = do_predict(trained, home, sort=side, limit=0)
        off = [sign * row["residual_popularity"] for row in report.predictions]
        assert off == sorted(off, reverse=True)
        of_kind = [row for row in by_residual[:-1] if sign * row["residual_popularity"] > 0]
        assert len(of_kind) == len(off) == report.listed > 0
        assert report.films == len(everything)
        assert do_predict(trained, home, sort=side, limit=3).predictions == report.predictions[:3]

    titles = [row["title"] for row in rows(sort="title", limit=0)]
    assert titles == sorted(titles, key=str.casefold)


@pytest.mark.parametrize("options", [{"sort": "popularity"}, {"limit": -1}, {"model": "oracle"}])
def test_options_that_do_not_exist_are_refused(
    trained: Films, home: Home, options: dict[str, Any]
) -> None:
    with pytest.raises(UsageError):
        do_predict(trained, home, **options)


def test_reports_are_plain_json(films: Films, home: Home) -> None:
    films.put(Movie(tmdb_id=1))
    report = do_train(films, home, budget=0)
    trained = json.loads(json.dumps(report.as_json(), allow_nan=False))
    assert [(m["model"], m["target"]) for m in trained["models"]] == [
        ("linear_regression", "popularity"),
        ("linear_regression", "vote_average"),
    ]
    assert set(trained["models"][0]) == {"model", "target", "rows_train", "rows_test", "mae", "r2"}
    shown = json.loads(json.dumps(do_predict(films, home, limit=0).as_json(), allow_nan=False))
    assert shown["trained_at"] == trained["trained_at"] == "2025-11-20T12:00:00Z"
    assert shown["model"] == "champion"
    assert all(set(row) == KEYS for row in shown["predictions"])
    first = next(row for row in shown["predictions"] if row["tmdb_id"] == 2)
    assert first["release_date"] == movie(2).release_date.isoformat()  # type: ignore[union-attr]  # it has one
    blank = next(row for row in shown["predictions"] if row["tmdb_id"] == 1)
    assert (blank["title"], blank["release_date"], blank["actual_popularity"]) == ("", None, None)


def test_idle_threads_sleep() -> None:
    import os

    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"


def test_models_do_not_lie_where_the_web_server_looks(trained: Films, home: Home) -> None:
    made = {path.relative_to(home.path).parts[0] for path in home.path.iterdir()}
    assert made == {"state"}
    assert Path(home.settings().models_dir).is_dir()
