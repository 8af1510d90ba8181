"""The encoding of a file of text, judged by all of its bytes.

A mark at the beginning decides, then zero bytes (UTF-16 and UTF-32 without a mark), then whether
the bytes are UTF-8. Other bytes are read as Windows-1252 only where `latin` is certain of it;
anything else is refused with the name of the likeliest encoding, since a wrong one would store
letters that nobody wrote.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tmdbdash.importing.datasets.latin import LatinJudge
from tmdbdash.importing.datasets.problems import DatasetError
from tmdbdash.importing.datasets.scripts import SORTED, likeliest_script

ESCAPE = "tmdbdash-escape"
"""Error handler: each undecodable byte becomes a surrogate, U+DC80 to U+DCFF."""
EXAMPLES = "utf-8, utf-16, cp1252, cp1250, cp1251, shift_jis, gb18030"
SAMPLE = 64 * 1024
"""Bytes of lines outside ASCII that are kept for naming an encoding."""
CLEAR = 0.4
"""The score of `likeliest_script` for text of another script with ASCII letters in its words."""
FEW = 12
"""Characters outside ASCII that may be UTF-8 by accident."""
ACCIDENTS = 20
"""Bytes that are no UTF-8 for each character that other encodings may form by accident."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NO_TEXT_CODECS = frozenset(
    {"undefined", "idna", "punycode", "unicode_escape", "raw_unicode_escape"}
)
_BAD = re.compile("[\udc80-\udcff]")
_WIDE = re.compile("[^\x00-\x7f\udc80-\udcff]")
_WORD = re.compile("[^\\W\\d_]*[\x80-\u07ff][^\\W\\d_]*")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_NO_LEAD = bytes(set(range(256)) - set(range(0xC2, 0xF5)))
_SEVEN_BIT = re.compile(rb"\x1b\$[@B(]|\x1b\([JI]")
_NAMES = {
    "cp1250": "Windows-1250 (Central European)",
    "iso8859_2": "ISO 8859-2 (Central European)",
    "cp852": "DOS code page 852 (Central European)",
    "mac_latin2": "Mac Central European",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1252": "Windows-1252 (Western European)",
    "iso8859_15": "ISO 8859-15 (Western European)",
    "cp850": "DOS code page 850 (Western European)",
    "mac_roman": "Mac Roman",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp857": "DOS code page 857 (Turkish)",
    "mac_turkish": "Mac Turkish",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "cp1257": "Windows-1257 (Baltic)",
    "iso8859_4": "ISO 8859-4 (Baltic)",
    "cp775": "DOS code page 775 (Baltic)",
    "cp1258": "Windows-1258 (Vietnamese)",
    "cp874": "Windows-874 (Thai)",
    "koi8_r": "KOI8-R (Cyrillic)",
    "koi8_u": "KOI8-U (Ukrainian)",
    "cp866": "DOS code page 866 (Cyrillic)",
    "iso8859_5": "ISO 8859-5 (Cyrillic)",
    "mac_cyrillic": "Mac Cyrillic",
    "cp932": "Shift-JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "gb18030": "GBK (Chinese)",
    "big5hkscs": "Big5 (Chinese)",
    "euc_kr": "EUC-KR (Korean)",
    "iso8859_6": "ISO 8859-6 (Arabic)",
    "iso8859_7": "ISO 8859-7 (Greek)",
    "cp737": "DOS code page 737 (Greek)",
}


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec of Python's, its error handler, and a sentence about it for people."""

    codec: str
    errors: str
    note: str | None = None


def named_encoding(name: str) -> Encoding:
    """The encoding that a person named; raises `DatasetError` where there is none for text."""
    try:
        found = codecs.lookup(name.strip())
        "id".encode(found.name)
    except (LookupError, ValueError, UnicodeError):
        raise DatasetError(_unknown(name)) from None
    if found.name in _NO_TEXT_CODECS or found.incrementaldecoder is None:
        raise DatasetError(_unknown(name))
    return Encoding(found.name, _errors(found.name))


CLEARLY = 3
"""Characters of UTF-8 for each other byte that are no accident, in any language."""
STRAY = 2
SPARSE = 400
"""Bytes outside ASCII that may be damage in a file that is certain in no encoding, and the bytes
that such a file has for each of them.
"""


def judge(blocks: Callable[[], Iterator[bytes]]) -> Encoding:
    """The encoding of a file whose bytes ``blocks`` gives anew at each call.

    Raises `DatasetError` that names the likeliest encoding where none is certain.
    """
    first = next(blocks(), b"")
    for mark, codec in _MARKS:
        if first.startswith(mark) and (codec == "utf-8" or not len(first) % 2):
            if codec != "utf-8":
                return Encoding(codec, ESCAPE)
            break
    else:
        wide = _without_mark(first)
        if wide is not None:
            return Encoding(wide, ESCAPE, f"read as {wide.upper()}, as its zero bytes show")
    valid, bad, seven_bit, few = _count(blocks())
    if seven_bit and not valid and not bad:
        raise DatasetError(_refusal("iso2022_jp", "ISO 2022-JP (Japanese)"))
    marked = first.startswith(codecs.BOM_UTF8)
    size = sum(map(len, blocks()))
    # A few words may be UTF-8 by accident, longer texts are not.
    sound = marked or (not bad and size >= SPARSE) or not _mixes_scripts(few)
    if not bad and sound:
        return Encoding("utf-8", "surrogateescape")
    if marked or (valid >= bad and sound) or valid >= CLEARLY * bad > 0:
        return _damaged(bad)
    try:
        return _legacy(blocks, valid, bad)
    except DatasetError:
        # So few bytes are damage, or cost no more than their cells.
        if 0 < bad <= STRAY and size >= SPARSE * bad:
            return _damaged(bad)
        raise


def _damaged(bad: int) -> Encoding:
    """UTF-8 with some other bytes, whose cells cannot be read."""
    bytes_ = "1 byte that is" if bad == 1 else f"{bad:,} bytes that are"
    return Encoding("utf-8", "surrogateescape", f"has {bytes_} no UTF-8")


def _errors(codec: str) -> str:
    return "surrogateescape" if codec in {"utf-8", "ascii"} else ESCAPE


def _unknown(name: str) -> str:
    return f"cannot be read as {name!r}, which is no encoding of text; such are {EXAMPLES}"


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    escaped = "".join(
        chr(0xDC00 + byte) if byte > 0x7F else chr(byte)
        for byte in error.object[error.start : error.end]
    )
    if not _BAD.search(escaped):
        escaped = "\udcff" + escaped[1:]
    return escaped, error.end


codecs.register_error(ESCAPE, _escape)


def _without_mark(first: bytes) -> str | None:
    """UTF-16 or UTF-32 by the positions of zero bytes, which are those of plain letters."""
    head = first[: 4096 - len(first) % 4]
    if len(head) < 4 or b"\0" not in head:
        return None
    zeros = [head[at::4].count(0) * 4 / len(head) for at in range(4)]
    if min(zeros[2:]) > 0.9 and zeros[0] < 0.3:
        return "utf-32-le"
    if min(zeros[:2]) > 0.9 and zeros[3] < 0.3:
        return "utf-32-be"
    even, odd = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    for codec, rare, often in (("utf-16-le", even, odd), ("utf-16-be", odd, even)):
        if often > 0.1 and rare < 0.1 and often > 4 * rare:
            return codec
    return None


def _count(blocks: Iterator[bytes]) -> tuple[int, int, bool, str]:
    """Count the bytes as UTF-8.

    Returns the number of characters outside ASCII and of bytes that are no UTF-8, whether a 7-bit
    encoding is seen, and the words outside ASCII where they are few.
    """
    valid = bad = 0
    few = ""
    seven_bit = False
    buffered = b""
    for block in blocks:
        if not buffered and block.isascii():
            seven_bit = seven_bit or (b"\x1b" in block and _SEVEN_BIT.search(block) is not None)
            continue
        data = buffered + block
        try:
            text, used = codecs.utf_8_decode(data, "strict", False)
            valid += len(data[:used].translate(None, _NO_LEAD))
        except UnicodeDecodeError:
            text, used = codecs.utf_8_decode(data, "surrogateescape", False)
            bad += len(_BAD.findall(text))
            valid += len(_WIDE.findall(text))
        buffered = data[used:]
        if valid <= FEW:
            few += " ".join(_WORD.findall(text)) + " "
    return valid, bad + len(buffered), seven_bit, few if valid <= FEW else ""


_OF_ANY_SCRIPT = frozenset({"MODIFIER", "MASCULINE", "FEMININE", "MICRO", "?"})
"""First words of the names of letters in words of any script, such as an okina."""


def _mixes_scripts(words: str) -> bool:
    """Whether a word has letters of two scripts, as words that are UTF-8 by accident have.

    ASCII letters do not count: TMDB has Russian words with a Latin P.
    """
    return any(
        len(
            {
                unicodedata.name(c, "?").split(" ")[0]
                for c in word
                if "\x7f" < c < "\u0800" and c.isalpha()
            }
            - _OF_ANY_SCRIPT
        )
        > 1
        for word in words.split()
    )


def _legacy(blocks: Callable[[], Iterator[bytes]], valid: int, bad: int) -> Encoding:
    latin = LatinJudge()
    sample = b""
    controls = length = 0
    for block in _whole_lines(blocks()):
        if len(sample) < SAMPLE:
            lines = [line for line in block.split(b"\n") if not line.isascii()]
            sample = (sample + b"\n".join(lines))[:SAMPLE]
        if length < SAMPLE:
            controls += len(_CONTROLS.findall(block[:SAMPLE]))
            length += len(block[:SAMPLE])
        latin.add(block)
    if controls > max(4, length // 50):
        raise DatasetError("is no text")
    accidental = valid * ACCIDENTS <= bad
    if latin.certain and accidental:
        return Encoding(
            "cp1252", ESCAPE, "read as Windows-1252 (which Latin-1 is part of), as it is no UTF-8"
        )
    codec, likelihood = likeliest_script(sample)
    if latin.is_latin and not (codec in SORTED and likelihood > CLEAR and latin.is_strange):
        codec = latin.likeliest
    elif likelihood <= 0:
        codec = ""
    if not codec or (codec == latin.likeliest and not accidental):
        if not bad:  # odd words, such as a name with letters of two scripts, but nothing else
            return Encoding("utf-8", "surrogateescape")
        raise DatasetError(
            f"mixes encodings: {valid:,} characters are UTF-8, but {bad:,} bytes are not: "
            "save it anew as UTF-8"
        )
    raise DatasetError(_refusal(codec, _NAMES.get(codec, codec)))


def _refusal(codec: str, name: str) -> str:
    return (
        f"is no UTF-8, and its encoding is not certain; it is probably {name}: "
        f"say so by --encoding {codec}, or save it as UTF-8"
    )


def _whole_lines(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, cut where a word of the Latin script ends."""
    rest = b""
    for block in blocks:
        data = rest + block
        cut = max(data.rfind(b"\n"), data.rfind(b" "), data.rfind(b",")) + 1 or len(data)
        yield data[:cut]
        rest = data[cut:]
    yield rest
