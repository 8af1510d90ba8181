"""The command line: options in, one call, exit code out.

Heavy modules are imported inside the commands that need them, so that ``--help`` and completion
answer at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

from tmdbdash import __version__
from tmdbdash.commands import reading, writing
from tmdbdash.commands.answering import GlobalOptions
from tmdbdash.commands.options import HomeDir, LogJson, Quiet, Verbose
from tmdbdash.errors import UsageError

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
    home: HomeDir = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    log_json: LogJson = False,
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
    ctx.obj = GlobalOptions(home, quiet)


app.command()(writing.ingest)
app.command("import")(writing.import_)
app.command()(writing.train)
app.command()(writing.predict)
app.command()(reading.estimate)
app.command()(writing.render)
app.command()(writing.run)
app.command()(writing.demo)
app.command()(reading.serve)
app.command()(reading.status)
app.command()(reading.doctor)
