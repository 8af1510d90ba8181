"""Ticks under true and false clocks, and a model of what has to be there after each of them.

The model knows the simulated TMDB's own time and values alone. A tick is *true* where this
machine's clock is right, *near* where it is off by less than an hour, *behind* or *ahead* by more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal

from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.ticks import ONE_PAGE
from tmdbdash import job_steps as jobs
from tmdbdash.ingest.clock import WrongClockError
from tmdbdash.job_runner import JobOptions
from tmdbdash.records import Movie, Snapshot
from tmdbdash.settings import Settings
from tmdbdash.storage import Store, open_store

Kind = Literal["true", "near", "behind", "ahead"]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEAR = timedelta(minutes=50)
METRICS = ("popularity", "vote_count", "vote_average")

MOMENTS = {
    "TMDB's usual days": datetime(2026, 11, 22, 9, tzinfo=UTC),
    "clocks go back in Berlin": datetime(2026, 10, 24, 18, tzinfo=UTC),
    "clocks go forward in New York": datetime(2027, 3, 14, 1, tzinfo=UTC),
    "a leap day": datetime(2028, 2, 28, 12, tzinfo=UTC),
    "2038": datetime(2038, 1, 18, 18, tzinfo=UTC),
    "no leap day in 2100": datetime(2100, 2, 28, 2, tzinfo=UTC),
    "the turn of 2099": datetime(2099, 12, 31, 12, tzinfo=UTC),
}
"""Times at which days, zones or widths of numbers change within the next hours."""


@dataclass
class ClockReplay:
    """One database under a sequence of clocks.

    ``faults`` are sentences about what was lost, invented or out of order; ``ticks`` are counted by
    kind.
    """

    settings: Settings
    tmdb: SimulatedTmdb
    now: datetime
    random: Random
    ticks: dict[Kind, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _true: dict[tuple[int, datetime], Snapshot] = field(default_factory=dict)
    _unsure: datetime = EPOCH

    def step(self) -> None:
        """Let some time pass, tick under some clock, and look at what is there."""
        passed = self.random.choice((2, 7, 61, 200, 400, 1500))
        self.now += timedelta(minutes=passed, seconds=self.random.randrange(60))
        self.tmdb.advance(passed)
        kind, clock = self._clock()
        self.ticks[kind] = self.ticks.get(kind, 0) + 1
        with open_store(self.settings) as store:
            before = _history(store) if kind == "behind" else {}
            outcome = self._tick(clock)
            after = _history(store)
            if kind == "behind":
                self._note(outcome == "refused", f"a tick of {clock} was {outcome}")
                self._note(before == after, f"a tick of {clock} changed the history")
            else:
                self._note(outcome == "ok", f"a {kind} tick of {clock} was {outcome}")
            self._check_history(after)
            if kind == "near":
                self._unsure = max(self.now, clock)
            if kind in ("true", "near"):
                self._true |= {key: seen for key, seen in after.items() if key[1] == clock}
            if kind == "true":
                self._check_now(store, after)

    def _clock(self) -> tuple[Kind, datetime]:
        """What this machine's clock says."""
        chosen = self.random.random()
        off = self.random.random()
        if chosen < 0.6:
            return "true", self.now
        if chosen < 0.7:
            apart = timedelta(seconds=int((2 * off - 1) * NEAR.total_seconds()))
            return "near", self.now + apart
        if chosen < 0.88:
            wrong = (self.now - HOUR * (1.02 + 12 * off), self.now - 400 * DAY * off - 2 * HOUR)
            return "behind", self.random.choice((*wrong, EPOCH, EPOCH + DAY * off)).replace(
                microsecond=0
            )
        longest = self.random.choice((12 * HOUR, 12 * HOUR, 40 * DAY, 4000 * DAY))
        return "ahead", (self.now + 1.02 * HOUR + off * longest).replace(microsecond=0)

    def _tick(self, clock: datetime) -> str:
        """How a tick under that clock ended."""
        self.tmdb.clock = lambda: self.now
        options = JobOptions(pings=False, clock=lambda: clock)
        try:
            result = jobs.ingest(self.settings, ONE_PAGE, options=options)
        except WrongClockError:
            return "refused"
        return "skipped" if result is None else result.outcome

    def _check_history(self, after: dict[tuple[int, datetime], Snapshot]) -> None:
        """All that true ticks have stored and that may still be kept is there as it was."""
        if days := self.settings.retention_days:
            oldest = self.now - timedelta(days=days)
            self._true = {key: seen for key, seen in self._true.items() if key[1] >= oldest}
        lost = [key for key, seen in self._true.items() if after.get(key) != seen]
        self._note(not lost, f"{len(lost)} true snapshots are gone or changed: {lost[:2]}")

    def _check_now(self, store: Store, after: dict[tuple[int, datetime], Snapshot]) -> None:
        """After a right tick, list, films and the history up to now say what TMDB says.

        But for what is no later than a tick of a clock that was off a little: within such an hour
        the order is that of the clocks.
        """
        _, body = self.tmdb.answer("/movie/popular", {"api_key": self.tmdb.api_key}, None)
        entries = body["results"]
        assert isinstance(entries, list)
        said = {entry["id"]: entry for entry in entries}
        listing = store.fetch_listing()
        if listing is None or listing.observed_at > self._unsure:
            ids = [] if listing is None else [entry.tmdb_id for entry in listing.entries]
            at = None if listing is None else listing.observed_at
            self._note(ids == list(said), "the list is in another order than TMDB's")
            self._note(at == self.now, f"the list is not of {self.now} but of {at}")
        last: dict[int, Snapshot] = {}
        for (tmdb_id, at), seen in sorted(after.items(), key=lambda item: item[0][1]):
            if at <= self.now:
                last[tmdb_id] = seen
        films = store.fetch_movies(list(said))
        for tmdb_id, entry in said.items():
            if not entry["vote_count"]:
                continue  # then there is no rating, which is another rule's matter
            wanted = (entry["popularity"], entry["vote_count"], entry["vote_average"])
            film, newest = films.get(tmdb_id), last.get(tmdb_id)
            seen_at = None if film is None else film.observed_at
            self._compare("film", film, seen_at, wanted)
            self._compare("history", newest, None if newest is None else newest.snapshot_ts, wanted)

    def _compare(
        self, what: str, found: Movie | Snapshot | None, at: datetime | None, wanted: object
    ) -> None:
        values = None if found is None else tuple(getattr(found, name) for name in METRICS)
        self._note(
            values == wanted or (at is not None and at <= self._unsure),
            f"a {what} says {values} of {at} at {self.now}, and TMDB {wanted}",
        )

    def _note(self, holds: bool, fault: str) -> None:
        if not holds:
            self.faults.append(f"tick {sum(self.ticks.values())}: {fault}")


def _history(store: Store) -> dict[tuple[int, datetime], Snapshot]:
    """Every snapshot; raises `AssertionError` where they do not come in order of time."""
    ids = store.fetch_movie_columns(["tmdb_id"])["tmdb_id"]
    seen = store.fetch_snapshots(ids)
    keys = [(snapshot.tmdb_id, snapshot.snapshot_ts) for snapshot in seen]
    assert keys == sorted(set(keys)), "snapshots are out of order"
    return dict(zip(keys, seen, strict=True))
