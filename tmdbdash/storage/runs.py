"""Queries of the runs of jobs."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import select

from tmdbdash.records import Run
from tmdbdash.storage.schema import runs
from tmdbdash.storage.transactions import (
    Queries,
    fetch_records,
    read_transaction,
    write_transaction,
)
from tmdbdash.storage.upserts import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.engine import Connection


class RunQueries(Queries):
    """The part of `Store` that reads and writes ``runs``."""

    @write_transaction
    def save_run(self, connection: Connection, run: Run) -> None:
        """Store a run; one of the same job and start is replaced."""
        upsert(connection, runs, [run])

    @read_transaction
    def fetch_runs(
        self,
        connection: Connection,
        job: str,
        limit: int,
        outcomes: Collection[str] | None = None,
        until: datetime | None = None,
        *,
        exclude_exit_codes: Collection[int] = (),
    ) -> list[Run]:
        """A job's runs, newest first; where given, of these outcomes and begun by ``until``.

        Runs that ended with one of the ``exclude_exit_codes`` are left out.
        """
        own = runs.c
        query = select(runs).where(own.job == job).order_by(own.started_at.desc()).limit(limit)
        if outcomes is not None:
            query = query.where(own.outcome.in_(sorted(outcomes)))
        if exclude_exit_codes:
            query = query.where(own.exit_code.not_in(sorted(exclude_exit_codes)))
        if until is not None:
            query = query.where(own.started_at <= until)
        return fetch_records(connection, Run, query)

    def fetch_last_run(
        self,
        job: str,
        outcomes: Collection[str] | None = None,
        until: datetime | None = None,
        *,
        exclude_exit_codes: Collection[int] = (),
    ) -> Run | None:
        """A job's newest run among those that `fetch_runs` returns.

        One begun after ``until``, under a wrong clock, is returned only where there is no other.
        """
        found = self.fetch_runs(job, 1, outcomes, until, exclude_exit_codes=exclude_exit_codes)
        if not found and until is not None:
            return self.fetch_last_run(job, outcomes, exclude_exit_codes=exclude_exit_codes)
        return found[0] if found else None
