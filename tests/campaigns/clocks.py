"""Ticks under clocks that jump, run backwards, stand in 1970, on both engines.

Around changes to and from summer time (in zones that have them), leap days, 2038, 2099 and 2100.
After each tick: is every true snapshot still there and as it was, in order of time? Has a clock
that is behind stored nothing? Does a right tick leave list, films and history as TMDB has them?
Then a page is rendered under a right clock and told when it was observed.

    python -m tests.campaigns.clocks --rounds 200 --seed 1
"""

from __future__ import annotations

import json
import logging
import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from tests.campaigns import soundness, trial
from tests.parts.clock_replay import MOMENTS, ClockReplay
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.simulated import connect
from tests.parts.ticks import ONE_PAGE
from tmdbdash import job_steps as jobs
from tmdbdash.job_runner import JobOptions
from tmdbdash.storage import open_store

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
TICKS = 40
"""Of one database: a fortnight or so of them."""
RETENTION_DAYS = (7, 30, 180, 0)


def clocks(this: trial.Trial) -> None:
    """The campaign; a round is a database with `TICKS` ticks."""
    logging.getLogger("tmdbdash").setLevel(logging.ERROR)  # wrong clocks are told of by the hundred
    with trial.servers(this.engines) as empty, trial.folder_of(this) as folder:
        for engine in this.engines:
            for number in this.each_round(len(this.engines)):
                place = folder / f"{engine}-{number}"
                _replay(this, engine, number, empty(engine, place), place)


def _replay(this: trial.Trial, engine: str, number: int, url: str, place: Path) -> None:
    random = this.random(f"{engine} {number}")
    name = list(MOMENTS)[number % len(MOMENTS)]
    now = MOMENTS[name] - timedelta(hours=random.randrange(48))
    os.environ["TZ"] = zone = random.choice(ZONES)
    time.tzset()
    days = random.choice(RETENTION_DAYS)
    where = f"{engine} {number} {name} {zone} {days} days"
    with SimulatedTmdb(films=12, seed=this.seed, untidy=False, today=now.date()) as tmdb:
        home = connect(trial.home_at(place, url), tmdb)
        settings = trial.settings_of(home, retention_days=days, tmdb_max_rps=1000)
        replay = ClockReplay(settings, tmdb, now, random)
        for _ in range(TICKS):
            found = len(replay.faults)
            replay.step()
            this.expect_none("after a tick all is true", replay.faults[found:], where)
        for kind, count in replay.ticks.items():
            this.count(f"ticks under a clock that was {kind}", count)
        with open_store(settings) as store:
            this.expect_none(
                "the database is sound", soundness.database_faults(store, true_times=False), where
            )
        replay.now += timedelta(days=1)
        jobs.ingest(settings, ONE_PAGE, options=_at(replay.now))
        jobs.render(settings, options=_at(replay.now))
        told = json.loads((settings.out_dir / "data.json").read_text())["observed_at"]
        wanted = f"{replay.now:%Y-%m-%dT%H:%M:%SZ}"
        this.expect("the page tells when it was observed", told == wanted, f"{where}: {told}")
        this.expect_none("the page is whole", soundness.page_faults(settings.out_dir), where)


def _at(now: datetime) -> JobOptions:
    return JobOptions(pings=False, clock=lambda: now)


if __name__ == "__main__":
    trial.main(clocks, __doc__, rounds=200)
