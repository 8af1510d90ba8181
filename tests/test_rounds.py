"""A round and its cadence: what has no time left is said, and comes first next time."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.simulated import connect
from tmdbdash import job_steps as jobs
from tmdbdash.job_runner import JobOptions
from tmdbdash.rounds import RoundReport, run_round
from tmdbdash.storage import open_store
from tmdbdash.tmdb.client import ListQuery

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CADENCE = 120.0


pytestmark = pytest.mark.usefixtures("few_models")


@pytest.fixture
def now() -> list[datetime]:
    return [NOON]


@pytest.fixture
def at_home(home: Home, now: list[datetime]) -> Iterator[Home]:
    with SimulatedTmdb(
        films=60, seed=11, untidy=False, today=NOON.date(), clock=lambda: now[0]
    ) as tmdb:
        yield connect(home, tmdb)


class Watch:
    """A stopwatch that jumps at each step, by what the step is said to take."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **seconds: float) -> None:
        self.time = 1000.0
        self.budgets: dict[str, float | None] = {}
        self.order: list[str] = []
        for name in ("ingest", "train", "predict", "render"):
            monkeypatch.setattr(jobs, name, self._slowly(name, seconds.get(name, 0.0)))

    def _slowly(self, name: str, seconds: float) -> object:
        original = getattr(jobs, name)
        original = getattr(original, "original", original)

        def work(*arguments: object, **options: object) -> object:
            self.order.append(name)
            budget = options.get("budget")
            self.budgets[name] = budget if isinstance(budget, float) else None
            self.time += seconds
            return original(*arguments, **options)

        work.original = original  # type: ignore[attr-defined]  # for the next watch
        return work


def play(home: Home, now: list[datetime], watch: Watch) -> RoundReport:
    options = JobOptions(pings=False, clock=lambda: now[0])
    done = run_round(home.settings(), ListQuery(), options=options, stopwatch=lambda: watch.time)
    assert done is not None
    now[0] += timedelta(minutes=2)
    return done


def test_a_round_within_its_cadence_has_nothing_to_say(
    at_home: Home, now: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = Watch(monkeypatch, ingest=20.0, train=30.0)
    done = play(at_home, now, watch)
    assert done.steps == dict.fromkeys(("ingest", "train", "predict", "render"), "ok")
    assert (done.exit_code, done.seconds, done.message) == (0, 50.0, None)
    assert watch.budgets == {"ingest": 60.0, "train": 50.0, "predict": 35.0, "render": None}


def test_what_no_time_is_left_for_comes_first_next_time(
    at_home: Home,
    now: list[datetime],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    play(at_home, now, Watch(monkeypatch))
    now[0] += timedelta(minutes=20)  # a training is due
    caplog.clear()
    slow = Watch(monkeypatch, ingest=60.0, train=50.0)
    done = play(at_home, now, slow)
    assert done.steps["predict"] == "skipped: no time was left"
    assert (done.exit_code, done.message) == (0, "left for the next round: predict")
    assert slow.order == ["ingest", "train", "render"]
    with open_store(at_home.settings()) as store:
        last = store.fetch_last_run("run")
        assert last is not None
        assert (last.outcome, last.message) == ("ok", done.message)
    assert "left for the next round: predict" in caplog.text

    now[0] += timedelta(minutes=20)
    with open_store(at_home.settings()) as store:  # another home's round had time for all
        store.save_run(
            replace(last, started_at=now[0], finished_at=now[0], source="ab@x", message=None)
        )
    now[0] += timedelta(minutes=2)
    after = Watch(monkeypatch)
    done = play(at_home, now, after)
    assert after.order == ["ingest", "predict", "train", "render"]
    assert after.budgets["ingest"] == CADENCE / 4
    assert done.message is None
    play(at_home, now, usual := Watch(monkeypatch))
    assert usual.budgets["ingest"] == CADENCE / 2


def test_a_round_that_outlasts_its_cadence_says_so(
    at_home: Home,
    now: list[datetime],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    done = play(at_home, now, Watch(monkeypatch, ingest=200.0))
    assert done.exit_code == 0
    assert done.steps["render"] == "ok"
    assert done.message is not None
    assert done.message.startswith("the round took 200 s of a cadence of 120 s: ask for fewer")
    assert done.message.endswith("left for the next round: train")
    assert done.message in caplog.text
    assert done.text().endswith(done.message)
