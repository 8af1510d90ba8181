"""Small pictures in the text as SVG: they need no script, and no style that a policy forbids. Pure.

Each repeats figures that stand beside it, so all are hidden from screen readers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from tmdbdash.report.panels.parts import Interval
from tmdbdash.report.query.thinning import Value

WIDTH, HEIGHT = 100.0, 24.0
EDGE = 2.0
GAP_SECONDS = 3 * 86400
"""No line crosses more than this without a value."""
WEEK_SECONDS = 7 * 86400
NOMINAL = 0.8


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values from ``low`` to ``high`` to 0 to `WIDTH`, by powers of ten where it says so."""

    low: float
    high: float
    powers: bool = False

    @classmethod
    def over(cls, values: Iterable[float | None], *, powers: bool = False) -> Scale:
        """A scale from 0 to the largest; by ``powers`` from the smallest above 0."""
        known = [value for value in values if value is not None]
        low, high = min(known, default=0.0), max(known, default=1.0)
        if powers and low > 0:
            return cls(math.log10(low), math.log10(high) + 1e-9, powers=True)
        return cls(min(0.0, low), max(high, 1e-9))

    def __call__(self, value: float) -> float:
        """The place of a value; one beyond the ends is at the end."""
        at = math.log10(value) if self.powers else value
        return round(WIDTH * min(1.0, max(0.0, (at - self.low) / (self.high - self.low))), 1)


def spark(points: Sequence[Value]) -> Markup:
    """A line through a week, or longer, broken at gaps, with its last point."""
    last = points[-1][0]
    first = min(points[0][0], last - WEEK_SECONDS)
    values = [value for _, value in points]
    low, height = min(values), max(values) - min(values)

    def x(at: int) -> float:
        return WIDTH * (at - first) / max(1, last - first)

    def y(value: float) -> float:
        return EDGE + (HEIGHT - 2 * EDGE) * (1 - (value - low) / height) if height else HEIGHT / 2

    laid = [(at, f"{x(at):.1f} {y(value):.1f}") for at, value in points]
    line = "M" + laid[0][1]
    for (before, _), (at, place) in pairwise(laid):
        line += ("M" if at - before > GAP_SECONDS else "L") + place
    end = laid[-1][1]
    return _svg(
        "spark-picture",
        f'<path class="spark-line" d="{line}"/><path class="spark-end" d="M{end}h0"/>',
        stretched=True,
    )


def bar(scale: Scale, value: float) -> Markup:
    """A bar from zero to the value, to the left of it where that is below zero."""
    ends = sorted((scale(0), scale(value)))
    name = "bar-down" if value < 0 else "bar-up"
    return _svg("bar-picture", _rect(name, ends[0], ends[1], 4, 16), stretched=True)


def interval(scale: Scale, shown: Interval) -> Markup:
    """An interval as a band, the value as a line in it, and the actual value as a dot."""
    parts = []
    if shown.low is not None and shown.high is not None:
        parts.append(_rect("interval-band", scale(shown.low), scale(shown.high), 8, 8))
    if shown.value is not None and shown.actual is not None:
        ends = sorted((scale(shown.value), scale(shown.actual)))
        parts.append(_rect("interval-gap", ends[0], ends[1], 11, 2))
    if shown.value is not None:
        at = scale(shown.value)
        parts.append(_rect("interval-value", at - 0.6, at + 0.6, 5, 14))
    if shown.actual is not None:
        parts.append(f'<path class="interval-actual" d="M{scale(shown.actual)} 12h0"/>')
    return _svg("interval-picture", "".join(parts), stretched=True)


def dots(shares: Sequence[float | None]) -> Markup:
    """Shares as dots on a scale from a half to 1; the first is the nominal one, a line."""
    scale = Scale(0.5, 1.0)
    nominal, *measured = shares
    at = scale(nominal if nominal is not None else NOMINAL)
    marks = [
        _rect("dots-axis", 0, WIDTH, 11.5, 1),
        _rect("dots-nominal", at - 0.5, at + 0.5, 3, 18),
    ]
    marks += [
        f'<path class="dot{" dot-far" if abs(share - NOMINAL) > 0.05 else ""}" '
        f'd="M{scale(share)} 12h0"/>'
        for share in measured
        if share is not None
    ]
    return _svg("dots-picture", "".join(marks), stretched=True)


def steps(
    values: Sequence[float | None], x: Callable[[int], float], y: Callable[[float], float]
) -> str:
    """The path of values that each last until the next one, broken where one is missing."""
    path = ""
    for index, value in enumerate(values):
        if value is None:
            continue
        joined = index > 0 and values[index - 1] is not None
        path += f"H{x(index):.1f}V{y(value):.1f}" if joined else f"M{x(index):.1f} {y(value):.1f}"
    return path


def line(values: Sequence[float], highest: float) -> Markup:
    """Values at equal distances as a line with the area below it, from 0 to ``highest``."""
    last = max(1, len(values) - 1)
    laid = [
        f"{WIDTH * index / last:.1f} {HEIGHT - (HEIGHT - EDGE) * value / (highest or 1):.1f}"
        for index, value in enumerate(values)
    ]
    path = "L".join(laid)
    return _svg(
        "line-picture",
        f'<path class="spark-area" d="M0 {HEIGHT}L{path}L{WIDTH} {HEIGHT}Z"/>'
        f'<path class="spark-line" d="M{path}"/>',
        stretched=True,
    )


def _rect(name: str, left: float, right: float, top: float, height: float) -> str:
    width = max(0.8, round(right - left, 1))
    return f'<rect class="{name}" x="{left:.1f}" width="{width:.1f}" y="{top}" height="{height}"/>'


def _svg(name: str, inside: str, *, stretched: bool = False) -> Markup:
    ratio = ' preserveAspectRatio="none"' if stretched else ""
    return Markup(  # noqa: S704  # numbers and names of our own alone
        f'<svg class="{name}" viewBox="0 0 {WIDTH:g} {HEIGHT:g}"{ratio} aria-hidden="true">'
        f"{inside}</svg>"
    )
