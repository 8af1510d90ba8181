"""Several machines on one database: a home of its own each, minutes of ticks in fast motion."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.films import movie
from tests.parts.galera import Galera
from tests.parts.home import Home
from tests.parts.mariadb import MariaDb
from tests.parts.simulated import connect
from tmdbdash import job_steps as jobs
from tmdbdash.home_id import home_name
from tmdbdash.job_runner import JobOptions
from tmdbdash.learning.artifacts.model_folders import read_files
from tmdbdash.records import FilmChange, TickWrite
from tmdbdash.settings import Settings, load_settings
from tmdbdash.storage import Store, open_store
from tmdbdash.tmdb.client import ListQuery

pytestmark = pytest.mark.usefixtures("few_models")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def tmdb(now: list[datetime]) -> Iterator[SimulatedTmdb]:
    """A TMDB whose clock is the test's."""
    with SimulatedTmdb(
        films=120, seed=11, untidy=False, today=NOON.date(), clock=lambda: now[0]
    ) as running:
        yield running


@pytest.fixture
def now() -> list[datetime]:
    return [NOON]


def machines(urls: list[str], folder: Path, tmdb: SimulatedTmdb) -> list[Settings]:
    """Settings of a home for each of these databases."""
    found = []
    for number, url in enumerate(urls):
        home = Home(folder / f"home-{number}")
        home.path.mkdir()
        connect(home, tmdb, TMDB_MAX_RPS="40")
        settings = load_settings(home.path)
        found.append(settings.model_copy(update={"database_url": SecretStr(url)}))
    return found


def an_hour(
    homes: list[Settings], tmdb: SimulatedTmdb, now: list[datetime], minutes: int = 60
) -> None:
    """What two lines of crontab do at every machine, at the same moments: every job ends well."""
    options = JobOptions(pings=False, clock=lambda: now[0])

    def at_all(job: Callable[[Settings], object]) -> None:
        with ThreadPoolExecutor(len(homes)) as pool:
            assert None not in list(pool.map(job, homes))

    for minute in range(0, minutes, 12):
        now[0] = NOON + timedelta(minutes=minute)
        at_all(lambda home: jobs.ingest(home, ListQuery(pages=1), options=options))
        if minute % 24 == 0:
            at_all(lambda home: jobs.train(home, budget=0.01, options=options))
            at_all(lambda home: jobs.predict(home, options=options))
        tmdb.advance(720)


def check_the_hour(homes: list[Settings], now: list[datetime], minutes: int = 60) -> None:
    trained = range(0, minutes, 24)
    with open_store(homes[0]) as store:
        assert [training.trained_at for training in store.fetch_trainings(9)] == [
            NOON + timedelta(minutes=minute) for minute in reversed(trained)
        ]
        assert {run.outcome for run in store.fetch_runs("ingest", 99)} == {"ok"}
        assert {run.outcome for run in store.fetch_runs("train", 99)} <= {"ok", "skipped"}
        listing = store.fetch_listing()
        assert listing is not None
        assert listing.observed_at == now[0]
        films = store.fetch_movies([entry.tmdb_id for entry in listing.entries])
        assert {film.observed_at for film in films.values()} == {now[0]}
        trained_at = NOON + timedelta(minutes=trained[-1])
        for home in homes:
            assert store.fetch_model_files(trained_at, 2**30) == read_files(
                home.models_dir, trained_at
            )


def test_two_homes_on_one_server(
    mariadb: MariaDb, database: str, tmp_path: Path, tmdb: SimulatedTmdb, now: list[datetime]
) -> None:
    homes = machines([mariadb.url(database)] * 2, tmp_path, tmdb)
    an_hour(homes, tmdb, now, minutes=24)
    check_the_hour(homes, now, minutes=24)


def test_three_homes_at_three_nodes(
    galera: Galera, tmp_path: Path, tmdb: SimulatedTmdb, now: list[datetime]
) -> None:
    name = galera.create_database()
    homes = machines(galera.urls(name), tmp_path, tmdb)
    an_hour(homes, tmdb, now, minutes=36)
    check_the_hour(homes, now, minutes=36)
    tables = galera.nodes[0].execute(f"SHOW TABLES FROM {name}").split()
    listed = ", ".join(f"{name}.{table}" for table in tables)
    checksums = galera.wait_until_alike(f"CHECKSUM TABLE {listed}")
    assert len(tables) > 15
    assert len(set(checksums)) == 1, checksums


def test_an_older_tick_leaves_a_newer_row_of_a_film(store: Store) -> None:
    """Two machines read at 12:00 and at 12:02, and the second was quicker to store it."""

    def tick(minute: int, popularity: float, until: datetime | None = None) -> None:
        at = NOON + timedelta(minutes=minute)
        film = replace(movie(1), popularity=popularity, observed_at=at)
        change = FilmChange(kind="changed", movie=film)
        believed = until or at + timedelta(minutes=5)
        store.save_tick(TickWrite(observed_at=at, changes=(change,), believed_until=believed))

    tick(2, 7.0)
    tick(0, 3.0)
    assert store.fetch_movies([1])[1].popularity == 7.0
    tick(4, 5.0)
    assert store.fetch_movies([1])[1].popularity == 5.0
    tick(90, 1.0)  # by a clock that was wrong
    tick(6, 6.0)
    assert store.fetch_movies([1])[1].popularity == 6.0


def test_the_others_wait_for_a_training_and_then_leave_it_at_that(
    mariadb: MariaDb, database: str, tmp_path: Path, tmdb: SimulatedTmdb, now: list[datetime]
) -> None:
    first, second = machines([mariadb.url(database)] * 2, tmp_path, tmdb)
    options = JobOptions(pings=False, clock=lambda: now[0])
    jobs.ingest(first, ListQuery(), options=options)

    def train(home: Settings, *, force: bool = False) -> str | None:
        report = jobs.train(home, budget=0.01, force=force, options=options)
        assert report is not None
        return report.message

    with open_store(first) as store, ThreadPoolExecutor() as pool:
        store.claims.take("training", home_name(first), 60)
        waiting = pool.submit(train, second)
        assert not store.fetch_trainings(1)
        store.claims.release("training", home_name(first))
        assert waiting.result(60) is None
        tmdb.advance(600)
        jobs.ingest(first, ListQuery(), options=options)
        assert train(first) == f"{home_name(second)} has trained for all of this period"
        assert store.fetch_trainings(2)[0].trained_at == now[0]
        now[0] += timedelta(minutes=1)
        assert train(first, force=True) is None
        assert store.fetch_trainings(2)[0].trained_at == now[0]
        now[0] += timedelta(minutes=14)
        assert train(second) == "nothing has changed since the last training"  # its own word
