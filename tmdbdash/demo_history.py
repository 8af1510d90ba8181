"""The demo's history: lists of the past weeks, as the simulated TMDB would have answered.

They are decided like those of a tick, but asked of the simulation itself and stored many at once:
a month of ticks would take longer than anybody waits.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tmdbdash.ingest.deciding import decide, with_details
from tmdbdash.ingest.list_pages import listing_of, ranked
from tmdbdash.job_runner import Job, JobOptions, run_job
from tmdbdash.records import (
    FilmChange,
    FilmFacts,
    Movie,
    Observation,
    Run,
    TickWrite,
    latest_believable,
)
from tmdbdash.settings import Settings
from tmdbdash.simulation import routes
from tmdbdash.tmdb.answers import parse_film, parse_list

if TYPE_CHECKING:
    from tmdbdash.simulation import SimulatedTmdb

LISTS_AT_ONCE = 12
"""Lists of one transaction."""
DETAILS_EVERY = timedelta(days=7)
"""A tick asks for them each day; of a history nobody sees the days between."""
RISES = timedelta(days=9)
"""Before its end the history's strongest riser begins to rise."""
RISER_RANK, DAILY_RISE = 45, 0.6
"""The rank that it comes from, and how much steeper each day makes the logarithm of its
popularity."""


def save_history(
    settings: Settings, tmdb: SimulatedTmdb, moments: Sequence[datetime], *, pages: int
) -> int | None:
    """Store the lists of these times, in ascending order, and let the simulation pass them.

    Simulated time begins at the first and ends at the last of them. What an earlier demo stored as
    of later times is replaced. Returns the number of lists, ``None`` where another tick is running
    in this home.
    """

    def body(job: Job) -> int:
        stale = job.store.fetch_movie_columns(["tmdb_id"])["tmdb_id"]
        known: dict[int, Movie] = {}
        observed = _observed(tmdb, moments, pages, known)
        while batch := list(itertools.islice(observed, LISTS_AT_ONCE)):
            last, listed, _ = batch[-1]
            run = Run(
                job="ingest",
                started_at=last,
                finished_at=last,
                outcome="ok",
                source="simulation",
                requests=0,
                films_seen=len(listed),
            )
            job.stores(run)
            job.store.save_tick(
                TickWrite(
                    observed_at=last,
                    changes=tuple(change for *_, changes in batch for change in changes),
                    listing=listing_of(listed, known),
                    believed_until=latest_believable(last),
                    wrong_clock_films=tuple(stale),
                    wrong_clock_after=moments[0] - timedelta(seconds=1) if stale else None,
                    run=run,
                )
            )
            stale = []
        return len(moments)

    return run_job("ingest", settings, body, JobOptions(clock=lambda: moments[-1]))


def _observed(
    tmdb: SimulatedTmdb, moments: Sequence[datetime], pages: int, known: dict[int, Movie]
) -> Iterator[tuple[datetime, list[FilmFacts], list[FilmChange]]]:
    """The time of each list, its films by rank, and what to store; then simulated time passes.

    ``known`` films are brought up to date.
    """
    riser = None
    days_risen = 0
    for at, later in itertools.zip_longest(moments, moments[1:]):
        answers = [
            routes.reply(tmdb.world, "/movie/popular", {"page": str(page)})[1]
            for page in range(1, pages + 1)
        ]
        listed = ranked([parse_list(answer) for answer in answers])
        yield at, listed, list(_changes(tmdb, at, listed, known))
        until_end = moments[-1] - at
        if until_end <= RISES and (RISES - until_end).days >= days_risen:
            days_risen += 1
            riser = riser or listed[min(RISER_RANK, len(listed)) - 1].tmdb_id
            tmdb.world.praise(riser, DAILY_RISE)
        if later is not None:
            tmdb.advance((later - at) / timedelta(minutes=1))


def _changes(
    tmdb: SimulatedTmdb, at: datetime, listed: Sequence[FilmFacts], known: dict[int, Movie]
) -> Iterator[FilmChange]:
    """What to store of one list, as `_observed`."""
    for rank, facts in enumerate(listed, start=1):
        before = known.get(facts.tmdb_id)
        details = None
        if before is None or before.details_at is None or at - before.details_at >= DETAILS_EVERY:
            details = parse_film(routes.reply(tmdb.world, f"/movie/{facts.tmdb_id}", {})[1])
        seen = Observation(
            facts=facts if details is None else with_details(facts, details, before),
            at=at,
            rank=rank,
            details_at=None if details is None else at,
        )
        change = decide(before, seen, now=at)
        if change.movie is not None:
            known[facts.tmdb_id] = change.movie
        yield change
