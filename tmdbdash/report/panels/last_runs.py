"""The last run of each job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tmdbdash.report.panels.parts import Column, Panel
from tmdbdash.report.query.page_queries import Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRun:
    """The last run of one job, without its message: a page is public."""

    job: str
    outcome: str
    finished_at: datetime
    seconds: float
    requests: int | None
    films_seen: int | None
    films_new: int | None
    films_changed: int | None


def job_runs(rows: Rows) -> tuple[JobRun, ...]:
    """The last run of each job that ever ran."""
    return tuple(
        JobRun(
            job=run.job,
            outcome=run.outcome,
            finished_at=run.finished_at,
            seconds=(run.finished_at - run.started_at).total_seconds(),
            requests=run.requests,
            films_seen=run.films_seen,
            films_new=run.films_new,
            films_changed=run.films_changed,
        )
        for run in rows.runs
    )


RUNS = Panel(
    id="runs",
    rows=job_runs,
    columns=(
        Column(key="job", kind="term", term="job"),
        Column(key="outcome", kind="term", term="outcome"),
        Column(key="finished_at", kind="time"),
        Column(key="seconds", digits=1),
        Column(key="requests", minor=True),
        Column(key="films_seen", minor=True),
        Column(key="films_new", minor=True),
        Column(key="films_changed", minor=True),
    ),
)
