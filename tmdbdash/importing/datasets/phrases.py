"""Free texts to parts and words, so that names are found between any separators.

A text is split into *parts* at marks that end a name in every notation (commas, bars, bullets,
brackets, line ends ...), and a part into *words*. People write a space, a hyphen, a dot or an
underscore both between the words of one name and between names: only a list of known names shows
which.
"""

# ruff: noqa: RUF001  (marks of many scripts are the matter here)

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

Found = TypeVar("Found")

CONNECTIVES = frozenset({"and", "e", "y", "et", "ed", "und"})
"""Words between the last two names of a list, in our six languages."""

_TAG = re.compile(r"</?[A-Za-z]{1,10}\s*/?>")
_SEPARATOR = re.compile(
    r"[,;|/\\\n\r\t\v\f\[\](){}\"“”„«»‹›&+:*<>=•·‧∙●▪◦⋅・、，；／｜–—]"
    r"|\s[-~]++\s"
    # An apostrophe inside a word belongs to it; others are quotation marks.
    r"|(?<![^\W_])['’‘`]|['’‘`](?![^\W_])"
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class _Plain(dict[int, str]):
    """For `str.translate`: letters to lower case without accents, one for one."""

    def __missing__(self, code: int) -> str:
        letter = unicodedata.normalize("NFKD", chr(code))[0].casefold()
        self[code] = plain = letter if len(letter) == 1 else chr(code)
        return plain


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_PLAIN = _Plain({ord("’"): "'", ord("‘"): "'"})


def unaccented(text: str) -> str:
    """The text in small letters without accents: ``Ficção`` and ``FICCAO`` become ``ficcao``."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


def without_umlauts(text: str) -> str:
    """A German text as keyboards without umlauts write it: ``Komödie`` becomes ``Komoedie``."""
    return text.translate(_UMLAUTS)


def parts(text: str) -> Iterator[str]:
    """The parts of a text, without the white space around them; empty ones are left out."""
    if "&" in text and ";" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = _TAG.sub("\n", text)
    for piece in _SEPARATOR.split(unicodedata.normalize("NFC", text)):
        stripped = piece.strip(" \xa0-_.")
        if stripped:
            yield stripped


def words(text: str) -> list[str]:
    """The words of a text, as `unaccented` writes them."""
    return _WORD.findall(unaccented(text))


def scan(
    part: str, known: Callable[[Sequence[str]], Found | None], longest: int
) -> tuple[list[Found], list[str]]:
    """The values of ``known`` for the words of a part, the longest names first, and the rest.

    ``known`` takes up to ``longest`` words, as `unaccented` writes them. The rest are runs of words
    of the part, without connectives at their ends.
    """
    matches = list(_WORD.finditer(part))
    spelled = [unaccented(match[0]) for match in matches]
    found: list[Found] = []
    others: list[str] = []
    at, since = 0, 0

    def leave(start: int, end: int) -> None:
        while start < end and spelled[start] in CONNECTIVES:
            start += 1
        while start < end and spelled[end - 1] in CONNECTIVES:
            end -= 1
        if start < end:
            others.append(part[matches[start].start() : matches[end - 1].end()])

    while at < len(matches):
        for end in range(min(at + longest, len(matches)), at, -1):
            value = known(spelled[at:end])
            if value is not None:
                leave(since, at)
                found.append(value)
                at = since = end
                break
        else:
            at += 1
    leave(since, len(matches))
    if not found and not others:
        others.append(part)
    return found, others
