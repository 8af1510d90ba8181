"""The frame around every job: lock, run row, exit code."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.parts.home import Home
from tmdbdash.errors import LockedError, NotReadyError, Terminated
from tmdbdash.files import hold_lock
from tmdbdash.job import Job, run_job
from tmdbdash.records import Run
from tmdbdash.settings import Settings
from tmdbdash.storage import open_store

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def _last(settings: Settings, job: str) -> Run | None:
    with open_store(settings) as store:
        return store.fetch_last_run(job)


def _ticking() -> datetime:
    _ticking.now += timedelta(seconds=1)  # type: ignore[attr-defined]  # a clock with a memory
    now: datetime = _ticking.now  # type: ignore[attr-defined]  # as above
    return now


@pytest.fixture(autouse=True)
def _clock() -> None:
    _ticking.now = START  # type: ignore[attr-defined]  # as above


def test_a_run_leaves_a_row(home: Home) -> None:
    settings = home.settings()
    assert run_job("render", settings, lambda job: 42, clock=_ticking) == 42
    run = _last(settings, "render")
    assert run is not None
    assert (run.outcome, run.exit_code) == ("ok", 0)
    assert run.started_at == START + timedelta(seconds=1)
    assert run.finished_at > run.started_at


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (NotReadyError("too few films"), 5, "too few films"),
        (Terminated(15), 143, "stopped by signal 15"),
        (ZeroDivisionError("division of api_key=0 by zero"), 1, "ZeroDivisionError"),
    ],
)
def test_a_failed_run_leaves_a_row_too(
    home: Home, error: BaseException, code: int, message: str
) -> None:
    settings = home.settings()

    def body(job: Job) -> None:
        raise error

    with pytest.raises(type(error)):
        run_job("train", settings, body, clock=_ticking)
    run = _last(settings, "train")
    assert run is not None
    assert (run.outcome, run.exit_code, run.message) == ("failed", code, message)


def test_a_second_start_steps_back_or_says_so(home: Home, caplog: pytest.LogCaptureFixture) -> None:
    settings = home.settings()
    caplog.set_level("INFO", logger="tmdbdash")
    with hold_lock(settings.state_dir / "locks", "ingest"):
        assert run_job("ingest", settings, lambda job: 1) is None
        assert "another ingest is running" in caplog.text
        assert caplog.records[-1].levelname == "INFO"
        with pytest.raises(LockedError) as refused:
            run_job("ingest", settings, lambda job: 1, fail_if_locked=True)
        assert refused.value.exit_code == 75
        assert run_job("train", settings, lambda job: "not blocked") == "not blocked"
    assert _last(settings, "ingest") is None
