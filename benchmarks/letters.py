"""Counts of letters with diacritics and their neighbours, for `letter_contexts.py`.

``python -m benchmarks.letters`` prints that module's table. Needs wordfreq, which nothing else
does: ``pip install wordfreq``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import defaultdict

from tmdbdash.importing.datasets.latin import RIVALS, WESTERN
from tmdbdash.importing.datasets.letter_contexts import NEIGHBOURS, neighbour

WORDS = 40_000
"""Most frequent words of each language that are counted."""
FAMILIES = {
    "western": "fr es pt it de nl sv da nb fi is ca",
    "central": "pl cs sk hu ro sh sl",
    "turkish": "tr",
    "baltic": "lt lv",
    "vietnamese": "vi",
}
UNSEEN_SHARE = 1e-3
"""Share that a neighbour gets that was not seen beside a letter."""
BY_HAND = "western ß c e4eee5eee4eeeee4eeeee5eeeee3 299ee29997e9798eee996ee9ee9e"
"""The word lists write it as "ss"."""
RAREST = 2e-5
"""Letters with a smaller share of a family's letters with diacritics are left out."""
HIGH_BYTES = bytes(range(0x80, 0x100))


def main() -> None:
    """Print the rows: family, letter, its share, its neighbours before and after it."""
    print(BY_HAND)
    for family, languages in FAMILIES.items():
        shares, before, after = _count(languages.split())
        codecs = [codec for codec, own in (*RIVALS, (WESTERN, "western")) if own == family]
        in_codecs = "".join(HIGH_BYTES.decode(codec, "replace") for codec in codecs).lower()
        for letter in sorted(shares.keys() & set(in_codecs)):
            if shares[letter] < RAREST or letter in "ªºµ":
                continue
            cells = [
                "".join(
                    _digit(
                        (beside[letter, n] / shares[letter] + UNSEEN_SHARE)
                        / (1 + 28 * UNSEEN_SHARE)
                    )
                    for n in NEIGHBOURS
                )
                for beside in (before, after)
            ]
            print(f"{family} {letter} {_digit(shares[letter])} {cells[0]} {cells[1]}")


def _count(
    languages: list[str],
) -> tuple[dict[str, float], dict[tuple[str, str], float], dict[tuple[str, str], float]]:
    import wordfreq

    shares: dict[str, float] = defaultdict(float)
    before: dict[tuple[str, str], float] = defaultdict(float)
    after: dict[tuple[str, str], float] = defaultdict(float)
    for language in languages:
        found: list[tuple[str, str, str]] = []
        for entry in wordfreq.top_n_list(language, WORDS):
            text = _written(entry, language)
            for word in re.split(r"[^\w\u0300-\u0323]+", text):
                found += [
                    (letter, neighbour(word[at - 1 : at]), neighbour(word[at + 1 : at + 2]))
                    for at, letter in enumerate(word)
                    if letter > "\x7f"
                ]
        share = 1 / len(found) / len(languages)
        for letter, left, right in found:
            shares[letter] += share
            before[letter, left] += share
            after[letter, right] += share
    return shares, before, after


def _written(word: str, language: str) -> str:
    """A word as the old encodings write it: Romanian with cedillas, Vietnamese in two parts."""
    if language == "ro":
        return word.replace("ț", "ţ").replace("ș", "ş")
    if language != "vi":
        return word
    written = ""
    for letter in word:
        parts = unicodedata.normalize("NFD", letter)
        base, marks = parts[0], parts[1:]
        for mark in marks:
            if mark in "\u0302\u0306\u031b":
                base = unicodedata.normalize("NFC", base + mark)
        written += base + "".join(m for m in marks if m not in "\u0302\u0306\u031b")
    return written


def _digit(share: float) -> str:
    """Twice the negative logarithm of a share, as one digit of base 36."""
    return "0123456789abcdefghijklmnopqrstuvwxyz"[min(35, round(-2 * math.log(share)))]


if __name__ == "__main__":
    main()
