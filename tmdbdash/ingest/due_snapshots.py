"""Snapshots are due when metrics or rank changed, or six hours after the one before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tmdbdash.ingest.film_metrics import (
    METRIC_NAMES,
    Metrics,
    all_unknown,
    merged_metrics,
    metrics_of,
)
from tmdbdash.records import SNAPSHOT_EVERY, Movie, Observation, Snapshot

FieldValues = dict[str, Any]
"""New values of fields of `Movie` by name, each of its field's type."""


def snapshot_of(seen: Observation, metrics: Metrics, rank: int | None) -> Snapshot | None:
    """The snapshot of an observation, with these values; ``None`` where all are unknown."""
    if rank is None and all_unknown(metrics):
        return None
    popularity, count, average = metrics
    return Snapshot(
        tmdb_id=seen.facts.tmdb_id,
        snapshot_ts=seen.at,
        popularity=popularity,
        vote_count=count,
        vote_average=average,
        rank=rank,
        imported=seen.imported,
    )


def snapshot_between(seen: Observation, earlier: Snapshot | None) -> Snapshot | None:
    """The snapshot of an observation older than the film's row, where one is due."""
    if earlier is None:
        metrics = merged_metrics((None, None, None), metrics_of(seen.facts))
        return snapshot_of(seen, metrics, seen.rank)
    before = metrics_of(earlier)
    repeated = (seen.fills or seen.guessed) and earlier.snapshot_ts == seen.at
    metrics = merged_metrics(before, metrics_of(seen.facts), gaps_only=repeated)
    snapshot = snapshot_of(seen, metrics, earlier.rank if repeated else seen.rank)
    if snapshot is None:
        return None
    return snapshot if is_due(snapshot, earlier.snapshot_ts, before, earlier.rank) else None


def is_due(
    snapshot: Snapshot, last_at: datetime | None, metrics: Metrics, rank: int | None
) -> bool:
    """Whether a snapshot differs from the one before it, or that is old enough."""
    return (
        last_at is None
        or metrics_of(snapshot) != metrics
        or snapshot.rank != rank
        or snapshot.snapshot_ts - last_at >= SNAPSHOT_EVERY
    )


def snapshot_fields(known: Movie, snapshot: Snapshot) -> FieldValues:
    """The metrics, rank and times of an older snapshot, where they differ from the row's.

    Snapshots do not store whether their time was a guess: those of files count as guesses.
    """
    values = dict(zip(METRIC_NAMES, metrics_of(snapshot), strict=True)) | {
        "rank": snapshot.rank,
        "observed_at": snapshot.snapshot_ts,
        "observed_guessed": snapshot.imported and snapshot.rank is None,
        "snapshot_at": snapshot.snapshot_ts,
    }
    return {name: value for name, value in values.items() if value != getattr(known, name)}
