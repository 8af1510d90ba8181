"""What a source said, joined with what is known, becomes what to write: pure, no clock, no I/O.

Live ticks and imports decide by the same rules:

* what was not said (``None``, an empty text, an empty list) never overwrites what is known;
* a vote count is taken together with its average, and no votes means no rating;
* an observation older than the known one only fills gaps;
* a snapshot is due when a metric or the rank differs from the film's snapshot before it, or when
  that one is six hours old.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tmdbdash.records import FilmChange, FilmFacts, Movie, Snapshot

SNAPSHOT_EVERY = timedelta(hours=6)
DETAILS_EVERY = timedelta(days=1)

FACT_NAMES = (
    "original_title",
    "overview",
    "language",
    "release_date",
    "genres",
    "poster_path",
    "backdrop_path",
    "imdb_id",
    "runtime",
    "status",
    "budget",
    "revenue",
    "tagline",
    "homepage",
    "collection",
    "production_companies",
    "production_countries",
    "spoken_languages",
)
"""What is taken over field by field; title and metrics have rules of their own."""

Metrics = tuple[float | None, int | None, float | None]
"""Popularity, vote count and vote average."""


def merge(
    known: Movie | None,
    facts: FilmFacts,
    observed_at: datetime,
    now: datetime,
    *,
    imported: bool = False,
    fill: bool = False,
) -> Movie:
    """The film as it is known after ``facts`` were observed; its snapshot fields are untouched.

    ``fill`` treats an observation of the same age like an older one: it only fills gaps.
    ``updated_at`` becomes ``now`` only where something that the source says has changed.
    """
    if known is None:
        return _first_seen(facts, observed_at, now, imported=imported)
    changes = _merged_fields(known, facts, observed_at, imported=imported, fill=fill)
    return _applied(known, changes, now)


def decide(
    known: Movie | None,
    facts: FilmFacts,
    observed_at: datetime,
    rank: int | None = None,
    *,
    now: datetime,
    earlier: Snapshot | None = None,
    details_at: datetime | None = None,
    imported: bool = False,
    fill: bool = False,
) -> FilmChange:
    """What to write for one observed film.

    ``rank`` is its place in the list, from 1; ``details_at`` is given when its details were asked
    for with a definite answer. ``earlier`` is the film's newest snapshot at or before
    ``observed_at``, needed only where history may lie behind what is known (imports). An unchanged
    film still has its row written where a time moved, and a snapshot where one is due by time.
    """
    if known is None:
        movie = _first_seen(
            facts, observed_at, now, imported=imported, rank=rank, details_at=details_at
        )
        snapshot = _snapshot(facts.tmdb_id, metrics_of(movie), observed_at, rank, imported)
        return FilmChange(kind="new", movie=movie, snapshot=snapshot)
    changes = _merged_fields(known, facts, observed_at, imported=imported, fill=fill)
    if details_at is not None and (known.details_at is None or details_at > known.details_at):
        changes["details_at"] = details_at
    behind = known.snapshot_at is not None and observed_at < (known.observed_at or observed_at)
    if behind:
        # History: the row keeps its newer rank, only the snapshot table gains a line.
        snapshot = _snapshot_between(facts, earlier, observed_at, rank, imported, fill=fill)
    else:
        found = tuple(
            changes.get(name, getattr(known, name))
            for name in ("popularity", "vote_count", "vote_average")
        )
        rank = known.rank if fill else rank
        snapshot = _snapshot(facts.tmdb_id, found, observed_at, rank, imported)
        if snapshot is not None and _is_due(
            snapshot, known.snapshot_at, metrics_of(known), known.rank
        ):
            changes |= {"snapshot_at": observed_at} if known.snapshot_at != observed_at else {}
            changes |= {"rank": rank} if known.rank != rank else {}
        else:
            snapshot = None
    if not changes:
        return FilmChange(kind="unchanged", snapshot=snapshot)
    movie = _applied(known, changes, now)
    kind = "unchanged" if changes.keys() <= BOOKKEEPING else "changed"
    return FilmChange(kind=kind, movie=movie, snapshot=snapshot)


BOOKKEEPING = frozenset({"observed_at", "details_at", "snapshot_at", "imported"})
"""Fields of `Movie` that say when and how it was seen, not what was seen."""


def with_details(listed: FilmFacts, detailed: FilmFacts, known: Movie | None) -> FilmFacts:
    """One film's list entry and its detail answer as one observation.

    A detail answer carries metrics of its own that differ a little from the list's; they count
    only for a film of which neither the list nor the database has any.
    """
    said = {
        name: value
        for name in ("title", *FACT_NAMES)
        if (value := getattr(detailed, name)) not in (None, "", ())
    }
    if _said_nothing(metrics_of(listed)) and (known is None or _said_nothing(metrics_of(known))):
        said |= {
            "popularity": detailed.popularity,
            "vote_count": detailed.vote_count,
            "vote_average": detailed.vote_average,
        }
    return dataclasses.replace(listed, **said)


def needs_details(known: Movie | None, now: datetime) -> bool:
    """Whether a film's details are to be asked for: it is new, or they are older than a day."""
    return known is None or known.details_at is None or now - known.details_at >= DETAILS_EVERY


def metrics_of(holder: FilmFacts | Movie | Snapshot) -> Metrics:
    """Popularity, vote count and vote average of a record that has them."""
    return holder.popularity, holder.vote_count, holder.vote_average


def _said_nothing(metrics: Metrics) -> bool:
    return metrics == (None, None, None)


def merged_metrics(held: Metrics, said: Metrics, *, gaps_only: bool = False) -> Metrics:
    """What is held, after something was said: a vote count and its average go together."""
    popularity, count, average = held
    new_popularity, new_count, new_average = said
    if new_popularity is not None and (popularity is None or not gaps_only):
        popularity = new_popularity
    if gaps_only and (count is not None or average is not None):
        return popularity, count, average
    if new_count is not None:
        count = new_count
        average = (average if new_average is None else new_average) if new_count else None
    elif new_average is not None and count != 0:
        average = new_average
    return popularity, count, average


def _first_seen(
    facts: FilmFacts,
    observed_at: datetime,
    now: datetime,
    *,
    imported: bool,
    rank: int | None = None,
    details_at: datetime | None = None,
) -> Movie:
    popularity, count, average = merged_metrics(
        (None, None, None), metrics_of(facts), gaps_only=False
    )
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
        details_at=details_at,
        snapshot_at=None
        if rank is None and _said_nothing((popularity, count, average))
        else observed_at,
        imported=imported,
        inserted_at=now,
        updated_at=now,
    )


def _merged_fields(
    known: Movie, facts: FilmFacts, observed_at: datetime, *, imported: bool, fill: bool
) -> dict[str, Any]:
    """The fields of ``known`` that take another value, without those of its snapshot."""
    newer = known.observed_at is None or observed_at > known.observed_at
    gaps_only = fill or (known.observed_at is not None and observed_at < known.observed_at)
    changes: dict[str, Any] = {}
    for name in FACT_NAMES:
        said = getattr(facts, name)
        if not said:
            continue
        held = getattr(known, name)
        if said != held and (not gaps_only or not held):
            changes[name] = said
    title = (facts.title if not gaps_only else "") or known.title
    title = title or facts.title or facts.original_title or ""
    if title != known.title:
        changes["title"] = title
    held_metrics = metrics_of(known)
    metrics = merged_metrics(held_metrics, metrics_of(facts), gaps_only=gaps_only)
    if metrics != held_metrics:
        names = ("popularity", "vote_count", "vote_average")
        changes |= {n: m for n, m, h in zip(names, metrics, held_metrics, strict=True) if m != h}
    if newer:
        changes["observed_at"] = observed_at
    if imported and not known.imported:
        changes["imported"] = True
    return changes


def _applied(known: Movie, changes: Mapping[str, Any], now: datetime) -> Movie:
    if not changes:
        return known
    updated_at = known.updated_at if changes.keys() <= BOOKKEEPING else now
    return dataclasses.replace(known, **changes, updated_at=updated_at)


def _snapshot(
    tmdb_id: int, metrics: Any, at: datetime, rank: int | None, imported: bool
) -> Snapshot | None:
    popularity, count, average = metrics
    if rank is None and _said_nothing((popularity, count, average)):
        return None
    return Snapshot(
        tmdb_id=tmdb_id,
        snapshot_ts=at,
        popularity=popularity,
        vote_count=count,
        vote_average=average,
        rank=rank,
        imported=imported,
    )


def _snapshot_between(
    facts: FilmFacts,
    earlier: Snapshot | None,
    at: datetime,
    rank: int | None,
    imported: bool,
    *,
    fill: bool,
) -> Snapshot | None:
    """The snapshot of an observation that lies behind what is known, where one is due."""
    held: Metrics = (None, None, None) if earlier is None else metrics_of(earlier)
    repeated = fill and earlier is not None and earlier.snapshot_ts == at
    metrics = merged_metrics(held, metrics_of(facts), gaps_only=repeated)
    if repeated and earlier is not None:
        rank = earlier.rank
    snapshot = _snapshot(facts.tmdb_id, metrics, at, rank, imported)
    if snapshot is None or earlier is None:
        return snapshot
    return snapshot if _is_due(snapshot, earlier.snapshot_ts, held, earlier.rank) else None


def _is_due(
    snapshot: Snapshot, last_at: datetime | None, metrics: Metrics, rank: int | None
) -> bool:
    return (
        last_at is None
        or metrics_of(snapshot) != metrics
        or snapshot.rank != rank
        or snapshot.snapshot_ts - last_at >= SNAPSHOT_EVERY
    )
