"""How old the data are: page, status, health.json and doctor say the same of one home."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.parts import sample_rows as sample
from tests.parts.home import Home
from tests.parts.markup import parsed
from tmdbdash.freshness import data_age
from tmdbdash.records import FilmChange, Movie, Run, TickWrite
from tmdbdash.storage import Store, open_store

FILMS = tuple(sample.film(number) for number in range(1, 13))


def ago(**span: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) - timedelta(**span)


def tick(store: Store, at: datetime, *, complete: bool = True) -> None:
    """What a tick at that time leaves, without asking TMDB."""
    films = [Movie(tmdb_id=n, title=f"Film {n}", popularity=n, observed_at=at) for n in range(1, 9)]
    outcome = "ok" if complete else "incomplete"
    store.save_tick(
        TickWrite(
            observed_at=at,
            changes=tuple(FilmChange(kind="changed", movie=film) for film in films),
            listing=sample.listing(films).entries if complete else None,
            run=Run(job="ingest", started_at=at, finished_at=at, outcome=outcome, source="popular"),
        )
    )


def bring_in(home: Home, at: datetime) -> None:
    """Films of a file, with no list and no run of `ingest`."""
    path = home.path / "films.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "title", "popularity", "vote_count", "vote_average"))
        writer.writerows((f.tmdb_id, f.title, f.popularity, f.vote_count, 6.5) for f in FILMS)
    done = home.run("-q", "import", str(path), "--observed-at", at.isoformat())
    assert done.returncode == 0, done.stderr


def ticked(home: Home, at: datetime) -> None:
    with open_store(home.settings()) as store:
        tick(store, at)


def only_imported_long_ago(home: Home) -> None:
    bring_in(home, ago(days=201))


def only_imported_just_now(home: Home) -> None:
    bring_in(home, ago())


def only_imported_lately(home: Home) -> None:
    bring_in(home, ago(minutes=6))


def a_tick_just_now(home: Home) -> None:
    ticked(home, ago())


def a_tick_that_is_late(home: Home) -> None:
    ticked(home, ago(minutes=6))


def a_tick_that_is_stale(home: Home) -> None:
    ticked(home, ago(minutes=11))


def nothing_at_all(home: Home) -> None:
    with open_store(home.settings()):
        pass


def an_ingest_that_fails_over_old_data(home: Home) -> None:
    ticked(home, ago(hours=3))
    nobody = {"TMDB_BASE_URL": "http://127.0.0.1:9", "TMDB_API_KEY": "0" * 32}
    done = home.run("ingest", env={**nobody, "TMDBDASH_INGEST_MINUTES": "0.02"})
    assert done.returncode == 3, done.stderr


def ticks_that_stay_incomplete_over_an_old_list(home: Home) -> None:
    """New films came in, but what is shown is the old list."""
    ticked(home, ago(hours=3))
    with open_store(home.settings()) as store:
        tick(store, ago(), complete=False)


def an_old_list_under_films_imported_now(home: Home) -> None:
    ticked(home, ago(hours=3))
    bring_in(home, ago())


def a_skipped_run_over_old_data(home: Home) -> None:
    """A run row of now says nothing of when anything was observed."""
    ticked(home, ago(hours=3))
    now = ago()
    with open_store(home.settings()) as store:
        for outcome in ("skipped", "ok"):
            store.save_run(Run(job="ingest", started_at=now, finished_at=now, outcome=outcome))


def a_tick_of_a_clock_ahead(home: Home) -> None:
    ticked(home, ago(days=-40))


def films_of_a_clock_ahead(home: Home) -> None:
    """A tick ahead that was not complete: there is no list, and the films are of the future."""
    with open_store(home.settings()) as store:
        tick(store, ago(days=-40), complete=False)


def a_tick_of_a_clock_a_little_ahead(home: Home) -> None:
    ticked(home, ago(minutes=-4))


WORDS = {
    "en": {"fresh": "fresh", "late": "late", "stale": "stale", "never": "no data yet"},
    "pt-BR": {
        "fresh": "atualizado",
        "late": "atrasado",
        "stale": "desatualizado",
        "never": "sem dados",
    },
}


ONE_OF_EACH_STATE = (only_imported_long_ago, a_tick_just_now, a_tick_that_is_late, nothing_at_all)
"""Of which all ways of saying it are looked at: every language, the table."""
OF_A_CLOCK_AHEAD = (films_of_a_clock_ahead, a_tick_of_a_clock_a_little_ahead)
"""Of these too a browser shows the page: it compares the same time with its own clock."""


@pytest.mark.parametrize(
    ("make", "state"),
    [
        (only_imported_long_ago, "stale"),
        (only_imported_just_now, "fresh"),
        (only_imported_lately, "late"),
        (a_tick_just_now, "fresh"),
        (a_tick_that_is_late, "late"),
        (a_tick_that_is_stale, "stale"),
        (nothing_at_all, "never"),
        (an_ingest_that_fails_over_old_data, "stale"),
        (ticks_that_stay_incomplete_over_an_old_list, "stale"),
        (an_old_list_under_films_imported_now, "stale"),
        (a_skipped_run_over_old_data, "stale"),
        (a_tick_of_a_clock_ahead, "stale"),
        (films_of_a_clock_ahead, "stale"),
        (a_tick_of_a_clock_a_little_ahead, "fresh"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_page_status_health_and_doctor_say_the_same(
    home: Home, make: Callable[[Home], None], state: str
) -> None:
    make(home)
    said_by: dict[str, str] = {}
    is_stale = state in ("stale", "never")
    assert home.run("-q", "render").returncode == (5 if state == "never" else 0)
    out = home.path / "out"

    status = home.json("status", code=10 if is_stale else 0)
    said_by["status"] = status["data"]["state"]
    said_by["status by job"] = status["jobs"]["ingest"]["state"]
    assert ("ingest" in status["stale"]) == is_stale
    if make in ONE_OF_EACH_STATE:
        told = home.run("status", env={"COLUMNS": "80"})
        assert told.returncode == (10 if is_stale else 0)
        assert WORDS["en"][state] in told.stdout

    health = json.loads((out / "health.json").read_text())
    assert health["status"] == "ok"
    said_by["health.json"] = health["data"]["state"]
    assert health["data"]["observed_at"] == status["data"]["observed_at"]

    (check,) = (c for c in json.loads(home.run("doctor", "--json").stdout)["checks"]
                if c["name"] == "data")  # fmt: skip
    assert check["state"] == ("pass" if state == "fresh" else "warn")
    said_by["doctor"] = next(
        s for s, word in WORDS["en"].items() if check["message"].startswith(word)
    )

    for folder, words in zip(("", "pt-BR/"), WORDS.values(), strict=True):
        for name in ("index.html", "about.html"):
            line = parsed((out / f"{folder}{name}").read_bytes()).by_id("state")
            assert line.one("span", data_part="badge").text == words[state], (folder, name)
            said_by[f"{folder}{name}"] = line["data-state"]
    data = json.loads((out / "data.json").read_text())
    assert data["observed_at"] == status["data"]["observed_at"] == health["observed_at"]
    assert health["next_due"] == health["data"]["next_due"]
    assert said_by == dict.fromkeys(said_by, state)


def test_a_reader_of_health_json_can_tell_when_it_has_become_stale() -> None:
    at = datetime(2026, 1, 31, 14, 2, tzinfo=UTC)
    made = data_age(at, 2, at)
    assert (made.late_at, made.stale_at) == (at + timedelta(minutes=4), at + timedelta(minutes=10))
    second = timedelta(seconds=1)
    for moment, state in ((made.late_at, "fresh"), (made.stale_at, "late")):
        assert moment is not None
        assert data_age(at, 2, moment).freshness.state == state
        assert data_age(at, 2, moment + second).freshness.state != state


def test_what_was_observed_is_the_list_before_the_newest_film(store: Store) -> None:
    old, new = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    assert store.fetch_observed_at() is None
    for number, (at, imported) in enumerate(((old, True), (new, True), (old, False)), start=1):
        film = sample.film(number, observed_at=at, imported=imported)
        store.save_tick(TickWrite(observed_at=at, changes=(FilmChange(kind="new", movie=film),)))
    assert store.fetch_observed_at() == new
    newest = sample.film(4, observed_at=new + timedelta(hours=1), imported=False)
    store.save_tick(TickWrite(observed_at=new, changes=(FilmChange(kind="new", movie=newest),)))
    assert store.fetch_observed_at() == newest.observed_at
    entries = sample.listing([sample.film(1)]).entries
    store.save_tick(TickWrite(observed_at=old, changes=(), listing=entries))
    assert store.fetch_observed_at() == old


def test_advice_names_what_to_look_at() -> None:
    now = datetime(2026, 1, 31, 14, 2, tzinfo=UTC)
    assert data_age(None, 2, now).advice() == (
        "no data yet: run `tmdbdash ingest`, or `tmdbdash import FILE`"
    )
    old = data_age(now - timedelta(days=201), 2, now).advice()
    assert old == "stale, observed 2025-07-14 14:02 UTC, 201 d ago: is cron running the jobs?"
    ahead = data_age(now + timedelta(days=1), 2, now).advice()
    assert ahead.startswith("stale, observed 2026-02-01 14:02 UTC, ahead of this machine's clock")
    assert data_age(now, 2, now).advice() == "fresh, observed 2026-01-31 14:02 UTC, 0 s ago"
