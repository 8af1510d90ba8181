"""What was found out beside the predictions: importances, contributions and whole studies."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tmdbdash.records import Contribution, Importance
from tmdbdash.storage.dropping import drop_rows
from tmdbdash.storage.films import in_parts
from tmdbdash.storage.schema import contributions, importances, studies
from tmdbdash.storage.upserts import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection


@dataclass(frozen=True, slots=True)
class _Study:
    """One row of ``studies``."""

    name: str
    made_at: datetime
    body: Any


def save_studies(
    connection: Connection, made_at: datetime, bodies: Mapping[str, Any], keep: int
) -> None:
    """Write studies, and drop all but the newest ``keep`` of each of these names.

    Later ones, of a clock that was wrong, do not count, or they would push these out.
    """
    upsert(connection, studies, [_Study(name, made_at, body) for name, body in bodies.items()])
    for name in sorted(bodies):
        own, at = studies.c.name == name, studies.c.made_at
        newest_first = select(at).where(own, at <= made_at).order_by(at.desc())
        oldest_kept = connection.execute(newest_first.offset(keep - 1).limit(1)).scalar()
        if oldest_kept is not None:
            drop_rows(connection, studies, own, at < oldest_kept)


def fetch_study(
    connection: Connection, name: str, until: datetime | None
) -> tuple[datetime, Any] | None:
    """The newest study of a name, none made after ``until``, and when it was made."""
    own = studies.c
    query = select(own.made_at, own.body).where(own.name == name)
    if until is not None:
        query = query.where(own.made_at <= until)
    row = connection.execute(query.order_by(own.made_at.desc()).limit(1)).one_or_none()
    return None if row is None else (row.made_at, row.body)


def save_importances(
    connection: Connection, trained_at: datetime, made: Sequence[Importance]
) -> None:
    """Put the importances of one training in the place of those stored for it."""
    drop_rows(connection, importances, importances.c.trained_at == trained_at)
    upsert(connection, importances, made)


def fetch_importances(connection: Connection, trained_at: datetime) -> list[Importance]:
    """The importances of one training, the largest of each model, target and mode first."""
    own = importances.c
    query = (
        select(importances)
        .where(own.trained_at == trained_at)
        .order_by(own.target, own.mode, own.model_name, own.importance.desc(), own.feature_group)
    )
    return [Importance(**row) for row in connection.execute(query).mappings()]


def save_contributions(connection: Connection, made: Sequence[Contribution]) -> None:
    """Write contributions; one of the same time, film, target and group is replaced."""
    upsert(connection, contributions, made)


def fetch_contributions(
    connection: Connection, pred_ts: datetime, ids: Collection[int]
) -> list[Contribution]:
    """The contributions to predictions of one time, by film, target and size."""
    found: list[Contribution] = []
    for part in in_parts(ids):
        query = select(contributions).where(
            contributions.c.pred_ts == pred_ts, contributions.c.tmdb_id.in_(part)
        )
        found += [Contribution(**row) for row in connection.execute(query).mappings()]
    return sorted(found, key=lambda c: (c.tmdb_id, c.target, -abs(c.value), c.feature_group))
