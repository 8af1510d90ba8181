"""Packed files, and files without data, recognised by content."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import BinaryIO

from tmdbdash.importing.datasets.archives import tar_member, zip_member
from tmdbdash.importing.datasets.problems import DatasetError
from tmdbdash.importing.datasets.signatures import HEAD, is_parquet, is_tar, packing, refuse
from tmdbdash.importing.datasets.unpacking import opened, pieces


def unpacked(raw: BinaryIO) -> tuple[Iterator[bytes], str | None]:
    """The data of a file, in pieces of bounded size, and a sentence on which part of it they are.

    Raises `DatasetError` at once where there are none; where the file is cut short or damaged,
    after every byte before the fault.
    """
    head = _head(raw)
    refuse(head)
    kind = packing(head)
    if kind is None:
        return tar_member(raw) if is_tar(head) else (pieces(raw, ""), None)
    if kind == "ZIP":
        return zip_member(raw)
    inner = b""
    with contextlib.suppress(DatasetError):
        for piece in pieces(opened(raw, kind), kind):
            inner += piece
            if len(inner) >= HEAD:
                break
    raw.seek(0)
    if packing(inner) is not None:
        raise DatasetError("is packed twice: unpack it once")
    refuse(inner)
    if is_parquet(inner):
        raise DatasetError(f"is a Parquet file packed with {kind}: unpack it first")
    if is_tar(inner):
        return tar_member(raw, kind)
    return pieces(opened(raw, kind), kind), None


def _head(raw: BinaryIO) -> bytes:
    try:
        head = raw.read(HEAD)
        raw.seek(0)
    except OSError as error:
        raise DatasetError(f"cannot be read ({error.strerror or error})") from None
    return head
