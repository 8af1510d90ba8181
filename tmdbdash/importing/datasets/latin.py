"""Whether bytes that are no UTF-8 are certainly Windows-1252, of which Latin-1 is a part.

That is certain where letters and symbols are placed as in Western European words, and where every
other encoding of the Latin script, read in the languages that use it, is far less likely or gives
the same text.
"""

from __future__ import annotations

import re

from tmdbdash.importing.datasets.letter_contexts import UNSEEN, contexts, neighbour

WESTERN = "cp1252"
RIVALS = (
    ("cp1250", "central"),
    ("iso8859_2", "central"),
    ("cp852", "central"),
    ("mac_latin2", "central"),
    ("cp1254", "turkish"),
    ("cp857", "turkish"),
    ("mac_turkish", "turkish"),
    ("cp1257", "baltic"),
    ("cp1257", "central"),
    ("iso8859_4", "baltic"),
    ("cp775", "baltic"),
    ("cp1258", "vietnamese"),
    ("iso8859_15", "western"),
    ("cp850", "western"),
    ("mac_roman", "western"),
)
WORDS = 20_000
"""Distinct words that are judged; later ones only have to be decodable."""
MARGIN = 12
"""Twice the natural logarithm of the odds that a rival has to lose by: 400 to 1. At 10 some words
in code pages of DOS were taken for Windows-1252; at 12 one of 15,900 files of one to 40 names was,
of a single word in Mac Turkish."""
MOST = 24
"""The most that one word counts for or against a rival: every file has foreign names."""
ALIKE = 8
"""The most that words with the same reading count together: only the languages' odds."""
MISPLACED = 48
"""The cost of a letter or symbol where it cannot be."""
SYMBOL = 10
"""The cost of a symbol where it can be."""
FEW_MISPLACED = 50
"""Sound letters for each misplaced one that is allowed."""
FEW_UNSEEN = 6
"""Sound letters for each one with unseen neighbours that is allowed."""

_ESCAPES = re.compile(rb"\\[nrtbf]")
_WORDS = re.compile(rb"[A-Za-z0-9\x80-\xff]+")
_ALONE = frozenset("àáèéêíóôöøåæùÀÁÉÈÊÍÓÔÖØÅÆ")
_BEFORE_APOSTROPHE = re.compile(
    r"(?:^|[^a-z])(?:[ldjmnstco]|qu|(?:[dns]?e|a|da|su|que|be)?ll|un|lorsqu|puisqu|jusqu|an|grand)$",
    re.IGNORECASE,
)
_AFTER_APOSTROPHE = re.compile(r"(?:s|t|re|ll|ve|m|d|n|em|til|cause)(?![^\W\d])", re.IGNORECASE)
_PUNCTUATION = frozenset("“”‘’«»‹›…–—\xa0")


class LatinJudge:
    """Judges a file by its words, which `add` collects."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._mingled = 0
        self._sound = 0.0
        self._unseen = 0
        self._misplaced = 0
        self._against = dict.fromkeys(RIVALS, 0)
        self._differing = dict.fromkeys(RIVALS, 0)
        self._dearer = dict.fromkeys(RIVALS, 0)
        self._alike = dict.fromkeys(RIVALS, 0)

    def add(self, block: bytes) -> None:
        """Take the words of some bytes into account."""
        if len(self._seen) >= WORDS:
            self._misplaced += WORDS * (not _decodable(block))
            return
        for word in set(_WORDS.findall(_ESCAPES.sub(b"  ", block))) - self._seen:
            if not word.isascii():
                self._seen.add(word)
                self._weigh(word)

    @property
    def certain(self) -> bool:
        """Whether Windows-1252 is the only reading."""
        return (
            self._sound >= 1
            and self._misplaced * FEW_MISPLACED <= self._sound
            and self._unseen * FEW_UNSEEN <= self._sound
            and all(against >= MARGIN for against in self._differing_rivals().values())
        )

    @property
    def likeliest(self) -> str:
        """The codec of the likeliest reading, were it a language of the Latin script."""
        best = min(self._dearer, key=self._dearer.__getitem__)
        return best[0] if self._dearer[best] < 0 else WESTERN

    @property
    def is_latin(self) -> bool:
        """Whether most words outside ASCII have letters of ASCII too."""
        return self._mingled * 2 > len(self._seen)

    @property
    def is_strange(self) -> bool:
        """Whether letters or symbols of the text as Windows-1252 are where they cannot be."""
        return self._misplaced > 0

    def _differing_rivals(self) -> dict[tuple[str, str], int]:
        return {
            rival: self._against[rival] + max(-ALIKE, min(ALIKE, self._alike[rival]))
            for rival in RIVALS
            if self._differing[rival]
        }

    def _weigh(self, word: bytes) -> None:
        western = _decoded(word, WESTERN)
        self._mingled += any(c.isalnum() and c <= "\x7f" for c in western)
        sound, unseen, misplaced = _western(western)
        self._sound += sound
        self._unseen += unseen
        self._misplaced += misplaced
        own = _cost(western, "western")
        for rival in RIVALS:
            codec, family = rival
            reading = _decoded(word, codec)
            difference = _cost(reading, family) - own
            self._dearer[rival] += difference
            against = max(-MOST, min(MOST, difference))
            if _letters(reading) != _letters(western):
                self._differing[rival] += 1
                self._against[rival] += against
            else:
                self._alike[rival] += against


def _decodable(block: bytes) -> bool:
    return not block.translate(None, bytes(set(range(256)) - {0x81, 0x8D, 0x8F, 0x90, 0x9D}))


def _decoded(word: bytes, codec: str) -> str:
    return word.decode(codec, "replace")


def _letters(reading: str) -> str:
    return "".join(c if c > "\x7f" and c.isalpha() else " " for c in reading)


def _cost(reading: str, family: str) -> int:
    """The cost of a reading: twice the negative logarithm of its likelihood in a family."""
    letters = contexts()[family]
    cost = 0
    plain = reading.lower()
    if len(plain) != len(reading):  # "İ" becomes two characters
        plain = "".join(c.lower()[0] for c in reading)
    for at, letter in enumerate(plain):
        if letter <= "\x7f" and reading[at] <= "\x7f":
            continue
        before, after = plain[at - 1 : at], plain[at + 1 : at + 2]
        known = letters.get(letter)
        if known is not None:
            share, left, right = known
            cost += share + left[neighbour(before)] + right[neighbour(after)]
            if not before.isalpha() and not after.isalpha():
                cost += _cost_alone(reading, at, family)
        elif reading[at] == "İ":
            cost += 4 if not before else MISPLACED
        elif letter.isalpha() or letter < "\xa0" or _symbol(reading, at) < 0:
            cost += MISPLACED
        else:
            cost += SYMBOL
        cost += MISPLACED * _oddly_cased(reading, at)
    return cost


def _cost_alone(reading: str, at: int, family: str) -> int:
    if reading[at - 1 : at].isdigit() or reading[at + 1 : at + 2].isdigit():
        return MISPLACED
    return 0 if family == "western" and reading[at] in _ALONE else SYMBOL


def _western(reading: str) -> tuple[float, int, int]:
    """Counts of a word's letters and symbols: sound, with unseen neighbours, and misplaced."""
    letters = contexts()["western"]
    sound, unseen, misplaced = 0.0, 0, _strange_runs(reading)
    plain = reading.lower()
    for at, letter in enumerate(plain):
        if letter <= "\x7f":
            continue
        before, after = plain[at - 1 : at], plain[at + 1 : at + 2]
        known = letters.get(letter)
        if known is None:
            good = 0.0 if letter.isalpha() else _symbol(reading, at)
            sound, misplaced = sound + max(good, 0), misplaced + (good < 0)
        elif _oddly_cased(reading, at):
            misplaced += 1
        elif not before.isalpha() and not after.isalpha():
            misplaced += reading[at] not in _ALONE
        elif max(known[1][neighbour(before)], known[2][neighbour(after)]) >= UNSEEN:
            unseen += 1
        else:
            sound += 1
    return sound, unseen, misplaced


def _oddly_cased(reading: str, at: int) -> bool:
    """Whether a capital follows a small letter, or a small one is among capitals."""
    letter, before, after = reading[at], reading[at - 1 : at], reading[at + 1 : at + 2]
    if letter.isupper():
        return before.islower()
    return letter.islower() and (
        after.isupper() or (before.isupper() and reading[max(at - 2, 0) : at - 1].isupper())
    )


def _strange_runs(reading: str) -> int:
    """Runs of characters outside ASCII, longer than Western European words have them."""
    found = 0
    for run in re.findall(r"[^\x00-\x7f]+", reading):
        letters = sum(map(str.isalpha, run))
        if len(set(run.lower())) == 1 or all(c in _PUNCTUATION for c in run):
            continue
        found += 2 * (len(run) >= 3) + (letters >= 2 and len(run) == len(reading))
    return found


def _symbol(reading: str, at: int) -> float:
    """A symbol's score by its position: above 0 sound, 0 neutral, below 0 misplaced."""
    symbol, before, after = reading[at], reading[at - 1 : at], reading[at + 1 : at + 2]
    left, right = before.isalpha(), after.isalpha()
    if symbol == "\ufffd":
        return -1
    if symbol == "–" and before.isdigit() and after.isdigit():
        return 1
    if symbol in "\xa0\xad·•´" or not (left or right):
        return 0
    if symbol in "¿¡":
        return -1 if left else 0.5
    if symbol in "©®™":
        return -right
    if symbol in "°ºª":
        return -(right or (left and before not in "nN"))
    if symbol == "’" and left and right:
        if _BEFORE_APOSTROPHE.search(reading[:at]) or _AFTER_APOSTROPHE.match(reading, at + 1):
            return 0.5
        return 0 if after.isupper() else -1
    if symbol in "–—" and left and right:
        ends = (
            re.split(r"[^A-Za-z]", reading[:at])[-1],
            re.split(r"[^A-Za-z]", reading[at + 1 :])[0],
        )
        return 0 if min(map(len, ends)) >= 3 else -1
    if symbol in "“”‘’«»‹›…–—":
        return -(left and right)
    if symbol in "‚„":
        return -left
    return -1
