"""Queries of studies, feature importances and contributions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

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

    from tmdbdash.records import Study

S = TypeVar("S", bound="Study")


@dataclass(frozen=True, slots=True)
class _Study:
    """One row of ``studies``."""

    name: str
    made_at: datetime
    body: dict[str, object]


class StudyQueries(Queries):
    """The part of `Store` for ``studies``, ``importances`` and ``contributions``."""

    @write_transaction
    def save_studies(
        self,
        connection: Connection,
        made_at: datetime,
        made: Collection[Study],
        keep: int = 20,
    ) -> None:
        """Store studies, one of each kind; the newest ``keep`` of each kind stay.

        Raises `ValueError` for a value that is no JSON, NaN included.
        """
        insert_studies(connection, made_at, made, keep)

    @read_transaction
    def fetch_study(
        self,
        connection: Connection,
        kind: type[S],
        until: datetime | None = None,
        *,
        made_at: datetime | None = None,
    ) -> S | None:
        """The newest study of that kind, or the one made at ``made_at``; ``None`` without one.

        Studies made after ``until``, under a wrong clock, are left out.
        """
        own = studies.c
        query = select(own.body).where(own.name == kind.study_name)
        if made_at is not None:
            query = query.where(own.made_at == made_at)
        elif until is not None:
            query = query.where(own.made_at <= until)
        body = connection.execute(query.order_by(own.made_at.desc()).limit(1)).scalar()
        return kind.from_json(body) if isinstance(body, dict) else None

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
    connection: Connection, made_at: datetime, made: Iterable[Study], keep: int
) -> None:
    """Write studies within a transaction; see `StudyQueries.save_studies`."""
    rows = [_Study(study.study_name, made_at, study.as_json()) for study in made]
    upsert(connection, studies, rows)
    for name in sorted(row.name for row in rows):
        own, at = studies.c.name == name, studies.c.made_at
        oldest_kept = fetch_oldest_kept(connection, at, made_at, keep, own)
        if oldest_kept is not None:
            drop_rows(connection, studies, own, at < oldest_kept)
