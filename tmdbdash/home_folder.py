"""The home folder: where the settings, the state and the published folder of a user are."""

from __future__ import annotations

import os
from pathlib import Path

from tmdbdash.env_file import unquoted
from tmdbdash.errors import UsageError


def find_home(option: Path | None) -> Path:
    """The home folder, absolute: ``--home``, else ``TMDBDASH_HOME``, else the current folder.

    Raises `UsageError` where no such folder can be.
    """
    chosen = option or Path(unquoted(os.environ.get("TMDBDASH_HOME", "")) or ".")
    check_name(chosen, "the home folder")
    try:
        home = chosen.expanduser().resolve()
        home.stat()
    except FileNotFoundError:
        raise UsageError(
            f"the home folder {chosen} does not exist: create it or correct --home"
        ) from None
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"the home folder {chosen} cannot be used: {reason}; correct --home or TMDBDASH_HOME"
        ) from None
    check_name(home, "the home folder")
    return home


def check_name(path: Path, what: str) -> None:
    """Raise `UsageError` for a path that a database, JSON and the page have no way to name."""
    name = os.fsencode(path)
    try:
        name.decode()
    except UnicodeDecodeError:
        shown = name.decode("utf-8", "backslashreplace")
        raise UsageError(
            f"{what} {shown} has a name that is not UTF-8: rename it, or choose another"
        ) from None
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise UsageError(
            f"{what} {name.decode()} has a name that this locale cannot read: set LC_ALL=C.UTF-8"
        ) from None
