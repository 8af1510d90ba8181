"""The jobs: what ``ingest``, ``import``, ``train``, ``predict``, ``render`` and ``run`` each do.

The commands, the one-line `run` and the demo all call these; none of them does a job of its own.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from tmdbdash.errors import NotReadyError, StuckError, TmdbdashError, TmdbError
from tmdbdash.freshness import is_due
from tmdbdash.ingest.clock import WrongClockError
from tmdbdash.job import STUCK_AFTER, Clock, Job, refuse_impossible_clock, run_job, utc_now
from tmdbdash.records import CLOCKS_DIFFER, Run
from tmdbdash.settings import Settings
from tmdbdash.system_errors import foreseen

if TYPE_CHECKING:
    from tmdbdash.importing.importer import ImportOptions, ImportReport, Progress
    from tmdbdash.ingest.ticking import TickResult
    from tmdbdash.learning.scoring import PredictionReport
    from tmdbdash.learning.training import TrainingReport
    from tmdbdash.report import PublishReport
    from tmdbdash.tmdb.client import ListQuery

log = logging.getLogger(__name__)
Result = TypeVar("Result")

BUDGET_SHARE = 0.8
"""The part of the cadence that a tick may take, so that the next one always finds it ended."""


@dataclass(frozen=True, slots=True)
class JobOptions:
    """How a job is run.

    Whether a held lock is an error, whether it pings, whether it leaves a row in ``runs``, and
    whose clock it reads.
    """

    fail_if_locked: bool = False
    beats: bool = True
    leaves_row: bool = True
    clock: Clock = utc_now


DEFAULT = JobOptions()


def _run(
    name: str,
    settings: Settings,
    options: JobOptions,
    body: Callable[[Job], Result],
    *,
    lock: str | None = None,
    patience: float = 0,
    longest: float | None = None,
    made: Path | None = None,
) -> Result | None:
    return run_job(
        name,
        settings,
        body,
        fail_if_locked=options.fail_if_locked,
        beats=options.beats,
        leaves_row=options.leaves_row,
        lock=lock,
        patience=patience,
        longest=longest,
        made=made,
        clock=options.clock,
    )


def _longest(settings: Settings, *, trains: bool = False) -> float:
    """Seconds after which a job is taken to hang; a round may train in each of its cadences."""
    minutes = settings.ingest_minutes
    return STUCK_AFTER * 60 * (max(minutes, settings.train_minutes) if trains else minutes)


def ingest(
    settings: Settings,
    query: ListQuery,
    *,
    pages: int = 2,
    record: Path | None = None,
    dry_run: bool = False,
    options: JobOptions = DEFAULT,
) -> TickResult | None:
    """One tick; ``None`` where another one is running, which a ``dry_run`` does not ask about.

    Raises `UsageError` without a usable key, `TmdbError` where nothing could be read. A result
    whose outcome is "incomplete" is stored as far as it is sound: the caller exits with 3.
    """
    settings.api_key()

    def body(job: Job) -> TickResult:
        from tmdbdash.ingest.ticking import tick
        from tmdbdash.tmdb.client import TmdbClient

        def run_of(result: TickResult) -> Run:
            complete = result.outcome == "ok"
            return job.finish(
                result.outcome,
                stored=True,
                exit_code=0 if complete else TmdbError.exit_code,
                source=result.source,
                requests=result.requests,
                films_seen=result.films_seen,
                films_new=result.films_new,
                films_changed=result.films_changed,
                films_unchanged=result.films_unchanged,
                message=result.message,
            )

        budget = settings.ingest_minutes * 60 * BUDGET_SHARE
        with TmdbClient.from_settings(settings, budget=budget) as client:
            return tick(
                job.store,
                client,
                query,
                pages=pages,
                now=job.started_at,
                retention_days=settings.retention_days,
                record=record,
                dry_run=dry_run,
                simulated=settings.simulated,
                run_of=run_of,
            )

    if dry_run:  # it waits for no lock and changes nothing: no database is made for it either
        from tmdbdash.storage import open_empty_store, open_store_read_only

        with open_store_read_only(settings) or open_empty_store() as store:
            return body(Job("ingest", settings, store, options.clock(), options.clock))
    return _run("ingest", settings, options, body, made=record, longest=_longest(settings))


def import_files(
    settings: Settings,
    paths: Sequence[Path],
    *,
    said: ImportOptions,
    progress: Progress | None = None,
    options: JobOptions = DEFAULT,
) -> ImportReport | None:
    """Films and history from data set files; ``said`` is what the user says of them.

    Both this and `ingest` read what is known and then write whole films, so they share one lock.
    A try-out writes nothing, so it waits for nobody.
    """
    from tmdbdash.importing.importer import import_files as read

    rejects = settings.state_dir / "rejects"
    if said.dry_run:
        from tmdbdash.importing.dry_run import trial_store

        with trial_store(settings) as trial:
            return read(
                trial,
                paths,
                now=options.clock(),
                reject_dir=rejects,
                options=said,
                progress=progress,
            )

    def body(job: Job) -> ImportReport:
        report = read(
            job.store,
            paths,
            now=job.started_at,
            reject_dir=rejects,
            options=said,
            progress=progress,
        )
        job.finish(
            "failed" if report.failed else "ok",
            exit_code=2 if report.failed else 0,
            source=", ".join(path.name for path in paths)[:60],
            films_seen=report.rows,
            films_new=report.new,
            films_changed=report.changed,
            films_unchanged=report.unchanged,
            message=report.message,
        )
        return report

    patience = 0.0 if options.fail_if_locked else settings.ingest_minutes * 60
    return _run("import", settings, options, body, lock="ingest", patience=patience)


def train(
    settings: Settings,
    *,
    models: Sequence[str] = (),
    budget: float = 60.0,
    force: bool = False,
    options: JobOptions = DEFAULT,
) -> TrainingReport | None:
    """Fit the models and store a prediction for every film; by ``force`` of unchanged ones too."""

    def body(job: Job) -> TrainingReport:
        from tmdbdash.learning.training import train as fit

        refuse_impossible_clock()
        report = fit(
            job.store,
            settings,
            now=job.started_at,
            models=tuple(models),
            budget=budget,
            force=force,
        )
        job.finish(report.outcome, films_seen=report.films, message=report.message)
        return report

    longest = _longest(settings, trains=True) + STUCK_AFTER * budget
    return _run("train", settings, options, body, longest=longest)


def predict(
    settings: Settings,
    *,
    sort: str = "predicted",
    limit: int = 20,
    model: str | None = None,
    options: JobOptions = DEFAULT,
) -> PredictionReport | None:
    """Score every film with the current models, and forecast those of the latest tick."""

    def body(job: Job) -> PredictionReport:
        from tmdbdash.learning.forecasting.keeping import with_forecasts
        from tmdbdash.learning.scoring import predict as score

        report = score(job.store, settings, now=job.started_at, sort=sort, limit=limit, model=model)
        report = with_forecasts(report, job.store, settings, job.started_at)
        job.finish(films_seen=report.films)
        return report

    return _run("predict", settings, options, body, longest=_longest(settings))


def render(
    settings: Settings,
    *,
    out_dir: Path | None = None,
    force: bool = False,
    options: JobOptions = DEFAULT,
) -> PublishReport | None:
    """Write the dashboard and its JSON files; by ``force`` even over another program's page."""

    def body(job: Job) -> PublishReport:
        from tmdbdash.report import publish

        folder = out_dir or settings.out_dir
        return publish(job.store, settings, now=job.started_at, out_dir=folder, force=force)

    return _run("render", settings, options, body, made=out_dir, longest=_longest(settings))


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What each step of a round came to: "ok", "incomplete", "skipped: why" or "failed: why"."""

    steps: dict[str, str]
    exit_code: int

    def as_json(self) -> dict[str, Any]:
        """The round as plain JSON values."""
        return {"steps": self.steps, "exit_code": self.exit_code}

    def text(self) -> str:
        """A line a step."""
        return "\n".join(f"{step}: {end}" for step, end in self.steps.items())


def run_round(
    settings: Settings,
    query: ListQuery,
    *,
    pages: int = 2,
    out_dir: Path | None = None,
    force: bool = False,
    options: JobOptions = DEFAULT,
) -> RoundReport | None:
    """Ingest, train if due, predict, render, in that order, under one lock.

    A step that fails does not stop the ones after it: yesterday's data still deserve a page that
    says how old they are. The first failure's exit code is the round's.
    """
    settings.api_key()
    steps: dict[str, str] = {}
    codes: list[int] = []
    wrong_clock: list[str] = []
    inner = JobOptions(beats=False, clock=options.clock)

    def step(name: str, work: Callable[[], Any]) -> None:
        try:
            result = work()
        except Exception as error:
            known = foreseen(error)
            if known is None:
                raise
            wrong_clock.extend([name] if isinstance(error, WrongClockError) else [])
            steps[name] = f"failed: {known}"
            codes.append(known.exit_code)
            log.error("%s: %s", name, known)
            return
        if result is None:
            steps[name] = "skipped: another one is running"
            return
        steps[name] = getattr(result, "outcome", "ok")
        if steps[name] == "incomplete":
            codes.append(TmdbError.exit_code)
            log.error("%s: %s", name, result.message)

    def body(job: Job) -> RoundReport:
        step("ingest", lambda: ingest(settings, query, pages=pages, options=inner))
        if wrong_clock:  # whatever else were made would be of a wrong time as well
            steps.update(dict.fromkeys(("train", "predict", "render"), "skipped: wrong clock"))
            job.finish("failed", exit_code=codes[0])
            return RoundReport(steps, codes[0])
        until = options.clock() + CLOCKS_DIFFER
        last = job.store.fetch_last_training(until)
        # A training that found nothing changed is done with until the next one is due.
        looked = job.store.fetch_last_run("train", ("skipped",), until)
        times = [
            found for found in (last and last.trained_at, looked and looked.started_at) if found
        ]
        if is_due(
            max(times, default=None) if last else None, settings.train_minutes, options.clock()
        ):
            step("train", lambda: train_if_enough(settings, inner))
        else:
            steps["train"] = "skipped: not due yet"
        if job.store.fetch_last_training(options.clock() + CLOCKS_DIFFER) is None:
            steps["predict"] = "skipped: no model yet"
        else:
            step("predict", lambda: predict_or_heal(settings, inner))
        step("render", lambda: render(settings, out_dir=out_dir, force=force, options=inner))
        code = codes[0] if codes else 0
        job.finish("ok" if code == 0 else "failed", exit_code=code)
        return RoundReport(steps, code)

    try:
        return _run("run", settings, options, body, longest=_longest(settings, trains=True))
    except StuckError:
        with contextlib.suppress(TmdbdashError, OSError):  # the page says it too, where it can
            render(settings, out_dir=out_dir, force=force, options=inner)
        raise


def train_if_enough(settings: Settings, options: JobOptions) -> Any:
    """Train; too few films is no failure of a round that has only begun to collect them."""
    try:
        return train(settings, options=options)
    except NotReadyError as error:
        log.info("train: %s", error)
        return _Skipped(f"skipped: {error}")


def predict_or_heal(settings: Settings, options: JobOptions) -> PredictionReport | None:
    """Predict; where the stored models cannot be used, train anew at once and try again."""
    try:
        return predict(settings, options=options)
    except NotReadyError as error:
        log.warning("predict: %s; training anew", error)
        train(settings, force=True, options=options)
        return predict(settings, options=options)


@dataclass(frozen=True, slots=True)
class _Skipped:
    outcome: str
