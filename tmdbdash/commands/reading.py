"""The commands that change nothing."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from tmdbdash.commands.answering import answer, settings_of
from tmdbdash.commands.options import (
    AsJson,
    FilmCast,
    FilmCollection,
    FilmCompanies,
    FilmDirectors,
    FilmGenres,
    FilmLanguage,
    FilmRelease,
    FilmRuntime,
    FilmTitle,
    FilmVotes,
    OutDir,
    PastTraining,
    moment_of,
)
from tmdbdash.errors import StaleError

log = logging.getLogger(__name__)


def estimate(
    ctx: typer.Context,
    title: FilmTitle,
    genres: FilmGenres,
    runtime: FilmRuntime,
    release: FilmRelease,
    language: FilmLanguage,
    votes: FilmVotes = None,
    director: FilmDirectors = None,
    cast: FilmCast = None,
    company: FilmCompanies = None,
    collection: FilmCollection = None,
    as_json: AsJson = False,
) -> None:
    """Expect popularity and rating of a film that does not exist yet."""
    from tmdbdash import model_queries
    from tmdbdash.utc import utc_now

    settings, names = settings_of(ctx), model_queries.genre_list(genres)
    day = model_queries.release_day(release, utc_now())
    code = model_queries.language_code(language)
    series = () if collection is None else (collection,)
    from tmdbdash.learning.jobs.estimate import FilmIdea
    from tmdbdash.terminal.model_tables import estimate_tables

    idea = FilmIdea(
        title.strip(),
        names,
        runtime,
        day,
        code,
        votes,
        directors=model_queries.names_of("--director", director or ()),
        cast=model_queries.names_of("--cast", cast or ()),
        companies=model_queries.names_of("--company", company or ()),
        collection=next(iter(model_queries.names_of("--collection", series)), None),
    )
    answer(ctx, model_queries.estimate(settings, idea), as_json, estimate_tables)


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
        elif not ctx.obj.quiet:
            print_tables(f"Serving {url} – press Ctrl-C to stop")

    serve_folder(out or settings_of(ctx).out_dir, port, announce=announce)


def status(ctx: typer.Context, training: PastTraining = None, as_json: AsJson = False) -> None:
    """Show the last run of each job, how fresh it is and what is due next; 10 when stale."""
    from tmdbdash.records import latest_believable
    from tmdbdash.status import read_status
    from tmdbdash.storage import open_empty_store, open_store_read_only
    from tmdbdash.terminal.job_tables import status_tables
    from tmdbdash.utc import utc_now

    settings = settings_of(ctx)
    if training is not None:
        from tmdbdash.terminal.model_tables import past_training_tables
        from tmdbdash.training_history import read_training

        at = moment_of(training, "--training")
        with open_store_read_only(settings) or open_empty_store() as store:
            past = read_training(store, at, latest_believable(utc_now()))
        answer(ctx, past, as_json, past_training_tables)
        return
    with open_store_read_only(settings) or open_empty_store() as store:
        report = read_status(store, settings, utc_now())
    answer(ctx, report, as_json, status_tables)
    if report.stale:
        if as_json:
            raise typer.Exit(StaleError.exit_code)
        if report.note:
            raise StaleError(report.note)
        raise StaleError(report.complaint())


def doctor(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Check settings, key, TMDB, database, schema, locks, disk and clock; nothing secret."""
    from tmdbdash.doctor import examine
    from tmdbdash.terminal.job_tables import checks_table

    report = examine(ctx.obj.home)
    answer(ctx, report, as_json, checks_table)
    if report.exit_code:
        if ctx.obj.quiet:
            log.error("%s", "; ".join(f"{c.name}: {c.message}" for c in report.failures))
        raise typer.Exit(report.exit_code)
