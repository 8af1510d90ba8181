"""Heavy libraries stay out of the processes that cron starts every two minutes."""

import subprocess
import sys

from tests.parts.home import Home
from tests.parts.prepared import Prepared
from tests.parts.trained import of_sixty_films

LIST_MODULES = """
import sys
from tmdbdash.program import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    assert ended.code == 0, ended.code
loaded = {name.partition(".")[0] for name in sys.modules}
print("MODULES", *sorted(loaded))
"""
HEAVY = {"pandas", "numpy", "scipy", "sklearn", "skops", "joblib"}


def modules_of(home: Home, *arguments: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", LIST_MODULES, *arguments],
        env=home.env,
        cwd=home.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("MODULES ")[2].split())


def test_help_loads_next_to_nothing(home: Home) -> None:
    loaded = modules_of(home, "--help")
    assert not loaded & (
        HEAVY | {"requests", "sqlalchemy", "alembic", "pydantic", "jinja2", "rich"}
    )


def test_a_frequent_command_loads_no_heavy_library(connected_home: Home) -> None:
    connected_home.run("-q", "ingest")  # the schema is there from now on
    for command in ("ingest", "render", "status"):
        loaded = modules_of(connected_home, "-q", command)
        assert not loaded & HEAVY
        assert not loaded & {"alembic", "pymysql"}
        if command != "ingest":
            assert "requests" not in loaded
        if command != "render":
            assert "jinja2" not in loaded


def test_jobs_with_nothing_new_load_neither_pandas_nor_scikit_learn(
    connected_home: Home, prepared: Prepared
) -> None:
    home = prepared.copy(of_sixty_films, connected_home)
    learning = HEAVY - {"numpy"}
    assert modules_of(home, "-q", "predict") & learning  # the first since that training
    for command in (("train",), ("predict",), ("predict", "--limit", "0", "--sort", "title")):
        assert not modules_of(home, "-q", *command) & learning
