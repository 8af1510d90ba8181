"""Reads the home folder's ``.env``, and refuses broken lines and values that span settings.

Values of the environment and of the file may have quotes of their own, see `unquoted`.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from tmdbdash.errors import UsageError
from tmdbdash.files import read_regular

_OURS = re.compile(
    r"^\s*(?:export\s+)?(?:TMDB|DATABASE_URL|POLL_INTERVAL|APP_VERSION|VERCEL_GIT|GIT_COMMIT)",
    re.MULTILINE | re.IGNORECASE,
)

QUOTES = "'\"\u2018\u2019\u201c\u201d"


def unquoted(value: str) -> str:
    """A value without the spaces, quotes and line ends around it.

    They come from web pages, from files edited under Windows, and from docker's ``--env-file``.
    """
    return value.strip().strip(QUOTES).strip()


def read_env_file(path: Path) -> dict[str, str]:
    """The values of the file by name, unexpanded; none where there is no file.

    Raises `UsageError`, naming the line and nothing of its content, where a line that sets one of
    our settings cannot be read (a quote that does not close), or where a value that runs over
    several lines has swallowed one of them; `OSError` and `UnicodeDecodeError` for the file.
    """
    if not path.exists():
        return {}
    from dotenv.parser import parse_stream

    values = {}
    with io.StringIO(read_regular(path).decode("utf-8-sig"), newline=None) as file:
        for binding in parse_stream(file):
            text = binding.original.string.lstrip("\r\n")
            line = binding.original.line + binding.original.string.index(text)
            if binding.error and _OURS.search(text):
                raise UsageError(
                    f"{path}, line {line} cannot be read: write NAME=VALUE, with a quote at "
                    "both ends of the value or at neither"
                )
            if _OURS.search(text.partition("\n")[2].strip("\n")) and _OURS.search(text):
                raise UsageError(
                    f"{path}, line {line}: a quote opens there and closes in a later line, so "
                    "that the settings between are part of its value: close it in its own line"
                )
            if binding.key and binding.value:
                values[binding.key] = binding.value
    return values
