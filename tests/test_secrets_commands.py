"""No command shows a malformed secret, in any form of its log."""

import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.malformed import KINDS, PASSWORDS, leaks
from tests.parts.patience import patience
from tests.parts.simulated import connect
from tests.test_secrets import everything_in


@dataclass
class Monitor:
    """A ping server that keeps all that it is sent."""

    url: str
    seen: list[str]


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(f"{self.requestline}\n{self.headers}")
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Monitor(f"http://127.0.0.1:{server.server_port}/ping-of-mine", seen)
        server.shutdown()


def command_lines(home: Home) -> dict[str, list[str]]:
    films = home.path / "films.csv"
    films.write_text("id,title,popularity\n7,A Film,3.5\n")
    film = ["--title", "X", "--genres", "Drama", "--runtime", "90", "--language", "en"]
    return {
        "ingest": ["ingest"],
        "import": ["import", str(films)],
        "train": ["train"],
        "predict": ["predict"],
        "estimate": ["estimate", *film, "--release", "2026-12-18"],
        "render": ["render"],
        "run": ["run"],
        "serve": ["serve", "--out", str(home.path / "nothing")],
        "status": ["status"],
        "doctor": ["doctor"],
    }


COMMANDS = (
    *("ingest", "import", "train", "predict", "estimate"),
    *("render", "run", "serve", "status", "doctor"),
)
FORMS = ((), ("-v",), ("-q",), ("-v", "--log-json"))


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_shows_a_malformed_secret_in_any_form_of_log(
    home: Home, tmdb: SimulatedTmdb, monitor: Monitor, command: str
) -> None:
    connect(home, tmdb, TMDBDASH_PING_URL=monitor.url, TMDBDASH_INGEST_MINUTES="0.1")
    chance = random.Random(command)
    arguments = command_lines(home)[command]
    for name in chance.sample(sorted(KINDS), 2):
        value = chance.choice(KINDS[name]).replace("{}", chance.choice(PASSWORDS))
        given = [*chance.choice(FORMS), *arguments, *chance.choice(([], ["--json"]))]
        done = home.run(*given, env={name: value, **patience(0.2)})
        said = f"{given} with {name}={value!r}: {done.stdout}{done.stderr}"
        assert done.returncode in (0, 2, 3, 4, 5, 10), said
        assert not leaks(done.stdout + done.stderr), said
        assert "Traceback" not in done.stderr, said
        assert not leaks(everything_in(home.path).decode("latin-1")), said
    assert not leaks("\n".join(monitor.seen))
    assert tmdb.api_key not in "\n".join(monitor.seen)
