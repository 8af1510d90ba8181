"""JSON for the page, and data as classic scripts: what loads from disk and over http alike."""

from __future__ import annotations

import hashlib
import json
from typing import Any

_IN_MARKUP = [(c, f"\\u{ord(c):04x}") for c in ("<", ">", "&", "\u2028", "\u2029")]
_EARLY = (
    "(function (app) { app.receive = app.receive || function (name, value) "
    "{ (app.early = app.early || {})[name] = value; }; })(window.tmdbdash = window.tmdbdash || {});"
)
"""Keeps what comes before the scripts that receive it."""


def to_json(value: Any) -> str:
    """JSON that may stand inside a page as it is: nothing in it can end the element it is in.

    Raises `ValueError` for a number that JSON cannot say.
    """
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    for character, escape in _IN_MARKUP:  # twenty times as fast as `str.translate`
        text = text.replace(character, escape)
    return text


def data_script(name: str, value: Any, *, early: bool = False) -> tuple[str, bytes]:
    """The path and bytes of a script that hands ``value`` to the page under ``name``.

    ``name`` has no dot: the page knows what arrived by the file's name up to its first one.
    ``early`` is for what the page includes before its own scripts.
    """
    return script_of(name, to_json(value), early=early)


def script_of(name: str, text: str, *, early: bool = False) -> tuple[str, bytes]:
    """Like `data_script`, of a value that is the text that `to_json` made of it."""
    before = f"{_EARLY}\n" if early else ""
    # Half a surrogate pair, which UTF-8 cannot say, becomes a question mark.
    content = f'{before}tmdbdash.receive("{name}",{text});\n'.encode("utf-8", "replace")
    digest = hashlib.sha256(content).hexdigest()[:12]
    return f"assets/{name}.{digest}.js", content
