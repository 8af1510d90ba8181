"""Jobs killed at random moments, by SIGKILL and SIGTERM in turn, on both engines.

After each kill: is the database sound, no tick half stored, the page whole? Does the same job end
well right after, without waiting for what the killed one held? Does what it left behind go? Nine
of ten are forks of a process that has its libraries, so that the moments fall into the work and
not into the start of Python; each tenth is the installed script.

    python -m tests.campaigns.kills --rounds 1000 --seed 1
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.campaigns import soundness, trial
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import PROGRAM, Home, warm
from tests.parts.simulated import connect
from tests.parts.warm import WarmRun
from tmdbdash.storage import open_store

COMMANDS = (("ingest",), ("run",), ("train", "--budget", "1"), ("predict",), ("render",))
NEW_HOME_EVERY = 20
"""So that the first schema, models and page are among what is killed."""
TIDY_EVERY = 10
LONGEST = 90.0
"""Seconds after which the next run has to have ended: the claim on a schema is 45 s long."""
ENDS = (0, -signal.SIGKILL, -signal.SIGTERM, 128 + signal.SIGTERM)
"""Exit codes of a killed run: it may have ended before, or have had no handler yet."""


ENDED = {0: "jobs that had ended before", -signal.SIGKILL: "jobs ended by SIGKILL"}


class Killed:
    """One home, whose jobs are killed."""

    def __init__(self, this: trial.Trial, home: Home, tmdb: SimulatedTmdb, engine: str) -> None:
        self.trial, self.home, self.tmdb = this, home, tmdb
        self.random = this.random(home.path.name)
        self.engine = engine
        self.settings = trial.settings_of(home)
        self.took = {"ingest": 0.5, "run": 3.0, "train": 2.0, "predict": 1.0, "render": 1.0}

    def kill_one(self, number: int, command: Sequence[str], signum: signal.Signals) -> None:
        """Start a job, kill it, and look at what there is then."""
        name, script = command[0], number % 10 == 9
        where = f"round {number} {self.engine} {name} {signum.name}"
        if name == "train":
            self.tmdb.advance(600)
            self._complete(("ingest",), f"{where}, before it")
        usual = self.took[name] + (1.0 if script else 0.0)
        delay = self.random.uniform(0, 1.05 * usual)
        where += f" after {delay:.2f} s"
        started = _start_script(self.home, command) if script else _start(self.home, command)
        time.sleep(delay)
        with contextlib.suppress(ProcessLookupError):
            os.kill(started.pid, signum)
        try:
            done = started.wait(60)
        except subprocess.TimeoutExpired:
            self.trial.expect("a killed job ends", holds=False, told=where)
            return
        self.trial.count(ENDED.get(done.returncode, "jobs ended by SIGTERM"))
        check = self.trial.expect
        check("a killed job's code", done.returncode in ENDS, f"{where}: {done.returncode}")
        check("no traceback", "Traceback" not in done.stderr, f"{where}: {done.stderr[-900:]}")
        self.look(f"{where}, right after", whole=number % 5 == 0)
        # Without a list and models the other jobs have nothing to work on yet.
        fresh = number % NEW_HOME_EVERY == 0
        self._complete(("run",) if fresh else command, f"{where}, the next")
        self.look(f"{where}, then", whole=False)

    def look(self, where: str, *, whole: bool) -> None:
        """Check database and page."""
        with open_store(self.settings) as store:
            faults = soundness.database_faults(store, whole=whole)
        self.trial.expect_none("the database is sound", faults, where)
        faults = soundness.page_faults(self.settings.out_dir)
        self.trial.expect_none("the page is whole", faults, where)

    def _complete(self, command: Sequence[str], where: str) -> None:
        """Run the job to its end: it does its work, at once."""
        began = datetime.now(UTC) - timedelta(seconds=1)
        clock = time.monotonic()
        done = trial.job(self.home, *command, timeout=LONGEST)
        self.took[command[0]] = time.monotonic() - clock
        told = f"{where}: {done.returncode} {done.stderr[-600:]}"
        self.trial.expect("the next job ends well", done.returncode == 0, told)
        with open_store(self.settings) as store:
            last = store.fetch_runs(command[0], 1)
        did = last and last[0].started_at >= began and last[0].exit_code == 0
        self.trial.expect("the next job does its work", did, f"{where}: {last}")

    def tidy(self, where: str) -> None:
        """An hour later the next jobs remove what killed ones have left."""
        left = soundness.leftovers(self.home.path)
        self.trial.count("temporary files of killed jobs", len(left))
        hours_ago = time.time() - 2 * 3600
        for name in left:
            os.utime(self.home.path / name, (hours_ago, hours_ago))
        self.tmdb.advance(600)
        for command in (("ingest",), ("train", "--budget", "1"), ("render",)):
            self._complete(command, where)
        left = soundness.leftovers(self.home.path)
        self.trial.expect_none("what killed jobs left is removed", left, where)


class _Script:
    """The installed script as a process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process, self.pid = process, process.pid

    def wait(self, timeout: float) -> subprocess.CompletedProcess[str]:
        out, err = self._process.communicate(timeout=timeout)
        return subprocess.CompletedProcess(self._process.args, self._process.returncode, out, err)


def _start_script(home: Home, command: Sequence[str]) -> _Script:
    return _Script(
        subprocess.Popen(
            [str(PROGRAM), "-q", *command],
            env={**home.env, "PYTHONPATH": str(trial.ROOT)}, cwd=home.path,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
    )  # fmt: skip


def _start(home: Home, command: Sequence[str]) -> WarmRun:
    return warm().start(["-q", *command], home.env, home.path)


def kills(this: trial.Trial) -> None:
    """The campaign."""
    with (
        trial.folder_of(this) as folder,
        trial.servers(this.engines) as empty,
        SimulatedTmdb(films=60, seed=this.seed, untidy=False) as tmdb,
    ):
        for engine in this.engines:
            _on(this, engine, folder, tmdb, empty)


def _on(
    this: trial.Trial, engine: str, folder: Path, tmdb: SimulatedTmdb,
    empty: Callable[[str, Path], str],
) -> None:  # fmt: skip
    random = this.random(engine)
    killed: Killed | None = None
    for number in this.each_round(len(this.engines)):
        place = folder / f"{engine}-{number // NEW_HOME_EVERY}"
        if killed is None or number % NEW_HOME_EVERY == 0:
            home = connect(trial.home_at(place, empty(engine, place)), tmdb, TMDB_MAX_RPS="40")
            killed = Killed(this, home, tmdb, engine)
            command: Sequence[str] = random.choice((("ingest",), ("run",)))
        else:
            command = random.choice(COMMANDS)
        tmdb.advance(random.choice((2, 30, 600)))
        this.figures[f"kills on {engine}"] = number + 1
        killed.kill_one(number, command, (signal.SIGKILL, signal.SIGTERM)[number % 2])
        if number % TIDY_EVERY == TIDY_EVERY - 1:
            killed.tidy(f"after round {number} {engine}")


if __name__ == "__main__":
    trial.main(kills, __doc__, rounds=1000)
