"""Kinds of files by their first bytes."""

from __future__ import annotations

from tmdbdash.importing.datasets.problems import DatasetError

HEAD = 4096
"""Bytes of a file's beginning that are enough for its kind."""

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


def packing(head: bytes) -> str | None:
    """The usual name of the packing of data that begin so; ``None``: they are not packed."""
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


def is_tar(head: bytes) -> bool:
    """Whether a file that begins so is a tar archive."""
    return head[257:262] == b"ustar"
