"""What all commands share: the options before their names, settings, and how results are shown."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import typer
    from rich.console import RenderableType

    from tmdbdash.settings import Settings

log = logging.getLogger(__name__)


class GlobalOptions(NamedTuple):
    """The options before a command's name that commands read, as ``ctx.obj``."""

    home: Path | None
    quiet: bool


class Reportable(Protocol):
    """The result of a command."""

    def as_json(self) -> Mapping[str, object]:
        """The result as plain JSON values."""


Result = TypeVar("Result", bound=Reportable)


def settings_of(ctx: typer.Context) -> Settings:
    """The settings of the command's home; their secrets are masked from now on.

    Raises `UsageError` for settings that cannot be used, and where others may write to `state/`.
    """
    from tmdbdash.settings import load_settings
    from tmdbdash.trust import refuse_open_state

    settings = load_settings(ctx.obj.home)
    refuse_open_state(settings.state_dir)
    return settings


def answer(
    ctx: typer.Context,
    result: Result | None,
    as_json: bool,
    table_of: Callable[[Result], RenderableType],
) -> None:
    """Print a result: as one JSON object, as ``table_of`` it, or (when quiet) not at all.

    It is ``None`` where another run holds the lock, which is in the log already.
    """
    from tmdbdash.terminal.output import print_json, print_tables

    if as_json:
        print_json(
            {"skipped": "another run holds the lock"} if result is None else result.as_json()
        )
    elif result is not None and not ctx.obj.quiet:
        print_tables(table_of(result))


def end_incomplete(message: str, as_json: bool) -> None:
    """Exit with 3 after an incomplete tick, whose result is stored and printed."""
    import typer

    from tmdbdash.errors import TmdbError

    if as_json:
        log.error("%s", message)
        raise typer.Exit(TmdbError.exit_code)
    raise TmdbError(message)
