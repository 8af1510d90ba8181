"""Answers of TMDB that are wrong in ways drawn from a seed: broken connections, statuses and JSON.

After each tick: a documented exit code and no traceback; nothing stored before is lost; no number
is stored that TMDB has not said of that film; the page is whole. Each tenth tick TMDB is itself
again, and all has to be well at once.

    python -m tests.campaigns.hostile --rounds 400 --seed 1
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

from tests.campaigns import soundness, trial
from tests.parts.faults import Kind
from tests.parts.faulty_tmdb import SimulatedTmdb
from tests.parts.home import Home
from tests.parts.hostile import FORMULAS, TITLES
from tests.parts.simulated import connect
from tests.parts.ticks import dump
from tmdbdash.records import Movie, Snapshot
from tmdbdash.storage import Store, open_store

SELF_AGAIN_EVERY = 10
NUMBERS = ("popularity", "vote_count", "vote_average", "runtime", "budget", "revenue")
CODES = (0, 3)
CONNECTIONS: tuple[Kind, ...] = (
    "status", "drop", "truncate", "garbage", "not_a_dict", "empty", "zeroed", "redirect", "slow",
)  # fmt: skip
STATUSES = (200, 204, 301, 400, 401, 403, 404, 418, 422, 429, 500, 502, 503, 504, 599)
PATHS = ("/", "/movie/popular", "/movie/5", "/movie")
RETRY_AFTER = (None, "0", "-5", "1", "99999", "soon", "Wed, 21 Oct 2015 07:28:00 GMT", "1e9")
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**70), 10**400, 0.1, -0.0, 1e308, float("nan"),
    float("inf"), "", " ", "NaN", "12", "-3", "0x10", "1e5", "\x00", "\u202e", "a" * 70_000, [],
    {}, [[]], [None], {"id": 1}, [{"id": None}], "2026-02-30", "9999-12-31", "0000-00-00",
    "Sun, 06 Nov 1994", "javascript:alert(1)", "/../../etc/passwd", "//evil.example/x.jpg",
    *TITLES, *FORMULAS,
)  # fmt: skip


class HostileTmdb(SimulatedTmdb):
    """A simulated TMDB that spoils its answers; ``said`` is every number it has said of a film."""

    spoiling: Random | None = None

    def __init__(self, seed: int) -> None:
        super().__init__(films=60, seed=seed, untidy=True)
        self.said: dict[tuple[int, str], set[float]] = {}
        self.ids: set[int] = set()

    def answer(self, path: str, query: dict[str, str], bearer: str | None) -> tuple[int, Any]:
        """As before, but spoilt."""
        status, body = super().answer(path, query, bearer)
        if self.spoiling is not None and self.spoiling.random() < 0.7:
            body = spoilt(body, self.spoiling)
        for entry in _objects(body):
            self._remember(entry)
        return status, body

    def _remember(self, entry: dict[str, Any]) -> None:
        tmdb_id = _number(entry.get("id"))
        if tmdb_id is None or tmdb_id != int(tmdb_id):
            return
        self.ids.add(int(tmdb_id))
        for name in NUMBERS:
            value = _number(entry.get(name))
            if value is not None:
                self.said.setdefault((int(tmdb_id), name), set()).add(value)


def spoilt(body: Any, random: Random) -> Any:
    """The answer with some of its values replaced, repeated, moved or left out."""
    made = [copy.deepcopy(body)]
    for _ in range(random.choice((1, 2, 5, 30))):
        places = list(_places(made))
        parent, key = random.choice(places[:1] + places if random.random() < 0.05 else places[1:])
        how = random.random()
        if how < 0.6:
            parent[key] = copy.deepcopy(random.choice(VALUES))
        elif how < 0.75:
            del parent[key]
        elif how < 0.9:
            other, name = random.choice(places)
            held = other[name] if isinstance(other, dict) or name < len(other) else None
            parent[key] = copy.deepcopy(held)
        elif isinstance(parent, list):
            parent.insert(key, copy.deepcopy(parent[key]))
        else:
            parent[str(key).upper()] = parent[key]
        if not made or len(list(_places(made))) < 2:
            break
    return made[0] if made else None


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container and key of a JSON value, the whole first; not endlessly many."""
    waiting: list[Any] = [value]
    for _ in range(3000):
        if not waiting:
            return
        held = waiting.pop(0)
        keys = list(held) if isinstance(held, dict) else range(len(held))
        for key in keys:
            yield held, key
            if isinstance(held[key], dict | list):
                waiting.append(held[key])


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for held, key in _places([value]):
        if isinstance(held[key], dict):
            yield held[key]


def _number(value: Any) -> float | None:
    """As a number what might be read as one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def hostile(this: trial.Trial) -> None:
    """The campaign."""
    with trial.folder_of(this) as folder, trial.servers(this.engines) as empty:
        for engine in this.engines:
            place = folder / engine
            tmdb = HostileTmdb(this.seed)
            with tmdb:
                home = connect(trial.home_at(place, empty(engine, place)), tmdb, TMDB_MAX_RPS="40")
                done = trial.job(home, "run")
                this.expect("the first round ends well", done.returncode == 0, done.stderr[-900:])
                for number in this.each_round(len(this.engines)):
                    _tick(this, f"{engine} {number}", home, tmdb, number)
                    this.count(f"ticks on {engine}")


def _tick(this: trial.Trial, where: str, home: Home, tmdb: HostileTmdb, number: int) -> None:
    random = this.random(where)
    good = number % SELF_AGAIN_EVERY == SELF_AGAIN_EVERY - 1
    tmdb.advance(random.choice((2, 60, 600, 1500)))
    tmdb.spoiling = None if good else random
    if not good and random.random() < 0.4:
        for _ in range(random.randrange(1, 4)):
            _break_connections(tmdb, random)
    command = "run" if random.random() < 0.15 else "ingest"
    settings = trial.settings_of(home)
    with open_store(settings) as store:
        before = dump(store)
    began = datetime.now(UTC).replace(microsecond=0)
    done = trial.job(home, command, "--pages", str(random.choice((1, 2, 3))), timeout=150)
    tmdb.faults.clear()
    told = f"{where} {command}: {done.returncode} {done.stderr[-900:]}"
    this.expect("a documented exit code", done.returncode in (CODES[:1] if good else CODES), told)
    this.expect("no traceback", "Traceback" not in done.stderr, told)
    with open_store(settings) as store:
        after = dump(store)
        this.expect_none("nothing is lost", _lost(before[:2], after[:2], began), where)
        this.expect_none("nothing is invented", _invented(tmdb, after[0], after[1]), where)
        faults = soundness.database_faults(store, whole=number % 20 == 0)
        this.expect_none("the database is sound", faults, where)
        if good:
            this.expect("TMDB itself again is believed", _is_of_now(store), where)
    this.expect_none("the page is whole", soundness.page_faults(settings.out_dir), where)


def _break_connections(tmdb: SimulatedTmdb, random: Random) -> None:
    tmdb.faults.add(
        random.choice(PATHS),
        random.choice(CONNECTIONS),
        times=random.choice((1, 2, 5, None)),
        page=random.choice((None, None, 1, 2)),
        status=random.choice(STATUSES),
        retry_after=random.choice(RETRY_AFTER),
        seconds=random.choice((0.0, 0.3)),
    )


Stored = tuple[list[Movie], list[Snapshot]]


def _lost(before: Stored, after: Stored, began: datetime) -> list[str]:
    """Snapshots that are gone or changed; films that are gone or lack what was known of them.

    A tick that ``began`` in the same second as the one before it has the same key.
    """
    kept = {(s.tmdb_id, s.snapshot_ts): s for s in after[1]}
    older = (snapshot for snapshot in before[1] if snapshot.snapshot_ts < began)
    found = [f"{s}" for s in older if kept.get((s.tmdb_id, s.snapshot_ts)) != s]
    films = {film.tmdb_id: film for film in after[0]}
    for film in before[0]:
        now = films.get(film.tmdb_id)
        names = ("title", "release_date", "genres", "popularity", "runtime", "overview")
        empty = [n for n in names if getattr(film, n) and not getattr(now, n, None)]
        if empty and not (empty == ["popularity"] and now is not None and now.popularity == 0):
            found.append(f"film {film.tmdb_id} lost {empty}")
    return found


def _invented(tmdb: HostileTmdb, films: list[Movie], snapshots: list[Snapshot]) -> list[str]:
    """Numbers that TMDB has not said of that film, and films that it has not said at all."""
    found = [f"film {film.tmdb_id}" for film in films if film.tmdb_id not in tmdb.ids]
    rows: list[Movie | Snapshot] = [*films, *snapshots]
    for row in rows:
        for name in NUMBERS:
            value = getattr(row, name, None)
            if value is not None and float(value) not in tmdb.said.get((row.tmdb_id, name), set()):
                found.append(f"{name} {value!r} of film {row.tmdb_id}")
    return found


def _is_of_now(store: Store) -> bool:
    listing = store.fetch_listing()
    age = None if listing is None else datetime.now(UTC) - listing.observed_at
    return age is not None and age.total_seconds() < 120


if __name__ == "__main__":
    trial.main(hostile, __doc__, rounds=400)
