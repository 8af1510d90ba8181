"""What the machine refuses ends in a sentence that names the file, in every command."""

import errno
import os
import random
import re
import shutil
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts import clock
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.refusing import ERRORS, noted, noting, refusing
from tests.parts.simulated import TODAY
from tmdbdash.errors import NotReadyError, UsageError
from tmdbdash.job_runner import refuse_impossible_clock
from tmdbdash.storage import open_store
from tmdbdash.system_errors import foreseen

DOCUMENTED = (0, 2, 3, 4, 5, 10, 75)
FILM = "id,title,release_date,popularity,vote_count,vote_average\n7,A Film,2019-01-02,9.5,90,6\n"
COMMANDS = {
    "ingest": ["ingest", "--pages", "1", "--record", "record.jsonl"],
    "import": ["import", "films.csv", "--observed-at", "2026-01-31"],
    "import --dry-run": ["import", "films.csv", "--observed-at", "2026-01-31", "--dry-run"],
    "render": ["render"],
    "predict": ["predict", "--csv", "predictions.csv"],
    "status": ["status"],
    "doctor": ["doctor"],
}
FORMER = (errno.ESTALE, errno.ENOLCK, errno.EMFILE, errno.EBUSY, errno.EIO)
"""Of which the commands that write meet all, and the others some; of the rest each meets one."""
REFUSED = {"ingest": 6, "import": 6}
"""How many of its calls are refused to a command, if not `FEW`."""
FEW = 3


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with some films and a page, and no models."""
    folder = tmp_path_factory.mktemp("faults") / "home"
    folder.mkdir()
    (folder / "films.csv").write_text(FILM + "none,of these\n")
    (folder / ".env").write_text("TMDBDASH_LOCALE=en\n")
    (folder / ".env").chmod(0o600)
    with SimulatedTmdb(films=40, seed=11, untidy=False, today=TODAY) as tmdb:
        home = Home(folder, {
            "PATH": "/usr/bin:/bin", "HOME": str(folder), "TMPDIR": str(folder),
            "TMDBDASH_HOME": str(folder), "TMDB_BASE_URL": tmdb.base_url,
            "TMDB_API_KEY": tmdb.api_key, "TMDB_MAX_RPS": "40",
        })  # fmt: skip
        for command in ("import", "ingest", "render"):
            done = home.run("-q", *COMMANDS[command])
            assert done.returncode in (0, 2), done.stderr
        yield home


@pytest.mark.parametrize("command", COMMANDS)
def test_every_refused_call_of_a_command_is_survived_or_told_with_its_file(
    filled: Home, tmp_path: Path, command: str
) -> None:
    """Each call that the command makes on a file of the home is refused by one error, in turn."""
    notes = tmp_path / "notes"
    usual = filled.run(*COMMANDS[command], env=noting(filled.path, notes))
    assert usual.returncode in DOCUMENTED, usual.stderr
    assert usual.stderr.count("Traceback") == 0
    chance = random.Random(command)
    seen = noted(notes)
    assert len(seen) >= 8, seen
    count = REFUSED.get(command, FEW)
    codes = [*chance.sample(FORMER, count - 1), *chance.sample(ERRORS, 1)]
    for (call, path), code in zip(chance.sample(seen, count), codes, strict=True):
        done = filled.run(*COMMANDS[command], env=refusing(call, path, code))
        said = done.stderr + done.stdout
        what = (call, path, os.strerror(code), said)
        assert done.returncode in DOCUMENTED, what
        assert "Traceback" not in said, what
        if done.returncode != usual.returncode:
            known = re.sub(r"^\.(.+?)(\.[0-9a-f]{8})?(\.old)?\.tmp$", r"\1", Path(path).name)
            assert known in said or str(Path(path).parent) in said, what


@pytest.mark.parametrize("code", ERRORS, ids=os.strerror)
def test_no_error_of_a_system_is_taken_for_a_bug(code: int) -> None:
    told = foreseen(OSError(code, os.strerror(code), "/home/x/state/file"))
    assert isinstance(told, UsageError)
    assert f"/home/x/state/file: {os.strerror(code)}" in str(told)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EBADF, "Bad file descriptor"),
        OSError("no number"),
        ssl.SSLError(1, "a number of OpenSSL's"),
        socket.gaierror(-2, "a number of the resolver's"),
        ValueError("x"),
        RuntimeError("x"),
    ],
    ids=repr,
)
def test_a_bug_stays_one(error: Exception) -> None:
    assert foreseen(error) is None


def test_what_is_foreseen_otherwise() -> None:
    error = NotReadyError("no model")
    assert foreseen(error) is error
    assert "memory" in str(foreseen(MemoryError()))
    assert "threads" in str(foreseen(RuntimeError("can't start new thread")))


def test_a_failed_run_is_recorded_with_the_code_that_it_ended_in(filled: Home) -> None:
    gone = refusing("stat", str(filled.path / "nowhere.csv"), errno.EIO)
    done = filled.run("import", "nowhere.csv", env=gone)
    assert done.returncode == 2
    with open_store(filled.settings()) as store:
        last = store.fetch_last_run("import")
    assert last is not None
    assert (last.outcome, last.exit_code) == ("failed", 2)
    assert "nowhere.csv: Input/output error" in str(last.message)


# Links and folders where a lock has to be


@pytest.fixture
def copy(filled: Home, tmp_path: Path) -> Home:
    folder = tmp_path / "copy"
    shutil.copytree(filled.path, folder)
    return Home(folder, filled.env | {"TMDBDASH_HOME": str(folder), "TMPDIR": str(tmp_path)})


@pytest.mark.parametrize("place", ["state/locks/ingest.lock", "state/locks", "state"])
def test_a_link_in_the_place_of_a_lock_is_named(copy: Home, tmp_path: Path, place: str) -> None:
    path = copy.path / place
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
        (copy.path / "state/locks/schema.lock").unlink(missing_ok=True)
        (tmp_path / "another").write_text("another program's")
    path.symlink_to(tmp_path / "another")
    done = copy.run("import", "films.csv")
    assert done.returncode == 2
    assert f"{path} is a link" in done.stderr
    failed = {c["name"]: c["message"] for c in copy.json("doctor", code=2)["checks"]
              if c["state"] == "fail"}  # fmt: skip
    assert f"{path} is a link" in failed["owner" if place == "state" else "locks"]
    if place.endswith(".lock"):
        assert (tmp_path / "another").read_text() == "another program's"


# Clocks


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        ("1970-01-01T00:00:30+00:00", 2),
        ("1979-12-31T23:59:30+00:00", 2),
        ("2107-12-31T23:59:30+00:00", 2),
        ("2038-01-19T03:14:06+00:00", 0),
        ("2100-02-28T23:59:58+00:00", 0),
    ],
)
def test_models_are_stored_under_any_clock_or_it_is_named(
    copy: Home, moment: str, code: int
) -> None:
    done = copy.run("train", "--model", "linear_regression", env=clock.at(moment))
    assert done.returncode == code, done.stderr
    assert ("this machine's clock says " + moment[:10] in done.stderr) == (code == 2)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("moment", ["1970-01-01T00:00:30+00:00", "2106-02-07T06:28:20+00:00"])
def test_no_library_breaks_under_a_clock_that_is_wrong(copy: Home, moment: str) -> None:
    for command in COMMANDS.values():
        done = copy.run("-q", *command, env=clock.at(moment))
        assert done.returncode in DOCUMENTED, done.stderr
        assert "Traceback" not in done.stderr
        assert "Warning" not in done.stderr


def test_today_is_no_impossible_time() -> None:
    refuse_impossible_clock()
