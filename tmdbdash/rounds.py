"""``run``: ingest, train where due, predict and render, one after the other, within one cadence.

Each step has its part of the cadence. A step that no time is left for is reported, and comes first
in the next round, after the tick, which alone finds a wrong clock.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from tmdbdash import job_steps as jobs
from tmdbdash.errors import NotReadyError, StuckError, TmdbdashError, TmdbError
from tmdbdash.freshness import is_due
from tmdbdash.home_id import home_name, is_same_home
from tmdbdash.ingest.clock import WrongClockError
from tmdbdash.job_runner import DEFAULT, JobOptions, run_job
from tmdbdash.job_steps import FITS_SECONDS
from tmdbdash.records import latest_believable
from tmdbdash.system_errors import foreseen

if TYPE_CHECKING:
    from datetime import datetime

    from tmdbdash.job_runner import Job
    from tmdbdash.learning.evaluation.training_report import TrainingReport
    from tmdbdash.learning.jobs.prediction_report import PredictionReport
    from tmdbdash.settings import Settings
    from tmdbdash.storage import Store
    from tmdbdash.tmdb.client import ListQuery

log = logging.getLogger(__name__)

INGEST_SHARE = 0.5
"""The part of the cadence for requests to TMDB; the next round makes those left over."""
LESS_SHARE = 0.25
"""The same where the last round had no time for another step."""
FIT_SHARE = 0.5
"""The part of the time then left for which a step begins fits."""
LEAST_SHARE = 0.15
"""The part of the cadence that must be left for a step to be begun."""
LATEST_RUNS = 20
"""Among which this home's last round is found: other homes may use the same database."""
LEFT_OUT = "left for the next round: "
Skips = tuple[type[TmdbdashError], ...]


@runtime_checkable
class _Ended(Protocol):
    """The report of a step that may be incomplete or skipped; those of other steps are "ok"."""

    @property
    def outcome(self) -> str: ...
    @property
    def message(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class RoundReport:
    """The end of each step of a round: "ok", "incomplete", "skipped: why" or "failed: why".

    ``seconds`` is how long it took; ``message`` names steps left out and a missed cadence, if any.
    """

    steps: dict[str, str]
    exit_code: int
    seconds: float
    message: str | None = None

    def as_json(self) -> dict[str, object]:
        """The round as plain JSON values."""
        return {
            "steps": self.steps,
            "exit_code": self.exit_code,
            "seconds": round(self.seconds, 1),
            "message": self.message,
        }

    def text(self) -> str:
        """A line a step."""
        lines = [f"{step}: {end}" for step, end in self.steps.items()]
        return "\n".join(lines + ([self.message] if self.message else []))


@dataclass
class _Round:
    """A running round: the settings, the clock, and how the steps have ended so far."""

    settings: Settings
    stopwatch: Callable[[], float]
    began: float
    steps: dict[str, str] = field(default_factory=dict)
    codes: list[int] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    wrong_clock: bool = False

    @property
    def cadence(self) -> float:
        """Seconds from one round to the next."""
        return self.settings.ingest_minutes * 60

    @property
    def took(self) -> float:
        """Seconds since the round began."""
        return self.stopwatch() - self.began

    @property
    def for_fits(self) -> float:
        """Seconds for which the next step may begin fits."""
        return min(FITS_SECONDS, max(0.0, self.cadence - self.took) * FIT_SHARE)

    def step(self, name: str, work: Callable[[], object], skips: Skips = ()) -> None:
        """Do one step, whose failure does not stop the ones after it; ``skips`` are no failures."""
        try:
            result = work()
        except skips as error:
            log.info("%s: %s", name, error)
            self.steps[name] = f"skipped: {error}"
            return
        except Exception as error:
            known = foreseen(error)
            if known is None:
                raise
            self.wrong_clock |= isinstance(error, WrongClockError)
            self.steps[name] = f"failed: {known}"
            self.codes.append(known.exit_code)
            log.error("%s: %s", name, known)
            return
        if result is None:
            self.steps[name] = "skipped: another one is running"
            return
        ended = result if isinstance(result, _Ended) else None
        outcome, why = (ended.outcome, ended.message) if ended else ("ok", None)
        self.steps[name] = f"skipped: {why}" if why and outcome == "skipped" else outcome
        if outcome == "incomplete":
            self.codes.append(TmdbError.exit_code)
            log.error("%s: %s", name, why)

    def step_in_time(self, name: str, work: Callable[[], object], skips: Skips = ()) -> None:
        """Do one step where time for it is left."""
        if self.cadence - self.took < self.cadence * LEAST_SHARE:
            self.left_out.append(name)
            self.steps[name] = "skipped: no time was left"
            return
        self.step(name, work, skips)

    def report(self) -> RoundReport:
        """The report, whose message is logged as well."""
        code = self.codes[0] if self.codes else 0
        parts = []
        if self.took > self.cadence:
            parts.append(
                f"the round took {self.took:.0f} s of a cadence of {self.cadence:.0f} s: "
                "ask for fewer --pages, or let cron run it less often and say so in "
                "TMDBDASH_INGEST_MINUTES"
            )
        if self.left_out:
            parts.append(LEFT_OUT + ", ".join(self.left_out))
        message = "; ".join(parts) or None
        if message:
            log.warning("%s", message)
        return RoundReport(self.steps, code, self.took, message)


def run_round(
    settings: Settings,
    query: ListQuery,
    *,
    out_dir: Path | None = None,
    force: bool = False,
    options: JobOptions = DEFAULT,
    stopwatch: Callable[[], float] = time.monotonic,
) -> RoundReport | None:
    """Ingest, train if due, predict, render, in that order, under one lock.

    A step that fails does not stop the ones after it: a page of old data still shows their age.
    The first failure's exit code is the round's. Where the last round had no time for a step, TMDB
    is asked for a shorter time, and that step comes before the other.
    """
    settings.api_key()
    inner = replace(options, fail_if_locked=False, pings=False)

    def body(job: Job) -> RoundReport:
        this = _Round(settings, stopwatch, stopwatch())

        def fit() -> TrainingReport | None:
            seconds = this.for_fits
            return jobs.train(settings, budget=seconds, patience=seconds, options=inner)

        def train() -> None:
            if _is_training_due(job.store, settings, options.clock()):
                this.step_in_time("train", fit, (NotReadyError,))  # too few films
            else:
                this.steps["train"] = "skipped: not due yet"

        def predict() -> None:
            if job.store.fetch_last_training(latest_believable(options.clock())) is None:
                this.steps["predict"] = "skipped: no model yet"
            else:
                this.step_in_time(
                    "predict", lambda: predict_or_heal(settings, inner, this.for_fits)
                )

        own = home_name(settings)
        waiting = _left_out_last(job.store, own)
        share = this.cadence * (LESS_SHARE if waiting else INGEST_SHARE)
        this.step(
            "ingest",
            lambda: jobs.ingest(settings, query, budget=share, options=inner),
        )
        if this.wrong_clock:  # the other steps would store a wrong time as well
            this.steps.update(dict.fromkeys(("train", "predict", "render"), "skipped: wrong clock"))
        else:
            works = {"train": train, "predict": predict}
            for name in sorted(works, key=lambda name: name not in waiting):
                works[name]()
            this.step(
                "render",
                lambda: jobs.render(settings, out_dir=out_dir, force=force, options=inner),
            )
        report = this.report()
        outcome = "ok" if report.exit_code == 0 else "failed"
        job.finish(outcome, exit_code=report.exit_code, source=own, message=report.message)
        return report

    try:
        return run_job("run", settings, body, options, longest=jobs.longest(settings, trains=True))
    except StuckError:
        with contextlib.suppress(TmdbdashError, OSError):  # so that the page shows it too
            jobs.render(settings, out_dir=out_dir, force=force, options=inner)
        raise


def _is_training_due(store: Store, settings: Settings, now: datetime) -> bool:
    last = store.fetch_last_training(latest_believable(now))
    if last is None:
        return True
    # A training that found nothing changed counts as one.
    skipped = store.fetch_last_run("train", ("skipped",), latest_believable(now))
    times = [last.trained_at, *([skipped.started_at] if skipped else [])]
    return is_due(max(times), settings.train_minutes, now)


def _left_out_last(store: Store, own: str) -> list[str]:
    """The steps that this home's last round had no time for."""
    for run in store.fetch_runs("run", LATEST_RUNS):
        if is_same_home(run.source or "", own):
            _, found, names = (run.message or "").partition(LEFT_OUT)
            return names.split(", ") if found else []
    return []


def predict_or_heal(
    settings: Settings, options: JobOptions, budget: float = FITS_SECONDS
) -> PredictionReport | None:
    """Predict; where the stored models cannot be used, train anew at once and try again."""
    try:
        return jobs.predict(settings, budget=budget, options=options)
    except NotReadyError as error:
        log.warning("predict: %s; training anew", error)
        jobs.train(settings, budget=budget, patience=budget, force=True, options=options)
        return jobs.predict(settings, budget=budget, options=options)
