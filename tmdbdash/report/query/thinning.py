"""Many points to few, so that a chart of a year weighs no more than one of a day. Pure."""

from __future__ import annotations

from collections.abc import Sequence

Value = tuple[int, float]
"""A time in whole seconds since 1970 and what was true then."""
KEPT = 4
"""Points that a part of time keeps at most: its first, last, lowest and highest."""


def thinned(points: Sequence[Value], limit: int) -> list[Value]:
    """At most ``limit`` (4 or more) of the points, in their order.

    Time is cut into equal parts, and of each part its first, last, lowest and highest point stay:
    no peak and no dip is lost, and nothing is drawn that was not so. The points come by time; all
    are kept where they are few enough.
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
