"""Runs of the jobs."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import select

from tmdbdash.records import Run
from tmdbdash.storage.schema import runs
from tmdbdash.storage.upserts import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection


def save_run(connection: Connection, run: Run) -> None:
    """Write a run."""
    upsert(connection, runs, [run])


def fetch_runs(
    connection: Connection,
    job: str,
    limit: int,
    outcomes: Collection[str] | None = None,
    until: datetime | None = None,
    exclude_exit_codes: Collection[int] = (),
) -> list[Run]:
    """A job's runs, newest first; where given, of these outcomes and begun by ``until``.

    None that ended with one of the ``exclude_exit_codes``.
    """
    query = select(runs).where(runs.c.job == job).order_by(runs.c.started_at.desc()).limit(limit)
    if outcomes is not None:
        query = query.where(runs.c.outcome.in_(sorted(outcomes)))
    if exclude_exit_codes:
        query = query.where(runs.c.exit_code.not_in(sorted(exclude_exit_codes)))
    if until is not None:
        query = query.where(runs.c.started_at <= until)
    return [Run(**row) for row in connection.execute(query).mappings()]
