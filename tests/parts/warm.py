"""The program started from a process that has its libraries loaded: seconds a run are saved.

``python -m tests.parts.warm`` imports what the jobs import, makes what every run would make anew
(the commands, a page, an empty database) and then forks for each run that it is asked for over a
socket. All test processes of a run share it. The child takes over the streams, the environment and
the folder that it is given and calls the function that the console script calls, so it is a process
of its own with an exit code of its own. What depends on how a process starts (its locale, its
streams, signals, the script itself) is tested with the script.
"""

import contextlib
import functools
import gc
import io
import json
import logging
import os
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.parts import lean

ROOT = Path(__file__).resolve().parents[2]
OF_THE_START = ("PYTHON", "LANG", "LC_", "TZ", "OMP_", "OPENBLAS_", "MALLOC", "LD_")
"""Variables that are read while a process starts: who sets one wants a process from scratch."""
ALONE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""A process whose libraries have started threads cannot be forked safely."""
LIBRARIES = (
    "tmdbdash.cli", "tmdbdash.commands.reading", "tmdbdash.commands.writing", "tmdbdash.job_runner",
    "tmdbdash.storage", "tmdbdash.learning.jobs.train", "tmdbdash.learning.jobs.predict",
    "tmdbdash.learning.jobs.forecast", "tmdbdash.learning.jobs.estimate", "tmdbdash.report",
    "tmdbdash.importing.importer", "tmdbdash.ingest.ticking", "tmdbdash.tmdb.client",
    "tmdbdash.status", "tmdbdash.doctor", "tmdbdash.demo", "tmdbdash.simulation",
    "tmdbdash.terminal.job_tables", "rich.console", "rich.table", "alembic.command",
    "sqlalchemy.dialects.sqlite", "pymysql",
    "encodings.cp437", "tmdbdash.report.feed.events", "tmdbdash.report.films.film_files",
)  # fmt: skip
"""What the jobs import; of Python's own also what a run by another user may not reach later."""


class WarmProgram:
    """A connection to the parent of the runs, which the first test process that wants one starts.

    The parent ends with the last of its connections. Its address is a name that Linux forgets with
    it, so that nothing is left in any folder.
    """

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def run(
        self, arguments: Sequence[str], env: Mapping[str, str], cwd: Path, timeout: float
    ) -> "subprocess.CompletedProcess[str]":
        """As `subprocess.run` with captured texts; raises its `TimeoutExpired`."""
        return self.start(arguments, env, cwd).wait(timeout)

    def start(self, arguments: Sequence[str], env: Mapping[str, str], cwd: Path) -> "WarmRun":
        """A run that goes on while the caller does."""
        run = {"arguments": list(arguments), "env": dict(env), "cwd": str(cwd)}
        asked = json.dumps(run)
        ends = [os.pipe() for _ in range(2)]
        answered, answer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        handed = [ends[0][1], ends[1][1], answer.fileno()]
        try:
            self._ask(asked.encode(), handed)
        finally:
            for descriptor in handed[:2]:
                os.close(descriptor)
            answer.close()
        return WarmRun(list(arguments), [end[0] for end in ends], answered)

    def _ask(self, asked: bytes, descriptors: list[int]) -> None:
        if self._socket is None:
            self._socket = self._connect()
        try:
            socket.send_fds(self._socket, [asked], descriptors)
        except OSError:  # the parent is gone: another one
            self._socket = self._connect()
            socket.send_fds(self._socket, [asked], descriptors)

    def _connect(self) -> socket.socket:
        """A connection to the parent, which is started where nobody listens at its address."""
        run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
        address = f"\0tmdbdash-tests-{run}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
            with contextlib.suppress(OSError):  # another test process was first
                listening.bind(address)
                listening.listen(64)
                self._process = subprocess.Popen(
                    [sys.executable, "-m", __name__, str(listening.fileno())],
                    cwd=ROOT,
                    env={**ALONE, "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
                    stdin=subprocess.DEVNULL,
                    pass_fds=[listening.fileno()],
                )
            connected = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            connected.connect(address)
            return connected

    def stop(self) -> None:
        """Leave the parent; wait for its end where this is the last connection."""
        if self._socket is None:
            return
        with contextlib.closing(self._socket), contextlib.suppress(OSError):
            self._socket.settimeout(30)
            self._socket.shutdown(socket.SHUT_WR)
            self._socket.recv(1)
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):  # others are still connected
                self._process.wait(1)


class WarmRun:
    """A run under way: ``pid`` is its process's."""

    def __init__(self, arguments: list[str], ends: list[int], answered: socket.socket) -> None:
        self._arguments = arguments
        self._answered = answered
        self._texts = [b"", b""]
        self._readers = [
            threading.Thread(target=self._read, args=(n, end), daemon=True)
            for n, end in enumerate(ends)
        ]
        for reader in self._readers:
            reader.start()
        answered.settimeout(300)  # the first has to wait for the libraries, on a busy machine
        said = answered.recv(32)
        if not said:
            raise RuntimeError("the process that runs fork off from has died: see its stderr")
        self.pid = int(said)

    def _read(self, number: int, end: int) -> None:
        with os.fdopen(end, "rb") as opened:
            self._texts[number] = opened.read()

    def wait(self, timeout: float) -> "subprocess.CompletedProcess[str]":
        """What it came to; killed, and `TimeoutExpired`, where it takes longer."""
        with contextlib.closing(self._answered):
            self._answered.settimeout(timeout)
            try:
                code = int(self._answered.recv(32))
            except TimeoutError:
                os.kill(self.pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(self._arguments, timeout) from None
        for reader in self._readers:
            reader.join(10)
        out, err = (text.decode() for text in self._texts)
        return subprocess.CompletedProcess(self._arguments, code, out, err)


def serve(listening: socket.socket) -> list[socket.socket]:
    """Fork for every run that is asked for, until no connection is left; what there were.

    The last of them is closed by the end of the process, for which the other side waits.
    """
    import importlib

    gc.disable()  # while all that is made stays
    for library in LIBRARIES:
        importlib.import_module(library)
    lean.install()
    _warm_page()
    _warm_commands()
    # What is loaded stays: a child that looks through it for garbage would copy all its pages.
    gc.collect()
    gc.freeze()
    gc.enable()
    assert threading.active_count() == 1, "a process with threads cannot be forked safely"
    connections: list[socket.socket] = []
    with selectors.DefaultSelector() as waiting:
        waiting.register(listening, selectors.EVENT_READ)
        while len(waiting.get_map()) > 1 or not connections:
            for key, _ in waiting.select():
                if key.fileobj is listening:
                    connections.append(listening.accept()[0])
                    waiting.register(connections[-1], selectors.EVENT_READ)
                elif isinstance(key.fileobj, socket.socket):
                    message, descriptors, _, _ = socket.recv_fds(key.fileobj, 1 << 20, 3)
                    if message:
                        _begin(waiting, message, *descriptors)
                    else:
                        waiting.unregister(key.fileobj)
                        if len(waiting.get_map()) > 1:
                            key.fileobj.close()
                else:
                    _end(waiting, key)
    return connections


def _begin(
    waiting: selectors.BaseSelector, message: bytes, out: int, err: int, answer: int
) -> None:
    """Fork; say the number of the run's process, and wait for its end beside other runs."""
    pid = os.fork()
    if pid == 0:
        _become(json.loads(message), out, err)
    os.close(out)
    os.close(err)
    _tell(answer, pid)
    waiting.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, answer))


def _end(waiting: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    """Say how a run ended."""
    pid, answer = key.data
    waiting.unregister(key.fileobj)
    os.close(key.fd)
    _, status = os.waitpid(pid, 0)
    _tell(answer, os.waitstatus_to_exitcode(status))
    os.close(answer)


def _tell(answer: int, number: int) -> None:
    with contextlib.suppress(OSError):  # nobody waits for this run any more
        os.write(answer, str(number).encode())


def _warm_commands() -> None:
    """Build the commands, and look at an empty home, which compiles what reads the database."""
    import typer.main

    from tmdbdash.cli import app

    vars(typer.main)["get_command"] = functools.cache(typer.main.get_command)
    root = logging.getLogger()
    before = root.handlers[:], root.level
    with tempfile.TemporaryDirectory() as folder:
        for command in ("status", "doctor"):
            with (
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.redirect_stderr(io.StringIO()),
                contextlib.suppress(Exception),
            ):
                app(["-q", "--home", folder, command, "--json"], standalone_mode=False)
    root.handlers[:], level = before
    root.setLevel(level)


def _warm_page() -> None:
    """Make a page, which reads the templates and the words: no run has to compile them again."""
    from tests.parts import sample_rows as sample
    from tests.parts.rendered import render
    from tmdbdash.report.panels.dashboard import build_dashboard
    from tmdbdash.report.query.page_queries import Rows
    from tmdbdash.settings import load_settings

    with tempfile.TemporaryDirectory() as folder:
        for rows in (Rows(), sample.rows()):
            render(build_dashboard(rows, load_settings(Path(folder)), sample.NOW))


def _become(asked: dict[str, object], out: int, err: int) -> None:
    from tmdbdash.program import main

    code = 1
    try:
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.closerange(3, 256)
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            stream = os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False)
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
        os.environ.clear()
        os.environ.update(asked["env"])  # type: ignore[call-overload]  # JSON: names and texts
        os.chdir(str(asked["cwd"]))
        script = str(Path(sys.executable).with_name("tmdbdash"))
        sys.argv = [script, *asked["arguments"]]  # type: ignore[misc]  # JSON: a list of texts
        _changed_world()
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:  # noqa: BLE001  it is shown, and ends in a code, as a script's would
        traceback.print_exc()
    finally:
        try:
            threading._shutdown()  # type: ignore[attr-defined]  # as the interpreter does at its end
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError):
            pass
        finally:  # whatever comes: a run that returned would go on as a second server
            os._exit(code)


def _changed_world() -> None:
    """What the environment says of the run's machine: refused calls, another time or user."""
    from tests.parts import changed, clock, patience, refusing

    if described := os.environ.get(refusing.VARIABLE):
        refusing.install(described)
    if moment := os.environ.get(clock.VARIABLE):
        clock.install(moment)
    if seconds := os.environ.get(patience.VARIABLE):
        patience.install(seconds)
    changed.install(os.environ)


def is_plain(env: Mapping[str, str]) -> bool:
    """Whether nothing in an environment matters to how a process starts."""
    return not any(name.startswith(OF_THE_START) for name in env)


if __name__ == "__main__":
    connections = serve(socket.socket(fileno=int(sys.argv[1])))
