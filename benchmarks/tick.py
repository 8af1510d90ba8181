"""A steady tick, 2 pages at 20 ms a request into SQLite, as a whole process."""

import tempfile
from pathlib import Path

from benchmarks.measure import PROGRAM, in_turn, publish, python, run_once, table
from tests.parts.faulty_tmdb import SimulatedTmdb

IMPORTS = "import typer, requests, sqlalchemy"
AIM_RATIO, AIM_MB = 3.0, 100


def main() -> None:
    """Measure and publish."""
    with tempfile.TemporaryDirectory() as home, SimulatedTmdb() as tmdb:
        tmdb.latency = 0.02
        env = {
            "PATH": "/usr/bin:/bin",
            "HOME": home,
            "TMDBDASH_HOME": home,
            "TMDB_BASE_URL": tmdb.base_url,
            "TMDB_API_KEY": tmdb.api_key,
        }
        tick = [str(PROGRAM), "-q", "ingest"]
        run_once(tick, env)
        seen = len(tmdb.requests)
        measured = in_turn({IMPORTS: python(IMPORTS), "ingest": tick}, runs=11, env=env)
        each = (len(tmdb.requests) - seen) / 12
        size = sum(p.stat().st_size for p in Path(home, "state").glob("*.sqlite3*")) / 1e6
    base = measured[IMPORTS]
    rows = [
        [f"`{name}`", str(s), f"{s.median / base.median:.2f}", f"{s.peak_mb:.0f} MB"]
        for name, s in measured.items()
    ]
    publish(
        "tick",
        "A steady tick",
        table(["process", "wall", "ratio", "peak memory"], rows)
        + f"\n\n{each:g} requests a tick, database {size:.1f} MB. "
        f"Aim: a ratio of at most {AIM_RATIO:g}, below {AIM_MB} MB.",
    )


if __name__ == "__main__":
    main()
