"""Runtimes in minutes, from many notations."""

from __future__ import annotations

import functools
import re

from tmdbdash.importing.datasets.cell_texts import LONGEST, plain
from tmdbdash.importing.datasets.numbers import plain_number

LONGEST_RUNTIME = 100_000
"""Minutes. The longest film there is lasts some 51,000."""
MOST_HOURS = 9
"""Largest first figure of ``1:40`` that is hours; above, it is minutes and the second seconds."""

_NUMBER = r"[0-9]+(?:[.,][0-9]*)?"
_HOURS = r"h|hs|hr|hrs|hours?|horas?|heures?|or[ae]|std|stunden?|ч"
_MINUTES = r"m|mn|min|mins|minutes?|minutos?|minut[ie]|minuten|м|мин|'"
_SECONDS = r"s|sec|secs|seconds?|segundos?|secondes?|secondi|sekunden?|\""
_AND = r"\s*(?:,|and|et|und|[ey]\b)?\s*"
_UNITS = re.compile(
    rf"""(?:(?P<hours>{_NUMBER})\s*(?:{_HOURS})\.?(?:{_AND}(?=[0-9])|$))?
    (?:(?P<minutes>{_NUMBER})\s*(?:(?:{_MINUTES})\.?(?:{_AND}(?=[0-9])|$)|$))?
    (?:(?P<seconds>{_NUMBER})\s*(?:{_SECONDS})\.?)?""",
    re.VERBOSE,
)
_CLOCK = re.compile(r"(?:0 days? )?([0-9]{1,3}):([0-5][0-9])(?::([0-5][0-9])(?:\.[0-9]+)?)?")
_ISO = re.compile(
    rf"p(?:0+d)?t(?:(?P<hours>{_NUMBER})h)?(?:(?P<minutes>{_NUMBER})m)?(?:(?P<seconds>{_NUMBER})s)?"
)
_EXPONENT = re.compile(r"[0-9]+(?:\.[0-9]*)?e\+?[0-9]{1,2}")
_NOTE = re.compile(r"\s*\([^()]*\)$")


def runtime(raw: object) -> int | None:
    """Minutes, rounded; 0 is missing. ``None`` for anything else.

    ``1:40`` is an hour and forty minutes, ``98:30`` is 98 minutes and a half.
    """
    if type(raw) is str:
        if len(raw) < 6 and raw.isdecimal() and raw.isascii():
            return int(raw) or None
        minutes = _minutes(raw) if len(raw) <= LONGEST else None
    else:
        minutes = plain_number(raw)
    if minutes is None or not 0 <= minutes <= LONGEST_RUNTIME:
        return None
    return round(minutes) or None


@functools.lru_cache(maxsize=8192)
def _minutes(raw: str) -> float | None:
    text = _NOTE.sub("", plain(raw))
    if found := _CLOCK.fullmatch(text):
        first, second = float(found[1]), float(found[2])
        if found[3] is not None:
            return first * 60 + second + float(found[3]) / 60
        return first * 60 + second if first <= MOST_HOURS else first + second / 60
    if _EXPONENT.fullmatch(text):
        return float(text)
    found = (_ISO if text.startswith("p") else _UNITS).fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in found.groups())
    return hours * 60 + minutes + seconds / 60
