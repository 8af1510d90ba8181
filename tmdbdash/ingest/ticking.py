"""One tick: read TMDB's list, ask for missing details, store what changed in one transaction.

Stored films are read first, then everything is fetched, then everything is written: no request is
made inside a transaction. The decisions are pure, in `tmdbdash.ingest.deciding`.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tmdbdash.errors import DatabaseError, TmdbError
from tmdbdash.ingest.clock import MOST_SKEW, check_clock
from tmdbdash.ingest.deciding import decide, needs_details, with_details
from tmdbdash.ingest.fetching import fan_out
from tmdbdash.ingest.list_pages import ListRead, counted, list_fault, listing_of, ranked
from tmdbdash.ingest.recording import append_answers, check_record
from tmdbdash.ingest.tick_result import TickResult
from tmdbdash.records import (
    FilmChange,
    FilmFacts,
    Movie,
    Observation,
    Run,
    TickWrite,
    latest_believable,
)
from tmdbdash.tmdb.answers import LARGEST_PAGE, ListPage

if TYPE_CHECKING:
    from tmdbdash.storage import Store
    from tmdbdash.tmdb.client import ListQuery, TmdbClient

log = logging.getLogger(__name__)

TOP = 10
RECORD_DAYS = 400
"""How long runs and forecasts are kept where history is kept for ever."""


@dataclass(frozen=True, slots=True)
class TickOptions:
    """What a tick keeps.

    History is kept for ``retention_days`` (0: for ever). ``record`` is the file that the list's
    answers are appended to. With ``dry_run`` nothing at all is written: no row, no run, no record.
    ``simulated``: the films are invented.
    """

    retention_days: int
    record: Path | None = None
    dry_run: bool = False
    simulated: bool = False


def tick(
    store: Store,
    client: TmdbClient,
    query: ListQuery,
    how: TickOptions,
    *,
    now: datetime,
    run_of: Callable[[TickResult], Run],
) -> TickResult:
    """Read the list as of ``now`` and store what changed.

    An incomplete read stores the sound pages and keeps the latest complete list. The run's row,
    made by ``run_of``, is stored in the tick's transaction. Rows that a tick under a wrong clock
    stored as of a later day count as older than this tick.

    Raises `UsageError` where the record cannot be written (before any request), `TmdbError` where
    TMDB refuses, no page could be read at all or this machine's clock is behind TMDB's, and
    `DatabaseError`.
    """
    # Databases keep whole seconds; so do recorded answers, so that a replay meets the same rows.
    now = now.replace(microsecond=0)
    began = datetime.now(UTC)
    record = None if how.dry_run else how.record
    if record is not None:
        check_record(record)
    requests_before = client.requests_made
    read = _read_list(client, query)
    if client.server_time is not None and client.server_time_read_at is not None:
        # As of the answer: the machine may have slept since the tick began.
        check_clock(now + (client.server_time_read_at - began), client.server_time)
    stored = store.fetch_listing()
    complaint = list_fault(read, stored=0 if stored is None else len(stored.entries))
    if record is not None:
        append_answers(record, now, [page.body for page in read.pages])

    listed = ranked(read.pages)
    found = store.fetch_movies([facts.tmdb_id for facts in listed])
    known = {movie.tmdb_id: _without_future(movie, now) for movie in found.values()}
    wrong_clock_after = _time_after(client, now)
    details, failed, left = _read_details(client, listed, known, now)

    changes = []
    for rank, facts in enumerate(listed, start=1):
        before = known.get(facts.tmdb_id)
        answer = details.get(facts.tmdb_id)
        seen = Observation(
            facts=facts if answer is None else with_details(facts, answer, before),
            at=now,
            rank=rank,
            details_at=now if facts.tmdb_id in details else None,
        )
        changes.append(decide(before, seen, now=now))
    result = TickResult(
        source="simulation" if how.simulated else query.source,
        observed_at=now,
        outcome="ok" if complaint is None else "incomplete",
        message=complaint or _details_message(failed, left),
        pages_wanted=len(read.wanted),
        pages_read=len(read.pages),
        requests=client.requests_made - requests_before,
        films_seen=len(listed),
        **_counts(changes),
        details_fetched=len(details),
        details_failed=failed,
        details_left=left,
        dry_run=how.dry_run,
        top=_top(changes, known, listed),
    )
    if not how.dry_run:
        store.save_tick(
            TickWrite(
                observed_at=now,
                changes=tuple(changes),
                listing=listing_of(listed, known) if complaint is None else None,
                believed_until=latest_believable(now),
                wrong_clock_films=_seen_after(wrong_clock_after, found.values()),
                wrong_clock_after=wrong_clock_after,
                run=run_of(result),
            )
        )
        try:
            store.prune(
                _time_before(client, now, how.retention_days),
                records_before=_time_before(client, now, RECORD_DAYS),
            )
        except DatabaseError as error:  # the tick is stored; the next one prunes as well
            log.warning("what is too old was not dropped: %s", error)
    return result


def _read_list(client: TmdbClient, query: ListQuery) -> ListRead:
    """Page 1, which has the number of pages, then the others at once.

    Raises `TmdbError` where TMDB refuses or no page at all could be read.
    """

    def fetch(page: int) -> ListPage:
        return client.fetch_list(query, page)

    pages = min(query.pages, LARGEST_PAGE)
    sound: dict[int, ListPage] = {}
    failures: dict[int, TmdbError] = {}
    # Where page 1 fails, page 2 shows whether TMDB is down or only page 1 is.
    for page in range(1, min(pages, 2) + 1):
        outcome = fan_out(fetch, [page])
        if outcome.deadline is not None:
            raise outcome.deadline
        sound |= outcome.results
        failures |= outcome.failures
        if sound:
            break
    if not sound:
        raise failures[1]
    total = next(iter(sound.values())).total_pages
    last = pages if total is None else max(1, min(pages, total))
    asked = sound.keys() | failures.keys()
    unread = [page for page in range(1, last + 1) if page not in asked]
    rest = fan_out(fetch, unread, workers=client.workers, abort=client.abort)
    sound |= rest.results
    failures |= rest.failures
    failed = {page: f"failed ({error})" for page, error in failures.items()}
    failed |= dict.fromkeys(rest.left, "was not read any more")
    wanted = tuple(range(1, last + 1))
    return ListRead(wanted, tuple(sound.values()), failed, total, query.source, pages)


def _time_before(client: TmdbClient, now: datetime, days: int) -> datetime | None:
    """The time before which rows may be deleted; ``None`` for 0 days, which keep everything.

    By our clock or TMDB's, whichever is behind: a clock that jumped ahead deletes no history. Where
    TMDB's time is unknown it is ``None`` too.
    """
    if not days or client.server_time is None:
        return None
    return min(now, client.server_time) - timedelta(days=days)


def _time_after(client: TmdbClient, now: datetime) -> datetime | None:
    """The time after which rows are those of a wrong clock, by our clock and TMDB's.

    Once their time has come, they would count as newer than what was really seen then. ``None``
    where TMDB's time is unknown, since our clock may be the wrong one.
    """
    if client.server_time is None:
        return None
    return max(now, client.server_time) + MOST_SKEW


def _seen_after(at: datetime | None, films: Iterable[Movie]) -> tuple[int, ...]:
    """The films whose newest snapshot is of after that time."""
    if at is None:
        return ()
    return tuple(f.tmdb_id for f in films if f.snapshot_at is not None and f.snapshot_at > at)


def _without_future(movie: Movie, now: datetime) -> Movie:
    """The film without future times, which a tick under a wrong clock has stored."""

    def believed(time: datetime | None) -> datetime | None:
        return time if time is not None and time <= latest_believable(now) else None

    return dataclasses.replace(
        movie,
        observed_at=believed(movie.observed_at),
        details_at=believed(movie.details_at),
        snapshot_at=believed(movie.snapshot_at),
        updated_at=believed(movie.updated_at) or now,
    )


def _read_details(
    client: TmdbClient, listed: Sequence[FilmFacts], known: dict[int, Movie], now: datetime
) -> tuple[dict[int, FilmFacts | None], int, int]:
    """Answers by film (``None``: TMDB has no such film), how many failed, how many are left.

    Films never asked about come first, in order of rank, then those whose details are oldest. The
    client's deadline leaves the rest for the next tick.
    """
    due = [f.tmdb_id for f in listed if needs_details(known.get(f.tmdb_id), now)]

    def age(tmdb_id: int) -> float:
        movie = known.get(tmdb_id)
        asked_at = None if movie is None else movie.details_at
        return 0.0 if asked_at is None else asked_at.timestamp()

    due.sort(key=age)
    outcome = fan_out(client.fetch_details, due, workers=client.workers, abort=client.abort)
    for tmdb_id, error in outcome.failures.items():
        log.info("details of film %d: %s", tmdb_id, error)
    return outcome.results, len(outcome.failures), len(outcome.left)


def _details_message(failed: int, left: int) -> str | None:
    parts = []
    if failed:
        parts.append(f"details of {counted(failed, 'film')} could not be read")
    if left:
        parts.append(f"details of {counted(left, 'film')} are left for the next tick")
    return "; ".join(parts) or None


def _counts(changes: Sequence[FilmChange]) -> dict[str, int]:
    kinds = [change.kind for change in changes]
    return {
        "films_new": kinds.count("new"),
        "films_changed": kinds.count("changed"),
        "films_unchanged": kinds.count("unchanged"),
        "snapshots": sum(change.snapshot is not None for change in changes),
    }


def _top(
    changes: Sequence[FilmChange], known: dict[int, Movie], listed: Sequence[FilmFacts]
) -> tuple[Movie, ...]:
    pairs = zip(changes[:TOP], listed, strict=False)
    return tuple(change.movie or known[facts.tmdb_id] for change, facts in pairs)
