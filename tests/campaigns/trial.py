"""What every campaign has: a size, a seed, a count of what was checked, and an end that tells."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

import pytest
from pydantic import SecretStr

from tests.parts.home import Home
from tests.parts.mariadb import ENGINES, quick_place, running_mariadb
from tmdbdash.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
MOST_TOLD = 20
"""Failures that are printed; the others are counted."""
TOO_LONG = 124
"""No exit code of ours."""


class Trial:
    """One run of a campaign: its size, and what came of it so far.

    ``rounds`` and ``minutes`` bound it, whichever ends first; ``None`` sets no bound.
    """

    def __init__(
        self, name: str, *, rounds: int | None, minutes: float | None, seed: int,
        engines: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self.name = name
        self.rounds = rounds
        self.minutes = minutes
        self.seed = seed
        self.engines = tuple(engines)
        self.checked: Counter[str] = Counter()
        self.figures: dict[str, object] = {}
        self.failures: list[str] = []
        self._begun = time.monotonic()
        self._lock = threading.Lock()

    @property
    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self._begun

    def random(self, part: object) -> Random:
        """Numbers of one part of it, the same for the same seed."""
        return Random(f"{self.name} {self.seed} {part}")

    def each_round(self, parts: int = 1) -> Iterator[int]:
        """Numbers from 0, as far as its size goes; of a campaign in so many equal ``parts``."""
        began, number = time.monotonic(), 0
        while (self.rounds is None or number < self.rounds // parts) and (
            self.minutes is None or time.monotonic() - began < 60 * self.minutes / parts
        ):
            yield number
            number += 1

    def count(self, what: str, number: int = 1) -> None:
        """Add to a figure of the report."""
        with self._lock:
            self.figures[what] = int(str(self.figures.get(what, 0))) + number

    def expect(self, what: str, holds: object, told: str = "") -> bool:
        """Count a check; one that does not hold is a failure of the campaign."""
        with self._lock:
            self.checked[what] += 1
        if not holds:
            self.failures.append(f"{what}: {told}")
            if len(self.failures) <= MOST_TOLD:
                print(f"FAILED {what}: {told}", flush=True)
        return bool(holds)

    def expect_none(self, what: str, faults: Sequence[str], where: str) -> None:
        """Count a check that found these faults."""
        self.expect(what, not faults, f"{where}: {'; '.join(faults[:5])}")

    def report(self) -> int:
        """Print the figures; the exit code."""
        print(f"\n{self.name}: seed {self.seed}, {self.seconds:.0f} s")
        for figures in (self.figures, self.checked):
            for what, number in figures.items():
                print(f"  {what:<58} {number}")
        print(f"  {'failures':<58} {len(self.failures)}")
        if not self.checked:
            print("  nothing was checked")
        return 1 if self.failures or not self.checked else 0


def main(
    work: Callable[[Trial], None], about: str, *,
    rounds: int | None = None, minutes: float | None = None, engines: Sequence[str] = ENGINES,
) -> None:  # fmt: skip
    """The command of a campaign: its size from the command line, ``work``, and its exit code."""
    name = Path(sys.argv[0]).stem
    parser = argparse.ArgumentParser(
        prog=f"python -m tests.campaigns.{name}", description=about.partition("\n\n")[0]
    )
    parser.add_argument("--seed", type=int, default=1)
    if rounds is not None:
        parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--minutes", type=float, default=minutes)
    if engines:
        parser.add_argument("--engine", action="append", choices=engines)
    said = vars(parser.parse_args())
    for variable in [v for v in os.environ if v.startswith(("TMDB", "DATABASE_URL"))]:
        del os.environ[variable]
    trial = Trial(
        name,
        rounds=said.get("rounds"),
        minutes=said["minutes"],
        seed=said["seed"],
        engines=said.get("engine") or engines,
    )
    try:
        work(trial)
    except pytest.fail.Exception as lacking:
        sys.exit(f"{name}: {lacking}")
    except pytest.skip.Exception as lacking:
        print(f"{name}: nothing was tried, since {lacking}")
        sys.exit(0)
    sys.exit(trial.report())


@contextmanager
def folder_of(trial: Trial) -> Iterator[Path]:
    """A folder that is there as long as the block runs, in memory where there is room."""
    with tempfile.TemporaryDirectory(
        prefix=f"tmdbdash-{trial.name}-", dir=quick_place(), ignore_cleanup_errors=True
    ) as made:
        yield Path(made)


@contextmanager
def servers(engines: Sequence[str]) -> Iterator[Callable[[str, Path], str]]:
    """Gives the URL of an empty database of an engine; a file's lies in that folder."""
    with ExitStack() as stack:
        server = stack.enter_context(running_mariadb()) if "mariadb" in engines else None

        def empty(engine: str, folder: Path) -> str:
            if engine == "sqlite":
                return f"sqlite:///{folder / 'campaign.sqlite3'}"
            assert server is not None
            return server.url(server.create_database())

        yield empty


def home_at(folder: Path, url: str, **env: str) -> Home:
    """A new home in that folder, on that database; programs run in it are of this checkout."""
    folder.mkdir(parents=True)
    values = {
        "PATH": "/usr/bin:/bin", "HOME": str(folder), "TMDBDASH_HOME": str(folder),
        "DATABASE_URL": url,
    }  # fmt: skip
    return Home(folder, values | env)


def settings_of(home: Home, **changes: object) -> Settings:
    """The settings that programs in that home have, for work in this process."""
    return home.settings(database_url=SecretStr(home.env["DATABASE_URL"]), **changes)


def job(home: Home, *command: str, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """A program run in a home; one that takes longer than ``timeout`` seconds has ``TOO_LONG``."""
    try:
        return home.run("-q", *command, timeout=timeout)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, TOO_LONG, "", f"not ended after {timeout} s")
