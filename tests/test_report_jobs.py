"""What the page says of past jobs."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.parts import sample_rows as sample
from tests.parts.followed import HOUR, follow
from tests.parts.home import Home
from tmdbdash.report.panels.dashboard import build_dashboard
from tmdbdash.report.query.page_queries import Rows, fetch_rows
from tmdbdash.settings import Settings
from tmdbdash.storage import Store

FILMS = [sample.film(n, vote_count=100) for n in range(1, 31)]


@pytest.fixture
def settings(engine_home: Home) -> Settings:
    return engine_home.settings()


def fetch(store: Store, settings: Settings, now: datetime = sample.NOW) -> Rows:
    return fetch_rows(store, settings, now)


def test_jobs_tell_their_last_success_and_what_failed_since(
    store: Store, settings: Settings
) -> None:
    follow(store, FILMS[:3], [HOUR])

    def told() -> tuple[Any, Any]:
        made = build_dashboard(fetch(store, settings), settings, sample.NOW).as_data()
        return made["jobs"], made["failed"]

    def finish(job: str, outcome: str, ago: timedelta) -> None:
        at = sample.OBSERVED - ago
        store.save_run(sample.run(job, outcome=outcome, started_at=at, finished_at=at))

    jobs, failed = told()
    assert jobs == {
        "ingest": {"finished_at": "2026-01-31T13:02:00Z", "minutes": 2.0},
        "train": {"finished_at": None, "minutes": 15.0},
    }
    assert failed is None
    finish("train", "failed", 50 * timedelta(minutes=1))
    assert told()[1]["job"] == "train"
    finish("ingest", "incomplete", 40 * timedelta(minutes=1))
    assert told()[1] == {
        "job": "ingest",
        "finished_at": "2026-01-31T13:22:00Z",
        "outcome": "incomplete",
    }
    finish("ingest", "ok", 30 * timedelta(minutes=1))
    jobs, failed = told()
    assert failed["job"] == "train"
    assert jobs["ingest"]["finished_at"] == "2026-01-31T13:32:00Z"
    finish("train", "skipped", 20 * timedelta(minutes=1))
    jobs, failed = told()
    assert failed is None
    assert jobs["train"]["finished_at"] == "2026-01-31T13:42:00Z"


def test_a_command_that_was_not_meant_so_is_no_failure_of_a_job(
    store: Store, settings: Settings
) -> None:
    follow(store, FILMS[:3], [HOUR])

    def told() -> Any:
        made = build_dashboard(fetch(store, settings), settings, sample.NOW)
        return made.failed and made.failed.job

    def finish(job: str, outcome: str, minutes: int, code: int = 0) -> None:
        at = sample.OBSERVED - timedelta(minutes=minutes)
        run = sample.run(job, outcome=outcome, started_at=at, finished_at=at, exit_code=code)
        store.save_run(run)

    finish("import", "failed", 50, 2)
    finish("train", "failed", 49, 5)
    assert told() is None
    finish("train", "failed", 48, 4)
    finish("train", "failed", 47, 2)
    assert told() == "train"
    finish("train", "ok", 46)
    finish("import", "failed", 45, 4)
    assert told() == "import"
    finish("train", "ok", 44)
    assert told() == "import"
    finish("ingest", "ok", 43)
    assert told() is None
