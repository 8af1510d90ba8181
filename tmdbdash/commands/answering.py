"""What every command does alike: read its settings, and give its answer."""

from __future__ import annotations

import logging
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    import typer
    from rich.console import RenderableType

    from tmdbdash.settings import Settings
    from tmdbdash.terminal.output import Reportable


log = logging.getLogger(__name__)
Result = TypeVar("Result", bound="Reportable")


def settings_of(ctx: typer.Context) -> Settings:
    """The settings of the home that the command was given; their secrets are masked from now on.

    Raises `UsageError` for settings that cannot be used, and where others may write to `state/`.
    """
    from tmdbdash.settings import load_settings
    from tmdbdash.trust import refuse_open_state

    settings = load_settings(ctx.obj[0])
    refuse_open_state(settings.state_dir)
    return settings


def answer(
    ctx: typer.Context,
    result: Result | None,
    as_json: bool,
    shown: Callable[[Result], RenderableType],
) -> None:
    """Say what the command came to, as `terminal.output.answer` does."""
    from tmdbdash.terminal import output

    output.answer(result, shown, as_json=as_json, quiet=ctx.obj[1])


def end_incomplete(message: str, as_json: bool) -> None:
    """Exit with 3, the answer having been given: an incomplete tick has stored what was sound."""
    import typer

    from tmdbdash.errors import TmdbError

    if as_json:
        log.error("%s", message)
        raise typer.Exit(TmdbError.exit_code)
    raise TmdbError(message)


def tables() -> ModuleType:
    """The tables, and rich with them: loaded only where a table is shown."""
    from tmdbdash.terminal import tables as module

    return module
