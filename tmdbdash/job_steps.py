"""The jobs ``ingest``, ``import``, ``train``, ``predict`` and ``render``, each as one function.

The commands, `run` and the demo call these.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tmdbdash.job_runner import (
    DEFAULT,
    STUCK_AFTER,
    Job,
    JobOptions,
    refuse_impossible_clock,
    run_job,
)
from tmdbdash.settings import Settings

if TYPE_CHECKING:
    from tmdbdash.importing.importer import ImportOptions, ImportReport, Progress
    from tmdbdash.ingest.tick_result import TickResult
    from tmdbdash.learning.evaluation.training_report import TrainingReport
    from tmdbdash.learning.jobs.prediction_report import PredictionReport
    from tmdbdash.records import Run
    from tmdbdash.report import PublishReport
    from tmdbdash.tmdb.client import ListQuery

log = logging.getLogger(__name__)
Result = TypeVar("Result")

FITS_SECONDS = 60.0
"""For which fits are begun, by default."""
BUDGET_SHARE = 0.8
"""The part of the cadence that a tick may take, so that it has ended when the next one starts."""


def longest(settings: Settings, *, trains: bool = False) -> float:
    """Seconds after which a job counts as hanging; a round may train in each of its cadences."""
    minutes = settings.ingest_minutes
    return STUCK_AFTER * 60 * (max(minutes, settings.train_minutes) if trains else minutes)


def ingest(
    settings: Settings,
    query: ListQuery,
    *,
    record: Path | None = None,
    dry_run: bool = False,
    budget: float | None = None,
    options: JobOptions = DEFAULT,
) -> TickResult | None:
    """One tick; ``None`` where another one is running, which a ``dry_run`` may.

    Requests are made for ``budget`` seconds, or for `BUDGET_SHARE` of the cadence.

    Raises `UsageError` without a usable key, `TmdbError` where nothing could be read. A result
    whose outcome is "incomplete" is stored without its broken pages: the caller exits with 3.
    """
    settings.api_key()

    def body(job: Job) -> TickResult:
        from tmdbdash.ingest.listed_posters import update_posters
        from tmdbdash.ingest.ticking import TickOptions, tick
        from tmdbdash.tmdb.client import TmdbClient

        def run_of(result: TickResult) -> Run:
            run = result.to_run(job.started_at, job.clock())
            job.stores(run)
            return run

        how = TickOptions(settings.retention_days, record, dry_run, settings.simulated)
        usual = settings.ingest_minutes * 60 * BUDGET_SHARE
        with TmdbClient.from_settings(settings, budget=budget or usual) as client:
            result = tick(job.store, client, query, how, now=job.started_at, run_of=run_of)
            if dry_run or settings.posters != "local":
                return result
            counts = update_posters(
                job.store,
                settings.posters_dir,
                image_url=settings.tmdb_image_url,
                now=job.started_at,
                seconds=client.seconds_left,
                max_rps=settings.tmdb_max_rps,
            )
            return replace(result, posters_fetched=counts.fetched, posters_failed=counts.failed)

    if dry_run:  # needs no lock, and makes no database
        from tmdbdash.storage import open_empty_store, open_store_read_only

        with open_store_read_only(settings) or open_empty_store() as store:
            return body(Job("ingest", settings, store, options.clock(), options.clock))
    return run_job("ingest", settings, body, options, output=record, longest=longest(settings))


def import_files(
    settings: Settings,
    paths: Sequence[Path],
    *,
    how: ImportOptions,
    progress: Progress | None = None,
    options: JobOptions = DEFAULT,
) -> ImportReport | None:
    """Films and history from data set files; ``None`` where another job holds the lock.

    This and `ingest` both read stored films and then write them whole, so they share one lock. A
    dry run writes nothing, and needs none.
    """
    from tmdbdash.importing.importer import import_files as read_into

    read = partial(
        read_into,
        paths=paths,
        reject_dir=settings.state_dir / "rejects",
        options=how,
        progress=progress,
    )
    if how.dry_run:
        from tmdbdash.importing.dry_run import trial_store

        with trial_store(settings) as trial:
            return read(trial, now=options.clock())

    def body(job: Job) -> ImportReport:
        report = read(job.store, now=job.started_at)
        run = job.finish(
            "failed" if report.failed else "ok",
            exit_code=2 if report.failed else 0,
            source=", ".join(path.name for path in paths)[:60],
            films_seen=report.observations,
            message=report.message,
        )
        job.run = replace(
            run,
            films_new=report.new,
            films_changed=report.changed,
            films_unchanged=report.unchanged,
        )
        return report

    patience = 0.0 if options.fail_if_locked else settings.ingest_minutes * 60
    return run_job("import", settings, body, options, lock="ingest", patience=patience)


def train(
    settings: Settings,
    *,
    models: Sequence[str] = (),
    budget: float = FITS_SECONDS,
    force: bool = False,
    patience: float = 3600.0,
    options: JobOptions = DEFAULT,
) -> TrainingReport | None:
    """Fit the models and store a prediction for every film; by ``force`` of unchanged ones too.

    Of several machines on one database one trains in each period, unless ``models`` are named or
    ``force`` is given; another one that is training is waited for, for ``patience`` seconds.
    """

    def body(job: Job) -> TrainingReport:
        from tmdbdash.learning.jobs.nothing_new import repeated_training
        from tmdbdash.training_turn import report_of_other_machine, turn_to_train

        refuse_impossible_clock()
        now, named = job.started_at, bool(models) or force
        with turn_to_train(
            job.store, settings, now, budget, always=named, patience=patience
        ) as turn:
            report = report_of_other_machine(turn, job.store, settings.models_dir)
            if report is None and not named:
                report = repeated_training(job.store, settings.models_dir, now=now, budget=budget)
            if report is None:
                from tmdbdash.learning.jobs.train import train as fit

                report = fit(
                    job.store,
                    settings.models_dir,
                    now=now,
                    models=tuple(models),
                    budget=budget,
                    force=force,
                )
                turn.trained = report.outcome == "ok"
        job.finish(report.outcome, films_seen=report.films, message=report.message)
        return report

    most = longest(settings, trains=True) + STUCK_AFTER * budget
    return run_job("train", settings, body, options, longest=most)


def predict(
    settings: Settings,
    *,
    sort: str = "predicted",
    limit: int = 20,
    model: str | None = None,
    budget: float = FITS_SECONDS,
    options: JobOptions = DEFAULT,
) -> PredictionReport | None:
    """Score every film with the current models, and forecast those of the latest tick.

    Models of forecasts are fitted for ``budget`` seconds.
    """

    def body(job: Job) -> PredictionReport:
        from tmdbdash.learning.jobs.forecast import update_forecasts
        from tmdbdash.learning.jobs.nothing_new import stored_predictions

        now = job.started_at
        report = stored_predictions(job.store, now=now, sort=sort, limit=limit, model=model)
        if report is None:
            from tmdbdash.learning.jobs.predict import predict as predict_films

            report = predict_films(
                job.store, settings.models_dir, now=now, sort=sort, limit=limit, model=model
            )
        forecasts = update_forecasts(job.store, now, budget, retention_days=settings.retention_days)
        job.finish(films_seen=report.films)
        return replace(report, forecasts=forecasts)

    return run_job("predict", settings, body, options, longest=longest(settings))


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

    return run_job("render", settings, body, options, output=out_dir, longest=longest(settings))
