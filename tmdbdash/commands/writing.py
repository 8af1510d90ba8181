"""The commands that store or publish something: the jobs, and the demo of them all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tmdbdash.commands.answering import answer, end_incomplete, settings_of
from tmdbdash.commands.options import (
    AsJson,
    Budget,
    ColumnMap,
    CsvFile,
    Details,
    Encoding,
    Excel,
    Explain,
    FailIfLocked,
    Force,
    Genres,
    Limit,
    MinVotes,
    ModelsToFit,
    OutDir,
    Pages,
    ShownModel,
    Sort,
    SortOption,
    Source,
    SourceOption,
    YearFrom,
    YearTo,
    check_budget,
    mapping_of,
    moment_of,
    query_of,
    refuse_ignored,
)
from tmdbdash.errors import UsageError

if TYPE_CHECKING:
    from tmdbdash.job_runner import JobOptions


def _options(fail_if_locked: bool) -> JobOptions:
    from tmdbdash.job_runner import JobOptions

    return JobOptions(fail_if_locked=fail_if_locked)


def ingest(
    ctx: typer.Context,
    pages: Pages = 2,
    source: SourceOption = Source.POPULAR,
    genre: Genres = None,
    year_from: YearFrom = None,
    year_to: YearTo = None,
    min_votes: MinVotes = None,
    record: Annotated[
        Path | None,
        typer.Option("--record", help="Append each list answer to this file, for import."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and report, store nothing.")
    ] = False,
    fail_if_locked: FailIfLocked = False,
    as_json: AsJson = False,
) -> None:
    """Read TMDB's list once and store what changed."""
    from tmdbdash import job_steps as jobs
    from tmdbdash.terminal.job_tables import tick_table

    query = query_of(source, genre, year_from, year_to, min_votes, pages)
    result = jobs.ingest(
        settings_of(ctx),
        query,
        record=record,
        dry_run=dry_run,
        options=_options(fail_if_locked),
    )
    answer(ctx, result, as_json, tick_table)
    if result is not None and result.outcome != "ok":
        end_incomplete(str(result.message), as_json)


def import_(
    ctx: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Data set files; - is standard input.")
    ],
    observed_at: Annotated[
        str | None,
        typer.Option("--observed-at", help="When the metrics were observed (ISO 8601, UTC)."),
    ] = None,
    mapping: ColumnMap = None,
    encoding: Encoding = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report what was understood, store nothing.")
    ] = False,
    fail_if_locked: FailIfLocked = False,
    as_json: AsJson = False,
) -> None:
    """Bring in films or history: CSV, JSON, Parquet, recorded answers, daily ID exports."""
    from tmdbdash import job_steps as jobs
    from tmdbdash.importing.importer import ImportOptions
    from tmdbdash.terminal.job_tables import import_table
    from tmdbdash.terminal.output import progress_bar

    how = ImportOptions(
        observed_at=None if observed_at is None else moment_of(observed_at),
        mapping=mapping_of(mapping or ()),
        encoding=encoding,
        dry_run=dry_run,
    )
    settings = settings_of(ctx)
    with progress_bar(hidden=ctx.obj.quiet or as_json) as progress:
        report = jobs.import_files(
            settings, files, how=how, progress=progress, options=_options(fail_if_locked)
        )
    answer(ctx, report, as_json, import_table)
    if report is not None and report.failed:
        if as_json:
            raise typer.Exit(UsageError.exit_code)
        raise UsageError(str(report.message))


def train(
    ctx: typer.Context,
    model: ModelsToFit = None,
    budget: Budget = 60.0,
    details: Details = False,
    fail_if_locked: FailIfLocked = False,
    as_json: AsJson = False,
) -> None:
    """Fit the models, measure them, and store a prediction for every film."""
    from tmdbdash import job_steps as jobs
    from tmdbdash.terminal.model_tables import training_table
    from tmdbdash.terminal.training_summary import training_summary

    check_budget(budget)
    report = jobs.train(
        settings_of(ctx), models=model or (), budget=budget, options=_options(fail_if_locked)
    )
    answer(ctx, report, as_json, training_table if details else training_summary)


def predict(
    ctx: typer.Context,
    limit: Limit = 20,
    sort: SortOption = Sort.PREDICTED,
    model: ShownModel = None,
    csv: CsvFile = None,
    excel: Excel = False,
    explain: Explain = None,
    fail_if_locked: FailIfLocked = False,
    as_json: AsJson = False,
) -> None:
    """Predict every film with the current models and show predicted beside actual."""
    from tmdbdash import job_steps as jobs

    if explain is not None:
        from tmdbdash import model_queries
        from tmdbdash.terminal.model_tables import explanation_tables

        refuse_ignored(ctx, ("limit", "sort", "model", "csv", "excel"), "--explain")
        explained = model_queries.explain(settings_of(ctx), explain)
        answer(ctx, explained, as_json, explanation_tables)
        return
    if excel and csv is None:
        raise UsageError("--excel goes with --csv FILE: it says how that file is written")
    alone = csv == Path("-")
    if alone and as_json:
        raise UsageError("--csv - and --json both want standard output: choose one")
    report = jobs.predict(
        settings_of(ctx),
        sort=sort.value,
        limit=limit,
        model=model,
        options=_options(fail_if_locked),
    )
    if report is not None and csv is not None:
        from tmdbdash.terminal.spreadsheet import write_predictions_csv

        write_predictions_csv(None if alone else csv, report.predictions, mark=excel)
    if not alone:
        from tmdbdash.terminal.model_tables import predictions_table

        answer(
            ctx,
            report,
            as_json,
            lambda done: predictions_table(
                done.predictions,
                done.coverage,
                done.notes,
                sort=done.sort,
                listed=done.listed,
                films=done.films,
            ),
        )


def render(
    ctx: typer.Context,
    out: OutDir = None,
    force: Force = False,
    fail_if_locked: FailIfLocked = False,
    as_json: AsJson = False,
) -> None:
    """Write the dashboard and its JSON files."""
    from tmdbdash import job_steps as jobs

    report = jobs.render(
        settings_of(ctx), out_dir=out, force=force, options=_options(fail_if_locked)
    )
    answer(ctx, report, as_json, lambda done: f"The page: {done.page}")


def run(
    ctx: typer.Context,
    pages: Pages = 2,
    source: SourceOption = Source.POPULAR,
    genre: Genres = None,
    year_from: YearFrom = None,
    year_to: YearTo = None,
    min_votes: MinVotes = None,
    out: OutDir = None,
    force: Force = False,
    fail_if_locked: FailIfLocked = False,
    as_json: AsJson = False,
) -> None:
    """Ingest, train if due, predict and render under one lock: the one-line crontab."""
    from tmdbdash.rounds import run_round

    query = query_of(source, genre, year_from, year_to, min_votes, pages)
    report = run_round(
        settings_of(ctx),
        query,
        out_dir=out,
        force=force,
        options=_options(fail_if_locked),
    )
    answer(ctx, report, as_json, lambda done: done.text())
    if report is not None and report.exit_code:
        raise typer.Exit(report.exit_code)


def demo(
    ctx: typer.Context,
    serve: Annotated[
        bool, typer.Option("--serve", help="Then serve the page and keep updating it.")
    ] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="With --serve.")] = 8000,
    out: OutDir = None,
    force: Force = False,
    as_json: AsJson = False,
) -> None:
    """The whole job with no key, against a simulated TMDB on this machine."""
    from tmdbdash.demo import DemoReport, run_demo, serve_demo

    def announce(made: DemoReport, url: str) -> None:
        if as_json:
            print_json({**made.as_json(), "url": url})
        elif not ctx.obj.quiet:
            print_tables(made.text(), f"\nServing {url} – press Ctrl-C to stop")

    settings = settings_of(ctx)
    if serve:
        from tmdbdash.terminal.output import print_json, print_tables

        serve_demo(settings, out_dir=out, force=force, port=port, announce=announce)
        return
    report = run_demo(settings, out_dir=out, force=force)
    answer(ctx, report, as_json, lambda done: done.text())
