"""The frame around every job: lock, run row, exit code."""

import errno
import json
import os
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest

from tests.parts.home import Home
from tmdbdash.errors import LockedError, NotReadyError, StuckError, Terminated
from tmdbdash.files import hold_lock
from tmdbdash.holders import Holder, noted_holder, read_holder
from tmdbdash.job_runner import Job, JobOptions, run_job
from tmdbdash.records import Run
from tmdbdash.settings import Settings
from tmdbdash.storage import open_store
from tmdbdash.utc import utc_now

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
    assert run_job("render", settings, lambda job: 42, JobOptions(clock=_ticking)) == 42
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
        run_job("train", settings, body, JobOptions(clock=_ticking))
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
            run_job("ingest", settings, lambda job: 1, JobOptions(fail_if_locked=True))
        assert refused.value.exit_code == 75
        assert run_job("train", settings, lambda job: "not blocked") == "not blocked"
    assert _last(settings, "ingest") is None


def overdue(job: str = "run", pid: int = 4_194_305) -> Holder:
    """A holder that ought to have ended; by default of a number that no process has."""
    return Holder(job, pid, utc_now() - timedelta(hours=1), time.monotonic() - 400, 360)


def test_a_lock_held_for_too_long_is_an_error(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody asked for patience; said with who holds it, left in the history, and pinged."""
    told: list[str] = []
    monkeypatch.setattr("tmdbdash.job_runner.ping", lambda _url, event: told.append(event))
    settings = home.settings()
    locks = settings.state_dir / "locks"
    late = overdue(pid=os.getpid())
    fine = (
        replace(late, longest=500),
        replace(late, longest=None),  # an import takes as long as its files are
        replace(late, began=time.monotonic() + 100),  # before the machine was started
    )
    with hold_lock(locks, "ingest"):
        for holder in fine:
            with noted_holder(locks, "ingest", holder):
                assert run_job("ingest", settings, lambda job: 1) is None
        with noted_holder(locks, "ingest", late):
            assert run_job("ingest", settings, lambda job: 1, lock="train") == 1
            assert run_job("import", settings, lambda job: 1, lock="ingest", patience=0.1) is None
            assert told == ["start", "success"]
            with pytest.raises(
                StuckError, match=f"`run` .process {os.getpid()}, since 20"
            ) as stuck:
                run_job("ingest", settings, lambda job: 1)
        assert run_job("ingest", settings, lambda job: 1) is None
    assert stuck.value.exit_code == 75
    assert f"kill {os.getpid()}" in str(stuck.value)
    assert told == ["start", "success", "failure"]
    run = _last(settings, "ingest")
    assert run is not None
    assert (run.outcome, run.exit_code, run.message) == ("failed", 75, str(stuck.value))


def test_a_job_says_by_when_it_ought_to_have_ended(home: Home) -> None:
    settings = home.settings()
    locks = settings.state_dir / "locks"

    def body(job: Job) -> Holder | None:
        return read_holder(locks, "train")

    holder = run_job("train", settings, body, longest=60)
    assert holder is not None
    assert (holder.job, holder.pid, holder.longest) == ("train", os.getpid(), 60)
    assert holder.is_alive
    assert not holder.is_overdue
    assert read_holder(locks, "train") is None


def test_a_note_that_cannot_be_written_leaves_no_older_one(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A killed holder's would accuse whatever has its number now."""
    locks = home.path / "locks"
    locks.mkdir()
    killed = noted_holder(locks, "ingest", overdue())
    killed.__enter__()  # and never left
    assert read_holder(locks, "ingest") is not None

    def full(*_: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tmdbdash.holders.write_atomic", full)
    with noted_holder(locks, "ingest", overdue()):
        assert read_holder(locks, "ingest") is None


def test_what_a_killed_holder_had_begun_to_write_goes_with_its_note(home: Home) -> None:
    locks = home.path / "locks"
    locks.mkdir()
    begun, other = locks / ".ingest.holder.0a1b2c3d.tmp", locks / ".train.holder.0a1b2c3d.tmp"
    begun.touch()
    other.touch()
    with noted_holder(locks, "ingest", overdue()):
        assert {path.name for path in locks.iterdir()} == {"ingest.holder", other.name}


def test_a_stored_run_is_no_failure_for_what_comes_after(home: Home) -> None:
    settings = home.settings()

    def body(job: Job) -> None:
        run = job.finish("ok", films_seen=40)
        job.stores(run)
        job.store.save_run(run)
        raise Terminated(15)

    with pytest.raises(Terminated):
        run_job("ingest", settings, body, JobOptions(clock=_ticking))
    run = _last(settings, "ingest")
    assert run is not None
    assert (run.outcome, run.films_seen) == ("ok", 40)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]",
        b"{}",
        b'{"job":1,"pid":"x","since":0,"began":0,"longest":1}',
        b'{"job":"a","pid":1,"since":1e99,"began":0,"longest":1}',
    ],
)
def test_a_note_that_nobody_can_read_is_none(home: Home, said: bytes) -> None:
    locks = home.path / "locks"
    locks.mkdir()
    (locks / "ingest.holder").write_bytes(said)
    assert read_holder(locks, "ingest") is None


def test_a_round_that_hangs_is_told_by_the_next(connected_home: Home) -> None:
    """By its exit code, on stderr, by `status` and on the page, which it still writes."""
    for command in ("ingest", "render"):
        assert connected_home.run("-q", command).returncode == 0
    locks = connected_home.path / "state" / "locks"
    with (
        hold_lock(locks, "run"),
        noted_holder(locks, "run", overdue()),
    ):
        done = connected_home.run("-q", "run")
    assert done.returncode == 75
    assert "(process 4194305, since " in done.stderr
    assert "kill" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    data = json.loads((connected_home.path / "out" / "data.json").read_text())
    assert data["failed"]["job"] == "ingest"
    assert connected_home.json("status")["jobs"]["ingest"]["last_run"]["exit_code"] == 75
