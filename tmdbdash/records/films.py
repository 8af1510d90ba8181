"""Films, their snapshots and lists, and the runs of jobs.

A film passes in three shapes: `FilmFacts` from a source, `Movie` from the database, `FilmChange` to
be written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tmdbdash.records.making import record
from tmdbdash.records.people import Certification, Keyword, Person

Columns = dict[str, list[Any]]
"""Equally long lists by the names of columns, each of the values that its column has."""
JOBS = ("ingest", "import", "train", "predict", "render")
"""Jobs that leave a `Run`, in the order in which each needs the ones before it."""
SNAPSHOT_EVERY = timedelta(hours=6)
"""A film that is on the list gets a snapshot at least this often."""
CLOCKS_DIFFER = timedelta(minutes=5)
"""By how much the clocks of machines that share a database may differ."""


def latest_believable(now: datetime) -> datetime:
    """The latest time that a stored row may have: later ones were written by a wrong clock."""
    return now + CLOCKS_DIFFER


@record
class FilmFacts:
    """One film by one source: a list entry, a detail answer, a row of a data set.

    ``None`` means "not given" and never overwrites a stored value. A rating without votes is not
    given. ``genres`` are TMDB's English names, in whichever language the answer is.
    """

    tmdb_id: int
    title: str | None = None
    original_title: str | None = None
    overview: str | None = None
    language: str | None = None
    release_date: date | None = None
    popularity: float | None = None
    vote_count: int | None = None
    vote_average: float | None = None
    genres: tuple[str, ...] | None = None
    poster_path: str | None = None
    backdrop_path: str | None = None
    imdb_id: str | None = None
    runtime: int | None = None
    status: str | None = None
    budget: int | None = None
    revenue: int | None = None
    tagline: str | None = None
    homepage: str | None = None
    collection: str | None = None
    production_companies: tuple[str, ...] | None = None
    production_countries: tuple[str, ...] | None = None
    spoken_languages: tuple[str, ...] | None = None
    directors: tuple[Person, ...] | None = None
    writers: tuple[Person, ...] | None = None
    cast: tuple[Person, ...] | None = None
    keywords: tuple[Keyword, ...] | None = None
    certifications: tuple[Certification, ...] | None = None


@record
class Observation:
    """One film as observed at one time; ``rank`` is its position in the list, from 1.

    ``details_at`` is when its details were asked for with a definite answer. ``imported``: it is
    from a file. ``guessed``: the time is a guess. ``fills``: it only fills gaps.
    """

    facts: FilmFacts
    at: datetime
    rank: int | None = None
    details_at: datetime | None = None
    imported: bool = False
    guessed: bool = False
    fills: bool = False


@record
class Movie:
    """A stored film: one row of ``movies``, and its people, keywords and certifications.

    ``rank`` and ``snapshot_at`` are of the film's newest stored snapshot, whose other values are
    ``popularity``, ``vote_count`` and ``vote_average`` here; so the next tick decides without
    reading history. ``observed_at`` is when those three were last observed, and a guess where
    ``observed_guessed`` (from an imported file without a time). ``details_at`` is when the details
    were last asked for with a definite answer.
    """

    tmdb_id: int
    imdb_id: str | None = None
    title: str = ""
    original_title: str | None = None
    overview: str | None = None
    language: str | None = None
    release_date: date | None = None
    popularity: float | None = None
    vote_count: int | None = None
    vote_average: float | None = None
    runtime: int | None = None
    genres: tuple[str, ...] = ()
    poster_path: str | None = None
    backdrop_path: str | None = None
    status: str | None = None
    budget: int | None = None
    revenue: int | None = None
    tagline: str | None = None
    homepage: str | None = None
    collection: str | None = None
    production_companies: tuple[str, ...] | None = None
    production_countries: tuple[str, ...] | None = None
    spoken_languages: tuple[str, ...] | None = None
    rank: int | None = None
    observed_at: datetime | None = None
    observed_guessed: bool = False
    details_at: datetime | None = None
    snapshot_at: datetime | None = None
    imported: bool = False
    inserted_at: datetime | None = None
    updated_at: datetime | None = None
    directors: tuple[Person, ...] = ()
    writers: tuple[Person, ...] = ()
    cast: tuple[Person, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    certifications: tuple[Certification, ...] = ()


@record
class Snapshot:
    """One stored observation of a film's metrics; ``rank`` is its rank in the list, from 1."""

    tmdb_id: int
    snapshot_ts: datetime
    popularity: float | None
    vote_count: int | None
    vote_average: float | None
    rank: int | None = None
    imported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One film of a complete list."""

    rank: int
    tmdb_id: int
    popularity: float | None
    vote_count: int | None
    vote_average: float | None


@record
class FilmChange:
    """What to write for one film: its whole new row, and a snapshot where one is due.

    ``kind`` is "new", "changed" or "unchanged"; an unchanged film has neither row nor snapshot
    unless its time of observation alone changed. ``snapshot`` replaces the one at
    ``replaces_snapshot_at``, where that is given: its time was a guess.
    """

    kind: str
    movie: Movie | None = None
    snapshot: Snapshot | None = None
    replaces_snapshot_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One finished run of a job: a row of ``runs``, keyed by job and start.

    ``outcome`` is "ok", "incomplete", "failed" or "skipped". ``source`` is the list a tick read
    ("popular", "discover", "simulation") or a job's argument. Counts are ``None`` where a job has
    none. ``message`` is a sentence for people, without secrets.
    """

    job: str
    started_at: datetime
    finished_at: datetime
    outcome: str
    exit_code: int = 0
    source: str | None = None
    requests: int | None = None
    films_seen: int | None = None
    films_new: int | None = None
    films_changed: int | None = None
    films_unchanged: int | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TickWrite:
    """Everything one tick (or one replayed list) stores, in one transaction.

    ``listing`` replaces the latest complete list unless that is newer; ``None`` keeps it. Where
    ``believed_until`` is given, a stored list observed later than that is replaced in any case, and
    a film whose stored row is newer than this one, but not later than that, is kept as it is. Of
    ``wrong_clock_films`` the snapshots later than ``wrong_clock_after`` are dropped, except
    imported ones.
    """

    observed_at: datetime
    changes: tuple[FilmChange, ...]
    listing: tuple[ListEntry, ...] | None = None
    believed_until: datetime | None = None
    wrong_clock_films: tuple[int, ...] = ()
    wrong_clock_after: datetime | None = None
    run: Run | None = None


@dataclass(frozen=True, slots=True)
class GuessedTimes:
    """How many films have a guessed time of observation, and the bounds of those times."""

    films: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None

    def __str__(self) -> str:
        if not self.films or self.oldest is None or self.newest is None:
            return "no guessed times of observation"
        span = f"{self.oldest:%Y-%m-%d}"
        if self.newest != self.oldest:
            span = f"{span} to {self.newest:%Y-%m-%d}"
        films = "1 film was" if self.films == 1 else f"{self.films} films were"
        return f"{films} observed at a guessed time ({span})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The latest complete list: when it was observed and its entries by rank."""

    observed_at: datetime
    entries: tuple[ListEntry, ...]
