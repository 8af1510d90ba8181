"""Packed streams, unpacked piece by piece; all that is before a fault is read."""

from __future__ import annotations

import collections
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from tmdbdash.importing.datasets.problems import DatasetError

CHUNK = 64 * 1024
SUSPECT = 1024 * 1024
"""Unpacked bytes before damage that may be wrong; the largest block of bzip2 is 900,000."""


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` next bytes; none at the end."""


def opened(raw: BinaryIO, kind: str) -> Readable:
    """The stream in a file packed as `packing` calls it."""
    if kind == "gzip":
        return _Gzip(raw)
    if kind == "bzip2":
        import bz2

        return ByPieces(bz2.BZ2File(raw))
    if kind in {"xz", "lzma"}:
        import lzma

        return ByPieces(lzma.LZMAFile(raw))
    return ByPieces(_zstd(raw))


def _zstd(raw: BinaryIO) -> io.BufferedIOBase:
    import importlib

    for name in ("compression.zstd", "backports.zstd"):
        try:
            found: io.BufferedIOBase = importlib.import_module(name).ZstdFile(raw)
        except ImportError:
            continue
        return found
    raise DatasetError("is packed with zstd: `pip install backports.zstd`, or unpack it first")


class _Gzip:
    """The same as `gzip.GzipFile`, in two thirds of its time."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._packed = b""
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)

    def read(self, size: int = CHUNK) -> bytes:
        """Up to ``size`` bytes; `EOFError` where they end too early, `zlib.error` for damage."""
        while True:
            packed = self._packed or self._raw.read(CHUNK // 4)
            if self._inflate.eof:
                if not packed:
                    return b""
                self._packed = packed.lstrip(b"\0")  # padding up to a block of a tape
                if not self._packed:
                    continue
                packed = self._packed
                if not packed.startswith(b"\x1f"):
                    raise DatasetError("is damaged: something else follows its gzip data")
                self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
            elif not packed:
                raise EOFError
            piece = self._inflate.decompress(packed, size)
            self._packed = self._inflate.unconsumed_tail or self._inflate.unused_data
            if piece:
                return piece


class ByPieces:
    """A packed file that is read piece by piece, so that nothing before a fault is lost."""

    def __init__(self, packed: io.BufferedIOBase) -> None:
        self.read = packed.read1


def pieces(stream: Readable, kind: str) -> Iterator[bytes]:
    """The bytes of a stream; `DatasetError` where it is torn.

    Before that come all bytes of a stream that is cut short, and all but the last `SUSPECT` bytes
    of a damaged one: damage often unpacks to something before it is found.
    """
    buffered: collections.deque[bytes] = collections.deque()
    size = 0
    keep = SUSPECT if kind else 0
    try:
        while piece := stream.read(CHUNK):
            buffered.append(piece)
            size += len(piece)
            while size - len(buffered[0]) >= keep:
                size -= len(buffered[0])
                yield buffered.popleft()
                if not buffered:
                    break
    except DatasetError:
        yield from buffered
        raise
    except EOFError:
        yield from buffered
        raise DatasetError(f"is cut short: the {kind} data end too early") from None
    except OSError as error:
        if error.errno is None:
            raise DatasetError(damage(kind, error)) from None
        yield from buffered
        raise DatasetError(f"cannot be read ({error.strerror})") from None
    except Exception as error:
        # The packages raise classes of their own, of which some need not be installed.
        if type(error).__name__ not in {"error", "LZMAError", "ZstdError", "BadZipFile"}:
            raise
        raise DatasetError(damage(kind, error)) from None
    yield from buffered


def damage(kind: str, error: Exception) -> str:
    """The sentence about data that cannot be unpacked on."""
    return f"is damaged: its {kind} data are no longer whole ({error})"
