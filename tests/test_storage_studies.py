"""Importances, contributions and studies on every engine, and how 0001 becomes what is now."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self

import pytest
from sqlalchemy import text

from tests.parts.home import Home
from tmdbdash.records import (
    ClusterStudy,
    Contribution,
    Evaluation,
    HitStudy,
    Importance,
    Prediction,
    TrainingRun,
)
from tmdbdash.records.evaluation import ChampionReason
from tmdbdash.storage import Store, open_store
from tmdbdash.storage.engine import connect

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def training(at: datetime = NOON) -> TrainingRun:
    return TrainingRun(trained_at=at, films=9, rows=9, seconds=0.1, fingerprint="abc")


def importance(group: str, value: float, at: datetime = NOON) -> Importance:
    return Importance(
        trained_at=at,
        model_name="blend",
        target="popularity",
        mode="released",
        feature_group=group,
        importance=value,
        spread=None if group == "texts" else 0.01,
    )


def contribution(tmdb_id: int, group: str, value: float, at: datetime = NOON) -> Contribution:
    return Contribution(
        pred_ts=at, tmdb_id=tmdb_id, target="popularity", feature_group=group, value=value
    )


def test_importances_come_with_their_training_and_go_with_it(store: Store) -> None:
    store.save_training(training(), [], importances=[importance("texts", 0.0)])
    made = [importance("genres", 0.1), importance("votes", 0.5), importance("texts", -0.1)]
    store.save_training(training(), [], importances=made)
    assert [i.feature_group for i in store.fetch_importances(NOON)] == ["votes", "genres", "texts"]
    assert set(store.fetch_importances(NOON)) == set(made)
    store.save_training(training(NOON + HOUR), [], keep=1)
    assert store.fetch_importances(NOON) == []


def test_contributions_come_by_film_largest_first_and_go_with_their_training(store: Store) -> None:
    store.save_training(training(), [])
    store.save_contributions(
        [contribution(2, "votes", 1.5), contribution(1, "genres", 0.5), contribution(1, "a", 0.1)]
    )
    store.save_contributions([contribution(1, "a", -2.0)])
    assert store.fetch_contributions(NOON, [1, 3]) == [
        contribution(1, "a", -2.0),
        contribution(1, "genres", 0.5),
    ]
    store.save_training(training(NOON + HOUR), [], keep=1)
    assert store.fetch_contributions(NOON, [1, 2]) == []


@dataclass(frozen=True)
class Note:
    """A study of whatever is given."""

    study_name: ClassVar[str] = "note"
    text: Any

    @classmethod
    def from_json(cls, body: Mapping[str, object]) -> Self:
        return cls(body["text"])

    def as_json(self) -> dict[str, object]:
        return {"text": self.text}


class Other(Note):
    study_name = "other"


def test_a_study_is_any_json_and_the_newest_is_read(store: Store) -> None:
    assert store.fetch_study(Note) is None
    body = {"a": [1, 2.5, None, True], "text": "mañana 映画 \0 \ud800", "empty": {}}
    store.save_studies(NOON, [Note(body), Other([1])])
    store.save_studies(NOON + HOUR, [Other([2])])
    assert store.fetch_study(Note) == Note(body)
    assert store.fetch_study(Other) == Other([2])
    assert store.fetch_study(Other, until=NOON) == Other([1])
    assert store.fetch_study(Other, until=NOON - HOUR) is None
    assert store.fetch_study(Note, until=NOON + HOUR) == Note(body)
    assert store.fetch_study(Note, made_at=NOON + HOUR) is None
    assert store.fetch_study(Note, made_at=NOON) == Note(body)
    with pytest.raises(ValueError, match="JSON"):
        store.save_studies(NOON, [Note(math.nan)])


def test_a_study_that_is_no_object_is_none(store: Store) -> None:
    store.save_studies(NOON, [HitStudy(films=3)])
    assert store.fetch_study(HitStudy) == HitStudy(films=3)
    store.database.write(lambda c: c.exec_driver_sql("UPDATE studies SET body = '[]'"))
    assert store.fetch_study(HitStudy) is None


def test_a_large_study_is_stored_whole(store: Store) -> None:
    large = Note([f"film {number}" for number in range(20_000)])
    store.save_studies(NOON, [large])
    assert store.fetch_study(Note) == large


def test_old_studies_of_the_same_name_are_dropped(store: Store) -> None:
    store.save_studies(NOON, [Other(1)])
    for hour in range(6):
        store.save_training(training(NOON + hour * HOUR), [], keep=3, studies=[Note(hour)])
    found = [store.fetch_study(Note, until=NOON + hour * HOUR) for hour in range(6)]
    assert found == [None] * 3 + [Note(3), Note(4), Note(5)]
    assert store.fetch_study(Other) == Other(1)


def test_studies_of_a_clock_far_ahead_push_no_other_out(store: Store) -> None:
    for hour in range(3):
        store.save_studies(NOON + (10_000 + hour) * HOUR, [Note("ahead")], keep=3)
    store.save_studies(NOON, [Note("now")], keep=3)
    assert store.fetch_study(Note, until=NOON) == Note("now")


ODD: dict[str, object] = {"films": "9", "auc": True, "groups": [1], "tasks": {}, "shown": ["x", 2]}


def test_of_odd_and_absent_values_nothing_is_read() -> None:
    """Of another program's study: what can be understood is, and all else is blank."""
    assert HitStudy.from_json(ODD) == HitStudy()
    assert ClusterStudy.from_json(ODD) == ClusterStudy(shown=(2,))
    assert Evaluation.from_json(ODD) == Evaluation()
    odd_task = {
        "target": 1,
        "why": "a sentence",
        "models": [{"mae": 2, "early": []}],
        "coverage": 0,
    }
    (task,) = Evaluation.from_json({"tasks": [odd_task, None]}).tasks
    assert (task.target, task.why, task.coverage) == ("", ChampionReason(code="a sentence"), None)
    assert [(m.oof.mae, m.early) for m in task.models] == [(2.0, None)]
    thirds = {"thirds": [0.7, None, "x", 1], "stated": 0.8}
    (task,) = Evaluation.from_json({"tasks": [{"coverage": thirds}]}).tasks
    assert task.coverage is not None
    assert (task.coverage.thirds, task.coverage.nominal) == ((0.7, None, None), 0.8)


def test_a_prediction_says_its_mode_and_basis(store: Store) -> None:
    made = Prediction(
        pred_ts=NOON,
        tmdb_id=1,
        model_name="champion",
        predicted_popularity=1.0,
        predicted_vote_average=None,
        mode="early",
        prediction_source="unseen",
    )
    store.database.write(
        lambda c: c.execute(
            text(
                "INSERT INTO movies (tmdb_id, title, genres, imported, inserted_at, updated_at) "
                "VALUES (1, 'one', '', 0, '2026-01-01', '2026-01-01')"
            )
        )
    )
    store.save_predictions([made])
    assert store.fetch_predictions(NOON, "champion")[0].prediction == made


def test_what_the_first_schema_held_is_still_there(engine_home: Home) -> None:
    """A database of revision 0001 with a training in it is brought to what is now."""
    from alembic import command

    from tmdbdash.storage import upgrade

    settings = engine_home.settings()
    (engine_home.path / "state").mkdir(exist_ok=True)
    database = connect(settings)
    config = upgrade.alembic_config()

    def first_schema(connection: object) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")

    database.write(first_schema)
    for sql in (
        "INSERT INTO movies (tmdb_id, title, genres, imported, inserted_at, updated_at) "
        "VALUES (7, 'seven', '', 0, '2026-01-01', '2026-01-01')",
        "INSERT INTO model_predictions (pred_ts, model_name, tmdb_id, predicted_popularity) "
        "VALUES ('2026-03-01 12:00:00.000000', 'linear_regression', 7, 1.5)",
    ):
        database.write(lambda c, sql=sql: c.execute(text(sql)))  # type: ignore[misc]
    database.close()
    with open_store(settings) as store:
        (film,) = store.fetch_predictions(NOON, "linear_regression")
        assert (film.title, film.prediction.predicted_popularity) == ("seven", 1.5)
        assert (film.prediction.mode, film.prediction.prediction_source) == (None, None)
