"""Homes that are made once a run of the tests, whoever asks first, and copied for every other.

A test that only begins with a trained home or a published page asks for a copy of one:
``prepared.copy(trained, home)``, where ``trained`` is a function that makes one in an empty home.
What a test is about (a training, a tick, a render) it does itself.
"""

import fcntl
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.parts.home import Home
from tests.parts.mariadb import MariaDb, program
from tmdbdash.storage import Store, open_store

Recipe = Callable[[Home], object]


@dataclass
class Prepared:
    """Where they are kept: a folder that all test processes of this run share."""

    folder: Path
    request: pytest.FixtureRequest

    def copy(self, recipe: Recipe, home: Home) -> Home:
        """``home``, an empty one, as the recipe makes it; its environment is left as it is.

        On MariaDB its database, empty too, gets the tables. Links to the simulated TMDB that made
        it do not work any more: `connect` makes new ones.
        """
        url = home.env.get("DATABASE_URL", "")
        on_server = url.startswith("mysql")
        name = f"{recipe.__module__}.{recipe.__qualname__}" + ("-mariadb" if on_server else "")
        made = self.folder / name
        with _alone(self.folder / f"{name}.lock"):
            if not (made / "whole").exists():
                shutil.rmtree(made, ignore_errors=True)
                self._make(recipe, made, on_server=on_server)
                (made / "whole").touch()
        shutil.copytree(made / "home", home.path, symlinks=True, dirs_exist_ok=True)
        (home.path / "state" / "home-id").unlink(missing_ok=True)  # it is a home of its own
        if on_server:
            server: MariaDb = self.request.getfixturevalue("mariadb")
            server.execute(
                f"USE {urlsplit(url).path.strip('/')}; "
                + (made / "dump.sql").read_text(encoding="utf-8")
            )
        return home

    def _make(self, recipe: Recipe, made: Path, *, on_server: bool) -> None:
        folder = made / "home"
        folder.mkdir(parents=True)
        env = {"PATH": "/usr/bin:/bin", "HOME": str(made), "TMDBDASH_HOME": str(folder)}
        if not on_server:
            url = f"sqlite:///{folder / 'state' / 'tmdbdash.sqlite3'}"
            recipe(Home(folder, env | {"DATABASE_URL": url}))
            return
        server: MariaDb = self.request.getfixturevalue("mariadb")
        database = server.create_database()
        recipe(Home(folder, env | {"DATABASE_URL": server.url(database)}))
        dump = subprocess.run(
            [program("mariadb-dump", "mysqldump"), "--no-defaults", "-uroot",
             f"-S{server.socket}", "--hex-blob", "--skip-lock-tables", "--skip-add-locks",
             "--skip-add-drop-table", "--skip-disable-keys", database],
            capture_output=True, check=True, timeout=60,
        )  # fmt: skip
        (made / "dump.sql").write_bytes(dump.stdout)
        server.drop_database(database)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def with_tables(home: Home) -> None:
    """A recipe: a database whose tables are empty."""
    with open_store(home.settings()):
        pass


@pytest.fixture
def prepared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(request.config, "workerinput") else base) / "prepared"
    folder.mkdir(exist_ok=True)
    return Prepared(folder, request)


@pytest.fixture
def store(engine_home: Home, prepared: Prepared) -> Iterator[Store]:
    """The store of an empty database, open: once on SQLite and once on MariaDB."""
    with open_store(prepared.copy(with_tables, engine_home).settings()) as opened:
        yield opened
