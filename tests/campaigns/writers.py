"""Ten homes that write into one database at once, for minutes, on both engines.

Ticks, imports, trainings, predictions and pages at random; no job fails, nothing is half stored,
and at the end all homes predict the same. Half of the time goes to each engine.

    python -m tests.campaigns.writers --minutes 10 --seed 1
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from tests.campaigns import soundness, trial
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.simulated import connect
from tmdbdash.storage import open_store

HOMES = 10
JOBS = ("ingest",) * 5 + ("import", "train", "predict", "render", "render", "status")
OPTIONS = {"train": ("--budget", "1"), "import": ("films.csv", "--observed-at", "2026-01-31")}
MOST = 180
"""Seconds for one job of ten at once; whoever waits for a training waits for its fits."""


def writers(this: trial.Trial) -> None:
    """The campaign."""
    assert this.minutes is not None
    minutes = this.minutes / len(this.engines)
    with (
        trial.folder_of(this) as folder,
        trial.servers(this.engines) as empty,
        SimulatedTmdb(films=90, seed=this.seed, untidy=True) as tmdb,
    ):
        for engine in this.engines:
            _on(this, engine, minutes, folder / engine, tmdb, empty)


def _on(
    this: trial.Trial, engine: str, minutes: float, folder: Path, tmdb: SimulatedTmdb,
    empty: Callable[[str, Path], str],
) -> None:  # fmt: skip
    folder.mkdir()
    url = empty(engine, folder)
    homes = [
        connect(trial.home_at(folder / str(n), url), tmdb, TMDBDASH_TRAIN_MINUTES="1")
        for n in range(HOMES)
    ]
    first = trial.job(homes[0], "run", timeout=MOST)
    if not this.expect("the first round ends well", first.returncode == 0, first.stderr[-900:]):
        return
    until = time.monotonic() + 60 * minutes
    with ThreadPoolExecutor(HOMES) as pool:
        work = [pool.submit(_write, this, engine, n, homes[n], until) for n in range(HOMES)]
        while time.monotonic() < until:
            tmdb.advance(20)
            time.sleep(0.7)
        for each in work:
            each.result()
    last = trial.job(homes[3], "ingest", timeout=MOST)
    this.expect("a tick at the end ends well", last.returncode == 0, last.stderr[-900:])
    _agree(this, engine, homes)


def _write(this: trial.Trial, engine: str, number: int, home: Home, until: float) -> None:
    """Job after job in one home."""
    random = this.random(f"{engine} {number}")
    while time.monotonic() < until:
        job = random.choice(JOBS)
        if job == "import":
            _some_films(home.path / "films.csv", random)
        done = trial.job(home, job, *OPTIONS.get(job, ()), timeout=MOST)
        this.count(f"jobs on {engine}: {job}")
        told = f"{engine} home {number} {job}: {done.returncode} {done.stderr[-900:]}"
        this.expect("no job fails", done.returncode == 0, told)
        this.expect("no job complains", not done.stderr, told)


def _some_films(path: Path, random: Random) -> None:
    """A file of films that nobody else has, with a few that others import too."""
    ids = sorted({random.randrange(1, 60) for _ in range(20)} | {random.randrange(1, 10**6)})
    lines = [
        f"{n},Film {n},{random.uniform(1, 90):.3f},{random.randrange(1, 900)},"
        f"{random.uniform(3, 9):.1f}\n"
        for n in ids
    ]
    path.write_text("id,title,popularity,vote_count,vote_average\n" + "".join(lines))


def _agree(this: trial.Trial, engine: str, homes: list[Home]) -> None:
    """Rows are whole, and every home and every page say the same of them."""
    with open_store(trial.settings_of(homes[0])) as store:
        this.expect_none("the database is sound", soundness.database_faults(store), engine)
        this.figures[f"films on {engine}"] = store.count_movies()
        this.figures[f"trainings kept on {engine}"] = len(store.fetch_trainings(99))
        standing = store.claims.fetch("training")
        this.expect("nobody holds the turn to train", standing is None, str(standing))
    told = []
    for home in homes:
        done = trial.job(home, "predict", "--json", timeout=MOST)
        this.expect("all predict at the end", done.returncode == 0, done.stderr[-900:])
        told.append(json.loads(done.stdout).get("predictions"))
        page = trial.job(home, "render", timeout=MOST)
        this.expect("all render at the end", page.returncode == 0, page.stderr[-900:])
        this.expect_none("the page is whole", soundness.page_faults(home.path / "out"), engine)
    this.expect("all homes predict the same", all(one == told[0] for one in told), engine)
    this.expect("there are predictions", told[0], engine)


if __name__ == "__main__":
    trial.main(writers, __doc__, minutes=10)
