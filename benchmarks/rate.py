"""1,000 unknown films at TMDB_MAX_RPS=40: how near the limit, and never above it."""

import tempfile

from benchmarks.measure import PROGRAM, publish, run_once, table
from tests.parts.faulty_tmdb import SimulatedTmdb

LIMIT = 40
PAGES = 50


def main() -> None:
    """Measure and publish."""
    rows = []
    for latency in (0.02, 0.2, 0.3):
        with tempfile.TemporaryDirectory() as home, SimulatedTmdb(films=1_100) as tmdb:
            tmdb.latency = latency
            env = {
                "PATH": "/usr/bin:/bin",
                "HOME": home,
                "TMDBDASH_HOME": home,
                "TMDB_BASE_URL": tmdb.base_url,
                "TMDB_API_KEY": tmdb.api_key,
                "TMDB_MAX_RPS": str(LIMIT),
            }
            run_once([str(PROGRAM), "-q", "ingest", "--pages", str(PAGES)], env)
            times = [request[0] for request in tmdb.requests]
            rate = (len(times) - 1) / (times[-1] - times[0])
            rows.append(
                [
                    f"{latency * 1000:.0f} ms",
                    f"{len(times)}",
                    f"{times[-1] - times[0]:.1f} s",
                    f"{rate:.1f}",
                    f"{rate / LIMIT:.1%}",
                    f"{tmdb.window_max()}",
                ]
            )
    publish(
        "rate",
        "The limit of requests",
        table(
            ["answer time", "requests", "took", "a second", "of the limit", "most in any second"],
            rows,
        )
        + f"\n\n{PAGES * 20} unknown films with `TMDB_MAX_RPS={LIMIT}`, counted by the server. "
        f"Aim: at least 90 % of the limit, never more than {LIMIT} in any second.",
    )


if __name__ == "__main__":
    main()
