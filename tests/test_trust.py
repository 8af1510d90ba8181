"""A `state/` or an `.env` that others may change is refused; what is usual is not."""

import grp
import os
import pwd
import shutil
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.parts.home import Home
from tests.parts.trees import AS_STRANGER, STRANGER, need_root, need_stranger, open_folder
from tmdbdash import ownership, trust
from tmdbdash.errors import UsageError
from tmdbdash.files import PUBLIC, set_mode, write_atomic
from tmdbdash.trust import refuse_open_state, refuse_state_of_another, refuse_unsafe_env

FILM = "id,title,popularity\n7,A Film,9.5\n"
COMMANDS = (
    ["status"], ["render"], ["train"], ["predict"], ["doctor"], ["demo"],
    ["import", "films.csv", "--observed-at", "2026-01-31"],
    ["import", "films.csv", "--dry-run"],
)  # fmt: skip


@pytest.fixture
def place(home: Home) -> Iterator[Home]:
    """A home that every user can reach."""
    with open_folder() as folder:
        (folder / "films.csv").write_text(FILM)
        env = {**home.env, "TMDBDASH_HOME": str(folder), "TMDB_BASE_URL": "http://127.0.0.1:9"}
        yield Home(folder, env)


@pytest.fixture
def state(place: Home) -> Path:
    folder = place.path / "state"
    folder.mkdir(mode=0o700)
    return folder


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_state_that_everybody_may_write_to_is_refused(
    place: Home, state: Path, command: list[str]
) -> None:
    state.chmod(0o1777)
    before = state.stat()
    done = place.run(*command, cwd=place.path, env={"COLUMNS": "300"})
    assert done.returncode == 2, done.stderr
    said = done.stderr if command != ["doctor"] else done.stdout
    assert f"everybody may write to {state}" in said
    assert f"chmod 700 {state}" in said
    if command != ["doctor"]:
        assert len(done.stderr.splitlines()) == 1
    assert list(state.iterdir()) == []
    assert (state.stat().st_mode, state.stat().st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    state.chmod(0o755)
    assert place.run("status").returncode == 10


def group(members: list[str], gid: int = 4242) -> SimpleNamespace:
    return SimpleNamespace(gr_name="films", gr_gid=gid, gr_mem=members)


def user(name: str, uid: int, gid: int) -> SimpleNamespace:
    return SimpleNamespace(pw_name=name, pw_uid=uid, pw_gid=gid)


@pytest.mark.parametrize(
    ("users", "members", "refused"),
    [
        ([user("me", os.geteuid(), 4242)], [], False),
        ([user("me", os.geteuid(), 1), user("root", 0, 0)], ["me", "root"], False),
        ([user("me", os.geteuid(), 4242), user("other", 77, 4242)], [], True),
        ([user("me", os.geteuid(), 1), user("other", 77, 1)], ["me", "other"], True),
    ],
)
def test_a_group_counts_where_others_are_in_it(
    state: Path,
    monkeypatch: pytest.MonkeyPatch,
    users: list[SimpleNamespace],
    members: list[str],
    refused: bool,
) -> None:
    monkeypatch.setattr(grp, "getgrgid", lambda _: group(members))
    monkeypatch.setattr(pwd, "getpwall", lambda: users)
    need_root()
    os.chown(state, -1, 4242)
    state.chmod(0o2770)
    if refused:
        with pytest.raises(UsageError, match="the group films may write to"):
            refuse_open_state(state)
    else:
        refuse_open_state(state)


def test_a_group_that_nobody_knows_is_a_volumes(state: Path) -> None:
    """As a cluster gives one to the folders that it mounts."""
    need_root()
    for gid in (987_654, 0):
        os.chown(state, -1, gid)
        state.chmod(0o2775)
        refuse_open_state(state)


def test_where_modes_say_nothing_they_are_not_looked_at(
    state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk of Windows shows everything as everybody's."""
    state.chmod(0o777)
    real = os.fstat

    def without_modes(descriptor: int) -> os.stat_result:
        mode, *others = real(descriptor)
        return os.stat_result([int(mode) | 0o777, *others])

    monkeypatch.setattr(os, "fstat", without_modes)
    refuse_open_state(state)
    assert list(state.iterdir()) == []


def test_a_state_of_another_user_is_refused_to_jobs(place: Home, state: Path) -> None:
    need_root()
    os.chown(state, STRANGER, STRANGER)
    for command in (["render"], ["import", "films.csv"], ["train"], ["demo"]):
        done = place.run(*command, cwd=place.path)
        assert done.returncode == 2
        assert f"{state} belongs to uid {STRANGER}" in done.stderr
        assert f"chown -R {os.geteuid()} {state}" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    failed = [c for c in place.json("doctor", code=2)["checks"] if c["state"] == "fail"]
    assert f"{state} belongs to uid {STRANGER}" in failed[0]["message"]
    assert list(state.iterdir()) == []
    assert place.run("status").returncode == 10, "to look is no danger"


def test_in_the_home_of_another_root_works_for_its_owner(place: Home, state: Path) -> None:
    """As in a container that a folder of the machine is mounted into."""
    need_root()
    for path in (place.path, state):
        os.chown(path, STRANGER, STRANGER)
    assert place.run("-q", "render").returncode == 5
    assert state.stat().st_uid == STRANGER


@pytest.mark.parametrize(
    ("me", "owner", "home_owner", "refused"),
    [
        (1000, 1000, 1000, False),
        (1000, 0, 0, False),
        (1000, 0, 1000, False),
        (1000, 1001, 1000, True),
        (1000, 1001, 1001, True),
        (0, 1001, 1001, False),
        (0, 1001, 1000, True),
        (0, 1001, 0, True),
        (None, 1001, 0, False),
    ],
)
def test_who_is_trusted(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    me: int | None,
    owner: int,
    home_owner: int,
    refused: bool,
) -> None:
    need_root()
    state = tmp_path / "state"
    state.mkdir()
    os.chown(state, owner, -1)
    os.chown(tmp_path, home_owner, -1)
    for module in (trust, ownership):
        monkeypatch.setattr(module, "own_uid", lambda: me)
    if refused:
        with pytest.raises(UsageError, match="belongs to"):
            refuse_state_of_another(state, tmp_path)
    else:
        refuse_state_of_another(state, tmp_path)


# .env


def make(kind: str, path: Path) -> None:
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(str(path))
    elif kind == "device":
        path.symlink_to("/dev/zero")
    elif kind == "nowhere":
        path.symlink_to("gone")
    else:
        path.symlink_to(path.name)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("folder", "is a folder, and has to be a file"),
        ("pipe", "is a pipe, and has to be a file"),
        ("socket", "is a socket, and has to be a file"),
        ("device", "is a device, and has to be a file"),
        ("nowhere", "is a link that leads nowhere"),
        ("circle", "is a link that leads in a circle"),
    ],
)
def test_an_env_that_is_no_file_is_refused_at_once(place: Home, kind: str, said: str) -> None:
    make(kind, place.path / ".env")
    done = place.run("status", timeout=20)
    assert done.returncode == 2
    assert f"{place.path / '.env'} {said}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_env_that_others_may_write_to_is_refused(place: Home) -> None:
    file = place.path / ".env"
    file.write_text("TMDBDASH_LOCALE=pt-BR\n")
    file.chmod(0o666)
    done = place.run("status")
    assert done.returncode == 2
    assert f"everybody may write to {file}, and so change every setting: chmod 600" in done.stderr
    for mode in (0o600, 0o644, 0o400):
        file.chmod(mode)
        assert place.run("status").returncode == 10


def test_an_env_of_another_is_refused_but_not_that_of_the_homes_owner(place: Home) -> None:
    need_root()
    file = place.path / ".env"
    file.write_text("TMDBDASH_LOCALE=pt-BR\n")
    os.chown(file, STRANGER, STRANGER)
    with pytest.raises(UsageError, match=f"belongs to uid {STRANGER}, who may change"):
        refuse_unsafe_env(file, place.path)
    os.chown(place.path, STRANGER, STRANGER)
    refuse_unsafe_env(file, place.path)


def test_an_env_that_is_mounted_through_links_is_read(place: Home) -> None:
    folder = place.path / "..data"
    folder.mkdir()
    (folder / "env").write_text("TMDBDASH_LOCALE=none\n")
    (place.path / ".env").symlink_to("..data/env")
    assert "TMDBDASH_LOCALE" in place.run("status").stderr


def test_a_pipe_in_the_place_of_the_page_is_not_waited_for(place: Home) -> None:
    out = place.path / "out"
    out.mkdir()
    os.mkfifo(out / "index.html")
    done = place.run("render", timeout=20)
    assert done.returncode == 2
    assert f"{out / 'index.html'} cannot be read (it is a pipe, not a file)" in done.stderr


# Links


def test_modes_are_never_changed_through_a_link(place: Home, tmp_path: Path) -> None:
    """Of files, of folders, and of times too."""
    assert place.run("-q", "import", "films.csv", "--observed-at", "2026-01-31",
                     cwd=place.path).returncode == 0  # fmt: skip
    assert place.run("-q", "render").returncode == 0
    out = place.path / "out"
    aside = tmp_path / "aside"
    shutil.move(out / "assets", aside)
    (out / "assets").symlink_to(aside)
    private = tmp_path / "private"
    shutil.move(out / "vercel.json", private)
    (out / "vercel.json").symlink_to(private)
    aside.chmod(0o700)
    private.chmod(0o600)
    for path in aside.iterdir():
        path.chmod(0o600)
        shutil.move(path, tmp_path / path.name)
        path.symlink_to(tmp_path / path.name)
    linked = list(aside.iterdir())
    assert place.run("-q", "render").returncode == 0
    assert stat.S_IMODE(aside.stat().st_mode) == 0o700
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert {stat.S_IMODE(p.stat().st_mode) for p in linked} == {0o600}


def test_a_mode_is_set_where_no_link_is(tmp_path: Path) -> None:
    path = tmp_path / "page"
    write_atomic(path, b"x", mode=0o600)
    (tmp_path / "link").symlink_to(path)
    set_mode(tmp_path / "link", PUBLIC, 0o444)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not write_atomic(path, b"x")
    assert stat.S_IMODE(path.stat().st_mode) == PUBLIC


def test_as_another_user_a_state_of_a_third_is_refused(place: Home, state: Path) -> None:
    need_stranger()
    for path, owner in ((place.path, STRANGER), (state, STRANGER - 1)):
        os.chown(path, owner, owner)
    state.chmod(0o777)
    told = place.script("render", before=AS_STRANGER, cwd=Path("/"))
    assert told.returncode == 2
    assert f"everybody may write to {state}" in told.stderr
