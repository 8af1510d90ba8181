"""What is known of films and of the runs that found it out.

Three shapes carry a film: `FilmFacts` is what a source said, `Movie` is what the database knows,
`FilmChange` is what shall be written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tmdbdash.records.making import record

JOBS = ("ingest", "import", "train", "predict", "render")
"""Jobs that leave a `Run`, in the order in which each needs the ones before it."""
SNAPSHOT_EVERY = timedelta(hours=6)
"""A film that is on the list gets a snapshot at least this often."""
CLOCKS_DIFFER = timedelta(minutes=5)
"""By how much the clocks of machines that share a database may differ."""


def latest_believable(now: datetime) -> datetime:
    """The latest time that a stored row may have: later ones were written by a wrong clock."""
    return now + CLOCKS_DIFFER


@record(frozen=True, slots=True, kw_only=True)
class FilmFacts:
    """What one source (a list entry, a detail answer, a data set row) said of one film.

    ``None`` means "not said" and never overwrites what is known. A rating without votes is not
    said. ``genres`` are TMDB's English names whatever the answer's language.
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


@record(frozen=True, slots=True, kw_only=True)
class Movie:
    """A film as the database knows it: one row of ``movies``.

    ``rank`` and ``snapshot_at`` belong to the film's newest stored snapshot, whose other values are
    ``popularity``, ``vote_count`` and ``vote_average`` here; so the next tick decides without
    reading history. ``observed_at`` is when those three were last seen, ``details_at`` when the
    details were last asked for with a definite answer. Where ``observed_guessed``, the first of
    them is a guess (of an imported file that did not say its time).
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


@record(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One stored observation of a film's metrics; ``rank`` is its place in the list, from 1."""

    tmdb_id: int
    snapshot_ts: datetime
    popularity: float | None
    vote_count: int | None
    vote_average: float | None
    rank: int | None = None
    imported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEntry:
    """One film of a complete list, as that list had it."""

    rank: int
    tmdb_id: int
    popularity: float | None
    vote_count: int | None
    vote_average: float | None


@record(frozen=True, slots=True, kw_only=True)
class FilmChange:
    """What to write for one film: the row as it shall be, and a snapshot where one is due.

    ``kind`` is "new", "changed" or "unchanged"; an unchanged film has neither row nor snapshot
    to write unless only its time of observation moved. ``snapshot`` takes the place of the one at
    ``misdated``, where there is one: its time was a guess.
    """

    kind: str
    movie: Movie | None = None
    snapshot: Snapshot | None = None
    misdated: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One finished run of a job: a row of ``runs``, keyed by job and start.

    ``outcome`` is "ok", "incomplete", "failed" or "skipped". ``source`` is the list a tick read
    ("popular", "discover", "simulation") or what a job was given. Counts are ``None`` where they
    make no sense for the job. ``message`` is a sentence for people, free of secrets.
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

    ``listing`` replaces the latest complete list when the read was complete and is not older than
    the stored one; ``None`` leaves it. Where ``believed_until`` is given, a stored list that was
    observed later than that gives way whatever its time, and a film whose stored row was observed
    later than this one, but not later than that, stays as it is. Of the films ``misdated`` the
    snapshots of after ``misdated_after`` go, but for imported ones: they are of a wrong clock.
    """

    observed_at: datetime
    changes: tuple[FilmChange, ...]
    listing: tuple[ListEntry, ...] | None = None
    believed_until: datetime | None = None
    misdated: tuple[int, ...] = ()
    misdated_after: datetime | None = None
    run: Run | None = None


@dataclass(frozen=True, slots=True)
class GuessedTimes:
    """How many films have a guess as their time of observation, and the bounds of those times."""

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
