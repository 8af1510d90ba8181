"""Tables of what jobs did and how they are: ticks, imports, status and the doctor's checks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tmdbdash.freshness import NO_DATA, age_text
from tmdbdash.records.evaluation import NOMINAL_COVERAGE
from tmdbdash.records.live import NEWEST
from tmdbdash.records.tasks import EARLY, TARGET_WORDS, Task
from tmdbdash.terminal.cells import (
    MISSING,
    add_number_columns,
    add_title_column,
    date_cell,
    framed_table,
    new_table,
    number_cell,
    percent,
    plain,
    set_caption,
    stacked,
    title_cell,
)
from tmdbdash.terminal.code_words import shift_words
from tmdbdash.terminal.plaintext import one_line
from tmdbdash.training_history import COMPARED, champions_in_order, oof_errors

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

    from tmdbdash.doctor import Examination
    from tmdbdash.importing.import_report import ImportReport
    from tmdbdash.ingest.tick_result import TickResult
    from tmdbdash.records import ForecastScore, Movie
    from tmdbdash.records.live import LiveAccuracy
    from tmdbdash.status import Status
    from tmdbdash.training_history import TrainingHistory

HALF_A_DAY = timedelta(hours=12)
_NOMINAL = f"Nominal coverage: {NOMINAL_COVERAGE:.0%}.".replace("%", " %")
_STYLES = {"pass": "green", "warn": "yellow", "fail": "bold red"}


def top_table(movies: Sequence[Movie]) -> Table:
    """Films in the order given, numbered from 1, with their actual figures."""
    table = new_table()
    add_number_columns(table, "#")
    add_title_column(table, "Title")
    table.add_column("Release", no_wrap=True)
    add_number_columns(table, "Popularity", "Votes", "Rating")
    for rank, movie in enumerate(movies, start=1):
        table.add_row(
            str(rank),
            title_cell(movie.title),
            date_cell(movie.release_date),
            number_cell(movie.popularity, "{:.2f}"),
            number_cell(movie.vote_count, "{:,}"),
            number_cell(movie.vote_average, "{:.1f}"),
        )
    return table


def tick_table(result: TickResult) -> Table:
    """A tick's counts as the title, over the first films of the list that it read."""
    table = top_table(result.top)
    sentences = [
        f"{result.pages_read} of {result.pages_wanted} pages, {result.requests} requests; "
        f"{result.films_seen} films: {result.films_new} new, {result.films_changed} changed, "
        f"{result.films_unchanged} unchanged."
    ]
    if result.posters_fetched or result.posters_failed:
        failed = f", {result.posters_failed} failed" if result.posters_failed else ""
        sentences.append(f"Posters: {result.posters_fetched} fetched{failed}.")
    if result.dry_run:
        sentences.append("A dry run: nothing was stored.")
    if result.message:
        sentences.append(one_line(result.message))
    table.title = plain(" ".join(sentences))
    table.title_justify = "left"
    return table


def import_table(report: ImportReport) -> Group:
    """Each file's counts, what was understood of it, and the path of its rejected rows."""
    table = new_table()
    table.add_column("File", min_width=12)
    table.add_column("Format", no_wrap=True)
    headings = {"duplicates": "Duplicate", "adult": "Adult", "skipped": "Not known"}
    seldom = [name for name in headings if any(getattr(file, name) for file in report.files)]
    counts = ["observations", "new", "changed", "unchanged", *seldom, "rejected"]
    headings |= {"observations": "Rows", "unchanged": "Same"}
    add_number_columns(table, *(headings.get(name, name.capitalize()) for name in counts))
    lines = []
    for file in report.files:
        table.add_row(
            title_cell(file.name),
            plain(file.format or MISSING),
            *(number_cell(getattr(file, name), "{:,}") for name in counts),
        )
        lines += [f"{file.name}: {one_line(line)}" for line in file.lines()]
    if report.dry_run:
        lines.append("A dry run: nothing was stored.")
    return stacked(table, "", *map(plain, lines))


def status_tables(status: Status) -> Group:
    """The jobs, the champions, and the forecasts' errors, where there are any."""
    parts = [_jobs_table(status)]
    if status.history.trainings:
        parts.append(_champions_table(status.history))
    if status.forecasts:
        parts.append(_forecasts_table(status.forecasts))
    if status.live:
        parts.append(_live_table(status.live))
    if status.drift.shifts:
        lines = [shift_words(shift) for shift in status.drift.shifts]
        return stacked(*parts, *map(plain, lines))
    return stacked(*parts)


def _jobs_table(status: Status) -> Table:
    title = "no data yet" if status.note else f"{status.films} films known"
    if status.data.observed_at is not None:
        title = f"{title}, the data {status.data.sentence()}"
    table = framed_table(title)
    for heading in ("Job", "Last run (UTC)", "Outcome", "Age", "State", "Next due"):
        table.add_column(heading, overflow="fold")
    for job in status.jobs:
        run, fresh = job.last, job.freshness
        table.add_row(
            job.job,
            "never" if run is None else f"{run.finished_at:%Y-%m-%d %H:%M}",
            MISSING if run is None else run.outcome,
            MISSING if fresh is None or fresh.age is None else age_text(fresh.age),
            MISSING if fresh is None else _state_text(job.job, fresh.state),
            MISSING if fresh is None else _due_text(fresh.next_due, status.now),
        )
    if status.guessed.films:
        set_caption(table, f"{status.guessed}; see tmdbdash doctor.")
    return table


def _state_text(job: str, state: str) -> str:
    if state != "never":
        return state
    return NO_DATA if job == "ingest" else "not yet"


def _due_text(due: datetime | None, now: datetime) -> str:
    """The hour; what was due half a day ago or longer is due now."""
    if due is None:
        return MISSING
    return "now" if now - due > HALF_A_DAY else f"{due:%H:%M}"


def _champions_table(history: TrainingHistory) -> Table:
    """The champions in force with their out-of-fold errors and the baselines'."""
    last = history.trainings[0]
    table = framed_table(f"Champions of {last.trained_at:%Y-%m-%d %H:%M} on {last.films:,} films")
    for heading in ("Target", "Votes", "Champion"):
        table.add_column(heading, overflow="fold")
    for heading in ("Error", "Median", "Linear"):
        table.add_column(heading, justify="right")
    for key, champion in champions_in_order(last):
        task = Task.parse(key)
        metric = "log_mae" if task.target == "popularity" else "mae"
        errors = [oof_errors(last, name, key)[metric] for name in (champion, *COMPARED)]
        table.add_row(
            TARGET_WORDS.get(task.target, task.target),
            "unseen" if task.mode == EARLY else "seen",
            champion,
            *(number_cell(error, "{:.3f}") for error in errors),
        )
    set_caption(
        table,
        "Cross-validated: MAE of the rating, log MAE of popularity. "
        f"Trainings stored: {len(history.trainings)}.",
    )
    return table


def _forecasts_table(scores: Sequence[ForecastScore]) -> Table:
    """The errors of forecasts, one line for each horizon."""
    table = framed_table("Live accuracy of forecasts")
    for heading in ("Days", "Scored", "By model", "Error", "No-change baseline", "Coverage"):
        table.add_column(heading, justify="right")
    for score in scores:
        table.add_row(
            f"{score.days}",
            f"{score.scored:,}",
            f"{score.by_model:,}",
            f"{score.mae:.3f}",
            f"{score.mae_persistence:.3f}",
            percent(score.coverage),
        )
    set_caption(table, f"Error: log MAE of popularity. {_NOMINAL}")
    return table


def _live_table(live: Sequence[LiveAccuracy]) -> Table:
    """The errors and coverage of new films' first predictions, one line for each target."""
    table = framed_table("Live accuracy of new films")
    table.add_column("Target")
    for heading in ("Films", "Error", "Cross-validated", "Coverage", "Cross-validated"):
        table.add_column(heading, justify="right")
    for own in live:
        table.add_row(
            TARGET_WORDS.get(own.target, own.target),
            f"{own.films:,}",
            f"{own.error:.3f}",
            number_cell(own.oof_error, "{:.3f}"),
            percent(own.coverage),
            percent(own.oof_coverage),
        )
    lines = [
        f"The last {NEWEST} films predicted before they were learned from.",
        f"Error: MAE of the rating, log MAE of popularity. {_NOMINAL}",
    ]
    lines += [
        f"{TARGET_WORDS.get(own.target, own.target).capitalize()}: intervals of unseen films "
        f"are {'widened' if own.widening > 1 else 'narrowed'} by a factor of {own.widening:.2f}, "
        f"since empirical coverage was {percent(own.bare_coverage)}."
        for own in live
        if own.widening != 1.0
    ]
    set_caption(table, plain("\n".join(lines)))
    return table


def checks_table(examination: Examination) -> Table:
    """The doctor's checks: state, name and sentence."""
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for check in examination.checks:
        table.add_row(Text(check.state, _STYLES[check.state]), check.name, plain(check.message))
    return table
