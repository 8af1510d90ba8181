"""The dashboard: all that the page shows, made of database rows and the time. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from tmdbdash.freshness import DataAge, data_age
from tmdbdash.records import TOP_FILMS, Run
from tmdbdash.report.panels import NOW, PANELS
from tmdbdash.report.query.page_queries import Rows
from tmdbdash.report.values import json_value, record_json
from tmdbdash.settings import Settings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

DATA_SCHEMA = 3
"""Grows when a key of ``data.json`` changes its meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """When a job last succeeded, ``None`` for never, and its cadence in minutes."""

    finished_at: datetime | None
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedJob:
    """A job whose last run did not succeed."""

    job: str
    finished_at: datetime
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """One state of the page. ``panels`` maps a panel's id to its records.

    ``observed_at`` is the time of TMDB's values, ``None`` where the films came without one.
    ``listed`` is the number of films in the latest list. ``model`` is the model whose predictions
    are shown. ``locale`` is the site's own language; the records have none. ``posters`` is whether
    images of TMDB may be shown, ``failed`` the job that failed last without a success since.
    """

    generated_at: datetime
    observed_at: datetime | None
    trained_at: datetime | None
    simulated: bool
    films: int
    listed: int
    model: str | None
    version: str
    locale: str
    posters: bool
    jobs: Mapping[str, JobState]
    failed: FailedJob | None
    poll_interval_ms: int
    ingest_minutes: float
    train_minutes: float
    panels: Mapping[str, Sequence[DataclassInstance]]

    @property
    def empty(self) -> bool:
        """Whether there is no film to show."""
        return not self.panels["top"]

    @property
    def data_age(self) -> DataAge:
        """How old the data are when the page is made; an open page computes it again."""
        return data_age(self.observed_at, self.ingest_minutes, self.generated_at)

    def as_data(self) -> dict[str, object]:
        """The first page as plain JSON values: what ``data.json`` has."""
        state = record_json(replace(self, panels={p.id: self.panels[p.id] for p in NOW.panels}))
        return {"schema": DATA_SCHEMA, "empty": self.empty, **state}


def build_dashboard(rows: Rows, settings: Settings, now: datetime) -> Dashboard:
    """The dashboard of these rows at ``now``."""
    return Dashboard(
        generated_at=now,
        observed_at=rows.observed_at,
        trained_at=rows.training.trained_at if rows.training else None,
        simulated=rows.simulated or settings.simulated,
        films=rows.films,
        listed=len(rows.listing.entries) if rows.listing else 0,
        model=rows.model,
        version=settings.version,
        locale=settings.locale,
        posters=settings.remote_posters,
        jobs={
            "ingest": _job(rows, "ingest", settings.ingest_minutes),
            "train": _job(rows, "train", settings.train_minutes),
        },
        failed=_failed(rows),
        poll_interval_ms=settings.poll_interval_ms,
        ingest_minutes=settings.ingest_minutes,
        train_minutes=settings.train_minutes,
        panels={panel.id: tuple(panel.rows(rows)) for panel in PANELS},
    )


def health(dashboard: Dashboard) -> dict[str, object]:
    """What ``health.json`` has; ``data`` is their age at ``generated_at``."""
    return {
        "status": "ok",
        "version": dashboard.version,
        "generated_at": json_value(dashboard.generated_at),
        "observed_at": json_value(dashboard.observed_at),
        "next_due": json_value(dashboard.data_age.freshness.next_due),
        "data": dashboard.data_age.as_json(),
    }


def summary(dashboard: Dashboard) -> dict[str, object]:
    """What ``api/summary.json`` has."""
    return {
        "top": [_without_label(film) for film in dashboard.panels["top"][:TOP_FILMS]],
        "observed_at": json_value(dashboard.observed_at),
        "simulated": dashboard.simulated,
    }


def predictions(dashboard: Dashboard) -> dict[str, object]:
    """What ``api/predictions.json`` has."""
    return {
        "predictions": [_without_label(film) for film in dashboard.panels["predictions"]],
        "model": dashboard.model,
        "trained_at": json_value(dashboard.trained_at),
        "simulated": dashboard.simulated,
    }


def _without_label(record: DataclassInstance) -> dict[str, object]:
    """The record for programs: without the texts and lines that only a page needs."""
    shown = record_json(record).items()
    return {key: value for key, value in shown if key not in ("label", "spark")}


def _job(rows: Rows, job: str, minutes: float) -> JobState:
    last = rows.succeeded.get(job)
    return JobState(finished_at=last.finished_at if last else None, minutes=minutes)


def _failed(rows: Rows) -> FailedJob | None:
    """The newest failure of a job that has not succeeded since.

    A failed import is cleared by a later success of ``ingest`` too, which reads the films again.
    """

    def successes(job: str) -> list[Run]:
        clearing = (job, "ingest") if job == "import" else (job,)
        return [rows.succeeded[name] for name in clearing if name in rows.succeeded]

    open_failures = [
        run
        for job, run in rows.failed.items()
        if all(success.started_at < run.started_at for success in successes(job))
    ]
    last = max(open_failures, key=lambda run: run.finished_at, default=None)
    if last is None:
        return None
    return FailedJob(job=last.job, finished_at=last.finished_at, outcome=last.outcome)
