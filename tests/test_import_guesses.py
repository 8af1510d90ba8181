"""Files that do not say when they were observed: the guess, its mark, and how it is mended."""

import json
import logging
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.parts.home import Home
from tests.parts.ticks import bring_in
from tmdbdash.records import GuessedTimes
from tmdbdash.storage import Store

DAY = timedelta(days=1)
HEADER = "id,title,release_date,popularity,vote_count,vote_average\n"


def test_a_wrong_guess_is_mended_by_importing_the_file_again(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    rows = [f"{n},F{n},{date(2025, 1, 1) + n * DAY},{n}.5,{n * 10},6.5\n" for n in range(1, 31)]
    path.write_text(HEADER + "".join(rows))
    first = bring_in(store, path, folder=tmp_path).files[0]
    assert first.observed_at == datetime(2025, 1, 31, tzinfo=UTC)
    assert store.count_guessed() == GuessedTimes(30, first.observed_at, first.observed_at)
    stated = datetime(2021, 5, 5, tzinfo=UTC)
    bring_in(store, path, folder=tmp_path, observed_at=stated)
    films = store.fetch_movies(range(1, 31))
    assert {(film.observed_at, film.observed_guessed) for film in films.values()} == {
        (stated, False)
    }
    snapshots = store.fetch_snapshots(range(1, 31))
    assert {s.snapshot_ts for s in snapshots} == {stated}
    assert len(snapshots) == 30
    bring_in(store, path, folder=tmp_path)
    assert store.fetch_movies(range(1, 31)) == films
    assert store.fetch_snapshots(range(1, 31)) == snapshots


def test_an_outlier_does_not_keep_a_newer_true_set_out(store: Store, tmp_path: Path) -> None:
    outlier, newer = tmp_path / "2017.csv", tmp_path / "2019.csv"
    outlier.write_text(
        HEADER + "1,A,2017-06-01,5,100,6.5\n2,B,2017-07-01,6,200,6.5\n"
        "3,C,2017-08-01,7,300,6.5\n4,Sequel,2020-12-16,8,58,6.0\n"
    )
    newer.write_text(
        "observed_at,id,title,popularity,vote_count,vote_average,release_date\n"
        "2019-10-01,1,A,55,999,7.0,2017-06-01\n"
    )
    bring_in(store, outlier, newer, folder=tmp_path)
    film = store.fetch_movies([1])[1]
    assert (film.vote_count, film.observed_at) == (999, datetime(2019, 10, 1, tzinfo=UTC))
    assert not film.observed_guessed
    assert store.count_guessed().films == 3


def test_files_of_one_import_that_cannot_be_of_one_time_are_named(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def write(name: str, newest: date) -> Path:
        path = tmp_path / name
        rows = [
            f"{n},F{n},{newest - n * DAY},{n}.5,{1 + n // 10 * 9},6.5\n" for n in range(1, 1500)
        ]
        path.write_text(HEADER + "".join(rows))
        return path

    paths = write("old.csv", date(2021, 2, 1)), write("new.csv", date(2025, 2, 1))
    with caplog.at_level(logging.WARNING):
        bring_in(store, *paths, folder=tmp_path)
    (told,) = [r.getMessage() for r in caplog.records if "--observed-at" in r.getMessage()]
    assert "new.csv" in told
    assert "old.csv" in told


def test_status_and_doctor_say_how_many_times_are_guesses(
    engine_home: Home, tmp_path: Path
) -> None:
    def answer(command: str) -> dict[str, Any]:
        # Without a key and an ingest, both exit with a code of their own.
        found: dict[str, Any] = json.loads(engine_home.run(command, "--json").stdout)
        return found

    def check() -> dict[str, str]:
        found: dict[str, str]
        (found,) = [c for c in answer("doctor")["checks"] if c["name"] == "times"]
        return found

    nothing = {"films": 0, "oldest": None, "newest": None}
    assert answer("status")["guessed_times"] == nothing
    path = tmp_path / "films.csv"
    path.write_text(HEADER + "1,A,2017-06-01,5,100,6.5\n2,B,2017-07-01,6,200,6.5\n")
    assert engine_home.run("import", str(path)).returncode == 0
    told = {"films": 2, "oldest": "2017-07-01T00:00:00Z", "newest": "2017-07-01T00:00:00Z"}
    assert answer("status")["guessed_times"] == told
    shown = " ".join(engine_home.run("status").stdout.split())
    assert "2 films were observed at a guessed time (2017-07-01)" in shown
    found = check()
    assert found["state"] == "warn"
    assert "import the file again with --observed-at TIME" in found["message"]
    again = engine_home.run("import", str(path), "--observed-at", "2017-01-01")
    assert again.returncode == 0, again.stderr
    assert answer("status")["guessed_times"] == nothing
    assert check()["state"] == "pass"
