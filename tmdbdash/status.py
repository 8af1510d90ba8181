"""The state of a home: each job's last run, how fresh it is, champions, errors of forecasts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from tmdbdash.freshness import DataAge, Freshness, data_age, freshness
from tmdbdash.records import (
    JOBS,
    Evaluation,
    ForecastScore,
    GuessedTimes,
    Run,
    as_dict,
    latest_believable,
)
from tmdbdash.records.drift import Drift
from tmdbdash.records.live import LiveAccuracy, live_accuracy
from tmdbdash.settings import Settings
from tmdbdash.training_history import TrainingHistory, read_history
from tmdbdash.utc import iso

if TYPE_CHECKING:
    from tmdbdash.storage import Store


@dataclass(frozen=True, slots=True)
class JobStatus:
    """One job: its last run, its last success, and how fresh that is (where it has a cadence).

    Of "ingest" it is how fresh the data are, which is what it is run for.
    """

    job: str
    last: Run | None
    last_success: Run | None
    freshness: Freshness | None


@dataclass(frozen=True, slots=True)
class Status:
    """The state of a home."""

    now: datetime
    films: int
    data: DataAge
    jobs: tuple[JobStatus, ...]
    forecasts: tuple[ForecastScore, ...] = ()
    history: TrainingHistory = field(default_factory=TrainingHistory)
    guessed: GuessedTimes = field(default_factory=GuessedTimes)
    drift: Drift = field(default_factory=Drift)
    live: tuple[LiveAccuracy, ...] = ()

    @property
    def stale(self) -> tuple[str, ...]:
        """The jobs to run for what is stale; missing data count as stale, missing models do not.

        A home may well ingest and render without training.
        """
        judged = {j.job: j.freshness.state for j in self.jobs if j.freshness is not None}
        stale = [job for job, state in judged.items() if state == "stale" and job != "ingest"]
        return ("ingest", *stale) if self.data.is_stale else tuple(stale)

    def complaint(self) -> str:
        """A sentence on stale data and models; empty where nothing is."""
        data = self.data.advice()
        named = {
            "ingest": data if self.data.observed_at is None else f"the data are {data}",
            "train": "the models are stale: is cron running the jobs?",
        }
        return "; ".join(named[job] for job in self.stale)

    @property
    def note(self) -> str | None:
        """A sentence where no job has stored anything yet, or the database is still to be made."""
        if self.films or any(j.last is not None for j in self.jobs):
            return None
        return "no data yet: run `tmdbdash ingest`, or `tmdbdash import` with a data set file"

    def as_json(self) -> dict[str, object]:
        """The status as plain JSON values."""
        return {
            "now": iso(self.now),
            "note": self.note,
            "films": self.films,
            "data": self.data.as_json(),
            "guessed_times": {
                "films": self.guessed.films,
                "oldest": iso(self.guessed.oldest),
                "newest": iso(self.guessed.newest),
            },
            "stale": list(self.stale),
            "jobs": {j.job: _job_json(j) for j in self.jobs},
            "models": self.history.models_json(),
            "trainings": self.history.trainings_json(),
            "live": [as_dict(own) for own in self.live],
            "drift": self.drift.as_json()["shifts"],
            "forecasts": [_score_json(score) for score in self.forecasts],
        }


def read_status(store: Store, settings: Settings, now: datetime) -> Status:
    """Read the last runs and judge them, the last trainings, and how forecasts have fared."""
    data = data_age(store.fetch_observed_at(), settings.ingest_minutes, now)
    until = latest_believable(now)
    jobs = []
    for job in JOBS:
        last = store.fetch_last_run(job, until=until)
        success = last
        if last is not None and last.outcome not in ("ok", "skipped"):
            success = store.fetch_last_run(job, ("ok", "skipped"), until)
        judged = data.freshness if job == "ingest" else None
        if job == "train":
            at = success.finished_at if success else None
            judged = freshness(at, settings.train_minutes, now)
        jobs.append(JobStatus(job, last, success, judged))
    drift = store.fetch_study(Drift, until) or Drift()
    evaluation = store.fetch_study(Evaluation, until)
    live = live_accuracy(store.fetch_live_predictions(until), evaluation)
    return Status(
        now=now,
        films=store.count_movies(),
        data=data,
        jobs=tuple(jobs),
        forecasts=tuple(store.fetch_forecast_scores()),
        history=read_history(store, until),
        guessed=store.count_guessed(),
        drift=drift,
        live=live,
    )


def _job_json(status: JobStatus) -> dict[str, object]:
    run, fresh = status.last, status.freshness
    return {
        "last_run": None if run is None else _run_json(run),
        "last_success": None
        if status.last_success is None
        else iso(status.last_success.finished_at),
        "state": None if fresh is None else fresh.state,
        "age_seconds": None if fresh is None else fresh.age,
        "next_due": None if fresh is None else iso(fresh.next_due),
    }


def _score_json(score: ForecastScore) -> dict[str, object]:
    return as_dict(score) | {
        "first_origin_at": iso(score.first_origin_at),
        "last_origin_at": iso(score.last_origin_at),
    }


def _run_json(run: Run) -> dict[str, object]:
    values = as_dict(run)
    del values["job"]
    return values | {"started_at": iso(run.started_at), "finished_at": iso(run.finished_at)}
