"""The files of fitted models in the database, so that every machine has those of a training.

In parts that fit any server's largest packet. What they hold is the business of whoever loads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from tmdbdash.storage.schema import model_files
from tmdbdash.storage.upserts import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection

PART_BYTES = 200_000
"""Escaped it may be twice as long, and still half of the least that servers take (1 MB)."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One row of ``model_files``."""

    trained_at: datetime
    name: str
    part: int
    content: bytes


def save_model_files(
    connection: Connection, trained_at: datetime, files: Mapping[str, bytes]
) -> None:
    """Write the files of one training, in the place of those it may have had."""
    connection.execute(delete(model_files).where(model_files.c.trained_at == trained_at))
    parts = [
        _Part(trained_at, name, number, content[start : start + PART_BYTES])
        for name, content in files.items()
        for number, start in enumerate(range(0, max(len(content), 1), PART_BYTES))
    ]
    upsert(connection, model_files, parts)


def has_model_files(connection: Connection, trained_at: datetime) -> bool:
    """Whether there is any file of that training."""
    query = select(model_files.c.part).where(model_files.c.trained_at == trained_at).limit(1)
    return connection.execute(query).scalar() is not None


def fetch_model_files(
    connection: Connection, trained_at: datetime, most: int
) -> dict[str, bytes] | None:
    """The files of one training by name; ``None`` where there are none or over ``most`` bytes."""
    own = model_files.c.trained_at == trained_at
    size = connection.execute(
        select(func.sum(func.length(model_files.c.content))).where(own)
    ).scalar()
    if size is None or size > most:
        return None
    ordered = select(model_files.c.name, model_files.c.content).where(own)
    files: dict[str, list[bytes]] = {}
    for name, content in connection.execute(
        ordered.order_by(model_files.c.name, model_files.c.part)
    ):
        files.setdefault(name, []).append(content)
    return {name: b"".join(parts) for name, parts in files.items()}
