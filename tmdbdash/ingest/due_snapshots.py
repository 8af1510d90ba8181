"""Which snapshots are due: a change of metrics or rank, or six hours after the one before."""

from __future__ import annotations

from datetime import datetime

from tmdbdash.ingest.metrics import METRIC_NAMES, Metrics, merged_metrics, metrics_of, said_nothing
from tmdbdash.records import SNAPSHOT_EVERY, FilmFacts, Movie, Snapshot


def snapshot_of(
    tmdb_id: int, metrics: Metrics, at: datetime, rank: int | None, imported: bool
) -> Snapshot | None:
    """What was seen at a time as a snapshot; ``None`` where nothing was."""
    popularity, count, average = metrics
    if rank is None and said_nothing((popularity, count, average)):
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


def snapshot_between(
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
    snapshot = snapshot_of(facts.tmdb_id, metrics, at, rank, imported)
    if snapshot is None or earlier is None:
        return snapshot
    return snapshot if is_due(snapshot, earlier.snapshot_ts, held, earlier.rank) else None


def is_due(
    snapshot: Snapshot, last_at: datetime | None, metrics: Metrics, rank: int | None
) -> bool:
    """Whether a snapshot adds to what the one before it says."""
    return (
        last_at is None
        or metrics_of(snapshot) != metrics
        or snapshot.rank != rank
        or snapshot.snapshot_ts - last_at >= SNAPSHOT_EVERY
    )


def as_of(known: Movie, snapshot: Snapshot) -> dict[str, object]:
    """The metrics, rank and times of the row become those of an older snapshot.

    Snapshots of files do not say whether their time was a guess; then it stays one.
    """
    said = dict(zip(METRIC_NAMES, metrics_of(snapshot), strict=True)) | {
        "rank": snapshot.rank,
        "observed_at": snapshot.snapshot_ts,
        "observed_guessed": snapshot.imported and snapshot.rank is None,
        "snapshot_at": snapshot.snapshot_ts,
    }
    return {name: value for name, value in said.items() if value != getattr(known, name)}
