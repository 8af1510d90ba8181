"""Studies beside the models, on every engine."""

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console, RenderableType

from tests.parts.catalogue import OBSERVED, put
from tests.parts.home import Home
from tests.parts.prepared import Prepared
from tests.parts.study_stores import LATER, train_on
from tests.parts.trained import CATALOGUE as FILMS
from tests.parts.trained import of_a_catalogue
from tmdbdash.learning.data.tasks import TARGETS
from tmdbdash.learning.jobs import analyse as studies
from tmdbdash.learning.jobs import near_films
from tmdbdash.learning.jobs.explain import explain
from tmdbdash.learning.jobs.predict import predict
from tmdbdash.learning.jobs.train import train
from tmdbdash.records import SHOWN, ClusterStudy, HitStudy, ListEntry, TickWrite
from tmdbdash.records.learned import PREDICTED_FILMS
from tmdbdash.records.tasks import MODES, Task
from tmdbdash.storage import Store, open_store
from tmdbdash.terminal.model_tables import explanation_tables, predictions_table


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


@pytest.mark.usefixtures("few_trees")
def test_of_many_films_those_shown_or_listed_get_their_nearest(
    own_store: Store, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(near_films, "NEIGHBOURS_OF_ALL", 100)
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
def test_too_little_data_is_noted_with_every_prediction(
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


@pytest.mark.usefixtures("few_trees")
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


def test_a_study_that_fails_is_logged_and_stops_nothing(
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
