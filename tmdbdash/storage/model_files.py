"""Queries of the files of fitted models, which every machine of one database may load.

Stored in parts that fit any server's largest packet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from tmdbdash.storage.schema import model_files
from tmdbdash.storage.transactions import Queries, read_transaction, write_transaction
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


class ModelFileQueries(Queries):
    """The part of `Store` that reads and writes ``model_files``."""

    @write_transaction
    def save_model_files(
        self, connection: Connection, trained_at: datetime, files: Mapping[str, bytes]
    ) -> None:
        """Store the files of a training's models by name, in place of those it had."""
        replace_model_files(connection, trained_at, files)

    @read_transaction
    def has_model_files(self, connection: Connection, trained_at: datetime) -> bool:
        """Whether the files of a training's models are stored."""
        own = model_files.c
        query = select(own.part).where(own.trained_at == trained_at).limit(1)
        return connection.execute(query).scalar() is not None

    @read_transaction
    def fetch_model_files(
        self, connection: Connection, trained_at: datetime, most: int
    ) -> dict[str, bytes] | None:
        """The files of a training's models by name.

        ``None`` where there are none, or more than ``most`` bytes.
        """
        own = model_files.c
        of_training = own.trained_at == trained_at
        size = select(func.sum(func.length(own.content))).where(of_training)
        found = connection.execute(size).scalar()
        if found is None or found > most:
            return None
        query = select(own.name, own.content).where(of_training).order_by(own.name, own.part)
        files: dict[str, list[bytes]] = {}
        for name, content in connection.execute(query):
            files.setdefault(name, []).append(content)
        return {name: b"".join(parts) for name, parts in files.items()}


def replace_model_files(
    connection: Connection, trained_at: datetime, files: Mapping[str, bytes]
) -> None:
    """Write files within a transaction; see `ModelFileQueries.save_model_files`."""
    connection.execute(delete(model_files).where(model_files.c.trained_at == trained_at))
    parts = [
        _Part(trained_at, name, number, content[start : start + PART_BYTES])
        for name, content in files.items()
        for number, start in enumerate(range(0, max(len(content), 1), PART_BYTES))
    ]
    upsert(connection, model_files, parts)
