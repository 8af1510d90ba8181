"""The name of a home among others on one database: an id that it keeps, and its machine's name.

Neither a machine's name nor an address would do: containers get new ones, or share one.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import socket
from typing import TYPE_CHECKING

from tmdbdash.ownership import give_to_owner

if TYPE_CHECKING:
    from tmdbdash.settings import Settings

_ID = re.compile(r"[0-9a-f]{12}")


def home_name(settings: Settings) -> str:
    """``<id>@<machine>``; the id is made at first use, in ``state/home-id``.

    A copy of a home must not have that file, or both count as one. Raises `OSError`.
    """
    file = settings.state_dir / "home-id"
    settings.state_dir.mkdir(mode=0o700, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w") as made:
            made.write(f"{secrets.token_hex(6)}\n")
        give_to_owner(settings.home, [file])
    found = _ID.match(file.read_text(errors="replace"))
    if found is None:  # killed before it was written, or of somebody else
        file.unlink()
        return home_name(settings)
    return f"{found[0]}@{socket.gethostname()[:80]}"


def is_same_home(one: str, other: str) -> bool:
    """Whether two names are of one home, whose machine may have been renamed."""
    return one.partition("@")[0] == other.partition("@")[0]
