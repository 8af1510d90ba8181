"""The checks of ``tmdbdash doctor``: everything that a job needs, each pass, warn or fail.

They make and change nothing, and show nothing secret: of the key only its form, of the database
only its kind and address.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tmdbdash.errors import TmdbdashError
from tmdbdash.freshness import data_age
from tmdbdash.lock_refusals import try_locks
from tmdbdash.ownership import (
    find_foreign_files,
    name_of,
    nearest_folder,
    other_owner,
    own_uid,
    owner_note,
)
from tmdbdash.poster_files import Attempts, stored_posters
from tmdbdash.records import GuessedTimes
from tmdbdash.redaction import redact
from tmdbdash.settings import V3_KEY, Settings, load_settings
from tmdbdash.system_errors import foreseen
from tmdbdash.trust import refuse_open_state, refuse_state_of_another
from tmdbdash.utc import utc_now

TMDB_BUDGET = 15.0
"""Seconds that the examination of TMDB may take."""
LOW_DISK = 500_000_000
NO_DISK = 50_000_000
SKEW_WARN = 60.0
SKEW_FAIL = 3_600.0
"""Seconds between this machine's clock and TMDB's: ages on the page are wrong by as much."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing examined: "pass", "warn" or "fail", with a sentence; the code a failure ends in."""

    name: str
    state: str
    message: str
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class Examination:
    """All checks; ``exit_code`` is that of the first failure."""

    checks: tuple[Check, ...]

    @property
    def failures(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(c for c in self.checks if c.state == "fail")

    @property
    def exit_code(self) -> int:
        """0 where nothing failed."""
        return next((c.exit_code for c in self.failures), 0)

    def as_json(self) -> dict[str, object]:
        """The checks as plain JSON values."""
        return {"checks": [asdict(c) for c in self.checks], "exit_code": self.exit_code}


def examine(home: Path | None) -> Examination:
    """Examine a home; one failing check does not stop the others that can still be made."""
    checks: list[Check] = []
    try:
        settings = load_settings(home)
    except TmdbdashError as error:
        return Examination((Check("settings", "fail", str(error), error.exit_code),))
    checks.append(_guarded("settings", lambda: _settings(settings)))
    checks.append(_guarded("owner", lambda: _owner(settings)))
    checks.append(_guarded("key", lambda: _key(settings)))
    checks.append(_guarded("network", lambda: _network(settings)))
    skew: list[float] = []
    if not any(check.state == "fail" for check in checks):
        checks.append(_guarded("TMDB", lambda: _tmdb(settings, skew)))
    try:
        checks += _database(settings)
    except TmdbdashError as error:
        checks.append(Check("database", "fail", redact(str(error)), error.exit_code))
    checks += _hosts(settings)
    checks.append(_guarded("locks", lambda: Check("locks", "pass", try_locks(settings.locks_dir))))
    checks.append(_guarded("disk", lambda: _disk(settings)))
    checks.append(_guarded("posters", lambda: _posters(settings)))
    checks.append(_clock(skew))
    return Examination(tuple(checks))


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except Exception as error:
        known = foreseen(error)
        if known is None:
            raise
        return Check(name, "fail", redact(str(known)), known.exit_code)


def _settings(settings: Settings) -> Check:
    env_file = settings.home / ".env"
    message = f"home {settings.home}, {'with' if env_file.exists() else 'no'} .env"
    if env_file.exists() and env_file.stat().st_mode & 0o077:
        return Check("settings", "warn", f"{message}; others can read it: chmod 600 {env_file}")
    return Check("settings", "pass", message)


def _owner(settings: Settings) -> Check:
    home = settings.home
    refuse_open_state(settings.state_dir)
    owner = other_owner(home)
    if owner is not None:
        message = f"{home} belongs to {name_of(owner)}, and this is {name_of(own_uid() or 0)}"
        if own_uid() == 0:
            return Check("owner", "warn", f"{message}: what its jobs make goes to that owner")
        return Check("owner", "warn", f"{message}: let the owner run the jobs")
    refuse_state_of_another(settings.state_dir, home)
    foreign = find_foreign_files(home, settings.state_dir)
    if foreign is None:
        return Check("owner", "pass", "home and state/ belong to this user")
    more = f" and {foreign.count - 1} more" if foreign.count > 1 else ""
    return Check(
        "owner",
        "warn",
        f"{foreign.first}{more} belong to {name_of(foreign.uid)}, the home does not: "
        f"chown -R {home.stat().st_uid} {settings.state_dir}",
    )


def _key(settings: Settings) -> Check:
    v3 = V3_KEY.fullmatch(settings.api_key()) is not None
    return Check("key", "pass", "a v3 API key" if v3 else "a v4 read access token")


def _network(settings: Settings) -> Check:
    from tmdbdash.network import route_to

    return Check("network", "pass", str(route_to(settings.tmdb_base_url)))


def _tmdb(settings: Settings, skew: list[float]) -> Check:
    from tmdbdash.tmdb.client import TmdbClient

    with TmdbClient.from_settings(settings, budget=TMDB_BUDGET) as client:
        before = utc_now()
        server_time = client.check()
    if server_time is not None:
        skew.append((before - server_time).total_seconds())
    took = (utc_now() - before).total_seconds()
    return Check("TMDB", "pass", f"reachable, the key is accepted ({took * 1000:.0f} ms)")


def _database(settings: Settings) -> tuple[Check, ...]:
    from tmdbdash.storage import OldSchemaError, open_store_read_only, sqlite_file

    try:
        found = open_store_read_only(settings)
    except OldSchemaError as error:
        return (Check("schema", "warn", redact(str(error))),)
    file = sqlite_file(settings)
    if found is None:
        return (_no_database(file),)
    with found as store:
        facts = store.fetch_facts()
        films = store.count_movies()
        times = _times(store.count_guessed())
        age = data_age(store.fetch_observed_at(), settings.ingest_minutes, utc_now())
    data = Check("data", "pass" if age.freshness.state == "fresh" else "warn", age.advice())
    message = f"{facts['engine']} {facts['version']} at {facts['url']}, {films} films"
    if "host" in facts:
        message = f"{message}; {facts['host']} is in use"
    schema = Check("schema", "pass", f"revision {facts['schema']}, as this program has it")
    if facts.get("journal", "wal") != "wal":
        message = f"{message}; no write-ahead log: use a local disk"
        return Check("database", "warn", message), schema, data, times
    if file is not None and not (os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)):
        message = f"{message}; this user may only read it{owner_note(file)}, and jobs need to write"
        # Where nothing in the home may be written, `locks` fails; a reader needs no more.
        alone = os.access(nearest_folder(settings.locks_dir), os.W_OK)
        limited = Check("database", "fail" if alone else "warn", message, 4 if alone else 0)
        return limited, schema, data, times
    return Check("database", "pass", message), schema, data, times


def _hosts(settings: Settings) -> tuple[Check, ...]:
    """Each of several hosts: the others are for when the one in use is gone."""
    from tmdbdash.storage import try_hosts

    try:
        answers = try_hosts(settings)
    except TmdbdashError:
        return ()  # which the check of the database reports
    if not answers:
        return ()
    message = "; ".join(f"{host}: {wrong or 'answers'}" for host, wrong in answers.items())
    if not any(answers.values()):
        return (Check("hosts", "pass", message),)
    none = all(answers.values())
    return (Check("hosts", "fail" if none else "warn", message, 4 if none else 0),)


def _times(guessed: GuessedTimes) -> Check:
    if not guessed.films:
        return Check("times", "pass", "no film's time of observation is a guess")
    advice = "import the file again with --observed-at TIME where you know when it was made"
    return Check("times", "warn", f"{guessed}: {advice}")


def _no_database(file: Path | None) -> Check:
    if file is None:
        return Check("database", "pass", "no data yet: the first job makes the tables")
    folder = nearest_folder(file.parent)
    if os.access(folder, os.W_OK | os.X_OK):
        return Check("database", "pass", f"no data yet: the first job makes {file}")
    message = f"no data yet, and this user may not make {file}{owner_note(folder)}: see its rights"
    return Check("database", "fail", message, 4)


def _disk(settings: Settings) -> Check:
    free = shutil.disk_usage(settings.home).free
    message = f"{free / 1e9:.1f} GB free under {settings.home}"
    if free < NO_DISK:
        return Check("disk", "fail", f"{message}: make room", 4)
    return Check("disk", "warn" if free < LOW_DISK else "pass", message)


def _posters(settings: Settings) -> Check:
    folder = settings.posters_dir
    if settings.posters != "local":
        where = "loaded by browsers from TMDB's image host" if settings.remote_posters else "off"
        return Check("posters", "pass", where)
    if not os.access(nearest_folder(folder), os.W_OK | os.X_OK):
        return Check("posters", "warn", f"this user may not write to {folder}: see its rights")
    message = f"{len(stored_posters(folder))} stored in {folder}"
    failed = len(Attempts.read(folder, utc_now()).failed)
    if failed:
        host = urlsplit(settings.tmdb_image_url).hostname
        note = f"{failed} could not be had from {host} in the last day, see `ingest -v`"
        return Check("posters", "warn", f"{message}; {note}")
    return Check("posters", "pass", message)


def _clock(skew: list[float]) -> Check:
    now = utc_now()
    message = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if not skew:
        return Check("clock", "warn", f"{message}; not compared, TMDB did not say its time")
    off = abs(skew[0])
    side = "behind" if skew[0] < 0 else "ahead of"
    message += f", {off:.0f} s {side} TMDB's" if off >= 1 else ", as TMDB's"
    if skew[0] < -SKEW_FAIL:
        return Check("clock", "fail", f"{message}: `ingest` stores nothing; set the clock", 2)
    if off > SKEW_FAIL:
        message = f"{message}: set the clock, unless a cache on the way gives old answers"
    return Check("clock", "warn" if off > SKEW_WARN else "pass", message)
