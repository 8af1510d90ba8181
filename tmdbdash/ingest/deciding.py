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
from tmdbdash.records import FilmChange, FilmFacts, Movie, Observation, Snapshot

DETAILS_EVERY = timedelta(days=1)

FACT_NAMES = (
    "original_title", "overview", "language", "release_date", "genres", "poster_path",
    "backdrop_path", "imdb_id", "runtime", "status", "budget", "revenue", "tagline", "homepage",
    "collection", "production_companies", "production_countries", "spoken_languages",
    "directors", "writers", "cast", "keywords", "certifications",
)  # fmt: skip
"""Fields that are taken over one by one; title and metrics have rules of their own."""


def decide(
    known: Movie | None,
    seen: Observation,
    *,
    now: datetime,
    earlier: Snapshot | None = None,
    before_guess: Snapshot | None = None,
) -> FilmChange:
    """The change to store for one observed film.

    ``earlier`` is the film's newest snapshot at or before the observation, needed only where that
    may be older than the row (imports). ``before_guess`` is the newest snapshot before
    ``known.observed_at``, needed only where that is a guess. The row of an unchanged film is stored
    where a time changed, and a snapshot where one is due by time.
    """
    if known is None:
        movie = _first_seen(seen, now)
        snapshot = snapshot_of(seen, metrics_of(movie), seen.rank)
        return FilmChange(kind="new", movie=movie, snapshot=snapshot)
    age_order = compare_times(known, seen)
    is_same_observation = (
        seen.imported
        and seen.rank is None
        and known.observed_at is not None
        and seen.guessed != known.observed_guessed
        and repeats(known, seen.facts)
    )
    if is_same_observation:  # a guess adds nothing to a stated time, which corrects a guess
        age_order = -1 if seen.guessed else 0
    is_correction = is_same_observation and not seen.guessed
    snapshot_moves = is_correction and known.snapshot_at == known.observed_at != seen.at
    replaces_snapshot_at = known.snapshot_at if snapshot_moves else None
    is_older = age_order < 0
    if is_same_observation and known.observed_at is not None:
        is_older = seen.at < known.observed_at
    changes = _merged_fields(known, seen, gaps_only=seen.fills or is_older)
    if is_correction and before_guess is not None and before_guess.snapshot_ts > seen.at:
        # The guess was too late: the snapshot before it is newer than this observation.
        changes |= snapshot_fields(known, before_guess)
        snapshot = snapshot_between(seen, earlier)
    elif known.snapshot_at is not None and age_order < 0 and known.snapshot_at != seen.at:
        # History: the row keeps its newer rank, only a snapshot is added.
        snapshot = None if is_same_observation else snapshot_between(seen, earlier)
    else:
        if age_order >= 0:
            times = {"observed_at": seen.at, "observed_guessed": seen.guessed}
            changes |= {name: v for name, v in times.items() if v != getattr(known, name)}
        found = tuple(changes.get(name, getattr(known, name)) for name in METRIC_NAMES)
        rank = known.rank if seen.fills or age_order < 0 else seen.rank
        snapshot = snapshot_of(seen, found, rank)
        if snapshot is not None and (
            replaces_snapshot_at is not None
            or is_due(snapshot, known.snapshot_at, metrics_of(known), known.rank)
        ):
            changes |= {"snapshot_at": seen.at} if known.snapshot_at != seen.at else {}
            changes |= {"rank": rank} if known.rank != rank else {}
        else:
            snapshot = None
    if not changes:
        return FilmChange(kind="unchanged", snapshot=snapshot)
    is_changed = not changes.keys() <= BOOKKEEPING
    updated_at = now if is_changed else known.updated_at
    return FilmChange(
        kind="changed" if is_changed else "unchanged",
        movie=dataclasses.replace(known, **changes, updated_at=updated_at),
        snapshot=snapshot,
        replaces_snapshot_at=replaces_snapshot_at,
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


def _first_seen(seen: Observation, now: datetime) -> Movie:
    facts = seen.facts
    metrics = merged_metrics((None, None, None), metrics_of(facts))
    popularity, count, average = metrics
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
        rank=seen.rank,
        observed_at=seen.at,
        observed_guessed=seen.guessed,
        details_at=seen.details_at,
        snapshot_at=None if seen.rank is None and all_unknown(metrics) else seen.at,
        imported=seen.imported,
        inserted_at=now,
        updated_at=now,
        directors=facts.directors or (),
        writers=facts.writers or (),
        cast=facts.cast or (),
        keywords=facts.keywords or (),
        certifications=facts.certifications or (),
    )


def _merged_fields(known: Movie, seen: Observation, *, gaps_only: bool) -> FieldValues:
    """The fields of ``known`` that take another value, without those of its last observation."""
    facts = seen.facts
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
    if seen.imported and not known.imported:
        changes["imported"] = True
    asked_at = seen.details_at
    if asked_at is not None and (known.details_at is None or asked_at > known.details_at):
        changes["details_at"] = asked_at
    return changes


def _is_its_year(new: date, known: date | None) -> bool:
    """Whether a release date is only the year of the known one.

    Data sets with years alone give the first of January.
    """
    return known is not None and new.year == known.year and (new.month, new.day) == (1, 1)
