"""Reports as tables that read well at 80 columns; printing them is the terminal's part.

Every text from TMDB is shown as text: neither rich's markup nor a terminal's own codes in a title
have any effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table
from rich.text import Text

from tmdbdash.terminal.plaintext import one_line

if TYPE_CHECKING:
    from tmdbdash.importing.import_report import ImportReport
    from tmdbdash.ingest.ticking import TickResult
    from tmdbdash.learning.training import TrainingReport
    from tmdbdash.records import Movie

MISSING = "–"

_TARGET_NAMES = {"popularity": "popularity", "vote_average": "rating"}


def predictions_table(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Predictions (rows with the documented keys): predicted, real, and what is between them.

    The residual is real minus predicted popularity.
    """
    table = _table()
    _add_title(table, "\nTitle")
    table.add_column("\nRelease", no_wrap=True)
    for heading in ("Popularity\npredicted", "\nreal", "\nresidual"):
        _add_numbers(table, heading)
    for heading in ("Rating\npredicted", "\nreal"):
        _add_numbers(table, heading)
    for row in rows:
        expected, real = row["predicted_popularity"], row["actual_popularity"]
        residual = None if expected is None or real is None else real - expected
        table.add_row(
            _title(row["title"]),
            _date(row["release_date"]),
            _number(expected, "{:.2f}"),
            _number(real, "{:.2f}"),
            _number(residual, "{:+.2f}"),
            _number(row["predicted_vote_average"], "{:.2f}"),
            _number(row["actual_vote_average"], "{:.2f}"),
        )
    return table


def training_table(report: TrainingReport) -> Table:
    """The figures of each model and target, measured on the test rows."""
    table = _table()
    table.add_column("Model", no_wrap=True)
    table.add_column("Target", no_wrap=True)
    for heading in ("Train rows", "Test rows", "MAE", "R2"):
        _add_numbers(table, heading)
    for figures in report.figures:
        table.add_row(
            Text(figures.model),
            Text(_TARGET_NAMES.get(figures.target, figures.target)),
            _number(figures.rows_train, "{:,}"),
            _number(figures.rows_test, "{:,}"),
            _number(figures.mae, "{:.4f}"),
            _number(figures.r2, "{:.4f}"),
        )
    return table


def top_table(movies: Sequence[Movie]) -> Table:
    """Films in the order given, numbered from 1, with what TMDB says of them."""
    table = _table()
    _add_numbers(table, "#")
    _add_title(table, "Title")
    table.add_column("Release", no_wrap=True)
    for heading in ("Popularity", "Votes", "Rating"):
        _add_numbers(table, heading)
    for place, movie in enumerate(movies, start=1):
        table.add_row(
            str(place),
            _title(movie.title),
            _date(movie.release_date),
            _number(movie.popularity, "{:.2f}"),
            _number(movie.vote_count, "{:,}"),
            _number(movie.vote_average, "{:.1f}"),
        )
    return table


def tick_table(result: TickResult) -> Table:
    """What a tick came to, over the first films of the list that it read."""
    table = top_table(result.top)
    sentences = [
        f"{result.pages_read} of {result.pages_wanted} pages, {result.requests} requests; "
        f"{result.films_seen} films: {result.films_new} new, {result.films_changed} changed, "
        f"{result.films_unchanged} unchanged."
    ]
    if result.dry_run:
        sentences.append("A dry run: nothing was stored.")
    if result.message:
        sentences.append(one_line(result.message))
    table.title = Text(" ".join(sentences))
    table.title_justify = "left"
    return table


def import_table(report: ImportReport) -> Table:
    """What became of each file, with its errors and where its rejected rows are."""
    table = _table()
    table.add_column("File", min_width=12)
    table.add_column("Format", no_wrap=True)
    for heading in ("Rows", "New", "Changed", "Unchanged", "Rejected"):
        _add_numbers(table, heading)
    told = []
    for file in report.files:
        table.add_row(
            _title(file.path.name),
            Text(file.format or MISSING),
            *(
                _number(count, "{:,}")
                for count in (file.rows, file.new, file.changed, file.unchanged, file.rejected)
            ),
        )
        if file.observed_at is not None:
            told.append(
                f"{file.path.name}: observed {file.observed_at:%Y-%m-%d %H:%M} UTC "
                f"({file.observed_from})"
            )
        if file.rejected:
            told.append(f"{file.path.name}: rejected rows are in {file.rejects}")
    table.caption = Text("\n".join(one_line(line) for line in told))
    table.caption_justify = "left"
    return table


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0)


def _add_title(table: Table, heading: str) -> None:
    # The only column that may be cut. rich takes from columns that may wrap before it touches the
    # others, so this one may, and its texts (see _title) may not.
    table.add_column(heading, min_width=12)


def _add_numbers(table: Table, heading: str) -> None:
    table.add_column(heading, justify="right", no_wrap=True)


def _title(title: str) -> Text:
    return Text(one_line(title) or MISSING, no_wrap=True, overflow="ellipsis")


def _date(value: date | str | None) -> Text:
    return Text(MISSING if value is None else str(value))


def _number(value: float | None, pattern: str) -> str:
    return MISSING if value is None else pattern.format(value)
