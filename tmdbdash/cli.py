"""The command line: options in, one call, exit code out.

Heavy modules are imported inside the commands that need them, so that ``--help`` and completion
answer at once.
"""

from __future__ import annotations

import logging
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from tmdbdash import __version__
from tmdbdash.errors import StaleError, TmdbError, UsageError
from tmdbdash.options import (
    AsJson,
    FailIfLocked,
    Genres,
    MinVotes,
    OutDir,
    Pages,
    Sort,
    Source,
    SourceOption,
    YearFrom,
    YearTo,
    moment_of,
    query_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType

    from tmdbdash.jobs import JobOptions
    from tmdbdash.settings import Settings
    from tmdbdash.terminal.output import Reportable


log = logging.getLogger(__name__)
Result = TypeVar("Result", bound="Reportable")

app = typer.Typer(
    name="tmdbdash",
    help="A command-line observatory for film popularity on TMDB.",
    epilog="Exit codes: 0 done, 2 usage or settings, 3 TMDB, 4 database, 5 not ready, "
    "10 stale, 75 locked, 128+n killed by signal n, 1 a bug.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tmdbdash {__version__}")
        raise typer.Exit


@app.callback()
def globals_(
    ctx: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home",
            help="The home folder, with .env, state/ and out/ [default: TMDBDASH_HOME, "
            "else the current folder].",
        ),
    ] = None,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Say nothing on success, as cron wants it.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Log each request and step.")
    ] = False,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Log to stderr as JSON lines.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_show_version, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """A command-line observatory for film popularity on TMDB."""
    del version  # answered by its callback
    from tmdbdash.terminal.output import set_up_logging

    if quiet and verbose:
        raise UsageError("-q and -v exclude each other")
    set_up_logging(quiet=quiet, verbose=verbose, as_json=log_json)
    ctx.obj = (home, quiet)


def _settings(ctx: typer.Context) -> Settings:
    from tmdbdash.redaction import protect
    from tmdbdash.settings import load_settings

    settings = load_settings(ctx.obj[0])
    protect(*settings.secrets())
    return settings


def _options(fail_if_locked: bool) -> JobOptions:
    from tmdbdash.jobs import JobOptions

    return JobOptions(fail_if_locked=fail_if_locked)


def _answer(
    ctx: typer.Context,
    result: Result | None,
    as_json: bool,
    shown: Callable[[Result], RenderableType],
) -> None:
    from tmdbdash.terminal.output import answer

    answer(result, shown, as_json=as_json, quiet=ctx.obj[1])


def _tables() -> ModuleType:
    """The tables, and rich with them: loaded only where a table is shown."""
    from tmdbdash.terminal import tables

    return tables


@app.command()
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
        bool, typer.Option("--dry-run", help="Read and tell, store nothing.")
    ] = False,
    fail_if_locked: FailIfLocked = False,
    as_json: AsJson = False,
) -> None:
    """Read TMDB's list once and store what changed."""
    from tmdbdash import jobs

    query = query_of(source, genre, year_from, year_to, min_votes)
    result = jobs.ingest(
        _settings(ctx),
        query,
        pages=pages,
        record=record,
        dry_run=dry_run,
        options=_options(fail_if_locked),
    )
    _answer(ctx, result, as_json, lambda done: _tables().tick_table(done))
    if result is not None and result.outcome != "ok":
        _end_incomplete(str(result.message), as_json)


def _end_incomplete(message: str, as_json: bool) -> None:
    """Exit with 3, the answer having been given: an incomplete tick has stored what was sound."""
    if as_json:
        log.error("%s", message)
        raise typer.Exit(TmdbError.exit_code)
    raise TmdbError(message)


@app.command("import")
def import_(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Data set files.")],
    observed_at: Annotated[
        str | None,
        typer.Option("--observed-at", help="When the metrics were observed (ISO 8601, UTC)."),
    ] = None,
    fail_if_locked: FailIfLocked = False,
    as_json: AsJson = False,
) -> None:
    """Bring in films or recorded history: CSV, JSON lines, recorded answers, daily ID exports."""
    from tmdbdash import jobs
    from tmdbdash.terminal.output import progress_bar

    moment = None if observed_at is None else moment_of(observed_at)
    settings = _settings(ctx)
    with progress_bar(hidden=ctx.obj[1] or as_json) as progress:
        report = jobs.import_files(
            settings,
            files,
            observed_at=moment,
            progress=progress,
            options=_options(fail_if_locked),
        )
    _answer(ctx, report, as_json, lambda done: _tables().import_table(done))
    if report is not None and report.failed:
        if as_json:
            raise typer.Exit(UsageError.exit_code)
        raise UsageError(str(report.message))


@app.command()
def train(
    ctx: typer.Context,
    model: Annotated[
        list[str] | None, typer.Option("--model", help="Fit only this model (repeatable).")
    ] = None,
    budget: Annotated[
        float, typer.Option("--budget", min=1, help="Seconds that fitting may take.")
    ] = 60.0,
    fail_if_locked: FailIfLocked = False,
    as_json: AsJson = False,
) -> None:
    """Fit the models, measure them, and store a prediction for every film."""
    from tmdbdash import jobs

    report = jobs.train(
        _settings(ctx), models=model or (), budget=budget, options=_options(fail_if_locked)
    )
    _answer(ctx, report, as_json, lambda done: _tables().training_table(done))


@app.command()
def predict(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Films to show; 0: all.")] = 20,
    sort: Annotated[Sort, typer.Option("--sort", help="The order.")] = Sort.PREDICTED,
    model: Annotated[
        str | None, typer.Option("--model", help="The model [default: the one the page shows].")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Also write the rows to this CSV file.")
    ] = None,
    fail_if_locked: FailIfLocked = False,
    as_json: AsJson = False,
) -> None:
    """Score every film with the current models and show predicted beside real."""
    from tmdbdash import jobs

    report = jobs.predict(
        _settings(ctx),
        sort=sort.value,
        limit=limit,
        model=model,
        options=_options(fail_if_locked),
    )
    if report is not None and csv is not None:
        from tmdbdash.terminal.spreadsheet import write_predictions_csv

        write_predictions_csv(csv, report.predictions)
    _answer(ctx, report, as_json, lambda done: _tables().predictions_table(done.predictions))


@app.command()
def render(
    ctx: typer.Context,
    out: OutDir = None,
    fail_if_locked: FailIfLocked = False,
    as_json: AsJson = False,
) -> None:
    """Write the dashboard and its JSON files."""
    from tmdbdash import jobs

    report = jobs.render(_settings(ctx), out_dir=out, options=_options(fail_if_locked))
    _answer(ctx, report, as_json, lambda done: f"The page: {done.page}")


@app.command()
def run(
    ctx: typer.Context,
    pages: Pages = 2,
    source: SourceOption = Source.POPULAR,
    genre: Genres = None,
    year_from: YearFrom = None,
    year_to: YearTo = None,
    min_votes: MinVotes = None,
    out: OutDir = None,
    fail_if_locked: FailIfLocked = False,
    as_json: AsJson = False,
) -> None:
    """Ingest, train if due, predict and render under one lock: the one-line crontab."""
    from tmdbdash import jobs

    query = query_of(source, genre, year_from, year_to, min_votes)
    report = jobs.run_round(
        _settings(ctx), query, pages=pages, out_dir=out, options=_options(fail_if_locked)
    )
    _answer(ctx, report, as_json, lambda done: done.text())
    if report is not None and report.exit_code:
        raise typer.Exit(report.exit_code)


@app.command()
def demo(
    ctx: typer.Context,
    serve: Annotated[
        bool, typer.Option("--serve", help="Then serve the page and keep it living.")
    ] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="With --serve.")] = 8000,
    out: OutDir = None,
    as_json: AsJson = False,
) -> None:
    """The whole job with no key, against a simulated TMDB on this machine."""
    from tmdbdash.demo import DemoReport, run_demo, serve_demo

    def announce(made: DemoReport, url: str) -> None:
        if as_json:
            print_json({**made.as_json(), "url": url})
        elif not ctx.obj[1]:
            print_tables(made.text(), f"\nServing {url} – press Ctrl-C to stop")

    settings = _settings(ctx)
    if serve:
        from tmdbdash.terminal.output import print_json, print_tables

        serve_demo(settings, out_dir=out, port=port, announce=announce)
        return
    report = run_demo(settings, out_dir=out)
    _answer(ctx, report, as_json, lambda done: done.text())


@app.command()
def serve(
    ctx: typer.Context,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any free one.")] = 8000,
    out: OutDir = None,
    as_json: AsJson = False,
) -> None:
    """Preview the published folder on 127.0.0.1; for people, not for production."""
    from tmdbdash.serve import serve as serve_folder
    from tmdbdash.terminal.output import print_json, print_tables

    def announce(url: str) -> None:
        if as_json:
            print_json({"url": url})
        elif not ctx.obj[1]:
            print_tables(f"Serving {url} – press Ctrl-C to stop")

    serve_folder(out or _settings(ctx).out_dir, port, announce=announce)


@app.command()
def status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Tell the last run of each job, how fresh it is and what is due next; 10 when stale."""
    from tmdbdash.job import utc_now
    from tmdbdash.status import read_status
    from tmdbdash.storage import open_store

    settings = _settings(ctx)
    with open_store(settings) as store:
        report = read_status(store, settings, utc_now())
    _answer(ctx, report, as_json, lambda done: done.table())
    if report.stale:
        if as_json:
            raise typer.Exit(StaleError.exit_code)
        raise StaleError(f"stale: {', '.join(report.stale)}; is cron running?")


@app.command()
def doctor(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Check settings, key, TMDB, database, schema, locks, disk and clock; nothing secret."""
    from tmdbdash.doctor import examine

    report = examine(ctx.obj[0])
    _answer(ctx, report, as_json, lambda done: done.table())
    if report.exit_code:
        if ctx.obj[1]:
            log.error("%s", "; ".join(f"{c.name}: {c.message}" for c in report.failures))
        raise typer.Exit(report.exit_code)
