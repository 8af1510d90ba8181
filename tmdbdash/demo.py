"""The demo: the whole job with no key, through the real client and jobs, on invented films.

Its database lies apart, below ``state/demo/``, so that simulated data never mix with real ones.
The page goes to the ordinary ``out/``, marked as simulated; `render` refuses to put it over a page
of real data.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from tmdbdash import job_steps as jobs
from tmdbdash.errors import NotReadyError
from tmdbdash.job_runner import JobOptions, utc_now
from tmdbdash.ownership import kept_for_owner
from tmdbdash.redaction import protect
from tmdbdash.settings import Settings
from tmdbdash.trust import refuse_state_of_another

if TYPE_CHECKING:
    from tmdbdash.simulation import SimulatedTmdb

log = logging.getLogger(__name__)

PAGES = 8
HOURS_AGO: tuple[int, ...] = (171, 147, 123, 99, 75, 51, 39, 30, 27, 21, 15, 9, 6, 3, 0)
"""When the demo's ticks were: somewhat more than a week, so that the page can compare."""
RPS = 400.0
"""Requests a second: on loopback nobody's limit is at stake, and a week has many."""


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What the demo made, and where."""

    page: Path
    films: int
    ticks: int
    requests: int
    model_rows: int
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return {
            "simulated": True,
            "page": str(self.page),
            "films": self.films,
            "ticks": self.ticks,
            "requests": self.requests,
            "model_rows": self.model_rows,
            "seconds": round(self.seconds, 2),
        }

    def text(self) -> str:
        """What was done, where the page is, and what to do next with a real key."""
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
    """Ticks over the past week, training, prediction and the page. Takes some seconds.

    Raises `UsageError` where the published folder holds a page of real data, or, unless ``force``,
    of another program.
    """
    folder = _free(settings, out_dir, force=force)
    with _simulated(settings) as (tmdb, simulated):
        return _week(tmdb, simulated, folder, force=force)


def serve_demo(
    settings: Settings,
    *,
    out_dir: Path | None = None,
    force: bool = False,
    port: int,
    announce: Callable[[DemoReport, str], None],
) -> None:
    """The demo's page, served on 127.0.0.1 and kept living until the program is stopped.

    ``announce`` is told what was made, and the address where it answers.
    """
    from tmdbdash.serve import start

    folder = _free(settings, out_dir, force=force)
    pause = settings.poll_interval_ms / 1000
    with _simulated(settings) as (tmdb, simulated):
        report = _week(tmdb, simulated, folder, force=force)
        with start(folder, port) as preview:
            threading.Thread(target=preview.serve_forever, daemon=True).start()
            announce(report, preview.url)
            while True:
                time.sleep(pause)
                tmdb.advance(settings.ingest_minutes * 10)
                jobs.ingest(simulated, _popular(), pages=PAGES)
                jobs.predict(simulated)
                jobs.render(simulated, out_dir=folder)


@contextlib.contextmanager
def _simulated(settings: Settings) -> Iterator[tuple[SimulatedTmdb, Settings]]:
    """A simulated TMDB, and settings under which the jobs talk to it and to no other."""
    from tmdbdash.simulation import SimulatedTmdb

    home = settings.state_dir / "demo"
    refuse_state_of_another(settings.state_dir, settings.home)  # its jobs look at their own home
    settings.state_dir.mkdir(mode=0o700, exist_ok=True)
    home.mkdir(exist_ok=True)
    with (
        kept_for_owner(settings.home, [settings.state_dir, settings.out_dir]),
        SimulatedTmdb() as tmdb,
    ):
        protect(tmdb.api_key)
        yield (
            tmdb,
            settings.model_copy(
                update={
                    "home": home,
                    "simulated": True,
                    "tmdb_api_key": SecretStr(tmdb.api_key),
                    "tmdb_base_url": tmdb.base_url,
                    "tmdb_max_rps": RPS,
                    "database_url": None,
                    "ping_url": None,
                }
            ),
        )


def _free(settings: Settings, out_dir: Path | None, *, force: bool) -> Path:
    """The folder to publish in. Raises `UsageError` where a page there has to stay."""
    from tmdbdash.report import refuse_simulated_over_real
    from tmdbdash.report.site.page_origin import refuse_foreign_page

    folder = out_dir or settings.out_dir
    if not force:
        refuse_foreign_page(folder, settings.home)
    refuse_simulated_over_real(folder)
    return folder


def _week(tmdb: SimulatedTmdb, settings: Settings, folder: Path, *, force: bool) -> DemoReport:
    started = time.monotonic()
    end = utc_now()
    requests = films = 0
    for hours, later in itertools.zip_longest(HOURS_AGO, HOURS_AGO[1:]):
        moment = end - timedelta(hours=hours)
        tmdb.clock = functools.partial(_stand, moment)
        result = jobs.ingest(settings, _popular(), pages=PAGES, options=_at(moment))
        if result is None:
            raise NotReadyError("another demo is running in this home; wait for its end")
        requests += result.requests
        films = result.films_seen
        if later is not None:
            tmdb.advance(60 * (hours - later))
    tmdb.clock = utc_now
    training = jobs.train(settings)
    jobs.predict(settings)
    page = jobs.render(settings, out_dir=folder, force=force)
    if training is None or page is None:
        raise NotReadyError("another demo is running in this home; wait for its end")
    return DemoReport(
        page=page.page,
        films=films,
        ticks=len(HOURS_AGO),
        requests=requests,
        model_rows=training.rows,
        seconds=time.monotonic() - started,
    )


def _program() -> str:
    """How this program is called here: by its name where the shell finds it, else by its path."""
    called = Path(sys.argv[0])
    found = shutil.which("tmdbdash")
    if not called.is_file() or (found is not None and called.samefile(found)):
        return "tmdbdash"
    with contextlib.suppress(ValueError):
        return str(called.absolute().relative_to(Path.cwd()))
    return str(called.absolute())


def _popular() -> Any:
    from tmdbdash.tmdb.client import ListQuery

    return ListQuery("popular")


def _at(moment: datetime) -> JobOptions:
    return JobOptions(clock=functools.partial(_stand, moment))


def _stand(moment: datetime) -> datetime:
    """What a clock says that stands."""
    return moment
