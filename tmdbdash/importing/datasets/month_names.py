"""The months by their names in the languages that film files are written in."""

from __future__ import annotations

import functools
import re
import unicodedata

_NAMES = (  # January to December, without accents
    "january february march april may june july august september october november december",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "januar februar marz april mai juni juli august september oktober november dezember",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
)
_WEEKDAYS = """
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat
    sun segunda terca quarta quinta sexta sabado domingo feira lunes martes miercoles jueves viernes
    lundi mardi mercredi jeudi vendredi samedi dimanche montag dienstag mittwoch donnerstag freitag
    samstag sonntag lunedi martedi mercoledi giovedi venerdi sabato domenica
"""
_FILLERS = "de del do of the le il el den der am st nd rd th er ter o a"
_SKIPPED = frozenset(f"{_WEEKDAYS} {_FILLERS}".split())
_SHORTEST = 3
_TOKEN = re.compile(r"[0-9]+|[^\W\d_]+")
_BETWEEN = re.compile(r"[\s,./\-'°]*")


def day_by_name(text: str) -> tuple[str, int, str] | None:
    """The figures of the year, the month, and those of the day of a text with a month's name.

    Such as ``31 de dezembro de 2019`` or ``dec 31, 2019``, in small letters; no day ("") where the
    text names only a month and a year. ``None`` where it has any other word.
    """
    if _BETWEEN.fullmatch(_TOKEN.sub("", text)) is None:
        return None
    figures: list[str] = []
    months: list[int] = []
    for token in _TOKEN.findall(text):
        if token[0].isdigit():
            figures.append(token)
        elif (month := _months().get(without_accents(token))) is not None:
            months.append(month)
        elif without_accents(token) not in _SKIPPED:
            return None
    if len(months) != 1 or not 1 <= len(figures) <= 2:
        return None
    first, last = figures[0], figures[-1]
    if len(figures) == 1:
        return (first, months[0], "") if len(first) == 4 else None
    if len(first) == 4 and len(last) <= 2:
        return first, months[0], last
    return (last, months[0], first) if len(first) <= 2 and len(last) in (2, 4) else None


def without_accents(word: str) -> str:
    """A word with plain letters: "février" is "fevrier"."""
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


@functools.cache
def _months() -> dict[str, int]:
    """Every name and beginning of three letters or more that only one month has."""
    meant: dict[str, set[int]] = {"janner": {1}, "maerz": {3}, "setiembre": {9}}
    for names in _NAMES:
        for month, name in enumerate(names.split(), start=1):
            for length in range(_SHORTEST, len(name) + 1):
                meant.setdefault(name[:length], set()).add(month)
    return {word: months.pop() for word, months in meant.items() if len(months) == 1}
