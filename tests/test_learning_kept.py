"""Models that are kept: on disk, in the database, damaged, lost, on other machines."""

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import delete, select, update

from tests.parts.films import NOON, movie
from tests.parts.home import Home
from tests.parts.learned import LATER, Films, do_predict, do_train
from tmdbdash import rounds
from tmdbdash.errors import DatabaseError, NotReadyError
from tmdbdash.job_runner import DEFAULT
from tmdbdash.learning.artifacts import model_folders as models_on_disk
from tmdbdash.learning.artifacts.model_folders import read_files
from tmdbdash.learning.jobs import models_in_force as models_at_hand
from tmdbdash.learning.jobs import train as training
from tmdbdash.learning.jobs.models_in_force import load_predictor, model_names
from tmdbdash.storage import open_empty_store, open_store_read_only
from tmdbdash.storage.schema import model_files


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
    times = trained.store.database.read(lambda c: set(c.scalars(select(model_files.c.trained_at))))
    assert times == {NOON + timedelta(minutes=minute) for minute in (15, 30)}
    do_predict(trained, home)


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
    films.store.database.write(lambda c: c.execute(delete(model_files)))


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


def test_a_machine_that_never_trains_drops_old_models_too(
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


def test_reading_alone_leaves_no_models(trained: Films, home: Home, tmp_path: Path) -> None:
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
    trained.store.database.write(
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


@pytest.mark.usefixtures("few_models")
def test_a_round_heals_models_that_cannot_be_used(trained: Films, home: Home) -> None:
    damage_intervals(home)
    lose_model_files(trained)
    healed = rounds.predict_or_heal(home.settings(), DEFAULT)
    assert healed is not None
    assert (healed.films, healed.trained_at > NOON) == (60, True)
    again = rounds.predict_or_heal(home.settings(), DEFAULT)
    assert again is not None
    assert again.trained_at == healed.trained_at


def test_models_do_not_lie_where_the_web_server_looks(trained: Films, home: Home) -> None:
    made = {path.relative_to(home.path).parts[0] for path in home.path.iterdir()}
    assert made == {"state"}
    assert Path(home.settings().models_dir).is_dir()
