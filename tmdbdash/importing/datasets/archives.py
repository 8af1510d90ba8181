"""The one data file in a ZIP or tar archive; notes and litter beside it are left out."""

from __future__ import annotations

import contextlib
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import BinaryIO, cast

from tmdbdash.importing.datasets.problems import DatasetError
from tmdbdash.importing.datasets.signatures import HEAD, is_parquet, packing, refuse
from tmdbdash.importing.datasets.unpacking import CHUNK, ByPieces, damage, opened, pieces

SMALL = 64 * 1024
"""Bytes up to which a text beside the data counts as a note."""

_NOTES = ("readme", "license", "licence", "copying", "notice", "changelog", "citation", "authors")
_NO_DATA = (".md", ".rst", ".pdf", ".html", ".htm", ".url", ".png", ".jpg", ".jpeg", ".gif", ".svg")


def tar_member(raw: BinaryIO, kind: str = "") -> tuple[Iterator[bytes], str]:
    """The one data member of a tar archive, which is read twice: for its list, and for the data."""
    found: list[tuple[str, int]] = []
    try:
        for member in _tar_members(raw, kind):
            if member.isfile():
                found.append((member.name, member.size))  # noqa: PERF401  # a tear keeps these
    except (EOFError, OSError, tarfile.TarError, zlib.error):
        if not found:
            raise DatasetError("is a tar archive that is damaged or cut short") from None
    wanted = chosen(found, "tar archive")

    def data() -> Iterator[bytes]:
        stream = opened(raw, kind) if kind else raw
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

    return data(), f"the member {wanted} of the tar archive"


def _tar_members(raw: BinaryIO, kind: str) -> Iterator[tarfile.TarInfo]:
    raw.seek(0)
    stream = opened(raw, kind) if kind else raw
    with tarfile.open(fileobj=stream, mode="r|") as archive:  # type: ignore[call-overload]
        yield from archive
    raw.seek(0)


def zip_member(raw: BinaryIO) -> tuple[Iterator[bytes], str]:
    """The one data member of a ZIP, and a sentence about it; raises as `unpacked`."""
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
        with archive.open(member) as file:
            start = file.read(HEAD)
    except (NotImplementedError, RuntimeError):  # zipfile's, of a method that it does not know
        raise DatasetError("is a ZIP packed in a way that is not read: unpack it first") from None
    except Exception:  # noqa: BLE001  # the second reading raises it again, with its name
        start = b""
    if packing(start) is not None:
        raise DatasetError("is packed twice: unpack it once")
    refuse(start)
    if is_parquet(start):
        raise DatasetError("is a Parquet file in a ZIP: unpack it first")
    return _zip_pieces(archive, member), f"the member {name} of the ZIP"


def _zip_pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        file = cast("io.BufferedIOBase", archive.open(member))
    except zipfile.BadZipFile as error:
        raise DatasetError(damage("ZIP", error)) from None
    yield from pieces(ByPieces(file), "ZIP")


def _refuse_office(archive: zipfile.ZipFile, names: set[str]) -> None:
    kinds = {"xl/": "an Excel workbook (.xlsx)", "word/": "a Word document (.docx)",
             "ppt/": "a presentation (.pptx)"}  # fmt: skip
    if "[Content_Types].xml" in names:
        for folder, what in kinds.items():
            if any(name.startswith(folder) for name in names):
                raise DatasetError(f"is {what}, not a data set: save it as CSV")
    if "mimetype" in names:
        with contextlib.suppress(Exception):
            kind = archive.read("mimetype")[:100].decode("ascii", "replace")
            names = {kind}
        if any(name.startswith("application/vnd.oasis.opendocument") for name in names):
            what = "a spreadsheet (.ods)" if "spreadsheet" in kind else "an OpenDocument file"
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
    """The first data member of a ZIP whose list, which is at its end, is missing."""
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

    def data() -> Iterator[bytes]:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        with contextlib.suppress(zlib.error):
            while not inflate.eof and (packed := inflate.unconsumed_tail or raw.read(CHUNK)):
                if piece := inflate.decompress(packed, CHUNK):
                    yield piece
        raise DatasetError(cut)

    return data(), f"the member {name} of the ZIP"
