"""Studies beside the models, on every engine; and the commands that ask the models."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from rich.console import Console, RenderableType

from tests.parts.catalogue import OBSERVED, put, real_films, table
from tests.parts.home import Home
from tests.parts.prepared import Prepared, with_tables
from tests.parts.simulated import connect
from tests.parts.trained import CATALOGUE as FILMS
from tests.parts.trained import of_a_catalogue
from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.learning.data.tasks import MODES, TARGETS, Task
from tmdbdash.learning.jobs import analyse as studies
from tmdbdash.learning.jobs.estimate import FilmIdea, estimate
from tmdbdash.learning.jobs.estimate_models import as_estimate_films, fit_estimate_models
from tmdbdash.learning.jobs.explain import PREDICTED_FILMS, explain
from tmdbdash.learning.jobs.predict import predict
from tmdbdash.learning.jobs.train import train
from tmdbdash.model_queries import estimate as ask_estimate
from tmdbdash.model_queries import genre_list, language_code, release_day
from tmdbdash.records import SHOWN, ClusterStudy, HitStudy, ListEntry, Movie, TickWrite
from tmdbdash.simulation import SimulatedTmdb
from tmdbdash.storage import Store, open_store
from tmdbdash.terminal.model_tables import explanation_tables, predictions_table

LATER = OBSERVED + timedelta(minutes=15)
IDEA = FilmIdea("Dune", ("Action",), 190, (OBSERVED + timedelta(days=200)).date(), "en")


def train_on(store: Store, home: Home, films: int) -> None:
    put(store, FILMS[:films])
    train(store, home.settings().models_dir, now=OBSERVED, models=["ridge"])


@pytest.fixture
def own_store(home: Home, prepared: Prepared) -> Iterator[Store]:
    """The store of an empty database."""
    with open_store(prepared.copy(with_tables, home).settings()) as opened:
        yield opened


@pytest.fixture
def trained(home: Home, prepared: Prepared) -> Iterator[Store]:
    """The store of the films, trained on."""
    with open_store(prepared.copy(of_a_catalogue, home).settings()) as opened:
        yield opened


def test_a_training_leaves_its_studies(engine_home: Home, prepared: Prepared) -> None:
    with open_store(prepared.copy(of_a_catalogue, engine_home).settings()) as store:
        check_the_studies(store)


def check_the_studies(store: Store) -> None:
    hits, groups = store.fetch_study(HitStudy), store.fetch_study(ClusterStudy)
    assert hits is not None
    assert groups is not None
    assert store.fetch_study(HitStudy, made_at=OBSERVED) == hits
    assert (hits.films, hits.hits) == (120, 30)
    named = store.fetch_clusters()
    assert [g.group_no for g in named] == [cluster.number for cluster in groups.clusters]
    places = store.fetch_embeddings(range(1, 121))
    assert len(places) == 120
    assert {p.group_no for p in places.values()} == {g.group_no for g in named}
    assert all(p.hit_chance is not None and 0 <= p.hit_chance <= 1 for p in places.values())
    assert set(groups.shown) <= set(places)

    shown = {p.prediction.tmdb_id for p in store.fetch_predictions(OBSERVED, SHOWN, limit=20)}
    shown |= {film.tmdb_id for film in store.fetch_most_popular(10)}
    assert len(shown) >= PREDICTED_FILMS
    neighbours = store.fetch_neighbours(range(1, 121))
    assert set(neighbours) == set(range(1, 121))
    assert {len(near) for near in neighbours.values()} == {5}
    assert all(n.other_id != n.tmdb_id for near in neighbours.values() for n in near)
    moved = store.fetch_contributions(OBSERVED, range(1, 121))
    assert {(c.tmdb_id, c.target) for c in moved} == {
        (tmdb_id, target) for tmdb_id in shown for target in ("popularity", "vote_average")
    }


def test_of_many_films_those_shown_or_listed_get_their_nearest(
    own_store: Store, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studies, "NEIGHBOURS_OF_ALL", 100)
    entries = [
        ListEntry(rank=place, tmdb_id=tmdb_id, popularity=1.0, vote_count=1, vote_average=None)
        for place, tmdb_id in enumerate((5, 6, 7), start=1)
    ]
    put(own_store, FILMS)
    own_store.save_tick(TickWrite(observed_at=OBSERVED, changes=(), listing=tuple(entries)))
    train(own_store, home.settings().models_dir, now=OBSERVED, models=["ridge"])
    stored = own_store.fetch_neighbours(range(1, 121))
    shown = {p.prediction.tmdb_id for p in own_store.fetch_predictions(OBSERVED, SHOWN, limit=20)}
    assert set(stored) == shown | {5, 6, 7}
    other = min(set(range(1, 121)) - set(stored))
    for tmdb_id in (5, other):
        nearest = explain(own_store, home.settings().models_dir, tmdb_id, LATER).nearest
        assert len(nearest) == 5
        assert tmdb_id not in {near["tmdb_id"] for near in nearest}
        assert nearest[0]["title"] == FILMS[nearest[0]["tmdb_id"] - 1].title
    near = explain(own_store, home.settings().models_dir, 5, LATER).nearest
    assert [film["tmdb_id"] for film in near] == [n.other_id for n in stored[5]]


@pytest.mark.parametrize("little", [True, False])
def test_too_little_data_is_said_wherever_predictions_are_read(
    request: pytest.FixtureRequest, home: Home, little: bool
) -> None:
    store: Store = request.getfixturevalue("own_store" if little else "trained")
    if little:
        train_on(store, home, 25)
    settings = home.settings()
    note = "too_little_data"
    report = predict(store, settings.models_dir, now=LATER)
    keys = {Task(target, mode).key for target in TARGETS for mode in MODES}
    assert report.as_json()["notes"] == (dict.fromkeys(keys, note) if little else {})
    shown = printed(predictions_table(report.predictions, report.coverage, report.notes))
    words = "too little data"
    lines = [f"popularity: {words}", f"rating: {words}"]
    assert [line in shown.splitlines() for line in lines] == [little] * 2
    assert shown.count(words) == (2 if little else 0)
    for tmdb_id in (9, 10):  # released, and still to come
        told = explain(store, settings.models_dir, tmdb_id, LATER)
        assert told.mode == MODES[tmdb_id == 10]
        assert told.as_json()["notes"] == (dict.fromkeys(TARGETS, note) if little else {})
        shown = printed(explanation_tables(told))
        assert [f"{line}." in shown.splitlines() for line in lines] == [little] * 2


def printed(table: RenderableType) -> str:
    console = Console(width=80)
    with console.capture() as capture:
        console.print(table)
    return "\n".join(line.rstrip() for line in capture.get().splitlines())


def test_stored_contributions_are_those_that_explain_tells(trained: Store, home: Home) -> None:
    first = trained.fetch_predictions(OBSERVED, SHOWN, limit=1)[0].prediction
    told = explain(trained, home.settings().models_dir, first.tmdb_id, LATER)
    for target in ("popularity", "vote_average"):
        stored = {
            c.feature_group: c.value
            for c in trained.fetch_contributions(OBSERVED, [first.tmdb_id])
            if c.target == target
        }
        own = told.explained[target]
        assert stored == pytest.approx(dict(own.contributions))
        assert own.typical + sum(stored.values()) == pytest.approx(own.predicted)
        assert told.values[target]["predicted"] == pytest.approx(own.predicted)
        assert getattr(first, f"predicted_{target}") == pytest.approx(own.predicted)
    json.dumps(told.as_json(), allow_nan=False)


def test_the_next_training_keeps_the_numbering(trained: Store, home: Home) -> None:
    before = {i: p.group_no for i, p in trained.fetch_embeddings(range(1, 121)).items()}
    put(trained, [replace(FILMS[0], tmdb_id=500 + i, title="New") for i in range(3)])
    train(trained, home.settings().models_dir, now=LATER, models=["ridge"])
    after = {i: p.group_no for i, p in trained.fetch_embeddings(range(1, 121)).items()}
    assert sum(before[i] == after[i] for i in before) > 100
    found = trained.fetch_embeddings([500])[500]
    assert found.made_at == LATER


def test_a_film_that_comes_to_be_shown_is_explained_by_the_next_predict(
    trained: Store, home: Home
) -> None:
    put(trained, [replace(FILMS[0], tmdb_id=900, popularity=5000.0, vote_count=90_000)])
    assert trained.fetch_contributions(OBSERVED, [900]) == []
    predict(trained, home.settings().models_dir, now=LATER)
    assert trained.fetch_contributions(OBSERVED, [900])


def test_a_study_that_fails_is_told_and_stops_nobody(
    own_store: Store,
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails(*_: Any, **__: Any) -> Any:
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr(studies, "study_hits", fails)
    monkeypatch.setattr(studies, "save_contributions", fails)
    train_on(own_store, home, 60)
    told = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert "no study of hits: a bug of ours" in told
    assert "no study of contributions: a bug of ours" in told
    assert own_store.fetch_study(HitStudy) is None
    places = own_store.fetch_embeddings([1])
    assert (places[1].hit_chance, places[1].group_no is None) == (None, False)
    assert own_store.fetch_predictions(OBSERVED, SHOWN, limit=1)


def test_below_fifty_films_there_are_no_studies(
    own_store: Store, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    train_on(own_store, home, 40)
    assert own_store.fetch_study(HitStudy) is None
    assert own_store.fetch_clusters() == []
    assert not [r for r in caplog.records if "no study" in r.getMessage()]


# estimate


@pytest.fixture
def asked(own_store: Store) -> Any:
    put(own_store, FILMS)
    return lambda **changes: estimate(own_store, replace(IDEA, **changes), LATER)


@pytest.fixture(scope="module")
def movies() -> list[Movie]:
    return real_films("tmdb_5000_movies.csv.gz", datetime(2017, 9, 1, tzinfo=UTC))


@pytest.mark.parametrize("mode", MODES)
def test_real_films_lie_where_estimate_says_from_what_it_can_be_told(
    movies: list[Movie], mode: str
) -> None:
    """Films held out, of which only that is known: the intervals hold, the median is beaten."""
    told = [
        Movie(
            tmdb_id=m.tmdb_id,
            title=m.title,
            original_title=m.title,
            language=m.language,
            release_date=m.release_date,
            runtime=m.runtime,
            genres=m.genres,
            vote_count=m.vote_count,
            popularity=m.popularity,
            vote_average=m.vote_average,
            observed_at=m.observed_at,
        )
        for m in movies[::5]
    ]
    films, learned = (
        as_estimate_films(table(told)),
        fit_estimate_models(as_estimate_films(table(movies[1::5])), mode),
    )
    for target, own in learned.items():
        model = own.model
        assert model.spec.name != "median"
        actual = films.targets[target]
        known = np.flatnonzero(~np.isnan(actual) & (films.votes > 0))
        actual = actual[known]
        expected, low, high = model.predict_interval(films, known, clip=False)
        assert 0.75 < np.mean((low <= actual) & (actual <= high)) < 0.87
        error = np.abs(actual - expected).mean()
        assert error < 0.9 * np.abs(actual - np.median(actual)).mean()
        assert error == pytest.approx(model.metrics["oof_mae"], rel=0.15)
        assert model.metrics["coverage"] == pytest.approx(0.8, abs=0.02)


def test_an_estimate_knows_nothing_of_what_it_is_not_told(asked: Any) -> None:
    report = asked()
    groups = {group for own in report.explained.values() for group, _ in own.contributions}
    assert groups <= {"genres", "dates and age", "language", "runtime", "texts"}
    for row in report.as_json()["targets"].values():
        assert row["films"] >= 100
        assert row["mae"] <= row["median_mae"]
        assert 0.7 < row["coverage"]["overall"] < 0.9
    notes = " ".join(report.notes)
    assert "Not said: budget" in notes
    assert "never saw them" in notes


def test_where_nearly_all_films_are_out_that_is_said_of_one_to_come(home: Home) -> None:
    with open_store(home.settings()) as store:
        put(store, [f for f in FILMS if f.vote_count and f.status == "Released"])
        notes = estimate(store, IDEA, LATER).notes
    assert any("films learned from 0 were still to come" in note for note in notes)


def test_a_film_to_come_is_asked_of_the_models_that_see_no_votes(asked: Any) -> None:
    report = asked()
    assert report.mode == "early"
    assert "votes" not in dict(report.explained["popularity"].contributions)
    assert any("still to come" in note for note in report.notes)
    told = asked(votes=5000)
    assert told.values == report.values
    assert any("left out" in note for note in told.notes)


def test_a_released_film_with_votes_is_asked_of_the_others(asked: Any) -> None:
    day = (OBSERVED - timedelta(days=400)).date()
    few, many = asked(release=day, votes=10), asked(release=day, votes=50_000)
    assert few.mode == many.mode == "released"
    assert many.values["popularity"]["predicted"] > few.values["popularity"]["predicted"]
    assert "votes" in dict(many.explained["popularity"].contributions)
    assert asked(release=day).mode == "early"
    assert asked(release=day, votes=0).mode == "early"


def test_an_estimate_is_whole(asked: Any) -> None:
    report = asked()
    for target, (lowest, highest) in {"popularity": (0, 1e9), "vote_average": (0, 10)}.items():
        own = report.values[target]
        assert lowest <= own["low"] <= own["predicted"] <= own["high"] <= highest
        explained = report.explained[target]
        added = sum(value for _, value in explained.contributions)
        assert explained.typical + added == pytest.approx(own["predicted"])
    assert len(report.nearest) == 5
    by_id = {film.tmdb_id: film for film in FILMS}
    for near in report.nearest:
        assert near["title"] == by_id[near["tmdb_id"]].title
        assert near["popularity"] == by_id[near["tmdb_id"]].popularity
    assert asked().as_json() == report.as_json()
    json.dumps(report.as_json(), allow_nan=False)


def test_the_database_says_which_day_it_is(asked: Any) -> None:
    assert asked().as_of == OBSERVED.date()


def test_without_films_or_models_there_is_no_answer(home: Home) -> None:
    with open_store(home.settings()) as store:
        put(store, FILMS[:5])
        with pytest.raises(NotReadyError, match="at least 10 films"):
            estimate(store, IDEA, LATER)
        with pytest.raises(NotReadyError, match="train"):
            explain(store, home.settings().models_dir, 1, LATER)


def test_a_film_that_is_not_stored_cannot_be_explained(own_store: Store, home: Home) -> None:
    train_on(own_store, home, 12)
    with pytest.raises(UsageError, match="no film 999 in the database"):
        explain(own_store, home.settings().models_dir, 999, LATER)


def described(home: Home, **changes: Any) -> Any:
    return ask_estimate(home.settings(), replace(IDEA, **changes))


def test_options_are_read_with_good_will_and_refused_with_help(home: Home) -> None:
    assert genre_list('action, "science fiction",ACTION'.replace('"', "")) == (
        "Action",
        "Science Fiction",
    )
    assert language_code(" EN ") == "en"
    assert release_day("2026-12-18", OBSERVED).year == 2026
    for call, said in (
        (lambda: genre_list("Action,Sci-Fi"), "Science Fiction"),
        (lambda: genre_list(" , "), "Western"),
        (lambda: language_code("english"), "two letters"),
        (lambda: described(home, title=" "), "--title"),
        (lambda: described(home, runtime=0), "--runtime"),
        (lambda: release_day("18.12.2026", OBSERVED), "2026-12-18"),
        (lambda: release_day("2026-02-30", OBSERVED), "2026-12-18"),
        (lambda: release_day("0926-01-01", OBSERVED), "1874"),
    ):
        with pytest.raises(UsageError, match=said):
            call()


# the installed program

ESTIMATE = [
    *("estimate", "--title", "Dune", "--genres", "Action,Science Fiction", "--runtime", "192"),
    *("--release", "2027-12-18", "--language", "en"),
]


def test_what_cannot_be_estimated_is_told(home: Home) -> None:
    done = home.run(*ESTIMATE, "--json")
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (5, 5), done.stderr
    for option, value, said in (("--genres", "Sci-Fi", "Fiction"), ("--runtime", "0", "--runtime")):
        arguments = list(ESTIMATE)
        arguments[arguments.index(option) + 1] = value
        done = home.run(*arguments)
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr


def test_the_program_explains_and_estimates(home: Home, tmdb: SimulatedTmdb) -> None:
    connected = connect(home, tmdb)
    assert connected.run("-q", "ingest", "--pages", "6").returncode == 0
    done = connected.run("-q", "train", "--model", "ridge")
    assert (done.returncode, done.stderr) == (0, "")
    with open_store(connected.settings()) as store:
        training = store.fetch_last_training()
        assert training is not None
        first = store.fetch_predictions(training.trained_at, SHOWN, limit=1)[0]
    film = first.prediction
    told = connected.json("predict", "--explain", str(film.tmdb_id))
    own = told["targets"]["popularity"]
    assert own["predicted"] == pytest.approx(film.predicted_popularity)
    added = sum(c["value"] for c in own["contributions"])
    assert own["typical"] + added == pytest.approx(own["predicted"])
    assert 0 <= told["hit_chance"] <= 1
    assert len(told["nearest"]) == 5
    assert told["group"]

    report = connected.json(*ESTIMATE)
    assert report["mode"] == "early"
    assert report["film"]["genres"] == ["Action", "Science Fiction"]
    assert len(report["nearest"]) == 5
    explain_it = ["predict", "--explain", str(film.tmdb_id)]
    for command, heading in ((ESTIMATE, "Dune (2027-12-18)"), (explain_it, first.title)):
        shown = connected.run(*command, env={"COLUMNS": "80"})
        assert shown.returncode == 0, shown.stderr
        assert max(map(len, shown.stdout.splitlines())) <= 80, shown.stdout
        assert shown.stdout.startswith(heading)
        assert "a typical film" in shown.stdout
        assert "The nearest real films" in shown.stdout
        assert "not what makes a film succeed" in shown.stdout
