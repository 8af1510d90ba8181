"""Studies, feature importances, and contributions to predictions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from tmdbdash.records import Contribution, Importance
from tmdbdash.storage.dropping import drop_rows
from tmdbdash.storage.films import in_parts
from tmdbdash.storage.schema import contributions, importances, studies
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


def save_studies(
    connection: Connection, made_at: datetime, made: Iterable[Study], keep: int
) -> None:
    """Write studies, and drop all but the newest ``keep`` of each of these names.

    Later ones, of a clock that was wrong, do not count, or they would push these out.
    """
    rows = [_Study(study.study_name, made_at, study.as_json()) for study in made]
    upsert(connection, studies, rows)
    for name in sorted(row.name for row in rows):
        own, at = studies.c.name == name, studies.c.made_at
        newest_first = select(at).where(own, at <= made_at).order_by(at.desc())
        oldest_kept = connection.execute(newest_first.offset(keep - 1).limit(1)).scalar()
        if oldest_kept is not None:
            drop_rows(connection, studies, own, at < oldest_kept)


def fetch_study(
    connection: Connection, kind: type[S], until: datetime | None, made_at: datetime | None
) -> S | None:
    """The newest study of a kind, none made after ``until``, or that made at ``made_at``."""
    own = studies.c
    query = select(own.body).where(own.name == kind.study_name)
    if made_at is not None:
        query = query.where(own.made_at == made_at)
    elif until is not None:
        query = query.where(own.made_at <= until)
    body = connection.execute(query.order_by(own.made_at.desc()).limit(1)).scalar()
    return kind.from_json(body) if isinstance(body, dict) else None


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
