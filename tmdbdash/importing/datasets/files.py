"""Bytes of a data set file, plain or gzip, line by line or in chunks, with their place in it."""

from __future__ import annotations

import contextlib
import functools
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

GZIP = b"\x1f\x8b"
BOM = b"\xef\xbb\xbf"
LONGEST_LINE = 16 * 1024 * 1024
CHUNK = 256 * 1024


class DatasetError(Exception):
    """A file cannot be read (on): the message says what is wrong with it and where."""


class DataFile:
    """A file to be read from its beginning, as often as needed.

    ``size`` is its size on the disk in bytes; ``done`` how many of them the present reading has
    used. Raises `DatasetError` where it is no ordinary file or cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            if not path.is_file():
                what = "is a folder" if path.is_dir() else "is not there"
                raise DatasetError(what if not path.exists() or path.is_dir() else "is no file")
            self.size = path.stat().st_size
            with path.open("rb") as file:
                self.packed = file.read(2) == GZIP
        except OSError as error:
            raise DatasetError(f"cannot be read ({error.strerror or error})") from None
        self._raw: BinaryIO | None = None
        self._done = 0

    @property
    def done(self) -> int:
        """Bytes of the file used so far."""
        if self._raw is not None and not self._raw.closed:
            self._done = self._raw.tell()
        return self._done

    @contextlib.contextmanager
    def _stream(self) -> Iterator[io.BufferedReader]:
        try:
            with self.path.open("rb", buffering=CHUNK) as raw:
                self._raw = raw
                try:
                    if not self.packed:
                        yield cast("io.BufferedReader", raw)
                        return
                    with gzip.GzipFile(fileobj=raw) as unpacked:
                        yield io.BufferedReader(cast("io.RawIOBase", unpacked), CHUNK)
                finally:
                    self._done = raw.tell()
        except EOFError:
            raise DatasetError("is cut off: the gzip data end too early") from None
        except (zlib.error, gzip.BadGzipFile) as error:
            raise DatasetError(f"has damaged gzip data ({error})") from None
        except OSError as error:
            raise DatasetError(f"cannot be read ({error.strerror or error})") from None

    def lines(self) -> Iterator[bytes]:
        """The lines with their ends, without a byte order mark.

        Raises `DatasetError` where the file is torn, after every line before that place.
        """
        with self._stream() as stream:
            read = functools.partial(stream.readline, LONGEST_LINE)
            for number, line in enumerate(iter(read, b""), start=1):
                if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
                    raise DatasetError(
                        f"has a line {number} of more than {LONGEST_LINE // 2**20} MiB"
                    )
                yield line.removeprefix(BOM) if number == 1 else line

    def chunks(self) -> Iterator[bytes]:
        """The content in pieces of bounded size, without a byte order mark; raises like `lines`."""
        with self._stream() as stream:
            first = True
            for chunk in iter(functools.partial(stream.read1, CHUNK), b""):
                yield chunk.removeprefix(BOM) if first else chunk
                first = False

    def head(self, size: int = 64 * 1024) -> bytes:
        """Up to ``size`` first bytes, as far as they can be read."""
        found = b""
        with contextlib.suppress(DatasetError), self._stream() as stream:
            while len(found) < size and (chunk := stream.read1(size - len(found))):
                found += chunk
        return found
