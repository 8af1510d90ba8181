"""Files of data sets as text, line by line or in chunks, with the bytes read so far."""

from __future__ import annotations

import codecs
import contextlib
import io
import itertools
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import BinaryIO, Self, cast

from tmdbdash.importing.datasets.containers import unpacked
from tmdbdash.importing.datasets.encodings import Encoding, judge, named_encoding
from tmdbdash.importing.datasets.problems import DatasetError
from tmdbdash.importing.datasets.signatures import HEAD, is_parquet
from tmdbdash.importing.datasets.spool import STANDARD_INPUT, spool

LONGEST_LINE = 16 * 1024 * 1024
CHUNK = 256 * 1024
CUT = 4096
"""Characters that are kept of a line longer than `LONGEST_LINE`."""


class _LongLineError(Exception):
    """A line is longer than what is buffered of one."""


class _Blocks(io.BufferedIOBase):
    """Pieces of bytes as the file that `io.TextIOWrapper` reads, the fastest splitter of lines."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._line = 0

    def readable(self) -> bool:
        """Whether it can be read."""
        return True

    def read1(self, _size: int | None = -1, /) -> bytes:
        """The next piece; raises `_LongLineError` where no line has ended for too long."""
        block = next(self._blocks, b"")
        end = block.rfind(b"\n")
        self._line = len(block) - end if end >= 0 else self._line + len(block)
        if self._line > LONGEST_LINE:
            raise _LongLineError
        return block


class TextFile:
    """A file of text in any encoding, plain or packed, to be read from its beginning at will.

    ``path`` "-" is standard input; that and pipes are kept in a temporary file, which `close`
    deletes. ``name`` is for people, ``disk_path`` is where the bytes are; ``size`` is in bytes on
    the disk. ``cut`` has the numbers, from 1, of the lines of the present reading that were too
    long and are cut. A Parquet file (``is_parquet``) is opened too, but is no text.

    Raises `DatasetError` where it is no ordinary file, cannot be opened, or is not text.
    """

    def __init__(self, path: Path, *, encoding: str | None = None) -> None:
        self.path = path
        self.name = "standard input" if str(path) == STANDARD_INPUT else str(path)
        self.cut: set[int] = set()
        self._encoding = None if encoding is None else named_encoding(encoding)
        self._raw: BinaryIO | None = None
        self._done = 0
        self._spool = spool(path)
        self.disk_path = path if self._spool is None else self._spool.path
        try:
            self.size = _size(self.disk_path)
            with self.disk_path.open("rb") as raw:
                self.is_parquet = is_parquet(raw.read(HEAD))
                raw.seek(0)
                self._member = None if self.is_parquet else unpacked(raw)[1]
        except OSError as error:
            self.close()
            raise DatasetError(f"cannot be read ({error.strerror or error})") from None
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def again(self) -> TextFile:
        """The same file, for a second reading at the same time."""
        other = TextFile(self.path)
        other._encoding = self._encoding
        return other

    def close(self) -> None:
        """Delete the copy of standard input, once nobody else reads it."""
        if self._spool is not None:
            self._spool.release()
            self._spool = None

    @property
    def done(self) -> int:
        """Bytes of the file that the present reading has used."""
        if self._raw is not None and not self._raw.closed:
            self._done = min(self._raw.tell(), self.size)
        return self._done

    @property
    def encoding(self) -> str:
        """The codec in force; `DatasetError` where the bytes allow no certain one."""
        return self._judged().codec

    @property
    def note(self) -> str | None:
        """A sentence for people on how the file is read, or ``None``; raises as `encoding`."""
        return ", ".join(filter(None, (self._member, self._judged().note))) or None

    def lines(self) -> Iterator[str]:
        """The lines with their ends, without a byte order mark and without NUL.

        Bytes that cannot be decoded come as surrogates, U+DC80 to U+DCFF. A line longer than
        `LONGEST_LINE` characters comes as its first `CUT`, and its number is in ``cut``.
        Raises `DatasetError` where the file is torn, after every line before the fault.
        """
        self.cut = set()
        encoding = self._judged()
        number = 0
        with contextlib.closing(self._bytes(shown=True)) as blocks:
            first = next(blocks, b"")
            decoder = codecs.getincrementaldecoder(encoding.codec)(encoding.errors)
            start = decoder.decode(first)
            old = "\n" not in start and "\r" in start[:-1]
            lines = io.TextIOWrapper(
                cast("BinaryIO", _Blocks(itertools.chain([first], blocks))),
                encoding.codec,
                encoding.errors,
                newline="" if old else "\n",
            )
            try:
                for number, line in enumerate(lines, start=1):
                    if number == 1:
                        line = line.removeprefix("\ufeff")  # noqa: PLW2901
                    yield line.replace("\0", "") if "\0" in line else line
                return
            except _LongLineError:
                pass
            except UnicodeError as error:
                raise DatasetError(f"cannot be read as {encoding.codec}: {error}") from None
        rest = _old_lines(self.chunks()) if old else self._cut_lines()
        yield from itertools.islice(rest, number, None)

    def _cut_lines(self) -> Iterator[str]:
        """The same as `lines`, of a file that has lines too long to keep."""
        buffered: list[str] = []
        size = number = 0
        for text in self.chunks():
            end = text.rfind("\n") + 1
            if not end:
                buffered.append(text)
                size += len(text)
                if size > LONGEST_LINE:
                    self.cut.add(number + 1)
                    buffered = ["".join(buffered)[:CUT]]
                continue
            whole = "".join((*buffered, text[:end]))
            if number + 1 in self.cut:
                whole = whole[:CUT] + whole[whole.index("\n") :]
            number += whole.count("\n")
            yield from io.StringIO(whole, newline="\n")
            buffered = [text[end:]] if end < len(text) else []
            size = len(text) - end
        if buffered:
            yield "".join(buffered)

    def chunks(self) -> Iterator[str]:
        """The text in pieces of bounded size; raises like `lines`."""
        encoding = self._judged()
        decode = codecs.getincrementaldecoder(encoding.codec)(encoding.errors).decode
        first = True
        for block in itertools.chain(self._bytes(shown=True), [b""]):
            try:
                text = decode(block, final=not block)
            except UnicodeError as error:
                raise DatasetError(f"cannot be read as {encoding.codec}: {error}") from None
            if first and text:
                first, text = False, text.removeprefix("\ufeff")
            if text:
                yield text.replace("\0", "") if "\0" in text else text

    def head(self, size: int = 64 * 1024) -> str:
        """Up to ``size`` first characters, as far as they can be read; raises as `encoding`."""
        self._judged()
        found = ""
        with contextlib.suppress(DatasetError):
            for text in self.chunks():
                found += text
                if len(found) >= size:
                    break
        return found[:size]

    def _judged(self) -> Encoding:
        if self.is_parquet:
            raise DatasetError("is a Parquet file, not text")
        if self._encoding is None:
            self._encoding = judge(self._before_tear)
        return self._encoding

    def _before_tear(self) -> Iterator[bytes]:
        with contextlib.suppress(DatasetError):
            yield from self._bytes(shown=False)

    def _bytes(self, *, shown: bool) -> Generator[bytes]:
        try:
            with self.disk_path.open("rb", buffering=CHUNK) as raw:
                if shown:
                    self._raw = raw
                try:
                    yield from unpacked(raw)[0]
                    raw.seek(0, io.SEEK_END)  # so that the packing is read to its end
                finally:
                    if shown:
                        self._done = min(raw.tell(), self.size)
        except OSError as error:
            raise DatasetError(f"cannot be read ({error.strerror or error})") from None


def _size(path: Path) -> int:
    """The bytes of an ordinary file; raises `DatasetError` where it is none."""
    if path.is_file():
        return path.stat().st_size
    if path.is_dir():
        raise DatasetError("is a folder")
    raise DatasetError("is no file" if path.exists() else "is not there")


def _old_lines(chunks: Iterator[str]) -> Iterator[str]:
    """The lines of a file whose lines end in CR alone, as old Macs wrote them."""
    buffered = ""
    for text in chunks:
        lines = list(io.StringIO(buffered + text, newline=""))
        buffered = lines.pop() if lines else ""
        yield from lines
    if buffered:
        yield buffered
