"""Files that hold the data packed, or that hold none: told apart by content, never by name."""

from __future__ import annotations

import collections
import contextlib
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO, Protocol

from tmdbdash.importing.datasets.problems import DatasetError

CHUNK = 64 * 1024
SUSPECT = 1024 * 1024
"""Unpacked bytes before damage that may be wrong; the largest block of bzip2 is 900,000."""
HEAD = 4096
"""Bytes of a beginning by which its kind is known."""
SMALL = 64 * 1024
"""Size up to which a text beside the data is taken for a note."""

_PACKED = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x5d\x00\x00", "lzma"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "ZIP"),
    (b"PK\x05\x06", "ZIP"),
)
_REFUSED = (
    (0, b"7z\xbc\xaf\x27\x1c", "is a 7-Zip archive: unpack it first"),
    (0, b"Rar!\x1a\x07", "is a RAR archive: unpack it first"),
    (0, b"\x1f\x9d", "is packed with compress (.Z): unpack it first"),
    (0, b"\x04\x22\x4d\x18", "is packed with lz4: unpack it first"),
    (0, b"LZIP\x01", "is packed with lzip: unpack it first"),
    (0, b"SQLite format 3\x00", "is an SQLite database: save its table as CSV"),
    (0, b"%PDF", "is a PDF, not a data set"),
    (
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "is an old Office file (.xls or .doc): save it as CSV",
    ),
    (0, b"{\\rtf", "is a text document (.rtf): save it as CSV"),
    (0, b"\x89PNG\r\n", "is a picture, not a data set"),
    (0, b"\xff\xd8\xff", "is a picture, not a data set"),
    (0, b"GIF8", "is a picture, not a data set"),
    (8, b"WEBP", "is a picture, not a data set"),
    (0, b"II*\x00", "is a picture, not a data set"),
    (0, b"MM\x00*", "is a picture, not a data set"),
    (4, b"ftyp", "is a film or a picture, not a data set"),
    (0, b"\x1aE\xdf\xa3", "is a film, not a data set"),
    (0, b"OggS", "is a sound file, not a data set"),
    (0, b"ID3\x03", "is a sound file, not a data set"),
    (0, b"\x7fELF", "is a program, not a data set"),
    (0, b"ARROW1\x00", "is an Arrow (Feather) file: save it as CSV or Parquet"),
    (0, b"FEA1", "is a Feather file: save it as CSV or Parquet"),
    (0, b"\x89HDF\r\n", "is an HDF5 file: save it as CSV or Parquet"),
    (0, b"Obj\x01", "is an Avro file: save it as CSV or Parquet"),
    (0, b"ORC\x0a", "is an ORC file: save it as CSV or Parquet"),
    (0, b"\x93NUMPY", "is a NumPy file: save it as CSV"),
    (0, b"RDX", "is a data file of R: save it as CSV"),
    (0, b"X\n\x00\x00", "is a data file of R: save it as CSV"),
    (0, b"\x80\x04\x95", "is a Python pickle: save it as CSV"),
    (0, b"\x80\x05\x95", "is a Python pickle: save it as CSV"),
    (
        0,
        b"version https://git-lfs",
        "is a pointer of Git LFS, not the file: get it by `git lfs pull`",
    ),
)
_NOTES = ("readme", "license", "licence", "copying", "notice", "changelog", "citation", "authors")
_NO_DATA = (".md", ".rst", ".pdf", ".html", ".htm", ".url", ".png", ".jpg", ".jpeg", ".gif", ".svg")


class Readable(Protocol):
    """What gives the bytes of a stream."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to ``size`` next bytes; none at the end."""


def unpacked(raw: BinaryIO) -> tuple[Iterator[bytes], str | None]:
    """The data in a file, in pieces of bounded size, and a sentence about where in it they are.

    Raises `DatasetError` where it holds none, at once; and where it is cut short or damaged, after
    every byte before that place.
    """
    head = _head(raw)
    refuse(head)
    kind = packing(head)
    if kind is None:
        return _tar(raw) if _is_tar(head) else (_pieces(raw, ""), None)
    if kind == "ZIP":
        return _zip(raw, head)
    inner = b""
    with contextlib.suppress(DatasetError):
        for piece in _pieces(_opened(raw, kind), kind):
            inner += piece
            if len(inner) >= HEAD:
                break
    raw.seek(0)
    if packing(inner) is not None:
        raise DatasetError("is packed twice: unpack it once")
    refuse(inner)
    if is_parquet(inner):
        raise DatasetError(f"is a Parquet file packed with {kind}: unpack it first")
    if _is_tar(inner):
        return _tar(raw, kind)
    return _pieces(_opened(raw, kind), kind), None


def packing(head: bytes) -> str | None:
    """What the data that begin so are packed with, as people call it; ``None``: they are not."""
    return next((name for magic, name in _PACKED if head.startswith(magic)), None)


def is_parquet(head: bytes) -> bool:
    """Whether a file that begins so is a Parquet file."""
    return head.startswith(b"PAR1")


def refuse(head: bytes) -> None:
    """Raise `DatasetError` where a file that begins so is known not to be text."""
    for at, magic, sentence in _REFUSED:
        if head.startswith(magic, at):
            raise DatasetError(sentence)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1000].lower()
    if text.startswith((b"<!doctype html", b"<html", b"<head")) or (
        text.startswith((b"<?xml", b"<!--")) and b"<html" in text
    ):
        raise DatasetError("is a web page, not a data set: get the file that it links to")
    if text.startswith((b"<?xml", b"<rss", b"<feed")):
        raise DatasetError("is XML, not a CSV or JSON file")


def _head(raw: BinaryIO) -> bytes:
    try:
        head = raw.read(HEAD)
        raw.seek(0)
    except OSError as error:
        raise DatasetError(f"cannot be read ({error.strerror or error})") from None
    return head


def _opened(raw: BinaryIO, kind: str) -> Readable:
    if kind == "gzip":
        return _Gzip(raw)
    if kind == "bzip2":
        import bz2

        return _ByPieces(bz2.BZ2File(raw))
    if kind in {"xz", "lzma"}:
        import lzma

        return _ByPieces(lzma.LZMAFile(raw))
    return _ByPieces(_zstd(raw))


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
    """What `gzip.GzipFile` gives, in two thirds of its time."""

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
                    raise zlib.error("something else follows them")
                self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
            elif not packed:
                raise EOFError
            piece = self._inflate.decompress(packed, size)
            self._packed = self._inflate.unconsumed_tail or self._inflate.unused_data
            if piece:
                return piece


class _ByPieces:
    """What a packed file gives with one look at its bytes, so that nothing before a tear is lost."""

    def __init__(self, packed: io.BufferedIOBase) -> None:
        self.read = packed.read1


def _pieces(stream: Readable, kind: str) -> Iterator[bytes]:
    """The bytes of a stream; `DatasetError` where it is torn.

    Before that come all that could be read of a stream cut short, and all but the last
    `SUSPECT` bytes of a damaged one: what is damaged often unpacks to something before it shows.
    """
    held: collections.deque[bytes] = collections.deque()
    size = 0
    keep = SUSPECT if kind else 0
    try:
        while piece := stream.read(CHUNK):
            held.append(piece)
            size += len(piece)
            while size - len(held[0]) >= keep:
                size -= len(held[0])
                yield held.popleft()
                if not held:
                    break
    except EOFError:
        yield from held
        raise DatasetError(f"is cut short: the {kind} data end too early") from None
    except OSError as error:
        if error.errno is None:
            raise DatasetError(_damage(kind, error)) from None
        yield from held
        raise DatasetError(f"cannot be read ({error.strerror})") from None
    except Exception as error:
        # The packages raise classes of their own, of which some need not be installed.
        if type(error).__name__ not in {"error", "LZMAError", "ZstdError", "BadZipFile"}:
            raise
        raise DatasetError(_damage(kind, error)) from None
    yield from held


def _damage(kind: str, error: Exception) -> str:
    return f"is damaged: its {kind} data are no longer whole ({error})"


def _is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def _tar(raw: BinaryIO, kind: str = "") -> tuple[Iterator[bytes], str]:
    """The one data member of a tar archive, which is read twice: for its list, and for the data."""
    found: list[tuple[str, int]] = []
    try:
        for member in _tar_members(raw, kind):
            if member.isfile():
                found.append((member.name, member.size))
    except (EOFError, OSError, tarfile.TarError, zlib.error):
        if not found:
            raise DatasetError("is a tar archive that is damaged or cut short") from None
    wanted = chosen(found, "tar archive")

    def pieces() -> Iterator[bytes]:
        stream = _opened(raw, kind) if kind else raw
        raw.seek(0)
        with contextlib.ExitStack() as stack:
            try:
                archive = stack.enter_context(tarfile.open(fileobj=stream, mode="r|"))  # type: ignore[call-overload]
                for member in archive:
                    if member.name == wanted:
                        extracted = archive.extractfile(member)
                        left = member.size
                        while left and (piece := extracted.read(min(CHUNK, left))):
                            left -= len(piece)
                            yield piece
                        if left:
                            raise DatasetError("is cut short: the tar archive ends too early")
                        return
            except (EOFError, tarfile.TarError, zlib.error, OSError):
                raise DatasetError(
                    "is cut short or damaged: the tar archive cannot be read on"
                ) from None

    return pieces(), f"the member {wanted} of the tar archive"


def _tar_members(raw: BinaryIO, kind: str) -> Iterator[tarfile.TarInfo]:
    raw.seek(0)
    stream = _opened(raw, kind) if kind else raw
    with tarfile.open(fileobj=stream, mode="r|") as archive:  # type: ignore[call-overload]
        yield from archive
    raw.seek(0)


def _zip(raw: BinaryIO, head: bytes) -> tuple[Iterator[bytes], str]:
    try:
        archive = zipfile.ZipFile(raw)
        members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, struct.error):
        raw.seek(0)
        return _first_of_torn_zip(raw)
    _refuse_office(archive, {member.filename for member in members})
    name = chosen([(m.filename, m.file_size) for m in members if not m.is_dir()], "ZIP")
    member = archive.getinfo(name)
    if member.flag_bits & 1:
        raise DatasetError("is a ZIP locked by a password: unpack it first")
    try:
        with archive.open(member) as opened:
            start = opened.read1(HEAD)
    except (NotImplementedError, RuntimeError):
        raise DatasetError("is a ZIP packed in a way that is not read: unpack it first") from None
    except Exception:  # noqa: BLE001  # the reading proper meets it again and says what it is
        start = b""
    if packing(start) is not None:
        raise DatasetError("is packed twice: unpack it once")
    refuse(start)
    if is_parquet(start):
        raise DatasetError("is a Parquet file in a ZIP: unpack it first")
    return _zip_pieces(archive, member), f"the member {name} of the ZIP"


def _zip_pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        opened = archive.open(member)
    except zipfile.BadZipFile as error:
        raise DatasetError(_damage("ZIP", error)) from None
    yield from _pieces(_ByPieces(opened), "ZIP")  # type: ignore[arg-type]


def _refuse_office(archive: zipfile.ZipFile, names: set[str]) -> None:
    kinds = {"xl/": "an Excel workbook (.xlsx)", "word/": "a Word document (.docx)",
             "ppt/": "a presentation (.pptx)"}  # fmt: skip
    if "[Content_Types].xml" in names:
        for folder, what in kinds.items():
            if any(name.startswith(folder) for name in names):
                raise DatasetError(f"is {what}, not a data set: save it as CSV")
    if "mimetype" in names:
        with contextlib.suppress(Exception):
            says = archive.read("mimetype")[:100].decode("ascii", "replace")
            names = {says}
        if any(name.startswith("application/vnd.oasis.opendocument") for name in names):
            what = "a spreadsheet (.ods)" if "spreadsheet" in says else "an OpenDocument file"
            raise DatasetError(f"is {what}, not a data set: save it as CSV")
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise DatasetError("is a document of Apple Numbers: export it as CSV")


def chosen(members: Sequence[tuple[str, int]], what: str) -> str:
    """The name of the one data member among names and sizes; `DatasetError`: none, or several."""
    files = [(name, size) for name, size in members if not _is_litter(name)]
    if not files:
        raise DatasetError(f"is a {what} without a file in it")
    data = [(name, size) for name, size in files if not _is_note(name, size)]
    if len(files) == 1 or len(data) == 1:
        return (data or files)[0][0]
    names = ", ".join(name for name, _ in (data or files)[:5])
    more = f" and {len(files) - 5} more" if len(data or files) > 5 else ""
    raise DatasetError(f"is a {what} of several files ({names}{more}): unpack it and name one")


def _is_litter(name: str) -> bool:
    last = name.rstrip("/").rpartition("/")[2]
    return (
        name.endswith("/")
        or name.startswith("__MACOSX/")
        or last.startswith("._")
        or last in {".DS_Store", "Thumbs.db", "desktop.ini"}
    )


def _is_note(name: str, size: int) -> bool:
    last = name.rpartition("/")[2].casefold()
    return size <= SMALL and (
        last.startswith(_NOTES)
        or last.endswith(_NO_DATA)
        or last in {"metadata.json", "datapackage.json"}
    )


def _first_of_torn_zip(raw: BinaryIO) -> tuple[Iterator[bytes], str]:
    """The first data member of a ZIP whose list, which stands at the end, is missing."""
    cut = "is cut short: the end of the ZIP is missing"
    while True:
        header = raw.read(30)
        if len(header) < 30 or header[:4] != b"PK\x03\x04":
            raise DatasetError(cut)
        flags, method = struct.unpack_from("<HH", header, 6)
        packed, name_length, extra_length = struct.unpack_from("<I4xHH", header, 18)
        name = raw.read(name_length).decode("utf-8", "replace")
        raw.seek(extra_length, io.SEEK_CUR)
        if not _is_litter(name):
            break
        if flags & 8:
            raise DatasetError(cut)
        raw.seek(packed, io.SEEK_CUR)
    if flags & 1 or method != zipfile.ZIP_DEFLATED:
        raise DatasetError(cut)

    def pieces() -> Iterator[bytes]:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        with contextlib.suppress(zlib.error):
            while not inflate.eof and (packed := inflate.unconsumed_tail or raw.read(CHUNK)):
                if piece := inflate.decompress(packed, CHUNK):
                    yield piece
        raise DatasetError(cut)

    return pieces(), f"the member {name} of the ZIP"
