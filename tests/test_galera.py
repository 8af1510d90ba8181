"""Three nodes of a cluster that all accept writes, and a home of its own at each of them."""

import multiprocessing
from pathlib import Path

from pydantic import SecretStr

from tests.parts.galera import Galera
from tests.parts.home import Home
from tmdbdash.settings import load_settings
from tmdbdash.storage import open_store
from tmdbdash.storage.schema import HEAD

ROUNDS = 2


def homes_at(urls: list[str], folder: Path) -> list[Home]:
    """A home for each of these databases."""
    found = []
    for number, url in enumerate(urls):
        path = folder / f"home-{number}"
        path.mkdir(parents=True)
        found.append(Home(path, {"DATABASE_URL": url}))
    return found


def open_at_once(homes: list[Home]) -> list[int | None]:
    """Exit codes of processes that all open their home's store now."""
    forking = multiprocessing.get_context("fork")
    gate = forking.Barrier(len(homes))

    def work(home: Home) -> None:
        url = SecretStr(home.env["DATABASE_URL"])
        settings = load_settings(home.path).model_copy(update={"database_url": url})
        gate.wait(30)
        open_store(settings).close()

    processes = [forking.Process(target=work, args=(home,)) for home in homes]
    for process in processes:
        process.start()
    for process in processes:
        process.join(90)
    return [process.exitcode for process in processes]


def test_the_first_schema_is_made_once_where_all_nodes_are_asked_for_it(
    galera: Galera, tmp_path: Path
) -> None:
    for number in range(ROUNDS):
        name = galera.create_database()
        homes = homes_at(galera.urls(name), tmp_path / str(number))
        assert open_at_once(homes) == [0, 0, 0]
        versions = galera.wait_until_alike(f"SELECT * FROM {name}.alembic_version")
        assert versions == [f"{HEAD}\n"] * 3
        (installation,) = set(galera.wait_until_alike(f"SELECT id FROM {name}.installation"))
        assert len(installation.split()) == 1
        assert galera.wait_until_alike(f"SELECT * FROM {name}.claims") == ["", "", ""]


def test_an_older_schema_is_brought_up_once(galera: Galera, tmp_path: Path) -> None:
    name = galera.create_database()
    homes = homes_at(galera.urls(name), tmp_path)
    assert open_at_once(homes[:1]) == [0]
    for statement in (
        "ALTER TABLE installation DROP INDEX ux_installation_single",
        "ALTER TABLE installation DROP COLUMN single",
        "DROP TABLE model_files",
        "DROP TABLE claims",
        "CREATE TABLE schema_gate (id INT PRIMARY KEY)",
        "INSERT INTO installation VALUES ('another')",
        "UPDATE alembic_version SET version_num = '0006'",
        "INSERT INTO alembic_version VALUES ('0001')",  # what programs of before left
    ):
        galera.nodes[0].execute(f"USE {name}; {statement}")
    galera.wait_until_alike("SELECT 1")
    assert open_at_once(homes) == [0, 0, 0]
    assert galera.wait_until_alike(f"SELECT * FROM {name}.alembic_version") == [f"{HEAD}\n"] * 3
    (installation,) = set(galera.wait_until_alike(f"SELECT id FROM {name}.installation"))
    assert len(installation.split()) == 1
    assert "schema_gate" not in galera.nodes[2].execute(f"SHOW TABLES FROM {name}")
