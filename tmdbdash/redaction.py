"""Keeping secrets out of every text that leaves the process.

Log records, error messages, tracebacks and run messages all pass through `redact`. It masks the
declared values, whole (`protect`) and in the parts into which a reader of URLs may cut them
(`protect_parts`), and, for secrets that were never declared, texts in the form of a key or a
password in a URL.
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote, quote_plus, unquote, unquote_plus

MASK = "***"

_SHAPES = (
    re.compile(r"(?i)((?:api_key|access_token|passwd|password)=)[^&\s'\"<>)]+"),
    re.compile(r"(?i)(bearer\s+)[A-Za-z0-9._~+/=-]{8,}"),
    # A password may hold what should have been encoded, so it ends at the last @ of the authority,
    # and with a slash in it at the last @ of all; a port and a path that has an @ are none.
    re.compile(r"(://[^/\s:@'\"]*:)(?!PASSWORD@)[^/\s'\"]+(?=@)"),
    re.compile(r"(://[^/\s:@'\"]*:)(?!\d+/|PASSWORD@)[^\s'\"*@][^\s'\"]*(?=@[^\s'\"/])"),
)
SHORTEST = 4
"""Shorter values are not masked by value: that would garble ordinary text."""
PLAIN_LENGTH = 8
"""A part of letters or digits alone that is shorter than this is masked as a word of its own."""
LONG_PART = 12
MOST_PARTS = 16
"""Of a secret cut into more parts, four neighbours at most are masked together."""

_CUTS = re.compile(r"[@:/?#%&=;,|<>()\[\]{}\\'\"\s]+")
_CUTS_AND_DOTS = re.compile(rf"(?:{_CUTS.pattern}|\.)+")
_COMMON = frozenset(
    {"mysql", "pymysql", "mariadb", "sqlite", "http", "https", "localhost", "tmdbdash", "database"}
    | {"password", "passwd", "user", "root", "none", "null", "true", "false"}
)
"""Words of URLs and of our own sentences, which are not masked as a part of a secret."""

protected_texts: set[str] = set()
"""Declared values in all their forms, masked wherever they are."""
protected_words: set[str] = set()
"""Short parts of declared values, masked where they are words of their own."""


def protect(*values: str) -> None:
    """Declare secret values; the forms that they take in URLs, JSON and Python are secret too.

    Values shorter than four characters are left out: masking them would garble ordinary text.
    """
    for value in values:
        protected_texts.update(form for form in _forms(value) if len(form) >= SHORTEST)


def protect_parts(*values: str) -> None:
    """Declare values that may be cut at a delimiter: each part, and parts that follow each other.

    So a password of which a library takes the first half for a host is masked in both halves. A
    short part of letters alone is masked only as a whole word.
    """
    for value in values:
        for part in _runs(value) | _runs(unquote_plus(value)):
            if len(part) < SHORTEST or part.lower() in _COMMON:
                continue
            if len(part) < PLAIN_LENGTH and (part.isalpha() or part.isdigit()):
                protected_words.add(part)
            else:
                protect(part)
            if not part.isascii():
                protected_texts.update(_host_forms(part))


def protect_likely(*values: str) -> None:
    """Declare texts that may hold secrets: each part of them that looks like one is masked.

    Such a part has a digit, small and capital letters mixed, or `LONG_PART` characters.
    """
    for value in values:
        for part in (*_CUTS_AND_DOTS.split(value), *_CUTS_AND_DOTS.split(unquote_plus(value))):
            mixed = part[1:] != part[1:].lower() and part != part.upper()
            likely = mixed or any(c.isdigit() for c in part) or len(part) >= LONG_PART
            if likely and len(part) >= SHORTEST and part.lower() not in _COMMON:
                protect_parts(part)


def redact(text: str) -> str:
    """The text with every known or recognisable secret replaced by stars.

    Letter case does not matter: a host is shown in small letters.
    """
    folded = text.lower()
    for value in sorted(protected_texts, key=len, reverse=True):
        if value.lower() in folded:
            text = re.sub(re.escape(value), MASK, text.replace(value, MASK), flags=re.IGNORECASE)
            folded = text.lower()
    for word in protected_words:
        if word.lower() in folded:
            alone = rf"(?<![^\W_]){re.escape(word)}(?![^\W_])"
            text = re.sub(alone, MASK, text, flags=re.IGNORECASE)
    for shape in _SHAPES:
        text = shape.sub(rf"\g<1>{MASK}", text)
    return text


def redact_json(value: object) -> object:
    """The JSON value with every text in it redacted; keys and numbers stay, so it stays JSON."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: redact_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [redact_json(item) for item in value]
    return value


def _forms(value: str) -> set[str]:
    in_json = (json.dumps(value, ensure_ascii=escaped)[1:-1] for escaped in (True, False))
    decoded = unquote(value)
    return {value, decoded, quote(value, safe=""), quote(value), quote_plus(value)} | {
        *in_json,
        repr(value)[1:-1],
    }


def _host_forms(part: str) -> set[str]:
    """The forms of a part with letters outside ASCII where a library takes it for a host."""
    try:
        return {part.encode("idna").decode()}
    except UnicodeError:
        return set()


def _runs(value: str) -> set[str]:
    """Each part between delimiters, and each run of parts with the delimiters between them."""
    cuts = [found.span() for found in re.finditer(_CUTS, value)]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(value)]
    many = len(starts) > MOST_PARTS
    return {
        value[start:end]
        for n, start in enumerate(starts)
        for m, end in enumerate(ends[n:], n)
        if not many or m - n < 4 or n == 0 or m == len(ends) - 1
    }
