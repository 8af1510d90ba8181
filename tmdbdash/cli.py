"""The command line: options in, one call, exit code out.

Heavy modules are imported inside the commands that need them, so that ``--help`` and completion
answer at once.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tmdbdash import __version__
from tmdbdash.answering import answer, end_incomplete, settings_of, tables
from tmdbdash.errors import StaleError, UsageError
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
    from tmdbdash.jobs import JobOptions


log = logging.getLogger(__name__)
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


def _options(fail_if_locked: bool) -> JobOptions:
    from tmdbdash.jobs import JobOptions

    return JobOptions(fail_if_locked=fail_if_locked)


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
        settings_of(ctx),
        query,
        pages=pages,
        record=record,
        dry_run=dry_run,
        options=_options(fail_if_locked),
    )
    answer(ctx, result, as_json, lambda done: tables().tick_table(done))
    if result is not None and result.outcome != "ok":
        end_incomplete(str(result.message), as_json)


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
    settings = settings_of(ctx)
    with progress_bar(hidden=ctx.obj[1] or as_json) as progress:
        report = jobs.import_files(
            settings,
            files,
            observed_at=moment,
            progress=progress,
            options=_options(fail_if_locked),
        )
    answer(ctx, report, as_json, lambda done: tables().import_table(done))
    if report is not None and report.failed:
        if as_json:
            raise typer.Exit(UsageError.exit_code)
        raise UsageError(str(report.message))


@app.command()
def train(
    ctx: typer.Context,
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--model",
            help="Fit this model beside the yardsticks, even if nothing changed (repeatable).",
        ),
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
        settings_of(ctx), models=model or (), budget=budget, options=_options(fail_if_locked)
    )
    answer(ctx, report, as_json, lambda done: tables().training_table(done))


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
    explain: Annotated[
        int | None,
        typer.Option(
            "--explain", min=1, metavar="TMDB_ID", help="Tell what moved this film's predictions."
        ),
    ] = None,
    fail_if_locked: FailIfLocked = False,
    as_json: AsJson = False,
) -> None:
    """Score every film with the current models and show predicted beside real."""
    from tmdbdash import jobs

    if explain is not None:
        from tmdbdash import questions

        told = questions.explain(settings_of(ctx), explain)
        answer(ctx, told, as_json, lambda done: tables().explanation_tables(done))
        return
    report = jobs.predict(
        settings_of(ctx),
        sort=sort.value,
        limit=limit,
        model=model,
        options=_options(fail_if_locked),
    )
    if report is not None and csv is not None:
        from tmdbdash.terminal.spreadsheet import write_predictions_csv

        write_predictions_csv(csv, report.predictions)
    answer(
        ctx,
        report,
        as_json,
        lambda done: tables().predictions_table(done.predictions, done.coverage),
    )


@app.command()
def estimate(
    ctx: typer.Context,
    title: Annotated[str, typer.Option("--title", help="The film's title.")],
    genres: Annotated[
        str, typer.Option("--genres", help='TMDB\'s names: Action,"Science Fiction".')
    ],
    runtime: Annotated[int, typer.Option("--runtime", min=1, max=1000, help="Minutes.")],
    release: Annotated[str, typer.Option("--release", help="The date, such as 2026-12-18.")],
    language: Annotated[
        str, typer.Option("--language", help="The original language: en, fr, ja, ...")
    ],
    votes: Annotated[
        int | None, typer.Option("--votes", min=0, help="Votes so far, once it is released.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Expect popularity and rating of a film that does not exist yet."""
    from tmdbdash import questions

    report = questions.estimate(
        settings_of(ctx),
        title=title,
        genres=genres,
        runtime=runtime,
        release=release,
        language=language,
        votes=votes,
    )
    answer(ctx, report, as_json, lambda done: tables().estimate_tables(done))


@app.command()
def render(
    ctx: typer.Context,
    out: OutDir = None,
    fail_if_locked: FailIfLocked = False,
    as_json: AsJson = False,
) -> None:
    """Write the dashboard and its JSON files."""
    from tmdbdash import jobs

    report = jobs.render(settings_of(ctx), out_dir=out, options=_options(fail_if_locked))
    answer(ctx, report, as_json, lambda done: f"The page: {done.page}")


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
        settings_of(ctx), query, pages=pages, out_dir=out, options=_options(fail_if_locked)
    )
    answer(ctx, report, as_json, lambda done: done.text())
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

    settings = settings_of(ctx)
    if serve:
        from tmdbdash.terminal.output import print_json, print_tables

        serve_demo(settings, out_dir=out, port=port, announce=announce)
        return
    report = run_demo(settings, out_dir=out)
    answer(ctx, report, as_json, lambda done: done.text())


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

    serve_folder(out or settings_of(ctx).out_dir, port, announce=announce)


@app.command()
def status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Tell the last run of each job, how fresh it is and what is due next; 10 when stale."""
    from tmdbdash.job import utc_now
    from tmdbdash.status import read_status
    from tmdbdash.storage import open_store

    settings = settings_of(ctx)
    with open_store(settings) as store:
        report = read_status(store, settings, utc_now())
    answer(ctx, report, as_json, lambda done: done.tables())
    if report.stale:
        if as_json:
            raise typer.Exit(StaleError.exit_code)
        raise StaleError(f"stale: {', '.join(report.stale)}; is cron running?")


@app.command()
def doctor(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Check settings, key, TMDB, database, schema, locks, disk and clock; nothing secret."""
    from tmdbdash.doctor import examine

    report = examine(ctx.obj[0])
    answer(ctx, report, as_json, lambda done: done.table())
    if report.exit_code:
        if ctx.obj[1]:
            log.error("%s", "; ".join(f"{c.name}: {c.message}" for c in report.failures))
        raise typer.Exit(report.exit_code)
