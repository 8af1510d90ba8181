"""Thinning of series, so that a chart of a year has no more points than one of a day. Pure."""

from __future__ import annotations

from collections.abc import Sequence

Value = tuple[int, float]
"""A time in whole seconds since 1970, and the value then."""
KEPT = 4
"""Points that are kept of a part of time at most: the first, last, lowest and highest."""


def thinned(points: Sequence[Value], limit: int) -> list[Value]:
    """At most ``limit`` (4 or more) of the points, in their order.

    Time is divided into equal parts, of which the first, last, lowest and highest point are kept:
    no extreme is lost, and no value is interpolated. The points have to be in order of time.
    """
    if len(points) <= limit:
        return list(points)
    parts = max(1, limit // KEPT)
    start, end = points[0][0], points[-1][0]
    width = max(1, end - start + 1)
    buckets: list[list[Value]] = [[] for _ in range(parts)]
    for point in points:
        buckets[(point[0] - start) * parts // width].append(point)
    return [point for bucket in buckets for point in _extremes(bucket)]


def _extremes(bucket: Sequence[Value]) -> list[Value]:
    if len(bucket) <= KEPT:
        return list(bucket)
    places = range(len(bucket))
    kept = {
        0,
        len(bucket) - 1,
        min(places, key=lambda place: bucket[place][1]),
        max(places, key=lambda place: bucket[place][1]),
    }
    return [bucket[place] for place in sorted(kept)]
