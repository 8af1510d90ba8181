"""The frame around every job: lock, run row, exit code."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.parts.home import Home
from tmdbdash.errors import LockedError, NotReadyError, StuckError, Terminated
from tmdbdash.files import hold_lock
from tmdbdash.holders import Holder, noted, read_holder
from tmdbdash.job import Job, run_job, utc_now
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


def test_a_lock_held_for_too_long_is_an_error(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody asked for patience; said with who holds it, left in the history, and pinged."""
    told: list[str] = []
    monkeypatch.setattr("tmdbdash.job.ping", lambda _url, event: told.append(event))
    settings = home.settings()
    locks = settings.state_dir / "locks"
    cadence = timedelta(minutes=settings.ingest_minutes)
    now = utc_now()
    with hold_lock(locks, "ingest"):
        with noted(locks, "ingest", Holder("import", 4711, now - 2.9 * cadence)):
            assert run_job("ingest", settings, lambda job: 1) is None
        with noted(locks, "ingest", Holder("import", 4711, now - 3.1 * cadence)):
            assert run_job("ingest", settings, lambda job: 1, lock="train") == 1
            assert run_job("import", settings, lambda job: 1, lock="ingest", patience=0.1) is None
            assert told == ["start", "success"]
            with pytest.raises(StuckError, match=r"`import` \(process 4711, since 20") as stuck:
                run_job("ingest", settings, lambda job: 1)
        assert run_job("ingest", settings, lambda job: 1) is None
    assert stuck.value.exit_code == 75
    assert told == ["start", "success", "failure"]
    run = _last(settings, "ingest")
    assert run is not None
    assert (run.outcome, run.exit_code, run.message) == ("failed", 75, str(stuck.value))


@pytest.mark.parametrize(
    "said",
    [b"", b"[]", b"{}", b'{"job":1,"pid":"x","since":0}', b'{"job":"a","pid":1,"since":1e99}'],
)
def test_a_note_that_nobody_can_read_is_none(home: Home, said: bytes) -> None:
    locks = home.path / "locks"
    locks.mkdir()
    (locks / "ingest.holder").write_bytes(said)
    assert read_holder(locks, "ingest") is None


def test_a_round_that_hangs_is_told_by_the_next(connected_home: Home) -> None:
    """By its exit code, on stderr, by `status` and on the page, which it still writes."""
    assert connected_home.run("-q", "run").returncode == 0
    locks = connected_home.path / "state" / "locks"
    with (
        hold_lock(locks, "run"),
        noted(locks, "run", Holder("run", 4711, utc_now() - timedelta(hours=1))),
    ):
        done = connected_home.run("-q", "run")
    assert done.returncode == 75
    assert "(process 4711, since " in done.stderr
    assert len(done.stderr.splitlines()) == 1
    data = json.loads((connected_home.path / "out" / "data.json").read_text())
    assert data["failed"]["job"] == "ingest"
    assert connected_home.json("status")["jobs"]["ingest"]["last_run"]["exit_code"] == 75
