"""Popularity, votes and rating as three values that are taken over together."""

from __future__ import annotations

from tmdbdash.records import FilmFacts, Movie, Snapshot

Metrics = tuple[float | None, int | None, float | None]
"""Popularity, vote count and vote average."""
METRIC_NAMES = ("popularity", "vote_count", "vote_average")


def metrics_of(holder: FilmFacts | Movie | Snapshot) -> Metrics:
    """Popularity, vote count and vote average of a record that has them."""
    return holder.popularity, holder.vote_count, holder.vote_average


def all_unknown(metrics: Metrics) -> bool:
    """Whether none of the three is known."""
    return metrics == (None, None, None)


def merged_metrics(known: Metrics, new: Metrics, *, gaps_only: bool = False) -> Metrics:
    """The ``known`` metrics updated by ``new`` ones: a vote count and its average go together."""
    popularity, count, average = known
    new_popularity, new_count, new_average = new
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
