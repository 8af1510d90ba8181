"""Under any fault, no secret in any output, log, file or table."""

from pathlib import Path

import pytest

from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.patience import patience
from tests.parts.simulated import connect

PING = "https://127.0.0.1:9/ping-uuid-of-mine"
PASSWORD = "data-base-pass"


def everything_in(folder: Path) -> bytes:
    return b"".join(
        path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".env"
    )


FAULTS = {
    "none": {},
    "refused": {"kind": "status", "status": 401},
    "server error": {"kind": "status", "status": 500},
    "too many": {"kind": "status", "status": 429, "retry_after": "99999"},
    "dropped": {"kind": "drop"},
    "truncated": {"kind": "truncate"},
    "a portal": {"kind": "garbage"},
    "an array": {"kind": "not_a_dict"},
    "redirected": {"kind": "redirect"},
    "slow": {"kind": "slow", "seconds": 60.0},
    "not found": {"kind": "status", "status": 404},
}


@pytest.mark.parametrize(
    ("form", "faults"),
    [("v3", tuple(FAULTS)), ("v4", ("none", "refused", "dropped", "redirected"))],
)
def test_no_fault_of_tmdb_shows_a_secret(
    home: Home, tmdb: SimulatedTmdb, form: str, faults: tuple[str, ...]
) -> None:
    key = tmdb.api_key if form == "v3" else tmdb.token
    connect(home, tmdb, TMDB_API_KEY=key, TMDBDASH_PING_URL=PING, TMDBDASH_INGEST_MINUTES="0.05")
    for fault in faults:
        tmdb.faults.clear()
        if FAULTS[fault]:
            tmdb.faults.add("/", **FAULTS[fault])  # type: ignore[arg-type]  # arguments by name
        tmdb.forget()
        shown = ""
        for command in (["-v", "--log-json", "ingest", "--json"], ["-v", "doctor"]):
            done = home.run(*command, env=patience(0.2))
            shown += done.stdout + done.stderr
            assert "Traceback" not in done.stderr, fault
        assert {"/movie/popular", "/configuration"} <= {seen.path for seen in tmdb.requests}, fault
        left = everything_in(home.path)
        for secret in (key, "ping-uuid-of-mine"):
            assert secret not in shown, fault
            assert secret.encode() not in left, fault


@pytest.mark.parametrize(
    "url",
    [
        f"mysql+pymysql://me:{PASSWORD}@127.0.0.1:9/films",
        f"mysql+pymysql://me:{PASSWORD}@[bad/films",
        f"postgresql://me:{PASSWORD}@127.0.0.1/films",
        f"mysql+pymysql://me:{PASSWORD}@127.0.0.1:port/films",
        f"nonsense:{PASSWORD}",
        f"mysql://127.0.0.1:9/films?user=me&passwd={PASSWORD}",
    ],
)
def test_no_fault_of_the_database_shows_its_password(home: Home, url: str) -> None:
    nowhere = {"TMDB_API_KEY": "00" * 16, "TMDB_BASE_URL": "http://127.0.0.1:9/3"}
    home.env.update({"DATABASE_URL": url, **nowhere})
    for command in ("run", "status", "doctor"):
        done = home.run("-v", command, "--json", env=patience(0.2))
        assert done.returncode in (2, 3, 4), (command, done.stderr)
        assert PASSWORD not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
    assert PASSWORD.encode() not in everything_in(home.path)


def test_even_a_bugs_traceback_shows_none(home: Home, tmdb: SimulatedTmdb) -> None:
    import subprocess
    import sys

    connect(home, tmdb)
    broken = (
        "import tmdbdash.tmdb.client as t, tmdbdash.program as p\n"
        "def fetch(self, *a): raise KeyError(f'https://x.invalid/?api_key={self.secret}')\n"
        f"t.TmdbClient.secret = {tmdb.api_key!r}\n"
        "t.TmdbClient.fetch_list = fetch\n"
        "p.main(['-v', 'ingest'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", broken], env=home.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "KeyError" in done.stderr
    assert tmdb.api_key not in done.stderr
    assert tmdb.api_key.encode() not in everything_in(home.path)
