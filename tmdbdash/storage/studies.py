"""Queries of studies, feature importances and contributions."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tmdbdash.records import Contribution, Importance
from tmdbdash.storage.dropping import drop_rows, fetch_oldest_kept
from tmdbdash.storage.schema import contributions, importances, studies
from tmdbdash.storage.transactions import (
    Queries,
    fetch_records,
    fetch_records_of,
    read_transaction,
    write_transaction,
)
from tmdbdash.storage.upserts import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class _Study:
    """One row of ``studies``."""

    name: str
    made_at: datetime
    body: object


class StudyQueries(Queries):
    """The part of `Store` for ``studies``, ``importances`` and ``contributions``."""

    @write_transaction
    def save_studies(
        self,
        connection: Connection,
        made_at: datetime,
        bodies: Mapping[str, object],
        keep: int = 20,
    ) -> None:
        """Store studies, plain JSON values by name; the newest ``keep`` of each name stay.

        Raises `ValueError` for a value that is no JSON, NaN included.
        """
        insert_studies(connection, made_at, bodies, keep)

    @read_transaction
    def fetch_study(
        self, connection: Connection, name: str, until: datetime | None = None
    ) -> tuple[datetime, Any] | None:
        """When the newest study of that name was made, and its body; ``None`` where there is none.

        Studies made after ``until``, under a wrong clock, are left out.
        """
        own = studies.c
        query = select(own.made_at, own.body).where(own.name == name)
        if until is not None:
            query = query.where(own.made_at <= until)
        row = connection.execute(query.order_by(own.made_at.desc()).limit(1)).one_or_none()
        return None if row is None else (row.made_at, row.body)

    @read_transaction
    def fetch_importances(self, connection: Connection, trained_at: datetime) -> list[Importance]:
        """The importances of one training; of each model, target and mode the largest first."""
        own = importances.c
        query = select(importances).where(own.trained_at == trained_at)
        order = (own.target, own.mode, own.model_name, own.importance.desc(), own.feature_group)
        return fetch_records(connection, Importance, query.order_by(*order))

    @write_transaction
    def save_contributions(self, connection: Connection, made: Collection[Contribution]) -> None:
        """Store contributions; one of the same time, film, target and group is replaced.

        They are dropped with their training.
        """
        upsert(connection, contributions, made)

    @read_transaction
    def fetch_contributions(
        self, connection: Connection, pred_ts: datetime, ids: Collection[int]
    ) -> list[Contribution]:
        """The contributions to these films' predictions at that training.

        By film, target and size, the largest first.
        """
        own = contributions.c
        query = select(contributions).where(own.pred_ts == pred_ts)
        found = fetch_records_of(connection, Contribution, query, own.tmdb_id, ids)
        return sorted(found, key=lambda c: (c.tmdb_id, c.target, -abs(c.value), c.feature_group))


def insert_studies(
    connection: Connection, made_at: datetime, bodies: Mapping[str, object], keep: int
) -> None:
    """Write studies within a transaction; see `StudyQueries.save_studies`."""
    upsert(connection, studies, [_Study(name, made_at, body) for name, body in bodies.items()])
    for name in sorted(bodies):
        own, at = studies.c.name == name, studies.c.made_at
        oldest_kept = fetch_oldest_kept(connection, at, made_at, keep, own)
        if oldest_kept is not None:
            drop_rows(connection, studies, own, at < oldest_kept)
