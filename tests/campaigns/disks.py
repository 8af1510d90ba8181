"""A small file system that is full to the last bytes while a job writes.

Each round leaves little room or none, runs a job, and looks: the documented exit code and a
sentence that says what is full; nothing that was stored before is lost; the page that stood still
stands, whole. Then room is made, and the same job has to end well. Needs root, to mount.

    python -m tests.campaigns.disks --rounds 70 --seed 1
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.campaigns import soundness, trial
from tests.campaigns.kills import COMMANDS
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.simulated import connect
from tests.parts.ticks import dump
from tmdbdash.storage import open_store

MEGABYTES = 48
CODES = (0, 2, 4)
"""Of a job that had room after all, that cannot write a file, that cannot write its database."""
FULL = ("No space left on device", "there is no space left", "see whether the disk is full")
"""The last of them where SQLite itself does not learn why the system refused."""


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of `MEGABYTES`, in memory."""
    disk = folder / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(disk)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("file systems cannot be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path, leave: int) -> None:
    """Take all room but so many bytes."""
    with contextlib.suppress(OSError), (disk / "ballast").open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 65_536)
    size = (disk / "ballast").stat().st_size
    os.truncate(disk / "ballast", max(0, size - leave))


def disks(this: trial.Trial) -> None:
    """The campaign."""
    with (
        trial.folder_of(this) as folder,
        small_disk(folder) as disk,
        SimulatedTmdb(films=60, seed=this.seed, untidy=False) as tmdb,
    ):
        home = connect(
            trial.home_at(disk / "home", f"sqlite:///{disk / 'home' / 'state' / 'films.sqlite3'}"),
            tmdb,
            TMDB_MAX_RPS="40",
        )
        done = trial.job(home, "run")
        this.expect("the first round ends well", done.returncode == 0, done.stderr[-900:])
        random = this.random("rounds")
        for number in this.each_round():
            command = random.choice(COMMANDS)
            leave = random.choice((0, 0, random.randrange(4096, 200_000), random.randrange(10**6)))
            tmdb.advance(random.choice((30, 600)))
            _full(this, home, disk, command, leave, f"round {number} {command[0]}, {leave} left")


def _full(
    this: trial.Trial, home: Home, disk: Path, command: tuple[str, ...], leave: int, where: str
) -> None:
    settings, out = trial.settings_of(home), home.path / "out"
    with open_store(settings) as store:
        before = dump(store)
    page = (out / "index.html").read_bytes()
    fill(disk, leave)
    done = trial.job(home, *command)
    told = f"{where}: {done.returncode} {done.stderr[-900:]}"
    this.count(f"jobs that ended with {done.returncode}")
    this.expect("a documented exit code", done.returncode in CODES, told)
    this.expect("no traceback", "Traceback" not in done.stderr, told)
    if done.returncode:
        this.expect("it says what is full", any(word in done.stderr for word in FULL), told)
        if "cannot write the page" in done.stderr:
            stands = page == (out / "index.html").read_bytes()
            this.expect("the page that was there is unchanged", stands, where)
    this.expect_none("the page is whole", soundness.page_faults(out), where)
    (disk / "ballast").unlink()
    with open_store(settings) as store:
        after = dump(store)
        this.expect_none("the database is sound", soundness.database_faults(store), where)
    kept = {(s.tmdb_id, s.snapshot_ts) for s in after[1]}
    lost = [s for s in before[1] if (s.tmdb_id, s.snapshot_ts) not in kept]
    gone = {film.tmdb_id for film in before[0]} - {film.tmdb_id for film in after[0]}
    this.expect("nothing stored before is lost", not lost and not gone, f"{where}: {lost} {gone}")
    again = trial.job(home, *command)
    told = f"{where}: {again.returncode} {again.stderr[-900:]}"
    this.expect("with room the same job ends well", again.returncode == 0, told)
    left = soundness.leftovers(home.path)
    this.expect_none("no half file is left", left, where)


if __name__ == "__main__":
    trial.main(disks, __doc__, rounds=70, engines=())
