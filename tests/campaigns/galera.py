"""Three nodes of a Galera cluster, and a home of its own at each of them.

The first schema by all at once, round after round; an hour of ticks, trainings and predictions in
fast motion; then nodes killed in mid tick, one a round, with all three named in DATABASE_URL.

    python -m tests.campaigns.galera --rounds 10 --seed 1
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.campaigns import soundness, trial
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.galera import Galera, running_galera, wait_for_all
from tests.parts.home import Home
from tests.parts.mariadb import PASSWORD
from tests.parts.simulated import connect
from tests.test_galera import homes_at, open_at_once
from tests.test_several_machines import NOON, an_hour, check_the_hour, machines
from tmdbdash.storage import open_store
from tmdbdash.storage.schema import HEAD

LATENCY = 0.12
"""Seconds that TMDB takes to answer, so that a tick is long enough to be met."""
MOST = 100
"""Seconds for a tick during which a node dies: 45 of retrying, and its requests."""


def galera(this: trial.Trial) -> None:
    """The campaign; a round is a first schema, and then a killed node."""
    with trial.folder_of(this) as folder, running_galera() as cluster:
        for number in this.each_round():
            _first_schema(this, cluster, folder / f"schema-{number}", number)
        _hour(this, cluster, folder / "hour")
        _killed_nodes(this, cluster, folder / "kills")


def _first_schema(this: trial.Trial, cluster: Galera, folder: Path, number: int) -> None:
    name = cluster.create_database()
    codes = open_at_once(homes_at(cluster.urls(name), folder))
    this.expect("all make the first schema at once", codes == [0, 0, 0], f"{number}: {codes}")
    versions = cluster.wait_until_alike(f"SELECT * FROM {name}.alembic_version")
    this.expect("it has one version", versions == [f"{HEAD}\n"] * 3, f"{number}: {versions}")
    ids = cluster.wait_until_alike(f"SELECT id FROM {name}.installation")
    made = {tuple(told.split()) for told in ids}
    one = len(made) == 1 and len(next(iter(made))) == 1
    this.expect("there is one installation", one, f"{number}: {made}")
    cluster.nodes[0].execute(f"DROP DATABASE {name}")


def _hour(this: trial.Trial, cluster: Galera, folder: Path) -> None:
    folder.mkdir()
    now = [NOON]
    name = cluster.create_database()
    with SimulatedTmdb(
        films=120, seed=this.seed, untidy=False, today=NOON.date(), clock=lambda: now[0]
    ) as tmdb:
        homes = machines(cluster.urls(name), folder, tmdb)
        told = _raised(lambda: an_hour(homes, tmdb, now)) or _raised(
            lambda: check_the_hour(homes, now)
        )
    this.expect("an hour at three nodes ends well", told is None, str(told))
    this.count("ticks of the hour", 15)
    _expect_alike(this, cluster, name, "after the hour")


def _raised(work: Callable[[], None]) -> BaseException | None:
    try:
        work()
    except Exception as error:  # noqa: BLE001  it is a failure of the campaign, whatever it is
        return error
    return None


def _expect_alike(this: trial.Trial, cluster: Galera, name: str, where: str) -> None:
    tables = cluster.nodes[0].execute(f"SHOW TABLES FROM {name}").split()
    listed = ", ".join(f"{name}.{table}" for table in tables)
    sums = set(cluster.wait_until_alike(f"CHECKSUM TABLE {listed}"))
    this.expect("all nodes have the same rows", len(sums) == 1 and tables, f"{where}: {sums}")


def _killed_nodes(this: trial.Trial, cluster: Galera, folder: Path) -> None:
    random = this.random("kills")
    name = cluster.create_database()
    with SimulatedTmdb(films=120, seed=this.seed, untidy=False) as tmdb:
        homes = []
        for number in range(len(cluster.nodes)):
            order = cluster.nodes[number:] + cluster.nodes[:number]
            hosts = ",".join(f"127.0.0.1:{node.port}" for node in order)
            quoted = PASSWORD.replace("&", "%26")
            url = f"mysql+pymysql://tmdbdash:{quoted}@{hosts}/{name}"
            home = trial.home_at(folder / str(number), url)
            homes.append(connect(home, tmdb, TMDB_MAX_RPS="40"))
        first = trial.job(homes[0], "ingest", timeout=MOST)
        this.expect("the first tick ends well", first.returncode == 0, first.stderr[-900:])
        tmdb.latency = LATENCY
        for number in this.each_round():
            tmdb.advance(1500)
            _kill_one(this, cluster, homes, random.randrange(3), random.uniform(0.05, 1.6), number)
            _expect_alike(this, cluster, name, f"kill {number}")


def _kill_one(
    this: trial.Trial, cluster: Galera, homes: list[Home], victim: int, delay: float, number: int
) -> None:
    """All homes tick; one node dies meanwhile, and comes back afterwards."""
    where = f"kill {number} of node {victim} after {delay:.2f} s"
    node = cluster.nodes[victim]
    with ThreadPoolExecutor(len(homes)) as pool:
        ticks = [pool.submit(trial.job, h, "ingest", "--pages", "4", timeout=MOST) for h in homes]
        time.sleep(delay)
        under_way = sum(not tick.done() for tick in ticks)
        node.kill()
        this.count("nodes killed")
        this.count("ticks under way then", under_way)
        for home, tick in zip(homes, ticks, strict=True):
            done = tick.result()
            told = f"{where}, {home.path.name}: {done.returncode} {done.stderr[-900:]}"
            this.expect("no tick is lost", done.returncode == 0, told)
            this.expect("no traceback", "Traceback" not in done.stderr, told)
    survivor = homes[(victim + 1) % len(homes)]
    with open_store(trial.settings_of(survivor)) as store:
        faults = soundness.database_faults(store, whole=False)
        listing = store.fetch_listing()
    this.expect_none("the database is sound", faults, where)
    this.expect("the list is of these ticks", listing and len(listing.entries) == 80, where)
    node.start()
    wait_for_all(cluster)


if __name__ == "__main__":
    trial.main(galera, __doc__, rounds=10, engines=())
