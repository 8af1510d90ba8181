"""The standard streams, whatever locale, encoding or end the process was started with.

After `open_streams` writing to them never fails: not for a character, not for a full disk, not for
a reader that has gone. A job is not broken off half-way because of its output; `close_streams`
tells, at the end, what was refused.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import select
import sys
import unicodedata
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

LIKENESSES = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212─━╌╍┄┅╴╶═", "-"),
        **dict.fromkeys("│┃║╎╏┆┇╵╷", "|"),
        **dict.fromkeys("┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╭╮╯╰╞╡╪╒╕╘╛╔╗╚╝╠╣╦╩╬╇╈┡┩┢┪", "+"),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        "…": "~", "•": "*", "·": ".", "×": "x", "→": ">", "←": "<", "↑": "^", "↓": "v",
        "¡": "!", "¿": "?", "°": "o", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "ß": "ss",
        "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d",
        "Þ": "Th", "þ": "th", "\u0131": "i", "€": "EUR", "£": "GBP",
    }
)  # fmt: skip
"""What has no decomposition in Unicode but a likeness in ASCII."""
READABLE = "tmdbdash.readable"
"""The name of our error handler among those of the codecs."""
STREAMS = ("stdin", "stdout", "stderr")


def open_streams() -> None:
    """Make the standard streams fit to be used.

    One that was closed when the process started reads and writes nothing from now on, and no file
    of ours can come to be under its number. What the encoding of an output cannot say is written
    as what is most like it; an encoding that cannot write a plain letter is replaced by UTF-8.
    """
    codecs.register_error(READABLE, _readable)
    for number, name in enumerate(STREAMS):
        if getattr(sys, name) is None:
            nothing = _nowhere(number)
            setattr(sys, name, nothing)
            setattr(sys, f"__{name}__", nothing)  # which keeps its descriptor open
    sys.stdout, sys.stderr = _enduring(sys.stdout), _enduring(sys.stderr)


class Sink(io.RawIOBase):
    """The raw end of an output: what it ``refused`` first is kept, what comes after it is lost."""

    def __init__(self, raw: io.FileIO) -> None:
        self._raw = raw
        self.refused: OSError | None = None

    def write(self, data: ReadableBuffer, /) -> int:
        """Write some or all of the bytes; how many of them are done with."""
        if self.refused is None:
            try:
                while (written := self._raw.write(data)) is None:
                    # A pipe that does not block, and whose reader is slow.
                    select.select([], [self._raw], [])
                return written
            except OSError as error:
                self.refused = error
        return memoryview(data).nbytes

    def writable(self) -> bool:
        """It is there to be written to."""
        return True

    def fileno(self) -> int:
        """The descriptor of the process."""
        return self._raw.fileno()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._raw.isatty()


def takes_all(stream: TextIO) -> bool:
    """Whether the stream is UTF-8, so that JSON need not escape what is not ASCII."""
    try:
        return codecs.lookup(stream.encoding or "").name == "utf-8"
    except LookupError:
        return False


def close_streams() -> OSError | None:
    """Write out what is pending; what standard output refused, or ``None``.

    Of standard error nothing could be said anywhere.
    """
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(ValueError, OSError):  # closed meanwhile, or none of ours
            stream.flush()
    sink = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return sink.refused if isinstance(sink, Sink) else None


def _enduring(stream: TextIO) -> TextIO:
    """The same stream over a `Sink`; one that is no stream of the process stays as it is."""
    binary = getattr(stream, "buffer", None)
    raw = getattr(binary, "raw", binary)  # unbuffered (PYTHONUNBUFFERED) it is the raw end itself
    if not isinstance(raw, io.FileIO):
        return stream
    stream.flush()
    at_once = raw.isatty() or stream is sys.stderr or getattr(stream, "write_through", False)
    return io.TextIOWrapper(
        io.BufferedWriter(Sink(raw)),
        encoding=_usable(stream.encoding),
        errors=READABLE,
        line_buffering=at_once,
    )


def _usable(encoding: str) -> str:
    with contextlib.suppress(LookupError, UnicodeError):
        if "a".encode(encoding, READABLE):
            return encoding
    return "utf-8"


def _nowhere(number: int) -> TextIO:
    """A stream to and from nothing under a descriptor that was closed."""
    nothing = os.open(os.devnull, os.O_RDWR)
    if nothing != number:  # the lower ones are open: it took this one unless the system says else
        os.dup2(nothing, number)
        os.close(nothing)
    return open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False)


def _readable(error: UnicodeError) -> tuple[str, int]:
    """What ASCII has for the characters that an encoding cannot write, as codecs ask for it."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_like, error.object[error.start : error.end])), error.end


def _like(character: str) -> str:
    """ASCII in place of one character, a question mark for each column that it takes up."""
    if (likeness := character.translate(LIKENESSES)) != character:
        return likeness
    plain = unicodedata.normalize("NFKD", character).translate(LIKENESSES)
    if kept := plain.encode("ascii", "ignore").decode().strip():
        return kept
    kind = unicodedata.category(character)
    if kind in ("Mn", "Me", "Cf"):  # accents of their own, marks of direction, joiners
        return ""
    if kind == "Zs":
        return " "
    return "??" if unicodedata.east_asian_width(character) in "WF" else "?"
