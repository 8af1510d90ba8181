"""Looking changes nothing: not a name, mode, owner, time or byte, whoever looks and wherever."""

import errno
import json
import os
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.parts import changed
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import PROGRAM, Home
from tests.parts.mariadb import PASSWORD, MariaDb
from tests.parts.refusing import refusing
from tests.parts.simulated import TODAY, connect
from tests.parts.trees import (
    AS_STRANGER,
    STRANGER,
    Tree,
    mounted_read_only,
    need_root,
    need_stranger,
    open_folder,
    tree,
)
from tmdbdash.files import hold_lock
from tmdbdash.storage import open_store

FILM = ["estimate", "--title", "Dune", "--genres", "Drama", "--runtime", "120",
        "--release", "2026-12-18", "--language", "en"]  # fmt: skip
BY_STRANGER = changed.as_user(STRANGER)


@pytest.fixture(scope="module")
def simulated() -> Iterator[SimulatedTmdb]:
    with SimulatedTmdb(films=120, seed=11, untidy=False, today=TODAY) as running:
        yield running


@pytest.fixture(scope="module")
def filled(simulated: SimulatedTmdb) -> Iterator[Path]:
    """A home after its first round: films, models, predictions, a page; every user may read it."""
    with open_folder() as folder:
        env = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "TMDBDASH_HOME": str(folder)}
        home = connect(Home(folder, env), simulated)
        done = home.run("-q", "run")
        assert done.returncode == 0, done.stderr
        for path in [folder, *folder.rglob("*")]:
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        (folder / ".env").unlink()  # it has the key; looking is told the settings otherwise
        yield folder


@pytest.fixture
def place(home: Home, simulated: SimulatedTmdb) -> Iterator[Home]:
    """An empty home that other users can reach, with its settings in the environment."""
    with open_folder() as parent:
        folder = parent / "home"
        folder.mkdir(mode=0o755)
        env = {"TMDB_BASE_URL": simulated.base_url, "TMDB_API_KEY": simulated.api_key}
        yield Home(folder, {**home.env, **env, **changed.FEW_MODELS, "TMDBDASH_HOME": str(folder)})


def fill(place: Home, filled: Path) -> None:
    shutil.copytree(filled, place.path, dirs_exist_ok=True, symlinks=True)


def some_film(place: Home) -> str:
    return str(json.loads((place.path / "out/api/summary.json").read_text())["top"][0]["tmdb_id"])


def looks(place: Home) -> list[tuple[list[str], int]]:
    """Every command that looks, with the exit code that a home with data gives."""
    return [
        (["--help"], 0),
        (["--version"], 0),
        (["status"], 0),
        (["status", "--json"], 0),
        (["doctor"], 0),
        (["ingest", "--dry-run", "--record", str(place.path / "record")], 0),
        (FILM, 0),
        (["predict", "--explain", some_film(place)], 0),
    ]


def check_looking(
    place: Home,
    commands: list[tuple[list[str], int]],
    user: Mapping[str, str] | None = None,
    *,
    folder: Path | None = None,
) -> dict[str, str]:
    """Run the commands; what each printed, by its first word. The folder is the same after each."""
    folder = folder or place.path
    before = tree(folder)
    told = {}
    for arguments, code in commands:
        done = place.run(*arguments, env={"COLUMNS": "300", **(user or {})}, cwd=Path("/"))
        said = done.stdout + done.stderr
        assert done.returncode == code, (arguments, said)
        assert "Traceback" not in said
        assert changes(before, tree(folder)) == {}, arguments
        told[" ".join(arguments[:2])] = said
    return told


def changes(before: Tree, after: Tree) -> dict[str, tuple[object, object]]:
    return {
        name: (before.get(name), after.get(name))
        for name in before.keys() | after.keys()
        if before.get(name) != after.get(name)
    }


def check_serving(place: Home, as_user: tuple[str, ...] = ()) -> None:
    before = tree(place.path)
    with subprocess.Popen(
        [*as_user, str(PROGRAM), "serve", "--port", "0"], env=place.env, cwd="/",
        stdout=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        assert server.stdout is not None
        assert "Serving http://127.0.0.1" in server.stdout.readline()
        server.send_signal(signal.SIGTERM)
    assert changes(before, tree(place.path)) == {}


def test_an_empty_home_stays_empty(place: Home) -> None:
    told = check_looking(
        place,
        [
            (["--help"], 0),
            (["status"], 10),
            (["status", "--json"], 10),
            (["status", "--training", "2026-01-31"], 2),
            (["doctor"], 0),
            (["ingest", "--dry-run"], 0),
            (FILM, 5),
            (["predict", "--explain", "603"], 5),
            (["serve", "--port"], 2),
            (["serve", "--port", "0"], 5),
        ],
        folder=place.path.parent,
    )
    assert list(place.path.iterdir()) == []
    assert "no data yet" in told["status"]
    assert json.loads(told["status --json"])["note"].startswith("no data yet")
    assert "no data yet: the first job makes" in told["doctor"]


def test_a_home_with_data_stays_as_it_is(place: Home, filled: Path) -> None:
    fill(place, filled)
    told = check_looking(place, looks(place))
    assert "fail" not in told["doctor"]
    assert "40 films" in told["doctor"]
    check_serving(place)


def test_a_user_who_may_only_read_sees_everything(place: Home, filled: Path) -> None:
    need_stranger()
    fill(place, filled)
    commands = [(arguments, code) for arguments, code in looks(place) if arguments[0] != "doctor"]
    commands = [look for look in commands if look[0][0] not in ("--help", "--version")]
    told = check_looking(place, [*commands, (["doctor"], 2)], BY_STRANGER)
    assert "belongs to root (uid 0), and this is uid 54321" in told["doctor"]
    assert "this user may only read it" in told["doctor"]
    assert told["doctor"].count("fail ") == 1, "locks, which this user cannot hold"
    check_serving(place, AS_STRANGER)


def test_a_read_only_mount_shows_everything(place: Home, filled: Path) -> None:
    fill(place, filled)
    left_out = ("--help", "--version", "doctor", "estimate")
    commands = [look for look in looks(place) if look[0][0] not in left_out]
    with mounted_read_only(place.path):
        told = check_looking(place, [*commands, (["doctor"], 2)])
        assert "read-only file system" in told["doctor"]
        assert told["doctor"].count("fail ") == 1
        check_serving(place)
        done = place.run("ingest")
        assert done.returncode == 2
        assert "is on a read-only file system, and jobs need" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_folder_that_may_not_be_entered_is_named(place: Home, filled: Path) -> None:
    need_stranger()
    fill(place, filled)
    (place.path / "state").chmod(0o700)
    told = check_looking(place, [(["status"], 4), (["doctor"], 4)], BY_STRANGER)
    for said in told.values():
        assert "Permission denied" in said
        assert "belongs to root (uid 0)" in said


def test_looking_needs_only_select_on_a_server(place: Home, mariadb: MariaDb) -> None:
    name = mariadb.create_database()
    mariadb.execute(
        f"CREATE OR REPLACE USER looker@localhost IDENTIFIED BY '{PASSWORD}';"
        f"GRANT SELECT ON {name}.* TO looker@localhost"
    )
    place.env["DATABASE_URL"] = mariadb.url(name, user="looker")
    told = check_looking(place, [(["status"], 10), (["doctor"], 0), (["ingest", "--dry-run"], 0)])
    assert "the first job makes the tables" in told["doctor"]
    assert mariadb.execute(f"SHOW TABLES FROM {name}") == ""

    owner = {**place.env, "DATABASE_URL": mariadb.url(name)}
    assert place.run("-q", "ingest", env=owner).returncode == 0
    checksums = f"SELECT table_name, update_time, table_rows FROM information_schema.tables " \
        f"WHERE table_schema = '{name}'"  # fmt: skip
    before = mariadb.execute(checksums)
    told = check_looking(place, [(["status"], 0), (["doctor"], 0), (["ingest", "--dry-run"], 0)])
    assert "40 films" in told["doctor"]
    assert mariadb.execute(checksums) == before
    mariadb.execute(f"UPDATE {name}.alembic_version SET version_num = '0004'")
    told = check_looking(place, [(["status"], 4), (["doctor"], 0)])
    assert "is at 0004, and this program reads" in told["status"]
    assert "is at 0004, and this program reads" in told["doctor"]
    mariadb.execute(f"DROP DATABASE {name}; DROP USER looker@localhost")


# Owners


def as_owner(place: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    return place.run(*arguments, env=BY_STRANGER, cwd=Path("/"))


def own(place: Home) -> None:
    os.chown(place.path, STRANGER, STRANGER)


def test_root_who_only_looked_locks_nobody_out(place: Home) -> None:
    need_stranger()
    own(place)
    told = check_looking(place, [(["doctor"], 0), (["status"], 10), (["ingest", "--dry-run"], 0)])
    assert f"belongs to uid {STRANGER}, and this is root (uid 0)" in told["doctor"]
    assert as_owner(place, "-q", "ingest").returncode == 0


@pytest.mark.parametrize("first", [["demo"], ["train"]])
def test_what_root_makes_in_anothers_home_is_the_owners(place: Home, first: list[str]) -> None:
    need_stranger()
    own(place)
    place.run("-q", *first, env=changed.SHORT_DEMO)
    kept = [path for path in (place.path / "state", place.path / "out") if path.exists()]
    assert kept
    below = [path for folder in kept for path in [folder, *folder.rglob("*")]]
    assert {path.lstat().st_uid for path in below} == {STRANGER}
    done = as_owner(place, "-q", "ingest")
    assert (done.returncode, done.stderr) == (0, "")
    assert place.run("-q", "doctor").returncode == 0


def test_files_and_folders_that_root_names_itself_are_the_owners_too(place: Home) -> None:
    need_stranger()
    own(place)
    place.env["DATABASE_URL"] = "sqlite:///films.sqlite3"
    record, site = str(place.path / "record.jsonl"), str(place.path / "site")

    for user in ({}, BY_STRANGER):
        done = place.run("-q", "ingest", "--record", record, env=user, cwd=Path("/"))
        assert (done.returncode, done.stderr) == (0, "")
        done = place.run("-q", "render", "--out", site, env=user, cwd=Path("/"))
        assert done.returncode == 0, done.stderr
    assert {path.lstat().st_uid for path in place.path.rglob("*")} == {STRANGER}


def test_what_is_not_of_the_home_stays_roots(place: Home, tmp_path: Path) -> None:
    """The owner could have put a link there, or a second name of a file."""
    need_root()
    own(place)
    secret, folder = tmp_path / "secret", tmp_path / "folder"
    secret.write_text("root's")
    folder.mkdir()
    (place.path / "state").mkdir(mode=0o700)
    try:
        os.link(secret, place.path / "state" / "linked")
    except OSError:  # pytest's folder is on another file system
        secret = place.path.parent / "secret"
        secret.write_text("root's")
        os.link(secret, place.path / "state" / "linked")
    (place.path / "state" / "link").symlink_to(folder)
    (place.path / "out").symlink_to(folder)
    assert place.run("-q", "run").returncode == 0
    state = place.path / "state"
    below = [state, *(p for p in state.rglob("*") if p.name not in ("link", "linked"))]
    assert {path.lstat().st_uid for path in below} == {STRANGER}
    assert secret.stat().st_uid == 0
    assert {path.lstat().st_uid for path in [folder, *folder.rglob("*")]} == {0}


def test_files_of_others_are_named_with_the_remedy(place: Home, filled: Path) -> None:
    need_stranger()
    fill(place, filled)
    own(place)
    for path in [*place.path.rglob("*")]:
        os.chown(path, STRANGER, STRANGER)
    os.chown(place.path / "state" / "locks" / "ingest.lock", 0, 0)
    (place.path / "state" / "locks" / "ingest.lock").chmod(stat.S_IRUSR | stat.S_IWUSR)
    done = as_owner(place, "ingest")
    assert done.returncode == 2
    assert "ingest.lock belongs to root (uid 0), and this is uid 54321" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    told = check_looking(place, [(["doctor"], 0)], BY_STRANGER)
    assert f"chown -R {STRANGER} {place.path / 'state'}" in told["doctor"]


# Locks

CODES = ("ENOLCK", "ENOSYS", "EOPNOTSUPP", "EIO", "EPERM", "ESTALE", "EINVAL")


def refused(code: str) -> dict[str, str]:
    """The environment of a run to which every lock is refused with that error."""
    return refusing("flock", None, getattr(errno, code))


@pytest.mark.parametrize("code", CODES)
def test_refused_locks_are_one_sentence(place: Home, code: str) -> None:
    done = place.run("-q", "ingest", env=refused(code))
    assert done.returncode == 2
    assert "refuses locks" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert [path.name for path in (place.path / "state").iterdir()] == ["locks"]


@pytest.mark.parametrize(
    "command", [["import", "films.csv"], ["train"], ["predict"], ["render"], ["run"], ["demo"]]
)
def test_every_job_says_it(place: Home, command: list[str]) -> None:
    (place.path / "films.csv").write_text("id,title\n1,One\n")
    done = place.run(*command, "--json", env=refused("ENOSYS"))
    assert done.returncode == 2
    error = json.loads(done.stdout)["error"]
    assert error["code"] == 2
    assert "refuses locks (Function not implemented)" in error["message"]
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("with_data", [False, True])
@pytest.mark.parametrize("code", ["ENOLCK", "ENOSYS"])
def test_doctor_says_it_and_goes_on(place: Home, filled: Path, code: str, with_data: bool) -> None:
    if with_data:
        fill(place, filled)
    place.env |= refused(code)
    status = (["status"], 0 if with_data else 10)
    told = check_looking(place, [(["doctor", "--json"], 2), status])
    checks = {c["name"]: c for c in json.loads(told["doctor --json"])["checks"]}
    assert [name for name, c in checks.items() if c["state"] == "fail"] == ["locks"]
    assert "refuses locks" in checks["locks"]["message"]
    assert {"disk", "clock"} <= checks.keys()


def test_doctor_in_the_middle_of_a_job_is_no_hindrance(place: Home) -> None:
    """It takes no lock that a job would step back from, and finds those that are held working."""
    settings = place.settings()
    open_store(settings).close()
    with hold_lock(settings.state_dir / "locks", "schema"):
        told = check_looking(place, [(["doctor"], 0)])
    assert "can be held in" in told["doctor"]
