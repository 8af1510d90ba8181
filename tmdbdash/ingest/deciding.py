"""A film's row and a new observation of it become the change to store: pure, no clock, no I/O.

The rules are the same for live ticks and imports:

* a missing value (``None``, an empty text, an empty list) never overwrites a known one;
* a vote count is taken together with its average, and no votes means no rating;
* an observation older than the row only fills gaps;
* a snapshot is due when a metric or the rank differs from the film's snapshot before it, or when
  that one is six hours old;
* between a guessed and a stated time the rules of `guessed_times` apply.
"""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta

from tmdbdash.ingest.due_snapshots import (
    FieldValues,
    is_due,
    snapshot_between,
    snapshot_fields,
    snapshot_of,
)
from tmdbdash.ingest.film_metrics import METRIC_NAMES, all_unknown, merged_metrics, metrics_of
from tmdbdash.ingest.guessed_times import compare_times, repeats
from tmdbdash.records import FilmChange, FilmFacts, Movie, Snapshot

DETAILS_EVERY = timedelta(days=1)

FACT_NAMES = (
    "original_title", "overview", "language", "release_date", "genres", "poster_path",
    "backdrop_path", "imdb_id", "runtime", "status", "budget", "revenue", "tagline", "homepage",
    "collection", "production_companies", "production_countries", "spoken_languages",
)  # fmt: skip
"""Fields that are taken over one by one; title and metrics have rules of their own."""


def decide(
    known: Movie | None,
    facts: FilmFacts,
    observed_at: datetime,
    rank: int | None = None,
    *,
    now: datetime,
    earlier: Snapshot | None = None,
    before_guess: Snapshot | None = None,
    details_at: datetime | None = None,
    imported: bool = False,
    fill: bool = False,
    guessed: bool = False,
) -> FilmChange:
    """The change to store for one observed film.

    ``rank`` is its position in the list, from 1; ``details_at`` when its details were asked for
    with a definite answer. ``earlier`` is the film's newest snapshot at or before ``observed_at``,
    needed only where observations may be older than the row (imports). ``guessed``: ``observed_at``
    is a guess. ``before_guess`` is the newest snapshot before ``known.observed_at``, needed only
    where that is a guess. The row of an unchanged film is stored where a time changed, and a
    snapshot where one is due by time.
    """
    if known is None:
        movie = _first_seen(
            facts,
            observed_at,
            now,
            imported=imported,
            guessed=guessed,
            rank=rank,
            details_at=details_at,
        )
        snapshot = snapshot_of(facts.tmdb_id, metrics_of(movie), observed_at, rank, imported)
        return FilmChange(kind="new", movie=movie, snapshot=snapshot)
    from_file = imported and rank is None
    age_order = compare_times(known, observed_at, guessed=guessed)
    is_same_observation = (
        from_file
        and known.observed_at is not None
        and guessed != known.observed_guessed
        and repeats(known, facts)
    )
    if is_same_observation:  # a guess adds nothing to a stated time, which corrects a guess
        age_order = -1 if guessed else 0
    is_correction = is_same_observation and not guessed
    snapshot_moves = is_correction and known.snapshot_at == known.observed_at != observed_at
    replaces_snapshot_at = known.snapshot_at if snapshot_moves else None
    gaps_only = fill or (_is_before(observed_at, known) if is_same_observation else age_order < 0)
    changes = _merged_fields(known, facts, gaps_only=gaps_only, imported=imported)
    if details_at is not None and (known.details_at is None or details_at > known.details_at):
        changes["details_at"] = details_at
    if is_correction and before_guess is not None and before_guess.snapshot_ts > observed_at:
        # The guess was too late: the snapshot before it is newer than this observation.
        changes |= snapshot_fields(known, before_guess)
        snapshot = snapshot_between(facts, earlier, observed_at, rank, imported, fill=fill)
    elif known.snapshot_at is not None and age_order < 0:
        # History: the row keeps its newer rank, only a snapshot is added.
        snapshot = (
            None
            if is_same_observation
            else snapshot_between(facts, earlier, observed_at, rank, imported, fill=fill or guessed)
        )
    else:
        if age_order >= 0:
            changes |= _times(known, observed_at, guessed=guessed)
        found = tuple(changes.get(name, getattr(known, name)) for name in METRIC_NAMES)
        rank = known.rank if fill else rank
        snapshot = snapshot_of(facts.tmdb_id, found, observed_at, rank, imported)
        if snapshot is not None and (
            replaces_snapshot_at is not None
            or is_due(snapshot, known.snapshot_at, metrics_of(known), known.rank)
        ):
            changes |= {"snapshot_at": observed_at} if known.snapshot_at != observed_at else {}
            changes |= {"rank": rank} if known.rank != rank else {}
        else:
            snapshot = None
    if not changes:
        return FilmChange(kind="unchanged", snapshot=snapshot)
    movie = _applied(known, changes, now)
    kind = "unchanged" if changes.keys() <= BOOKKEEPING else "changed"
    return FilmChange(
        kind=kind, movie=movie, snapshot=snapshot, replaces_snapshot_at=replaces_snapshot_at
    )


BOOKKEEPING = frozenset(
    {"observed_at", "observed_guessed", "details_at", "snapshot_at", "imported"}
)
"""Fields of `Movie` about the observation, not about the film."""


def with_details(listed: FilmFacts, detailed: FilmFacts, known: Movie | None) -> FilmFacts:
    """One film's list entry and its detail answer as one observation.

    A detail answer carries metrics of its own that differ a little from the list's; they count
    only for a film of which neither the list nor the database has any.
    """
    details = {
        name: value
        for name in ("title", *FACT_NAMES)
        if (value := getattr(detailed, name)) not in (None, "", ())
    }
    if all_unknown(metrics_of(listed)) and (known is None or all_unknown(metrics_of(known))):
        details |= {
            "popularity": detailed.popularity,
            "vote_count": detailed.vote_count,
            "vote_average": detailed.vote_average,
        }
    return dataclasses.replace(listed, **details)


def needs_details(known: Movie | None, now: datetime) -> bool:
    """Whether a film's details are to be asked for: it is new, or they are older than a day."""
    return known is None or known.details_at is None or now - known.details_at >= DETAILS_EVERY


def _first_seen(
    facts: FilmFacts,
    observed_at: datetime,
    now: datetime,
    *,
    imported: bool,
    guessed: bool,
    rank: int | None = None,
    details_at: datetime | None = None,
) -> Movie:
    popularity, count, average = merged_metrics((None, None, None), metrics_of(facts))
    return Movie(
        tmdb_id=facts.tmdb_id,
        imdb_id=facts.imdb_id,
        title=facts.title or facts.original_title or "",
        original_title=facts.original_title,
        overview=facts.overview,
        language=facts.language,
        release_date=facts.release_date,
        popularity=popularity,
        vote_count=count,
        vote_average=average,
        runtime=facts.runtime,
        genres=facts.genres or (),
        poster_path=facts.poster_path,
        backdrop_path=facts.backdrop_path,
        status=facts.status,
        budget=facts.budget,
        revenue=facts.revenue,
        tagline=facts.tagline,
        homepage=facts.homepage,
        collection=facts.collection,
        production_companies=facts.production_companies or None,
        production_countries=facts.production_countries or None,
        spoken_languages=facts.spoken_languages or None,
        rank=rank,
        observed_at=observed_at,
        observed_guessed=guessed,
        details_at=details_at,
        snapshot_at=None
        if rank is None and all_unknown((popularity, count, average))
        else observed_at,
        imported=imported,
        inserted_at=now,
        updated_at=now,
    )


def _merged_fields(
    known: Movie, facts: FilmFacts, *, gaps_only: bool, imported: bool
) -> FieldValues:
    """The fields of ``known`` that take another value, without its times and its snapshot."""
    changes: FieldValues = {}
    for name in FACT_NAMES:
        new = getattr(facts, name)
        if not new:
            continue
        before = getattr(known, name)
        if name == "release_date" and _is_its_year(new, before):
            continue
        if new != before and (not gaps_only or not before):
            changes[name] = new
    title = (facts.title if not gaps_only else "") or known.title
    title = title or facts.title or facts.original_title or ""
    if title != known.title:
        changes["title"] = title
    before = metrics_of(known)
    metrics = merged_metrics(before, metrics_of(facts), gaps_only=gaps_only)
    if metrics != before:
        changes |= {n: m for n, m, b in zip(METRIC_NAMES, metrics, before, strict=True) if m != b}
    if imported and not known.imported:
        changes["imported"] = True
    return changes


def _times(known: Movie, observed_at: datetime, *, guessed: bool) -> FieldValues:
    """The time of observation and its mark, where they change."""
    times = {"observed_at": observed_at, "observed_guessed": guessed}
    return {name: value for name, value in times.items() if value != getattr(known, name)}


def _is_its_year(new: date, known: date | None) -> bool:
    """Whether a release date is only the year of the known one.

    Data sets with years alone give the first of January.
    """
    return known is not None and new.year == known.year and (new.month, new.day) == (1, 1)


def _applied(known: Movie, changes: FieldValues, now: datetime) -> Movie:
    if not changes:
        return known
    updated_at = known.updated_at if changes.keys() <= BOOKKEEPING else now
    return dataclasses.replace(known, **changes, updated_at=updated_at)


def _is_before(observed_at: datetime, known: Movie) -> bool:
    return known.observed_at is not None and observed_at < known.observed_at
