"""What the campaigns look for is found where it is."""

import json
from collections.abc import Callable
from random import Random

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.engine import Connection

from tests.campaigns import soundness
from tests.campaigns.hostile import spoilt
from tests.campaigns.trial import Trial
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.rendered import files_of
from tests.parts.simulated import connect
from tests.parts.ticks import NOW, STEP, run_tick
from tmdbdash.records import TrainingRun
from tmdbdash.report.site.folder import write_all
from tmdbdash.storage import open_store
from tmdbdash.storage.schema import latest_list, model_predictions, movie_snapshots, movies, runs

TRAINING = TrainingRun(trained_at=NOW, films=9, rows=9, seconds=1.0, fingerprint="", metrics={})
SNAPSHOTS = movie_snapshots.c.snapshot_ts == NOW + STEP


def test_what_is_half_stored_is_found(home: Home, tmdb: SimulatedTmdb) -> None:
    damages: dict[str, Callable[[Connection], object]] = {
        "without a run": lambda c: c.execute(delete(runs)),
        "not their snapshots": lambda c: c.execute(delete(movie_snapshots)),
        "the last complete tick": lambda c: c.execute(delete(latest_list)),
        "gaps in its ranks": lambda c: c.execute(
            delete(latest_list).where(latest_list.c.rank == 7)
        ),
        "of several times": lambda c: c.execute(
            update(latest_list).where(latest_list.c.rank == 7).values(observed_at=NOW)
        ),
        "of the list are not stored": lambda c: c.execute(delete(movies)),
        "lacks its snapshot": lambda c: c.execute(delete(movie_snapshots).where(SNAPSHOTS)),
        "differs from its own": lambda c: c.execute(
            update(movie_snapshots).where(SNAPSHOTS).values(vote_count=1)
        ),
        "there is no training": lambda c: c.execute(
            insert(model_predictions).values(pred_ts=NOW, model_name="champion", tmdb_id=1)
        ),
    }

    with open_store(connect(home, tmdb).settings()) as store:
        run_tick(store, tmdb)
        tmdb.advance(600)
        run_tick(store, tmdb, NOW + STEP)
        assert soundness.database_faults(store) == []
        for fault, damage in damages.items():
            with store.database.engine.connect() as connection:
                damage(connection)
                said = soundness.rows_faults(connection)
                connection.rollback()
            assert any(fault in each for each in said), (fault, said)
        assert soundness.database_faults(store) == []
        store.save_training(TRAINING, [])
        (lacking, files) = soundness.database_faults(store)
        assert "lacks the training" in lacking
        assert "model_files" in files


def test_a_torn_page_is_found(home: Home) -> None:
    out = home.path / "out"
    assert soundness.page_faults(out) == []
    write_all(out, files_of(home), NOW)
    assert soundness.page_faults(out) == []
    next((out / "assets").glob("app.*.js")).unlink()
    (out / "health.json").write_text('{"status"')
    (out / ".index.html.0a1b2c3d.tmp").touch()
    (out / "index.html").write_text((out / "index.html").read_text()[:-20])
    said = " ".join(soundness.page_faults(out))
    for fault in ("is named and not there", "health.json: ", "has no end"):
        assert fault in said
    assert soundness.leftovers(home.path) == ["out/.index.html.0a1b2c3d.tmp"]


def test_spoilt_answers_are_the_same_for_a_seed_and_never_end_the_spoiling() -> None:
    body = {"page": 1, "results": [{"id": n, "title": "A", "genre_ids": [1, 2]} for n in range(9)]}
    for seed in range(60):
        one, other = (json.dumps(spoilt(body, Random(seed))) for _ in range(2))
        assert one == other
    assert body["page"] == 1


def test_a_campaign_that_checked_nothing_or_found_a_fault_has_failed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def report(*holds: bool) -> int:
        trial = Trial("x", rounds=1, minutes=None, seed=1)
        for each in holds:
            trial.expect("water is wet", each, "it was dry")
        return trial.report()

    assert [report(), report(True), report(True, False)] == [1, 0, 1]
    assert "FAILED water is wet: it was dry" in capsys.readouterr().out
