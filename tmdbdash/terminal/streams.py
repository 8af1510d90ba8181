"""The standard streams, made safe to write to.

After `open_streams` writing never fails: not for a character that the encoding lacks, a full disk,
or a reader that has gone. No job ends half-way because of its output; `close_streams` returns the
error at the end.
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

SIMILAR = str.maketrans(
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
"""Characters without a decomposition in Unicode, and similar ones in ASCII."""
READABLE = "tmdbdash.readable"
"""The name of our error handler among those of the codecs."""
STREAMS = ("stdin", "stdout", "stderr")


def open_streams() -> None:
    """Replace the standard streams by safe ones.

    One that was closed when the process started becomes empty, so that no file gets its number.
    Characters that an output's encoding lacks are written as the most similar ASCII; an encoding
    without plain letters is replaced by UTF-8.
    """
    codecs.register_error(READABLE, _readable)
    for number, name in enumerate(STREAMS):
        if getattr(sys, name) is None:
            nothing = _null_stream(number)
            setattr(sys, name, nothing)
            setattr(sys, f"__{name}__", nothing)  # which keeps its descriptor open
    sys.stdout, sys.stderr = _over_sink(sys.stdout), _over_sink(sys.stderr)


class Sink(io.RawIOBase):
    """The raw end of an output: the first error is kept in ``refused``, later output is lost."""

    def __init__(self, raw: io.FileIO) -> None:
        self._raw = raw
        self.refused: OSError | None = None

    def write(self, data: ReadableBuffer, /) -> int:
        """Write some or all of the bytes; returns how many."""
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
        """Always: it is an output."""
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
    """Flush both outputs; returns standard output's error, or ``None``."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(ValueError, OSError):  # closed meanwhile, or none of ours
            stream.flush()
    sink = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return sink.refused if isinstance(sink, Sink) else None


def _over_sink(stream: TextIO) -> TextIO:
    """The same stream over a `Sink`; itself where it is not one of the process."""
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


def _null_stream(number: int) -> TextIO:
    """A stream of the null device under a descriptor that was closed."""
    nothing = os.open(os.devnull, os.O_RDWR)
    if nothing != number:  # the lower ones are open: so it usually took this one
        os.dup2(nothing, number)
        os.close(nothing)
    return open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False)


def _readable(error: UnicodeError) -> tuple[str, int]:
    """The most similar ASCII for the characters of an error, in the form that codecs need."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_similar, error.object[error.start : error.end])), error.end


def _similar(character: str) -> str:
    """ASCII for one character; else a question mark for each column of its width."""
    if (similar := character.translate(SIMILAR)) != character:
        return similar
    plain = unicodedata.normalize("NFKD", character).translate(SIMILAR)
    if kept := plain.encode("ascii", "ignore").decode().strip():
        return kept
    kind = unicodedata.category(character)
    if kind in ("Mn", "Me", "Cf"):  # accents of their own, marks of direction, joiners
        return ""
    if kind == "Zs":
        return " "
    return "??" if unicodedata.east_asian_width(character) in "WF" else "?"
