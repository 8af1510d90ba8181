"""The demo: all jobs without a key, by the real client, on invented films.

It has a database of its own below ``state/demo/``, so that simulated data never mix with real ones.
The page is written to the ordinary ``out/``, marked as simulated; `render` refuses to replace a
page of real data by it.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from tmdbdash import job_steps as jobs
from tmdbdash.demo_history import save_history
from tmdbdash.errors import NotReadyError
from tmdbdash.job_runner import Clock, JobOptions
from tmdbdash.ownership import kept_for_owner
from tmdbdash.redaction import protect
from tmdbdash.settings import Settings
from tmdbdash.trust import refuse_state_of_another
from tmdbdash.utc import utc_now

if TYPE_CHECKING:
    from tmdbdash.simulation import SimulatedTmdb
    from tmdbdash.tmdb.client import ListQuery

log = logging.getLogger(__name__)

PAGES = 6
HISTORY_DAYS = 32
"""A month for the page's charts and for the backtest of forecasts, and two days to compare with."""
HISTORY_EVERY = 12
"""Hours between the lists of the history."""
HOURS_AGO: tuple[int, ...] = (12, 6, 3, 0)
"""The times of the demo's ticks, which follow the history."""
RPS = 400.0
"""Requests a second: on loopback nobody's limit is at stake."""


@dataclass(frozen=True, slots=True)
class DemoReport:
    """The counts of the demo, and the path of its page."""

    page: Path
    films: int
    ticks: int
    requests: int
    model_rows: int
    seconds: float

    def as_json(self) -> dict[str, object]:
        """The report as plain JSON values."""
        values = {"page": str(self.page), "seconds": round(self.seconds, 2)}
        return {"simulated": True, **asdict(self), **values}

    def text(self) -> str:
        """The counts, the path of the page, and the next steps with a real key."""
        program = _program()
        return (
            f"{self.ticks} ticks of {self.films} invented films ({self.requests} requests), "
            f"trained on {self.model_rows} of them, in {self.seconds:.0f} s.\n\n"
            f"The page:  {self.page}\n"
            f"           open it from disk, or see it living: {program} demo --serve\n\n"
            "Next, with real films: get a free key at https://www.themoviedb.org/settings/api\n"
            "  echo 'TMDB_API_KEY=your-key' > .env && chmod 600 .env\n"
            f"  {program} run\n"
            "and then let cron do it: see crontab.example"
        )


def run_demo(settings: Settings, *, out_dir: Path | None = None, force: bool = False) -> DemoReport:
    """A month of lists, training, prediction and the page. Takes some seconds.

    Raises `UsageError` where the published folder holds a page of real data, or, unless ``force``,
    of another program.
    """
    folder = _publishing_folder(settings, out_dir, force=force)
    end = utc_now()
    with _simulated(settings, end) as (tmdb, simulated):
        return _simulate_month(tmdb, simulated, end, folder, force=force)


def serve_demo(
    settings: Settings,
    *,
    out_dir: Path | None = None,
    force: bool = False,
    port: int,
    announce: Callable[[DemoReport, str], None],
) -> None:
    """Serve the demo's page on 127.0.0.1, with new ticks, until the program is stopped.

    ``announce`` is called once with the report and the server's address.
    """
    from tmdbdash.serve import start

    folder = _publishing_folder(settings, out_dir, force=force)
    pause = settings.poll_interval_ms / 1000
    end = utc_now()
    with _simulated(settings, end) as (tmdb, simulated):
        report = _simulate_month(tmdb, simulated, end, folder, force=force)
        with start(folder, port) as preview:
            threading.Thread(target=preview.serve_forever, daemon=True).start()
            announce(report, preview.url)
            while True:
                time.sleep(pause)
                tmdb.advance(settings.ingest_minutes * 10)
                jobs.ingest(simulated, _popular())
                jobs.predict(simulated)
                jobs.render(simulated, out_dir=folder)


@contextlib.contextmanager
def _simulated(settings: Settings, end: datetime) -> Iterator[tuple[SimulatedTmdb, Settings]]:
    """A simulated TMDB whose history ends then, and settings by which the jobs use it."""
    from tmdbdash.simulation import SimulatedTmdb

    home = settings.state_dir / "demo"
    refuse_state_of_another(settings.state_dir, settings.home)  # its jobs check only their own home
    settings.state_dir.mkdir(mode=0o700, exist_ok=True)
    home.mkdir(exist_ok=True)
    with (
        kept_for_owner(settings.home, [settings.state_dir, settings.out_dir]),
        SimulatedTmdb(today=(end - timedelta(days=HISTORY_DAYS)).date()) as tmdb,
    ):
        protect(tmdb.api_key)
        without_posters = "posters" in settings.model_fields_set and settings.posters == "off"
        yield (
            tmdb,
            settings.model_copy(
                update={
                    "home": home,
                    "simulated": True,
                    "tmdb_api_key": SecretStr(tmdb.api_key),
                    "tmdb_base_url": tmdb.base_url,
                    "tmdb_image_url": tmdb.image_url,
                    "posters": "off" if without_posters else "local",
                    "tmdb_max_rps": RPS,
                    "database_url": None,
                    "ping_url": None,
                }
            ),
        )


def _publishing_folder(settings: Settings, out_dir: Path | None, *, force: bool) -> Path:
    """The folder to publish in. Raises `UsageError` where a page there has to stay."""
    from tmdbdash.report import refuse_simulated_over_real
    from tmdbdash.report.site.page_origin import refuse_foreign_page

    folder = out_dir or settings.out_dir
    if not force:
        refuse_foreign_page(folder, settings.home)
    refuse_simulated_over_real(folder)
    return folder


def _simulate_month(
    tmdb: SimulatedTmdb, settings: Settings, end: datetime, folder: Path, *, force: bool
) -> DemoReport:
    started = time.monotonic()
    first = HOURS_AGO[0] + HISTORY_EVERY
    past = range(24 * HISTORY_DAYS, first - 1, -HISTORY_EVERY)
    whole = end.replace(microsecond=0)  # as ticks are stored
    moments = [whole - timedelta(hours=hours) for hours in past]
    busy = NotReadyError("another demo is running in this home; wait for its end")
    lists = save_history(settings, tmdb, moments, pages=PAGES)
    if lists is None:
        raise busy
    requests = films = 0
    for before, hours in itertools.pairwise((past[-1], *HOURS_AGO)):
        tmdb.advance(60 * (before - hours))
        moment = end - timedelta(hours=hours)
        tmdb.clock = _stopped_clock(moment)
        result = jobs.ingest(settings, _popular(), options=JobOptions(clock=tmdb.clock))
        if result is None:
            raise busy
        requests += result.requests
        films = result.films_seen
    tmdb.clock = utc_now
    training = jobs.train(settings)
    jobs.predict(settings)
    page = jobs.render(settings, out_dir=folder, force=force)
    if training is None or page is None:
        raise busy
    return DemoReport(
        page=page.page,
        films=films,
        ticks=lists + len(HOURS_AGO),
        requests=requests,
        model_rows=training.rows,
        seconds=time.monotonic() - started,
    )


def _program() -> str:
    """The command of this program: its name where the shell finds it, else its path."""
    called = Path(sys.argv[0])
    found = shutil.which("tmdbdash")
    if not called.is_file() or (found is not None and called.samefile(found)):
        return "tmdbdash"
    with contextlib.suppress(ValueError):
        return str(called.absolute().relative_to(Path.cwd()))
    return str(called.absolute())


def _popular() -> ListQuery:
    from tmdbdash.tmdb.client import ListQuery

    return ListQuery("popular", pages=PAGES)


def _stopped_clock(moment: datetime) -> Clock:
    return lambda: moment
