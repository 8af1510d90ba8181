"""Keeping secrets out of every text that leaves the process.

Log records, error messages, tracebacks and run messages all pass through `redact`. It knows the
values that are in force (`protect` them when settings are loaded) and, besides, the shapes in
which a key or a password travels, so that a secret that was never declared is caught as well.
"""

from __future__ import annotations

import re
from urllib.parse import quote, quote_plus

MASK = "***"

_SHAPES = (
    re.compile(r"(?i)((?:api_key|access_token|passwd|password)=)[^&\s'\"<>)]+"),
    re.compile(r"(?i)(bearer\s+)[A-Za-z0-9._~+/=-]{8,}"),
    re.compile(r"(://[^/\s:@'\"]*:)[^/\s@'\"]+(?=@)"),
)
_protected: set[str] = set()


def protect(*values: str) -> None:
    """Declare secret values; their URL-encoded forms are secret too.

    Values shorter than four characters are left out: masking them would garble ordinary text.
    """
    for value in values:
        for form in (value, quote(value, safe=""), quote_plus(value)):
            if len(form) >= 4:
                _protected.add(form)


def redact(text: str) -> str:
    """The text with every known or recognisable secret replaced by stars."""
    for value in sorted(_protected, key=len, reverse=True):
        text = text.replace(value, MASK)
    for shape in _SHAPES:
        text = shape.sub(rf"\g<1>{MASK}", text)
    return text
