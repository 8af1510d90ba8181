"""The feed's events from the snapshots of a database."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.parts import sample_rows as sample
from tests.parts.engines import on_sqlite
from tests.parts.feeds import ATOM, FILMS, read, text, told
from tests.parts.followed import DAY, HOUR, follow, hours
from tests.parts.home import Home
from tmdbdash.records import Movie
from tmdbdash.report import publish
from tmdbdash.report.feed.events import Event, fetch_events
from tmdbdash.report.query.list_days import fetch_moments
from tmdbdash.report.query.page_queries import fetch_rows
from tmdbdash.settings import Settings
from tmdbdash.storage import Store


@pytest.fixture
def settings(engine_home: Home) -> Settings:
    return engine_home.settings()


def way(movie: Movie, age: timedelta) -> float | None:
    """Film 15 climbs into the top ten two and a half days before; film 30 doubles for good."""
    at = sample.OBSERVED - age
    if movie.tmdb_id == 15 and at >= datetime(2026, 1, 29, 3, tzinfo=UTC):
        return 500.0
    if movie.tmdb_id == 30:
        return 40.0 if at >= datetime(2026, 1, 30, 20, tzinfo=UTC) else 20.0
    return movie.popularity


def events_of(store: Store, settings: Settings, now: datetime) -> tuple[Event, ...]:
    rows = fetch_rows(store, settings, now)
    moments = fetch_moments(
        store, rows.tracked, rows.listing, settings.ingest_minutes, rows.past.as_of or now
    )
    return fetch_events(store, rows, moments, now)


def test_events_are_worked_out_from_snapshots(store: Store, settings: Settings) -> None:
    follow(store, FILMS, hours(100, 2), way)
    events = events_of(store, settings, sample.NOW)
    assert told(events) == [
        ("rose", 30, "2026-01-30"),
        ("entered", 15, "2026-01-29"),
        ("rose", 15, "2026-01-29"),
    ]
    entered = events[1]
    assert (entered.place, entered.popularity) == (1, 500.0)
    moments = [one.observed_at.isoformat(timespec="minutes") for one in events]
    assert moments == [  # the first lists after the change, as far as they were read
        f"{first_list_after(datetime(2026, 1, day, hour, tzinfo=UTC)):%Y-%m-%dT%H:%M}+00:00"
        for day, hour in ((30, 20), (29, 3), (29, 3))
    ]


def first_list_after(moment_: datetime) -> datetime:
    ticks = (sample.OBSERVED - age for age in hours(100, 2))
    return min(tick for tick in ticks if tick >= moment_)


@on_sqlite
def test_later_renders_tell_the_same_events(store: Store, settings: Settings, home: Home) -> None:
    """Under the same id and with the same time, until they are two weeks old."""
    follow(store, FILMS, hours(100, 2), way)
    found: list[dict[str, str]] = []
    for later in (0, 1, 5, 12, 20):
        until = sample.OBSERVED + later * DAY
        if later:
            follow(store, FILMS, [0 * HOUR], way, until=until)
        out = home.path / f"out-{later}"
        publish(store, settings, now=until + timedelta(minutes=1), out_dir=out)
        entries = read((out / "feed.xml").read_bytes()).iter(f"{ATOM}entry")
        found.append({text(entry, "id"): text(entry, "updated") for entry in entries})
    first = found[0]
    assert len(first) == 3
    for entries_later in found[1:4]:
        assert first.items() <= entries_later.items()
    assert not first.keys() & found[4].keys()


def test_events_of_today_appear_at_once_and_stay(store: Store, settings: Settings) -> None:
    climbed = datetime(2026, 1, 31, 10, tzinfo=UTC)

    def today(movie: Movie, age: timedelta) -> float | None:
        at = sample.OBSERVED - age
        return 500.0 if movie.tmdb_id == 15 and at >= climbed else movie.popularity

    follow(store, FILMS, hours(60, 2), today)
    now = events_of(store, settings, sample.NOW)
    assert told(now) == [("entered", 15, "2026-01-31"), ("rose", 15, "2026-01-31")]
    until = sample.OBSERVED + DAY
    follow(store, FILMS, hours(22, 2), lambda m, age: today(m, age - DAY), until=until)
    later = events_of(store, settings, until)
    assert told(later) == told(now)
    assert [one.observed_at for one in later] == [one.observed_at for one in now]
    assert all(climbed <= one.observed_at <= climbed + 2 * HOUR for one in now)


def test_a_long_silence_is_no_event(store: Store, settings: Settings) -> None:
    """A page whose cron died for days tells nothing of the days that nobody saw."""
    follow(store, FILMS, [*hours(4), *(8 * DAY + age for age in hours(30, 2))])
    assert events_of(store, settings, sample.NOW) == ()
