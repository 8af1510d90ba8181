"""Output: the log on stderr, tables or one JSON object on stdout.

Every text passes through `redaction.redact` on its way out, and JSON is ASCII where the stream is
not UTF-8.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, TextIO

from tmdbdash.redaction import redact, redact_json
from tmdbdash.terminal.streams import takes_all

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

PIPE_WIDTH = 100
LEAST_WIDTH, LARGEST_WIDTH = 10, 1000


class RedactingFormatter(logging.Formatter):
    """One line a record, the level first, nothing secret in it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text, tracebacks included, with every secret masked."""
        return redact(super().format(record))


class LogHandler(logging.StreamHandler[TextIO]):
    """Writes to stderr; where that takes nothing (a full disk, a reader gone) the log is lost."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's own name
        """Drop the record where the stream fails: there is no other stream for it."""
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)


def set_up_logging(*, quiet: bool = False, verbose: bool = False, as_json: bool = False) -> None:
    """Send the program's log to stderr: errors only, INFO and above, or everything."""
    handler = LogHandler(sys.stderr)
    handler.setFormatter(
        _json_formatter()
        if as_json
        else RedactingFormatter(
            "%(asctime)s %(levelname)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S%z"
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    level = logging.ERROR if quiet else logging.DEBUG if verbose else logging.INFO
    logging.getLogger("tmdbdash").setLevel(level)
    if quiet:
        root.setLevel(logging.ERROR)
    # Its user reports a broken connection, or a stop meanwhile; once is enough.
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)
    # Warnings of an import are shown even with --quiet.
    logging.getLogger("tmdbdash.importing").setLevel(min(level, logging.WARNING))


def _json_formatter() -> logging.Formatter:
    from pythonjsonlogger.json import JsonFormatter

    class RedactingJsonFormatter(JsonFormatter):
        def process_log_record(self, log_data: dict[str, object]) -> dict[str, object]:
            record = super().process_log_record(log_data)
            return {key: redact_json(value) for key, value in record.items()}

    return RedactingJsonFormatter(
        "%(asctime)s %(levelname)s %(name)s %(message)s",
        rename_fields={"asctime": "time", "levelname": "level", "name": "logger"},
        datefmt="%Y-%m-%dT%H:%M:%S%z",
        json_ensure_ascii=not takes_all(sys.stderr),
    )


def print_json(answer: Mapping[str, object]) -> None:
    """One JSON object on stdout, with no bare NaN."""
    escaped = not takes_all(sys.stdout)
    text = json.dumps(answer, ensure_ascii=escaped, allow_nan=False)
    if redact(text) != text:  # rare: masked text by text, for a secret may be a number, or a quote
        text = json.dumps(redact_json(answer), ensure_ascii=escaped, allow_nan=False)
    sys.stdout.write(text + "\n")
    sys.stdout.flush()  # a server prints its address, and goes on


@contextlib.contextmanager
def progress_bar(*, hidden: bool) -> Iterator[Callable[[int, int, int], None] | None]:
    """A bar of bytes read and rows taken in, on a terminal; elsewhere and when hidden, none."""
    console = _console(sys.stderr)
    if hidden or not console.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[rows]:,} rows"),
    )
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task("import", rows=0)
        yield lambda done, total, rows: bar.update(task, completed=done, total=total, rows=rows)


def print_tables(*parts: RenderableType) -> None:
    """Tables and sentences on stdout: as wide as the terminal, or 100 columns in a pipe."""
    from rich.text import Text

    console = _console(sys.stdout)
    # Written by us: rich would end the process at a pipe that nobody reads any more.
    with console.capture() as captured:
        for part in parts:
            # Plain text is printed as it is: no markup, for it may name folders and films, and no
            # line broken within a path.
            if isinstance(part, str):
                console.print(Text(part), soft_wrap=True)
            else:
                console.print(part)
    sys.stdout.write(captured.get())
    sys.stdout.flush()


def _console(stream: TextIO) -> Console:
    """A console of COLUMNS columns, or, without a number there, as wide as the terminal."""
    from rich.console import Console

    own = (PIPE_WIDTH, 25)
    with contextlib.suppress(OSError, ValueError):
        own = os.get_terminal_size(stream.fileno())
    columns, lines = shutil.get_terminal_size(own)
    width = min(max(columns, LEAST_WIDTH), LARGEST_WIDTH)
    return Console(file=stream, highlight=False, width=width, height=lines)
